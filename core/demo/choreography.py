"""From a plan (path, steps, keys of arms and trunk) to joint angles of a body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.body.anthropometry import Anthropometry
from core.body.legs import leg_angles, leg_stretch
from core.body.posture import Posture, posture, segment_motion
from core.body.segments import SEGMENTS, segment_origins_mm
from core.demo.curves import Curve
from core.demo.footwork import Carriage, FootPath, Step, foot_path, level_frame
from core.records import Float64

__all__ = ["Performance", "Plan", "perform"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One motion of one body.

    pelvis_m : middle of the hips in the world, metres. heading_deg : where the whole body faces; ``pelvis_yaw`` of
    ``angles`` is added to it. steps : left and right. angles : the other coordinates of
    :data:`core.body.posture.COORDINATES`, functions of time; legs follow from the feet.
    """

    pelvis_m: Curve
    heading_deg: Curve
    steps: tuple[Sequence[Step], Sequence[Step]]
    angles: Mapping[str, Curve]


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """A plan carried out: the body, its posture, and which foot stands when, (T, 2) left and right."""

    body: Anthropometry
    posture: Posture
    standing: NDArray[np.bool_]


def perform(body: Anthropometry, plan: Plan, fps: float, n_frames: int) -> Performance:
    """Carry out a plan from time 0 at ``fps``; ``ValueError`` for an angle that no posture has."""
    times = np.arange(n_frames) / fps
    heading = plan.heading_deg(times)
    angles: dict[str, Float64] = {name: curve(times) for name, curve in plan.angles.items()}
    angles["pelvis_yaw"] = heading + angles.get("pelvis_yaw", np.zeros(n_frames))
    pelvis_mm = 1e3 * plan.pelvis_m(times)
    upper = segment_motion(posture(pelvis_mm, angles, fps))
    origins = segment_origins_mm(body, upper)
    pelvis = upper.rotations[:, SEGMENTS.index("pelvis")]
    carriage = Carriage(plan.pelvis_m, plan.heading_deg)
    standing = []
    for side, steps in zip("lr", plan.steps, strict=True):
        path = foot_path(body, side, steps, carriage, times)
        hip = origins[:, SEGMENTS.index(f"femur_{side}")]
        ankle = _within_reach(body, hip, path.ankle_mm)
        forward = _knee_direction(path, angles["pelvis_yaw"])
        angles |= leg_angles(body, side, pelvis, hip, ankle, path.rotation(), forward)
        standing.append(path.standing)
    return Performance(body, posture(pelvis_mm, angles, fps), np.stack(standing, axis=1))


def _within_reach(body: Anthropometry, hip_mm: Float64, ankle_mm: Float64) -> Float64:
    """Ankles drawn toward the hip where the leg is nearly straight, so that no knee snaps straight or beyond.

    Below 97 % of the leg's length nothing changes; above, the distance tends smoothly to 99.7 %.
    """
    free, most = 0.97, 0.997
    stretch = leg_stretch(body, hip_mm, ankle_mm)
    over = np.maximum(stretch - free, 0.0)
    allowed = np.minimum(stretch, free) + (most - free) * np.tanh(over / (most - free))
    return hip_mm + (ankle_mm - hip_mm) * (allowed / stretch)[:, None]


def _knee_direction(path: FootPath, pelvis_yaw_deg: Float64) -> Float64:
    """Horizontal (T, 3) direction between those of the foot and the pelvis, nearer to the foot's."""
    yaw = pelvis_yaw_deg + 0.6 * (path.yaw_deg - pelvis_yaw_deg)
    direction: Float64 = level_frame(yaw)[..., 0]
    return direction
