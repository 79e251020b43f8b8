"""What a lifter gets wrong on exact clips: sums of the scoring engine's errors, clip by clip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from core.estimators import Estimator
from core.evaluation import Reference, evaluate_floor, evaluate_sources, reference_of
from core.metrics.sums import ANGLE_ROWS, POSITION_ROWS
from core.records import Axes, Clip, Float32, Float64, Poses
from core.results.scores import SourceScore, source_scores
from core.training.lifters.exact_clips import ExactClip
from core.training.lifters.losses import RIG
from core.training.lifters.motion import FPS

__all__ = ["N_SUMS", "POSITIONS", "REFERENCES", "MeasuredClip", "RunSums", "floor_sums", "referenced", "run_sums"]

REFERENCES: tuple[str, ...] = ("isb", "network")
"""What angles are held against: the exact ISB angles of the posed body, and the network on its true joints."""

POSITIONS: tuple[str, ...] = ("mpjpe", "n_mpjpe", "p_mpjpe")
"""Position errors, in millimetres."""

N_SUMS = 2 * (len(POSITIONS) + 12 * len(REFERENCES))
"""Numbers of a clip: sum and count of each position error, then sums and counts of the angles for each reference."""

_ANGLES = [ANGLE_ROWS.index(name) for name in ("abs_sum", "count")]
_PLACES = [[POSITION_ROWS.index(f"{metric}_{what}") for what in ("sum", "count")] for metric in POSITIONS]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredClip:
    """A clip with both references, made once for all runs. bare : the clip without its points."""

    exact: ExactClip
    bare: Clip
    isb: Reference
    network: Reference


def referenced(clips: Sequence[ExactClip], estimator: Estimator) -> tuple[MeasuredClip, ...]:
    """The clips with what they are held against."""
    made: list[MeasuredClip] = []
    for exact in clips:
        bare = replace(exact.clip, points=None)
        made.append(MeasuredClip(exact, bare, reference_of(exact.clip, estimator), reference_of(bare, estimator)))
    return tuple(made)


def run_sums(answers: Iterable[Float32], clips: Sequence[MeasuredClip], estimator: Estimator) -> Float64:
    """(C, N_SUMS) of a lifter. answers : its poses (T, 17, 3) for the views of each clip, millimetres, camera axes."""
    rows: list[Float64] = []
    for answer, test in zip(answers, clips, strict=True):
        lifted = Poses(answer, FPS, Axes.CAMERA, rig=RIG)
        scores: list[SourceScore] = []
        for clip, reference in ((test.exact.clip, test.isb), (test.bare, test.network)):
            (found,) = evaluate_sources(clip, [("lifter", lifted)], estimator, reference=reference)
            if isinstance(found, Exception):
                raise found
            scores += source_scores([found])
        positions = scores[0].position_sums.sum(axis=1)[_PLACES]
        rows.append(np.concatenate([positions.ravel(), *(score.angle_sums[_ANGLES, :12].ravel() for score in scores)]))
    return np.array(rows)


def floor_sums(clips: Sequence[MeasuredClip], estimator: Estimator) -> Float64:
    """(C, N_SUMS) of the network on the true joints against the exact angles; all else is 0."""
    sums = np.zeros((len(clips), N_SUMS))
    first = 2 * len(POSITIONS)
    for row, test in zip(sums, clips, strict=True):
        (score,) = source_scores([evaluate_floor(test.exact.clip, estimator, reference=test.isb)])
        row[first : first + 24] = score.angle_sums[_ANGLES, :12].ravel()
    return sums


class RunSums(msgspec.Struct, frozen=True):
    """What is kept of a finished run. settings : it depends on. sums : by domain, (C, N_SUMS)."""

    settings: dict[str, object]
    sums: dict[str, list[list[float]]]
