"""The numbers of a part of a clip: what ``score`` says of whole clips, of the frames from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.angles.views import circular_columns, in_view
from core.conventions import N_ANGLES
from core.errors import DataError
from core.evaluation import Evaluation, ReferenceKind, cut_reference
from core.metrics.clip_sums import angle_sums_many, position_sums, ranges_of_motion_deg
from core.metrics.position import PositionErrors
from core.metrics.quantiles import QUANTILE, exact_quantiles_deg
from core.metrics.sums import AngleSums
from core.records import Float64

__all__ = ["TOGETHER", "SpanNumbers", "cut", "span_numbers", "span_numbers_many"]

TOGETHER = N_ANGLES
"""Row of :class:`SpanNumbers` for the twelve angles together."""


@dataclass(frozen=True, slots=True, eq=False)
class SpanNumbers:
    """Errors of one source in the frames from ``first`` to ``last``, both included.

    Arrays are (13,) float64: the twelve angles in the view of the evaluation, then all of them together
    (:data:`TOGETHER`); NaN where nothing is defined. Of a whole clip they are its rows in ``by_clip.csv``.
    fps : of the clip. kind : what its angles are held against. count : frames with a defined error.
    mae_deg, rmse_deg, bias_deg, sd_deg, p95_deg : of the error, source minus reference; SD about the bias.
    rom_error_deg : size of the difference of rom_source_deg and rom_reference_deg, each the largest less the smallest
    value on frames where both are defined; of all angles the mean, whose own ranges mean nothing and are NaN.
    r : Pearson's, NaN for all angles and where one is constant. lag_s : by which the source comes after the reference,
    searched within 0.25 s; NaN where there is no such maximum of r.
    mpjpe_mm, n_mpjpe_mm, p_mpjpe_mm : means over joints and frames.
    """

    clip: str
    source: str
    first: int
    last: int
    fps: float
    kind: ReferenceKind
    count: Float64
    mae_deg: Float64
    rmse_deg: Float64
    bias_deg: Float64
    sd_deg: Float64
    p95_deg: Float64
    rom_error_deg: Float64
    rom_source_deg: Float64
    rom_reference_deg: Float64
    r: Float64
    lag_s: Float64
    mpjpe_mm: float
    n_mpjpe_mm: float
    p_mpjpe_mm: float

    @property
    def n_frames(self) -> int:
        """Length of the span in frames."""
        return self.last - self.first + 1

    @property
    def rom_difference_deg(self) -> Float64:
        """Range of motion of the source less that of the reference, (13,): + where it moves too far; NaN for all."""
        return self.rom_source_deg - self.rom_reference_deg

    @property
    def lag_frames(self) -> Float64:
        """The lag in frames, (13,)."""
        return self.lag_s * self.fps


def cut(evaluation: Evaluation, first: int, last: int) -> Evaluation:
    """The evaluation of the frames from ``first`` to ``last``, both included, as if the clip had no others.

    Its first velocity error is that of the step into the span, which only a clip's first frame lacks. Raises
    :class:`DataError` for a span that is not within the clip.
    """
    if not 0 <= first <= last < evaluation.n_frames:
        raise DataError("not a span of the clip", path=evaluation.clip,
                        expected=f"frames within 0 to {evaluation.n_frames - 1}, the first before the last",
                        got=f"{first} to {last}")  # fmt: skip
    part, positions = slice(first, last + 1), evaluation.positions
    errors = PositionErrors(positions.mpjpe_mm[part], positions.n_mpjpe_mm[part], positions.p_mpjpe_mm[part],
                            positions.velocity_mm_s[part])  # fmt: skip
    return replace(
        evaluation, reference=cut_reference(evaluation.reference, first, last), positions=errors,
        angles=replace(evaluation.angles, deg=evaluation.angles.deg[part]), error_deg=evaluation.error_deg[part],
        arm_direction_deg=evaluation.arm_direction_deg[part],
    )  # fmt: skip


def span_numbers(evaluation: Evaluation, first: int, last: int) -> SpanNumbers:
    """The numbers of one source in the frames from ``first`` to ``last``, both included.

    Raises :class:`DataError` for a span that is not within the clip.
    """
    return span_numbers_many([evaluation], first, last)[0]


def span_numbers_many(evaluations: Sequence[Evaluation], first: int, last: int) -> tuple[SpanNumbers, ...]:
    """:func:`span_numbers` of sources that are held against one reference, the same bits in one go."""
    parts = [cut(evaluation, first, last) for evaluation in evaluations]
    if not parts:
        return ()
    reference, view = parts[0].reference, parts[0].options.shoulder
    errors = np.stack([part.error_deg for part in parts])
    arms = np.stack([part.arm_direction_deg for part in parts])
    truth, circular = in_view(reference.angles, view), circular_columns(view)
    sums = angle_sums_many(errors, truth, arms, reference.near_singular, parts[0].fps, circular=circular)
    ranges = ranges_of_motion_deg(errors, truth, circular=circular)
    p95_deg = exact_quantiles_deg(np.abs(errors), QUANTILE)
    return tuple(
        _numbers(part, sums[k], p95_deg[k], (ranges[0][k], ranges[1][k]), (first, last)) for k, part in enumerate(parts)
    )


def _numbers(
    part: Evaluation, sums: AngleSums, p95_deg: Float64, ranges_deg: tuple[Float64, Float64], span: tuple[int, int]
) -> SpanNumbers:
    pooled, positions = sums.pooled(), position_sums(part.positions)
    rows = [
        np.append(each[:N_ANGLES], together[0])
        for each, together in (
            (sums.count, pooled.count), (sums.mae_deg, pooled.mae_deg), (sums.rmse_deg, pooled.rmse_deg),
            (sums.bias_deg, pooled.bias_deg), (sums.sd_deg, pooled.sd_deg),
            (sums.rom_error_deg, pooled.rom_error_deg), (sums.lag_s, pooled.lag_s),
        )
    ]  # fmt: skip
    count, mae_deg, rmse_deg, bias_deg, sd_deg, rom_error_deg, lag_s = rows
    source, reference, r = (np.append(each, np.nan) for each in (*ranges_deg, sums.r[:N_ANGLES]))
    return SpanNumbers(
        part.clip, part.source, *span, part.fps, part.reference.kind, count, mae_deg, rmse_deg, bias_deg, sd_deg,
        p95_deg, rom_error_deg, source, reference, r, lag_s,
        positions.mpjpe_mm, positions.n_mpjpe_mm, positions.p_mpjpe_mm,
    )  # fmt: skip
