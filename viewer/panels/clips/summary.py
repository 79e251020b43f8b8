"""The lines of all clips together, above the rows: the answer to whether position and angles rank lifters alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.evaluation import ReferenceKind
from core.results.lifter_numbers import LifterNumbers
from core.results.pooling import Overall
from viewer.content import Identity
from viewer.panels.clips.columns import FLOOR, METRICS, Column, Kind
from viewer.panels.clips.table import Table
from viewer.panels.clips.texts import MARK, NOTHING, WAITING, number_lines, number_text, order_text

__all__ = ["SummaryLine", "lines_of"]

_KINDS = {ReferenceKind.ISB: "ISB", ReferenceKind.STAND_IN: "stand-in"}


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line: the errors of all clips of one kind of reference, or below them the floor on the same frames.

    overall : the numbers, None before the first clip is scored. floor : the line of the floor. total : clips of the
    table. partly : not all are scored yet. alone : all clips are of this kind. position : the position error shown.
    """

    overall: Overall | None
    floor: bool
    total: int
    partly: bool
    alone: bool
    position: Kind

    @property
    def label(self) -> str:
        """What stands in the column of names."""
        if self.floor:
            return "floor"
        if self.overall is None:
            return "all clips"
        kind, clips = "" if self.alone else f"{_KINDS[self.overall.kind]} ", "" if self.partly else " clips"
        return f"{kind}{self.overall.clips:,} of {self.total:,}{', so far' if self.partly else clips}"

    def value(self, column: Column) -> float:
        """The number in a column of errors, NaN where there is none."""
        if column.kind is Kind.WORST:
            worst = self.worst
            return np.nan if worst is None or self.floor else worst.angle_mae_deg
        numbers = self._numbers(column)
        if numbers is None or (self.floor and column.is_position):
            return np.nan
        return numbers.floor_mae_deg if self.floor else numbers.value(METRICS[column.metric])

    def rank(self, column: Column) -> int:
        """The rank beside it, 0 for none."""
        numbers = self._numbers(column)
        if numbers is None or self.floor or self.overall is None or len(self.overall.lifters) < 2:
            return 0
        return numbers.rank(METRICS[column.metric]) or 0

    def text(self, column: Column) -> str:
        """A cell as it is shown, without the rank."""
        if column.kind is Kind.NAME:
            return self.label
        if column.kind is Kind.MARK:
            return MARK if self.disagrees and not self.floor else ""
        if not column.is_error or (self.floor and (column.is_position or column.kind is Kind.WORST)):
            return ""
        value = self.value(column)
        if self.overall is None:
            return WAITING
        return NOTHING if value != value else number_text(value, column)

    @property
    def disagrees(self) -> bool:
        """Position error and angles rank the lifters differently."""
        return self.overall is not None and bool(self.overall.disagreements(f"{self.position}_mm"))

    @property
    def worst(self) -> LifterNumbers | None:
        """The lifter with the largest angle MAE."""
        known = [n for n in self.overall.lifters if n.angle_mae_deg == n.angle_mae_deg] if self.overall else []
        return max(known, key=lambda numbers: numbers.angle_mae_deg, default=None)

    def tip(self, column: Column, identities: Mapping[str, Identity]) -> str:
        """What the mouse is told over a cell."""
        if self.overall is None:
            return "All clips together; none is scored yet"
        return "\n".join(self._tip_lines(self.overall, column, identities))

    def _tip_lines(self, overall: Overall, column: Column, identities: Mapping[str, Identity]) -> Iterator[str]:
        numbers, worst = self._numbers(column), self.worst
        if column.lifter and numbers is not None:
            title = identities[column.lifter].title
            yield f"{column.whose} on {self._over(numbers.clips)}"
            yield from (title,) if title != column.lifter else ()
            yield from number_lines(numbers, overall.kind, len(overall.lifters))
            yield from overall.unranked
        elif column.kind is Kind.WORST and worst is not None:
            yield f"worst of all lifters on {self._over(worst.clips)}"
            yield f"{worst.lifter}: angle MAE {worst.angle_mae_deg:.2f}°"
        else:
            over = self._over(overall.clips)
            yield over[0].upper() + over[1:]
            if self.floor:
                yield "floor: angle MAE of the estimator on the reference poses, on the frames of each lifter"
                return
            yield "Sums over all frames, as in summary.csv; not a mean of the rows below"
            if self.disagrees:
                yield order_text(overall.lifters, self.position)
            yield from overall.unranked

    def _over(self, clips: int) -> str:
        kind = "" if self.alone or self.overall is None else f" ({_KINDS[self.overall.kind]} angles)"
        return f"{'all clips so far' if self.partly else 'all clips'}{kind}: {clips:,} of {self.total:,}"

    def _numbers(self, column: Column) -> LifterNumbers | None:
        if self.overall is None:
            return None
        if column.lifter == FLOOR:
            return self.overall.floor
        return next((numbers for numbers in self.overall.lifters if numbers.lifter == column.lifter), None)


def lines_of(table: Table) -> tuple[SummaryLine, ...]:
    """The lines above the rows: for each kind of reference its errors and, where there is one, its floor."""
    if not table.lifters or not len(table):
        return ()
    found: tuple[Overall | None, ...] = table.overall or (None,)
    partly = table.scored < len(table) and not table.from_folder
    return tuple(
        SummaryLine(overall, floor, len(table), partly, len(found) == 1, table.position)
        for overall in found
        for floor in (False, True)
        if not floor or _has_floor(table, overall)
    )


def _has_floor(table: Table, overall: Overall | None) -> bool:
    """True where the floor has a line of its own: not where it is all that is measured, nor where it stands in."""
    return table.lifters != (FLOOR,) and (overall is None or overall.kind is ReferenceKind.ISB)
