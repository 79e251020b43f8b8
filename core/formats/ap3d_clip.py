"""The files of an AthletePose3D clip: information, cameras, labelled points, 17-joint reference poses, 2D keypoints.

Layout and camera model: github.com/calvinyeungck/AthletePose3D (README, ``utils``, ``pose_3d/gendb.py``). A clip is
``<Motion>_<trial>_cam_<c>`` with ``.json`` (information), ``.npy`` (labelled points), ``_h36m.npy`` (reference
poses), ``_coco.npy`` (2D keypoints) and ``.mp4`` (video) beside one another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import floating, load_npy
from core.formats.jsonfault import json_fault
from core.records import Axes, Camera, Float32, Origin, Points, Poses, Poses2D
from core.skeleton import N_JOINTS

__all__ = ["ROLES", "ClipInfo", "ClipName", "clip_name", "decode_info", "millimetres", "read_cameras", "read_info",
           "read_keypoints", "read_points", "read_poses", "stem_of"]  # fmt: skip

ROLES: Mapping[str, str] = {"points": ".npy", "poses": "_h36m.npy", "keypoints": "_coco.npy", "info": ".json",
                         "video": ".mp4"}  # fmt: skip
"""What each file of a clip is, and how its name ends after the stem."""

_NAME = re.compile(r"(?P<activity>.+)_(?P<trial>\d+)_cam_(?P<camera>\d+)")
# A body or one of its bones is at most a few units long in metres and at least tens of units in millimetres.
_METRES_BELOW = 10.0
# Metres and millimetres lie a factor of 1000 apart: the median of a few frames tells them.
_SIZE_FRAMES = 8
# A camera in metres stands tens of units from the origin, one in millimetres thousands.
_CAMERA_METRES_BELOW = 100.0


@dataclass(frozen=True, slots=True)
class ClipName:
    """The parts of a stem: ``Running_1_cam_2`` is activity ``Running``, trial ``1``, camera index ``2``."""

    activity: str
    trial: str
    camera_index: str


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What the ``.json`` of a clip says.

    size_px : stored (width, height), before any turning. fps : frames per second, > 0. camera_id : key into
    ``cam_param.json``. group : action group (``fs``, ``running``). labels : K names in the order of axis 1 of the
    points. rotated : the video is shown turned by 90 degrees. source_start_frame, source_end_frame : range in the
    source recording, or None. sha256 : of the file.
    """

    size_px: tuple[int, int]
    fps: float
    camera_id: str
    group: str
    labels: tuple[str, ...]
    rotated: bool = False
    source_file: str = ""
    source_start_frame: int | None = None
    source_end_frame: int | None = None
    sha256: str = ""


class _InfoFile(msgspec.Struct):
    """The clip JSON as it stands in the file; keys that are not listed are ignored."""

    video_width: float
    video_height: float
    fps: float
    cam: str
    type: str
    keypoint_name: list[str]
    source_file: str = ""
    rotation_ccw_90: bool | float | None = False
    source_start_frame: int | None = None
    source_end_frame: int | None = None


class _CameraFile(msgspec.Struct):
    """One camera of ``cam_param.json`` as it stands in the file."""

    affine_intrinsics_matrix: list[list[float]]
    extrinsic_matrix: list[list[float]]
    xyz: list[float]


_INFO = msgspec.json.Decoder(_InfoFile)
_CAMERAS = msgspec.json.Decoder(dict[str, _CameraFile])


def stem_of(path: Path) -> Path:
    """The path of a clip without what its file's role adds: ``S1/Axel_1_cam_1_h36m.npy`` -> ``S1/Axel_1_cam_1``."""
    for ending in sorted(ROLES.values(), key=len, reverse=True):
        if path.name.endswith(ending):
            return path.with_name(path.name[: -len(ending)])
    return path


def clip_name(stem: str) -> ClipName:
    """Parts of a stem; a stem of another form is all activity, without trial or camera."""
    match = _NAME.fullmatch(stem)
    return ClipName(match["activity"], match["trial"], match["camera"]) if match else ClipName(stem, "", "")


def read_info(path: Path) -> ClipInfo:
    """Clip information of a ``.json``; see :func:`decode_info` for what is refused."""
    data = read_bytes(path)
    return replace(decode_info(data, path), sha256=sha256_hex(data))


def decode_info(data: bytes, path: Path) -> ClipInfo:
    """Clip information from the bytes of its ``.json``, without the hash.

    Raises :class:`DataError` for broken JSON, missing or wrongly typed keys, a frame rate that is not positive,
    a picture without size and labels that occur twice.
    """
    try:
        raw = _INFO.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise json_fault("clip information cannot be used", error, path) from None
    if not raw.fps > 0:
        raise DataError("frame rate must be positive", path=path, expected="fps > 0", got=f"fps = {raw.fps:g}")
    if not (raw.video_width > 0 and raw.video_height > 0):
        raise DataError("picture size must be positive", path=path, got=f"{raw.video_width:g}x{raw.video_height:g}")
    labels = raw.keypoint_name
    if len(set(labels)) < len(labels):
        twice = next(name for name in labels if labels.count(name) > 1)
        raise DataError(f"label {twice!r} occurs twice", path=path, expected="unique names in keypoint_name")
    return ClipInfo(
        (int(raw.video_width), int(raw.video_height)), raw.fps, raw.cam, raw.type, tuple(labels),
        bool(raw.rotation_ccw_90), raw.source_file, raw.source_start_frame, raw.source_end_frame,
    )  # fmt: skip


def read_cameras(path: Path) -> tuple[tuple[Camera, ...], tuple[str, ...], str]:
    """All cameras of a ``cam_param.json``, what was assumed about them in sentences, and the file's sha256.

    World to camera is ``R = extrinsic_matrix; R[1:] *= -1; Xc = R (Xw - xyz)`` (x right, y down, z away).
    Picture size and turning are not in this file: the clip's ``.json`` has them. Distortion is ignored, since no
    projection of AthletePose3D applies it and its two readers disagree on the order of the five numbers.
    Raises :class:`DataError` for broken JSON, missing keys, wrong shapes and an extrinsic matrix that is no rotation.
    """
    data = read_bytes(path)
    try:
        raw = _CAMERAS.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise json_fault("cameras cannot be used", error, path) from None
    notes = ["lens distortion is ignored, as in AthletePose3D's own projections"]
    distances = [float(np.linalg.norm(camera.xyz)) for camera in raw.values()]
    factor = 1.0
    if distances and np.median(distances) < _CAMERA_METRES_BELOW:
        factor = 1000.0
        notes.append("camera positions were in metres and were multiplied by 1000")
    return tuple(_camera(name, camera, factor, path) for name, camera in raw.items()), tuple(notes), sha256_hex(data)


def _camera(name: str, raw: _CameraFile, factor: float, path: Path) -> Camera:
    """One camera record from its entry; positions are multiplied by ``factor``."""
    try:
        extrinsic = np.array(raw.extrinsic_matrix, np.float64)
        intrinsics = np.array(raw.affine_intrinsics_matrix, np.float64)
        rotation = extrinsic * np.array([[1.0], [-1.0], [-1.0]])
        camera = Camera(name, intrinsics, rotation, np.array(raw.xyz, np.float64) * factor)
    except (ValueError, DataError) as error:
        raise DataError(f"camera {name!r} cannot be used ({error})", path=path) from None
    gram = camera.rotation @ camera.rotation.T
    if not np.allclose(gram, np.eye(3), atol=1e-3) or np.linalg.det(camera.rotation) < 0:
        raise DataError(f"extrinsic_matrix of camera {name!r} is not a rotation", path=path,
                        expected="orthonormal, determinant +1")  # fmt: skip
    return camera


def millimetres(xyz: Float32, mm_per_unit: float | None = None) -> tuple[Float32, tuple[str, ...]]:
    """Body coordinates in millimetres, and a note where they were something else.

    xyz : (T, N, 3). mm_per_unit : factor as stated by the user, or None to tell metres from millimetres.
    Metres are recognised by the body's extent: the median over frames of its largest side is below 10 units. A
    recording without any coordinate is taken as millimetres.
    """
    if mm_per_unit is not None:
        return xyz * np.float32(mm_per_unit), (f"coordinates were multiplied by {mm_per_unit:g}, as stated",)
    sides = _sides(xyz[:: max(1, len(xyz) // _SIZE_FRAMES)])
    sides = sides if len(sides) else _sides(xyz)
    if len(sides) and float(np.median(sides)) < _METRES_BELOW:
        return xyz * np.float32(1000), ("coordinates were in metres and were multiplied by 1000",)
    return xyz, ()


def _sides(xyz: Float32) -> Float32:
    """Largest side of the box around the body, per frame that has one."""
    columns = np.ascontiguousarray(xyz.transpose(0, 2, 1))  # numpy reduces rows of three slowly
    sides: Float32 = (np.fmax.reduce(columns, axis=2) - np.fmin.reduce(columns, axis=2)).max(axis=1, initial=0)
    return sides[sides > 0]


def read_points(path: Path, info: ClipInfo, mm_per_unit: float | None = None) -> Points:
    """Labelled points of a ``.npy`` with the labels of its clip information: (T, K, 3) millimetres, world Z up.

    Raises :class:`DataError` for an unusable file and where K is not the number of names in ``keypoint_name``.
    """
    array, sha256 = _load(path, (len(info.labels), 3), "one row per name in keypoint_name of its .json")
    xyz, notes = millimetres(array, mm_per_unit)
    return Points(xyz, info.labels, info.fps, Axes.WORLD_Z_UP, Origin(str(path), sha256, "ap3d_points"), notes)


def read_poses(path: Path, fps: float | None, rig: str, mm_per_unit: float | None = None) -> Poses:
    """Reference poses of a ``_h36m.npy``: (T, 17, 3) millimetres, world Z up.

    Raises :class:`DataError` for an unusable file.
    """
    array, sha256 = _load(path, (N_JOINTS, 3), "one row per joint")
    xyz, notes = millimetres(array, mm_per_unit)
    origin = Origin(str(path), sha256, "ap3d_h36m")
    return Poses(xyz, fps, Axes.WORLD_Z_UP, rig=rig, origin=origin, notes=notes)


def read_keypoints(path: Path, info: ClipInfo | None = None) -> Poses2D:
    """2D keypoints of a ``_coco.npy``: (T, 17, 2) upright pixels in COCO order; eyes and ears are missing (NaN).

    Raises :class:`DataError` for an unusable file.
    """
    array, sha256 = _load(path, (17, 2), "one row per COCO keypoint")
    size = None if info is None else (info.size_px[::-1] if info.rotated else info.size_px)
    fps = None if info is None else info.fps
    return Poses2D(array, "coco17", fps, size_px=size, origin=Origin(str(path), sha256, "ap3d_coco"))


def _load(path: Path, tail: tuple[int, int], meaning: str) -> tuple[Float32, str]:
    """A ``.npy`` of real numbers of shape (T, *tail) with at least one frame and one number, and its hash."""
    array, sha256 = load_npy(path)
    numbers = floating(array, (None, *tail), path, f"array ({meaning})")
    if np.isnan(numbers).all():
        raise DataError("every coordinate is missing (NaN)", path=path)
    return numbers, sha256
