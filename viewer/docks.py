"""Which panels stand where about the scene: one table, from which docks, first sizes and presets follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

__all__ = ["PLACES", "Docks", "Place"]

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


@dataclass(frozen=True, slots=True)
class Place:
    """First place of a panel. name : identifier; title : on its tab. behind : of the panel on whose place it has a tab,
    or empty for a place of its own.
    """

    name: str
    title: str
    area: Qt.DockWidgetArea
    behind: str = ""


PLACES: tuple[Place, ...] = (
    Place("clips", "Clips", _LEFT),
    Place("dataset", "Dataset", _LEFT, behind="clips"),
    Place("readout", "Read-out", _LEFT),
    Place("traces", "Traces", _RIGHT),
    Place("heatmaps", "Heatmaps", _RIGHT),
    Place("why", "Why here?", _RIGHT, behind="heatmaps"),
    Place("whatif", "What-if", _RIGHT, behind="heatmaps"),
    Place("spans", "Spans", _RIGHT, behind="heatmaps"),
    Place("timeline", "Timeline", _BOTTOM),
)
"""In the order in which areas are filled."""

# Parts of the window's width and height.
_WIDE: Mapping[str, float] = MappingProxyType({"clips": 0.28, "traces": 0.40})
_HIGH: tuple[Mapping[str, float], ...] = (MappingProxyType({"clips": 0.40, "readout": 0.38}),
                                          MappingProxyType({"traces": 0.50, "heatmaps": 0.28}))  # fmt: skip
_TIMELINE_PX = 110


class Docks(Mapping[str, QDockWidget]):
    """The docks of a window, by name."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        """Panels : the widget of each of :data:`PLACES`."""
        self._window = window
        window.setDockNestingEnabled(True)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, _BOTTOM)
        self._docks = {place.name: self._made(place, panels[place.name]) for place in PLACES}
        self._put()

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)

    def proportions(self) -> None:
        """Sizes as fits the window."""
        wide, high = self._window.width(), self._window.height()
        self._resize(_WIDE, wide, Qt.Orientation.Horizontal)
        for column in _HIGH:
            self._resize(column, high, Qt.Orientation.Vertical)
        self._window.resizeDocks([self["timeline"]], [_TIMELINE_PX], Qt.Orientation.Vertical)

    def restore(self) -> None:
        """All panels back in their first places, and seen."""
        for place in PLACES:
            dock = self[place.name]
            self._window.removeDockWidget(dock)
            dock.setFloating(False)
        self._put()
        self.proportions()

    def bring(self, name: str) -> None:
        """Show a panel, in front of those that share its place."""
        self[name].show()
        self[name].raise_()

    def arrange(self, front: Iterable[str], away: Iterable[str]) -> None:
        """Show some panels, each in front of those that share its place, and hide others."""
        for name in away:
            self[name].hide()
        for name in front:
            self.bring(name)

    def add_switches(self, menu: QMenu) -> None:
        """A menu entry for each panel that shows or hides it."""
        for dock in self._docks.values():
            menu.addAction(dock.toggleViewAction())

    def _made(self, place: Place, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(place.title, self._window)
        dock.setObjectName(f"dock.{place.name}")
        dock.setWidget(panel)
        return dock

    def _put(self) -> None:
        for place in PLACES:
            self._window.addDockWidget(place.area, self[place.name])
            self[place.name].show()
        for place in PLACES:
            if place.behind:
                self._window.tabifyDockWidget(self[place.behind], self[place.name])
        for place in PLACES:
            if not place.behind:
                self[place.name].raise_()

    def _resize(self, parts: Mapping[str, float], whole: int, along: Qt.Orientation) -> None:
        self._window.resizeDocks([self[name] for name in parts], [int(part * whole) for part in parts.values()], along)
