"""What is odd in a record: pure functions from a record to findings, each saying the rule it follows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.angles.rigidity import not_rigid
from core.formats.base import JointMotion, Record
from core.inspection.anatomy import handedness, size_in_mm, swaps, vertical
from core.inspection.body import body_of_points, body_of_poses
from core.inspection.bones import changing_bones, zero_bones
from core.inspection.findings import Finding, Kind, Severity, Spans, spell
from core.inspection.flat import infinite, normalised, outside
from core.inspection.series import body_size, frozen, jumps, missing, one_frame, zeros
from core.records import Points, Poses, Poses2D, Scale
from core.skeleton import JOINTS, N_JOINTS

__all__ = [
    "Finding",
    "Kind",
    "Severity",
    "Spans",
    "inspect",
    "inspect_motion",
    "inspect_points",
    "inspect_poses",
    "inspect_poses2d",
    "spell",
]

_JUMP_2D = 0.5
"""Detections jitter: in 2D a break counts from half a thigh (another person, or a limb found elsewhere)."""


def inspect(record: Record) -> tuple[Finding, ...]:
    """Findings of any record; angles, tables and cameras have none."""
    if isinstance(record, Poses):
        return inspect_poses(record)
    if isinstance(record, Points):
        return inspect_points(record)
    if isinstance(record, Poses2D):
        return inspect_poses2d(record)
    if isinstance(record, JointMotion):
        return inspect_motion(record)
    return ()


def inspect_poses(poses: Poses) -> tuple[Finding, ...]:
    """What is odd in 17-joint poses: gaps, repeats, breaks, sides, size, vertical, bones."""
    return tuple(_in_poses(poses))


def _in_poses(poses: Poses) -> Iterator[Finding]:
    xyz = poses.xyz_mm
    yield from missing(xyz, JOINTS)
    if not np.isfinite(xyz).any():
        return
    body = body_of_poses(poses)
    yield from one_frame(xyz)
    yield from frozen(xyz)
    yield from zeros(xyz, JOINTS)
    yield from zero_bones(poses)
    yield from handedness(body)
    yield from swaps(body)
    yield from jumps(xyz, body_size(xyz))
    yield from vertical(body)
    if poses.scale is Scale.METRIC:
        yield from size_in_mm(body)
    yield from changing_bones(poses)


def inspect_points(points: Points) -> tuple[Finding, ...]:
    """What is odd in labelled points. Sides, size and vertical need labels that a landmark set knows."""
    return tuple(_in_points(points))


def _in_points(points: Points) -> Iterator[Finding]:
    xyz = points.xyz_mm
    yield from missing(xyz, points.names)
    if not np.isfinite(xyz).any():
        return
    body = body_of_points(points)
    landmarks = np.stack(tuple(body.points.values()), axis=1).astype(np.float32)
    known = landmarks if np.isfinite(landmarks).any() else xyz
    yield from one_frame(xyz)
    yield from frozen(xyz)
    yield from zeros(xyz, points.names)
    yield from handedness(body)
    yield from swaps(body)
    yield from jumps(known, body_size(known))
    yield from vertical(body)
    yield from size_in_mm(body)
    for sentence in not_rigid(points):
        yield Finding(Kind.NOT_RIGID, Severity.WARNING, sentence)


def inspect_poses2d(poses: Poses2D) -> tuple[Finding, ...]:
    """What is odd in 2D keypoints: gaps, repeats, breaks, points outside the picture, normalised numbers."""
    return tuple(_in_poses2d(poses))


def _in_poses2d(poses: Poses2D) -> Iterator[Finding]:
    xy = poses.xy_px
    n_joints = xy.shape[1]
    names = JOINTS if n_joints == N_JOINTS and poses.layout.startswith("h36m") else [str(j) for j in range(n_joints)]
    yield from infinite(xy)
    yield from missing(xy, names)
    if not np.isfinite(xy).any():
        return
    yield from one_frame(xy)
    yield from frozen(xy)
    yield from zeros(xy, names)
    yield from normalised(xy)
    yield from outside(xy, poses.size_px)
    yield from jumps(xy, body_size(xy), least=_JUMP_2D)


def inspect_motion(motion: JointMotion) -> tuple[Finding, ...]:
    """What is odd in a jointed motion's world positions. A T-pose put before the motion shows as a jump at frame 1."""
    xyz = motion.positions_mm
    size = body_size(xyz)
    return (*one_frame(xyz), *missing(xyz, motion.names), *frozen(xyz), *jumps(xyz, size))
