"""From where the scene is seen: one small record that turns points in the world into pixels. No Qt, no OpenGL.

Both ways of drawing, picking a joint with the mouse and the tests use this one projection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["Direction", "Eye", "Point", "Rect", "Size", "dragged_mm", "followed", "freed", "looking_along",
           "orbited", "panned", "turned_to", "zoomed"]  # fmt: skip

Point = tuple[float, float, float]
"""A place in the world, millimetres."""

Size = tuple[float, float]
"""Width and height of a cell in logical pixels."""

Rect = tuple[float, float, float, float]
"""Left, top, width and height of a cell in logical pixels."""

Direction = tuple[float, float]
"""Azimuth and elevation of an :class:`Eye`, degrees."""

# Nearer to the eye than this part of its distance nothing is drawn in perspective.
_NEAR = 0.05
_HIGHEST_DEG = 90.0
# An axis that is less aslant than this is upright: it says nothing of the azimuth.
_UPRIGHT = 1e-9
_HEIGHT_MM = (80.0, 60_000.0)


@dataclass(frozen=True, slots=True)
class Eye:
    """A viewer of the world (Z up, millimetres), after the point that it looks at.

    centre_mm : that point, in the middle of the picture. azimuth_deg : direction of looking along the floor, from +X
    towards +Y. elevation_deg : how far the eye stands above the centre, 90 looks straight down. roll_deg : the picture
    turned clockwise. distance_mm : from the eye to the centre. height_mm : of the picture at the centre. aspect : width
    over height that a picture must show at least; a narrower cell shows more height instead. orthographic : parallel
    rays. fixed : stands where it is and looks where it looks (a real camera): its picture is cut out, by zooming,
    panning and following, and keeps its perspective. shift_mm : how far right and up of the centre the middle of the
    picture is, on the plane of the centre; anything but nothing only for a fixed eye.
    """

    centre_mm: Point = (0.0, 0.0, 900.0)
    azimuth_deg: float = 90.0
    elevation_deg: float = 0.0
    roll_deg: float = 0.0
    distance_mm: float = 4500.0
    height_mm: float = 2200.0
    aspect: float = 0.66
    orthographic: bool = False
    fixed: bool = False
    shift_mm: tuple[float, float] = (0.0, 0.0)

    @property
    def axes(self) -> Float64:
        """(3, 3) rows: right and up in the picture, and away from the eye, unit vectors of the world."""
        azimuth, elevation, roll = radians(self.azimuth_deg), radians(self.elevation_deg), radians(self.roll_deg)
        x, y = cos(azimuth), sin(azimuth)
        level = np.array([y, -x, 0.0])
        upward = np.array([x * sin(elevation), y * sin(elevation), cos(elevation)])
        away = (x * cos(elevation), y * cos(elevation), -sin(elevation))
        return np.array([cos(roll) * level + sin(roll) * upward, cos(roll) * upward - sin(roll) * level, away])

    @property
    def direction_deg(self) -> Direction:
        """In which it looks."""
        return self.azimuth_deg, self.elevation_deg

    @property
    def position_mm(self) -> Float64:
        """(3,) where the eye stands."""
        where: Float64 = np.asarray(self.centre_mm) - self.distance_mm * self.axes[2]
        return where

    @property
    def near_mm(self) -> float:
        """Depth from which on points are seen; orthographic pictures see behind the eye as well."""
        return -np.inf if self.orthographic else _NEAR * self.distance_mm

    def scale(self, size: Size) -> float:
        """Pixels per millimetre at the centre."""
        return max(min(size[1], size[0] / self.aspect), 1.0) / self.height_mm

    def depth_mm(self, xyz_mm: NDArray[Any]) -> Float64:
        """(...) distance of points (..., 3) in front of the eye, along the direction of looking."""
        depth: Float64 = (xyz_mm - np.asarray(self.centre_mm)) @ self.axes[2] + self.distance_mm
        return depth

    def on_plane(self, xyz_mm: NDArray[Any]) -> tuple[Float64, Float64]:
        """Where the rays to points (..., 3) cross the plane of the centre, and the depths (...) of the points.

        (..., 2) millimetres right and up of the centre; NaN too near to the eye, behind it, or missing.
        """
        seen = (xyz_mm - np.asarray(self.centre_mm, np.float64)) @ self.axes.T
        depth = seen[..., 2] + self.distance_mm
        if self.orthographic:
            return seen[..., :2], depth
        ahead = depth >= self.near_mm
        factor = np.where(ahead, self.distance_mm / np.where(ahead, depth, 1.0), np.nan)
        return seen[..., :2] * factor[..., None], depth

    def project(self, xyz_mm: NDArray[Any], size: Size) -> tuple[Float64, Float64]:
        """Points (..., 3) in pixels (..., 2), u right and v down from the top left, and their depths (...).

        Too near to the eye, behind it, or missing is NaN in the pixels.
        """
        plane, depth = self.on_plane(xyz_mm)
        scale = self.scale(size)
        pixels = (plane - self.shift_mm) * (scale, -scale) + (size[0] / 2, size[1] / 2)
        return pixels, depth


def dragged_mm(eye: Eye, depth_mm: float, right_px: float, down_px: float, size: Size) -> Float64:
    """(3,) how a point at a depth moves in the world to move by pixels in the picture, at the same depth."""
    nearer = 1.0 if eye.orthographic else depth_mm / eye.distance_mm
    right, up, _ = eye.axes
    moved: Float64 = (right_px * right - down_px * up) * nearer / eye.scale(size)
    return moved


def followed(eye: Eye, before_mm: Point | None, now_mm: Point) -> Eye:
    """The eye carried by what a point has moved; direction, zoom and what was panned stay.

    A fixed eye stays too, and its picture is cut out elsewhere. Without a point before, the point comes into the
    middle of the picture.
    """
    if eye.fixed:
        (before, now), _ = eye.on_plane(np.array([before_mm or now_mm, now_mm]))
        before = before if before_mm else np.asarray(eye.shift_mm)
        moved = now - before
        if not np.isfinite(moved).all():
            return eye
        return replace(eye, shift_mm=(eye.shift_mm[0] + float(moved[0]), eye.shift_mm[1] + float(moved[1])))
    x, y, z = np.asarray(eye.centre_mm) + (np.asarray(now_mm) - np.asarray(before_mm or eye.centre_mm))
    return replace(eye, centre_mm=(float(x), float(y), float(z)))


def freed(eye: Eye, at_mm: Point) -> Eye:
    """A fixed eye that lets go: the middle of its picture, at the depth of a point, is its centre from now on.

    It steps aside for that, without turning: the point stays where it is in the picture, and as large.
    """
    depth = float(eye.depth_mm(np.asarray(at_mm, np.float64)))
    if not eye.fixed or not depth >= eye.near_mm:
        depth = eye.distance_mm
    factor = 1.0 if eye.orthographic else depth / eye.distance_mm
    aside = factor * np.array([*eye.shift_mm, 0.0]) + (0.0, 0.0, depth - eye.distance_mm)
    x, y, z = np.asarray(eye.centre_mm) + aside @ eye.axes
    return replace(eye, centre_mm=(float(x), float(y), float(z)), distance_mm=eye.distance_mm * factor,
                   height_mm=eye.height_mm * factor, fixed=False, shift_mm=(0.0, 0.0))  # fmt: skip


def orbited(eye: Eye, right_deg: float, up_deg: float) -> Eye:
    """The eye carried around its centre, level again; a fixed one lets go."""
    eye = freed(eye, eye.centre_mm)
    elevation = min(max(eye.elevation_deg + up_deg, -_HIGHEST_DEG), _HIGHEST_DEG)
    azimuth = (eye.azimuth_deg - right_deg) % 360.0
    return replace(eye, azimuth_deg=azimuth, elevation_deg=elevation, roll_deg=0.0)


def turned_to(eye: Eye, direction_deg: Direction) -> Eye:
    """The eye carried around its centre until it looks in a direction, level; distance and scale stay."""
    eye = freed(eye, eye.centre_mm)
    azimuth, elevation = direction_deg
    return replace(eye, azimuth_deg=azimuth % 360.0, elevation_deg=elevation, roll_deg=0.0)


def looking_along(eye: Eye, axis: NDArray[Any]) -> Direction:
    """The direction of looking along an axis (3,), either way, that is nearest to that of an eye."""
    away = np.asarray(axis, np.float64)
    x, y, z = (-away if away @ eye.axes[2] < 0 else away).tolist()
    level = hypot(x, y)
    azimuth = degrees(atan2(y, x)) if level > _UPRIGHT * abs(z) else eye.azimuth_deg
    return azimuth % 360.0, degrees(atan2(-z, level))


def zoomed(eye: Eye, factor: float) -> Eye:
    """Nearer by a factor above 1; a fixed eye narrows its picture instead of walking."""
    height = min(max(eye.height_mm / factor, _HEIGHT_MM[0]), _HEIGHT_MM[1])
    walked = 1.0 if eye.fixed else height / eye.height_mm
    return replace(eye, height_mm=height, distance_mm=eye.distance_mm * walked)


def panned(eye: Eye, right_px: float, down_px: float, size: Size) -> Eye:
    """The picture dragged by pixels: what was under the mouse, at the depth of the centre, stays under it."""
    scale = eye.scale(size)
    aside, upward = -right_px / scale, down_px / scale
    if eye.fixed:
        return replace(eye, shift_mm=(eye.shift_mm[0] + aside, eye.shift_mm[1] + upward))
    right, up, _ = eye.axes
    x, y, z = np.asarray(eye.centre_mm) + aside * right + upward * up
    return replace(eye, centre_mm=(float(x), float(y), float(z)))
