"""Numbers of spans as text: cells of the table, and the table for the clipboard. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from core.anatomy.spans import TOGETHER
from viewer.numbers import MISSING, with_minus
from viewer.panels.spans.numbers import COLUMNS, Column, Row

__all__ = ["NOTHING", "cell_text", "markdown", "tabbed", "written"]

NOTHING = MISSING
_ROM = "rom_difference_deg"
_SIGNS = {"A": " ▼", "B": " ▲"}


def written(column: Column, value: float, *, signed: bool = False) -> str:
    """A number with the decimals of its column, empty where there is none."""
    if math.isnan(value):
        return ""
    rounded = round(value, column.decimals) + 0.0  # no -0.0
    return f"{rounded:{'+' if signed and rounded else ''}.{column.decimals}f}"


def cell_text(row: Row, place: int) -> str:
    """A cell on screen: with the minus sign of typography, and a sign beside a difference where one span is worse."""
    column, value = COLUMNS[place], row.values[place]
    signed = bool(row.worse) or column.field == "bias_deg" or (column.field == _ROM and row.key != TOGETHER)
    text = with_minus(written(column, value, signed=signed))
    if not text:
        return "" if column.position else NOTHING
    return text + (_SIGNS.get(row.worse[place], "") if row.worse else "")


def tabbed(title: str, rows: Sequence[Row]) -> str:
    """Title, heads with units and rows, separated by tabs; numbers as spreadsheets read them."""
    lines = [title, *("\t".join(cells) for cells in _cells(rows, lambda unit: f" {unit}" if unit else ""))]
    return "\n".join(lines) + "\n"


def markdown(title: str, rows: Sequence[Row]) -> str:
    """The same as a Markdown table below its title."""
    head, *body = _cells(rows, lambda unit: f" ({unit})" if unit else "")
    names = sum(not cell for cell in head) or _names(rows)
    rule = [":---"] * names + ["---:"] * (len(head) - names)
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |" for cells in (head, rule, *body)]
    return "\n".join([title, "", *lines]) + "\n"


def _names(rows: Sequence[Row]) -> int:
    """Columns of text before those of numbers."""
    return 2 if any(row.part for row in rows) else 1


def _cells(rows: Sequence[Row], unit: Callable[[str], str]) -> list[list[str]]:
    """Heads and rows; after a difference a row says which span is worse."""
    compared = _names(rows) == 2
    table = [["", *(["span"] if compared else []), *(column.name + unit(column.unit) for column in COLUMNS)]]
    for row in rows:
        values = [written(column, value) for column, value in zip(COLUMNS, row.values, strict=True)]
        table.append([row.name, *([row.part] if compared else []), *values])
        if any(row.worse):
            table.append([row.name, "worse", *row.worse])
    return table
