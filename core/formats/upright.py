"""Which way is up in labelled points, judged by the body: heads are above feet most of the time."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from core.records import Axes, Float32

__all__ = ["AXIS_NAMES", "axes_by_body", "turned_to_z_up", "up_by_body"]

AXIS_NAMES = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")
"""Directions in the order of the indices used here."""

_UPPER = re.compile(r"head|[lr][fb]hd$|hed[oalp]$|vertex|nasion|^c7|clav|neck|manubrium|sho$|acrom", re.IGNORECASE)
_LOWER = re.compile(r"heel|hee$|hel$|toe|ank|foot|malle|mt[p1-9]", re.IGNORECASE)
_MINIMUM_MM = 300.0
_MINIMUM_SHARE = 0.75


def up_by_body(xyz_mm: Float32, names: Sequence[str]) -> str | None:
    """Direction (one of :data:`AXIS_NAMES`) in which the upper body stands above the feet, or None if unclear.

    xyz_mm : (T, K, 3). Unclear means: no labels of both kinds, or less than 3 of 4 frames agree on one direction with
    at least 300 mm between upper body and feet (someone crawls, rolls or lies).
    """
    upper = [k for k, name in enumerate(names) if _UPPER.search(name)]
    lower = [k for k, name in enumerate(names) if _LOWER.search(name) and k not in upper]
    if not upper or not lower or not len(xyz_mm):
        return None
    difference = _centre(xyz_mm[:, upper]) - _centre(xyz_mm[:, lower])
    difference = difference[np.isfinite(difference).all(axis=1)]
    if not len(difference):
        return None
    axis = np.abs(difference).argmax(axis=1)
    along = np.take_along_axis(difference, axis[:, None], axis=1)[:, 0]
    direction = np.where(np.abs(along) >= _MINIMUM_MM, 2 * axis + (along < 0), 6)
    counts = np.bincount(direction, minlength=7)[:6]
    best = int(counts.argmax())
    return AXIS_NAMES[best] if counts[best] >= _MINIMUM_SHARE * len(difference) else None


def _centre(xyz_mm: Float32) -> Float32:
    """Mean of the points present in each frame, NaN where there is none."""
    present = np.isfinite(xyz_mm).all(axis=2, keepdims=True)
    count = present.sum(axis=1)
    total = np.where(present, xyz_mm, 0).sum(axis=1, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def axes_by_body(
    xyz_mm: Float32, names: Sequence[str], usual: Axes, stated: str | None, what: str
) -> tuple[Axes, tuple[str, ...]]:
    """World axes of points whose file does not say: what the user states, else what the body shows, else the habit.

    usual : what files of this kind mostly are. stated : the user's word (``ReadOptions.axes``) or None.
    what : name of the format for the note. Returns the axes and notes for the record.
    """
    if stated is not None:
        return Axes(stated), ()
    up = up_by_body(xyz_mm, names)
    shown = {"+Y": Axes.WORLD_Y_UP, "+Z": Axes.WORLD_Z_UP}.get(up or "")
    if up is None:
        return usual, (f"{what} does not say which axis is up: {_title(usual)} assumed, the body gives no clear sign",)
    if shown is None:
        return usual, (
            f"{what} does not say which axis is up: {_title(usual)} assumed, but the body stands along {up}",
        )
    return shown, (f"{what} does not say which axis is up: {_title(shown)}, because the body stands that way",)


def _title(axes: Axes) -> str:
    return {Axes.WORLD_Y_UP: "Y up", Axes.WORLD_Z_UP: "Z up", Axes.CAMERA: "camera axes"}[axes]


def turned_to_z_up(xyz_mm: Float32, up: str) -> Float32:
    """Points whose vertical is ``up`` turned (a rotation, no reflection) so that it becomes +Z."""
    turns: dict[str, tuple[tuple[int, int], ...]] = {
        "+X": ((1, 1), (2, 1), (0, 1)),
        "-X": ((2, 1), (1, 1), (0, -1)),
        "+Y": ((2, 1), (0, 1), (1, 1)),
        "-Y": ((0, 1), (2, 1), (1, -1)),
        "+Z": ((0, 1), (1, 1), (2, 1)),
        "-Z": ((1, 1), (0, 1), (2, -1)),
    }
    columns = [xyz_mm[..., source] * np.float32(sign) for source, sign in turns[up]]
    return np.stack(columns, axis=-1)
