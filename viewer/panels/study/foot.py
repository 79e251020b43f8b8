"""Below the plot of the study: how far it is, its verdicts where no rows are beside it, and going on after a stop."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

from viewer.panels.rows import SPACE_PX, row_of
from viewer.theme import Theme

__all__ = ["Foot"]

_MOST_LINES = 3


class Foot(QWidget):
    """count : the label; go_on : the button. Signal: ``go_on_wanted()``."""

    go_on_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count, self.go_on = QLabel(), QToolButton()
        self._text, self._lines = "", _MOST_LINES
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.count.setWordWrap(True)
        self.go_on.setText("Go on")
        self.go_on.setToolTip("Compute the intervals to their end")
        self.go_on.setAccessibleName("Go on computing")
        self.go_on.clicked.connect(self.go_on_wanted)
        line = row_of(self.count, self.go_on)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """All that is said, of which a part may be seen."""
        return self._text

    def show_text(self, text: str, *, stopped: bool, lines: int) -> None:
        """Say it. stopped : somebody has stopped the work. lines : that there is room for."""
        self._text, self._lines = text, lines
        self.go_on.setVisible(stopped)
        self.setVisible(bool(text))
        self._fit()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.setStyleSheet(
            f"QLabel {{ color: {theme.text}; }} QToolButton {{ border: 1px solid {theme.accent}; padding: 2px 6px;"
            f" color: {theme.text}; background: {theme.window}; }} QToolButton:hover {{ background: {theme.raised}; }}"
        )

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the words are."""
        return QSize(200, max(self._high(), self.go_on.sizeHint().height() if not self.go_on.isHidden() else 0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same height, as narrow as it may get."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Words wrap at the new width."""
        super().resizeEvent(event)
        self._fit()

    def _room(self) -> int:
        button = self.go_on.sizeHint().width() + SPACE_PX if not self.go_on.isHidden() else 0
        return max(40, self.width() - button)

    def _high(self) -> int:
        metrics = self.count.fontMetrics()
        wraps = Qt.TextFlag.TextWordWrap
        rect = metrics.boundingRect(0, 0, self._room(), 10_000, wraps, self.count.text())
        return min(rect.height(), self._lines * metrics.lineSpacing()) + 2

    def _fit(self) -> None:
        """Cut with dots what needs more lines than there may be; the tip has all of it."""
        metrics, room = self.count.fontMetrics(), self._room()
        text = self._text
        if self._lines == 1 or metrics.horizontalAdvance(text) > (self._lines - 0.4) * room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(max(1.0, self._lines - 0.4) * room))
        self.count.setText(text)
        self.count.setToolTip(self._text if text != self._text else "")
        self.updateGeometry()
