"""ISB angles from labelled points: the reference that every estimator is measured against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np

from core.angles.frames import Frame, pelvis_frame, thorax_frame
from core.angles.gather import Plan, plan_for
from core.angles.hip_centre import DEFAULT_REGRESSION, BodySize, Regression, regression_named
from core.angles.landmarks import SEGMENTS, LandmarkMap, LandmarkSet, Resolved, resolve
from core.angles.long_axes import twelve_angles
from core.angles.vectors import Vectors, norm
from core.conventions import N_ANGLES
from core.records import Angles, Float32, Float64, Points

__all__ = ["METHOD", "centres_in_world", "has_hip_labels", "isb_angles", "isb_angles_many", "regressed_centres"]

METHOD = "isb"
_CHUNK = 3072
"""Frames per pass: temporaries then stay near the processor, and calls cost little against work."""

_Centres = tuple[Float64, Float64] | None
_Piece = tuple[Float32, _Centres]


def isb_angles(
    points: Points, *, landmark_sets: tuple[LandmarkSet, ...] | None = None, hip_regression: str = DEFAULT_REGRESSION
) -> Angles:
    """The twelve ISB angles of labelled points, (T, 12) degrees, shoulder as components.

    landmark_sets : which labels serve which landmark; None: the sets that ship.
    hip_regression : where hip joint centres come from if no label has them (:mod:`core.angles.hip_centre`).
    Angles whose landmarks are missing are NaN; substitutions and absences are in ``notes``.
    Any frame of axes will do: only relative directions matter. Computed in single precision from differences of
    positions: within 0.001 degree of double precision, save in the singular directions that
    :func:`core.angles.views.near_singular` flags.
    """
    return isb_angles_many([points], landmark_sets=landmark_sets, hip_regression=hip_regression)[0]


def isb_angles_many(
    clips: Iterable[Points],
    *,
    landmark_sets: tuple[LandmarkSet, ...] | None = None,
    hip_regression: str = DEFAULT_REGRESSION,
) -> list[Angles]:
    """:func:`isb_angles` of several clips, computed together; every number equals the single call's.

    Neighbouring clips with the same labels are joined, because a pass over 3,000 frames costs about as much as
    five over 240. One thread: passes are too short to share between threads, so many processors are used by
    worker processes.
    """
    regression = regression_named(hip_regression)
    results: list[Angles] = []
    for names, group in groupby(clips, key=lambda points: points.names):
        batch = list(group)
        mapping = resolve(names, landmark_sets)
        by_regression = not has_hip_labels(mapping)
        plan = plan_for(mapping, hips_from_pelvis=by_regression)
        centres = [regressed_centres(p, mapping, regression) if by_regression else None for p in batch]
        for deg, centre in zip(_batch(batch, plan, centres), centres, strict=True):
            results.append(Angles(deg, METHOD, (*mapping.notes, *_hip_notes(mapping, centre, regression))))
    return results


def has_hip_labels(mapping: LandmarkMap) -> bool:
    """Whether labels say where both hip joint centres are, so that no regression is needed."""
    return all(("femur_" + side, "hip_" + side) in mapping.found for side in "lr")


def _hip_notes(mapping: LandmarkMap, centres: _Centres, regression: Regression) -> tuple[str, ...]:
    if centres is None:
        return ()
    said = f"hip joint centres by {regression.name} regression ({regression.source})"
    if any(landmark.startswith("hip_") for _, landmark in mapping.found):
        said += ", both sides alike: only one side has a label"
    if np.isfinite(centres).all():
        return (said,)
    return (said, f"{regression.name} regression lacks a body size: leg length needs knee and ankle labels")


def _batch(batch: Sequence[Points], plan: Plan, centres: Sequence[_Centres]) -> list[Float32]:
    """(T, 12) angles per clip, computed in passes that run across the borders of clips."""
    lengths = [p.n_frames for p in batch]
    out = np.empty((sum(lengths), N_ANGLES), dtype=np.float32)
    for start, pieces in _passes(batch, centres):
        angles = _angles_of(pieces, plan)
        out[start : start + angles.shape[1]] = angles.T
    return np.split(out, np.cumsum(lengths)[:-1])


def _passes(batch: Sequence[Points], centres: Sequence[_Centres]) -> Iterator[tuple[int, list[_Piece]]]:
    """First row in the joined result and pieces of each pass of about :data:`_CHUNK` frames."""
    filled, size = 0, 0
    waiting: list[_Piece] = []
    for points, centre in zip(batch, centres, strict=True):
        for start in range(0, points.n_frames, _CHUNK):
            piece = points.xyz_mm[start : start + _CHUNK]
            waiting.append((piece, centre))
            size += len(piece)
            if size >= _CHUNK:
                yield filled, waiting
                filled, waiting, size = filled + size, [], 0
    if waiting:
        yield filled, waiting


def _angles_of(pieces: Sequence[_Piece], plan: Plan) -> Vectors:
    """(12, n) angles of joined pieces."""
    marks = plan.gather([xyz_mm for xyz_mm, _ in pieces])
    pelvis = pelvis_frame(*plan.segment(marks, "pelvis"))
    thorax = thorax_frame(*plan.segment(marks, "thorax"))
    known = [(len(xyz_mm), centres) for xyz_mm, centres in pieces if centres is not None]
    if known:
        marks[:, -2], marks[:, -1] = centres_in_world(plan.segment(marks, "pelvis"), pelvis, known)
    return twelve_angles(pelvis, thorax, plan.limbs(marks))


def _landmark(xyz_mm: Float32, resolved: Resolved) -> Float64:
    """(3, T) float64 mean of a landmark's labels."""
    middle: Float64 = xyz_mm[:, list(resolved.columns)].mean(axis=1, dtype=np.float64)
    return middle.T


def regressed_centres(points: Points, mapping: LandmarkMap, regression: Regression) -> _Centres:
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
    """ASIS to knee to ankle, medians over the clip, mean of the sides that have labels; NaN where none has."""
    lengths = []
    for side, asis in (("l", asis_l), ("r", asis_r)):
        found = [mapping.found.get((f"leg_{side}", f"{name}_{side}")) for name in ("knee", "ankle")]
        knee, ankle = (np.full((3, 1), np.nan) if r is None else _landmark(points.xyz_mm, r) for r in found)
        lengths.append(_median(norm(knee - asis)) + _median(norm(ankle - knee)))
    return _mean_of_defined(lengths)


def _mean_of_defined(values: Sequence[float]) -> float:
    defined = [value for value in values if np.isfinite(value)]
    return sum(defined) / len(defined) if defined else float("nan")


def _median(values: Vectors) -> float:
    defined = values[np.isfinite(values)]
    return float(np.median(defined)) if len(defined) else float("nan")


def centres_in_world(
    spines: Sequence[Vectors], pelvis: Frame, pieces: Sequence[tuple[int, tuple[Float64, Float64]]]
) -> list[Vectors]:
    """Left and right hip joint centre (3, n), from each clip's centres in pelvis coordinates."""
    origin = (spines[0] + spines[1]) / 2
    sizes = [size for size, _ in pieces]
    placed = []
    for index in (0, 1):
        local = np.repeat(np.array([centres[index] for _, centres in pieces]).T, sizes, axis=1)
        placed.append(origin + sum(axis * length for axis, length in zip(pelvis.axes, local, strict=True)))
    return placed
