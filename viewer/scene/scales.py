"""What the colours of joints and bones mean: one scale per clip, quantity and theme, shared by all lifters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.conventions import AngleDef
from core.records import Float32
from core.skeleton import BONES, JOINTS, N_JOINTS
from viewer.content.records import ClipContent, Track
from viewer.theme import Theme, lut
from viewer.view import Colouring

__all__ = ["ErrorScale", "joints_of_angle", "rgb", "scale_of"]

_CHAIN = {
    "hip": ("pelvis", "{}_hip", "{}_knee"),
    "knee": ("{}_hip", "{}_knee", "{}_ankle"),
    "shoulder": ("thorax", "{}_shoulder", "{}_elbow"),
    "elbow": ("{}_shoulder", "{}_elbow", "{}_wrist"),
}
_PERCENTILE = 95
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_STEPS = 5
_ROWS_FOR_STATISTICS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class ErrorScale:
    """Error to colour, linear from 0 to a limit; larger errors have the last colour.

    title, unit : of the colour bar. limit : in that unit. ticks : values that are written at the bar.
    joints, bones : (17,), (16,) whether the error belongs to them. column : of the angles, or -1 for positions.
    table : (256, 4) RGBA from 0 to 1. missing : RGBA of an error that is undefined.
    """

    title: str
    unit: str
    limit: float
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


def scale_of(content: ClipContent, colouring: Colouring, angle: int, theme: Theme) -> ErrorScale | None:
    """The scale of a colouring; None where colours mean the source, or without a reference.

    The limit is the 95th percentile over all lifters, frames and joints of the clip, rounded up.
    """
    if colouring is Colouring.SOURCE or content.reference is None or not content.tracks:
        return None
    table = (lut(theme.magnitude) / 255).astype(np.float32)
    missing = np.array([*rgb(theme.missing), 1.0], np.float32)
    if colouring is Colouring.POSITION:
        limit, ticks = _limit([track.position_mm for track in content.tracks], 10.0)
        return ErrorScale("Position error", "mm", limit, ticks, np.ones(N_JOINTS, bool), np.ones(len(BONES), bool), -1,
                          table, missing)  # fmt: skip
    definition = content.angles[angle]
    limit, ticks = _limit([track.error_deg[:, angle] for track in content.tracks], 1.0)
    joints, bones = joints_of_angle(definition)
    return ErrorScale(f"|Error| {definition.title.lower()}", "°", limit, ticks, joints, bones, angle, table, missing)


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


def _limit(errors: list[Float32], least: float) -> tuple[float, tuple[float, ...]]:
    """Upper end of the scale, at least ``least``, and its ticks."""
    known = np.concatenate([np.abs(e[:: max(1, len(e) // _ROWS_FOR_STATISTICS)]).ravel() for e in errors])
    known = known[np.isfinite(known)]
    top = max(float(np.percentile(known, _PERCENTILE)) if known.size else least, least)
    power = 10.0 ** floor(log10(top / _MOST_STEPS))
    step = next(s * power for s in _STEPS if s * power * _MOST_STEPS >= top)
    steps = ceil(top / step - 1e-9)
    return step * steps, tuple(step * i for i in range(steps + 1))
