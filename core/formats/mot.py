"""MOT and STO: OpenSim's tables of named columns over time."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.base import Content, Format, Item, Match, ReadOptions, Table
from core.formats.numbertext import check_frame_count, spaced_table
from core.records import Float64

__all__ = ["FORMAT", "frame_rate"]

_END = re.compile(rb"^[ \t]*endheader[ \t]*\r?\n", re.MULTILINE | re.IGNORECASE)
_SETTING = re.compile(r"^\s*(\w+)\s*[=\s]\s*(.+?)\s*$")
_TRANSLATION = re.compile(r"_t[xyz](/value)?$", re.IGNORECASE)
_OTHER = re.compile(r"force|moment|torque|activation|excitation|length|speed|velocity|accel|power|reserve|_[vp][xyz]$",
                    re.IGNORECASE)  # fmt: skip


def _sniff(path: Path, head: bytes) -> Match | None:  # noqa: ARG001 - the content says it
    found = _END.search(head)
    if found and re.search(rb"nrows|datarows|ncolumns|datacolumns|indegrees", head[: found.start()], re.IGNORECASE):
        return Match(True, "OpenSim storage header")
    return None


def read(path: Path, options: ReadOptions) -> Content:  # noqa: ARG001 - the file states all
    """One :class:`Table` of a MOT or STO file, angles in degrees whatever the file uses.

    Columns named ``*_tx``, ``*_ty``, ``*_tz`` are translations in metres and forces, speeds and the like are named for
    what they are: neither is ever converted. Every other column is taken for an angle where the header states
    ``inDegrees``. Raises :class:`DataError` for a header that does not fit the data, quaternions, repeated columns, a
    value that is no number or a time that does not increase.
    """
    data = read_bytes(path)
    end = _END.search(data)
    if end is None:
        raise DataError("no endheader line", path=path, expected="an OpenSim MOT or STO file")
    settings = _settings(data[: end.start()].decode("utf-8", "replace"))
    if settings.get("datatype", "double").lower() != "double":
        raise DataError("only plain numbers can be read", path=path, expected="DataType=double",
                        got=settings["datatype"])  # fmt: skip
    label_row, _, body = data[end.end() :].lstrip(b"\r\n").partition(b"\n")
    names = _names(label_row.decode("utf-8", "replace"), settings, path)
    table = spaced_table(body, 1 + len(names), path)
    notes = check_frame_count(_count(settings, "nrows", "datarows"), len(table), path)
    values, units, said = _in_degrees(names, table[:, 1:], settings.get("indegrees", "").lower())
    _check_time(table, path)
    if len(table) > 1 and frame_rate(table[:, 0]) is None:
        notes = (*notes, "the times are not evenly spaced: there is no frame rate")
    record = Table(names, values.astype(np.float32), units, table[:, 0], (*notes, *said))
    facts = (("columns", str(len(names))), ("inDegrees", settings.get("indegrees", "not stated")))
    return Content(FORMAT.name, path, sha256_hex(data), (Item(record),), facts)


def _settings(text: str) -> dict[str, str]:
    """``key=value`` or ``key value`` lines of the header, keys in lower case."""
    found = (_SETTING.match(line) for line in text.splitlines())
    return {match[1].lower(): match[2] for match in found if match}


def _count(settings: dict[str, str], *keys: str) -> int | None:
    texts = [settings[key] for key in keys if settings.get(key, "").isdigit()]
    return int(texts[0]) if texts else None


def _names(row: str, settings: dict[str, str], path: Path) -> tuple[str, ...]:
    """Column names without ``time``, checked for number and repeats."""
    labels = row.split("\t") if "\t" in row else row.split()
    labels = [label.strip() for label in labels if label.strip()]
    if not labels or labels[0].lower() != "time":
        raise DataError("first column must be time", path=path, got=repr(labels[0]) if labels else "no column names")
    stated = _count(settings, "ncolumns", "datacolumns")
    if stated is not None and stated != len(labels):
        raise DataError("columns do not fit the header", path=path, expected=f"{stated} columns as the header says",
                        got=f"{len(labels)} names")  # fmt: skip
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise DataError(f"column {twice[0]!r} occurs twice", path=path, expected="unique names")
    return tuple(labels[1:])


def _in_degrees(
    names: tuple[str, ...], values: Float64, stated: str
) -> tuple[Float64, tuple[str, ...], tuple[str, ...]]:
    """Values with angles in degrees, a unit per column, notes."""
    moves = np.array([bool(_TRANSLATION.search(name)) for name in names], dtype=bool)
    angles = ~moves & np.array([not _OTHER.search(name) for name in names], dtype=bool)
    if stated not in ("yes", "no"):
        units = tuple("m" if move else "" for move in moves)
        return values, units, ("the header does not say inDegrees: columns are left without a unit",)
    units = tuple("m" if move else "deg" if angle else "" for move, angle in zip(moves, angles, strict=True))
    notes = []
    if moves.any():
        notes.append(f"{moves.sum()} columns named *_tx, *_ty, *_tz are translations in metres")
    if stated == "no" and angles.any():
        values = np.where(angles, np.rad2deg(values), values)
        notes.append(f"{angles.sum()} columns of angles converted from radians to degrees")
    return values, units, tuple(notes)


def _check_time(table: Float64, path: Path) -> None:
    time_s = table[:, 0]
    wrong = ~np.isfinite(time_s)
    wrong[1:] |= ~(np.diff(time_s) > 0)
    if wrong.any():
        raise DataError("time must increase", path=path, frame=int(wrong.argmax()), got=f"{time_s[wrong.argmax()]:g} s")


_MOST_DECIMALS = 12
_MOST_SNAPPED = 0.1
"""Frames per second by which a rate may be off a whole number for its times' rounding; more is another rate."""
_EVEN_WITHIN = (0.01, 0.4)
"""Parts of a step by which evenly spaced times may be off: beside their rounding, and together with it."""


def frame_rate(time_s: Float64) -> float | None:
    """Frames per second of (T,) times, None for fewer than two and for times that are not evenly spaced.

    Over the whole length, as every single step suffers from the rounding of the written times; a whole number that
    lies within this rounding is taken for what was meant (120, where six decimals read 120.005).
    """
    if len(time_s) < 2:
        return None
    duration = float(time_s[-1] - time_s[0])
    even = np.linspace(time_s[0], time_s[-1], len(time_s))
    rounding = _rounding(time_s)
    rate = (len(time_s) - 1) / duration
    beside, together = _EVEN_WITHIN
    if np.abs(time_s - even).max() > min(rounding + beside / rate, together / rate):
        return None
    whole = round(rate)
    return float(whole) if abs(rate - whole) <= min(rate * rounding / duration, _MOST_SNAPPED) else rate


def _rounding(time_s: Float64) -> float:
    """The unit of the last decimal with which the times were written, 0 where they have more than doubles resolve."""
    for decimals in range(_MOST_DECIMALS):
        if np.allclose(time_s, np.round(time_s, decimals), rtol=1e-14, atol=1e-14):
            return float(10.0**-decimals)
    return 0.0


FORMAT = Format("mot", "OpenSim MOT or STO table", (".mot", ".sto"), "angles", _sniff, read)
"""The MOT and STO reader."""
