"""Keys that belong to the control that has the focus, before they are shortcuts of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

__all__ = ["claimed_by_focus"]

_KEY = Qt.Key
_OWN = (
    (QAbstractButton, (_KEY.Key_Space, _KEY.Key_Return, _KEY.Key_Enter)),
    (QComboBox, (_KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Space)),
    (QLineEdit, (_KEY.Key_Up, _KEY.Key_Down)),
)


def claimed_by_focus(event: QEvent) -> bool:
    """True where the event asks whether a key is a shortcut, and the control with the focus needs that key."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    focus = QApplication.focusWidget()
    return any(isinstance(focus, kind) and event.key() in keys for kind, keys in _OWN)
