"""A menu where an angle is named, by the right button or the menu key: its convention card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget

from viewer.content.records import ClipContent
from viewer.dialogs.convention_card import show_card
from viewer.panels.heatmaps import HeatmapsPanel
from viewer.panels.traces import TracesPanel
from viewer.view import HeatRows

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["CardMenus", "column_in_heatmaps", "column_in_traces", "menu_text"]


def menu_text(content: ClipContent, column: int) -> str:
    """What the entry for an angle says."""
    return f"Convention of {content.angles[column].title.lower()}…"


def column_in_traces(panel: TracesPanel, at: QPointF) -> int | None:
    """Of which angle the title at a point of the plots is; in a plot the right button zooms."""
    plot = panel.view.head_at(at)
    return None if plot is None else panel.grid.shown[plot]


def column_in_heatmaps(panel: HeatmapsPanel, at: QPoint) -> int | None:
    """Of which angle the row at a point of the heatmaps is, name or cells."""
    canvas = panel.canvas
    found = canvas.layout_px.cell_at(at.y())
    return None if found is None or canvas.numbers is None else canvas.numbers.rows[found[1]].column


class CardMenus(QObject):
    """Watches traces and heatmaps of a window; the read-out has the entry in its own menu."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._titles, self._rows = window.traces.view.viewport(), window.heatmaps.canvas
        for widget in (self._titles, self._rows):
            widget.installEventFilter(self)
        window.readout.convention_asked.connect(self.open)

    def open(self, column: int) -> None:
        """The card of an angle."""
        show_card(self._window, column)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Open the menu where an angle is named."""
        if event.type() != QEvent.Type.ContextMenu or not isinstance(event, QContextMenuEvent):
            return False
        column = self._column(watched, event.pos())
        content = self._window.session.content
        if column is None or content is None or not isinstance(watched, QWidget):
            return False
        menu = QMenu(watched)
        menu.setObjectName("angle menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(menu_text(content, column)).setData(column)
        menu.triggered.connect(lambda action: self.open(action.data()))
        menu.popup(event.globalPos())
        return True

    def _column(self, watched: QObject, at: QPoint) -> int | None:
        if watched is self._titles:
            return column_in_traces(self._window.traces, QPointF(at))
        if self._window.session.view.plots.rows is HeatRows.JOINTS:
            return None
        return column_in_heatmaps(self._window.heatmaps, at)
