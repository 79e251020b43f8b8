"""ISB angles from labelled points: the reference that every estimator is measured against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.angles.frames import Frame, pelvis_frame, thorax_frame
from core.angles.hip_centre import DEFAULT_REGRESSION, BodySize, Regression, regression_named
from core.angles.landmarks import SEGMENTS, LandmarkMap, LandmarkSet, Resolved, resolve
from core.angles.long_axes import Limbs, twelve_angles
from core.angles.vectors import norm
from core.conventions import N_ANGLES
from core.records import Angles, Float32, Float64, Points

__all__ = ["METHOD", "isb_angles", "isb_angles_many"]

METHOD = "isb"
_CHUNK = 2048
"""Frames per pass: temporaries then stay in the processor's second-level cache."""

_Key = tuple[str, str]
_Centres = tuple[Float64, Float64] | None
_KEYS: tuple[_Key, ...] = tuple((segment, landmark) for segment, names in SEGMENTS.items() for landmark in names)


def isb_angles(
    points: Points, *, landmark_sets: tuple[LandmarkSet, ...] | None = None, hip_regression: str = DEFAULT_REGRESSION
) -> Angles:
    """The twelve ISB angles of labelled points, (T, 12) degrees, shoulder as components.

    landmark_sets : which labels serve which landmark; None: the sets that ship.
    hip_regression : where hip joint centres come from if no label has them (:mod:`core.angles.hip_centre`).
    Angles whose landmarks are missing are NaN; substitutions and absences are in ``notes``.
    Any frame of axes will do: only relative directions matter.
    """
    return isb_angles_many([points], landmark_sets=landmark_sets, hip_regression=hip_regression)[0]


def isb_angles_many(
    clips: Iterable[Points],
    *,
    landmark_sets: tuple[LandmarkSet, ...] | None = None,
    hip_regression: str = DEFAULT_REGRESSION,
) -> list[Angles]:
    """:func:`isb_angles` of several clips, computed together; every number equals the single call's.

    Neighbouring clips with the same labels are joined, because a pass over 2,000 frames costs little more than
    one over 240.
    """
    regression = regression_named(hip_regression)
    results: list[Angles] = []
    for names, group in groupby(clips, key=lambda points: points.names):
        batch = list(group)
        mapping = resolve(names, landmark_sets)
        use_regression = not _has_hip_labels(mapping)
        centres = [_regressed_centres(p, mapping, regression) if use_regression else None for p in batch]
        notes = (*mapping.notes, *_hip_notes(mapping, regression))
        results += [Angles(deg, METHOD, notes) for deg in _batch(batch, mapping, centres)]
    return results


def _has_hip_labels(mapping: LandmarkMap) -> bool:
    return all(("femur_" + side, "hip_" + side) in mapping.found for side in "lr")


def _hip_notes(mapping: LandmarkMap, regression: Regression) -> tuple[str, ...]:
    if _has_hip_labels(mapping) or "pelvis" in mapping.missing:
        return ()
    return (f"hip joint centres by {regression.name} regression ({regression.source})",)


def _batch(batch: Sequence[Points], mapping: LandmarkMap, centres: Sequence[_Centres]) -> list[Float32]:
    """(T, 12) angles per clip, computed in chunks that run across the borders of clips."""
    lengths = [p.n_frames for p in batch]
    out = np.empty((sum(lengths), N_ANGLES), dtype=np.float32)
    plan = _Plan.of(mapping)
    filled, waiting, size = 0, [], 0
    for points, centre in zip(batch, centres, strict=True):
        for start in range(0, points.n_frames, _CHUNK):
            piece = points.xyz_mm[start : start + _CHUNK]
            waiting.append((piece, centre))
            size += len(piece)
            if size >= _CHUNK:
                out[filled : filled + size] = _angles_of(waiting, plan, size).T
                filled, waiting, size = filled + size, [], 0
    if size:
        out[filled:] = _angles_of(waiting, plan, size).T
    return np.split(out, np.cumsum(lengths)[:-1])


class _Plan(NamedTuple):
    """How to gather: each label column once, then a view or a mean per landmark."""

    flat: NDArray[np.intp]
    rows: dict[_Key, tuple[int, ...]]

    @classmethod
    def of(cls, mapping: LandmarkMap) -> _Plan:
        needed = {key: mapping.found[key] for key in _KEYS if key in mapping.found}
        columns = sorted({column for resolved in needed.values() for column in resolved.columns})
        place = {column: row for row, column in enumerate(columns)}
        flat = (np.array(columns, dtype=np.intp)[:, None] * 3 + np.arange(3)).ravel()
        return cls(flat, {key: tuple(place[c] for c in resolved.columns) for key, resolved in needed.items()})

    def gather(self, pieces: Sequence[Float32], n: int) -> dict[_Key, Float64]:
        """Landmarks as (3, n) float64; NaN where no label serves."""
        labels = np.empty((len(self.flat), n))
        start = 0
        for xyz_mm in pieces:
            labels[:, start : start + len(xyz_mm)] = xyz_mm.reshape(len(xyz_mm), -1).T[self.flat]
            start += len(xyz_mm)
        absent = np.full((3, n), np.nan)
        made: dict[tuple[int, ...], Float64] = {(): absent}
        for rows in self.rows.values():
            if rows not in made:
                made[rows] = _mean([labels[3 * row : 3 * row + 3] for row in rows])
        return {key: made[self.rows.get(key, ())] for key in _KEYS}


def _mean(arrays: Sequence[Float64]) -> Float64:
    return arrays[0] if len(arrays) == 1 else sum(arrays[1:], start=arrays[0]) / len(arrays)


def _angles_of(pieces: Sequence[tuple[Float32, _Centres]], plan: _Plan, n: int) -> Float64:
    """(12, n) angles of joined pieces."""
    marks = plan.gather([xyz_mm for xyz_mm, _ in pieces], n)
    if pieces[0][1] is not None:
        marks |= _centres_in_world(marks, [(len(xyz_mm), centre) for xyz_mm, centre in pieces if centre])
    pelvis = pelvis_frame(*(marks["pelvis", name] for name in SEGMENTS["pelvis"]))
    thorax = thorax_frame(*(marks["thorax", name] for name in SEGMENTS["thorax"]))
    return twelve_angles(pelvis, thorax, _limbs(marks, "l"), _limbs(marks, "r"))


def _limbs(marks: dict[_Key, Float64], side: str) -> Limbs:
    def between(segment: str, start: str, end: str) -> Float64:
        return marks[f"{segment}_{side}", f"{end}_{side}"] - marks[f"{segment}_{side}", f"{start}_{side}"]

    return Limbs(
        thigh=between("femur", "hip", "femur_distal"),
        humerus=between("humerus", "shoulder", "humerus_distal"),
        thigh_to_knee=between("leg", "hip", "knee"),
        shank=between("leg", "knee", "ankle"),
        upper_arm_to_elbow=between("arm", "shoulder", "elbow"),
        forearm=between("arm", "elbow", "wrist"),
    )


def _landmark(xyz_mm: Float32, resolved: Resolved) -> Float64:
    """(3, T) float64 mean of a landmark's labels."""
    return _mean([xyz_mm[:, column].T.astype(np.float64) for column in resolved.columns])


def _regressed_centres(points: Points, mapping: LandmarkMap, regression: Regression) -> _Centres:
    """Left and right hip centre in the pelvis frame from the clip's median body size; None without a pelvis."""
    keys = [("pelvis", name) for name in SEGMENTS["pelvis"]]
    if any(key not in mapping.found for key in keys):
        return None
    asis_l, asis_r, psis = (_landmark(points.xyz_mm, mapping.found[key]) for key in keys)
    middle = (asis_l + asis_r) / 2
    size = BodySize(
        _median(norm(asis_r - asis_l)), _median(norm(middle - psis)), _leg_length_mm(points, mapping, asis_l, asis_r)
    )
    x, y, z = regression.right_mm(size)
    return np.array([x, y, -z]), np.array([x, y, z])


def _leg_length_mm(points: Points, mapping: LandmarkMap, asis_l: Float64, asis_r: Float64) -> float:
    """Mean over both sides of ASIS-knee plus knee-ankle, medians over the clip; NaN without these labels."""
    lengths = []
    for side, asis in (("l", asis_l), ("r", asis_r)):
        found = [mapping.found.get((f"leg_{side}", f"{name}_{side}")) for name in ("knee", "ankle")]
        knee, ankle = (np.full((3, 1), np.nan) if r is None else _landmark(points.xyz_mm, r) for r in found)
        lengths.append(_median(norm(knee - asis)) + _median(norm(ankle - knee)))
    return float(np.mean(lengths))


def _median(values: Float64) -> float:
    defined = values[np.isfinite(values)]
    return float(np.median(defined)) if len(defined) else float("nan")


def _centres_in_world(
    marks: dict[_Key, Float64], pieces: Sequence[tuple[int, tuple[Float64, Float64]]]
) -> dict[_Key, Float64]:
    """Hip joint centres of femur and leg, from each clip's centres in pelvis coordinates."""
    asis_l, asis_r, psis = (marks["pelvis", name] for name in SEGMENTS["pelvis"])
    pelvis: Frame = pelvis_frame(asis_l, asis_r, psis)
    placed: dict[_Key, Float64] = {}
    for index, side in enumerate("lr"):
        local = np.repeat(np.array([centres[index] for _, centres in pieces]).T, [size for size, _ in pieces], axis=1)
        centre = (asis_l + asis_r) / 2 + pelvis.x * local[0] + pelvis.y * local[1] + pelvis.z * local[2]
        placed |= {(f"{segment}_{side}", f"hip_{side}"): centre for segment in ("femur", "leg")}
    return placed
