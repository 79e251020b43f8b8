"""The panel: which span, its numbers by lifter or angle, and the named marks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget
from superqt import QElidingLabel, QFlowLayout

from viewer.content.records import ClipContent
from viewer.jobs import Jobs
from viewer.marks import MarkBook
from viewer.panels.spans.finding import Finding
from viewer.panels.spans.marks_page import MarksPage
from viewer.panels.spans.model import NumbersModel
from viewer.panels.spans.numbers import FLOOR, Measured, Row, Rows, rows_of
from viewer.panels.spans.table import NumbersTable, style_of
from viewer.panels.spans.texts import markdown, tabbed
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View

__all__ = ["SpansPanel"]

_HOW = "drag with Shift in a plot, a heatmap or the timeline"
_PALE_ALPHA = 120
_NO_ERRORS = "There is no reference, so there are no errors to sum up."


class SpansPanel(QWidget):
    """See :class:`viewer.panels.base.Panel`. Numbers of the span between in and out, of the whole clip where there is
    none. A click on a row selects its lifter or angle; Ctrl+C copies the table.

    book : of the named marks. buttons : ``lifters``, ``angles``, ``marks``, ``pin``, ``mark``, ``copy``, ``csv``.
    now, pinned : numbers of the span on screen (B) and of the one that it is held against (A), or None.
    ``csv_asked()`` the numbers shall be written to a file.
    """

    csv_asked = Signal()

    def __init__(self, session: Session, theme: Theme, jobs: Jobs, book: MarkBook) -> None:
        super().__init__()
        self._session, self._theme, self._book = session, theme, book
        self._content: ClipContent | None = None
        self._kind, self._stale = Rows.LIFTERS, False
        self.now: Measured | None = None
        self.pinned: Measured | None = None
        self._finding = Finding(jobs, self)
        self._finding.found.connect(self._on_found)
        self.model = NumbersModel(theme, self)
        self.table = NumbersTable(self.model, self)
        self.marks = MarksPage(session, book, theme, self)
        self._pages = QStackedWidget()
        self._of, self._against, self._empty = QElidingLabel(), QElidingLabel(), QLabel(_NO_ERRORS)
        self.buttons = {name: self._button(text, tip, does) for name, text, tip, does in self._offers()}
        self._arrange()
        self.table.chosen.connect(self._on_chosen)
        self.table.copied.connect(self.copy)
        self.show_theme(theme)
        self.show_content(session.content)

    # -- what the window tells -----------------------------------------------------------------------------------
    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, or the same one computed again."""
        self._content = content
        self._ask(at_once=True)

    def show_view(self, new: View, old: View) -> None:
        """Another span, or another selection in the same numbers."""
        if new.span != old.span:
            self._ask(at_once=False)
        if (new.angle, new.lifter, new.hidden) != (old.angle, old.lifter, old.hidden):
            self._show()

    def show_frame(self, frame: int) -> None:
        """Nothing to do: a span does not depend on the frame."""

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the numbers follow with the whole clip, once the joint is let go."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.model.show_theme(theme)
        self.marks.show_theme(theme)
        self.setStyleSheet(style_of(theme) + (
            f"QToolButton {{ border: 1px solid {theme.grid}; padding: 2px 5px; color: {theme.text};"
            f" background: {theme.window}; font-size: 11px; }}"
            f"QToolButton:checked {{ background: {theme.raised}; border-color: {theme.dim}; }}"
            f"QToolButton:hover {{ border-color: {theme.dim}; }}"
            f"QToolButton:focus {{ border-color: {theme.accent}; }}"
            f"QToolButton:disabled {{ color: {_pale(theme.dim)}; }}"
            f"QToolButton::menu-button {{ border: none; width: 12px; }}"
        ))  # fmt: skip
        self._empty.setStyleSheet(f"color: {theme.dim}")
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What changed while it could not be seen."""
        super().showEvent(event)
        if self._stale:
            self._ask(at_once=True)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a name and three numbers."""
        return QSize(260, 130)

    # -- what the user does --------------------------------------------------------------------------------------
    def show_page(self, name: str) -> None:
        """One of ``lifters``, ``angles`` and ``marks``."""
        self.buttons[name].setChecked(True)
        if name != "marks":
            self._kind = Rows(name)
        self._show()

    def pin(self) -> None:
        """Hold the span on screen as A, against which others are compared as B."""
        if self.now is not None:
            self.pinned = self.now
            self._show()

    def unpin(self) -> None:
        """Compare no more."""
        self.pinned = None
        self._show()

    def mark(self) -> None:
        """Keep the span on screen, or the frame where there is none, and ask for its name."""
        content, view = self._content, self._session.view
        if content is None:
            return
        first, last = view.span or (view.frame, view.frame)
        made = self._book.add(content.name, first, last)
        if made is not None:
            self.show_page("marks")
            self.marks.name(made.key)

    def copy(self) -> None:
        """The table on the clipboard, with heads and units, separated by tabs."""
        QGuiApplication.clipboard().setText(tabbed(self.title(), self.rows()))

    def copy_markdown(self) -> None:
        """The same as a Markdown table."""
        QGuiApplication.clipboard().setText(markdown(self.title(), self.rows()))

    def rows(self) -> tuple[Row, ...]:
        """The lines of the table."""
        if self.now is None:
            return ()
        view = self._session.view
        return rows_of(self._kind, self.now, self.pinned, view.angle, self._lifter(), view.hidden)

    def title(self) -> str:
        """Clip, spans, and whose or which angle's numbers these are, in one line."""
        if self.now is None:
            return ""
        parts = [self.now.clip]
        if self.pinned is not None:
            other = "" if self.pinned.clip == self.now.clip else f"{self.pinned.clip} "
            parts += [f"A: {other}{self.pinned.text}", f"B: {self.now.text}"]
        else:
            parts.append(("whole clip, " if self.now.whole else "") + self.now.text)
        return " · ".join([*parts, self._what()])

    # -- inside --------------------------------------------------------------------------------------------------
    def _offers(self) -> tuple[tuple[str, str, str, Callable[[], object]], ...]:
        return (
            ("lifters", "Lifters", "Every lifter at the selected angle", lambda: self.show_page("lifters")),
            ("angles", "Angles", "Every angle of the selected lifter", lambda: self.show_page("angles")),
            ("marks", "Marks", "Named spans and moments", lambda: self.show_page("marks")),
            ("pin", "Pin as A", "Hold this span, to compare another one with it", self._toggle_pin),
            ("mark", "Mark", "Keep this span, or the frame where there is none, under a name (Ctrl+M)", self.mark),
            ("copy", "Copy", "The table for a spreadsheet (Ctrl+C)", self.copy),
            ("csv", "CSV…", "All numbers of the span, of every lifter and angle, in a file", self.csv_asked.emit),
        )

    def _button(self, text: str, tip: str, does: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tip)
        button.clicked.connect(does)
        return button

    def _arrange(self) -> None:
        group = QButtonGroup(self)
        for name in ("lifters", "angles", "marks"):
            self.buttons[name].setCheckable(True)
            group.addButton(self.buttons[name])
        self.buttons["lifters"].setChecked(True)
        menu = QMenu(self.buttons["copy"])
        menu.addAction("Copy for a spreadsheet", self.copy)
        menu.addAction("Copy as Markdown", self.copy_markdown)
        self.buttons["copy"].setMenu(menu)
        self.buttons["copy"].setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self.table, self.marks, self._empty):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 0)
        column.setSpacing(2)
        buttons = QFlowLayout()
        buttons.setContentsMargins(8, 0, 8, 0)
        buttons.setSpacing(3)
        for button in self.buttons.values():
            buttons.addWidget(button)
        column.addLayout(buttons)
        for label in (self._of, self._against):
            label.setContentsMargins(8, 0, 8, 0)
            column.addWidget(label)
        column.addWidget(self._pages, 1)

    def _ask(self, *, at_once: bool) -> None:
        self._stale = not self.isVisible()
        if self._stale:
            self._finding.forget()
        else:
            self._finding.ask(self._content, self._session.view.span, at_once=at_once)

    def _on_found(self, found: Measured | None) -> None:
        self.now, pinned = found, self.pinned
        if pinned is not None and found is not None and found.made_with != pinned.made_with:
            self.pinned = None  # numbers that were made in another way are no match for these
        self._show()

    def _lifter(self) -> str:
        """The selected lifter, or the first."""
        lifter, names = self._session.view.lifter, () if self.now is None else self.now.names
        first = next((name for name in names if name != FLOOR), FLOOR)
        return lifter if lifter in names else first

    def _what(self) -> str:
        """Which angle, or whose numbers."""
        if self._kind is Rows.ANGLES:
            return self._lifter()
        return "" if self.now is None else self.now.angles[self._session.view.angle].title

    def _show(self) -> None:
        """Everything anew from the numbers that are there."""
        now, pinned, content = self.now, self.pinned, self._content
        marks = self.buttons["marks"].isChecked()
        page = self.marks if marks else self._empty if now is None and content is not None else self.table
        self._pages.setCurrentWidget(page)
        for name, possible in (("copy", now is not None and not marks), ("csv", now is not None),
                               ("pin", now is not None), ("mark", content is not None)):  # fmt: skip
            self.buttons[name].setEnabled(possible)
        self.buttons["pin"].setText("Pin as A" if pinned is None else "Unpin A")
        self._of.setText(self._said_of_now())
        self._of.setToolTip(self._of.text())
        self._against.setVisible(pinned is not None and not marks)
        if pinned is not None and now is not None:
            other = "" if pinned.clip == now.clip else f"{pinned.clip} "
            said = f"A: {other}{pinned.short}   ▲ B is worse  ▼ A is worse"
            self._against.setText(said)
            self._against.setToolTip(said)
        tracks = () if content is None else content.tracks
        selected: str | int = self._lifter() if self._kind is Rows.LIFTERS else self._session.view.angle
        self.model.show_rows(self.rows(), selected, {FLOOR: -2, **{track.name: track.colour for track in tracks}})

    def _said_of_now(self) -> str:
        now = self.now
        if now is None:
            return ""
        if self.pinned is not None:
            said = f"B: {'whole clip, ' if now.whole else ''}{now.text}"
        else:
            said = f"Whole clip: {now.text}" if now.whole else now.text[0].upper() + now.text[1:]
        if self.buttons["marks"].isChecked():
            return said
        hint = f" · {_HOW} for a span" if now.whole and self.pinned is None else ""
        return f"{said} · {self._what()}{hint}"

    def _toggle_pin(self) -> None:
        if self.pinned is None:
            self.pin()
        else:
            self.unpin()

    def _on_chosen(self, row: int) -> None:
        """The lifter or angle of a row is selected everywhere."""
        key = self.model.rows[row].key
        if isinstance(key, int):
            if self.now is not None and key < len(self.now.angles):
                self._session.update(angle=key)
        elif key != FLOOR:
            self._session.update(lifter=key)


def _pale(colour: str) -> str:
    made = QColor(colour)
    return f"rgba({made.red()}, {made.green()}, {made.blue()}, {_PALE_ALPHA})"
