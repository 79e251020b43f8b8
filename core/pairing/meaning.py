"""What the plain arrays of a lifter mean, settled once for all of its files: unit, size and axes.

One file is weak evidence: its athlete may be upside down or lie, its legs may be found badly. A lifter writes all of
its files alike, so a sample of them decides by clear majority, and the reference, where it is at hand, has the last
word on the axes (:mod:`core.pairing.reference_fit` says why that is legitimate).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from core.dataset import Dataset
from core.errors import AmbiguousFileError, DataError
from core.formats.arrays import as_poses_array, load_npy
from core.formats.base import ReadOptions
from core.formats.posture import UNIT_WINDOWS, Evidence, Unit, evidence_of, unit_of
from core.pairing.candidates import PLAIN, SAMPLE, Matched, spread
from core.pairing.reference_fit import ClipPoses, misfits
from core.records import Axes

__all__ = ["Meaning", "settle"]

_CLEAR = 2 / 3
_CLEARLY_BETTER = 0.5
_AXES_OF_FORMATS = {"videopose3d_npy": Axes.CAMERA, "ap3d_h36m": Axes.WORLD_Z_UP}
"""Formats that are told from a plain array by how the body stands, and the axes that they mean."""

_STATE_IT = "State {} in the manifest.json of the predictions, or for the lifter in a study.toml"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Matches that are read alike, what was concluded, and how files contradict one another, one line each."""

    matched: list[Matched]
    notes: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file of the sample, and what its numbers say."""

    match: Matched
    content: ClipPoses
    evidence: Evidence


def settle(matched: list[Matched], dataset: Dataset, lifter: str, *, format_stated: bool = False) -> Meaning:
    """Give every plain array among the matches the same unit, size and axes, where they are not stated.

    format_stated : the user names the format, and with it what the arrays mean.
    Raises :class:`AmbiguousFileError` where the sample tells neither by majority nor, for the axes, by the reference.
    """
    doubts: tuple[str, ...] = ()
    if not format_stated:
        matched, doubts = _doubted(matched, dataset)
    plain = [match for match in matched if match.ref.format == PLAIN]
    stated = plain[0].ref.options if plain else ReadOptions()
    if not plain or (stated.mm_per_unit is not None and stated.axes is not None):
        return Meaning(matched)
    seen = list(islice(_readable(plain), SAMPLE))
    if not seen:
        return Meaning(matched)  # every one of them will be reported with its fault
    concluded, words, options = [], [], stated
    if stated.mm_per_unit is None:
        unit = _unit(seen, lifter)
        options = replace(options, mm_per_unit=unit.mm, scale=options.scale or str(unit.scale))
        concluded, words = ["unit"], [unit.name]
    if stated.axes is None:
        axes, why = _axes(seen, dataset, lifter)
        options = replace(options, axes=str(axes))
        concluded, words = [*concluded, "axes"], [f"{axes}{why}", *words]
    note = f"{' and '.join(concluded)} concluded from {len(seen)} of {len(plain)} files: {', '.join(words)}"
    settled = [_with(match, options, "unit" in concluded) if match.ref.format == PLAIN else match for match in matched]
    return Meaning(settled, (*doubts, note), tuple(_contradictions(seen, lifter, "unit" in concluded)))


def _doubted(matched: list[Matched], dataset: Dataset) -> tuple[list[Matched], tuple[str, ...]]:
    """The matches, as plain arrays where the reference contradicts a format that was detected by posture; notes."""
    notes = []
    for name, axes in _AXES_OF_FORMATS.items():
        same = [match for match in matched if match.ref.format == name and match.ref.options.axes is None]
        fits = misfits([one.content for one in islice(_readable(same), SAMPLE // 3)], dataset)
        if _clearly_best(fits, axes) not in (None, axes):
            doubtful = {match.ref for match in same}
            notes.append(f"not read as {name} after all: the reference contradicts its axes, {axes}")
            matched = [replace(m, ref=replace(m.ref, format=PLAIN)) if m.ref in doubtful else m for m in matched]
    return matched, tuple(notes)


def _with(match: Matched, options: ReadOptions, unit_concluded: bool) -> Matched:
    return replace(match, ref=replace(match.ref, options=options, unit_concluded=unit_concluded))


def _readable(plain: Sequence[Matched]) -> Iterable[_Seen]:
    """The files that can be read, spread over the lifter; what is wrong with the others is said when they are read."""
    for match in spread(plain):
        try:
            poses = as_poses_array(load_npy(match.ref.path)[0], match.ref.path)
        except DataError:
            continue
        yield _Seen(match, ClipPoses(match.clips[0], poses), evidence_of(poses))


def _unit(seen: Sequence[_Seen], lifter: str) -> Unit:
    """The unit that two thirds of the files that tell, and half of all, agree on."""
    units = Counter(unit for one in seen if (unit := unit_of(one.evidence)) is not None)
    unit, count = units.most_common(1)[0] if units else (None, 0)
    if unit is not None and count >= _CLEAR * units.total() and count >= len(seen) / 2:
        return unit
    raise AmbiguousFileError(
        f"unit of {lifter} cannot be told from {len(seen)} files", path=seen[0].match.ref.path,
        expected=f"thighs and shanks of {UNIT_WINDOWS}", got=_unit_votes(seen),
        hint=_STATE_IT.format("unit (mm, cm or m)"),
    )  # fmt: skip


def _unit_votes(seen: Sequence[_Seen]) -> str:
    """``3 files in metres (A.npy ...), 2 undecided (thigh or shank 0.7 units in B.npy)``."""
    groups: dict[str, list[_Seen]] = {}
    for one in seen:
        unit = unit_of(one.evidence)
        groups.setdefault("of no clear unit" if unit is None else f"in {unit.name}", []).append(one)
    return ", ".join(
        f"{len(group)} {name} ({group[0].evidence.leg_bone:.4g} units in {group[0].match.shown})"
        for name, group in groups.items()
    )


def _axes(seen: Sequence[_Seen], dataset: Dataset, lifter: str) -> tuple[Axes, str]:
    """The axes by posture, unless the reference says clearly otherwise; and a remark for the note."""
    by_posture, votes = _axes_by_posture(seen, dataset)
    fits = misfits([one.content for one in seen], dataset)
    by_reference = _clearly_best(fits, by_posture)
    if by_reference is not None and by_reference is not by_posture:
        others = ", ".join(f"{axes} {fit:.2f}" for axes, fit in fits.items() if axes is not by_reference)
        return by_reference, (f" (the poses fit the reference in these axes: relative error {fits[by_reference]:.2f} "
                              f"against {others}; feet to head: {votes})")  # fmt: skip
    if by_posture is not None:
        return by_posture, "" if len(votes.split(", ")) == 1 else f" (feet to head: {votes})"
    raise AmbiguousFileError(
        f"axes of {lifter} cannot be told from {len(seen)} files", path=seen[0].match.ref.path,
        got=f"feet to head: {votes}", hint=_STATE_IT.format(f"axes ({', '.join(Axes)})"),
    )  # fmt: skip


def _axes_by_posture(seen: Sequence[_Seen], dataset: Dataset) -> tuple[Axes | None, str]:
    """Axes that two thirds of the bodies that stand along any stand along, or None; and all votes in words.

    Camera axes with an athlete on the hands look like a world with Y up. Where the dataset has cameras and a world
    with Z up, nothing else writes Y up, so that every single body must show it.
    """
    every = Counter(one.evidence.axes for one in seen)
    votes = ", ".join(f"{count} along {axes or 'none'}" for axes, count in every.most_common())
    told = Counter({axes: count for axes, count in every.items() if axes is not None})
    if not told:
        return None, votes
    axes, count = told.most_common(1)[0]
    clear = count >= _CLEAR * told.total()
    if axes is Axes.WORLD_Y_UP and dataset.cameras:
        clear = count == len(seen)
    return (axes if clear else None), votes


def _clearly_best(fits: Mapping[Axes, float], otherwise: Axes | None) -> Axes | None:
    """The axes whose misfit is less than half of that by posture, or than half of every other's; else None."""
    if not fits:
        return None
    best, *others = sorted(fits, key=lambda axes: fits[axes])
    rival = fits.get(otherwise, 1.0) if otherwise is not None else min((fits[axes] for axes in others), default=1.0)
    return best if fits[best] < _CLEARLY_BETTER * rival else None


def _contradictions(seen: Sequence[_Seen], lifter: str, unit_concluded: bool) -> Iterable[str]:
    """What no posture explains: files in different units, with and without the path of the root, no poses at all."""
    measured = [one for one in seen if one.evidence.leg_bone > 0]
    if unit_concluded:
        units = _by((unit.name, one) for one in measured if (unit := unit_of(one.evidence)) is not None)
        if len(units) > 1:
            yield f"{lifter}: files are in different units: {_listed(units)}"
    roots = _by(("fixed at the origin" if one.evidence.root_at_zero else "moving", one) for one in measured)
    if len(roots) > 1:
        yield f"{lifter}: files differ in the treatment of the root: {_listed(roots)}"
    keypoints = [one for one in seen if one.evidence.third_is_confidence]
    if keypoints:
        yield f"{lifter}: {keypoints[0].match.shown} seems to hold pixels and a confidence, no 3D poses"


def _by(named: Iterable[tuple[str, _Seen]]) -> dict[str, list[_Seen]]:
    groups: dict[str, list[_Seen]] = {}
    for name, one in named:
        groups.setdefault(name, []).append(one)
    return groups


def _listed(groups: Mapping[str, list[_Seen]]) -> str:
    return ", ".join(f"{len(group)} {name} ({group[0].match.shown})" for name, group in groups.items())
