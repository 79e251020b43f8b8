"""What an angle error consists of: bias, lag, gain and the rest.

The model is ``source(t) = gain (reference(t - lag) - mean) + mean + bias + rest(t)``. The mean square error is taken
apart in this order, each step explaining by how much it makes the mean square smaller:

1. **bias**, the mean error. What varies about it is orthogonal to it, so its share is the same in any order.
2. **lag**, a shift in time. It comes before the gain, because a late copy correlates less with the reference: the
   slope fitted to it without the shift would be too small, and a mere delay would count as a loss of amplitude.
3. **gain**, the slope of the source on the shifted reference. As a fit by least squares it can only take away.
4. **rest**, what is left. None of the shares is negative, and they add up to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.angles.views import circular_columns, in_view
from core.errors import DataError
from core.evaluation import Evaluation
from core.metrics.angle import circular_difference_deg, lag_frames, unwrapped_deg
from core.records import Float64

__all__ = ["LEAST_CORRELATION", "LEAST_MOTION_DEG", "LONGEST_LAG_S", "AngleSplit", "angle_split", "angle_split_of"]

LEAST_MOTION_DEG = 2.0
"""Standard deviation of the reference over the span below which it has no gain and no lag. The network's own error on
reference poses of the demo varies by 0.5 degrees in the median and 2.9 at most: against less motion, a slope is mostly
one of noise."""
LEAST_CORRELATION = 0.7
"""Pearson's r at the best shift below which a lag is none: less than half the variance would be in common."""
LONGEST_LAG_S = 0.25
"""Longest shift looked for, either way; also at most a quarter of the span."""
_LEAST_FRAMES = 8
# Angles are float32: below this root mean square there is rounding and no error.
_NO_ERROR_DEG = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class AngleSplit:
    """The parts of the error of C angles over a span, each (C,) float64.

    frames : in which both are defined. mean_square_deg2 : of the error over these.
    bias_deg : mean error, source minus reference. lag_frames, lag_s : how long the source comes after the reference,
    negative where before; NaN where the reference moves less than :data:`LEAST_MOTION_DEG`, where no shift brings the
    two to r = :data:`LEAST_CORRELATION`, where r still rises at the longest shift, and in spans too short.
    gain : slope of the source on the reference shifted by the lag (unshifted where there is none): below 1 the source
    swings too little; NaN where the reference hardly moves. rest_rms_deg : root mean square of what is left.
    shares : (C, 4) of the mean square error, in the order bias, lag, gain, rest; they add up to 1. NaN without error.
    moves : (C,) whether the reference moves enough for lag and gain.
    """

    frames: NDArray[np.intp]
    mean_square_deg2: Float64
    bias_deg: Float64
    lag_frames: Float64
    lag_s: Float64
    gain: Float64
    rest_rms_deg: Float64
    shares: Float64
    moves: NDArray[np.bool_]


def angle_split(
    source_deg: NDArray[Any],
    reference_deg: NDArray[Any],
    circular: NDArray[np.bool_],
    fps: float,
    span: tuple[int, int] | None = None,
) -> AngleSplit:
    """Split the errors of angles (T, C) degrees over the frames ``span`` (first and last, both included; None: all).

    circular : (C,) True where +180 and -180 are the same posture; the error is the short way round, as in every table.
    Every frame of the span in which both are defined counts, whatever the lag: for the shifted reference, its gaps are
    bridged by straight lines, and before its first and after its last frame it keeps their value; frames outside of
    the span serve for this as well. Between frames it is interpolated linearly.
    Raises :class:`DataError` where the shapes differ, and for a span outside of the frames.
    """
    first, last = (0, len(source_deg) - 1) if span is None else span
    _check(source_deg, reference_deg, first, last)
    reference = unwrapped_deg(reference_deg, circular)
    plain = np.subtract(source_deg, reference_deg, dtype=np.float64)
    error = np.where(circular, circular_difference_deg(plain, 0.0), plain)[first : last + 1]
    there = ~np.isnan(error)
    seen = reference[first : last + 1]
    count, bias, squares = _moments(error, there)
    moves = (count >= _LEAST_FRAMES) & (_moments(seen, there)[2] - _moments(seen, there)[1] ** 2 >= LEAST_MOTION_DEG**2)
    lag = np.where(moves, _lag(seen + error, seen, fps), np.nan)
    steps = _Steps.of(error, there, seen, _shifted(reference, lag, first, last), moves)
    lag = np.where(steps.related, lag, np.nan)
    levels = np.stack([squares, steps.unbiased, steps.shifted, steps.left, np.zeros_like(squares)])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(squares > _NO_ERROR_DEG**2, -np.diff(levels, axis=0) / squares, np.nan).T
    return AngleSplit(count, squares, bias, lag, lag / fps, steps.gain, np.sqrt(steps.left), shares, moves)


def angle_split_of(evaluation: Evaluation, span: tuple[int, int] | None = None) -> AngleSplit:
    """Split the twelve angle errors of an evaluation, in its shoulder view, over a span of frames (None: all).

    The errors are its ``error_deg``: undefined there is undefined here. Raises as :func:`angle_split`.
    """
    view = evaluation.options.shoulder
    source = np.where(np.isnan(evaluation.error_deg), np.nan, in_view(evaluation.angles, view))
    reference = in_view(evaluation.reference.angles, view)
    return angle_split(source, reference, circular_columns(view), evaluation.fps, span)


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Mean squares (C,) after bias, lag and gain were taken out; the gain; where the shifted reference is related."""

    unbiased: Float64
    shifted: Float64
    left: Float64
    gain: Float64
    related: NDArray[np.bool_]

    @classmethod
    def of(
        cls, error: Float64, there: NDArray[np.bool_], seen: Float64, late: Float64, moves: NDArray[np.bool_]
    ) -> _Steps:
        """error, seen (the reference), late (the shifted reference; NaN without a lag) : (T, C)."""
        around, reference, shifted = (_about_mean(series, there) for series in (error, seen, late))
        source = reference + around
        with np.errstate(invalid="ignore", divide="ignore"):
            r = _dot(source, shifted) / np.sqrt(_dot(source, source) * _dot(shifted, shifted))
            related = r >= LEAST_CORRELATION
        base = np.where(related, shifted, reference)
        count = np.maximum(np.count_nonzero(there, axis=0), 1)
        unbiased = np.where(there.any(axis=0), _dot(around, around) / count, np.nan)
        # A shift that fits the form better may fit the values worse, where the gain is far from 1: it explains nothing.
        late_left = np.minimum(_dot(source - base, source - base) / count, unbiased)
        with np.errstate(invalid="ignore", divide="ignore"):
            gain = np.where(moves, _dot(source, base) / _dot(base, base), np.nan)
        rest = source - np.where(moves, gain, 1.0) * base
        left = np.minimum(_dot(rest, rest) / count, late_left)
        return cls(unbiased, np.where(np.isnan(unbiased), np.nan, late_left), left, gain, related)


def _lag(source: Float64, reference: Float64, fps: float) -> Float64:
    """(C,) frames by which the source comes after the reference, NaN where no maximum of r is found."""
    return lag_frames(source, reference, round(LONGEST_LAG_S * fps))


def _shifted(reference: Float64, lag: Float64, first: int, last: int) -> Float64:
    """(S, C) reference at ``t - lag`` for the frames of the span; NaN where there is no lag."""
    frames = np.arange(len(reference))
    result = np.full((last - first + 1, reference.shape[1]), np.nan)
    for column in np.flatnonzero(~np.isnan(lag)):
        known = ~np.isnan(reference[:, column])
        result[:, column] = np.interp(frames[first : last + 1] - lag[column], frames[known], reference[known, column])
    return result


def _moments(values: Float64, there: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Float64, Float64]:
    """Count, mean and mean square of (T, C) over the frames that count; NaN where there are none."""
    count = np.count_nonzero(there, axis=0)
    kept = np.where(there, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return count, kept.sum(axis=0) / count, (kept * kept).sum(axis=0) / count


def _about_mean(values: Float64, there: NDArray[np.bool_]) -> Float64:
    """(T, C) less the mean over the frames that count, 0 elsewhere; NaN throughout where that is undefined."""
    centred: Float64 = np.where(there, values - _moments(values, there)[1], 0.0)
    return centred


def _dot(a: Float64, b: Float64) -> Float64:
    """(C,) sums over frames of the product."""
    total: Float64 = np.einsum("tc,tc->c", a, b)
    return total


def _check(source: NDArray[Any], reference: NDArray[Any], first: int, last: int) -> None:
    if source.shape != reference.shape or source.ndim != 2:
        raise DataError("source and reference angles differ in shape", expected=str(reference.shape),
                        got=str(source.shape))  # fmt: skip
    if not 0 <= first <= last < len(source):
        raise DataError("span lies outside of the clip", expected=f"frames within 0 to {len(source) - 1}",
                        got=f"{first} to {last}")  # fmt: skip
