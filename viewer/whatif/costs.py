"""What a millimetre costs: degrees of the selected angle per millimetre of each joint, at one frame. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.angles.views import slopes_in_view
from core.estimators import Estimator
from core.evaluation import cut_poses
from core.records import Float64
from core.skeleton import N_JOINTS, PARENTS
from viewer.content.records import ClipContent
from viewer.whatif.placement import placement

__all__ = ["Costs", "costs_at"]


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Of one lifter, angle and frame; NaN where the angle or a joint is undefined.

    lifter, frame, angle : of what. slopes : (17, 3) degrees per millimetre of the pose, as vectors in the axes of the
    drawing: the way in which the angle grows most. per_mm : (17,) their lengths. along : (17,) of these, along the bone
    that ends in the joint, signed. explained_deg : (17,) what the joint's present error costs, to first order: the
    slope times the displacement from the reference; NaN without one.
    """

    lifter: str
    frame: int
    angle: int
    slopes: Float64
    per_mm: Float64
    along: Float64
    explained_deg: Float64

    @property
    def order(self) -> tuple[int, ...]:
        """Joints, the dearest first, undefined ones last."""
        return tuple(int(joint) for joint in np.argsort(-np.nan_to_num(self.per_mm, nan=-1.0), kind="stable"))


def costs_at(content: ClipContent, lifter: str, frame: int, angle: int, estimator: Estimator) -> Costs | None:
    """The costs for a lifter's pose; None where the lifter has none at that frame.

    Raises :class:`core.errors.DataError` for poses of a rig that the estimator cannot take.
    """
    poses, track = content.poses_of(lifter), content.track(lifter)
    if poses is None or track is None:
        return None
    placed = placement(poses.xyz_mm[frame], track.xyz_mm[frame])
    if placed is None:
        return None
    pose = cut_poses(poses, frame, frame)
    found = slopes_in_view(estimator.angles(pose), estimator.slopes_deg_per_mm(pose), content.shoulder)
    slopes = placed.turned(found[0, angle])
    bones = track.xyz_mm[frame].astype(np.float64) - track.xyz_mm[frame, np.maximum(PARENTS, 0)]
    with np.errstate(invalid="ignore"):
        length = np.linalg.norm(bones, axis=1)
        along = np.where(length > 0, (slopes * bones).sum(axis=1) / np.where(length > 0, length, 1.0), np.nan)
    off = np.full((N_JOINTS, 3), np.nan)
    if content.reference is not None:
        off = (track.xyz_mm[frame].astype(np.float64) - content.reference.xyz_mm[frame]) / placed.scale
    return Costs(lifter, frame, angle, slopes, np.linalg.norm(slopes, axis=1), along, (slopes * off).sum(axis=1))
