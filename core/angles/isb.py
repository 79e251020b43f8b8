"""ISB angles from labelled points: the reference that every estimator is measured against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

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


def _batch(
    batch: Sequence[Points], mapping: LandmarkMap, centres: Sequence[tuple[Float64, Float64] | None]
) -> list[Float32]:
    """(T, 12) angles per clip, computed in chunks that run across the borders of clips."""
    lengths = [p.n_frames for p in batch]
    out = np.empty((sum(lengths), N_ANGLES), dtype=np.float32)
    filled, waiting, size = 0, [], 0
    for points, centre in zip(batch, centres, strict=True):
        for start in range(0, points.n_frames, _CHUNK):
            piece = points.xyz_mm[start : start + _CHUNK]
            waiting.append((piece, centre))
            size += len(piece)
            if size >= _CHUNK:
                out[filled : filled + size] = _angles_of(waiting, mapping, size).T
                filled, waiting, size = filled + size, [], 0
    if size:
        out[filled:] = _angles_of(waiting, mapping, size).T
    return np.split(out, np.cumsum(lengths)[:-1])


def _angles_of(
    pieces: Sequence[tuple[Float32, tuple[Float64, Float64] | None]], mapping: LandmarkMap, n: int
) -> Float64:
    """(12, n) angles of joined pieces."""
    marks = {key: np.full((3, n), np.nan) for key in _KEYS}
    start = 0
    for xyz_mm, centre in pieces:
        stop = start + len(xyz_mm)
        _gather(xyz_mm, mapping, marks, slice(start, stop))
        if centre is not None:
            _place_centres(marks, centre, slice(start, stop))
        start = stop
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


def _gather(xyz_mm: Float32, mapping: LandmarkMap, marks: dict[_Key, Float64], where: slice) -> None:
    """Copy or average the labels of every landmark into ``marks[...][:, where]``."""
    for key in _KEYS:
        resolved = mapping.found.get(key)
        if resolved is not None:
            marks[key][:, where] = _landmark(xyz_mm, resolved)


def _landmark(xyz_mm: Float32, resolved: Resolved) -> Float64:
    """(3, T) float64 mean of a landmark's labels."""
    first, *rest = resolved.columns
    total: Float64 = xyz_mm[:, first].T.astype(np.float64)
    for column in rest:
        total += xyz_mm[:, column].T
    return total / (1 + len(rest)) if rest else total


def _regressed_centres(points: Points, mapping: LandmarkMap, regression: Regression) -> tuple[Float64, Float64] | None:
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


def _place_centres(marks: dict[_Key, Float64], centres: tuple[Float64, Float64], where: slice) -> None:
    """Fill the hip joint centres of femur and leg from pelvis coordinates."""
    asis_l, asis_r, psis = (marks["pelvis", name][:, where] for name in SEGMENTS["pelvis"])
    pelvis: Frame = pelvis_frame(asis_l, asis_r, psis)
    for side, centre in zip("lr", centres, strict=True):
        offset = pelvis.x * centre[0] + pelvis.y * centre[1] + pelvis.z * centre[2]
        for segment in ("femur", "leg"):
            marks[f"{segment}_{side}", f"hip_{side}"][:, where] = (asis_l + asis_r) / 2 + offset
