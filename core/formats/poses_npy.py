"""A lone ``.npy`` of 17-joint poses, or of 17 keypoints with confidence, that no named lifter wrote.

Unit and axes are concluded from the body itself (length of the thigh, direction from the feet to the head) and said
in the notes; where the body does not tell, the user is asked.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import AmbiguousFileError
from core.formats.arrays import as_poses_array, load_npy
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.posture import (
    Evidence,
    cannot_be_confidence,
    evidence_of,
    evidence_of_file,
    first_pose,
    is_pose_shaped,
)
from core.records import Axes, Origin, Poses, Poses2D, Scale

__all__ = ["FORMATS"]

_PIXEL_THIGHS = (65.0, 250.0)
_MM_PER_PIXEL = 4.0


def _sniff_poses(path: Path, head: bytes) -> Match | None:
    """Possible for every (T, 17, 3) header, so that a damaged or odd array is reported by its own fault."""
    if not is_pose_shaped(path, head):
        return None
    seen = None if cannot_be_confidence(first_pose(path, head)) else evidence_of_file(path, head)
    return None if seen is not None and seen.third_is_confidence else Match(False, "an array of shape (T, 17, 3)")


def _read_poses(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3) in a unit and axes concluded from the body, or as ``options`` say."""
    array, sha256 = load_npy(path)
    poses = as_poses_array(array, path)
    seen = evidence_of(poses)
    factor, scale, unit = _unit(seen, options, path)
    axes = _axes(seen, options, path)
    with np.errstate(over="ignore"):
        xyz_mm = (poses.astype(np.float64) * factor).astype(np.float32)
    record = Poses(xyz_mm, None, axes, scale, origin=Origin(str(path), sha256, POSES.name),
                   notes=_notes(options, unit, axes))  # fmt: skip
    root = "fixed at the origin" if seen.root_at_zero else "moves"
    facts = (("units", unit), ("thigh", f"{seen.thigh:.4g} units long"), ("root", root))
    return Content(POSES.name, path, sha256, (Item(record),), facts)


def _notes(options: ReadOptions, unit: str, axes: Axes) -> tuple[str, ...]:
    """What had to be concluded or assumed; the same words for every file of a lifter, so that they can be counted."""
    notes = []
    if options.mm_per_unit is None:
        notes.append(f"unit concluded from the length of the thigh: {unit}")
    if options.axes is None:
        notes.append(f"axes concluded from the direction feet to head: {axes}")
    if options.rig is None:
        notes.append("rig not stated: Human3.6M assumed")
    return tuple(notes)


def _unit(seen: Evidence, options: ReadOptions, path: Path) -> tuple[float, Scale, str]:
    """Factor to (nominal) millimetres, what the size then means, and the unit in words."""
    if options.mm_per_unit is not None:
        return options.mm_per_unit, Scale.METRIC, f"{options.mm_per_unit:g} mm per unit, as stated"
    if seen.is_millimetres:
        return 1.0, Scale.METRIC, "millimetres"
    boxed = seen.in_unit_box and not seen.root_at_zero and seen.axes is Axes.CAMERA
    if seen.is_metres and not boxed:
        return 1000.0, Scale.METRIC, "metres"
    if seen.in_unit_box and not seen.is_metres and seen.thigh > 0:
        return 1000.0, Scale.ARBITRARY, "a normalised box, of unknown size"
    if _PIXEL_THIGHS[0] <= seen.thigh < _PIXEL_THIGHS[1]:
        return _MM_PER_PIXEL, Scale.ARBITRARY, "pixels"
    likely = "metres, or a normalised box" if seen.is_metres else "no unit makes that a human thigh (350 to 500 mm)"
    raise AmbiguousFileError(f"unit cannot be told: the thigh is {seen.thigh:.4g} units long ({likely})", path=path,
                             hint="State the millimetres per unit, or name the format")  # fmt: skip


def _axes(seen: Evidence, options: ReadOptions, path: Path) -> Axes:
    if options.axes is not None:
        return Axes(options.axes)
    if seen.axes is None:
        x, y, z = seen.up
        raise AmbiguousFileError(
            f"axes cannot be told: feet to head points along ({x:.2f}, {y:.2f}, {z:.2f})", path=path,
            hint=f"State the axes: {', '.join(Axes)}",
        )  # fmt: skip
    return seen.axes


def _sniff_keypoints(path: Path, head: bytes) -> Match | None:
    seen = None if cannot_be_confidence(first_pose(path, head)) else evidence_of_file(path, head)
    if seen is None or not seen.third_is_confidence:
        return None
    return Match(True, "(T, 17, 3): pixels, and a third number always within 0..1, a confidence")


def _read_keypoints(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3): x, y in pixels and confidence, Human3.6M joint order."""
    array, sha256 = load_npy(path)
    numbers = as_poses_array(array, path)
    notes = ("third number read as confidence", "Human3.6M joint order assumed")
    record = Poses2D(numbers[..., :2], "h36m17", None, numbers[..., 2], options.size_px,
                     Origin(str(path), sha256, KEYPOINTS.name), notes)  # fmt: skip
    return Content(KEYPOINTS.name, path, sha256, (Item(record),), (("units", "pixels"),))


POSES = Format("poses_npy", "17-joint poses (plain array)", (".npy",), "poses", _sniff_poses, _read_poses)
KEYPOINTS = Format("keypoints_npy", "17 keypoints with confidence (plain array)", (".npy",), "poses2d",
                   _sniff_keypoints, _read_keypoints)  # fmt: skip
FORMATS = (POSES, KEYPOINTS)
