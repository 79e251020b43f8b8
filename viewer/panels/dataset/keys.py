"""Where keys move the focus in the dataset heatmap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from viewer.panels.dataset.lines import Lines, Role

__all__ = ["Focus", "moved", "own_keys"]

_KEY = Qt.Key
_PLAIN = frozenset({
    _KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Left, _KEY.Key_Right, _KEY.Key_Home, _KEY.Key_End, _KEY.Key_PageUp,
    _KEY.Key_PageDown, _KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Escape,
})  # fmt: skip
_ACROSS: Mapping[int, int] = MappingProxyType({_KEY.Key_Left: -1, _KEY.Key_Right: 1})


@dataclass(frozen=True, slots=True)
class Focus:
    """place : of the clip, -1 for none yet; it stays with the clip whatever is sorted. column : of the cell."""

    place: int = -1
    column: int = 0


def own_keys(event: QKeyEvent) -> bool:
    """True for the keys that the heatmap needs."""
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return event.key() == _KEY.Key_C and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain == Qt.KeyboardModifier.NoModifier and event.key() in _PLAIN


def moved(lines: Lines, focus: Focus, event: QKeyEvent, page: int, columns: int) -> Focus:
    """The cell after a key. Home and End are the first and last clip; page : lines that are seen at once."""
    own = np.flatnonzero(lines.roles != Role.SECTION)
    if not own.size:
        return focus
    line = int(lines.line_of[focus.place]) if focus.place >= 0 else -1
    column = min(max(focus.column + _ACROSS.get(event.key(), 0), 0), columns - 1)
    if line < 0:
        return Focus(int(lines.order[lines.first[own[0]]]), column)
    at = int(np.searchsorted(own, line))
    steps: dict[int, int] = {_KEY.Key_Up: -1, _KEY.Key_Down: 1, _KEY.Key_PageUp: -page, _KEY.Key_PageDown: page,
             _KEY.Key_Home: -len(own), _KEY.Key_End: len(own)}  # fmt: skip
    there = min(max(at + steps.get(event.key(), 0), 0), len(own) - 1)
    place = focus.place if there == at else int(lines.order[lines.first[own[there]]])
    return Focus(place, column)
