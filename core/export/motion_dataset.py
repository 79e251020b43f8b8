"""Jointed motion (BVH) as a dataset in AthletePose3D layout: labelled points, joints, virtual cameras, exact angles.

The motion is recorded, the body is not: the segments turn as in the file, on a body of the tables
(:mod:`core.body.anthropometry`) with the leg length of the file.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from core.body.anthropometry import Anthropometry, anthropometry
from core.body.exact import motion_angles
from core.body.landmarks import SOLE
from core.body.points import label_positions_mm, labelled_points, poses_in_rig
from core.body.retarget import Retargeted, retarget
from core.body.rigs_bvh import JointMap
from core.body.segments import SegmentMotion
from core.body.usable import usable_frames
from core.cameras import camera_looking_at
from core.export.athletepose3d import write_cameras, write_clip
from core.export.tables import write_angles_csv
from core.files import ensure_writable_folder
from core.formats.ap3d_clip import read_cameras
from core.formats.base import JointMotion
from core.records import Camera, Float64

__all__ = ["MotionDataset", "body_of"]

_LEG_OF_STATURE = 0.491  # thigh and shank over stature, Drillis & Contini 1966
_STATURES_MM = (1400.0, 2100.0)
_ORDINARY_MM = 1750.0
_SIZE_PX, _FOCAL_PX = (1920, 1080), 1500.0
_UNSAFE = re.compile(r"[^\w\-]+")
_DIRECTIONS = {1: (0.0, -1.0), 2: (0.8, -0.6)}
"""Where the cameras stand, seen from the middle of the motion: at its side and ahead of it."""


def body_of(moved: Retargeted) -> tuple[Anthropometry, float, tuple[str, ...]]:
    """A body with the leg length of the recording, the factor from the recording's size to it, and notes.

    Where that length is not an adult's, an ordinary adult moves instead.
    """
    stature = moved.leg_mm / _LEG_OF_STATURE
    if _STATURES_MM[0] <= stature <= _STATURES_MM[1]:
        return anthropometry(stature, "male"), 1.0, (f"body of {stature:.0f} mm by the leg length of the file",)
    body = anthropometry(_ORDINARY_MM, "male")
    factor = (body.thigh + body.shank) / moved.leg_mm
    return body, factor, (f"leg of {moved.leg_mm:.0f} mm is no adult's: body of {_ORDINARY_MM:.0f} mm, motion times"
                          f" {factor:.3g}",)  # fmt: skip


class MotionDataset:
    """A dataset folder that clips of motion are added to.

    joint_map : for rigs that do not ship. Layout: ``data/test_set/S1/<stem>_cam_<n>.*``, ``cam_param.json``,
    ``exact_angles/S1_<stem>_cam_<n>_angles.csv``.
    """

    def __init__(self, folder: Path, joint_map: JointMap | None = None) -> None:
        self.folder, self._map = folder, joint_map
        earlier = folder / "cam_param.json"
        self._cameras = {camera.name: camera for camera in read_cameras(earlier)[0]} if earlier.is_file() else {}

    def clip_file(self, stem: str) -> Path:
        """The first file of a clip, to see whether it is there."""
        return self.folder / "data" / "test_set" / "S1" / f"{_safe(stem)}_cam_1.json"

    def add(self, motion: JointMotion, stem: str) -> tuple[Path, tuple[str, ...]]:
        """Write one motion, seen by two cameras; returns the folder of its clip and what was assumed or left out.

        A pose set in front of the motion is cut off; broken frames stay and are named. Raises
        :class:`core.errors.DataError` where the motion cannot be retargeted, :class:`core.errors.OutputError` where
        the folder cannot be written.
        """
        moved = retarget(motion, self._map)
        usable = usable_frames(moved.motion)
        start = int(np.argmax(usable.frames)) if usable.frames.any() else 0
        body, factor, said = body_of(moved)
        placed, floor = _placed(moved.motion, body, factor, start)
        points, poses, angles = labelled_points(body, placed), poses_in_rig(body, placed, "ap3d"), motion_angles(placed)
        clips = self.folder / "data" / "test_set" / "S1"
        ensure_writable_folder(self.folder / "exact_angles")
        for number in _DIRECTIONS:
            name = f"{_safe(stem)}_cam_{number}"
            camera = _camera(f"{_safe(stem)}_camera_{number}", placed.pelvis_mm, number)
            made = {"made_by": "anglescope convert", "motion": stem, "virtual_points": True}
            write_clip(clips, name, points, poses, camera, "motion", made)
            write_angles_csv(self.folder / "exact_angles" / f"S1_{name}_angles.csv", angles, placed.fps)
            self._cameras[camera.name] = camera
        write_cameras(self.folder / "cam_param.json", self._cameras.values())
        cut = (f"first {start} frames cut off",) if start else ()
        return clips, (f"rig {moved.rig}", *said, *moved.notes, *usable.notes, *cut, floor)


def _safe(stem: str) -> str:
    """A stem as the layout has it, ``<motion>_<number>``."""
    safe = _UNSAFE.sub("_", stem)
    return safe if re.search(r"_\d+$", safe) else f"{safe}_1"


def _placed(motion: SegmentMotion, body: Anthropometry, factor: float, start: int) -> tuple[SegmentMotion, str]:
    """The motion from ``start`` on in the size of the body, over the middle of the floor, lowest soles at 0."""
    pelvis = motion.pelvis_mm[start:] * factor
    raw = SegmentMotion(pelvis, motion.rotations[start:], motion.fps, motion.axes)
    soles = label_positions_mm(body, raw, tuple(f"{side}_{name}" for side in "LR" for name in SOLE))
    lowest = float(np.percentile(soles[..., 2].min(axis=1), 5))
    shift = np.array([*-np.median(pelvis[:, :2], axis=0), -lowest])
    note = f"moved by ({', '.join(f'{value:.0f}' for value in shift)}) mm: middle of the floor, feet on it"
    return SegmentMotion(pelvis + shift, raw.rotations, motion.fps, motion.axes), note


def _camera(name: str, pelvis_mm: Float64, number: int) -> Camera:
    """A camera far enough away to see all of the motion."""
    reach = float(np.abs(pelvis_mm[:, :2]).max()) + 1200.0
    distance = max(2.2 * reach * _FOCAL_PX / (_SIZE_PX[0] / 2), 4500.0)
    x, y = _DIRECTIONS[number]
    position = np.array([x * distance, y * distance, 1500.0])
    return camera_looking_at(name, position, np.array([0.0, 0.0, 900.0]), _FOCAL_PX, _SIZE_PX)
