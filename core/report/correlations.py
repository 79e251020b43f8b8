"""Rank correlations: do millimetres order what degrees order, between lifters and between the clips of one lifter."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes

from core.report.facts import angle_words, counts_words, foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, TEXT, Look, between, fitted, key_of, looks_of, plain_axes, sheet, signed_ticks
from core.study.correlation import Correlation
from core.study.words import BY, number, with_span

__all__ = ["correlations"]

_BETWEEN = Look(TEXT, "o")


def correlations(subject: Subject) -> Section:
    """Between lifters (where there are several) and between clips."""
    by = BY[subject.study.options.by]
    text = (
        f"Within one lifter: is a clip with more {by} also one with more degrees? A high correlation there "
        "says that hard clips are hard in both measures; it does not say which of two lifters is better, and the "
        "order of lifters can be reversed all the same.",
        "Between lifters: do their means come in one order? With n lifters a perfect or a perfectly opposite order has "
        "probability 1/n! each by chance, which three or four lifters cannot beat.",
    )
    rows = tuple((_name(of), BY[of.by], f"{of.n:,}", with_span(of.kendall, 2), with_span(of.spearman, 2),
                  number(100 * of.chance, 1, " %") if of.chance else "") for of in _all(subject))  # fmt: skip
    table = Table("Rank correlation of position error and angle error, with intervals.",
                  ("of", "position error", "n", "Kendall τ", "Spearman ρ", "opposite by chance"), rows,
                  numbers=4)  # fmt: skip
    return Section("correlations", "Rank correlations", text, (_drawing(subject),), (table,))


def _all(subject: Subject) -> tuple[Correlation, ...]:
    between_lifters = subject.study.between if len(subject.lifters) > 1 else ()
    return (*subject.study.within, *between_lifters)


def _name(of: Correlation) -> str:
    return f"clips of {of.of}" if of.of else "lifters"


def _drawing(subject: Subject) -> Drawing:
    looks, found = looks_of(subject.record), _all(subject)
    neutral = Look(DIM, "o")
    key = [key_of("Kendall’s τ", neutral), key_of("Spearman’s ρ", neutral, hollow=True)]
    shows = f"rank correlations, −1 to 1, of position error, mm, and {angle_words(subject)}"
    figure = sheet(16 + 8 * len(found), foot(subject, shows=shows, n=f"beside the rows; {counts_words(subject)}"), key)
    axes = figure.subplots()
    for row, of in enumerate(found):
        look = looks[of.of] if of.of else _BETWEEN
        between(axes, row - 0.17, of.kendall, look)
        between(axes, row + 0.17, of.spearman, look, hollow=True)
    _rows(axes, [(fitted(_name(of), 52), f"{BY[of.by]}, n = {of.n:,}") for of in found])
    caption = ("Rank correlation of position error with angle error: between the clips of each lifter, and between the "
               "means of the lifters by each position error. 1: the same order; −1: the opposite order.")  # fmt: skip
    return Drawing("correlations", caption, figure, _numbers(found))


def _rows(axes: Axes, names: Sequence[tuple[str, str]]) -> None:
    axes.set_yticks(range(len(names)), ["\n".join(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(-1.04, 1.04)
    axes.axvline(0, color=DIM, linewidth=0.8)
    axes.tick_params(axis="y", length=0)
    signed_ticks(axes)
    plain_axes(axes)
    axes.set_xlabel("← opposite order        rank correlation        same order →")


def _numbers(found: Sequence[Correlation]) -> pl.DataFrame:
    return pl.DataFrame([
        {"of": of.of or "lifters", "position_error": of.by, "n": of.n, "kendall_tau": of.kendall.value,
         "kendall_tau_low": of.kendall.low, "kendall_tau_high": of.kendall.high, "spearman_rho": of.spearman.value,
         "spearman_rho_low": of.spearman.low, "spearman_rho_high": of.spearman.high}
        for of in found
    ]).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip
