"""What a report is made of: its subject, and sections of text, figures and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from core.conventions import AngleDef, angles_in, shoulder_view
from core.study.budget.budget import Budget
from core.study.budget.normalisation import Normalised
from core.study.over_time import OverTime
from core.study.slopes import Slopes
from core.study.study import Study

__all__ = ["Drawing", "Section", "SectionMaker", "Subject", "Table"]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is reported on. study : of the results in ``folder``. record : their ``run.json``. budget : of the same
    clips, measured again; None where that was not done, for the reason ``no_budget``. normalised : models under each
    normalisation of their input, where that was measured. over_time : of single frames; None for the reason
    ``no_frames``. slopes : of the estimator on these clips, measured with the budget.
    """

    study: Study
    record: Mapping[str, Any]
    folder: Path
    budget: Budget | None = None
    no_budget: str = "not asked for"
    normalised: tuple[Normalised, ...] = ()
    over_time: OverTime | None = None
    no_frames: str = "not asked for"
    slopes: Slopes | None = None

    @property
    def lifters(self) -> tuple[str, ...]:
        """Those that are compared, in the order of the study."""
        return self.study.scores.lifters

    @property
    def angles(self) -> tuple[AngleDef, ...]:
        """The twelve, with the shoulder as the run had it."""
        return angles_in(shoulder_view(self.record["conventions"]["shoulder"]))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Clips, takes and athletes that are compared."""
        resampling = self.study.resampling
        return len(self.study.scores), resampling.n_takes, resampling.n_athletes


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A figure for print. name : of its files. caption : what is seen and how to read it. numbers : exactly what is
    drawn, units in the names of the columns, null where undefined.
    """

    name: str
    caption: str
    figure: Figure
    numbers: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are printed. numbers : the last so many columns are right-aligned."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. name : its address in the page. text : paragraphs."""

    name: str
    title: str
    text: tuple[str, ...]
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[Table, ...] = field(default=())


SectionMaker = Callable[[Subject], Section | None]
"""Makes a section; None where the subject has nothing for it."""
