"""Spans and marks in the window: the panel, the book of marks, and how they meet the timeline and the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog

from viewer.exporting import export_spans
from viewer.marks import MarkBook, go_to_mark
from viewer.panels.spans import SpansPanel
from viewer.view import Loop
from viewer.workbench import EXPORT

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["Marking"]


class Marking(QObject):
    """book : all named marks of what is open. panel : of numbers and marks."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.book = MarkBook(self)
        self.panel = SpansPanel(window.session, window.theme, window.bench.jobs, self.book)

    def begin(self) -> None:
        """Follow what is opened; the window is built."""
        window = self._window
        window.bench.opened.connect(self.book.open)
        window.session.content_changed.connect(lambda _content: self._show_named())
        self.book.changed.connect(self._show_named)
        self.book.said.connect(window.messages.say)
        self.panel.csv_asked.connect(self.ask_csv)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Escape that nothing below the window wanted takes in and out away."""
        view = self._window.session.view
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and view.span is not None
            and event.key() == Qt.Key.Key_Escape
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        ):
            self._window.session.update(span=None, loop=Loop.OFF if view.loop is Loop.SPAN else view.loop)
            return True
        return super().eventFilter(watched, event)

    def show(self, page: str) -> None:
        """Bring the panel to the front, with one of its pages."""
        self._window.docks.bring("spans")
        self.panel.show_page(page)

    def mark(self) -> None:
        """Keep the span or frame on screen, and let its name be typed."""
        self._window.docks.bring("spans")
        self.panel.mark()

    def beside(self, *, forward: bool) -> None:
        """Go to the next or the previous mark, also of another clip."""
        view = self._window.session.view
        mark = self.book.beside(view.clip, view.frame, view.span, forward=forward)
        if mark is not None:
            go_to_mark(self._window.session, mark)
            self.panel.marks.select(mark.key)

    def ask_csv(self) -> None:
        """Where to write all numbers of the span on screen."""
        now, workspace = self.panel.now, self._window.bench.workspace
        if now is None or workspace is None:
            return
        dialog = QFileDialog(self._window, "Export the numbers of this span", str(workspace.path.parent), "CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".csv")
        dialog.selectFile(f"{now.clip}_frames_{now.first}-{now.last}.csv")
        dialog.fileSelected.connect(lambda text: self.write_csv(Path(text)))
        dialog.open()

    def write_csv(self, path: Path) -> None:
        """Write the numbers of the span, and of A where one is pinned, with their provenance beside them."""
        window, panel = self._window, self.panel
        content, workspace = window.session.content, window.bench.workspace
        if content is None or workspace is None or panel.now is None:
            return
        spans = [("A", panel.pinned.sources)] if panel.pinned is not None else []
        spans.append(("B" if spans else "", panel.now.sources))
        work = export_spans(spans, content, workspace, window.session.view.engine, path)
        window.bench.jobs.run(EXPORT, f"writing {path.name}", work,
                              lambda written: window.messages.say(f"written: {written}", "info"),
                              lambda line: window.messages.say(line, "error"))  # fmt: skip

    def _show_named(self) -> None:
        content = self._window.session.content
        self._window.timeline.bar.show_named(() if content is None else self.book.of_clip(content.name))
