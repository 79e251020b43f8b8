"""Loading one clip of an index: reference poses, labelled points and camera, checked against one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.dataset.entries import ClipEntry, Dataset
from core.errors import DataError
from core.formats.ap3d_clip import ROLES, ClipInfo, read_info, read_keypoints, read_points, read_poses
from core.formats.ap3d_rig import missing_labels, poses_from_points, rig_by_labels, verified_rig
from core.records import Camera, Clip, Points, Poses, Poses2D
from core.skeleton import BONES, JOINTS

__all__ = ["iter_clips", "load_clip", "load_keypoints"]


def load_clip(entry: ClipEntry, dataset: Dataset) -> Clip:
    """Everything the engine needs of one clip, in millimetres in the world.

    Missing reference poses are made from the labelled points, missing points or cameras are None; each is said in
    the notes, as are a rig that does not fit the labels, missing joints and bones without length.
    Raises :class:`DataError` for a file that is missing, unusable or changed since the index was made.
    """
    info = read_info(dataset.file(entry, ROLES["info"]))
    points = read_points(dataset.file(entry, ROLES["points"]), info) if "points" in entry.roles else None
    poses, notes = _poses(entry, dataset, info, points)
    if poses.n_frames != entry.n_frames:
        raise DataError("clip changed since it was indexed", path=poses.origin.path,
                        expected=f"{entry.n_frames} frames", got=f"{poses.n_frames}", hint="Run again")  # fmt: skip
    camera = _camera(dataset, info)
    if camera is None:
        notes += (f"camera {info.camera_id!r} is not in cam_param.json: poses stay in the world",)
    hashes = {"info": info.sha256}
    if "poses" in entry.roles:
        hashes["poses"] = poses.origin.sha256
    if points is not None:
        hashes["points"] = points.origin.sha256
    return Clip(entry.name, entry.athlete, entry.activity, info.fps, poses, points, camera,
                tuple(sorted(hashes.items())), (*notes, *_oddities(poses, info)))  # fmt: skip


def iter_clips(dataset: Dataset) -> Iterator[Clip | DataError]:
    """The clips in order of name, one in memory at a time; a clip that cannot be loaded comes as its error."""
    for entry in dataset.clips:
        try:
            yield load_clip(entry, dataset)
        except DataError as error:
            yield error


def load_keypoints(entry: ClipEntry, dataset: Dataset) -> Poses2D:
    """The clip's 2D keypoints, (T, 17, 2) upright pixels in COCO order. Raises :class:`DataError` without them."""
    keypoints = read_keypoints(dataset.file(entry, ROLES["keypoints"]), read_info(dataset.file(entry, ROLES["info"])))
    if len(keypoints.xy_px) != entry.n_frames:
        raise DataError("2D keypoints and reference differ in length", path=keypoints.origin.path,
                        expected=f"{entry.n_frames} frames", got=f"{len(keypoints.xy_px)}")  # fmt: skip
    return keypoints


def _poses(entry: ClipEntry, dataset: Dataset, info: ClipInfo, points: Points | None) -> tuple[Poses, tuple[str, ...]]:
    """Reference poses with their rig, and notes about it."""
    if "poses" not in entry.roles and points is not None:
        poses = poses_from_points(points)
        return poses, poses.notes
    path = dataset.file(entry, ROLES["poses"])
    rig = rig_by_labels(info.labels)
    poses = read_poses(path, info.fps, rig.name)
    if points is None:
        lacking = missing_labels(rig, info.labels)
        why = f"assumed, as its recipe lacks {lacking[0]!r}" if lacking else "taken from the label names"
        return poses, (*poses.notes, "no labelled points: reference angles are not available",
                       f"rig {rig.name} {why}; not verified")  # fmt: skip
    if points.n_frames != poses.n_frames:
        raise DataError("points and poses differ in length", path=path, expected=f"{points.n_frames} frames",
                        got=f"{poses.n_frames}")  # fmt: skip
    rig, notes = verified_rig(points, poses.xyz_mm)
    return (replace(poses, rig=rig.name) if rig.name != poses.rig else poses), (*points.notes, *poses.notes, *notes)


def _camera(dataset: Dataset, info: ClipInfo) -> Camera | None:
    """The clip's camera with picture size and turning of its ``.json``."""
    camera = dataset.camera(info.camera_id)
    return None if camera is None else replace(camera, size_px=info.size_px, rotated_ccw_90=info.rotated)


def _oddities(poses: Poses, info: ClipInfo) -> tuple[str, ...]:
    """Sentences on what a reader of results should know: gaps, bones without length, a range that does not fit."""
    notes = []
    xyz = poses.xyz_mm
    absent = _in_any_axis(np.isnan(xyz)).sum(axis=0)
    gaps = [f"{JOINTS[j]} in {absent[j]} of {poses.n_frames} frames" for j in np.flatnonzero(absent)]
    if gaps:
        notes.append(f"reference joints are missing: {', '.join(gaps[:4])}"
                     + (f" and {len(gaps) - 4} more" if len(gaps) > 4 else ""))  # fmt: skip
    ends = np.array(BONES)
    flat = (~_in_any_axis(xyz[:, ends[:, 0]] != xyz[:, ends[:, 1]])).sum(axis=0)
    notes += [f"bone {JOINTS[BONES[b][0]]}-{JOINTS[BONES[b][1]]} has no length in {flat[b]} of {poses.n_frames} frames"
              for b in np.flatnonzero(flat)]  # fmt: skip
    if poses.n_frames == 1:
        notes.append("clip has one frame: velocities and ranges of motion are undefined")
    if info.source_start_frame is not None and info.source_end_frame is not None:
        span = info.source_end_frame - info.source_start_frame
        if poses.n_frames not in (span, span + 1):
            notes.append(f"source frames {info.source_start_frame} to {info.source_end_frame} do not make "
                         f"{poses.n_frames} frames")  # fmt: skip
    return tuple(notes)


def _in_any_axis(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(T, N, 3) to (T, N); numpy reduces a last axis of three slowly."""
    either: NDArray[np.bool_] = flags[..., 0] | flags[..., 1] | flags[..., 2]
    return either
