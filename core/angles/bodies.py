"""What angles are drawn on: frames of the trunk, centres of joints and directions of limbs, of any number of bodies.

From labelled points with their landmarks, or from 17 joints; both in whatever axes the positions are given, so that
what is drawn on a body in an upright world is asked for with positions in that world.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.angles.frames import Frame, pelvis_frame, thorax_frame
from core.angles.gather import Key, Plan, plan_for
from core.angles.geometry import limb_directions, trunk_frames
from core.angles.hip_centre import DEFAULT_REGRESSION, regression_named
from core.angles.isb import centres_in_world, has_hip_labels, regressed_centres
from core.angles.landmarks import LandmarkMap, LandmarkSet, resolve
from core.angles.long_axes import Limbs
from core.angles.vectors import Vectors
from core.records import Float64, Points
from core.skeleton import JOINTS

__all__ = ["Bodies", "PointReader", "bodies_of_joints", "joined_bodies", "point_reader"]

_JOINTS_OF = ("hip", "knee", "shoulder", "elbow")
_CENTRES = np.array([[JOINTS.index(f"{side}_{name}") for side in "lr"] for name in _JOINTS_OF])
_KEYS: tuple[tuple[Key, Key], ...] = tuple(
    ((f"{segment}_l", f"{name}_l"), (f"{segment}_r", f"{name}_r"))
    for segment, name in (("femur", "hip"), ("leg", "knee"), ("humerus", "shoulder"), ("arm", "elbow"))
)
_BONES = (("femur", "femoral"), ("humerus", "humeral"))


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """n bodies. pelvis, thorax : their frames. limbs : directions, proximal to distal, in millimetres.

    hip, knee, shoulder, elbow : (3, 2, n) joint centres in millimetres, left before right. femur_right, humerus_right :
    (3, 2, n) what points to the right across the epicondyles of each bone; where those are not known, the right of
    pelvis or thorax, so that the bone is drawn as not turned about itself.
    """

    pelvis: Frame
    thorax: Frame
    limbs: Limbs
    hip: Vectors
    knee: Vectors
    shoulder: Vectors
    elbow: Vectors
    femur_right: Vectors
    humerus_right: Vectors

    def part(self, which: slice) -> Bodies:
        """Some of them."""
        frames = [Frame(frame.axes[..., which]) for frame in (self.pelvis, self.thorax)]
        limbs = Limbs(*(getattr(self.limbs, name)[..., which] for name in _LIMBS))
        return Bodies(frames[0], frames[1], limbs, *(getattr(self, name)[..., which] for name in _OTHERS))


_LIMBS = tuple(field.name for field in fields(Limbs))
_OTHERS = tuple(field.name for field in fields(Bodies))[3:]


def bodies_of_joints(xyz_mm: NDArray[Any]) -> Bodies:
    """Bodies of 17-joint poses (n, 17, 3), with the frames of :func:`core.angles.geometry.geometric_angles`."""
    joints = np.ascontiguousarray(xyz_mm.transpose(2, 1, 0))
    pelvis, thorax = trunk_frames(joints)
    right = [np.repeat(frame.axes[2][:, None], 2, axis=1) for frame in (pelvis, thorax)]
    return Bodies(pelvis, thorax, limb_directions(joints), *(joints[:, pair] for pair in _CENTRES), *right)


def joined_bodies(*parts: Bodies) -> Bodies:
    """All of them, in that order."""
    if len(parts) == 1:
        return parts[0]
    pelvis, thorax = (Frame(_joined([getattr(part, name).axes for part in parts])) for name in ("pelvis", "thorax"))
    limbs = Limbs(*(_joined([getattr(part.limbs, name) for part in parts]) for name in _LIMBS))
    return Bodies(pelvis, thorax, limbs, *(_joined([getattr(part, name) for part in parts]) for name in _OTHERS))


def _joined(parts: list[Vectors]) -> Vectors:
    return np.concatenate(parts, axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class PointReader:
    """How to find the landmarks of a clip's points, prepared once. centres_mm : left and right hip joint centre in the
    pelvis frame where a regression places them, NaN where it lacks a body size; None where labels have them.
    """

    plan: Plan
    mapping: LandmarkMap
    centres_mm: tuple[Float64, Float64] | None

    def bodies(self, xyz_mm: NDArray[Any]) -> Bodies:
        """Bodies of some frames (n, K, 3) of the points, in any axes; NaN where landmarks are missing."""
        piece = np.ascontiguousarray(xyz_mm, np.float32)
        plan, marks = self.plan, self.plan.gather([piece])
        pelvis = pelvis_frame(*plan.segment(marks, "pelvis"))
        thorax = thorax_frame(*plan.segment(marks, "thorax"))
        if self.centres_mm is not None:
            known = [(len(piece), self.centres_mm)]
            marks[:, -2], marks[:, -1] = centres_in_world(plan.segment(marks, "pelvis"), pelvis, known)
        centres = (marks[:, [plan.rows[key] for key in pair]] for pair in _KEYS)
        right = (self._right(piece, *names, frame) for names, frame in zip(_BONES, (pelvis, thorax), strict=True))
        return Bodies(pelvis, thorax, plan.limbs(marks), *centres, *right)

    def _right(self, xyz_mm: NDArray[Any], segment: str, bone: str, frame: Frame) -> Vectors:
        """(3, 2, n) to the right across the epicondyles, or the right of the trunk where they are not labelled."""
        sides = []
        for side in "lr":
            names = [f"{bone}_epicondyle_{end}_{side}" for end in ("lateral", "medial")]
            found = [self.mapping.found.get((f"{segment}_{side}", name)) for name in names]
            lateral, medial = (None if r is None else xyz_mm[:, list(r.columns)].mean(axis=1).T for r in found)
            if lateral is None or medial is None:
                sides.append(frame.axes[2])
            else:
                sides.append(lateral - medial if side == "r" else medial - lateral)
        return np.stack(sides, axis=1)


def point_reader(
    points: Points, *, landmark_sets: tuple[LandmarkSet, ...] | None = None, hip_regression: str = DEFAULT_REGRESSION
) -> PointReader:
    """Prepare the points of a clip; options as of :func:`core.angles.isb.isb_angles`, whose frames these are."""
    mapping = resolve(points.names, landmark_sets)
    if has_hip_labels(mapping):
        return PointReader(plan_for(mapping), mapping, None)
    centres = regressed_centres(points, mapping, regression_named(hip_regression))
    nowhere = np.full(3, np.nan)
    return PointReader(plan_for(mapping, hips_from_pelvis=True), mapping, centres or (nowhere, nowhere))
