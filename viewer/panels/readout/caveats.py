"""What a reader must know about a source besides its numbers, and the mark in its head that says so. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from viewer.content.records import ClipContent
from viewer.panels.readout.columns import Group, Role, stands_in
from viewer.panels.severities import Severity

__all__ = ["Caveats", "caveats_of"]

_ROUTINE = ("frame rate taken from the clip", "rig as stated", "reference turned ")
"""How notes begin that tell what was done with the numbers and leave their meaning as it was."""

_STAND_IN = (
    "This clip has no labelled points that can serve, so there are no ISB angles. The estimator on the reference "
    "poses stands in for them: what it gets wrong itself is in neither column, and the floor is not known."
)
_ISB = "ISB angles from the labelled points of the clip; all errors are measured against them."
_FLOOR = (
    "The estimator on the reference poses. Its error is what the instrument itself gets wrong: a lifter's error "
    "of that size says little about the lifter."
)


@dataclass(frozen=True, slots=True)
class Caveats:
    """Sentences about a source. title : who it is. about : what it is. problems : what is wrong with it. notes : what
    changes the meaning of its numbers. routine : what else was done with them.
    """

    title: str
    about: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    routine: tuple[str, ...] = ()

    @property
    def mark(self) -> Severity | None:
        """A warning for problems, an info for notes, nothing where the numbers are what they seem."""
        if self.problems:
            return Severity.WARNING
        return Severity.INFO if self.notes else None

    @property
    def lines(self) -> tuple[str, ...]:
        """All sentences, the gravest first."""
        return (*self.problems, *self.notes, *self.about, *self.routine)


def caveats_of(content: ClipContent, group: Group) -> Caveats:
    """What there is to know about the source of a group. What concerns the clip is said of the reference."""
    if group.role is Role.FLOOR:
        return Caveats(f"floor ({content.estimator})", (_FLOOR,))
    track = content.track(group.name)
    if track is None:
        return Caveats(group.name)
    common = (*content.notes, *(content.reference.notes if content.reference is not None else ()))
    if group.role is Role.REFERENCE:
        title, about = ("stand-in reference", _STAND_IN) if stands_in(content) else ("reference (ISB)", _ISB)
        return _sorted(title, (about,), track.problems, common)
    about_lifter = (
        *(() if track.title == track.name else (track.title,)),
        *(("a simulation of an error, not a model",) if track.simulated and "simulation" not in track.title else ()),
    )
    own = [note for note in track.notes if note not in common]
    return _sorted(track.label, about_lifter, track.problems, own if content.reference is not None else track.notes)


def _sorted(title: str, about: tuple[str, ...], problems: tuple[str, ...], notes: Iterable[str]) -> Caveats:
    """With notes apart that are routine, each sentence once."""
    every = tuple(dict.fromkeys(notes))
    routine = tuple(note for note in every if note.startswith(_ROUTINE))
    return Caveats(title, about, tuple(dict.fromkeys(problems)),
                   tuple(note for note in every if note not in routine), routine)  # fmt: skip
