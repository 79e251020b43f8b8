"""Which panels stand where about the scene: one table, from which docks, first sizes and presets follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabBar, QWidget

__all__ = ["PLACES", "STUDY_WIDE", "WIDE", "Docks", "Place"]

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


@dataclass(frozen=True, slots=True)
class Place:
    """First place of a panel. name : identifier; title : on its tab. behind : of the panel on whose place it has a tab,
    or empty for a place of its own. needs_px : height without which it shows too little, 0 where any will do.
    """

    name: str
    title: str
    area: Qt.DockWidgetArea
    behind: str = ""
    needs_px: int = 0


PLACES: tuple[Place, ...] = (
    Place("clips", "Clips", _LEFT),
    Place("dataset", "Dataset", _LEFT, behind="clips"),
    Place("study", "Study", _LEFT, behind="clips"),
    Place("readout", "Read-out", _LEFT),
    Place("traces", "Traces", _RIGHT),
    Place("heatmaps", "Heatmaps", _RIGHT, needs_px=214),
    Place("why", "Why here?", _RIGHT, behind="heatmaps", needs_px=290),
    Place("whatif", "What-if", _RIGHT, behind="heatmaps", needs_px=330),
    Place("spans", "Spans", _RIGHT, behind="heatmaps", needs_px=200),
    Place("timeline", "Timeline", _BOTTOM),
)
"""In the order in which areas are filled."""

WIDE: tuple[float, float] = (0.28, 0.40)
"""Parts of the window's width that the columns left and right get."""
STUDY_WIDE: tuple[float, float] = (0.42, 0.30)
"""Where the study has the left column alone."""
_HIGH: tuple[Mapping[str, float], ...] = (MappingProxyType({"clips": 0.45, "readout": 0.35}),
                                          MappingProxyType({"traces": 0.41, "heatmaps": 0.39}))  # fmt: skip
_TIMELINE_PX = 110
_MOST_LENT = 0.58
"""Part of the height of a column that a panel gets at most because it needs it."""


class Docks(Mapping[str, QDockWidget]):
    """The docks of a window, by name."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        """Panels : the widget of each of :data:`PLACES`."""
        self._window = window
        window.setDockNestingEnabled(True)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, _BOTTOM)
        self._wide = WIDE
        self._docks = {place.name: self._made(place, panels[place.name]) for place in PLACES}
        self._put()
        self._lending = Lending(window, self)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)

    def proportions(self) -> None:
        """Sizes as fits the window."""
        wide, high = self._window.width(), self._window.height()
        self._resize(dict(zip(("clips", "traces"), self._wide, strict=True)), wide, Qt.Orientation.Horizontal)
        for column in _HIGH:
            self._resize(column, self._height_of(column) or high, Qt.Orientation.Vertical)
        self._window.resizeDocks([self["timeline"]], [_TIMELINE_PX], Qt.Orientation.Vertical)
        self._lending.forget()

    def restore(self) -> None:
        """All panels back in their first places, and seen."""
        self._wide = WIDE
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

    def arrange(self, front: Iterable[str], away: Iterable[str], wide: tuple[float, float] = WIDE) -> None:
        """Show some panels, each in front of those that share its place, and hide others, in sizes that fit the window:
        a panel that comes back would get what little was left. wide : parts of its width.
        """
        self._wide = wide
        for name in away:
            self[name].hide()
        for name in front:
            self.bring(name)
        layout = self._window.layout()
        if layout is not None:
            layout.activate()
        self.proportions()

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

    def _height_of(self, column: Mapping[str, float]) -> int:
        """Height of a column that is 1 in all, as its panels stand now; 0 where one of them cannot be seen."""
        stacks = [[self[name], *self._window.tabifiedDockWidgets(self[name])] for name in column]
        seen = [next((dock for dock in stack if is_seen(dock)), None) for stack in stacks]
        heights = [dock.height() for dock in seen if dock is not None]
        return round(sum(heights) / sum(column.values())) if len(heights) == len(column) else 0

    def _resize(self, parts: Mapping[str, float], whole: int, along: Qt.Orientation) -> None:
        self._window.resizeDocks([self[name] for name in parts], [int(part * whole) for part in parts.values()], along)


class Lending(QObject):
    """Height that a panel borrows from the one above it while it is in front of others, where it has less than it
    needs; it is given back when another comes to the front, unless a person has changed the heights meanwhile.
    """

    def __init__(self, window: QMainWindow, docks: Docks) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._before: int | None = None
        self._lent = 0
        self._later = QTimer(self, singleShot=True, interval=0)  # once the panel that came has its place
        self._later.timeout.connect(self._settle)
        self._noting = QTimer(self, singleShot=True, interval=0)  # once Qt has laid it out
        self._noting.timeout.connect(self._note)
        window.tabifiedDockWidgetActivated.connect(self._later.start)

    def forget(self) -> None:
        """The heights are others now: nothing is lent any more, and what is in front may need some."""
        self._before = None
        self._later.start()

    def _settle(self) -> None:
        above, front = self._docks["traces"], self._front()
        if front is None or not is_seen(above) or above.x() != self._docks[front].x():
            return
        here, whole = self._docks[front].height(), self._docks[front].height() + above.height()
        own = self._before if self._before is not None and here == self._lent else here
        need = next(place.needs_px for place in PLACES if place.name == front)
        wanted = max(own, min(need, int(_MOST_LENT * whole)))
        self._before = own if wanted > own else None
        if wanted != here:
            sizes = [whole - wanted, wanted + self._tabs_below(self._docks[front])]
            self._window.resizeDocks([above, self._docks[front]], sizes, Qt.Orientation.Vertical)
            self._noting.start()

    def _note(self) -> None:
        front = self._front()
        if front is not None:
            self._lent = self._docks[front].height()

    def _tabs_below(self, dock: QDockWidget) -> int:
        """Height of the tabs of a dock, which Qt counts in where it resizes."""
        bars = (bar for bar in self._window.findChildren(QTabBar) if bar.isVisible())
        return next((bar.height() for bar in bars if bar.y() > dock.y() and bar.x() >= dock.x()), 0)

    def _front(self) -> str | None:
        """Which of the panels below the traces is in front."""
        below = (place.name for place in PLACES if "heatmaps" in (place.name, place.behind))
        return next((name for name in below if is_seen(self._docks[name])), None)


def is_seen(dock: QDockWidget) -> bool:
    """Whether a dock stands in the window, in front of others that share its place."""
    return dock.isVisible() and not dock.isFloating() and not dock.visibleRegion().isEmpty()
