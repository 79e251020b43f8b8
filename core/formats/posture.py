"""What the numbers of an unnamed pose file say about themselves: unit, axes, and how the root was treated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes
from core.formats.arrays import as_poses_array, is_npy, npy_header, parse_npy
from core.records import Axes, Float32, Float64, Scale
from core.skeleton import N_JOINTS

__all__ = [
    "MOTIONBERT_CHUNK",
    "ROOT_AT_ZERO",
    "UNIT_WINDOWS",
    "Evidence",
    "Unit",
    "cannot_be_confidence",
    "evidence_of",
    "evidence_of_file",
    "first_pose",
    "is_pose_shaped",
    "leg_bone",
    "unit_of",
    "up_axes",
]  # fmt: skip

MOTIONBERT_CHUNK = 243
"""Frames that MotionBERT's ``infer_wild`` lifts at once; chunks do not overlap."""

ROOT_AT_ZERO = 0.1
"""The root counts as fixed at the origin where it never leaves it by more than this part of a leg bone."""

_METRES = (0.25, 0.65)
_MILLIMETRES = (250.0, 650.0)
_PIXELS = (65.0, 250.0)
_MM_PER_BOX_UNIT = 1000.0
_MM_PER_PIXEL = 4.0
UNIT_WINDOWS = "0.25 to 0.65 in metres, 65 to 250 in pixels, 250 to 650 in millimetres"
"""How long a thigh or shank may be in the units that are told apart, in words."""

_UPRIGHT = 0.6
_WHOLE_BOX = 1.2
_BEYOND_CONFIDENCE = 10.0
_SAMPLE = 64
_HEAD, _ANKLES = 10, [3, 6]
_LEG_UPPER_ENDS, _LEG_LOWER_ENDS = [1, 4, 2, 5], [2, 5, 3, 6]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Measurements on a (T, 17, 3) array in its own units.

    leg_bone : typical length of a thigh or shank, see :func:`leg_bone` (of adults 350 to 500 mm). up : (3,) mean unit
    direction from the ankles to the head. root_max, abs_max : largest coordinate of joint 0, of all joints.
    chunk_root_z : depth of joint 0 at frames 0, 243, 486 ... is exactly 0 (MotionBERT). third_is_confidence :
    the third number is always within 0..1 while the first two are not.
    """

    leg_bone: float
    up: tuple[float, float, float]
    root_max: float
    abs_max: float
    chunk_root_z: bool
    third_is_confidence: bool

    @property
    def is_metres(self) -> bool:
        """The legs are human if a unit is a metre."""
        return _METRES[0] <= self.leg_bone <= _METRES[1]

    @property
    def is_millimetres(self) -> bool:
        """The legs are human if a unit is a millimetre."""
        return _MILLIMETRES[0] <= self.leg_bone <= _MILLIMETRES[1]

    @property
    def root_at_zero(self) -> bool:
        """Joint 0 stays at the origin."""
        return self.root_max <= ROOT_AT_ZERO * self.leg_bone

    @property
    def in_unit_box(self) -> bool:
        """All coordinates lie in or just outside [-1, 1]."""
        return self.abs_max <= _WHOLE_BOX

    @property
    def axes(self) -> Axes | None:
        """Axes whose up direction the body stands along, or None where it stands along none of the known ones."""
        return up_axes(self.up)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of length. name : in words. mm : (nominal) millimetres per unit. scale : what the size then means."""

    name: str
    mm: float
    scale: Scale


def unit_of(seen: Evidence) -> Unit | None:
    """The unit in which the legs are human, or None where none or several do.

    Coordinates in a box of +-1 whose legs would also be human in metres are told from metres by the root: a metric
    lifter in camera axes has it at the origin or some metres away, not about in the box.
    """
    if seen.is_millimetres:
        return Unit("millimetres", 1.0, Scale.METRIC)
    boxed = seen.in_unit_box and not seen.root_at_zero and seen.axes is Axes.CAMERA
    if seen.is_metres and not boxed:
        return Unit("metres", 1000.0, Scale.METRIC)
    if seen.in_unit_box and not seen.is_metres and seen.leg_bone > 0:
        return Unit("a normalised box, of unknown size", _MM_PER_BOX_UNIT, Scale.ARBITRARY)
    if _PIXELS[0] <= seen.leg_bone < _PIXELS[1]:
        return Unit("pixels", _MM_PER_PIXEL, Scale.ARBITRARY)
    return None


def up_axes(up: tuple[float, float, float]) -> Axes | None:
    """World Z up for +z, world Y up for +y, camera for -y; None where no axis holds most of the direction."""
    strongest = int(np.argmax(np.abs(up)))
    if abs(up[strongest]) < _UPRIGHT:
        return None
    known = {(2, True): Axes.WORLD_Z_UP, (1, True): Axes.WORLD_Y_UP, (1, False): Axes.CAMERA}
    return known.get((strongest, up[strongest] > 0))


def evidence_of(poses: Float32) -> Evidence:
    """Measure a checked (T, 17, 3) array; NaN coordinates are left out.

    Lengths and directions come from at most 64 frames spread over the clip (all frames where none of these is
    defined), extremes from every frame.
    """
    sample = poses[:: max(1, len(poses) // _SAMPLE)]
    if not (length := leg_bone(sample)):
        sample, length = poses, leg_bone(poses)
    up = _up(sample)
    low, high = _extremes(poses[..., 2])
    abs_max = _largest(poses)
    return Evidence(
        leg_bone=length,
        up=(float(up[0]), float(up[1]), float(up[2])),
        root_max=_largest(poses[:, 0]),
        abs_max=abs_max,
        chunk_root_z=bool(np.all(poses[::MOTIONBERT_CHUNK, 0, 2] == 0)),
        third_is_confidence=low >= 0 and high <= 1 and abs_max > _BEYOND_CONFIDENCE,
    )


def leg_bone(poses: Float32) -> float:
    """Typical length of a thigh or shank in (T, 17, 3) poses, in their own unit; 0 where no leg has a length.

    Per bone the median over the frames in which it has a length; of the four bones the upper median. Thighs and
    shanks of adults are equally long (Winter 2009, table 4.1: 0.245 and 0.246 of height), so that two of the four
    may be wrong (a joint that was never found lies on its parent) without moving the result.
    """
    ends = poses[:, _LEG_UPPER_ENDS].astype(np.float64) - poses[:, _LEG_LOWER_ENDS]
    lengths = np.sqrt((ends * ends).sum(axis=-1)).T
    known = lengths > 0  # False for NaN
    ordered = np.sort(np.where(known, lengths, np.inf))
    count = known.sum(axis=-1)
    typical = sorted((bone[(n - 1) // 2] + bone[n // 2]) / 2 for bone, n in zip(ordered, count, strict=True) if n)
    return float(typical[len(typical) // 2]) if typical else 0.0


def _up(poses: Float32) -> Float64:
    """Mean unit direction from the ankles to the head; 0 where undefined."""
    xyz = poses.astype(np.float64)
    direction = xyz[:, _HEAD] - xyz[:, _ANKLES].mean(axis=1)
    length = np.linalg.norm(direction, axis=-1)
    defined = length > 0  # False for NaN
    units = direction[defined] / length[defined, None]
    return units.mean(axis=0) if len(units) else np.zeros(3)


def _extremes(values: Float32) -> tuple[float, float]:
    """Smallest and largest number that is not NaN; NaN where there is none."""
    return float(np.fmin.reduce(values, axis=None)), float(np.fmax.reduce(values, axis=None))


def _largest(values: Float32) -> float:
    low, high = _extremes(values)
    return max(-low, high, 0.0) if low <= high else 0.0


def is_pose_shaped(path: Path, head: bytes) -> bool:
    """True for an ``.npy`` whose header says (T, 17, 3), whatever its dtype."""
    if not is_npy(head):
        return False
    try:
        return npy_header(path).shape[1:] == (N_JOINTS, 3)
    except DataError:
        return False


def first_pose(path: Path, head: bytes) -> Float64 | None:
    """(17, 3) of frame 0 from the beginning of the file, to rule formats out without reading the rest.

    None where it is not there to be read (another shape or type, column order, cut short).
    """
    if not is_pose_shaped(path, head):
        return None
    header = npy_header(path)
    n_numbers = N_JOINTS * 3
    complete = len(head) >= header.data_offset + n_numbers * header.dtype.itemsize
    if header.dtype.kind != "f" or header.fortran_order or not complete or not header.shape[0]:
        return None
    with np.errstate(all="ignore"):
        numbers = np.frombuffer(head, header.dtype, n_numbers, header.data_offset).astype(np.float64)
    return numbers.reshape(N_JOINTS, 3)


def cannot_be_confidence(first: Float64 | None) -> bool:
    """True where the third number of frame 0 leaves 0..1, so that it is no confidence."""
    return first is not None and bool(((first[:, 2] < 0) | (first[:, 2] > 1)).any())


def evidence_of_file(path: Path, head: bytes) -> Evidence | None:
    """Evidence of an ``.npy`` of poses, or None where the file is none or cannot be read."""
    if not is_pose_shaped(path, head):
        return None
    try:
        return evidence_of(as_poses_array(parse_npy(read_bytes(path), path), path))
    except DataError:
        return None
