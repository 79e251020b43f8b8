"""Standard viewpoints of a clip: from the athlete's front, right side and above, and from where the camera stands."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, cos, degrees, radians, sin, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import camera_to_world
from core.records import Camera, Float32, Float64
from core.skeleton import JOINTS
from viewer.content.records import ClipContent, Track
from viewer.scene.eye import Eye, Point
from viewer.view import Viewpoint

__all__ = ["anchor_mm", "eye_from", "facing_deg", "leader", "pelvis_path"]

_HIPS = (JOINTS.index("l_hip"), JOINTS.index("r_hip"))
_SHOULDERS = (JOINTS.index("l_shoulder"), JOINTS.index("r_shoulder"))
_FIELD_DEG = 28.0
# What is framed fills this part of the smaller dimension of the picture; all but a few frames are within.
_FILL_BODY, _FILL_PATH = 0.80, 0.88
_ORDINARY = 0.98
_LEAST_MM, _WIDEST_MM = 300.0, 30_000.0
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


def pelvis_path(content: ClipContent | None) -> Float64:
    """(T, 3) what the eye follows: the pelvis of the leader along the floor, NaN where missing; (0, 3) of nobody.

    Its height stays, since an eye that rose with the pelvis would take the jump out of a jump; unless it changes by
    more than the body reaches, as down a hill, or up is only assumed: without a reference paths drift up and down.
    """
    who = leader(content) if content is not None else None
    if content is None or who is None:
        return np.zeros((0, 3))
    path = who.xyz_mm[:, 0].astype(np.float64)
    xyz = _thinned(who.xyz_mm).astype(np.float64)
    low, high = _extent(xyz[:, :1, 2:])
    reach = _extent(np.linalg.norm(xyz - xyz[:, :1], axis=2)[..., None])[1]
    if content.reference is not None and not float(high[0] - low[0]) > float(reach[0]):
        path[:, 2] = np.where(np.isfinite(path[:, 2]), content.ground.centre_mm[2], np.nan)
    return path


def anchor_mm(path_mm: Float64, frame: int) -> Point | None:
    """Where on a :func:`pelvis_path` a frame is; None where the pelvis is missing, or of nobody."""
    if frame >= len(path_mm) or not np.isfinite(path_mm[frame]).all():
        return None
    x, y, z = path_mm[frame].tolist()
    return x, y, z


def eye_from(viewpoint: Viewpoint, content: ClipContent, frame: int, follow: bool, orthographic: bool) -> Eye:
    """The eye at a viewpoint; ``free`` gives the three-quarter view with which a clip begins.

    Where it follows, the leader's body of the whole clip is framed about the pelvis, otherwise the whole path is.
    """
    who, path = leader(content), pelvis_path(content)
    xyz = np.full((1, 1, 3), np.nan) if who is None else _thinned(who.xyz_mm).astype(np.float64)
    at = (anchor_mm(path, frame) if follow else None) or content.ground.centre_mm
    anchors = _thinned(path)[:, None] if follow and who is not None else np.asarray(at)
    if viewpoint is Viewpoint.CAMERA and content.camera is not None:
        eye = _at_camera(content.camera, at, orthographic)
        seen, anchors_seen, at_seen = (eye.on_plane(points)[0] for points in (xyz, anchors, np.asarray(at)))
        return _cut_out(eye, seen - anchors_seen, at_seen, follow)
    forward = facing_deg(content, frame)
    azimuth, elevation = {
        Viewpoint.FREE: (forward + 180.0 + _QUARTER_DEG, _ABOVE_DEG),
        Viewpoint.FRONT: (forward + 180.0, 0.0),
        Viewpoint.SIDE: (forward + 90.0, 0.0),
        Viewpoint.TOP: (forward, 90.0),
        Viewpoint.CAMERA: (_AWAY_WITHOUT_CAMERA_DEG, 0.0),
    }[viewpoint]
    about = xyz - anchors + np.asarray(at)
    low, high = _extent(about[..., 2:])
    level = float(low[0] + high[0]) / 2 if np.isfinite(low[0]) else at[2]
    eye = Eye((at[0], at[1], level), azimuth % 360.0, elevation, orthographic=orthographic)
    return _framed(eye, about, follow)


def _extent(values: NDArray[Any]) -> tuple[Float64, Float64]:
    """Lower and upper ends (n,) of (T, 17, n) that hold all joints in all but a few frames; NaN without any."""
    there = np.isfinite(values)
    low = np.where(there, values, np.inf).min(axis=1)
    high = np.where(there, values, -np.inf).max(axis=1)
    known = there.all(axis=2).any(axis=1)
    if not known.any():
        return np.full(values.shape[2], np.nan), np.full(values.shape[2], np.nan)
    ends: tuple[Float64, Float64] = (np.quantile(low[known], 1 - _ORDINARY, axis=0),
                                     np.quantile(high[known], _ORDINARY, axis=0))  # fmt: skip
    return ends


def _framed(eye: Eye, paths: Float64, follow: bool) -> Eye:
    """A free eye at such a distance that paths (T, 17, 3) are in its picture, its centre in the middle."""
    parallel, depth = replace(eye, orthographic=True).on_plane(paths)
    nearest = eye.distance_mm - _extent(depth[..., None])[0][0]
    half = np.abs(_extent(parallel)).max(axis=0)
    if np.isnan(half).any():
        return eye
    # Far enough for a lens of that field, from what is nearest to the eye.
    distance = max(half.max(), _LEAST_MM) / tan(radians(_FIELD_DEG / 2)) + max(float(nearest), 0.0)
    eye = replace(eye, distance_mm=float(distance))
    return _sized(eye, np.abs(_extent(eye.on_plane(paths)[0])).max(axis=0), follow)


def _cut_out(eye: Eye, about: Float64, at: Float64, follow: bool) -> Eye:
    """The part of a fixed eye's picture that shows points (T, 17, 2) about one (2,), on the plane of its centre, mm."""
    low, high = _extent(about)
    shift = at + (low + high) / 2
    if not np.isfinite(shift).all():
        return eye
    return _sized(replace(eye, shift_mm=(float(shift[0]), float(shift[1]))), (high - low) / 2, follow)


def _sized(eye: Eye, half_mm: Float64, follow: bool) -> Eye:
    """The eye with that half width and half height, on the plane of its centre, well within its picture."""
    wide, high = np.clip(half_mm, _LEAST_MM / 2, _WIDEST_MM / 2)
    fill = _FILL_BODY if follow else _FILL_PATH
    return replace(eye, height_mm=float(2 * high / fill), aspect=float(wide / high))


def _at_camera(camera: Camera, at: Point, orthographic: bool) -> Eye:
    """Where the camera stands, with its direction, its centre as deep as a point; upright for turned videos."""
    position = camera.position_mm
    right, down, away = (camera_to_world(camera, row) - position for row in np.eye(3))
    distance = max(float((np.asarray(at) - position) @ away), _LEAST_MM)
    x, y, z = position + distance * away
    azimuth, elevation = _direction(away, -down)
    return Eye((float(x), float(y), float(z)), azimuth, elevation, _roll(right, azimuth, away), distance,
               orthographic=orthographic, fixed=True)  # fmt: skip


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


def _thinned(values: NDArray[Any]) -> NDArray[Any]:
    """Some two thousand frames of a long clip, for its statistics."""
    return values[:: max(1, len(values) // _ROWS_FOR_STATISTICS)]
