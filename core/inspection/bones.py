"""Bones of a 17-joint pose: lengths that change over the clip, and bones without length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.inspection.findings import Finding, Kind, Severity, spans_of, spell
from core.records import Axes, Float64, Poses, Scale
from core.skeleton import BONES, JOINTS, RIGS

__all__ = ["bone_lengths", "changing_bones", "zero_bones"]

LIMB_BONES = ((1, 2), (2, 3), (4, 5), (5, 6), (11, 12), (12, 13), (14, 15), (15, 16))
"""Thighs, shanks, upper arms, forearms: rigid in a body. Trunk bones bend and are left out."""
NOTABLE_CV = 0.05
"""Coefficient of variation (SD / mean) above which a limb bone is reported."""
NOTABLE_CV_CREST = 0.10
"""... for thighs whose hip joint lies on the iliac crest: it reads 98-120 % of its length as the hip flexes."""


def bone_lengths(poses: Poses, bones: tuple[tuple[int, int], ...] = BONES) -> Float64:
    """(T, B) lengths of bones in the unit of the pose, NaN where an end is missing."""
    parents, children = (list(ends) for ends in zip(*bones, strict=True))
    xyz = poses.xyz_mm.astype(np.float64)
    lengths: Float64 = np.linalg.norm(xyz[:, children] - xyz[:, parents], axis=2)
    return lengths


def changing_bones(poses: Poses) -> Iterator[Finding]:
    """Limb bones whose length varies over the clip by more than 5 % (SD / mean), worst first.

    In a metric recording in world axes that is a fault; a lifter's bones are not rigid, so there it is a note.
    """
    lengths = bone_lengths(poses, LIMB_BONES)
    seen = np.isfinite(lengths).sum(axis=0) > 1
    listed = []
    for index in np.flatnonzero(seen):
        length = lengths[np.isfinite(lengths[:, index]), index]
        variation = length.std() / length.mean() if length.mean() > 0 else 0.0
        on_crest = LIMB_BONES[index][0] in (1, 4) and not RIGS[poses.rig].hips_are_centres
        if variation > (NOTABLE_CV_CREST if on_crest else NOTABLE_CV):
            listed.append((variation, _name(LIMB_BONES[index])))
    if listed:
        recording = poses.scale is Scale.METRIC and poses.axes is not Axes.CAMERA
        worst = ", ".join(f"{name} {variation:.0%}" for variation, name in sorted(listed, reverse=True))
        text = f"{len(listed)} of {len(LIMB_BONES)} limb bones change length (SD / mean): {worst}"
        yield Finding(Kind.BONE_LENGTH, Severity.WARNING if recording else Severity.NOTE, text)


def zero_bones(poses: Poses) -> Iterator[Finding]:
    """Bones whose two joints coincide (shorter than a thousandth of the longest): a direction is undefined there."""
    lengths = bone_lengths(poses)
    longest = np.where(np.isfinite(lengths), lengths, 0).max(axis=1, keepdims=True, initial=0)
    without = (lengths <= 1e-3 * longest) & np.isfinite(lengths)
    if without.any():
        frames = spans_of(without.any(axis=1))
        names = ", ".join(_name(BONES[index]) for index in np.flatnonzero(without.any(axis=0)))
        text = f"no length in {without.any(axis=1).sum()} frames: {names}; {spell(frames)}"
        yield Finding(Kind.ZERO_BONE, Severity.WARNING, text, frames)


def _name(bone: tuple[int, int]) -> str:
    return f"{JOINTS[bone[0]]}-{JOINTS[bone[1]]}"
