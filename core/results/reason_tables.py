"""The tables of reasons of a results folder, in long form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from core.conventions import ShoulderView, angle_names
from core.records import Float64
from core.results.reason_records import ANGLE_PARTS, POSITION_PARTS, SourceReasons
from core.results.scores import ClipScore
from core.skeleton import JOINTS

__all__ = ["REASON_FILES", "reason_tables"]

FLAGS, ANGLES, POSITIONS = REASON_FILES = ("flags.csv", "angle_reasons.csv", "position_reasons.csv")
"""Files of a run that looks for reasons."""

_FLAG_COLUMNS = {
    "clip": pl.String, "athlete": pl.String, "activity": pl.String, "lifter": pl.String, "flag": pl.String,
    "first_frame": pl.Int64, "last_frame": pl.Int64, "value": pl.Float64, "unit": pl.String, "rule": pl.String,
}  # fmt: skip


def reason_tables(scores: Iterable[ClipScore], view: ShoulderView) -> dict[str, pl.DataFrame]:
    """By file name. scores : of a run that looked for reasons, in the order of the dataset.

    ``flags.csv`` has a row for every span of frames; value and unit are those of the whole flag. The others have one
    for every clip, lifter and angle or joint, empty where undefined; the last column of the angles says what they are
    held against.
    """
    flags: list[tuple[object, ...]] = []
    angles, positions = _Rows(), _Rows()
    causes: list[str | None] = []
    for clip in scores:
        for reasons in clip.reasons:
            flags += _spans(clip, reasons)
            angles.add((clip.clip, reasons.source, str(clip.kind)), reasons.angles)
            causes += [text or None for text in reasons.causes]
            positions.add((clip.clip, reasons.source), reasons.positions)
    found = angles.table(("clip", "lifter", "reference"), ("angle", angle_names(view)), ANGLE_PARTS)
    found = found.with_columns(pl.Series("cause", causes, pl.String))
    return {
        FLAGS: pl.DataFrame(flags, schema=_FLAG_COLUMNS, orient="row").fill_nan(None),
        ANGLES: found.select(pl.exclude("reference"), "reference"),
        POSITIONS: positions.table(("clip", "lifter"), ("joint", JOINTS), POSITION_PARTS),
    }


def _spans(clip: ClipScore, reasons: SourceReasons) -> Iterator[tuple[object, ...]]:
    for flag in reasons.flags:
        for first, last in flag.spans:
            yield (clip.clip, clip.athlete, clip.activity, reasons.source, flag.kind, first, last, flag.value,
                   flag.unit, flag.rule)  # fmt: skip


class _Rows:
    """Blocks of numbers, each with words that hold for all of its rows."""

    def __init__(self) -> None:
        self._words: list[tuple[str, ...]] = []
        self._blocks: list[Float64] = []

    def add(self, words: tuple[str, ...], block: Float64) -> None:
        """A block with as many rows as there are names, or without any."""
        if len(block):
            self._words.append(words)
            self._blocks.append(block)

    def table(self, heads: tuple[str, ...], names: tuple[str, Sequence[str]], columns: Sequence[str]) -> pl.DataFrame:
        """All rows. heads : of the words. names : head and content of the column that tells rows of a block apart."""
        head, rows = names
        values = np.concatenate([np.empty((0, len(columns))), *self._blocks])
        words = np.array(self._words, dtype=object).reshape(len(self._words), len(heads))
        text = {name: pl.Series(np.repeat(words[:, k], len(rows)).tolist(), dtype=pl.String)
                for k, name in enumerate(heads)}  # fmt: skip
        text[head] = pl.Series(list(rows) * len(self._blocks), dtype=pl.String)
        numbers = pl.DataFrame({**text, **{name: values[:, k] for k, name in enumerate(columns)}})
        return numbers.with_columns(pl.col(pl.Float64).fill_nan(None)).with_columns(pl.col("frames").cast(pl.Int64))
