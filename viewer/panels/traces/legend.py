"""One legend for all plots: a box hides a source and shows it again, a name selects a lifter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget
from superqt import QFlowLayout

from viewer.theme import Theme
from viewer.wording import short_names

__all__ = ["Entry", "Legend"]

_BOX, _PAD, _GAP, _BETWEEN = 13, 5, 4, 4
_MOST_LINES = 2
"""Where whole names would take more, each is without the words that all lifters share."""
_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HIDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class Entry:
    """One source in the legend. colour : of its track, None the floor, which is a band. hint : shown on hovering."""

    name: str
    text: str
    colour: int | None
    hint: str

    @property
    def is_lifter(self) -> bool:
        """Lifters can be selected; reference and floor are what they are compared with."""
        return self.colour is not None and self.colour >= 0


class _Part(QAbstractButton):
    """A button of the legend, reached by tab, pressed by space or enter although the window has commands there."""

    def __init__(self, entry: Entry, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that press it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _PRESSING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses as space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def is_marked(self) -> bool:
        """Whether it stands out for good."""
        return False

    def paint_ground(self, painter: QPainter) -> None:
        """Raised under the mouse and of what is selected; framed while keys go to it."""
        if self.underMouse() or self.hasFocus() or self.is_marked():
            painter.setPen(QColor(self.theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)


class _Switch(_Part):
    """A box in the source's colour, with a tick while the source is drawn."""

    def __init__(self, entry: Entry, theme: Theme, parent: QWidget) -> None:
        super().__init__(entry, theme, parent)
        self.setCheckable(True)
        self.setChecked(True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The box and some air."""
        return QSize(_PAD + _BOX + _GAP, QFontMetrics(self.font()).height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Filled and ticked, or empty."""
        colour, painter = self.entry.colour, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        ink = QColor(self.theme.floor if colour is None else self.theme.lifter(colour))
        box = QRectF(_PAD + 0.5, round((self.height() - _BOX) / 2) + 0.5, _BOX - 1, _BOX - 1)
        fill = QColor(ink)
        fill.setAlpha(0 if not self.isChecked() else 130 if colour is None else 255)
        painter.setPen(QPen(ink, 1.0))
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 2.5, 2.5)
        if self.isChecked():
            painter.setPen(QPen(QColor(self.theme.base if colour is not None else self.theme.text), 1.8))
            left, middle = box.left() + 3.0, box.center().y()
            painter.drawPolyline([QPointF(left, middle), QPointF(left + 2.3, middle + 2.6),
                                  QPointF(left + 6.3, middle - 2.6)])  # fmt: skip
        painter.end()


class _Name(_Part):
    """The source's name; checked, raised and underlined while it is the selected lifter.

    dim : the source is hidden. hides : pressing it means the box, as of what cannot be selected, or with ctrl or shift.
    """

    def __init__(self, entry: Entry, theme: Theme, parent: QWidget) -> None:
        super().__init__(entry, theme, parent)
        self.dim, self.said = False, entry.text
        self.hides = not entry.is_lifter

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The name and some air."""
        return QSize(self.width_of(self.said), QFontMetrics(self.font()).height() + 6)

    def width_of(self, text: str) -> int:
        """Pixels that it takes with a text."""
        return _GAP + QFontMetrics(self.font()).horizontalAdvance(text) + _PAD

    def is_marked(self) -> bool:
        """The selected lifter."""
        return self.isChecked()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """With ctrl or shift it stands for the box."""
        self.hides |= bool(event.modifiers() & _HIDING)
        super().mouseReleaseEvent(event)
        self.hides = not self.entry.is_lifter

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The name."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        painter.setPen(QColor(theme.dim if self.dim else theme.text))
        font = QFont(self.font())
        font.setStrikeOut(self.dim)
        painter.setFont(font)
        room = self.rect().adjusted(_GAP, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.said)
        if self.isChecked():
            line = QRectF(1.0, self.height() - 2.0, self.width() - 2.0, 2.0)
            painter.fillRect(line, QColor(theme.accent))
        painter.end()


class _Row(QWidget):
    """Box and name of one source."""

    def __init__(self, entry: Entry, theme: Theme, legend: Legend) -> None:
        super().__init__(legend)
        self.switch, self.name = _Switch(entry, theme, self), _Name(entry, theme, self)
        pair = QHBoxLayout(self)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(0)
        pair.addWidget(self.switch)
        pair.addWidget(self.name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.switch.clicked.connect(lambda: legend.toggled.emit(self.switch.entry.name))
        self.name.clicked.connect(self._name_clicked)
        self._legend = legend

    def _name_clicked(self) -> None:
        signal = self._legend.toggled if self.name.hides else self._legend.chosen
        signal.emit(self.name.entry.name)

    def show_entry(self, entry: Entry) -> None:
        """Another source, or the same with another hint."""
        self.switch.entry = self.name.entry = entry
        self.name.setCheckable(entry.is_lifter)
        self.name.hides = not entry.is_lifter
        self.name.setAccessibleName(f"select {entry.text}" if entry.is_lifter else entry.text)
        how = "Click: select, drawn strong and on top. Ctrl and click: hide or show." if entry.is_lifter else \
            "Click: hide or show."  # fmt: skip
        self.name.setToolTip(f"{entry.hint}\n\n{how}")
        self.switch.updateGeometry()

    @property
    def whole_px(self) -> int:
        """Width with the whole name."""
        return self.switch.sizeHint().width() + self.name.width_of(self.name.entry.text)

    def say(self, text: str) -> None:
        """The name as it is written."""
        if text != self.name.said:
            self.name.said = text
            self.name.updateGeometry()
            self.name.update()

    def show_state(self, drawn: bool, selected: bool) -> None:
        """Whether the source is drawn, and whether it is the selected lifter."""
        self.switch.setChecked(drawn)
        self.switch.setAccessibleName(f"show {self.name.entry.text}")
        self.switch.setToolTip(f"{'Hide' if drawn else 'Show'} {self.name.entry.text}")
        self.name.dim = not drawn
        self.name.setChecked(selected)
        self.name.update()


class Legend(QWidget):
    """The sources in a row, or in more where the panel is narrow. ``toggled(name)`` asks to hide or show one,
    ``chosen(name)`` to select a lifter, or no more where it is selected.
    """

    toggled = Signal(str)
    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[_Row] = []
        self._flow = QFlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setHorizontalSpacing(_BETWEEN)
        self._flow.setVerticalSpacing(0)

    @property
    def buttons(self) -> tuple[_Switch, ...]:
        """The boxes that hide and show, one for each source, in order."""
        return tuple(row.switch for row in self._rows)

    @property
    def names(self) -> tuple[_Name, ...]:
        """The names, one for each source, in order."""
        return tuple(row.name for row in self._rows)

    def show_entries(self, entries: tuple[Entry, ...], hidden: frozenset[str], lifter: str) -> None:
        """Other sources, or the same with others hidden or selected; rows are used again."""
        if entries != tuple(row.name.entry for row in self._rows):
            self._fit(entries)
        for row in self._rows:
            name = row.name.entry.name
            row.show_state(name not in hidden, name == lifter)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        for row in self._rows:
            for part in (row.switch, row.name):
                part.theme = theme
                part.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Whole names, or short ones where lines would be many."""
        super().resizeEvent(event)
        self._say_names()

    def _say_names(self) -> None:
        entries = [row.name.entry for row in self._rows]
        short = short_names([entry.name for entry in entries if entry.is_lifter])
        many = _lines([row.whole_px for row in self._rows], self.width()) > _MOST_LINES
        for row, entry in zip(self._rows, entries, strict=True):
            in_short = entry.text.replace(entry.name, short.get(entry.name, entry.name))
            row.say(in_short if many else entry.text)

    def _fit(self, entries: tuple[Entry, ...]) -> None:
        while len(self._rows) > len(entries):
            row = self._rows.pop()
            self._flow.removeWidget(row)
            row.hide()  # it lives until the events are done, and would stand below the others until then
            row.deleteLater()
        for entry in entries[len(self._rows) :]:
            row = _Row(entry, self._theme, self)
            self._rows.append(row)
            self._flow.addWidget(row)
        for row, entry in zip(self._rows, entries, strict=True):
            row.show_entry(entry)
        self._say_names()


def _lines(widths_px: Sequence[int], room_px: int) -> int:
    """Lines that things of these widths take, one after the other."""
    lines, left = 0, -1
    for width in widths_px:
        if width > left:
            lines, left = lines + 1, room_px
        left -= width + _BETWEEN
    return lines
