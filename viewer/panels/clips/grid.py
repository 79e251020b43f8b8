"""The view of the table of clips: the name stays where it is while the numbers scroll sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from viewer.panels.clips.columns import FLOOR, Column, Kind
from viewer.panels.clips.header import GroupedHeader, head_font, name_width
from viewer.panels.clips.model import ClipModel
from viewer.panels.clips.painting import CellDelegate, pad_of
from viewer.panels.clips.texts import MARK, number_text, seconds_text
from viewer.theme import Theme, palette_of

__all__ = ["ClipGrid"]

_OWN_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down)
_ROW_SPARE = 7
_WIDEST_NAME, _NARROWEST_NAME = 240, 96
_ARROW = 11
"""For the triangle that shows the order, beside words."""
_LONGEST_MEASURED = 40
_SLACK = 3
"""Pixels more than Qt measures: it rounds a width down, and then says that the text does not fit."""
_SELECTION = 0.3
"""Part of the accent in the colour of the selected row: numbers and bars must stay readable on it."""


class ClipGrid(QTableView):
    """Rows of a :class:`ClipModel`, one selected. A second view of the same rows lies over the first column and stays.

    Signals: ``moved()`` after other rows may be visible; ``chosen(row)`` when the user goes to a row.
    """

    moved = Signal()
    chosen = Signal(int)

    def __init__(self, model: ClipModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._quiet = model, False
        self._name_wanted, self._name_by_hand, self._fitting = _NARROWEST_NAME, False, False
        self._delegate = CellDelegate(model, theme, self.font(), self)
        self._names = QTableView(self)
        self._heads = [self._dressed(view, theme) for view in (self, self._names)]
        self._names.setSelectionModel(self.selectionModel())
        self._names.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._names.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names.raise_()  # above the other view's head, which was made later
        self._connect()
        self.setSortingEnabled(True)

    def event(self, event: QEvent) -> bool:
        """Up and Down go through the clips while the table has the focus, whatever they do elsewhere."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def fit_columns(self) -> None:
        """Widths and order as the columns are now; for after the model got other clips or lifters."""
        for section, column in enumerate(self._model.columns):
            self.setColumnWidth(section, self._width(column))
        self._name_wanted, self._name_by_hand = self.columnWidth(0), False
        for section in range(len(self._model.columns)):
            self._names.setColumnHidden(section, section != 0)
        self._heads[0].setSortIndicator(*self._model.sorted_by)
        self._fit_heads()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._delegate.show_theme(theme)
        for view, head in zip((self, self._names), self._heads, strict=True):
            view.setPalette(_palette(theme))
            head.show_theme(theme)
            view.viewport().update()

    def select(self, row: int, *, reveal: bool = True) -> None:
        """Select a row without telling; -1 for none. reveal : scroll to it."""
        self._quiet = True
        index = self._model.index(row, 0) if row >= 0 else QModelIndex()
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        if not index.isValid():
            self.selectionModel().clear()
        elif reveal:
            self.scrollTo(index)
        self._quiet = False

    def visible_rows(self) -> range:
        """The rows that can be seen, in part at least."""
        count, height = self._model.rowCount(), self.viewport().height()
        first = self.rowAt(0)
        if first < 0 or height <= 0:
            return range(0)
        last = self.rowAt(height - 1)
        return range(first, (last if last >= 0 else count - 1) + 1)

    def scrollTo(  # noqa: N802
        self, index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:  # fmt: skip
        """Scroll up or down to a row, never sideways."""
        across = self.horizontalScrollBar().value()
        for view in (self, self._names):
            view.executeDelayedItemsLayout()  # else the bars still end where the rows before a filter ended
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(across)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter chooses; the rest as usual."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the names in place."""
        super().resizeEvent(event)
        self._fit_name()
        self._lay_out()
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The rows, or why there are none."""
        super().paintEvent(event)
        if self._model.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            words = "No clip passes the filter" if len(self._model.table) else "No clips"
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, words)

    def _dressed(self, view: QTableView, theme: Theme) -> GroupedHeader:
        head = GroupedHeader(self._model, theme, view)
        view.setHorizontalHeader(head)
        view.setModel(self._model)
        view.setItemDelegate(self._delegate)
        view.setFrameShape(QTableView.Shape.NoFrame)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        view.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setCornerButtonEnabled(False)
        view.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerItem)
        rows = view.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(QFontMetrics(self._delegate.fonts.plain).height() + _ROW_SPARE)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        return head

    def _connect(self) -> None:
        own, other = self.verticalScrollBar(), self._names.verticalScrollBar()
        own.valueChanged.connect(other.setValue)
        other.valueChanged.connect(own.setValue)
        own.valueChanged.connect(self.moved)
        self._model.layoutChanged.connect(self.moved)
        self._model.modelReset.connect(self.moved)
        self._model.summarised.connect(self._on_summarised)
        main, names = self._heads
        main.sectionResized.connect(self._on_resized)
        names.sectionResized.connect(self._on_names_resized)
        names.sortIndicatorChanged.connect(main.setSortIndicator)
        main.sortIndicatorChanged.connect(self._mirror_order)
        self.selectionModel().currentRowChanged.connect(lambda index, _: self._choose(index))

    def _mirror_order(self, section: int, order: Qt.SortOrder) -> None:
        names = self._heads[1]
        if (names.sortIndicatorSection(), names.sortIndicatorOrder()) != (section, order):
            names.blockSignals(True)
            names.setSortIndicator(section, order)
            names.blockSignals(False)
        names.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        if not self._quiet and index.isValid():
            self.chosen.emit(index.row())

    def _on_resized(self, section: int) -> None:
        if section == 0:
            self._lay_out()

    def _on_names_resized(self, section: int, _: int, size: int) -> None:
        if section == 0:
            self._name_by_hand |= not self._fitting
            self.setColumnWidth(0, size)

    def _on_summarised(self) -> None:
        """Other numbers above the rows; they and those in the rows may be longer."""
        for section, column in enumerate(self._model.columns):
            if column.is_error and self._width(column) > self.columnWidth(section):
                self.setColumnWidth(section, self._width(column))
        self._fit_heads()
        for head in self._heads:
            head.viewport().update()

    def _fit_heads(self) -> None:
        """Heads may be of another height, and the names have what the numbers leave."""
        for view in (self, self._names):
            view.updateGeometries()
        self._fit_name()
        self._lay_out()

    def _fit_name(self) -> None:
        """Make the names as narrow as all errors need, unless the user has chosen a width."""
        if self._name_by_hand:
            return
        needed = sum(self.columnWidth(i) for i, column in enumerate(self._model.columns) if column.from_scores)
        room = self.viewport().width() - needed
        self._fitting = True
        self.setColumnWidth(0, min(self._name_wanted, max(room, _NARROWEST_NAME)))
        self._lay_out()
        self._fitting = False

    def _lay_out(self) -> None:
        """Put the names over the first column, as high as the rows that can be seen."""
        frame, width = self.frameWidth(), self.columnWidth(0)
        self._names.setColumnWidth(0, width)
        height = self.horizontalHeader().height() + self.viewport().height()
        self._names.setGeometry(frame, frame, width, height)

    def _width(self, column: Column) -> int:
        fonts = self._delegate.fonts
        metrics, heads = QFontMetrics(fonts.plain), QFontMetrics(head_font(self.font()))
        head = max(map(heads.horizontalAdvance, column.lines)) + 1
        if column.is_error:
            zeros = "0" * len(number_text(max(10.0 * column.is_position, self._model.table.largest(column)), column))
            room = fonts.rank_width if column.is_lifters and len(self._model.table.lifters) > 1 else 0
            width = max(metrics.horizontalAdvance(f"{zeros[1:]}.") + room + 2, head) + 2 * pad_of(column)
            return max(width, name_width(self.font(), column.whose)) if column.lifter == FLOOR else width
        if column.kind is Kind.MARK:
            return metrics.horizontalAdvance(MARK) + 2 * pad_of(column)
        longest = sorted(set(self._texts(column.kind)), key=len)[-_LONGEST_MEASURED:]
        content = max(map(metrics.horizontalAdvance, longest), default=0) + _SLACK
        width = max(content, head + _ARROW) + 2 * pad_of(column)
        return min(max(width, _NARROWEST_NAME), _WIDEST_NAME) if column.kind is Kind.NAME else width

    def _texts(self, kind: Kind) -> list[str]:
        """What stands in a column that does not depend on scores."""
        clips = self._model.table.clips
        return {Kind.NAME: [c.name for c in clips], Kind.ATHLETE: [c.athlete for c in clips],
                Kind.ACTIVITY: [c.activity for c in clips], Kind.FRAMES: [str(c.n_frames) for c in clips],
                Kind.SECONDS: [seconds_text(c) for c in clips]}[kind]  # fmt: skip


def _palette(theme: Theme) -> QPalette:
    """The theme's, with a selection that does not drown what is drawn on it."""
    base, accent = QColor(theme.base), QColor(theme.accent)
    mixed = QColor.fromRgbF(
        *(b + _SELECTION * (a - b) for a, b in ((accent.redF(), base.redF()), (accent.greenF(), base.greenF()),
                                                (accent.blueF(), base.blueF())))
    )  # fmt: skip
    palette = palette_of(theme)
    palette.setColor(QPalette.ColorRole.Highlight, mixed)
    return palette
