"""Ranks of lifters, and when there are none: a rank compares, so it needs lifters measured on the same frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.evaluation import REFERENCE, ReferenceKind
from core.metrics.sums import POSITION_ROWS
from core.results.groups import Total

__all__ = ["RANKED", "Ranks", "rank_lifters"]

RANKED: dict[str, str] = {"mpjpe_mm": "rank_mpjpe", "n_mpjpe_mm": "rank_n_mpjpe", "p_mpjpe_mm": "rank_p_mpjpe",
                          "angle_mae_deg": "rank_angle_mae"}  # fmt: skip
"""Columns of the summary that are ranked, and the columns of their ranks."""

_SAME_COUNT = 0.01
"""Counts of defined errors that differ by more than this part are not the same coverage."""

_DECIMALS = 2
"""Ranks compare what is printed: a difference below that is rounding, not merit."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks among the lifters of one kind of reference.

    of : lifter -> column of the rank -> rank (1 is best, ties share the smaller), only where there is one.
    warnings : why there are none where there are none, one line each.
    """

    of: Mapping[str, Mapping[str, int]]
    warnings: tuple[str, ...]


def rank_lifters(kind: ReferenceKind, totals: Mapping[str, Total]) -> Ranks:
    """Rank the lifters by each of :data:`RANKED`.

    All must cover the same clips, with counts of defined angle errors within 1 %; for a position error, those that
    have one must also have counts of it within 1 %. Otherwise the ranks stay empty and a warning says why.
    totals : of each lifter over all clips of that kind. The reference, and a lifter without any scored clip, take no
    part.
    """
    scored = {lifter: total for lifter, total in totals.items() if lifter != REFERENCE and total.clips}
    reason = _unlike_coverage(scored)
    if reason:
        return Ranks({}, (f"no ranks among lifters ({kind}): {reason}",))
    ranks: dict[str, dict[str, int]] = {lifter: {} for lifter in scored}
    warnings = []
    for column, name in RANKED.items():
        values = {lifter: _value(total, column) for lifter, total in scored.items()}
        values = {lifter: value for lifter, value in values.items() if not np.isnan(value)}
        counts = {lifter: _count(scored[lifter], column) for lifter in values}
        if _unlike(counts):
            warnings.append(f"no {name} ({kind}): defined errors differ in number, {_told(counts)}")
            continue
        for lifter, value in values.items():
            ranks[lifter][name] = 1 + sum(other < value for other in values.values())
    return Ranks(ranks, tuple(warnings))


def _unlike_coverage(totals: Mapping[str, Total]) -> str:
    """Why the lifters cannot be compared, or nothing."""
    if len({total.covered for total in totals.values()}) > 1:
        return f"they cover different clips, {_told({name: total.clips for name, total in totals.items()})}"
    counts = {lifter: _count(total, "angle_mae_deg") for lifter, total in totals.items()}
    if _unlike(counts):
        frames = {lifter: total.frames_scored for lifter, total in totals.items()}
        return f"they cover different frames: defined angle errors {_told(counts)}; frames scored {_told(frames)}"
    return ""


def _unlike(counts: Mapping[str, int]) -> bool:
    return bool(counts) and min(counts.values()) < (1 - _SAME_COUNT) * max(counts.values())


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{lifter} {count}" for lifter, count in counts.items())


def _value(total: Total, column: str) -> float:
    value = float(total.angles.pooled().mae_deg[0]) if column == "angle_mae_deg" else getattr(total.positions, column)
    return round(value, _DECIMALS)


def _count(total: Total, column: str) -> int:
    """Defined errors behind a value."""
    if column == "angle_mae_deg":
        return int(total.angles.pooled().count[0])
    return int(total.position_table[POSITION_ROWS.index(f"{column.removesuffix('_mm')}_count")].sum())
