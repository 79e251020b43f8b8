"""A lone ``.npy`` of 17-joint poses, or of 17 keypoints with confidence, that no named lifter wrote.

Where they are not stated, unit and axes are concluded from the body itself (length of thighs and shanks, direction
from the feet to the head) and said in the notes; where the body does not tell, the user is asked. One file is weak
evidence (an athlete may be upside down): :mod:`core.pairing.meaning` settles them for all files of a lifter.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import AmbiguousFileError
from core.formats.arrays import as_poses_array, load_npy
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.posture import (
    UNIT_WINDOWS,
    Evidence,
    Unit,
    cannot_be_confidence,
    evidence_of,
    evidence_of_file,
    first_pose,
    is_pose_shaped,
    unit_of,
)
from core.records import Axes, Origin, Poses, Poses2D, Scale

__all__ = ["FORMATS"]


def _sniff_poses(path: Path, head: bytes) -> Match | None:
    """Possible for every (T, 17, 3) header, so that a damaged or odd array is reported by its own fault."""
    if not is_pose_shaped(path, head):
        return None
    seen = None if cannot_be_confidence(first_pose(path, head)) else evidence_of_file(path, head)
    return None if seen is not None and seen.third_is_confidence else Match(False, "an array of shape (T, 17, 3)")


def _read_poses(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3) in the unit and axes of ``options``; what they leave open is concluded from the body."""
    array, sha256 = load_npy(path)
    poses = as_poses_array(array, path)
    facts: tuple[tuple[str, str], ...] = ()
    if options.mm_per_unit is not None and options.axes is not None:
        unit, axes = _stated_unit(options.mm_per_unit, options), Axes(options.axes)
    else:
        seen = evidence_of(poses)
        unit, axes, facts = _unit(seen, options, path), _axes(seen, options, path), _facts(seen)
    with np.errstate(over="ignore"):
        xyz_mm = poses if unit.mm == 1 else (poses.astype(np.float64) * unit.mm).astype(np.float32)
    record = Poses(xyz_mm, None, axes, unit.scale, origin=Origin(str(path), sha256, POSES.name),
                   notes=_notes(options, unit, axes))  # fmt: skip
    return Content(POSES.name, path, sha256, (Item(record),), (("units", unit.name), *facts))


def _facts(seen: Evidence) -> tuple[tuple[str, str], ...]:
    """What was measured."""
    root = "fixed at the origin" if seen.root_at_zero else "moves"
    return ("thigh or shank", f"{seen.leg_bone:.4g} units long"), ("root", root)


def _notes(options: ReadOptions, unit: Unit, axes: Axes) -> tuple[str, ...]:
    """What had to be concluded or assumed; the same words for every file of a lifter, so that they can be counted."""
    notes = []
    if options.mm_per_unit is None:
        notes.append(f"unit concluded from the length of the legs: {unit.name}")
    if options.axes is None:
        notes.append(f"axes concluded from the direction feet to head: {axes}")
    if options.rig is None:
        notes.append("rig not stated: Human3.6M assumed")
    return tuple(notes)


def _stated_unit(mm_per_unit: float, options: ReadOptions) -> Unit:
    return Unit(f"{mm_per_unit:g} mm per unit, as stated", mm_per_unit, Scale(options.scale or Scale.METRIC))


def _unit(seen: Evidence, options: ReadOptions, path: Path) -> Unit:
    """The unit as stated, else as the legs tell; :class:`AmbiguousFileError` where they do not."""
    if options.mm_per_unit is not None:
        return _stated_unit(options.mm_per_unit, options)
    unit = unit_of(seen)
    if unit is not None:
        return unit
    likely = "metres, or a normalised box" if seen.is_metres else f"a human's are {UNIT_WINDOWS}"
    raise AmbiguousFileError(f"unit cannot be told: thighs and shanks are {seen.leg_bone:.4g} units long ({likely})",
                             path=path, hint="State the millimetres per unit, or name the format")  # fmt: skip


def _axes(seen: Evidence, options: ReadOptions, path: Path) -> Axes:
    """The axes as stated, else those that the body stands along; :class:`AmbiguousFileError` where it does not."""
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
