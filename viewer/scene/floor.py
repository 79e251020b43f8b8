"""Floor grid, world axes, and the small axes in the corner of a cell, as strokes. No Qt."""

from __future__ import annotations

import numpy as np

from core.records import Float64
from viewer.content.records import Ground
from viewer.scene.eye import Eye, Rect, Size
from viewer.scene.scales import rgb
from viewer.scene.strokes import Drawing, Layer, Strokes, same_look
from viewer.theme import Theme

__all__ = ["AXIS_COLOURS", "CELL_MM", "axes_strokes", "corner_axes", "corner_place", "floor_strokes", "letter_px"]

CELL_MM = 500.0
"""Side of a cell of the grid; every second line, a metre apart, is stronger."""

AXIS_COLOURS = ("#e5484d", "#3fa45b", "#4c8df6")
"""Of X, Y and Z, in dark and light."""

_MARGIN_MM = 700.0
_LARGEST_MM = 14_000.0
_AXIS_MM = 500.0
_CORNER_PX, _FROM_EDGE_PX = 22.0, 40.0
_LETTER_PX, _LETTER_OFF_PX, _LETTER_FROM_PX = 4.0, 9.0, 7.0
# Letters X, Y, Z as lines in a box from -1 to 1, v down.
_LETTERS: tuple[tuple[tuple[float, float, float, float], ...], ...] = (
    ((-0.8, -1, 0.8, 1), (-0.8, 1, 0.8, -1)),
    ((-0.8, -1, 0, 0), (0.8, -1, 0, 0), (0, 0, 0, 1)),
    ((-0.8, -1, 0.8, -1), (0.8, -1, -0.8, 1), (-0.8, 1, 0.8, 1)),
)


def floor_strokes(ground: Ground, theme: Theme) -> Strokes:
    """Lines every 500 mm of the world in a disc about the action, fading towards its edge."""
    radius = min(ground.radius_mm + _MARGIN_MM, _LARGEST_MM)
    centre = np.array(ground.centre_mm[:2])
    ends, strength = [], []
    for along in (0, 1):
        across = 1 - along
        number = np.arange(np.ceil((centre[across] - radius) / CELL_MM), (centre[across] + radius) // CELL_MM + 1)
        offset = number * CELL_MM - centre[across]
        half = np.sqrt(np.maximum(radius**2 - offset**2, 0.0))
        lines = np.empty((len(number), 2, 3))
        lines[:, :, across] = (number * CELL_MM)[:, None]
        lines[:, :, along] = centre[along] + half[:, None] * np.array([-1.0, 1.0])
        lines[:, :, 2] = ground.floor_z_mm
        ends.append(lines)
        strength.append(np.where(number % 2 == 0, 1.0, 0.45) * (1.0 - 0.75 * (offset / radius) ** 2))
    alpha = np.concatenate(strength)
    fill = np.column_stack([np.tile(rgb(theme.grid), (len(alpha), 1)), alpha])
    return same_look(np.concatenate(ends), 0.6, fill, Layer.FLOOR)


def axes_strokes(ground: Ground) -> Strokes:
    """X and Y of the world, half a metre long, on the floor at its origin; Z would cross the people who stand there."""
    origin = np.array([0.0, 0.0, ground.floor_z_mm])
    ends = np.stack([np.stack([origin, origin + _AXIS_MM * unit]) for unit in np.eye(3)[:2]])
    return same_look(ends, 1.1, [(*rgb(colour), 0.9) for colour in AXIS_COLOURS[:2]], Layer.FLOOR)


def corner_axes(eye: Eye, size: Size) -> Drawing:
    """Directions of X, Y and Z as the eye sees them, with letters, at the bottom left of a cell."""
    seen = eye.axes  # columns are the world's X, Y, Z in the picture
    middle = np.array([_FROM_EDGE_PX, size[1] - _FROM_EDGE_PX])
    ends, fill, radius = [], [], []
    for axis in np.argsort(-seen[2]):
        tip = middle + _CORNER_PX * np.array([seen[0, axis], -seen[1, axis]])
        strokes = np.concatenate([[[middle, tip]], letter_px(int(axis), middle, tip)])
        ends.append(strokes)
        radius.append(np.where(np.arange(len(strokes)) == 0, 1.3, 0.75))
        fill.append(np.tile([*rgb(AXIS_COLOURS[axis]), 1.0], (len(strokes), 1)))
    n = sum(map(len, ends))
    return Drawing(np.concatenate(ends).astype(np.float32), np.concatenate(radius).astype(np.float32),
                   np.zeros(n, np.float32), np.concatenate(fill).astype(np.float32),
                   np.zeros((n, 4), np.float32))  # fmt: skip


def corner_place(size: Size) -> Rect:
    """Where :func:`corner_axes` are in a cell, letters included."""
    reach = _CORNER_PX + _LETTER_OFF_PX + _LETTER_PX
    return _FROM_EDGE_PX - reach, size[1] - _FROM_EDGE_PX - reach, 2 * reach, 2 * reach


def letter_px(axis: int, middle: Float64, tip: Float64) -> Float64:
    """(n, 2, 2) lines of the letter X, Y or Z beyond the tip of its axis; none where the axis points at the eye or away
    from it.
    """
    out = tip - middle
    length = float(np.hypot(*out))
    if length < _LETTER_FROM_PX:
        return np.zeros((0, 2, 2))
    lines: Float64 = np.array(_LETTERS[axis]).reshape(-1, 2, 2) * _LETTER_PX + tip + _LETTER_OFF_PX * out / length
    return lines
