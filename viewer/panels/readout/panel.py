"""The read-out panel: at the current frame, per angle, reference, floor, and each lifter with error and uncertainty."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QMenu, QToolTip

from core.conventions import N_ANGLES
from viewer.content.records import ClipContent
from viewer.panels.readout.backdrop import Look, Words
from viewer.panels.readout.caveats_popup import CaveatsPopup
from viewer.panels.readout.columns import MEAN_LABEL, POSITION_LABELS, Group, Role, groups_of, without_hidden
from viewer.panels.readout.fitting import Fitted, fitted
from viewer.panels.readout.sheet import Sheet
from viewer.panels.readout.texts import aside_texts, frame_text, row_text, table_text
from viewer.panels.readout.tips import angle_tip, caveats_tip
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View

__all__ = ["ReadoutPanel"]

_COPY_TABLE = QKeySequence("Ctrl+Shift+C")
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -N_ANGLES, Qt.Key.Key_End: N_ANGLES}


class ReadoutPanel(QAbstractScrollArea):
    """A table of the current frame. A click selects the angle, and in a lifter's columns the lifter too.

    Up, Down, Home and End select; Ctrl+C copies the selected row, Ctrl+Shift+C the table. Where the panel is narrow,
    first the letters get smaller, then values that reference and error imply are left out, then uncertainties, and
    only then lifters scroll. A mark in the head of a source opens what there is to know about it.
    ``convention_asked(column)`` by the menu of a row.
    """

    convention_asked = Signal(int)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._content, self._frame = session.content, session.frame
        self._groups = groups_of(session.content) if session.content is not None else ()
        self._table: Fitted | None = None
        self._sheet: Sheet | None = None
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(220, 160)
        self.setAccessibleName("Read-out")
        self._say_what_it_is()

    def sizeHint(self) -> QSize:  # noqa: N802 - name of Qt
        """Room for three lifters with all columns."""
        return QSize(580, 340)

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, or none."""
        self._content, self._frame = content, self._session.frame
        self._groups = groups_of(content) if content is not None else ()
        self._arrange()

    def show_view(self, new: View, old: View) -> None:
        """The selected angle or lifter, or what is hidden."""
        self._frame = new.frame
        if new.hidden != old.hidden:
            self._arrange()
        elif (new.angle, new.lifter) != (old.angle, old.lifter):
            self._draw()
            self._reveal(new.angle)
        self.viewport().update()

    def show_frame(self, frame: int) -> None:
        """The numbers of another frame."""
        self._frame = frame
        self.viewport().update()

    def show_edit(self, content: ClipContent) -> None:
        """Other numbers at this frame; while one joint is dragged they come in the arrays that are here already."""
        if content is self._content and self._sheet is not None and self._sheet.fits(self._frame):
            self.viewport().update()
        else:
            self.show_content(content)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._arrange()

    def text(self) -> str:
        """The whole table at this frame, tab-separated; empty without a clip."""
        return table_text(self._content, self._frame) if self._content is not None else ""

    def _say_what_it_is(self) -> None:
        """For screen readers: what the panel is, and the selected angle."""
        selected = ""
        if self._content is not None and 0 <= self._session.view.angle < N_ANGLES:
            selected = f" Selected: {self._content.angles[self._session.view.angle].title}."
        self.setAccessibleDescription(
            f"Reference, floor, and each lifter's value, error and uncertainty at the current frame.{selected}"
        )

    def _arrange(self) -> None:
        """Make the table anew for the content, what is hidden, and the size."""
        self._table = None
        if self._content is not None:
            groups = without_hidden(self._groups, self._session.view.hidden)
            bar = self.verticalScrollBar().sizeHint().width()
            self._table = fitted(self._content, groups, self.font(), self.size(), bar)
        self._set_bars()
        self._draw()

    def _draw(self) -> None:
        """What stays from frame to frame, with the selection."""
        self._say_what_it_is()
        self._sheet = None
        if self._content is not None and self._table is not None:
            view = self._session.view
            look = Look(self._theme, view.angle, view.lifter, self.viewport().size(), self.devicePixelRatioF())
            self._sheet = Sheet(self._content, self._words(self._content, self._table), self._table, look)
        self.viewport().update()

    def _reveal(self, angle: int) -> None:
        """Scroll so that the row of an angle can be seen."""
        bar = self.verticalScrollBar()
        if self._table is not None and bar.maximum() > 0 and 0 <= angle < N_ANGLES:
            table = self._table.geometry
            first = table.row_top(angle) - table.row_top(0)
            room = self.viewport().height() - table.row_top(0) - table.foot
            bar.setValue(min(max(bar.value(), first + table.row - room), first))

    def _words(self, content: ClipContent, table: Fitted) -> Words:
        summary = (POSITION_LABELS[content.alignment], MEAN_LABEL) if content.reference is not None else ()
        return Words(content.angles, self._aside(content, table), len(frame_text(content, content.n_frames - 1)),
                     summary)  # fmt: skip

    def _aside(self, content: ClipContent, table: Fitted) -> tuple[str, ...]:
        return aside_texts(content, len(self._groups) - len(table.geometry.places), table.left_out)

    def _set_bars(self) -> None:
        """Ranges of the scroll bars by the size of the panel: with the bars of before, neither might ever go."""
        table = self._table.geometry if self._table is not None else None
        width, height = (table.width, table.height) if table is not None else (0, 0)
        bar = self.verticalScrollBar().sizeHint().width()
        wide = width > self.width() - (bar if height > self.height() else 0)
        high = height > self.height() - (bar if wide else 0)
        shown_x, shown_y = self.width() - (bar if high else 0), self.height() - (bar if wide else 0)
        for each, whole, shown in ((self.horizontalScrollBar(), width, shown_x),
                                   (self.verticalScrollBar(), height, shown_y)):  # fmt: skip
            each.setRange(0, max(0, whole - shown))
            each.setPageStep(shown)
            each.setSingleStep(20)

    def _scrolled(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - name of Qt
        """The table, or that there is none."""
        del event
        painter = QPainter(self.viewport())
        if self._sheet is None:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.base))
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "no clip")
        else:
            self._sheet.paint(painter, self._frame, self._scrolled())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.accent)))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """The columns and rows that now fit."""
        del event
        self._arrange()
        self._reveal(self._session.view.angle)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - name of Qt
        """Paint anew: a part of the table stays where it is."""
        del dx, dy
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - name of Qt
        """Show the frame of the focus."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - name of Qt
        """Take it away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Select the angle of a row, and the lifter of a column; a mark opens what it stands for."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        marked = self._marked_at(point)
        if marked is not None:
            self.show_caveats(marked)
            return
        row, group = self._under(point)
        changes: dict[str, object] = {}
        if row is not None:
            changes["angle"] = row
        if group is not None and group.role is Role.LIFTER:
            changes["lifter"] = group.name
        if changes:
            self._session.update(**changes)

    def show_caveats(self, index: int) -> None:
        """Open what there is to know about a source, by its place among those that are shown."""
        if self._table is not None:
            spot = self._table.heads.every[index].spot
            below = QPoint(spot.left() - self._scrolled_at(index), spot.bottom() + 4)
            CaveatsPopup(self._table.caveats[index], self._theme, self).open_at(self.viewport().mapToGlobal(below))

    def _scrolled_at(self, index: int) -> int:
        """By how much the source at a place is scrolled to the left."""
        fixed = self._table is not None and index < self._table.geometry.n_fixed
        return 0 if fixed else self.horizontalScrollBar().value()

    def _marked_at(self, point: QPoint) -> int | None:
        """The source whose mark is at a point of the view."""
        if self._table is None:
            return None
        fixed = point.x() < self._table.geometry.fixed_width
        return self._table.heads.marked_at(point.x() + (0 if fixed else self._scrolled().x()), point.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Nothing more: the press has selected."""
        event.accept()

    def _under(self, point: QPoint) -> tuple[int | None, Group | None]:
        """The angle and the group at a point of the view."""
        if self._table is None:
            return None, None
        table, scrolled = self._table.geometry, self._scrolled()
        place = table.place_at(point.x(), scrolled.x())
        in_rows = table.row_top(0) <= point.y() < min(self.viewport().height(), table.height) - table.foot
        row = table.row_at(point.y() + scrolled.y()) if in_rows else None
        return row, place.group if place and point.y() >= table.top else None

    def event(self, event: QEvent) -> bool:
        """Keys that are used here are not the window's while the panel has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._uses(event):
            event.accept()
            return True
        return super().event(event)

    @staticmethod
    def _uses(event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return (plain and event.key() in _MOVES) or event.matches(QKeySequence.StandardKey.Copy) or _whole(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name of Qt
        """Select another angle, or copy."""
        if not self._uses(event):
            event.ignore()  # arrows to the sides and all others are the window's
        elif _whole(event):
            self.copy_table()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_row()
        else:
            moved = self._session.view.angle + _MOVES[Qt.Key(event.key())]
            self._session.update(angle=min(max(0, moved), N_ANGLES - 1))

    def copy_row(self) -> None:
        """Put the selected angle with its heads on the clipboard, tab-separated."""
        if self._content is not None and 0 <= self._session.view.angle < N_ANGLES:
            QGuiApplication.clipboard().setText(row_text(self._content, self._frame, self._session.view.angle))

    def copy_table(self) -> None:
        """Put the whole table on the clipboard, tab-separated."""
        if self._content is not None:
            QGuiApplication.clipboard().setText(self.text())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - name of Qt
        """Copy, and what there is to know about a source, without its mark."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy row", QKeySequence(QKeySequence.StandardKey.Copy), self.copy_row)
        menu.addAction("Copy table", _COPY_TABLE, self.copy_table)
        menu.addSeparator()
        if self._content is not None:
            row = self._row_asked(event)
            menu.addAction(f"Convention of {self._content.angles[row].title.lower()}…").setData(("convention", row))
        for index, caveats in enumerate(self._table.caveats if self._table is not None else ()):
            if caveats.lines:
                menu.addAction(f"Notes on {caveats.title}…").setData(("caveats", index))
        menu.triggered.connect(self._on_chosen)  # no closure over the panel, which would outlive it in the menu
        menu.setEnabled(self._content is not None)
        menu.popup(event.globalPos())

    def _on_chosen(self, action: QAction) -> None:
        what, which = action.data() or ("", 0)
        if what == "caveats":
            self.show_caveats(which)
        elif what == "convention":
            self.convention_asked.emit(which)

    def _row_asked(self, event: QContextMenuEvent) -> int:
        """The angle that a menu is for: under the mouse, else the selected one."""
        row = self._under(event.pos())[0] if event.reason() is QContextMenuEvent.Reason.Mouse else None
        return self._session.view.angle if row is None else row

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - name of Qt
        """Explain what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip_at(self, point: QPoint) -> str:
        """What there is to know about a point of the view: an angle's convention, a source, or what is not shown."""
        if self._content is None or self._table is None:
            return ""
        if point.y() < self._table.geometry.top:
            return f"{self._content.n_frames} frames  ·  {self._aside(self._content, self._table)[0]}"
        row, group = self._under(point)
        if row is not None:
            return angle_tip(self._content.angles[row], self._content, self._frame, row, group)
        if group is None:
            return ""
        more = "<br><i>Click the mark to copy this.</i>" if self._marked_at(point) is not None else ""
        return caveats_tip(self._table.caveats_of(group)) + more


def _whole(event: QKeyEvent) -> bool:
    return QKeySequence(event.keyCombination()) == _COPY_TABLE
