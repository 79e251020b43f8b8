"""What lies over the scene: names of the sources in each cell, and the tip at the joint under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from viewer.scene.eye import Rect
from viewer.scene.figures import Figure
from viewer.scene.legend import KeyRow, Legend, Line, legend_rows
from viewer.theme import Theme

__all__ = ["Names"]

_LABEL_PX = (10, 8)
_TIP_OFF_PX = 14
# A legend of many rows leaves the middle of the cell to the skeletons.
_LONG_SHARE, _LEAST_PX = 0.38, 150.0
_EVERYWHERE = "In every cell"
_KEY_FROM_PX = 190.0
"""Height of a place from which on there is room for a key to lines, and for the colour bar below it."""


class Names:
    """Widgets that lie over an area and let the mouse through; only kept in step here, they are the area's children.

    tip : at the joint under the mouse, hidden where there is none.
    """

    def __init__(self, area: QWidget, theme: Theme) -> None:
        self._area = area
        self._legends: list[Legend] = []
        self._common = Legend(area)
        self._theme = theme
        self.tip = _label(area)
        self.show_theme(theme)

    def show_theme(self, theme: Theme) -> None:
        """Other colours; the names have them when they are shown next."""
        self._theme = theme
        self.tip.setStyleSheet(
            f"QLabel {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.grid};"
            " border-radius: 4px; padding: 4px 7px; }"
        )

    def show_names(self, cells: Sequence[tuple[Figure, ...]], places: Sequence[Rect], empty: Sequence[Rect],
                   angle: str = "") -> None:  # fmt: skip
        """Who is in each cell, at its top left.

        Of many cells each names its lifter; what all are compared with is named once, where there is an empty place or
        else at the bottom of the first cell. An empty place also says what the lines of an angle mean. angle : its
        title, empty where it is not drawn.
        """
        self._legends += [Legend(self._area) for _ in range(len(cells) - len(self._legends))]
        for legend in (*self._legends, self._common):
            legend.hide()
        if len(cells) == 1:
            self._put(self._legends[0], cells[0], places[0], _LONG_SHARE)
            return
        for legend, figures, place in zip(self._legends, cells, places, strict=False):
            self._put(legend, figures[-1:], place)
        common = self._common
        if empty:
            key = key_of(angle) if angle and empty[0][3] >= _KEY_FROM_PX else ()
            self._put(common, cells[0][:-1], empty[0], heading=_EVERYWHERE, key=key)
            return
        left, top, width, height = map(round, places[0])
        self._put(common, cells[0][:-1], places[0])
        common.move(left + width - _LABEL_PX[0] - common.width(), top + height - _LABEL_PX[1] - common.height())

    def _put(
        self, legend: Legend, figures: tuple[Figure, ...], place: Rect, share: float = 1.0, heading: str = "",
        key: tuple[KeyRow, ...] = (),
    ) -> None:  # fmt: skip
        """A legend of figures at the top left of a place, within a share of its width."""
        left, top, width, _ = place
        room = min(width - 2 * _LABEL_PX[0], max(share * width, _LEAST_PX))
        legend.show_rows(legend_rows(figures, self._theme), self._theme, room, heading, key)
        legend.move(round(left) + _LABEL_PX[0], round(top) + _LABEL_PX[1])

    @property
    def legends(self) -> tuple[Legend, ...]:
        """Those that are seen, in the order of the cells; of many cells the one of what all have comes last."""
        return tuple(legend for legend in (*self._legends, self._common) if not legend.isHidden())

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


def key_of(angle: str) -> tuple[KeyRow, ...]:
    """What the lines of a drawn angle mean."""
    return (KeyRow(angle, Line.BOLD), KeyRow("where it reads 0°", Line.DASHED), KeyRow("the body as drawn", Line.THIN))


def _label(area: QWidget) -> QLabel:
    label = QLabel(area)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.hide()
    return label
