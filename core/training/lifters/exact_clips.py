"""Recorded motion on sampled bodies as clips that the scoring engine takes: labelled points, joints, and what is seen.

The points are those of the body itself, so that the reference angles are exact: ISB angles of the posed skeleton, no
network and no marker error in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.body.points import JOINT_CENTRES
from core.records import Axes, Clip, Float32, Points, Poses
from core.training.lifters.losses import RIG
from core.training.lifters.motion import FPS, MovingTake
from core.training.lifters.sequences import Sequences, floor_mm, posed_mm
from core.training.lifters.views import Views, whole_views
from core.training.pairs import angle_labels, bank_for

__all__ = ["ExactClip", "exact_clips"]


@dataclass(frozen=True, slots=True, eq=False)
class ExactClip:
    """clip : athlete is the recording (twins share it), poses in the axes of the camera. take : recording and body.

    views : what the camera sees, with a detector's errors.
    """

    clip: Clip
    take: str
    views: Views


def exact_clips(takes: Sequence[MovingTake], bodies: int, seed: int, amount: float = 1.0) -> tuple[ExactClip, ...]:
    """Every stretch of every take on ``bodies`` bodies of its own, one camera each; the same seed gives the same.

    amount : of noise in the 2D, times the typical.
    """
    bank = bank_for(RIG, bodies * len(takes), np.random.default_rng([seed, 1]))
    column = {label: index for index, label in enumerate(bank.labels)}
    joints, read = ([column[label] for label in labels] for labels in (JOINT_CENTRES, angle_labels(RIG)))
    placed: list[tuple[MovingTake, int, Float32]] = []
    for number in range(bodies * len(takes)):
        take = takes[number % len(takes)]
        labels = [posed_mm(stretch, bank, number) for stretch in take.stretches]
        up_mm = floor_mm([part[:, joints] for part in labels])
        placed += [(take, number // len(takes), part + up_mm) for part in labels]
    lengths = np.array([len(part) for _, _, part in placed])
    starts = np.cumsum(lengths) - lengths
    seen = whole_views(
        Sequences(np.concatenate([part[:, joints] for _, _, part in placed]), starts,
                  tuple(take.name for take, _, _ in placed), tuple(take.activity for take, _, _ in placed)),
        seed, cameras=1, amount=amount,
    )  # fmt: skip
    return tuple(
        _clip(number, take, body, Points(part[:, read], angle_labels(RIG), FPS, Axes.WORLD_Z_UP), _part(seen, number))
        for number, (take, body, part) in enumerate(placed)
    )


def _part(views: Views, number: int) -> Views:
    rows = slice(int(views.starts[number]), int(views.ends[number]))
    return Views(views.screen[rows], views.confidence[rows], views.xyz_mm[rows], np.zeros(1, np.intp))


def _clip(number: int, take: MovingTake, body: int, points: Points, views: Views) -> ExactClip:
    poses = Poses(views.xyz_mm, FPS, Axes.CAMERA, rig=RIG)
    clip = Clip(f"{take.name}_body_{body}_{number}", take.group, take.activity, FPS, poses, points)
    return ExactClip(clip, f"{take.name}_body_{body}", views)
