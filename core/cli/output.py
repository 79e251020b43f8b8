"""What commands print: tables that look good in a terminal and stay whole in a pipe."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

__all__ = ["counted", "grouped", "note", "print_json", "print_table", "returned", "some", "tracked"]

_T = TypeVar("_T")
_FRAME = 3
"""Blanks and rule that rich draws around a cell."""


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], title: str = "", numbers: int = 0) -> None:
    """Print a table on stdout: drawn by rich in a terminal, aligned plain text (never cut, no colour) in a pipe.

    numbers : the last so many columns are right-aligned.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    console = Console()
    if console.is_terminal:
        everything = [list(range(len(headers)))]
        parts = _parts([list(headers), *cells], console.width) if numbers else everything
        for index, columns in enumerate(parts):
            picked = [[row[column] for column in columns] for row in (list(headers), *cells)]
            console.print(_drawn(picked[0], picked[1:], "" if index else title, columns, len(headers) - numbers))
        return
    if title:
        typer.echo(title)
    typer.echo("\n".join(_aligned([list(headers), *cells], numbers)))


def _parts(rows: list[list[str]], width: int) -> list[list[int]]:
    """Columns of each table that fits into ``width``: where one does not, the first column is repeated.

    Numbers are never folded, because one that is broken over two lines reads as another number.
    """
    needed = [max(map(len, column)) + _FRAME for column in zip(*rows, strict=True)]
    parts, used = [[0]], needed[0]
    for column in range(1, len(needed)):
        if used + needed[column] >= width and len(parts[-1]) > 1:
            parts.append([0])
            used = needed[0]
        parts[-1].append(column)
        used += needed[column]
    return parts


def _drawn(
    headers: Sequence[str], rows: list[list[str]], title: str, columns: Sequence[int], first_number: int
) -> Table:
    """The columns numbered ``columns`` of a table, those from ``first_number`` on right-aligned."""
    table = Table(title=escape(title) or None, title_justify="left", header_style="bold")
    for header, column in zip(headers, columns, strict=True):
        if column >= first_number:
            table.add_column(header, justify="right", no_wrap=True)
        else:
            table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _aligned(rows: list[list[str]], numbers: int) -> list[str]:
    """Rows as lines, columns two blanks apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first_number = len(widths) - numbers
    return [
        "  ".join(
            cell.rjust(width) if index >= first_number else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def print_json(value: Any) -> None:
    """Print ``value`` as indented JSON on stdout."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def note(message: str) -> None:
    """Say something beside the result, on stderr."""
    typer.echo(f"anglescope: {message}", err=True)


def counted(number: int, noun: str) -> str:
    """``1 file``, ``3 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def grouped(said: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """(text, name) pairs as one entry per text with the names that share it, each once, in order."""
    names: dict[str, dict[str, None]] = {}
    for text, name in said:
        names.setdefault(text, {})[name] = None
    return [(text, list(sharing)) for text, sharing in names.items()]


def some(names: Sequence[str], most: int = 5) -> str:
    """Names in a line, cut after a few."""
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def returned(work: Generator[Any, None, _T], total: int, what: str, done: int = 0) -> _T:
    """What a generator of finished items returns at its end, with a bar as :func:`tracked` shows it."""
    result: list[_T] = []

    def items() -> Iterator[Any]:
        result.append((yield from work))

    for _ in tracked(items(), total, what, done):
        pass
    return result[0]


def tracked(items: Iterable[_T], total: int, what: str, done: int = 0) -> Iterator[_T]:
    """The items as they come, with a bar on stderr where that is a terminal. done : items finished before."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(what, total=total, completed=done)
        for item in items:
            progress.advance(bar)
            yield item
