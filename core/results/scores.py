"""What is kept of a scored clip: sums that add, compact enough to hold a dataset's worth on disk."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.angles.views import circular_columns, in_view
from core.conventions import N_ANGLES
from core.evaluation import Evaluation, Orientation, ReferenceKind
from core.metrics.clip_sums import angle_sums_many, position_sums
from core.metrics.position import PositionErrors
from core.metrics.quantiles import QUANTILE, exact_quantiles_deg, quantise
from core.metrics.sums import ANGLE_ROWS, N_COLUMNS, POSITION_ROWS
from core.records import Float32, Float64
from core.results.reason_records import SourceReasons
from core.skeleton import N_JOINTS

__all__ = ["ClipScore", "Failure", "FileRead", "SourceScore", "decode", "encode", "source_scores"]


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
    frames_scored : frames with at least one defined angle error. position_frames : with at least one position error.
    orientation : set where the poses fit far better mirrored or with sides exchanged.
    """

    source: str
    frames: int
    angle_table: bytes
    position_table: bytes
    floor_table: bytes
    p95_table: bytes
    steps_table: bytes
    frames_scored: int
    position_frames: int
    orientation: Orientation | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def angle_sums(self) -> Float64:
        """Table of :class:`core.metrics.sums.AngleSums`."""
        return np.frombuffer(self.angle_table).reshape(len(ANGLE_ROWS), N_COLUMNS)

    @property
    def position_sums(self) -> Float64:
        """Table of :class:`core.metrics.sums.PositionSums`."""
        return np.frombuffer(self.position_table).reshape(len(POSITION_ROWS), N_JOINTS)

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


class FileRead(msgspec.Struct, frozen=True):
    """A file that was read for a clip.

    role : ``info``, ``points``, ``poses``, or the lifter's name. path : as opened. frames : that were used of it.
    meaning : of a lifter's poses, how the numbers were read (format, axes, scale, rig, fps, normalisation).
    """

    role: str
    path: str
    sha256: str
    frames: int
    meaning: dict[str, str] = {}


class ClipScore(msgspec.Struct, frozen=True):
    """One clip with all its sources; ``index`` is its place in the dataset, so that sums are added in one order.

    stands_in : its reference angles are the estimator's, for want of labelled points. files : what was read for it.
    reasons : for the errors of its sources; none where the run does not look for them.
    """

    index: int
    clip: str
    athlete: str
    activity: str
    fps: float
    frames: int
    stands_in: bool = False
    files: tuple[FileRead, ...] = ()
    scores: tuple[SourceScore, ...] = ()
    failures: tuple[Failure, ...] = ()
    reasons: tuple[SourceReasons, ...] = ()

    @property
    def kind(self) -> ReferenceKind:
        """What its angles are held against."""
        return ReferenceKind.STAND_IN if self.stands_in else ReferenceKind.ISB


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ClipScore)


def encode(score: ClipScore) -> bytes:
    """Compact bytes of a clip's score."""
    return _ENCODER.encode(score)


def decode(data: bytes | memoryview) -> ClipScore:
    """Back from :func:`encode`."""
    return _DECODER.decode(data)


def source_scores(evaluations: Sequence[Evaluation]) -> tuple[SourceScore, ...]:
    """The sums of all evaluations of one clip, computed together; the same bits as one by one."""
    first = evaluations[0]
    shoulder = first.options.shoulder
    errors = np.stack([e.error_deg for e in evaluations])
    arms = np.stack([e.arm_direction_deg for e in evaluations])
    sums = angle_sums_many(
        errors, in_view(first.reference.angles, shoulder), arms, first.reference.near_singular, first.fps,
        circular=circular_columns(shoulder),
    )  # fmt: skip
    floors = _floor_tables(errors, first.reference.floor_error_deg)
    quantiles = exact_quantiles_deg(np.abs(errors), QUANTILE)
    steps = quantise(np.concatenate([errors, arms], axis=2))
    scored = np.count_nonzero(~np.isnan(errors).all(axis=2), axis=1)
    return tuple(
        SourceScore(
            source=e.source, frames=e.n_frames, angle_table=sums[k].flat().tobytes(),
            position_table=position_sums(e.positions).flat().tobytes(), floor_table=floors[k].tobytes(),
            p95_table=quantiles[k].tobytes(), steps_table=steps[k].tobytes(),
            frames_scored=int(scored[k]), position_frames=_position_frames(e.positions), notes=e.notes,
            problems=e.problems, orientation=e.orientation,
        )
        for k, e in enumerate(evaluations)
    )  # fmt: skip


def _position_frames(errors: PositionErrors) -> int:
    """Frames in which a position error of some joint is defined."""
    undefined = np.isnan(errors.mpjpe_mm) & np.isnan(errors.n_mpjpe_mm) & np.isnan(errors.p_mpjpe_mm)
    return int(np.count_nonzero(~undefined.all(axis=1)))


def _floor_tables(error_deg: Float32, floor_error_deg: Float32) -> Float64:
    """(S, 2, 12) sum and count of |floor error| (T, 12) where the sources' errors (S, T, 12) are defined."""
    there = ~(np.isnan(error_deg) | np.isnan(floor_error_deg))
    total = np.where(there, np.abs(floor_error_deg), 0).sum(axis=1, dtype=np.float64)
    return np.stack([total, there.sum(axis=1)], axis=1)
