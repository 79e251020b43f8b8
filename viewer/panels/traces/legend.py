"""One legend for all plots: a click or the space bar hides a source and shows it again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from superqt import QFlowLayout

from viewer.theme import Theme

__all__ = ["Entry", "Legend"]

_SWATCH, _GAP, _PAD = 18, 6, 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One source in the legend. colour : of its track, None the floor, which is a band. hint : shown on hovering."""

    name: str
    text: str
    colour: int | None
    hint: str


class LegendButton(QAbstractButton):
    """Swatch and name; checked while the source is drawn."""

    def __init__(self, entry: Entry, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self._theme = theme
        self.setCheckable(True)
        self.setChecked(True)
        self.setText(entry.text)
        self.setToolTip(entry.hint)
        self.setAccessibleName(f"show {entry.text}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Swatch, text and some air."""
        metrics = QFontMetrics(self.font())
        return QSize(2 * _PAD + _SWATCH + _GAP + metrics.horizontalAdvance(self.text()), metrics.height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Full while shown; dim, with an empty swatch, while hidden."""
        theme, painter = self._theme, QPainter(self)
        if self.underMouse() or self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_swatch(painter)
        painter.setPen(QColor(theme.text if self.isChecked() else theme.dim))
        font = self.font()
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        room = self.rect().adjusted(_PAD + _SWATCH + _GAP, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()

    def _paint_swatch(self, painter: QPainter) -> None:
        colour = self.entry.colour
        is_band = colour is None
        ink = QColor(self._theme.floor if colour is None else self._theme.lifter(colour))
        height = 10 if is_band else 3
        rect = QRectF(_PAD, round((self.height() - height) / 2), _SWATCH, height)
        if not self.isChecked():
            painter.setPen(QColor(self._theme.dim))
            painter.drawRect(rect.adjusted(0.0, 0.0, -1.0, -1.0))
            return
        ink.setAlpha(130 if is_band else 255)
        painter.fillRect(rect, ink)


class Legend(QWidget):
    """The sources in a row, or in more where the panel is narrow. ``toggled(name)`` asks to hide or show one."""

    toggled = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: list[LegendButton] = []
        self._flow = QFlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setHorizontalSpacing(2)
        self._flow.setVerticalSpacing(0)

    @property
    def buttons(self) -> tuple[LegendButton, ...]:
        """One for each source, in order."""
        return tuple(self._buttons)

    def show_entries(self, entries: tuple[Entry, ...], hidden: frozenset[str]) -> None:
        """Other sources, or the same with others hidden; buttons stay where the sources do."""
        if entries != tuple(button.entry for button in self._buttons):
            self._rebuild(entries)
        for button in self._buttons:
            button.setChecked(button.entry.name not in hidden)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        for button in self._buttons:
            button.show_theme(theme)

    def _rebuild(self, entries: tuple[Entry, ...]) -> None:
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._buttons = [LegendButton(entry, self._theme, self) for entry in entries]
        for button in self._buttons:
            button.clicked.connect(lambda _=False, name=button.entry.name: self.toggled.emit(name))
            self._flow.addWidget(button)
