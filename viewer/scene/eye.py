"""From where the scene is seen: one small record that turns points in the world into pixels. No Qt, no OpenGL.

Both ways of drawing, picking a joint with the mouse and the tests use this one projection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["Eye", "Rect", "Size", "orbited", "panned", "zoomed"]

Size = tuple[float, float]
"""Width and height of a cell in logical pixels."""

Rect = tuple[float, float, float, float]
"""Left, top, width and height of a cell in logical pixels."""

# Nearer to the eye than this part of its distance nothing is drawn in perspective.
_NEAR = 0.05
_HIGHEST_DEG = 90.0
_HEIGHT_MM = (80.0, 60_000.0)


@dataclass(frozen=True, slots=True)
class Eye:
    """A viewer of the world (Z up, millimetres), after the point that it looks at.

    centre_mm : that point, in the middle of the picture. azimuth_deg : direction of looking along the floor, from +X
    towards +Y. elevation_deg : how far the eye stands above the centre, 90 looks straight down. roll_deg : the picture
    turned clockwise. distance_mm : from the eye to the centre. height_mm : of the picture at the centre. aspect : width
    over height that a picture must show at least; a narrower cell shows more height instead. orthographic : parallel
    rays. fixed : stands where it is (a real camera): zooming is done by the lens, and following leaves it alone.
    """

    centre_mm: tuple[float, float, float] = (0.0, 0.0, 900.0)
    azimuth_deg: float = 90.0
    elevation_deg: float = 0.0
    roll_deg: float = 0.0
    distance_mm: float = 4500.0
    height_mm: float = 2200.0
    aspect: float = 0.66
    orthographic: bool = False
    fixed: bool = False

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

    def project(self, xyz_mm: NDArray[Any], size: Size) -> tuple[Float64, Float64]:
        """Points (..., 3) in pixels (..., 2), u right and v down from the top left, and their depths (...).

        Too near to the eye, behind it, or missing is NaN in the pixels.
        """
        seen = (xyz_mm - np.asarray(self.centre_mm, np.float64)) @ self.axes.T
        depth = seen[..., 2] + self.distance_mm
        factor = np.full(depth.shape, self.scale(size))
        if not self.orthographic:
            ahead = depth >= self.near_mm
            factor = np.where(ahead, factor * self.distance_mm / np.where(ahead, depth, 1.0), np.nan)
        u = size[0] / 2 + factor * seen[..., 0]
        v = size[1] / 2 - factor * seen[..., 1]
        return np.stack([u, v], axis=-1), depth


def orbited(eye: Eye, right_deg: float, up_deg: float) -> Eye:
    """The eye carried around its centre, level again: a free eye, with the fixed camera left where it was."""
    elevation = min(max(eye.elevation_deg + up_deg, -_HIGHEST_DEG), _HIGHEST_DEG)
    azimuth = (eye.azimuth_deg - right_deg) % 360.0
    return replace(eye, azimuth_deg=azimuth, elevation_deg=elevation, roll_deg=0.0, fixed=False)


def zoomed(eye: Eye, factor: float) -> Eye:
    """Nearer by a factor above 1; a fixed eye narrows its lens instead of walking."""
    height = min(max(eye.height_mm / factor, _HEIGHT_MM[0]), _HEIGHT_MM[1])
    walked = 1.0 if eye.fixed else height / eye.height_mm
    return replace(eye, height_mm=height, distance_mm=eye.distance_mm * walked)


def panned(eye: Eye, right_px: float, down_px: float, size: Size) -> Eye:
    """The picture dragged by pixels: what was under the mouse, at the depth of the centre, stays under it."""
    right, up, _ = eye.axes
    step = (down_px * up - right_px * right) / eye.scale(size)
    x, y, z = np.asarray(eye.centre_mm) + step
    return replace(eye, centre_mm=(float(x), float(y), float(z)))
