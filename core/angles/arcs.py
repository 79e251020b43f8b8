"""Each of the twelve angles as an arc about its joint: where it begins, about which axis it turns, where it ends.

An arc is drawn from the direction that reads 0, turned about its axis by as many degrees as the angle has. Of the
bodies that it is drawn on it ends where :mod:`core.angles.long_axes` measures; a number from elsewhere (a network's)
ends beside that by as much as it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.angles.bodies import Bodies
from core.angles.frames import Frame
from core.angles.long_axes import shoulder_components
from core.angles.vectors import Vectors, cross, dot, unit
from core.conventions import AngleDef

__all__ = ["Arcs", "Axes3D", "anatomical_axes", "arcs_of", "between", "turned"]


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """One angle of n bodies, in the axes of their positions. Arrays (3, n); NaN where something is undefined.

    centre_mm : of the joint. segment_mm : the distal segment from there. zero : direction that reads 0, which is along
    the proximal segment or in its plane. axis : a positive angle turns ``zero`` about it, by the right-hand rule.
    end : direction where the angle of these bodies ends: the distal segment, or its projection into the plane of the
    angle. path : (2, 3, n) directions between which the rest of the way is drawn: from the end on to the segment, or
    how the other angle of a pair came before; NaN where nothing is left.
    """

    centre_mm: Vectors
    segment_mm: Vectors
    zero: Vectors
    axis: Vectors
    end: Vectors
    path: Vectors

    @property
    def measured_deg(self) -> Vectors:
        """(n,) the angle from ``zero`` to ``end`` about the axis, above -180 and up to 180."""
        with np.errstate(invalid="ignore"):
            turn = np.arctan2(dot(cross(self.zero, self.end), self.axis), dot(self.zero, self.end))
        deg: Vectors = np.degrees(turn)
        return deg

    def part(self, of: slice) -> Arcs:
        """The arcs of some of the bodies."""
        return Arcs(*(getattr(self, field.name)[..., of] for field in fields(self)))

    def directions(self, deg: NDArray[Any]) -> Vectors:
        """(3, m, n) unit directions of the angles ``deg`` (m, n)."""
        return turned(self.zero[:, None], self.axis[:, None], deg)


@dataclass(frozen=True, slots=True, eq=False)
class Axes3D:
    """An anatomical frame where it is drawn. origin_mm : (3, n). frame : its axes."""

    origin_mm: Vectors
    frame: Frame


def turned(start: Vectors, axis: Vectors, deg: NDArray[Any]) -> Vectors:
    """Directions normal to an axis, turned about it."""
    angle = np.radians(deg)
    out: Vectors = np.cos(angle) * start + np.sin(angle) * cross(axis, start)
    return out


def between(start: Vectors, end: Vectors, n_steps: int) -> Vectors:
    """(3, n_steps + 1, n) unit directions on the shortest way from one (3, n) to another; NaN between opposite ones."""
    with np.errstate(invalid="ignore"):
        axis = unit(cross(start, end))
        deg = np.degrees(np.arctan2(dot(cross(start, end), axis), dot(start, end)))
    return turned(start[:, None], axis[:, None], np.linspace(0.0, 1.0, n_steps + 1)[:, None] * deg)


def arcs_of(bodies: Bodies, angle: AngleDef) -> Arcs:
    """The arcs of one of the twelve angles, in the view of the shoulder that the definition is of."""
    return _KINDS[angle.kind](bodies, 0 if angle.side == "l" else 1)


def anatomical_axes(bodies: Bodies, angle: AngleDef) -> tuple[Axes3D, Axes3D]:
    """Frames of the proximal and the distal segment: of pelvis and thorax as they are measured in, of the limbs with Y
    along the segment and Z right across the epicondyles (forearm and shank: across those of the bone above).
    """
    side, limbs = (0 if angle.side == "l" else 1), bodies.limbs
    if angle.joint == "hip":
        return (Axes3D(bodies.hip.mean(axis=1), bodies.pelvis),
                _bone(bodies.hip[:, side], limbs.thigh[:, side], bodies.femur_right[:, side]))  # fmt: skip
    if angle.joint == "shoulder":
        return (Axes3D(bodies.shoulder.mean(axis=1), bodies.thorax),
                _bone(bodies.shoulder[:, side], limbs.humerus[:, side], bodies.humerus_right[:, side]))  # fmt: skip
    elbow = angle.joint == "elbow"
    centre = (bodies.elbow if elbow else bodies.knee)[:, side]
    right = (bodies.humerus_right if elbow else bodies.femur_right)[:, side]
    row = side if elbow else 2 + side
    above = limbs.proximal[:, row]
    return _bone(centre - above, above, right), _bone(centre, limbs.distal[:, row], right)


def _bone(start_mm: Vectors, along_mm: Vectors, right: Vectors) -> Axes3D:
    """Of a limb, drawn in its middle."""
    y = -unit(along_mm)
    with np.errstate(invalid="ignore"):
        x = unit(cross(y, right))
    return Axes3D(start_mm + along_mm / 2, Frame.of(x, y, cross(x, y)))


_OUTWARD = (-1.0, 1.0)
"""Sign of the right axis that points away from the midline: left, right."""


def _arcs(centre: Vectors, segment: Vectors, zero: Vectors, axis: Vectors, end: Vectors,
          path: tuple[Vectors, Vectors] | None = None) -> Arcs:  # fmt: skip
    ways = np.full((2, *zero.shape), np.nan, zero.dtype) if path is None else np.stack(path)
    return Arcs(centre, segment, zero, axis, end, ways)


def _projected(direction: Vectors, normal: Vectors) -> Vectors:
    """Unit direction in the plane normal to a unit vector; NaN where nothing is left of it."""
    return unit(direction - dot(direction, normal) * normal)


def _in_sagittal(frame: Frame, centre: Vectors, segment: Vectors) -> Arcs:
    """Forward of the hanging limb, about Z; then the way out of the sagittal plane to the segment."""
    _, y, z = frame.axes
    along = unit(segment)
    end = _projected(along, z)
    return _arcs(centre, segment, -y, z, end, (end, along))


def _out_of_sagittal(frame: Frame, centre: Vectors, segment: Vectors, toward: float) -> Arcs:
    """From the sagittal plane to the segment, about the floating axis; toward : sign of Z where it is positive."""
    _, y, z = frame.axes
    along = unit(segment)
    zero = _projected(along, z)
    return _arcs(centre, segment, zero, toward * cross(zero, z), along, (-y, zero))


def _component(bodies: Bodies, side: int, which: int) -> Arcs:
    """One part of the smallest turn that raises the hanging arm: about Z forward (0), about X outward (1). The path is
    that turn.
    """
    x, y, z = bodies.thorax.axes
    segment = bodies.limbs.humerus[:, side]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.degrees(shoulder_components(bodies.thorax, bodies.limbs.humerus)[which][side])
    axis = -_OUTWARD[side] * x if which else z
    return _arcs(bodies.shoulder[:, side], segment, -y, axis, turned(-y, axis, part), (-y, unit(segment)))


def _plane(bodies: Bodies, side: int) -> Arcs:
    """From straight out toward the front, about Y; the path raises the arm."""
    _, y, z = bodies.thorax.axes
    segment, out = bodies.limbs.humerus[:, side], _OUTWARD[side]
    along = unit(segment)
    return _arcs(bodies.shoulder[:, side], segment, out * z, out * y, _projected(along, y), (-y, along))


def _elevation(bodies: Bodies, side: int) -> Arcs:
    """From hanging to the arm, whichever way that is."""
    segment = bodies.limbs.humerus[:, side]
    return _shortest(bodies.shoulder[:, side], -bodies.thorax.axes[1], segment)


def _hinge(centres: Vectors, bodies: Bodies, side: int, first: int) -> Arcs:
    """From the extension of the proximal bone to the distal one. first : row of the left one in the limbs."""
    proximal, distal = bodies.limbs.proximal[:, first + side], bodies.limbs.distal[:, first + side]
    return _shortest(centres[:, side], unit(proximal), distal)


def _shortest(centre: Vectors, zero: Vectors, segment: Vectors) -> Arcs:
    """Unsigned: about the normal of both directions. The axis is NaN where they are one line."""
    along = unit(segment)
    with np.errstate(invalid="ignore"):
        return _arcs(centre, segment, zero, unit(cross(zero, along)), along)


def _hip(bodies: Bodies, side: int) -> tuple[Frame, Vectors, Vectors]:
    return bodies.pelvis, bodies.hip[:, side], bodies.limbs.thigh[:, side]


def _shoulder(bodies: Bodies, side: int) -> tuple[Frame, Vectors, Vectors]:
    return bodies.thorax, bodies.shoulder[:, side], bodies.limbs.humerus[:, side]


_KINDS: Mapping[str, Callable[[Bodies, int], Arcs]] = MappingProxyType({
    "hip_flexion": lambda bodies, side: _in_sagittal(*_hip(bodies, side)),
    "hip_adduction": lambda bodies, side: _out_of_sagittal(*_hip(bodies, side), -_OUTWARD[side]),
    "shoulder_flexion": lambda bodies, side: _component(bodies, side, 0),
    "shoulder_abduction": lambda bodies, side: _component(bodies, side, 1),
    "shoulder_plane": _plane,
    "shoulder_elevation": _elevation,
    "shoulder_flexion_projected": lambda bodies, side: _in_sagittal(*_shoulder(bodies, side)),
    "shoulder_abduction_projected": lambda bodies, side: _out_of_sagittal(*_shoulder(bodies, side), _OUTWARD[side]),
    "elbow_flexion": lambda bodies, side: _hinge(bodies.elbow, bodies, side, 0),
    "knee_flexion": lambda bodies, side: _hinge(bodies.knee, bodies, side, 2),
})  # fmt: skip
