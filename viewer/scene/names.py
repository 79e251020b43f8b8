"""Letters over the scene: names of the sources in each cell, and the tip at the joint under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from viewer.content.records import Track
from viewer.scene.eye import Rect
from viewer.scene.wording import legend_html
from viewer.theme import Theme

__all__ = ["Names"]

_LABEL_PX = (10, 8)
_TIP_OFF_PX = 14


class Names:
    """Labels that lie over an area and let the mouse through; only kept in step here, they are the area's children.

    tip : at the joint under the mouse, hidden where there is none.
    """

    def __init__(self, area: QWidget, theme: Theme) -> None:
        self._area = area
        self._labels: list[QLabel] = []
        self._theme = theme
        self.tip = _label(area)
        self.show_theme(theme)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.tip.setStyleSheet(
            f"QLabel {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.grid};"
            " border-radius: 4px; padding: 4px 7px; }"
        )
        for label in self._labels:
            self._dress(label)

    def show_names(self, cells: Sequence[tuple[Track, ...]], places: Sequence[Rect]) -> None:
        """The sources that are named in each cell, at its top left, one below the other and no wider than the cell."""
        while len(self._labels) < len(cells):
            self._labels.append(_label(self._area))
            self._dress(self._labels[-1])
        for label in self._labels[len(cells) :]:
            label.hide()
        for label, tracks, (left, top, width, _) in zip(self._labels, cells, places, strict=False):
            room = width - 2 * _LABEL_PX[0] - label.fontMetrics().horizontalAdvance("●  ")
            titles = [label.fontMetrics().elidedText(t.label, Qt.TextElideMode.ElideRight, int(room)) for t in tracks]
            label.setText(legend_html(tracks, titles, self._theme))
            label.adjustSize()
            label.move(round(left) + _LABEL_PX[0], round(top) + _LABEL_PX[1])
            label.setVisible(bool(tracks))

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written in the cells now, as HTML."""
        return tuple(label.text() for label in self._labels if not label.isHidden())

    def show_tip(self, text: str, at_px: tuple[float, float]) -> None:
        """The tip beside a point of the area, within the area."""
        tip, width, height = self.tip, self._area.width(), self._area.height()
        tip.setText(text)
        tip.adjustSize()
        x, y = round(at_px[0]) + _TIP_OFF_PX, round(at_px[1]) - tip.height() // 2
        if x + tip.width() > width:
            x -= 2 * _TIP_OFF_PX + tip.width()
        tip.move(max(0, x), min(max(0, y), height - tip.height()))
        tip.show()
        tip.raise_()

    def _dress(self, label: QLabel) -> None:
        label.setStyleSheet(f"color: {self._theme.text}; background: transparent;")


def _label(area: QWidget) -> QLabel:
    label = QLabel(area)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.hide()
    return label
