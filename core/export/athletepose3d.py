"""Writer of clips in the AthletePose3D layout, as :mod:`core.formats.ap3d_clip` reads them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import project
from core.errors import DataError
from core.files import ensure_writable_folder, write_atomic
from core.records import Axes, Camera, Float32, Points, Poses
from core.skeleton import AP3D_RUNNING

__all__ = ["coco_pixels", "write_cameras", "write_clip", "write_npy"]

_NOSE = ("CLAV, Nasion", "R_Shoulder Joint, L_Shoulder Joint, Vertex, Vertex, Vertex, Vertex")
_COCO_FROM_H36M = {5: 11, 6: 14, 7: 12, 8: 15, 9: 13, 10: 16, 11: 4, 12: 1, 13: 5, 14: 2, 15: 6, 16: 3}
"""COCO joint to the joint of either AthletePose3D rig that is the same mean of labels; 1-4 (eyes, ears) stay empty."""


def coco_pixels(points: Points, poses: Poses, camera: Camera) -> Float32:
    """(T, 17, 2) upright pixels of the COCO joints of AthletePose3D's rig: projected reference, not a detection.

    Joint 0 is the mean of labels that the rig names; NaN where a label is missing, and for eyes and ears.
    """
    joints = np.full((points.n_frames, 17, 3), np.nan)
    for coco, h36m in _COCO_FROM_H36M.items():
        joints[:, coco] = poses.xyz_mm[:, h36m]
    nose = _NOSE[poses.rig == AP3D_RUNNING.name].split(", ")
    joints[:, 0] = points.xyz_mm[:, [points.names.index(label) for label in nose]].mean(axis=1, dtype=np.float64)
    return project(camera, joints).astype(np.float32)


def write_clip(
    folder: Path, stem: str, points: Points, poses: Poses, camera: Camera, group: str, extra: dict[str, Any]
) -> None:  # fmt: skip
    """Write ``<stem>.json .npy _h36m.npy _coco.npy`` into ``folder``, each file whole or not at all.

    points, poses : world millimetres, Z up, of one clip with a frame rate. group : ``type`` of the JSON.
    extra : further keys of the JSON. Raises :class:`DataError` for other axes, another length, or a missing frame rate
    or picture size, :class:`core.errors.OutputError` where the folder cannot be written.
    """
    if points.axes is not Axes.WORLD_Z_UP or poses.axes is not Axes.WORLD_Z_UP:
        raise DataError(f"{stem} cannot be written as AthletePose3D", expected="world axes, Z up", got=points.axes)
    if points.n_frames != poses.n_frames:
        raise DataError(f"points and poses of {stem} differ in length", expected=f"{points.n_frames} frames",
                        got=f"{poses.n_frames} frames")  # fmt: skip
    if points.fps is None or camera.size_px is None:
        raise DataError(f"{stem} cannot be written as AthletePose3D", expected="a frame rate and a picture size")
    info = {
        "video_width": camera.size_px[0], "video_height": camera.size_px[1], "fps": points.fps, "cam": camera.name,
        "type": group, "source_file": f"{stem}.mp4", "source_start_frame": 0,
        "source_end_frame": points.n_frames - 1, "rotation_ccw_90": camera.rotated_ccw_90, **extra,
        "keypoint_name": points.names,
    }  # fmt: skip
    ensure_writable_folder(folder)
    write_atomic(folder / f"{stem}.json", json.dumps(info, indent=1).encode())
    write_npy(folder / f"{stem}.npy", points.xyz_mm)
    write_npy(folder / f"{stem}_h36m.npy", poses.xyz_mm)
    write_npy(folder / f"{stem}_coco.npy", coco_pixels(points, poses, camera))


def write_cameras(path: Path, cameras: Iterable[Camera]) -> None:
    """``cam_param.json``: distortion is zero, since :class:`Camera` has none."""
    table = {camera.name: _camera(camera) for camera in cameras}
    write_atomic(path, json.dumps(table, indent=1).encode())


def _camera(camera: Camera) -> dict[str, Sequence[Any]]:
    # The file holds rows 1 and 2 with the opposite sign (its readers turn y and z over).
    stored = camera.rotation * np.array([[1.0], [-1.0], [-1.0]]) + 0.0
    return {
        "affine_intrinsics_matrix": camera.intrinsics.tolist(),
        "distortion": [0.0] * 5,
        "extrinsic_matrix": stored.tolist(),
        "xyz": camera.position_mm.tolist(),
    }


def write_npy(path: Path, array: NDArray[Any]) -> None:
    """One array as ``.npy``, whole or not at all."""
    memory = io.BytesIO()
    np.save(memory, array, allow_pickle=False)
    write_atomic(path, memory.getvalue())
