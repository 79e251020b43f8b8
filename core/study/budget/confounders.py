"""What can make angles differ besides the lifter, and what is done to take each out.

Taking one out never touches the files: sources are edited, the reference is shifted by what the confounder does to it,
or frames are left out, and the same evaluation is made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType

__all__ = ["CASES", "HOW", "SEAM_FRAMES", "SIZES", "Case", "Confounder", "Size"]

SEAM_FRAMES = 2
"""Frames on either side of where windows meet that count as the seam."""


class Confounder(StrEnum):
    """In the order in which a budget takes them out one after the other."""

    FLOOR = "floor of the estimator"
    DEFINITION = "constant joint offsets"
    SCALE = "2.5D against metric"
    SINGULAR = "near-singular postures"
    SEAMS = "seams of windows"


HOW: Mapping[Confounder, str] = MappingProxyType({
    Confounder.FLOOR: "the lifter is held against the estimator on the reference poses instead of the reference "
                      "angles, where both are known",
    Confounder.DEFINITION: "hips, pelvis, spine, neck and head of the lifter are moved back by how they lie from the "
                           "reference's on average (median over frames of a clip, mean over clips of an athlete and "
                           "joint set of the reference; axes of pelvis and thorax, limbs laid over each other). That "
                           "takes out another definition of joints and with it any constant error of the lifter's own, "
                           "and so is an upper bound of what the definition explains",
    Confounder.SCALE: "what weak perspective does to the angles of the reference poses is taken off the lifter's error",
    Confounder.SINGULAR: "frames in which the reference angle is ill-conditioned are left out",
    Confounder.SEAMS: f"frames within {SEAM_FRAMES} of where windows of the model meet are left out",
})  # fmt: skip
"""How each is taken out, for readers of the report."""

Case = frozenset[Confounder]
"""What is taken out together; the empty one is the error as scored."""

CASES: tuple[Case, ...] = tuple(dict.fromkeys((
    Case(), *(Case((each,)) for each in Confounder),
    *map(Case, accumulate((each,) for each in Confounder)),
)))  # fmt: skip
"""Nothing, each alone, and one after the other up to all."""


class Size(StrEnum):
    """What a confounder alone does to perfect poses: mean size of the change of the reference poses' angles."""

    HIPS = "hips of the other definition"
    SCALE = "seen in weak perspective"
    RATE = "known at 50 frames per second only"


SIZES: tuple[Size, ...] = tuple(Size)
