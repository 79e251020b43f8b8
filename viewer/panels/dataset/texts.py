"""What the dataset heatmap says in words: under the mouse, below the picture and on the clipboard. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from core.results.angle_numbers import Measure
from core.results.dataset_grid import MEAN, POSITION, State
from viewer.numbers import number_text
from viewer.panels.dataset.board import Board
from viewer.panels.dataset.lines import Role
from viewer.view import ClipOrder

__all__ = ["MARK", "MEASURES", "ORDERS", "cell_said", "cell_tip", "copied", "count_said"]

MARK = "⇄"
MEASURES = {Measure.MAE: "MAE", Measure.OFFSET_REMOVED: "MAE, offset removed", Measure.RMSE: "RMSE",
            Measure.BIAS: "bias"}  # fmt: skip
ORDERS = {ClipOrder.DATASET: "as in the dataset", ClipOrder.NAME: "by name", ClipOrder.ATHLETE: "by athlete",
          ClipOrder.ACTIVITY: "by activity"}  # fmt: skip
_UNDEFINED = "undefined"
_STATES = {State.WAITING: "not scored yet", State.MISSING: "nothing to score", State.FAILED: "could not be scored"}


def cell_said(board: Board, line: int, column: int) -> tuple[str, ...]:
    """A cell in lines of plain text. column : -1 for the name of the line."""
    head = _whose(board, line, column)
    if column < 0:
        return tuple(head)
    return (*head, *_numbers(board, line, column))


def cell_tip(board: Board, line: int, column: int) -> str:
    """The same for the mouse, the first line in bold."""
    first, *rest = cell_said(board, line, column)
    return "<br>".join([f"<b>{escape(first)}</b>", *map(escape, rest)])


def count_said(board: Board) -> str:
    """How many clips are shown and scored."""
    total, shown = len(board.numbers.grid), len(board.lines.order)
    scored = total - int(np.count_nonzero(board.numbers.waiting))
    parts = [f"{shown:,} of {total:,} clip{'' if total == 1 else 's'}"]
    parts += [f"{scored:,} scored"] if scored < total else []
    marked = int(np.count_nonzero(board.numbers.marks[board.lines.order]))
    return " · ".join([*parts, f"{MARK} {marked:,}"] if marked else parts)


def copied(board: Board) -> str:
    """The clips that are shown with their numbers, tab-separated under a header; undefined is empty."""
    chosen, facts = board.numbers.chosen, board.numbers.facts
    what = f"{chosen.measure}_difference_deg" if chosen.is_difference else f"{chosen.measure}_deg"
    position = chosen.position.replace("_mm", "_difference_mm") if chosen.is_difference else chosen.position
    names = [*(f"{angle.name}_{what}" for angle in board.angles), f"all_{what}", position][: chosen.columns]
    one, other = board.names
    lifter = f"{one} minus {other}" if other else one
    rows = ["\t".join(["clip", "athlete", "activity", "lifter", *names])]
    for place in board.lines.order:
        clip = facts.clips[place]
        cells = ["" if v != v else f"{v:.4f}" for v in board.numbers.values[place, : chosen.columns]]
        rows.append("\t".join([clip.name, clip.athlete, clip.activity, lifter, *cells]))
    return "\n".join(rows) + "\n"


def _whose(board: Board, line: int, column: int) -> Iterator[str]:
    lines, places = board.lines, board.lines.places(line)
    if lines.roles[line] == Role.CLIP:
        clip = board.numbers.facts.clips[places[0]]
        yield clip.name
        if column < 0:
            yield " · ".join([part for part in (clip.athlete, clip.activity) if part] + [f"{clip.n_frames} frames"])
            if board.numbers.marks[places[0]]:
                yield f"{MARK} {board.position} and angles rank lifters differently here"
        return
    section = lines.section(line)
    title = f"{section.title}: " if section.title else ""
    yield f"{title}{len(places):,} clips together"
    if lines.roles[line] == Role.SEVERAL:
        yield f"from {board.clip(places[0])} to {board.clip(places[-1])}"


def _numbers(board: Board, line: int, column: int) -> Iterator[str]:
    numbers, places = board.numbers, board.lines.places(line)
    chosen, value = numbers.chosen, board.lines.values[line, column]
    several = board.lines.roles[line] != Role.CLIP
    yield board.title(column)
    measure = board.position if column == POSITION else MEASURES[chosen.measure]
    if chosen.is_difference:
        if not several:
            yield from _both(board, int(places[0]), column)
        yield f"difference {_told(board, value, column)}"
    else:
        yield f"{board.names[0]}: {measure} {_told(board, value, column)}"
        yield from _frames(board, places, chosen.source, column)
    if not several and value != value:
        yield _STATES.get(State(numbers.grid.states[places[0], chosen.source]), "no frame in which it is defined")
    if board.lines.roles[line] == Role.SEVERAL and value == value:
        worst = board.place_in(line, column)
        yield f"largest: {_told(board, numbers.values[worst, column], column)} in {board.clip(worst)}"


def _both(board: Board, place: int, column: int) -> Iterator[str]:
    """The numbers of both sources with their frames."""
    grid, chosen = board.numbers.grid, board.numbers.chosen
    measure = board.position if column == POSITION else MEASURES[chosen.measure]
    for source, name in zip((chosen.source, chosen.other), board.names, strict=True):
        value = grid.values(source, chosen.measure, chosen.position)[place, column]
        unit, decimals = _unit(column)
        text = f"{number_text(value, decimals, signed=chosen.measure.signed and column != POSITION)}{unit}"
        frames = "".join(f", {part}" for part in _frames(board, np.array([place]), source, column))
        yield f"{name}: {measure} {text if value == value else _UNDEFINED}{frames}"


def _frames(board: Board, places: np.ndarray, source: int, column: int) -> Iterator[str]:
    """How many errors a number is made of."""
    if column < POSITION:
        count = int(board.numbers.grid.counts(source)[places, column].sum())
        yield f"{count:,} {'errors in all' if column == MEAN else 'frames'}"


def _told(board: Board, value: float, column: int) -> str:
    if value != value:
        return _UNDEFINED
    unit, decimals = _unit(column)
    chosen = board.numbers.chosen
    signed = chosen.is_difference or (chosen.measure.signed and column != POSITION)
    return f"{number_text(value, decimals, signed=signed)}{unit}"


def _unit(column: int) -> tuple[str, int]:
    return (" mm", 1) if column == POSITION else ("°", 2)
