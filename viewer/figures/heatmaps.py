"""Heatmaps and strips of errors over time in print."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from core.errors import DataError, UsageError
from viewer.content.records import Track
from viewer.figures.cells import bar_labels, draw_cells, draw_seconds
from viewer.figures.records import Subject
from viewer.figures.sheet import Box, Sheet, elided
from viewer.panels.heatmaps.blocks import Block, HeatNumbers, heat_numbers, why_empty
from viewer.panels.heatmaps.rows import Row
from viewer.strips import angle_mae_limit
from viewer.theme import lut
from viewer.view import HeatRows
from viewer.wording import POSITION_ERROR, short_names

__all__ = ["draw_heatmaps", "draw_strips", "least_heatmaps_pt", "least_strips_pt", "measured_tracks"]

_NAMES_PART = 0.4
"""Most of the width that names beside strips take."""
_LEAST_ROW = 0.5
"""Least height of a row over the size of letters: left and right then share a label."""


def measured_tracks(subject: Subject) -> tuple[Track, ...]:
    """Whose errors are shown. Raises :class:`DataError` where there are none."""
    tracks = tuple(t for t in subject.content.measured if t.name not in subject.view.hidden)
    if not tracks:
        why = why_empty(subject.content, HeatRows.ANGLES, subject.view.hidden) or "nothing is shown"
        raise DataError(why.replace("\n", " ").rstrip("."), path=subject.content.name)
    return tracks


def _blocks(subject: Subject) -> tuple[HeatNumbers, tuple[Block, ...]]:
    rows = subject.view.plots.rows
    numbers = heat_numbers(subject.content, rows)
    blocks = numbers.shown(subject.view.hidden)
    if not blocks:
        why = why_empty(subject.content, rows, subject.view.hidden) or "nothing is shown"
        raise DataError(why.replace("\n", " ").rstrip("."), path=subject.content.name)
    return numbers, blocks


def least_heatmaps_pt(subject: Subject, sheet: Sheet, width: float) -> float:  # noqa: ARG001 - as its like
    """Height in points below which the rows cannot be told."""
    numbers, blocks = _blocks(subject)
    block = sheet.line + len(numbers.rows) * _LEAST_ROW * sheet.font + 0.5 * sheet.font
    return len(blocks) * block + 1.6 * sheet.small + sheet.bar_height() + 0.6 * sheet.font


def draw_heatmaps(sheet: Sheet, box: Box, subject: Subject) -> None:
    """A block per lifter, one colour bar. Raises :class:`UsageError` where there is no room, DataError for nothing."""
    numbers, blocks = _blocks(subject)
    signed = numbers.signed and subject.view.plots.signed
    foot = 1.7 * sheet.small + 0.8 * sheet.font + sheet.bar_height()
    pitch = (box.height - foot) / len(blocks)
    height = pitch - sheet.line - 0.4 * sheet.font
    if height < len(numbers.rows) * 0.8 * _LEAST_ROW * sheet.font:
        raise UsageError(f"the figure is too low for {len(blocks)} heatmaps with letters of {sheet.font:g} points")
    labels = _labels(numbers.rows, height / len(numbers.rows), sheet)
    gutter = max(sheet.width_of(text, sheet.small) for _, text in labels) + 0.5 * sheet.font
    cells = box
    for number, block in enumerate(blocks):
        top = box.top + number * pitch
        cells = Box(box.left + gutter, top + sheet.line, box.width - gutter, height)
        name = elided(block.track.label, sheet.font, box.width)
        sheet.text(box.left, top + 0.1 * sheet.font, name, colour=sheet.theme.lifter(block.track.colour), bold=False)
        draw_cells(sheet, cells, block.values[:, subject.part], numbers.limit, signed=signed)
        for middle, text in labels:
            sheet.text(cells.left - 0.5 * sheet.font, cells.top + middle, text, size=sheet.small, align="right",
                       upright="center_baseline")  # fmt: skip
    draw_seconds(sheet, cells, subject)
    bar = Box(box.left, box.bottom - sheet.bar_height(), box.width, 0.7 * sheet.font)
    table = lut(sheet.theme.difference if signed else sheet.theme.magnitude)
    sheet.colour_bar(bar, table, bar_labels(numbers.limit, numbers.unit, signed=signed), _title(subject, signed))


def _title(subject: Subject, signed: bool) -> str:
    if subject.view.plots.rows is HeatRows.JOINTS:
        return f"{POSITION_ERROR[subject.content.alignment]} of joints"
    return "error" if signed else "|error|"


def _labels(rows: Sequence[Row], pitch: float, sheet: Sheet) -> tuple[tuple[float, str], ...]:
    """Middles from the top of a block, and names: of every row, else of runs of rows that share one."""
    if pitch >= 0.98 * sheet.small:
        return tuple(((i + 0.5) * pitch, row.short) for i, row in enumerate(rows))
    pairs = _shared([row.group for row in rows], pitch)
    close = any(after - before < 0.95 * sheet.small for (before, _), (after, _) in pairwise(pairs))
    return _shared([row.group.partition(" ")[0] for row in rows], pitch) if close else pairs


def _shared(names: Sequence[str], pitch: float) -> tuple[tuple[float, str], ...]:
    """One label for every run of rows of one name, at its middle."""
    found, begin = [], 0
    for name, run in groupby(names):
        count = len(list(run))
        found.append(((begin + count / 2) * pitch, name))
        begin += count
    return tuple(found)


def least_strips_pt(subject: Subject, sheet: Sheet, width: float) -> float:  # noqa: ARG001 - as its like
    """Height in points that the strips need."""
    return len(measured_tracks(subject)) * 1.35 * sheet.line + 1.7 * sheet.small + sheet.bar_height() + sheet.font


def draw_strips(sheet: Sheet, box: Box, subject: Subject, *, bar: bool = True) -> None:
    """The angle MAE of each lifter over time as a strip; the current frame as a mark above them."""
    tracks = measured_tracks(subject)
    foot = 1.7 * sheet.small + (sheet.bar_height() + 0.5 * sheet.font if bar else 0.0)
    pitch = (box.height - foot - 0.5 * sheet.font) / len(tracks)
    if pitch < 1.05 * sheet.small:
        raise UsageError(f"the figure is too low for {len(tracks)} strips with letters of {sheet.font:g} points")
    names = {t.name: t.name for t in tracks}
    if max(sheet.width_of(name, sheet.small) for name in names) > _NAMES_PART * box.width:
        names = short_names(list(names))
    room = max(sheet.width_of(name, sheet.small) for name in names.values()) + 0.5 * sheet.font
    gutter = min(room, _NAMES_PART * box.width)
    limit = angle_mae_limit(subject.content)
    whole = Box(box.left + gutter, box.top + 0.5 * sheet.font, box.width - gutter, pitch * len(tracks))
    for i, track in enumerate(tracks):
        strip = Box(whole.left, whole.top + i * pitch, whole.width, 0.86 * pitch)
        sheet.text(box.left, strip.top + strip.height / 2, elided(names[track.name], sheet.small, gutter),
                   size=sheet.small, colour=sheet.theme.lifter(track.colour), upright="center_baseline")  # fmt: skip
        draw_cells(sheet, strip, np.ascontiguousarray(track.angle_mae_deg[None, subject.part]), limit, signed=False)
    _mark(sheet, whole, subject)
    draw_seconds(sheet, whole, subject)
    if bar:
        place = Box(box.left, box.bottom - sheet.bar_height(), box.width, 0.7 * sheet.font)
        sheet.colour_bar(place, lut(sheet.theme.magnitude), bar_labels(limit, "°", signed=False), "angle MAE")


def _mark(sheet: Sheet, whole: Box, subject: Subject) -> None:
    """Where the current frame is."""
    frame, (first, last) = subject.view.frame, subject.frames
    if first <= frame <= last:
        x = whole.left + (frame - first + 0.5) / subject.n_frames * whole.width
        half = 0.28 * sheet.font
        sheet.layer.fill((x - half, x + half, x), (whole.top - 2 * half, whole.top - 2 * half, whole.top - 0.3),
                         color=sheet.theme.text, linewidth=0)  # fmt: skip
