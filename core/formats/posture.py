"""What the numbers of an unnamed pose file say about themselves: unit, axes, and how the root was treated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes
from core.formats.arrays import as_poses_array, is_npy, npy_header, parse_npy
from core.records import Axes, Float32, Float64
from core.skeleton import N_JOINTS

__all__ = [
    "MOTIONBERT_CHUNK",
    "ROOT_AT_ZERO",
    "Evidence",
    "cannot_be_confidence",
    "evidence_of",
    "evidence_of_file",
    "first_pose",
    "is_pose_shaped",
    "up_axes",
]  # fmt: skip

MOTIONBERT_CHUNK = 243
"""Frames that MotionBERT's ``infer_wild`` lifts at once; chunks do not overlap."""

ROOT_AT_ZERO = 0.1
"""The root counts as fixed at the origin where it never leaves it by more than this part of a thigh length."""

_METRES = (0.25, 0.65)
_MILLIMETRES = (250.0, 650.0)
_UPRIGHT = 0.6
_WHOLE_BOX = 1.2
_BEYOND_CONFIDENCE = 10.0
_SAMPLE = 64
_HEAD, _ANKLES, _THIGHS = 10, [3, 6], ((1, 2), (4, 5))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Measurements on a (T, 17, 3) array in its own units.

    thigh : median length hip to knee over frames and sides (a human femur is 350 to 500 mm). up : (3,) mean unit
    direction from the ankles to the head. root_max, abs_max : largest coordinate of joint 0, of all joints.
    chunk_root_z : depth of joint 0 at frames 0, 243, 486 ... is exactly 0 (MotionBERT). third_is_confidence :
    the third number is always within 0..1 while the first two are not.
    """

    thigh: float
    up: tuple[float, float, float]
    root_max: float
    abs_max: float
    chunk_root_z: bool
    third_is_confidence: bool

    @property
    def is_metres(self) -> bool:
        """The thigh is human if a unit is a metre."""
        return _METRES[0] <= self.thigh <= _METRES[1]

    @property
    def is_millimetres(self) -> bool:
        """The thigh is human if a unit is a millimetre."""
        return _MILLIMETRES[0] <= self.thigh <= _MILLIMETRES[1]

    @property
    def root_at_zero(self) -> bool:
        """Joint 0 stays at the origin."""
        return self.root_max <= ROOT_AT_ZERO * self.thigh

    @property
    def in_unit_box(self) -> bool:
        """All coordinates lie in or just outside [-1, 1]."""
        return self.abs_max <= _WHOLE_BOX

    @property
    def axes(self) -> Axes | None:
        """Axes whose up direction the body stands along, or None where it stands along none of the known ones."""
        return up_axes(self.up)


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
    thigh, up = _body(poses[:: max(1, len(poses) // _SAMPLE)])
    if not thigh:
        thigh, up = _body(poses)
    low, high = _extremes(poses[..., 2])
    abs_max = _largest(poses)
    return Evidence(
        thigh=thigh,
        up=(float(up[0]), float(up[1]), float(up[2])),
        root_max=_largest(poses[:, 0]),
        abs_max=abs_max,
        chunk_root_z=bool(np.all(poses[::MOTIONBERT_CHUNK, 0, 2] == 0)),
        third_is_confidence=low >= 0 and high <= 1 and abs_max > _BEYOND_CONFIDENCE,
    )


def _body(poses: Float32) -> tuple[float, Float64]:
    """Median thigh length and mean unit direction from the ankles to the head; 0 where undefined."""
    xyz = poses.astype(np.float64)
    thighs = np.concatenate([np.linalg.norm(xyz[:, a] - xyz[:, b], axis=-1) for a, b in _THIGHS])
    thighs = thighs[~np.isnan(thighs)]
    direction = xyz[:, _HEAD] - xyz[:, _ANKLES].mean(axis=1)
    length = np.linalg.norm(direction, axis=-1)
    defined = length > 0  # False for NaN
    units = direction[defined] / length[defined, None]
    up = units.mean(axis=0) if len(units) else np.zeros(3)
    return (float(np.median(thighs)) if len(thighs) else 0.0), up


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
