"""What ``anglescope report`` has found about the clips of a results folder that the window cannot: what the verdicts on
pairs of lifters become without confounders. No Qt here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from types import MappingProxyType

import msgspec

from core.evaluation.checks import DIFFERENT_POINTS
from core.results.folder import RUN
from core.study.pairs import Pair
from viewer.content import ClipContent

__all__ = ["Reported", "read_reported", "unlike_joints"]

_STUDY = Path("report") / "study.json"
_CLOSE = 1e-9


class _Number(msgspec.Struct, frozen=True):
    value: float | None


class _Pair(msgspec.Struct, frozen=True):
    fewer_mm: str
    other: str
    by: str
    mm: _Number
    deg: _Number


class _Case(msgspec.Struct, frozen=True):
    first: str
    second: str
    taken_out: tuple[str, ...]
    verdict: str | None
    hangs_on_it: bool | None = None


class _Budget(msgspec.Struct, frozen=True):
    verdicts: tuple[_Case, ...]


class _Study(msgspec.Struct, frozen=True):
    run_fingerprint: str
    pairs: tuple[_Pair, ...]
    budget: _Budget | None = None


class _Note(msgspec.Struct, frozen=True):
    lifter: str
    note: str


class _Run(msgspec.Struct, frozen=True):
    run_fingerprint: str
    notes: tuple[_Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """unlike : by lifter, in which way its joints are other points than those of the reference. pairs : of which the
    report has taken confounders out, and what that changes, a line each.
    """

    unlike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: tuple[tuple[_Pair, tuple[str, ...]], ...] = ()

    def changes(self, pair: Pair) -> tuple[str, ...] | None:
        """What becomes of the verdict on a pair without confounders; None where the report does not hold this very
        comparison: another position error, or other clips, which give other differences.
        """
        return next((lines for of, lines in self.pairs if _same(of, pair)), None)


def read_reported(folder: Path | None) -> Reported:
    """Of a results folder; nothing where there is none, or where its report is of another run or cannot be read."""
    if folder is None:
        return Reported()
    try:
        run = msgspec.json.decode((folder / RUN).read_bytes(), type=_Run)
    except (OSError, msgspec.MsgspecError):
        return Reported()
    unlike: dict[str, dict[str, None]] = {}
    for each in run.notes:
        if DIFFERENT_POINTS in each.note:
            unlike.setdefault(each.lifter, {})[each.note] = None
    found = MappingProxyType({name: tuple(notes) for name, notes in unlike.items()})
    return Reported(found, _pairs(folder / _STUDY, run.run_fingerprint))


def _pairs(path: Path, run_fingerprint: str) -> tuple[tuple[_Pair, tuple[str, ...]], ...]:
    try:
        study = msgspec.json.decode(path.read_bytes(), type=_Study)
    except (OSError, msgspec.MsgspecError):
        return ()
    if study.budget is None or study.run_fingerprint != run_fingerprint:
        return ()
    cases = study.budget.verdicts
    return tuple((pair, tuple(_changes(pair, cases))) for pair in study.pairs)


def _changes(pair: _Pair, cases: tuple[_Case, ...]) -> list[str]:
    own = [case for case in cases if {case.first, case.second} == {pair.fewer_mm, pair.other}]
    scored = next((case.verdict for case in own if not case.taken_out), None)
    return [
        f"with {'all confounders' if len(case.taken_out) > 1 else case.taken_out[0]} taken out: {case.verdict}"
        for case in own if case.taken_out and _hangs(case, scored)
    ]  # fmt: skip


def _hangs(case: _Case, scored: str | None) -> bool:
    """As the report says; where one of an earlier version does not, by the verdicts."""
    if case.hangs_on_it is not None:
        return case.hangs_on_it
    return case.verdict is not None and case.verdict != scored


def _same(of: _Pair, pair: Pair) -> bool:
    """Values come without rounding."""
    if (of.fewer_mm, of.other, of.by) != (pair.fewer_mm, pair.other, pair.by):
        return False
    both = ((of.mm.value, pair.mm.value), (of.deg.value, pair.deg.value))
    return all(one is not None and isclose(one, two, rel_tol=_CLOSE, abs_tol=_CLOSE) for one, two in both)


def unlike_joints(content: ClipContent | None) -> dict[str, tuple[str, ...]]:
    """The same of the clip on screen."""
    tracks = () if content is None else content.tracks
    found = {track.name: tuple(line for line in track.notes if DIFFERENT_POINTS in line) for track in tracks}
    return {name: lines for name, lines in found.items() if lines}
