"""Standard viewpoints of a clip: from the athlete's front, right side and above, and from where the camera stands."""

from __future__ import annotations

from math import atan2, cos, degrees, radians, sin, tan

import numpy as np

from core.cameras import camera_to_world, upright_size
from core.records import Camera, Float32, Float64
from core.skeleton import JOINTS
from viewer.content.records import ClipContent, Track
from viewer.scene.eye import Eye
from viewer.view import Viewpoint

__all__ = ["anchor_mm", "eye_from", "facing_deg", "leader"]

_HIPS = (JOINTS.index("l_hip"), JOINTS.index("r_hip"))
_SHOULDERS = (JOINTS.index("l_shoulder"), JOINTS.index("r_shoulder"))
_FIELD_DEG = 28.0
# The tallest posture fills this part of the picture.
_FILL = 0.88
_LEAST_REACH_MM = 300.0
_WIDEST_MM = 30_000.0
# Directions over a clip whose mean is at least this long are one direction (running); less is turning (a spin).
_STEADY = 0.9
_QUARTER_DEG = 35.0
_ABOVE_DEG = 14.0
# A lifter's axes without a camera: down in the picture was taken for down, and away from the camera for +Y.
_AWAY_WITHOUT_CAMERA_DEG = 90.0
_ROWS_FOR_STATISTICS = 2000


def leader(content: ClipContent) -> Track | None:
    """Whom the eye follows: the reference, or the first source where there is none."""
    return content.everyone[0] if content.everyone else None


def facing_deg(content: ClipContent, frame: int) -> float:
    """Direction along the floor, from +X towards +Y, in which the athlete faces.

    Perpendicular to the line of the hips (of the shoulders where a hip is missing): left is 90 degrees from forward,
    seen from above. Over the whole clip where that is one direction, otherwise at that frame. Without either, +Y.
    """
    who = leader(content)
    if who is None:
        return _AWAY_WITHOUT_CAMERA_DEG
    every = _forward(_thinned(who.xyz_mm))
    there = np.isfinite(every[:, 0])
    mean = every[there].mean(axis=0) if there.any() else np.zeros(2)
    if np.hypot(*mean) < _STEADY:
        now = _forward(who.xyz_mm[frame : frame + 1])[0]
        mean = now if np.isfinite(now[0]) else mean
    return degrees(atan2(mean[1], mean[0])) if mean.any() else _AWAY_WITHOUT_CAMERA_DEG


def anchor_mm(content: ClipContent, frame: int) -> tuple[float, float] | None:
    """Where on the floor the pelvis of the leader is; None where it is missing.

    Height is left out on purpose: an eye that rose with the pelvis would take the jump out of a jump.
    """
    who = leader(content)
    if who is None or not np.isfinite(who.xyz_mm[frame, 0, :2]).all():
        return None
    return float(who.xyz_mm[frame, 0, 0]), float(who.xyz_mm[frame, 0, 1])


def eye_from(viewpoint: Viewpoint, content: ClipContent, frame: int, follow: bool, orthographic: bool) -> Eye:
    """The eye at a viewpoint; ``free`` gives the three-quarter view with which a clip begins."""
    if viewpoint is Viewpoint.CAMERA and content.camera is not None:
        return _at_camera(content.camera, content, orthographic)
    forward = facing_deg(content, frame)
    azimuth, elevation = {
        Viewpoint.FREE: (forward + 180.0 + _QUARTER_DEG, _ABOVE_DEG),
        Viewpoint.FRONT: (forward + 180.0, 0.0),
        Viewpoint.SIDE: (forward + 90.0, 0.0),
        Viewpoint.TOP: (forward, 90.0),
        Viewpoint.CAMERA: (_AWAY_WITHOUT_CAMERA_DEG, 0.0),
    }[viewpoint]
    centre, height = _framing(content, frame, follow)
    distance = height / 2 / tan(radians(_FIELD_DEG / 2))
    return Eye(centre, azimuth % 360.0, elevation, 0.0, distance, height, orthographic=orthographic)


def _framing(content: ClipContent, frame: int, follow: bool) -> tuple[tuple[float, float, float], float]:
    """Centre of the picture and its height: of the body where the eye follows, otherwise of all the action."""
    ground, who = content.ground, leader(content)
    if not follow or who is None:
        return ground.centre_mm, min(2 * ground.radius_mm * 1.05, _WIDEST_MM)
    xyz = _thinned(who.xyz_mm)
    reach = np.linalg.norm(xyz - xyz[:, :1], axis=2)
    known = reach[np.isfinite(reach)]
    body = max(float(np.percentile(known, 99)), _LEAST_REACH_MM) if known.size else ground.radius_mm
    heights = xyz[:, 0, 2][np.isfinite(xyz[:, 0, 2])]
    level = float(np.median(heights)) if heights.size else ground.centre_mm[2]
    x, y = anchor_mm(content, frame) or ground.centre_mm[:2]
    return (x, y, level), 2 * body / _FILL


def _at_camera(camera: Camera, content: ClipContent, orthographic: bool) -> Eye:
    """Where the camera stands, with its direction, its lens and its picture's shape; upright for turned videos."""
    position = camera.position_mm
    right, down, away = (camera_to_world(camera, row) - position for row in np.eye(3))
    distance = max(float((np.asarray(content.ground.centre_mm) - position) @ away), _LEAST_REACH_MM)
    size = upright_size(camera) or _size_of(camera)
    focal = camera.intrinsics[0, 0] if camera.rotated_ccw_90 else camera.intrinsics[1, 1]
    x, y, z = position + distance * away
    azimuth, elevation = _direction(away, -down)
    return Eye((float(x), float(y), float(z)), azimuth, elevation, _roll(right, azimuth, away), distance,
               size[1] / float(focal) * distance, size[0] / size[1], orthographic, fixed=True)  # fmt: skip


def _size_of(camera: Camera) -> tuple[int, int]:
    """Upright picture size of a camera that does not say: twice its principal point."""
    width, height = (round(2 * float(camera.intrinsics[row, 2])) or 1 for row in (0, 1))
    return (height, width) if camera.rotated_ccw_90 else (width, height)


def _direction(away: Float64, up: Float64) -> tuple[float, float]:
    """Azimuth and elevation in degrees of a direction of looking; straight down, up in the picture decides."""
    level = away if np.hypot(away[0], away[1]) > 1e-6 else up
    return degrees(atan2(level[1], level[0])) % 360.0, degrees(np.arcsin(np.clip(-away[2], -1.0, 1.0)))


def _roll(right: Float64, azimuth_deg: float, away: Float64) -> float:
    """By how much a picture whose right is that is turned out of level, degrees."""
    level = np.array([sin(radians(azimuth_deg)), -cos(radians(azimuth_deg)), 0.0])
    return degrees(atan2(float(right @ np.cross(level, away)), float(right @ level)))


def _forward(xyz_mm: Float32) -> Float64:
    """(T, 2) unit vectors along the floor; NaN where hips and shoulders are missing or one above the other."""
    left = _across(xyz_mm, _HIPS)
    left = np.where(np.isfinite(left), left, _across(xyz_mm, _SHOULDERS))
    length = np.hypot(left[:, 0], left[:, 1])
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(length[:, None] > 1.0, left / length[:, None], np.nan)
    return np.stack([unit[:, 1], -unit[:, 0]], axis=1)


def _across(xyz_mm: Float32, pair: tuple[int, int]) -> Float64:
    """(T, 2) from the right joint of a pair to the left one, along the floor."""
    across: Float64 = (xyz_mm[:, pair[0], :2] - xyz_mm[:, pair[1], :2]).astype(np.float64)
    return across


def _thinned(xyz_mm: Float32) -> Float32:
    """Some two thousand frames of a long clip, for its statistics."""
    return xyz_mm[:: max(1, len(xyz_mm) // _ROWS_FOR_STATISTICS)]
