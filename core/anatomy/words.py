"""The parts of an angle error in one sentence."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from core.anatomy.angles import AngleSplit

__all__ = ["CLEAR_SHARE", "Cause", "cause", "explained"]

CLEAR_SHARE = 0.5
"""Share of the mean square error from which one part is said to explain it: more than all others together."""
_WORTH_NAMING = 0.1


class Cause(StrEnum):
    """The parts of :attr:`core.anatomy.angles.AngleSplit.shares`, in their order."""

    BIAS = "bias"
    LAG = "lag"
    GAIN = "gain"
    REST = "rest"


def cause(split: AngleSplit, column: int) -> Cause | None:
    """The part that explains at least half of the error of one angle; None without one, or without an error."""
    shares = split.shares[column]
    largest = int(np.argmax(np.nan_to_num(shares)))
    return tuple(Cause)[largest] if shares[largest] >= CLEAR_SHARE else None


def explained(split: AngleSplit, column: int) -> str:
    """What explains the error of one angle, such as ``bias of +7.1° explains 92 % of the mean square error``."""
    if not split.frames[column]:
        return "no frame in which both angles are defined"
    shares = split.shares[column]
    if np.isnan(shares).any():
        return "no error"
    found = cause(split, column)
    if found is Cause.REST:
        return f"no bias, lag or gain explains it: {_percent(shares[3])} of the mean square error is left"
    if found is not None:
        share = _percent(shares[tuple(Cause).index(found)])
        return f"{_part(split, column, found)} explains {share} of the mean square error"
    order = np.argsort(-shares, kind="stable")
    named = [tuple(Cause)[index] for index in order if shares[index] >= _WORTH_NAMING]
    parts = ", ".join(f"{_percent(shares[tuple(Cause).index(part)])} {_part(split, column, part)}" for part in named)
    return f"no single part explains half of the mean square error: {parts}"


def _part(split: AngleSplit, column: int, part: Cause) -> str:
    """The part with its value."""
    if part is Cause.BIAS:
        return f"bias of {_signed(split.bias_deg[column], 1)}°"
    if part is Cause.LAG:
        lag = split.lag_frames[column]
        side = "behind" if lag > 0 else "ahead of"
        return f"lag of {abs(lag):.1f} frames ({abs(split.lag_s[column]) * 1000:.0f} ms {side} the reference)"
    if part is Cause.GAIN:
        return f"gain of {_signed(split.gain[column], 2).removeprefix('+')}"
    return f"rest of {split.rest_rms_deg[column]:.1f}° (root mean square)"


def _signed(value: float, digits: int) -> str:
    """A number with its sign, a true minus, and no sign where it rounds to 0."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
