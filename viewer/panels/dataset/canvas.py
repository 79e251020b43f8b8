"""The picture of the dataset heatmap, and what mouse and keys do in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from core.results.dataset_grid import MEAN
from viewer.panels.dataset.board import Board
from viewer.panels.dataset.keys import Focus, moved, own_keys
from viewer.panels.dataset.layout import HEAD_PX, GridLayout, arrange
from viewer.panels.dataset.painting import Look, fonts_of, paint_heads, paint_lines, paint_total
from viewer.panels.dataset.texts import cell_said, cell_tip
from viewer.session import Session
from viewer.theme import Theme

__all__ = ["GridCanvas"]

_NAME_SPARE_PX, _LONGEST_MEASURED = 16, 30
_BAR_PX = 3


class GridCanvas(QAbstractScrollArea):
    """Lines of a :class:`Board`. The picture is painted once and kept; selection and focus are painted over it.

    Signals: ``picked(place, column, worst)`` where a cell is chosen, column -1 for the name, worst where the user wants
    the worst frame, too; ``sort_wanted(column)`` from a head; ``copy_wanted()``; ``overview_wanted(bool)``;
    ``resized()``.
    """

    picked = Signal(int, int, bool)
    sort_wanted = Signal(int)
    copy_wanted = Signal()
    overview_wanted = Signal(bool)
    resized = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._fonts = fonts_of(self.font())
        self.board: Board | None = None
        self.sentence = ""
        self.builds = 0
        self._layout: GridLayout | None = None
        self._picture: QPixmap | None = None
        self._name_px = 0
        self._focus = Focus()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Dataset heatmap")

    @property
    def focus(self) -> Focus:
        """The cell that the keys are at."""
        return self._focus

    @property
    def layout_px(self) -> GridLayout | None:
        """Where things are, None where there is nothing."""
        return self._layout

    @property
    def room(self) -> int:
        """Lines of one pixel that fit."""
        return max(1, self.viewport().height() - HEAD_PX - 22)

    def show_names(self, names: tuple[str, ...]) -> None:
        """The clips are others: their names need another width."""
        metrics = QFontMetrics(self._fonts.names)
        longest = sorted(names, key=len)[-_LONGEST_MEASURED:]
        self._name_px = max(map(metrics.horizontalAdvance, longest), default=0) + _NAME_SPARE_PX

    def show_board(self, board: Board | None, sentence: str = "") -> None:
        """Other lines or numbers; sentence : why there are none."""
        self.board, self.sentence = board, sentence
        self._arrange()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.outdate()

    def outdate(self) -> None:
        """The picture is not right any more."""
        self._picture = None
        self.viewport().update()

    def reveal(self, place: int) -> None:
        """Scroll to a clip."""
        if self.board is None or self._layout is None or place < 0:
            return
        line, bar = int(self.board.lines.line_of[place]), self.verticalScrollBar()
        if line >= 0 and not bar.value() <= line < bar.value() + self._layout.visible:
            bar.setValue(line - self._layout.visible // 2)

    def show_focus(self, focus: Focus) -> None:
        """Put the focus on a cell, and scroll to it."""
        self._focus = focus
        if self.board is not None and focus.place >= 0:
            line, bar = int(self.board.lines.line_of[focus.place]), self.verticalScrollBar()
            visible = 1 if self._layout is None else self._layout.visible
            if line >= 0:
                bar.setValue(min(max(bar.value(), line - visible + 1), line))
                self.setAccessibleDescription(". ".join(cell_said(self.board, line, focus.column)))
        self.viewport().update()

    def rect_of(self, line: int, column: int) -> QRect:
        """Where a cell is; column -1 for the name."""
        layout = self._layout
        assert layout is not None  # noqa: S101 - there is a board
        top, bottom = (round(layout.y_of(at, self.verticalScrollBar().value())) for at in (line, line + 1))
        left, right = (0, layout.name_px) if column < 0 else layout.cells[column]
        return QRect(left, top, right - left, max(1, bottom - top))

    def cell_at(self, at: QPoint) -> tuple[int, int] | None:
        """Line and column, -1 for the name, under a point; None beside them."""
        if self.board is None or self._layout is None:
            return None
        column = self._layout.column_at(at.x())
        line = self._layout.line_at(at.y(), self.verticalScrollBar().value())
        return (line, column) if column is not None and 0 <= line < len(self.board.lines) else None

    def _arrange(self) -> None:
        board, size = self.board, self.viewport().size()
        self._layout = None
        if board is not None:
            view = self._session.view.dataset
            self._layout = arrange(
                size.width(), size.height(), board.numbers.chosen.columns, self._name_px, len(board.lines),
                ranked=board.ranked, total=board.lines.total is not None, fitted=view.overview,
            )  # fmt: skip
        visible = 1 if self._layout is None else self._layout.visible
        lines = 0 if board is None else len(board.lines)
        self.verticalScrollBar().setRange(0, max(0, lines - visible))
        self.verticalScrollBar().setPageStep(visible)
        self.outdate()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """Cells fill the width."""
        super().resizeEvent(event)
        self._arrange()
        self.resized.emit()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 - name of Qt
        """Other lines are seen."""
        self.outdate()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - name of Qt
        """The kept picture, then selection and focus."""
        if self._picture is None:
            self._picture = self._painted()
        with QPainter(self.viewport()) as painter:
            painter.drawPixmap(0, 0, self._picture)
            if self.board is not None and self._layout is not None:
                painter.setClipRect(0, self._layout.top - 1, self.viewport().width(), self.viewport().height())
                self._paint_selected(painter)
                self._paint_focus(painter)

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap((self.viewport().size().toSizeF() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.base))
        with QPainter(picture) as painter:
            if self.board is None or self._layout is None or self.sentence:
                painter.setPen(QColor(self._theme.dim))
                area = self.viewport().rect().adjusted(12, 12, -12, -12)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.sentence)
            else:
                self._paint_board(painter, self.board, self._layout)
        self.builds += 1
        return picture

    def _paint_board(self, painter: QPainter, board: Board, layout: GridLayout) -> None:
        view, scrolled = self._session.view, self.verticalScrollBar().value()
        look = Look(layout, self._theme, self._fonts, scrolled, view.angle, view.dataset)
        after = min(len(board.lines), layout.line_at(layout.height, scrolled) + 1)
        painter.setClipRect(0, layout.top, self.viewport().width(), layout.height)
        paint_lines(painter, board, look, scrolled, after)
        painter.setClipping(False)
        paint_heads(painter, board, look)
        paint_total(painter, board, look)

    def _line_of_clip(self) -> int:
        assert self.board is not None  # noqa: S101 - callers have looked
        place = self.board.numbers.grid.place(self._session.view.clip)
        return -1 if place < 0 else int(self.board.lines.line_of[place])

    def _paint_selected(self, painter: QPainter) -> None:
        """A bar before the clip on screen and lines around its row; around the cell of the selected angle, too."""
        line = self._line_of_clip()
        if line < 0 or self._layout is None:
            return
        accent = QColor(self._theme.accent)
        row = self.rect_of(line, -1)
        right = self._layout.cells[-1][1]
        painter.fillRect(0, row.y(), _BAR_PX, max(2, row.height()), accent)
        for y in (row.y(), row.bottom() + 1):
            painter.fillRect(0, y, right, 1, accent)
        painter.fillRect(right, row.y(), _BAR_PX, max(2, row.height()), accent)

    def _paint_focus(self, painter: QPainter) -> None:
        """A frame with a seam, so that it is seen on every colour."""
        if self.board is None or self._layout is None or not self.hasFocus() or self._focus.place < 0:
            return
        line = int(self.board.lines.line_of[self._focus.place])
        if line < 0 or self._focus.column >= len(self._layout.cells):
            return
        cell = self.rect_of(line, self._focus.column)
        for grow, colour in ((0, self._theme.base), (1, self._theme.cursor), (2, self._theme.base)):
            painter.setPen(QColor(colour))
            painter.drawRect(cell.adjusted(-grow, -grow, grow - 1, grow - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """A cell is chosen, or a head sorts."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        cell = self.cell_at(at)
        if cell is not None:
            self._pick(*cell, worst=False)
        elif self._layout is not None and at.y() < HEAD_PX:
            column = self._layout.column_at(at.x())
            if column is not None:
                self.sort_wanted.emit(column)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """The worst frame of a cell; a head sorts again."""
        cell = self.cell_at(event.position().toPoint())
        if cell is None:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pick(*cell, worst=True)

    def _pick(self, line: int, column: int, *, worst: bool) -> None:
        assert self.board is not None  # noqa: S101 - there is a cell
        place = self.board.place_in(line, column)
        if place >= 0:
            self._focus = Focus(place, column if column >= 0 else self._focus.column)
            self.viewport().update()
            self.picked.emit(place, column, worst)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Say what is there."""
        at = event.position().toPoint()
        cell = self.cell_at(at)
        if cell is None or self.board is None:
            QToolTip.hideText()
        else:
            text = cell_tip(self.board, *cell)
            QToolTip.showText(self.viewport().mapToGlobal(at + QPoint(12, 8)), text, self.viewport())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - name of Qt
        """No tip where the mouse is not."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - name of Qt
        """Scroll; with Ctrl from all clips at once to readable lines and back."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.overview_wanted.emit(event.angleDelta().y() < 0)
            event.accept()
        else:
            super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        """The keys that move the focus are no shortcuts of the window while the heatmap has it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and own_keys(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name of Qt
        """Arrows, Page, Home and End move the focus, Enter goes to the worst frame, Ctrl+C copies, Escape leaves."""
        if not own_keys(event) or self.board is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_C:
            self.copy_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.window().setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._focus.place >= 0 and self.board.lines.line_of[self._focus.place] >= 0:
                self._pick(int(self.board.lines.line_of[self._focus.place]), self._focus.column, worst=True)
        else:
            visible = 1 if self._layout is None else self._layout.visible
            columns = min(MEAN + 2, self.board.numbers.chosen.columns)
            self.show_focus(moved(self.board.lines, self._focus, event, visible, columns))
