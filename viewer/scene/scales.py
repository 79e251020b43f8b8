"""What the colours of joints and bones mean: one scale per clip, quantity and theme, shared by all lifters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.conventions import AngleDef
from core.records import Float32
from core.skeleton import BONES, JOINTS, N_JOINTS
from viewer.content.records import ClipContent, Track
from viewer.strips.colours import Limit
from viewer.strips.limits import angle_error_limit, position_error_limit
from viewer.theme import Theme, lut
from viewer.view import Colouring

__all__ = ["ErrorScale", "error_limit", "joints_of_angle", "rgb", "scale_of"]

_CHAIN = {
    "hip": ("pelvis", "{}_hip", "{}_knee"),
    "knee": ("{}_hip", "{}_knee", "{}_ankle"),
    "shoulder": ("thorax", "{}_shoulder", "{}_elbow"),
    "elbow": ("{}_shoulder", "{}_elbow", "{}_wrist"),
}
_STEPS = (1.0, 2.0, 5.0, 10.0)
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True, eq=False)
class ErrorScale:
    """Error to colour, linear from 0 to a limit; larger errors have the last colour.

    title, unit : of the colour bar. limit : in that unit; exceeded : whether some errors are larger. ticks : values
    that are written at the bar.
    joints, bones : (17,), (16,) whether the error belongs to them. column : of the angles, or -1 for positions.
    table : (256, 4) RGBA from 0 to 1. missing : RGBA of an error that is undefined.
    """

    title: str
    unit: str
    limit: float
    exceeded: bool
    ticks: tuple[float, ...]
    joints: NDArray[np.bool_]
    bones: NDArray[np.bool_]
    column: int
    table: Float32
    missing: Float32

    def errors(self, track: Track, frame: int) -> Float32:
        """(17,) error of each joint at a frame, NaN where it is undefined."""
        if self.column < 0:
            position: Float32 = track.position_mm[frame]
            return position
        return np.full(N_JOINTS, abs(track.error_deg[frame, self.column]), np.float32)

    def colours(self, errors: NDArray[Any]) -> Float32:
        """(..., 4) RGBA of errors (...)."""
        there = np.isfinite(errors)
        part = np.clip(np.where(there, errors, 0.0) / self.limit, 0.0, 1.0)
        found = self.table[np.round(part * (len(self.table) - 1)).astype(np.intp)]
        colours: Float32 = np.where(there[..., None], found, self.missing)
        return colours


def error_limit(content: ClipContent, colouring: Colouring) -> Limit | None:
    """End of the scale of a colouring, the same in every panel; None where there are no errors to colour by."""
    if colouring is Colouring.SOURCE or content.reference is None or not content.tracks:
        return None
    return position_error_limit(content) if colouring is Colouring.POSITION else angle_error_limit(content)


def scale_of(
    content: ClipContent, colouring: Colouring, angle: int, theme: Theme, limit: Limit | None
) -> ErrorScale | None:
    """The scale of a colouring up to :func:`error_limit`; None without."""
    if limit is None:
        return None
    title, unit, column = "position error", "mm", -1
    joints, bones = np.ones(N_JOINTS, bool), np.ones(len(BONES), bool)
    if colouring is Colouring.ANGLE:
        title, unit, column = f"|error| of {content.angles[angle].title.lower()}", "°", angle
        joints, bones = joints_of_angle(content.angles[angle])
    table = (lut(theme.magnitude) / 255).astype(np.float32)
    missing = np.array([*rgb(theme.missing), 1.0], np.float32)
    return ErrorScale(title, unit, limit.value, limit.exceeded, _ticks(limit), joints, bones, column, table, missing)


def joints_of_angle(angle: AngleDef) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(17,) joints and (16,) bones that an angle is about."""
    chain = [JOINTS.index(name.format(angle.side)) for name in _CHAIN[angle.joint]]
    joints = np.isin(np.arange(N_JOINTS), chain)
    links = {frozenset(pair) for pair in pairwise(chain)}
    return joints, np.array([frozenset(bone) in links for bone in BONES])


def rgb(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` as three numbers from 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _ticks(limit: Limit) -> tuple[float, ...]:
    """Round values from 0 to a limit, both included."""
    power = 10.0 ** floor(log10(limit.value / _MOST_STEPS))
    step = next(s * power for s in _STEPS if s * power * _MOST_STEPS >= limit.value * (1 - 1e-9))
    steps = round(limit.value / step)
    return tuple(limit.value * i / steps for i in range(steps + 1))
