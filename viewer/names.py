"""What screen readers call the parts of the window, and the order in which Tab goes through them."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QDockWidget, QLineEdit, QTableView, QWidget

from viewer.docks import PLACES

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["move_focus", "name_parts", "nameless"]

_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "scene": ("3D scene", "Skeletons of the reference and of the lifters at this frame"),
    "scene.area": ("Skeletons", "Drag turns, the wheel comes nearer, a click selects a joint"),
    "traces": ("Traces", "The angles over time, a plot each"),
    "heatmaps": ("Heatmaps", "Errors of every angle or joint over time"),
    "heatmaps.canvas": ("Errors over time", "A row for each angle or joint, a block for each lifter"),
    "timeline": ("Timeline", ""),
    "timeline.bar": ("Errors over the clip", "Arrow keys step through frames, N goes to the next peak of the error"),
    "timeline.readout.frame_box": ("Frame", ""),
    "timeline.readout.time_box": ("Time", ""),
    "timeline.readout.speed_box": ("Speed of playing", ""),
    "clips.filters.text": ("Filter by name, athlete or activity", ""),
    "clips.filters.differing": ("Only clips where ranks disagree", ""),
    "clips.filters.athlete": ("Athlete", ""),
    "clips.filters.activity": ("Activity", ""),
    "clips.filters.error": ("Error to filter by", ""),
    "clips.filters.low": ("Smallest error that is shown", ""),
    "clips.filters.high": ("Largest error that is shown", ""),
    "status.bar": ("Progress", ""),
    "status.stop": ("Cancel what is running", ""),
})  # fmt: skip
"""By attribute of the window: name, and what more there is to say."""

_AREA = Qt.DockWidgetArea


def name_parts(window: Window) -> None:
    """Give names to what has none of its own, and say what docks hold."""
    for path, (name, more) in _NAMES.items():
        part: QWidget = attrgetter(path)(window)
        part.setAccessibleName(name)
        if more:
            part.setAccessibleDescription(more)
    for dock in window.docks.values():
        dock.setAccessibleName(dock.windowTitle())
    for line in window.findChildren(QLineEdit):
        if not line.accessibleName():
            line.setAccessibleName(line.placeholderText())
    for box in window.findChildren(QComboBox):
        box.view().setAccessibleName(f"Choices: {_spoken(box)}")
    for table in window.findChildren(QTableView):
        table.setTabKeyNavigation(False)  # Tab leaves it, arrows move in it


def move_focus(window: Window, *, onward: bool) -> bool:
    """Move the focus to the next widget that takes it by Tab, or to the one before; False where there is none.

    Panels follow each other as they stand, whenever their parts were made. What lies behind another panel is left out:
    Qt would go there, too.
    """
    widgets = _in_order(window)
    focus = QApplication.focusWidget()
    here = widgets.index(focus) if focus in widgets else -1 if onward else 0
    round_about = (
        [*widgets[here + 1 :], *widgets[: here + 1]] if onward else [*widgets[:here][::-1], *widgets[here:][::-1]]
    )
    reason = Qt.FocusReason.TabFocusReason if onward else Qt.FocusReason.BacktabFocusReason
    for widget in round_about:
        by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if by_tab and widget.isVisible() and widget.isEnabled() and _in_front(widget):
            widget.setFocus(reason)
            return True
    return False


def nameless(root: QWidget) -> list[QWidget]:
    """What takes the focus, or can be clicked, and has no name for a screen reader."""
    return [widget for widget in root.findChildren(QWidget) if _is_met(widget) and not _spoken(widget)]


def _is_met(widget: QWidget) -> bool:
    proxied = widget.focusProxy() is not None or widget.objectName().startswith("qt_")
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not proxied


def _in_front(widget: QWidget) -> bool:
    """False in a dock that lies behind another one: Qt moves those out of sight and calls them visible."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, QDockWidget):
        above = above.parentWidget()
    return above is None or not above.visibleRegion().isEmpty()


def _spoken(widget: QWidget) -> str:
    """What a screen reader calls it: its name, else the text on it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def _in_order(window: Window) -> list[QWidget]:
    """What takes the focus in any way, panel by panel, and what belongs to none at the end."""
    left, right, below = (
        [window.docks[place.name] for place in PLACES if place.area is area]
        for area in (_AREA.LeftDockWidgetArea, _AREA.RightDockWidgetArea, _AREA.BottomDockWidgetArea)
    )
    parts = (window.actions_.bar, window.messages, *left, window.scene, *right, *below, window.status, window)
    found = (widget for part in parts for widget in part.findChildren(QWidget) if widget.window() is window)
    return list(dict.fromkeys(one for one in found if _is_met(one)))
