"""Jointed motion (BVH) to segment rotations of the body.

A segment turns with its joint; how it lies in the joint's axes is constant and comes from the joint map
(:mod:`core.body.rigs_bvh`). The long axes of upper arm, forearm, thigh and shank are the bones of the rig, so that
elbow and knee angles and the directions of arm and thigh are those of the recording itself.

Pelvis and lumbar spine are the exceptions. The neutral pose of a rig has the pelvis upright, where the plane of a
standing person's iliac spines, which the pelvis frame is built from, is inclined (:data:`STANDING_TILT_DEG`). And rigs
have one to three joints in the lumbar spine, wherever their makers put them, and share a bend between them as they
like. Vertebrae share it nearly evenly (White & Panjabi 1990, Clinical Biomechanics of the Spine), so the abdomen, their
chord, always lies halfway between pelvis and thorax.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.body.posture import axis_rotation
from core.body.rigs_bvh import FOLLOWED, JointMap, SegmentSource, joint_map_for
from core.body.segments import SEGMENTS, SegmentMotion
from core.errors import DataError
from core.formats.base import JointMotion
from core.records import Axes, Float64

__all__ = ["STANDING_TILT_DEG", "Retargeted", "retarget"]

STANDING_TILT_DEG = -9.0
"""Inclination of the pelvis in the neutral pose of a recording, about the axis to the right: the ASIS lower than the
PSIS. Published means of standing adults are 13 degrees on cadaver pelves (Preece et al. 2008, J Man Manip Ther
16:113-117), 11.3 (Levine & Whittle 1996, J Orthop Sports Phys Ther 24:130-135), and less by palpation meter (Herrington
2011, Man Ther 16:646-648)."""

_Y_TO_Z_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_PARALLEL = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Retargeted:
    """Segment rotations of a recording, Z up.

    motion : in the size of the recording: ``pelvis_mm`` is the middle of its hip joints. rig : name of the joint map.
    leg_mm : hip to knee to ankle of the recording, mean of both sides. notes : segments that follow another.
    """

    motion: SegmentMotion
    rig: str
    leg_mm: float
    notes: tuple[str, ...]


def retarget(motion: JointMotion, joint_map: JointMap | None = None) -> Retargeted:
    """Segment rotations of a jointed motion; ``joint_map`` None: the map whose joints the motion has.

    Raises :class:`DataError` where no map fits, a joint of the map is absent, or a bone has no length.
    """
    chosen = joint_map or joint_map_for(motion.names)
    turn = _Y_TO_Z_UP if motion.axes is Axes.WORLD_Y_UP else np.eye(3)
    world = _world_rotations(motion)
    rotations = np.empty((len(world), len(SEGMENTS), 3, 3))
    for name, source in chosen.segments.items():
        joint = _index(motion, source.joint, name)
        rotations[:, SEGMENTS.index(name)] = turn @ world[:, joint] @ _alignment(motion, source, name)
    pelvis, abdomen, thorax = (SEGMENTS.index(name) for name in ("pelvis", "abdomen", "thorax"))
    rotations[:, abdomen] = _halfway(rotations[:, pelvis], rotations[:, thorax])
    rotations[:, pelvis] @= axis_rotation("z", np.full(1, STANDING_TILT_DEG))
    notes = tuple(_follow(rotations, name) for name in FOLLOWED if name not in chosen.segments)
    hips = [_index(motion, chosen.segments[f"femur_{side}"].joint, "femur") for side in "lr"]
    pelvis_mm = motion.positions_mm[:, hips].mean(axis=1, dtype=np.float64) @ turn.T
    segments = SegmentMotion(pelvis_mm, rotations, motion.fps, Axes.WORLD_Z_UP)
    return Retargeted(segments, chosen.name, _leg_mm(motion, chosen), notes)


def _world_rotations(motion: JointMotion) -> Float64:
    """(T, J, 3, 3) rotations of the joints in the world: products along the chain, float64."""
    world = np.empty(motion.rotations.shape)
    for joint, parent in enumerate(motion.parents):
        local = motion.rotations[:, joint].astype(np.float64)
        world[:, joint] = local if parent < 0 else world[:, parent] @ local
    return world


def _index(motion: JointMotion, joint: str, segment: str) -> int:
    if joint not in motion.names:
        raise DataError(f"joint {joint!r} of segment {segment} is not in this file", got=", ".join(motion.names[:6]))
    return motion.names.index(joint)


def _alignment(motion: JointMotion, source: SegmentSource, segment: str) -> Float64:
    """(3, 3) axes of the segment (anterior, superior, right) in the axes of its joint, in columns."""
    up, forward = np.array(source.superior), np.array(source.anterior)
    if source.toward is not None:
        up = -_bone(motion, source)
    up = _unit(up, segment)
    forward = _unit(forward - up * (forward @ up), segment)
    return np.column_stack([forward, up, np.cross(forward, up)])


def _bone(motion: JointMotion, source: SegmentSource) -> Float64:
    """(3,) from a joint to the next along the limb, in the joint's axes; joints between them may not turn."""
    start, joint = motion.names.index(source.joint), _index(motion, str(source.toward), f"after {source.joint}")
    # The median, because files with position channels repeat the bone in every frame.
    bone: Float64 = np.median(motion.translations_mm[:, joint].astype(np.float64), axis=0)
    while motion.parents[joint] != start:
        joint = motion.parents[joint]
        if joint < 0:
            raise DataError(f"joint {source.toward!r} does not hang on {source.joint!r}")
        between = motion.rotations[:, joint].astype(np.float64)
        if np.abs(between - between[0]).max() > _PARALLEL:
            raise DataError(f"joint {motion.names[joint]!r} turns between {source.joint!r} and {source.toward!r}")
        bone = between[0] @ bone + np.median(motion.translations_mm[:, joint].astype(np.float64), axis=0)
    return bone


def _unit(vector: Float64, segment: str) -> Float64:
    length = float(np.linalg.norm(vector))
    if not length > _PARALLEL:
        raise DataError(f"directions of segment {segment} do not span its axes: a bone has no length or is parallel")
    unit: Float64 = vector / length
    return unit


def _halfway(one: Float64, other: Float64) -> Float64:
    """Rotations (T, 3, 3) halfway between two: the polar part of their sum."""
    u, _, v = np.linalg.svd(one + other)
    # Opposite rotations have no halfway; a reflection is no rotation.
    u[:, :, 2] *= np.sign(np.linalg.det(u @ v))[:, None]
    halfway: Float64 = u @ v
    return halfway


def _follow(rotations: Float64, name: str) -> str:
    """Fill a segment that the rig lacks, in place; returns the note about it."""
    rotations[:, SEGMENTS.index(name)] = rotations[:, SEGMENTS.index(FOLLOWED[name])]
    return f"{name} follows {FOLLOWED[name]}: this rig has no joint for it"


def _leg_mm(motion: JointMotion, chosen: JointMap) -> float:
    lengths = [np.linalg.norm(_bone(motion, chosen.segments[f"{name}_{side}"])) for name in ("femur", "tibia")
               for side in "lr"]  # fmt: skip
    return float(np.sum(lengths)) / 2
