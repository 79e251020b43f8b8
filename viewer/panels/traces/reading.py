"""What legend and hover card say of a clip, in words and numbers. No widgets here."""

from __future__ import annotations

import math

import numpy as np

from core.evaluation import REFERENCE
from viewer.content.records import ClipContent
from viewer.numbers import number_text
from viewer.panels.traces.card import Reading
from viewer.panels.traces.legend import Entry
from viewer.panels.traces.series import FLOOR, AngleSeries, Floor
from viewer.view import Quantity

__all__ = ["entries_of", "near_singular_at", "quantity_text", "readings_at"]


def entries_of(content: ClipContent, quantity: Quantity) -> tuple[Entry, ...]:
    """Reference, floor and lifters, as far as the clip has them and the quantity shows them."""
    found = []
    if content.reference is not None:
        if quantity is Quantity.VALUE:
            said = (content.reference.title, *content.reference.notes, *content.reference.problems)
            found.append(Entry(REFERENCE, content.reference.title, -1, "\n".join(said)))
        hint = "The estimator on the reference poses: what the instrument itself gets wrong."
        if np.isfinite(content.floor_sigma_deg).any():
            hint += "\nBand: one calibrated standard deviation to each side."
        found.append(Entry(FLOOR, FLOOR, None, hint))
    for track in content.tracks:
        hint = "\n".join((track.title, *track.notes, *track.problems))
        found.append(Entry(track.name, track.label, track.colour, hint))
    return tuple(found)


def quantity_text(content: ClipContent | None, quantity: Quantity) -> str:
    """What the value axes show, where titles and degrees at every number do not say it."""
    return "" if content is None or quantity is Quantity.VALUE else "error: source − reference (°)"


def readings_at(series: AngleSeries, entries: tuple[Entry, ...], frame: int, hidden: frozenset[str],
                quantity: Quantity) -> tuple[Reading, ...]:  # fmt: skip
    """One row for everything that is drawn in a plot, in the order of the legend's entries."""
    lines = {line.name: line for line in series.lines}
    found = []
    for entry in entries:
        if entry.name in hidden:
            continue
        if entry.name == FLOOR:
            if series.floor is not None:
                found.append(_floor_reading(entry.text, series.floor, frame, quantity))
        elif entry.name in lines:
            value = float(lines[entry.name].values[frame])
            found.append(Reading(entry.text, entry.colour, _text(value, quantity)))
    return tuple(found)


def near_singular_at(series: AngleSeries, frame: int) -> bool:
    """True where the frame is in a shaded span."""
    return bool(((series.singular[:, 0] <= frame) & (frame <= series.singular[:, 1])).any())


def _floor_reading(name: str, floor: Floor, frame: int, quantity: Quantity) -> Reading:
    value, sigma = float(floor.values[frame]), float(floor.sigma[frame])
    return Reading(name, None, _text(value, quantity), "" if math.isnan(sigma) else f"±1σ {sigma:.1f}°")


def _text(value: float, quantity: Quantity) -> str:
    """Degrees to a tenth; errors with their sign; a dash for what is missing."""
    return number_text(value, unit="°", signed=quantity is Quantity.ERROR)
