"""Along which way to look so that the selected angle is seen as it is: its arc lies in the picture then. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.conventions import AngleDef
from core.records import Float64
from viewer.scene.stage import Stage

__all__ = ["TurnsAbout", "turns_about"]

_LEAST_DEG = 1.0
"""Two segments that are nearer to one line than this have no plane that is worth looking at."""


@dataclass(frozen=True, slots=True, eq=False)
class TurnsAbout:
    """What the selected angle turns about at a frame. axis : (3,) unit vector of the world. centre_mm : (3,) of the
    joint.
    """

    axis: Float64
    centre_mm: Float64


def turns_about(stage: Stage, frame: int) -> TurnsAbout | str:
    """Axis and joint of the first source that has them, the reference before lifters; or in one line why nobody has."""
    if not stage.arcs or not stage.arcs[0].tracks:
        return "no angle to look at: nobody is shown"
    found, angle = stage.arcs[0].at(frame), stage.arcs[0].angle
    if found is None or not (known := np.isfinite(found.deg) & np.isfinite(found.arcs.centre_mm).all(axis=0)).any():
        return f"no axis to look along: {angle.title.lower()} is missing in this frame"
    turns = known & np.isfinite(found.arcs.axis).all(axis=0)
    if _unsigned(angle):
        turns &= np.abs(found.arcs.measured_deg) >= _LEAST_DEG
    if not turns.any():
        return f"no axis to look along: the limb of {angle.title.lower()} is straight in this frame"
    first = int(turns.argmax())
    return TurnsAbout(*(values[:, first].astype(np.float64) for values in (found.arcs.axis, found.arcs.centre_mm)))


def _unsigned(angle: AngleDef) -> bool:
    """Its axis is normal to two segments, and so is none where they are one line."""
    return angle.range_deg[0] == 0
