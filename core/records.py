"""The frozen records that flow through the engine: labelled points, poses, angles, cameras, clips.

Arrays are float32, frames first, read-only; NaN is missing; millimetres and degrees. Equality is identity,
because ``==`` on array fields has no single answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.conventions import N_ANGLES
from core.errors import DataError
from core.skeleton import N_JOINTS, RIGS

__all__ = ["Angles", "Axes", "Camera", "Clip", "Float32", "Float64", "Origin", "Points", "Poses", "Poses2D", "Scale"]

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]


class Axes(StrEnum):
    """Frame of axes of a recording.

    world_z_up : laboratory, Z up (AthletePose3D, Vicon, Human3.6M world).
    world_y_up : laboratory, Y up (OpenSim, BVH).
    camera : x right, y down, z away from the camera (every lifter in H36M tradition).
    """

    WORLD_Z_UP = "world_z_up"
    WORLD_Y_UP = "world_y_up"
    CAMERA = "camera"


class Scale(StrEnum):
    """What the size of a pose means.

    metric : millimetres of the real athlete.
    arbitrary : known up to one factor only; metric MPJPE is undefined.
    weak_perspective : 2.5D, pixel positions with relative depth brought to nominal size; also up to scale.
    """

    METRIC = "metric"
    ARBITRARY = "arbitrary"
    WEAK_PERSPECTIVE = "weak_perspective"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from: file path as given, sha256 of its bytes, name of the format that read it."""

    path: str = ""
    sha256: str = ""
    format: str = ""


def frozen_array(value: ArrayLike, shape: tuple[int | None, ...], what: str, dtype: Any = np.float32) -> NDArray[Any]:
    """A read-only C-contiguous copy of ``value``, its shape checked (None in ``shape``: any length).

    The copy is always made: freezing what the caller handed in would freeze the caller's array.
    Raises :class:`DataError` for a wrong shape or a complex dtype.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise DataError(f"{what} must be numbers", expected="real floating point", got=str(array.dtype))
    fits = array.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
    if not fits:
        wanted = "(" + ", ".join("T" if n is None else str(n) for n in shape) + ")"
        raise DataError(f"{what} has the wrong shape", expected=wanted, got=str(array.shape))
    copy: NDArray[Any] = np.array(array, dtype=dtype, order="C", copy=True)
    copy.flags.writeable = False
    return copy


def _check_fps(fps: float | None) -> None:
    if fps is not None and not (np.isfinite(fps) and fps > 0):
        raise DataError("frame rate must be positive", expected="fps > 0", got=f"fps = {fps}")


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """17-joint poses of one athlete over time.

    xyz_mm : (T, 17, 3) float32, joints in the order of :data:`core.skeleton.JOINTS`; millimetres where
        ``scale`` is metric, nominal millimetres otherwise; NaN is missing.
    fps : frames per second, or None where the file does not say.
    axes, scale, rig : what the numbers mean; rig is a key of :data:`core.skeleton.RIGS`.
    normalisation : how the lifter's 2D input was normalised, if known (it moves results; angles.md 8.4).
    origin, notes : file, and what a reader had to assume or undo, in plain sentences.
    Raises :class:`DataError` for wrong shape, fps <= 0 or infinite coordinates (frame named).
    """

    xyz_mm: Float32
    fps: float | None
    axes: Axes
    scale: Scale = Scale.METRIC
    rig: str = "h36m"
    normalisation: str | None = None
    origin: Origin = field(default_factory=Origin)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        array = frozen_array(self.xyz_mm, (None, N_JOINTS, 3), "poses")
        object.__setattr__(self, "xyz_mm", array)
        object.__setattr__(self, "axes", Axes(self.axes))
        object.__setattr__(self, "scale", Scale(self.scale))
        _check_fps(self.fps)
        if self.rig not in RIGS:
            raise DataError(f"unknown rig {self.rig!r}", expected=" or ".join(RIGS))
        _check_finite_or_nan(array, "joint", self.origin.path)

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self.xyz_mm)


def _check_finite_or_nan(array: Float32, what: str, path: str) -> None:
    """Refuse infinity, naming its first frame and joint (or label) index."""
    infinite = np.isinf(array)
    if infinite.any():
        frame, index, _ = np.argwhere(infinite)[0]
        raise DataError(f"infinite coordinate at {what} {index}", path=path or None, frame=int(frame),
                        expected="finite numbers, NaN where missing")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Labelled points of one athlete over time: virtual landmarks or markers, any number of them.

    xyz_mm : (T, K, 3) float32 millimetres; NaN is missing.
    names : K labels, unique, in the order of axis 1. Always look up by name, never by index.
    fps, axes, origin, notes : as for :class:`Poses`.
    Raises :class:`DataError` for wrong shape, duplicate labels, fps <= 0 or infinite coordinates.
    """

    xyz_mm: Float32
    names: tuple[str, ...]
    fps: float | None
    axes: Axes
    origin: Origin = field(default_factory=Origin)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        array = frozen_array(self.xyz_mm, (None, len(self.names), 3), "labelled points")
        object.__setattr__(self, "xyz_mm", array)
        object.__setattr__(self, "axes", Axes(self.axes))
        repeats = len(set(self.names)) < len(self.names)
        twice = sorted({name for name in self.names if self.names.count(name) > 1}) if repeats else []
        if twice:
            raise DataError(f"label {twice[0]!r} occurs twice", path=self.origin.path or None, expected="unique labels")
        _check_fps(self.fps)
        _check_finite_or_nan(array, "label", self.origin.path)

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self.xyz_mm)


@dataclass(frozen=True, slots=True, eq=False)
class Poses2D:
    """2D keypoints in pixels.

    xy_px : (T, J, 2) float32; confidence : (T, J) float32 or None; layout : ``h36m17``, ``coco17``, ``halpe26``.
    size_px : (width, height) of the picture, if known.
    """

    xy_px: Float32
    layout: str
    fps: float | None = None
    confidence: Float32 | None = None
    size_px: tuple[int, int] | None = None
    origin: Origin = field(default_factory=Origin)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "xy_px", frozen_array(self.xy_px, (None, None, 2), "2D keypoints"))
        if self.confidence is not None:
            checked = frozen_array(self.confidence, self.xy_px.shape[:2], "confidence")
            object.__setattr__(self, "confidence", checked)
        _check_fps(self.fps)


@dataclass(frozen=True, slots=True, eq=False)
class Angles:
    """The twelve angles over time.

    deg : (T, 12) float32 degrees in the order of :data:`core.conventions.ANGLES`, NaN undefined.
        The shoulder pair is always stored as *components*, which hold the whole arm direction;
        :mod:`core.angles.views` derives raw and projected from them.
    method : what computed them: ``isb`` (labelled points) or the estimator's name.
    notes : what was substituted or assumed (``T10 for T8``, ``Harrington hip joint centres`` ...).
    """

    deg: Float32
    method: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "deg", frozen_array(self.deg, (None, N_ANGLES), "angles"))

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self.deg)


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A pinhole camera without distortion.

    intrinsics : (3, 3), pixels. rotation : (3, 3) world to camera (x right, y down, z away).
    position_mm : (3,) in the world. size_px : (width, height) as stored, before any rotation.
    rotated_ccw_90 : the video is shown turned, so upright coordinates are (x, y) -> (y, -x).
    """

    name: str
    intrinsics: Float64
    rotation: Float64
    position_mm: Float64
    size_px: tuple[int, int] | None = None
    rotated_ccw_90: bool = False

    def __post_init__(self) -> None:
        for key, shape in (("intrinsics", (3, 3)), ("rotation", (3, 3)), ("position_mm", (3,))):
            object.__setattr__(self, key, frozen_array(getattr(self, key), shape, f"camera {key}", np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One recording with its reference.

    name : ``<athlete folder>_<stem>``, unique in its dataset; the name in files and tables.
    athlete : key of the person, sport and folder where folders are reused (``fs/S1``).
    activity : motion name (``Axel``, ``Running``).
    fps : frames per second, > 0.
    poses : reference poses. points : labelled points, or None where there are none.
    camera : camera of this copy, or None. sha256 : per file role (``points``, ``poses`` ...) hash of the bytes read.
    """

    name: str
    athlete: str
    activity: str
    fps: float
    poses: Poses
    points: Points | None = None
    camera: Camera | None = None
    sha256: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_fps(self.fps)
        if self.points is not None and self.points.n_frames != self.poses.n_frames:
            raise DataError(
                "points and poses differ in length", path=self.poses.origin.path or None,
                expected=f"{self.points.n_frames} frames as in the points", got=f"{self.poses.n_frames} frames",
            )  # fmt: skip

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return self.poses.n_frames
