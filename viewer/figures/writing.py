"""A figure to a file, its data and its provenance with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.files import write_atomic
from viewer.figures.choices import FigureChoices
from viewer.figures.data import figure_csv
from viewer.figures.drawing import figure_record, written_figure
from viewer.figures.records import Subject
from viewer.jobs import Progress, Work

__all__ = ["data_paths", "export_figure"]


def data_paths(path: Path) -> tuple[Path, Path]:
    """Where the data of a figure goes, and the record of where they come from: beside it."""
    data = path.with_name(f"{path.stem}_data.csv")
    return data, data.with_name(f"{data.name}.json")


def export_figure(
    subject: Subject, choices: FigureChoices, provenance: Callable[[], Mapping[str, Any]], path: Path
) -> Work[Path]:
    """Draw the figure and write it, complete or not at all; its data beside it where wanted.

    provenance : called on the worker, because it may read weights. Raises :class:`core.errors.AnglescopeError` as
    :func:`viewer.figures.drawing.drawn` does and where the disk says no.
    """
    steps = 3 if choices.data else 2
    yield Progress(0, steps, "drawing")
    record = provenance()
    data = written_figure(subject, choices, record)
    yield Progress(1, steps, path.name)
    write_atomic(path, data)
    if choices.data:
        table, beside = data_paths(path)
        yield Progress(2, steps, table.name)
        write_atomic(table, figure_csv(subject, choices))
        text = json.dumps(figure_record(subject, choices, record), indent=2, ensure_ascii=False)
        write_atomic(beside, f"{text}\n".encode())
    return path
