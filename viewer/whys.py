"""What there is to say about a clip's sources: position errors in parts, and flags. Computed off the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.anatomy import Flag, PositionSplit, flags_of, position_split_of
from core.errors import DataError
from viewer.content.records import ClipContent
from viewer.jobs import Progress, Work

__all__ = ["Why", "beside", "whys_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Why:
    """Of one source: parts of its position error per frame and joint, and its flags."""

    positions: PositionSplit
    flags: tuple[Flag, ...]

    def at(self, frame: int) -> tuple[Flag, ...]:
        """Flags that hold at a frame."""
        return tuple(flag for flag in self.flags if any(first <= frame <= last for first, last in flag.frames))


def whys_of(content: ClipContent) -> Work[Mapping[str, Why]]:
    """Each source of a clip with a reference by name; one that cannot be compared is left out (its error was told)."""
    found: dict[str, Why] = {}
    if content.found is None:
        return found
    for number, (name, poses) in enumerate(content.sources):
        yield Progress(number, len(content.sources), name)
        try:
            split = position_split_of(content.found.clip, poses)
            found[name] = Why(split, flags_of(content.found.clip, poses, name))
        except DataError:
            continue
    return found


def beside(whys: Mapping[str, Why], names: tuple[str, ...], frame: int, *, forward: bool) -> tuple[int, Flag] | None:
    """First frame of the next flagged span after a frame, or of the previous one before it, with its flag.

    names : of the sources that count. None where there is no further one.
    """
    spans = [(first, flag) for name in names if name in whys for flag in whys[name].flags for first, _ in flag.frames]
    if forward:
        return min((span for span in spans if span[0] > frame), key=lambda span: span[0], default=None)
    return max((span for span in spans if span[0] < frame), key=lambda span: span[0], default=None)
