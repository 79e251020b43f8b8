"""Another margin within which errors are alike: nothing else of a study depends on it."""

from __future__ import annotations

from dataclasses import replace

from core.study.pairs import Pair
from core.study.study import Study

__all__ = ["with_margin"]


def with_margin(study: Study, margin_deg: float) -> Study:
    """The study as it would have been found with that margin."""
    if study.options.margin_deg == margin_deg:
        return study
    pairs, others = (tuple(_with(pair, margin_deg) for pair in of) for of in (study.pairs, study.other_pairs))
    return replace(study, options=replace(study.options, margin_deg=margin_deg), pairs=pairs, other_pairs=others)


def _with(pair: Pair, margin_deg: float) -> Pair:
    by_angle = tuple(replace(of, margin_deg=margin_deg) for of in pair.equivalence_by_angle)
    return replace(pair, equivalence=replace(pair.equivalence, margin_deg=margin_deg), equivalence_by_angle=by_angle)
