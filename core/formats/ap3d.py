"""AthletePose3D files as formats: how each is recognised and what is read from it on its own.

See :mod:`core.formats.ap3d_clip` for the files; :mod:`core.dataset` reads whole clips.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.errors import DataError
from core.files import read_bytes
from core.formats.ap3d_clip import (
    ROLES,
    clip_name,
    read_cameras,
    read_info,
    read_keypoints,
    read_points,
    read_poses,
    stem_of,
)
from core.formats.ap3d_rig import rig_by_labels, verified_rig
from core.formats.arrays import is_npy
from core.formats.base import Content, Format, Item, Match, ReadOptions, Record
from core.formats.posture import evidence_of_file
from core.records import Axes

__all__ = ["FORMATS"]


def _beside(path: Path) -> Path | None:
    """The clip information that belongs to an array, or None where it is not there."""
    info = stem_of(path)
    info = info.with_name(f"{info.name}.json")
    return info if info.is_file() else None


def _sniff_points(path: Path, head: bytes) -> Match | None:
    if not is_npy(head) or path.name.endswith((ROLES["poses"], ROLES["keypoints"])):
        return None
    beside = _beside(path)
    if beside is None:
        return None
    try:
        named = b'"keypoint_name"' in read_bytes(beside)
    except DataError:  # a sniffer only looks; reading the clip will say what is wrong with its .json
        return None
    return Match(True, "array beside the .json of its clip, with keypoint_name") if named else None


def _sniff_poses(path: Path, head: bytes) -> Match | None:
    """By the clip information beside it, else by its name where the body stands along Z as in the laboratory."""
    if not (is_npy(head) and path.name.endswith(ROLES["poses"])):
        return None
    if _beside(path):
        return Match(True, "_h36m.npy beside the .json of its clip")
    seen = evidence_of_file(path, head)
    upright = seen is not None and seen.axes is Axes.WORLD_Z_UP
    return Match(True, "named _h36m.npy, (T, 17, 3), Z up") if upright else None


def _sniff_keypoints(path: Path, head: bytes) -> Match | None:
    named = is_npy(head) and path.name.endswith(ROLES["keypoints"])
    return Match(True, "named _coco.npy") if named else None


def _sniff_info(path: Path, head: bytes) -> Match | None:
    if b'"keypoint_name"' in head:
        return Match(True, "JSON with keypoint_name")
    told = path.suffix == ".json" and b'"video_width"' in head and b'"cam"' in head
    return Match(True, "JSON with video_width and cam") if told else None


def _sniff_cameras(path: Path, head: bytes) -> Match | None:
    told = b'"affine_intrinsics_matrix"' in head or b'"extrinsic_matrix"' in head
    return Match(True, "JSON with camera matrices") if told and path.suffix == ".json" else None


def _content(path: Path, name: str, sha256: str, record: Record, facts: tuple[tuple[str, str], ...]) -> Content:
    """The content of a file of one clip, its record placed by folder and stem."""
    stem = stem_of(path).name
    parts = clip_name(stem)
    action = f"{parts.activity}_{parts.trial}" if parts.trial else parts.activity
    item = Item(record, "", path.parent.name, action, parts.camera_index)
    return Content(name, path, sha256, (item,), (("clip", f"{path.parent.name}_{stem}"), *facts))


def _read_points_file(path: Path, options: ReadOptions) -> Content:
    """Labelled points; needs the clip information beside it."""
    beside = _beside(path)
    if beside is None:
        raise DataError("labelled points without names", path=path, expected=f"{stem_of(path).name}.json beside it")
    info = read_info(beside)
    points = read_points(path, info, options.mm_per_unit)
    facts = (("labels", str(len(info.labels))), ("rig", rig_by_labels(info.labels).name))
    return _content(path, "ap3d_points", points.origin.sha256, points, facts)


def _read_poses_file(path: Path, options: ReadOptions) -> Content:
    """Reference poses; frame rate and rig from the clip's other files where they are there."""
    beside = _beside(path)
    info = None if beside is None else read_info(beside)
    rig = rig_by_labels(() if info is None else info.labels)
    poses = read_poses(path, None if info is None else info.fps, rig.name, options.mm_per_unit)
    notes: tuple[str, ...] = (f"rig {rig.name} {'assumed' if info is None else 'by the label names'}; not verified",)
    points_file = stem_of(path).with_name(f"{stem_of(path).name}{ROLES['points']}")
    if info is not None and points_file.is_file():
        points = read_points(points_file, info)
        if points.n_frames == poses.n_frames:
            rig, notes = verified_rig(points, poses.xyz_mm)
    poses = replace(poses, rig=rig.name, notes=(*poses.notes, *notes))
    return _content(path, "ap3d_h36m", poses.origin.sha256, poses, (("rig", rig.name),))


def _read_keypoints_file(path: Path, options: ReadOptions) -> Content:
    beside = _beside(path)
    keypoints = read_keypoints(path, None if beside is None else read_info(beside))
    if keypoints.size_px is None and options.size_px is not None:
        keypoints = replace(keypoints, size_px=options.size_px)
    return _content(path, "ap3d_coco", keypoints.origin.sha256, keypoints, (("units", "pixels"),))


def _read_info_file(path: Path, options: ReadOptions) -> Content:
    """Clip information as facts; the records are in the arrays beside it."""
    del options
    info = read_info(path)
    facts = (
        ("clip", f"{path.parent.name}_{path.stem}"), ("fps", f"{info.fps:g}"), ("camera", info.camera_id),
        ("group", info.group), ("picture", f"{info.size_px[0]}x{info.size_px[1]} px"),
        ("turned by 90 degrees", "yes" if info.rotated else "no"), ("labels", str(len(info.labels))),
        ("rig by labels", rig_by_labels(info.labels).name),
    )  # fmt: skip
    return Content("ap3d_info", path, info.sha256, (), facts)


def _read_cameras_file(path: Path, options: ReadOptions) -> Content:
    del options
    cameras, notes, sha256 = read_cameras(path)
    items = tuple(Item(camera, camera.name, camera=camera.name) for camera in cameras)
    return Content("ap3d_cameras", path, sha256, items, (("cameras", str(len(items))),), notes)


FORMATS = (
    Format("ap3d_points", "AthletePose3D labelled points", (".npy",), "points", _sniff_points, _read_points_file),
    Format("ap3d_h36m", "AthletePose3D reference poses", (".npy",), "poses", _sniff_poses, _read_poses_file),
    Format("ap3d_coco", "AthletePose3D 2D keypoints", (".npy",), "poses2d", _sniff_keypoints, _read_keypoints_file),
    Format("ap3d_info", "AthletePose3D clip information", (".json",), "info", _sniff_info, _read_info_file),
    Format("ap3d_cameras", "AthletePose3D cameras", (".json",), "cameras", _sniff_cameras, _read_cameras_file),
)
