"""The status line: what computes the angles and how long it took, what is running, and how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from viewer.content import ClipContent
from viewer.jobs import Progress
from viewer.notes import notes_of
from viewer.theme import Theme
from viewer.view import View
from viewer.wording import ALIGNED, POSITION_ERROR, SHOULDER

if TYPE_CHECKING:
    from viewer.workbench import Workbench

__all__ = ["StatusLine"]

_HIGH_PX = 28
_SCORING = "background scoring"


class StatusLine(QStatusBar):
    """Left: what is running, with a bar and a button that cancels it. Right: estimator, device, time per clip,
    convention of the shoulder, alignment.
    """

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(_HIGH_PX)
        self._bench = bench
        self._running: dict[str, str] = {}
        self.doing, self.bar, self.stop = QLabel(self), QProgressBar(self), QToolButton(self)
        self.bar.setFixedSize(140, 12)
        self.bar.setTextVisible(False)
        self.stop.setText("Cancel")
        self.stop.setToolTip("Stop what is running; what is finished is kept")
        self.stop.clicked.connect(bench.cancel)
        for widget in (self.doing, self.bar, self.stop):
            self.addWidget(widget)
        self.facts = QLabel(self)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.addPermanentWidget(self.facts)
        self.notes = QToolButton(self)
        self.notes.setAutoRaise(True)
        self.notes.hide()
        self.addPermanentWidget(self.notes)
        bench.jobs.started.connect(self._on_started)
        bench.jobs.progressed.connect(self._on_progress)
        bench.jobs.ended.connect(self._on_ended)
        bench.scores.progress.connect(self._on_scored)
        bench.scores.finished.connect(lambda: self._on_ended(_SCORING))
        self._refresh()

    def show_content(self, content: ClipContent | None) -> None:
        """What computed the clip on screen."""
        if content is None:
            self.facts.setText("")
            self.notes.hide()
            return
        aligned = f"{ALIGNED[content.alignment]}: {POSITION_ERROR[content.alignment]}"
        parts = (f"angles by {content.estimator} on {content.device}", f"{1000 * content.seconds:.0f} ms for this clip",
                 f"shoulder: {SHOULDER[content.shoulder]}", "" if content.reference is None else aligned)  # fmt: skip
        self.facts.setText("   ·   ".join(part for part in parts if part))
        notes = notes_of(content)
        count = sum(map(len, notes.values()))
        self.notes.setVisible(count > 0)
        self.notes.setText(f"{count} note{'' if count == 1 else 's'}")
        self.notes.setToolTip("\n".join(f"{who}: {line}" for who, lines in notes.items() for line in lines))

    def show_view(self, view: View) -> None:
        """Nothing of the view alone is shown: numbers on screen are described, not numbers to come."""

    def show_theme(self, theme: Theme) -> None:
        """Colours of the line."""
        self.setStyleSheet(f"QStatusBar {{ background: {theme.raised}; color: {theme.text}; }}"
                           "QStatusBar::item { border: none; }")  # fmt: skip
        self.facts.setStyleSheet(f"color: {theme.dim}; padding-right: 8px;")

    def _on_started(self, kind: str, title: str) -> None:
        self._running[kind] = title
        self.bar.setRange(0, 0)
        self._refresh()

    def _on_progress(self, kind: str, progress: Progress) -> None:
        if kind in self._running and progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.bar.setToolTip(progress.text)

    def _on_scored(self, done: int, total: int) -> None:
        if done >= total:
            self._on_ended(_SCORING)
            return
        self._running[_SCORING] = f"scoring {done} of {total} clips"
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self._refresh()

    def _on_ended(self, kind: str) -> None:
        self._running.pop(kind, None)
        self._refresh()

    def _refresh(self) -> None:
        self.doing.setText("   ·   ".join(self._running.values()))
        for widget in (self.doing, self.bar, self.stop):
            widget.setVisible(bool(self._running))
