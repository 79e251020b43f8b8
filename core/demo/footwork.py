"""Feet that stand where they were put: stances on the floor, swings between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from core.body.anthropometry import Anthropometry
from core.body.landmarks import SOLE, landmarks
from core.body.posture import axis_rotation
from core.demo.curves import Curve, ramp
from core.records import Float64

__all__ = ["Carriage", "FootPath", "Step", "Toes", "Via", "foot_path", "level_frame", "toes_at"]

_PIVOT_LIFT_DEG = 14.0
_CLEARANCE_MM = 14.0
_SOFT_MM = 12.0


@dataclass(frozen=True, slots=True)
class Via:
    """A place that a swinging ankle passes.

    phase : 0 take-off, 1 touch-down. ahead, out, up : from the hip joint of its side, over leg length, in the
    carriage's frame (``out`` away from the midline). pitch_deg : toes up.
    """

    phase: float
    ahead: float
    out: float
    up: float
    pitch_deg: float


@dataclass(frozen=True, slots=True)
class Toes:
    """Floor under the toe tip in metres, and where the foot points."""

    x_m: float
    y_m: float
    yaw_deg: float


@dataclass(frozen=True, slots=True)
class Step:
    """One stance of one foot, and how it swings to the next.

    on_s, off_s : touch-down and take-off. at : where the toes stand.
    turn : (from_s, to_s, degrees) pivot on the toes while standing, or None.
    strike_deg, strike_s : toes up at touch-down, rolled flat within that time.
    push_deg, push_s : heel raised over the toes at take-off, begun that long before.
    vias : places passed in the swing that follows.
    """

    on_s: float
    off_s: float
    at: Toes
    turn: tuple[float, float, float] | None = None
    strike_deg: float = 0.0
    strike_s: float = 0.08
    push_deg: float = 0.0
    push_s: float = 0.15
    vias: tuple[Via, ...] = ()


@dataclass(frozen=True, slots=True)
class Carriage:
    """What swings are described in: position of the pelvis (metres) and heading (degrees) as functions of time."""

    pelvis_m: Curve
    heading_deg: Curve


@dataclass(frozen=True, slots=True, eq=False)
class FootPath:
    """Ankle (T, 3) mm, heading (T,) and pitch (T,) degrees of one foot; standing (T,) True in stance."""

    ankle_mm: Float64
    yaw_deg: Float64
    pitch_deg: Float64
    standing: NDArray[np.bool_]

    def rotation(self) -> Float64:
        """(T, 3, 3) orientation of the foot in the world."""
        turned: Float64 = level_frame(self.yaw_deg) @ axis_rotation("z", self.pitch_deg)
        return turned


def level_frame(yaw_deg: Float64) -> Float64:
    """(T, 3, 3) axes forward, up, right of something that stands upright and faces ``yaw_deg`` in a Z-up world."""
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    facing: Float64 = upright @ axis_rotation("y", yaw_deg)
    return facing


def toes_at(body: Anthropometry, ankle_x: float, ankle_y: float, yaw_deg: float) -> Toes:
    """The toes of a foot from where its ankle stands, given in metres for a body of 1.75 m and scaled to this one."""
    k, reach, yaw = body.stature / 1750.0, 0.75 * body.foot / 1e3, np.deg2rad(yaw_deg)
    return Toes(k * ankle_x + reach * float(np.cos(yaw)), k * ankle_y + reach * float(np.sin(yaw)), yaw_deg)


def foot_path(
    body: Anthropometry, side: str, steps: Sequence[Step], carriage: Carriage, times: Float64
) -> FootPath:  # fmt: skip
    """One foot through all its steps; the first must begin before and the last end after ``times``."""
    out = np.empty((len(times), 5))
    standing = np.zeros(len(times), dtype=bool)
    for step in steps:
        here = (times >= step.on_s) & (times <= step.off_s)
        out[here] = _stance(body, step, times[here])
        standing |= here
    for step, following in pairwise(steps):
        here = (times > step.off_s) & (times < following.on_s)
        if here.any():
            out[here] = _swing(body, side, step, following, carriage, times[here])
    return FootPath(out[:, :3], out[:, 3], out[:, 4], standing)


def _stance(body: Anthropometry, step: Step, times: Float64) -> Float64:
    """(T, 5) ankle, yaw, pitch; also valid a little outside the stance, where swings take their derivatives."""
    yaw = np.full(len(times), step.at.yaw_deg)
    if step.turn is not None:
        yaw = yaw + step.turn[2] * ramp(times, step.turn[0], step.turn[1])
    roll = np.clip((step.on_s + step.strike_s - times) / step.strike_s, 0.0, None) ** 3
    rise = np.clip((times - step.off_s + step.push_s) / step.push_s, 0.0, None) ** 3
    pitch = step.strike_deg * roll - step.push_deg * rise - _pivot_lift(step, times)
    heel, toe = _sole(body)[[0, 2]]
    level = level_frame(yaw)
    toe_mm = np.array([1e3 * step.at.x_m, 1e3 * step.at.y_m, 0.0])
    # On the heel while the toes are up, on the toes while the heel is: the foot is one rigid piece.
    pivot = np.where((pitch > 0)[:, None], toe_mm + level @ (heel - toe), toe_mm)
    local = np.where((pitch > 0)[:, None], heel, toe)
    ankle = pivot - np.einsum("tij,tj->ti", level @ axis_rotation("z", pitch), local)
    return np.column_stack([ankle, yaw, pitch])


def _pivot_lift(step: Step, times: Float64) -> Float64 | float:
    """Degrees by which the heel leaves the floor while the foot turns over its toes."""
    if step.turn is None:
        return 0.0
    x = np.clip((times - step.turn[0]) / (step.turn[1] - step.turn[0]), 0.0, 1.0)
    return _PIVOT_LIFT_DEG * 64.0 * (x * (1.0 - x)) ** 3


def _sole(body: Anthropometry) -> Float64:
    """(3, 3) heel, ball and toe tip under a right foot, in its frame."""
    table = landmarks(body)
    return table.offset_mm[table.rows(tuple(f"R_{name}" for name in SOLE))]


def _above_floor(body: Anthropometry, path: Float64, phase: Float64) -> Float64:
    """Lift a swing (T, 5) so that no part of the sole is in the floor; nothing changes at its two ends."""
    frame = level_frame(path[:, 3]) @ axis_rotation("z", path[:, 4])
    heights = path[:, 2:3] + np.einsum("tj,kj->tk", frame[:, 2], _sole(body))
    lowest = heights.min(axis=1)
    window = np.clip(phase * (1 - phase) / 0.09, 0.0, 1.0)
    window = window**3 * (10 + window * (6 * window - 15))
    wanted = _CLEARANCE_MM * window - lowest
    lift = (wanted + np.hypot(wanted, _SOFT_MM)) / 2 * window
    lifted = path.copy()
    lifted[:, 2] += lift
    return lifted


def _swing(
    body: Anthropometry, side: str, step: Step, following: Step, carriage: Carriage, times: Float64
) -> Float64:  # fmt: skip
    """(T, 5) between two stances: a fifth-degree spline seen from the carriage, no jump in acceleration at its ends."""
    start, end = step.off_s, following.on_s
    first, last = (_ends(body, one, at, carriage) for one, at in ((step, start), (following, end)))
    leg, out = body.thigh + body.shank, -1.0 if side == "l" else 1.0
    vias = [[v.ahead * leg, v.up * leg, out * (body.hip_right + v.out * leg), 0.0, v.pitch_deg] for v in step.vias]
    turn = last[0][3] - first[0][3]
    for via, row in zip(step.vias, vias, strict=True):
        row[3] = first[0][3] + turn * float(ramp(np.array([via.phase]), 0.0, 1.0)[0])
    phases = [start, *(start + v.phase * (end - start) for v in step.vias), end]
    bounds: Any = ([(1, first[1]), (2, first[2])], [(1, last[1]), (2, last[2])])
    values = make_interp_spline(phases, np.array([first[0], *vias, last[0]]), k=5, bc_type=bounds)(times)
    heading = carriage.heading_deg(times)
    ankle = 1e3 * carriage.pelvis_m(times) + np.einsum("tij,tj->ti", level_frame(heading), values[:, :3])
    path = np.column_stack([ankle, values[:, 3] + heading, values[:, 4]])
    return _above_floor(body, path, (times - start) / (end - start))


def _ends(body: Anthropometry, step: Step, at_s: float, carriage: Carriage) -> tuple[Float64, Float64, Float64]:
    """Value, velocity and acceleration of a stance at one time, seen from the carriage (central differences)."""
    h = 0.004
    times = at_s + h * np.array([-1.0, 0.0, 1.0])
    stance = _stance(body, step, times)
    heading = carriage.heading_deg(times)
    place = np.einsum("tji,tj->ti", level_frame(heading), stance[:, :3] - 1e3 * carriage.pelvis_m(times))
    seen = np.column_stack([place, stance[:, 3] - heading, stance[:, 4]])
    return seen[1], (seen[2] - seen[0]) / (2 * h), (seen[2] - 2 * seen[1] + seen[0]) / h**2
