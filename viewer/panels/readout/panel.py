"""The read-out panel: at the current frame, per angle, reference, floor, and each lifter with error and uncertainty."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontInfo,
    QFontMetrics,
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
from viewer.panels.readout.backdrop import Look, Words, name_lines
from viewer.panels.readout.columns import (
    MEAN_LABEL,
    POSITION_LABELS,
    Group,
    Role,
    groups_of,
    stands_in,
    without_hidden,
    without_implied,
)
from viewer.panels.readout.geometry import Geometry, Measures, arranged
from viewer.panels.readout.letters import Letters, letters_of
from viewer.panels.readout.sheet import Sheet
from viewer.panels.readout.texts import row_text, table_text
from viewer.panels.readout.tips import angle_tip, group_tip
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View

__all__ = ["ReadoutPanel"]

_COPY_TABLE = QKeySequence("Ctrl+Shift+C")
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -N_ANGLES, Qt.Key.Key_End: N_ANGLES}


class ReadoutPanel(QAbstractScrollArea):
    """A table of the current frame. A click selects the angle, and in a lifter's columns the lifter too.

    Up, Down, Home and End select; Ctrl+C copies the selected row, Ctrl+Shift+C the table. Where the panel is narrow,
    first the letters get smaller, then values that reference and error imply are left out, then lifters scroll.
    """

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._content, self._frame = session.content, session.frame
        self._groups = groups_of(session.content) if session.content is not None else ()
        self._geometry: Geometry | None = None
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
        if (new.angle, new.lifter, new.hidden) != (old.angle, old.lifter, old.hidden):
            self._arrange()
        self.viewport().update()

    def show_frame(self, frame: int) -> None:
        """The numbers of another frame."""
        self._frame = frame
        self.viewport().update()

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
        """Make the table anew for the content, the view, the theme and the size."""
        self._say_what_it_is()
        self._geometry = self._sheet = None
        if self._content is not None:
            groups, letters, self._geometry = self._fitting(self._content)
            view = self._session.view
            look = Look(self._theme, view.angle, view.lifter, self.viewport().size(), self.devicePixelRatioF())
            self._sheet = Sheet(self._content, self._words(self._content, groups), self._geometry, letters, look)
        self._set_bars()
        self.viewport().update()

    def _fitting(self, content: ClipContent) -> tuple[tuple[Group, ...], Letters, Geometry]:
        """The fullest table that fits the width; the last, with the fewest columns, where none does."""
        pixels = QFontInfo(self.font()).pixelSize()
        every = without_hidden(self._groups, self._session.view.hidden)
        for groups, size in ((every, pixels), (every, pixels - 2), (without_implied(every), pixels)):
            letters = letters_of(self.font(), size)
            geometry = arranged(groups, _measured(content, letters), self.viewport().height(),
                                summary=content.reference is not None)  # fmt: skip
            if geometry.width <= self.width():
                break
        return groups, letters, geometry

    def _words(self, content: ClipContent, groups: tuple[Group, ...]) -> Words:
        second = {Role.REFERENCE: "stand-in" if stands_in(content) else "ISB"}
        heads = tuple((group.name, second.get(group.role, "")) for group in groups)
        hidden = len(self._groups) - len(groups)
        full = sum(len(group.columns) for group in without_hidden(self._groups, self._session.view.hidden))
        parts = (
            f"{hidden} hidden" if hidden else "", "" if content.reference is not None else "no reference",
            "wider shows values" if sum(len(group.columns) for group in groups) < full
            else f"{content.n_frames} frames, {content.fps:g} fps",
        )  # fmt: skip
        summary = (POSITION_LABELS[content.alignment], MEAN_LABEL) if content.reference is not None else ()
        return Words(content.angles, "  ·  ".join(part for part in parts if part), heads, summary)

    def _set_bars(self) -> None:
        """Ranges of the scroll bars."""
        view, table = self.viewport().size(), self._geometry
        for bar, whole, shown in (
            (self.horizontalScrollBar(), table.width if table else 0, view.width()),
            (self.verticalScrollBar(), table.height if table else 0, view.height()),
        ):
            bar.setRange(0, max(0, whole - shown))
            bar.setPageStep(shown)
            bar.setSingleStep(20)

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
        """Select the angle of a row, and the lifter of a column."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        row, group = self._under(event.position().toPoint())
        changes: dict[str, object] = {}
        if row is not None:
            changes["angle"] = row
        if group is not None and group.role is Role.LIFTER:
            changes["lifter"] = group.name
        if changes:
            self._session.update(**changes)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Nothing more: the press has selected."""
        event.accept()

    def _under(self, point: QPoint) -> tuple[int | None, Group | None]:
        """The angle and the group at a point of the view."""
        if self._geometry is None:
            return None, None
        scrolled = self._scrolled()
        place = self._geometry.place_at(point.x(), scrolled.x())
        below_top = point.y() + scrolled.y() >= self._geometry.top
        return self._geometry.row_at(point.y() + scrolled.y()), place.group if place and below_top else None

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
        """Copy by mouse."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy row", QKeySequence(QKeySequence.StandardKey.Copy), self.copy_row)
        menu.addAction("Copy table", _COPY_TABLE, self.copy_table)
        menu.setEnabled(self._content is not None)
        menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - name of Qt
        """Explain what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip_at(self, point: QPoint) -> str:
        """What there is to know about a point of the view: an angle's convention, or a source."""
        row, group = self._under(point)
        if self._content is None:
            return ""
        if row is not None:
            return angle_tip(self._content.angles[row], self._content, self._frame, row, group)
        return group_tip(group, self._content) if group is not None else ""


def _whole(event: QKeyEvent) -> bool:
    return QKeySequence(event.keyCombination()) == _COPY_TABLE


def _measured(content: ClipContent, letters: Letters) -> Measures:
    """Widths that the texts of a clip need in these letters."""
    metrics = QFontMetrics(letters.text)
    names = max(metrics.horizontalAdvance(line) for angle in content.angles for line in name_lines(angle))
    labels = max(metrics.horizontalAdvance(label) for label in (POSITION_LABELS[content.alignment], MEAN_LABEL))
    return Measures(letters.advance, letters.line, names, labels)
