"""Where the keys go, to be seen: a frame in the accent's colour about the widget that has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar, QWidget
from shiboken6 import isValid

from viewer.theme import Theme

__all__ = ["FocusRing", "FocusRings"]

_WIDE_PX = 2
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class FocusRing(QWidget):
    """A frame that covers nothing but its own line, and lets the mouse through."""

    def __init__(self, colour: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour = colour
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def enclose(self, place: QRect) -> None:
        """Stand about a rectangle of the parent, on its edge: what lies beside it is not covered."""
        self.setGeometry(place)
        inner = self.rect().adjusted(_WIDE_PX, _WIDE_PX, -_WIDE_PX, -_WIDE_PX)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inner)))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The line."""
        painter = QPainter(self)
        pen = QPen(QColor(self.colour), 2 * _WIDE_PX)  # its outer half is cut off
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(self.rect())


class FocusRings(QObject):
    """Keeps a ring about the widget with the focus, in the window and in its dialogs.

    As in browsers there is none where the mouse has given the focus, as a click shows itself where the keys go, nor
    where a window comes to the front; there is as soon as a key moves it.
    """

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._ring: FocusRing | None = None
        self._about: QWidget | None = None
        self._filtered: list[QWidget] = []
        self._activated, self._listening = False, True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._settle)
        # Timers of its own: what waits in a single shot of Qt's outlives a window that is closed meanwhile.
        self._deciding = QTimer(self, singleShot=True, interval=0)
        self._deciding.timeout.connect(self._decide)
        self._forgetting = QTimer(self, singleShot=True, interval=0)
        self._forgetting.timeout.connect(self._forget_activation)
        self._entered: tuple[QWidget, bool, bool] | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - there are no windows without one
        application.focusChanged.connect(self._on_focus)
        application.focusWindowChanged.connect(self._on_window)

    @property
    def about(self) -> QWidget | None:
        """The widget that has a ring, or None."""
        return self._about if self._ring is not None and isValid(self._ring) and self._ring.isVisible() else None

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        if self._ring is not None and isValid(self._ring):
            self._ring.colour = theme.accent
            self._ring.update()

    def close(self) -> None:
        """Listen no more."""
        application = QApplication.instance()
        if self._listening and isinstance(application, QApplication):
            self._listening = False
            application.focusChanged.disconnect(self._on_focus)
            application.focusWindowChanged.disconnect(self._on_window)
        self._entered = None
        self._leave()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Something moved: the ring goes along."""
        if event.type() in _MOVES:
            self._later.start(0)
        return super().eventFilter(watched, event)

    def _on_window(self) -> None:
        self._activated = True
        self._forgetting.start()

    def _forget_activation(self) -> None:
        self._activated = False

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        """Decide a moment later: whether the window was activated is told after the focus."""
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        again = new is not None and new is self._about
        self._leave()
        if new is None or not self._ours(new):
            return
        self._entered = (new, by_mouse, old is None and not again)
        self._deciding.start()

    def _decide(self) -> None:
        entered, self._entered = self._entered, None
        if entered is None:
            return
        widget, by_mouse, fresh = entered
        if not by_mouse and not (fresh and self._activated):
            self._enter(widget)

    def _ours(self, widget: QWidget) -> bool:
        top = widget.window()
        ours = top is self._window or top.parentWidget() is self._window
        return ours and widget is not top and not isinstance(widget, QMenu | QMenuBar)

    def _enter(self, widget: QWidget) -> None:
        if not isValid(widget) or not widget.hasFocus():
            return
        top = widget.window()
        if self._ring is None or not isValid(self._ring) or self._ring.parentWidget() is not top:
            if self._ring is not None and isValid(self._ring):
                self._ring.deleteLater()
            self._ring = FocusRing(self._theme.accent, top)
        self._about = widget
        above: QWidget | None = widget
        while above is not None and above is not top:
            above.installEventFilter(self)
            self._filtered.append(above)
            above = above.parentWidget()
        self._settle()

    def _leave(self) -> None:
        for widget in self._filtered:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._filtered = []
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()

    def _settle(self) -> None:
        """About the part of the widget that is not cut off by what it lies in."""
        ring, widget = self._ring, self._about
        if ring is None or widget is None or not isValid(ring) or not isValid(widget) or not widget.hasFocus():
            return
        top = widget.window()
        place = QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())
        above = widget.parentWidget()
        while above is not None and above is not top:
            place &= QRect(above.mapTo(top, QPoint(0, 0)), above.size())
            above = above.parentWidget()
        if widget.isVisible() and not place.isEmpty():
            ring.enclose(place)
        else:
            ring.hide()
