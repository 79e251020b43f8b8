"""Rows of controls above a panel's content."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

__all__ = ["SPACE_PX", "row_of"]

SPACE_PX = 6
"""Between controls."""


def row_of(*widgets: QWidget, space_px: int = SPACE_PX) -> QHBoxLayout:
    """Controls beside each other, without margins."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(space_px)
    for widget in widgets:
        row.addWidget(widget)
    return row
