"""The numbers that a figure shows, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.evaluation import REFERENCE
from core.export.csvblock import format_csv
from core.records import Float32
from core.skeleton import JOINTS
from viewer.figures.choices import FigureChoices, FigureKind
from viewer.figures.heatmaps import measured_tracks
from viewer.figures.inks import FLOOR
from viewer.figures.records import Subject, spread_frames
from viewer.figures.traces import columns_of_plots
from viewer.panels.heatmaps.blocks import heat_numbers
from viewer.panels.readout.columns import Kind, groups_of, without_hidden
from viewer.view import HeatRows, Quantity

__all__ = ["figure_csv", "traces_csv"]

_Columns = Iterator[tuple[str, Float32]]
"""Names with units, and (T,) values over the clip."""

_OF_KIND = {Kind.VALUE: "deg", Kind.ERROR: "error_deg", Kind.SIGMA: "sigma_deg"}


def figure_csv(subject: Subject, choices: FigureChoices) -> bytes:
    """What the figure shows as CSV, units in the names of columns, an empty cell where there is no number.

    Over time a row per frame; of the scene a row per frame shown; of the table a row per angle.
    """
    if choices.kind is FigureKind.TABLE:
        return _table(subject)
    if choices.kind is FigureKind.SCENE:
        return _over_time(subject, _positions(subject), np.array(spread_frames(subject, choices.shots)))
    every = np.arange(subject.frames[0], subject.frames[1] + 1)
    if choices.kind is FigureKind.TRACES:
        return traces_csv(subject)
    if choices.kind is FigureKind.HEATMAPS:
        return _over_time(subject, _cells(subject), every)
    if choices.kind is FigureKind.STRIPS:
        return _over_time(subject, _means(subject), every)
    measured = any(track.name not in subject.view.hidden for track in subject.content.measured)
    parts = (*_lines(subject), *((*_cells(subject), *_means(subject)) if measured else ()))
    return _over_time(subject, iter(dict(parts).items()), every)


def traces_csv(subject: Subject, columns: tuple[int, ...] | None = None) -> bytes:
    """Traces of the angles that have a plot, or of these columns, over the subject's frames."""
    return _over_time(subject, _lines(subject, columns), np.arange(subject.frames[0], subject.frames[1] + 1))


def _over_time(subject: Subject, columns: _Columns, frames: NDArray[np.int64]) -> bytes:
    found = list(columns)
    values = np.stack([frames / subject.content.fps, *(values[frames] for _, values in found)], axis=1)
    return format_csv(["frame", "time_s", *(name for name, _ in found)], [frames], values)


def _lines(subject: Subject, columns: tuple[int, ...] | None = None) -> _Columns:
    content, quantity = subject.content, subject.view.plots.quantity
    for column in columns or columns_of_plots(subject):
        angle = content.angles[column].name
        for track in subject.shown:
            if quantity is Quantity.VALUE:
                yield f"{track.name}_{angle}_deg", track.angles_deg[:, column]
            elif track.name != REFERENCE:
                yield f"{track.name}_{angle}_error_deg", track.error_deg[:, column]
        if FLOOR not in subject.view.hidden and content.reference is not None:
            error = quantity is Quantity.ERROR
            values = content.floor_error_deg if error else content.floor_deg
            yield f"{FLOOR}_{angle}_{'error_' if error else ''}deg", values[:, column]
            yield f"{FLOOR}_{angle}_sigma_deg", content.floor_sigma_deg[:, column]


def _cells(subject: Subject) -> _Columns:
    rows = subject.view.plots.rows
    numbers = heat_numbers(subject.content, rows)
    for block in numbers.shown(subject.view.hidden):
        for row, values in zip(numbers.rows, block.values, strict=True):
            if rows is HeatRows.JOINTS:
                yield f"{block.track.name}_{JOINTS[row.column]}_error_mm", values
            else:
                yield f"{block.track.name}_{subject.content.angles[row.column].name}_error_deg", values


def _means(subject: Subject) -> _Columns:
    for track in measured_tracks(subject):
        yield f"{track.name}_angle_mae_deg", track.angle_mae_deg


def _positions(subject: Subject) -> _Columns:
    """Of joints as they are drawn: upright, aligned."""
    for track in subject.shown:
        for joint, name in enumerate(JOINTS):
            for axis, letter in enumerate("xyz"):
                yield f"{track.name}_{name}_{letter}_mm", track.xyz_mm[:, joint, axis]


def _table(subject: Subject) -> bytes:
    groups = without_hidden(groups_of(subject.content), subject.view.hidden)
    columns = [(f"{group.name}_{_OF_KIND[c.kind]}", c.values) for group in groups for c in group.columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["frame", "angle", *(name for name, _ in columns)])
    for index, angle in enumerate(subject.content.angles):
        numbers = (float(values[subject.view.frame, index]) for _, values in columns)
        writer.writerow([subject.view.frame, angle.name, *("" if x != x else f"{x:.4f}" for x in numbers)])
    return text.getvalue().encode()
