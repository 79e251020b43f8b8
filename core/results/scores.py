"""What is kept of a scored clip: sums that add, compact enough to hold a dataset's worth on disk."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.angles.views import circular_columns, in_view
from core.conventions import N_ANGLES
from core.evaluation import Evaluation
from core.metrics.quantiles import quantise
from core.metrics.sums import N_COLUMNS, AngleSums, PositionSums, angle_sums, position_sums
from core.records import Float64

__all__ = ["ClipScore", "Failure", "SourceScore", "decode", "encode", "source_score"]

QUANTILE = 0.95


class Failure(msgspec.Struct, frozen=True):
    """A clip, or one source of it, that could not be scored: the one line that says why. source '' : the clip."""

    clip: str
    source: str
    message: str


class SourceScore(msgspec.Struct, frozen=True):
    """One source on one clip. Arrays are stored as bytes; read them through the properties.

    frames : frames of the clip. angle_table, position_table : tables of the sums. floor_table : (2, 12) sum and
    count of |floor error| on frames where the source is defined. p95_deg : (13,) exact 95th percentile of |error|
    per angle and over all twelve. steps : (T, 14) |error| in hundredths of a degree.
    """

    source: str
    frames: int
    angle_table: bytes
    position_table: bytes
    floor_table: bytes
    p95_table: bytes
    steps_table: bytes
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def angles(self) -> AngleSums:
        """Sums of angle errors."""
        return AngleSums.from_flat(np.frombuffer(self.angle_table))

    @property
    def positions(self) -> PositionSums:
        """Sums of position errors."""
        return PositionSums.from_flat(np.frombuffer(self.position_table))

    @property
    def floor(self) -> Float64:
        """(2, 12) sum and count of |floor error|."""
        return np.frombuffer(self.floor_table).reshape(2, N_ANGLES)

    @property
    def p95_deg(self) -> Float64:
        """(13,) 95th percentile of |error|: twelve angles, then all of them together."""
        return np.frombuffer(self.p95_table)

    @property
    def steps(self) -> NDArray[np.uint16]:
        """(T, 14) |error| quantised by :func:`core.metrics.quantiles.quantise`."""
        return np.frombuffer(self.steps_table, dtype=np.uint16).reshape(-1, N_COLUMNS)


class ClipScore(msgspec.Struct, frozen=True):
    """One clip with all its sources; ``index`` is its place in the dataset, so that sums are added in one order.

    sha256 : file role or lifter name -> hash of the bytes that were read.
    """

    index: int
    clip: str
    athlete: str
    activity: str
    fps: float
    frames: int
    stands_in: bool = False
    sha256: dict[str, str] = {}
    scores: tuple[SourceScore, ...] = ()
    failures: tuple[Failure, ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ClipScore)


def encode(score: ClipScore) -> bytes:
    """Compact bytes of a clip's score."""
    return _ENCODER.encode(score)


def decode(data: bytes | memoryview) -> ClipScore:
    """Back from :func:`encode`."""
    return _DECODER.decode(data)


def source_score(evaluation: Evaluation) -> SourceScore:
    """The sums of one evaluation."""
    shoulder = evaluation.options.shoulder
    reference_deg = in_view(evaluation.reference.angles, shoulder)
    sums = angle_sums(
        evaluation.error_deg, reference_deg, evaluation.arm_direction_deg, evaluation.reference.near_singular,
        evaluation.fps, circular=circular_columns(shoulder),
    )  # fmt: skip
    absolute = np.abs(np.concatenate([evaluation.error_deg, evaluation.arm_direction_deg], axis=1))
    return SourceScore(
        source=evaluation.source,
        frames=evaluation.n_frames,
        angle_table=sums.flat().tobytes(),
        position_table=position_sums(evaluation.positions).flat().tobytes(),
        floor_table=_floor_table(evaluation).tobytes(),
        p95_table=_p95_deg(absolute[:, :N_ANGLES]).tobytes(),
        steps_table=quantise(absolute).tobytes(),
        notes=evaluation.notes,
        problems=evaluation.problems,
    )


def _floor_table(evaluation: Evaluation) -> Float64:
    floor = np.where(np.isfinite(evaluation.error_deg), np.abs(evaluation.floor_error_deg), np.nan)
    return np.stack([np.nansum(floor, axis=0, dtype=np.float64), np.isfinite(floor).sum(axis=0)]).astype(np.float64)


def _p95_deg(absolute_deg: NDArray[Any]) -> Float64:
    """(13,) 95th percentile per column and over all columns; NaN where nothing is defined."""
    columns = [absolute_deg[:, k] for k in range(absolute_deg.shape[1])]
    return np.array([_quantile(values) for values in (*columns, absolute_deg.ravel())])


def _quantile(values: NDArray[Any]) -> float:
    defined = values[np.isfinite(values)]
    if not len(defined):
        return float("nan")
    position = QUANTILE * (len(defined) - 1)
    low, high = int(np.floor(position)), int(np.ceil(position))
    ordered = np.partition(defined, (low, high))
    return float(ordered[low] + (position - low) * (float(ordered[high]) - float(ordered[low])))
