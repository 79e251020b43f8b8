"""When the numbers of a span are computed: seldom enough while it is dragged, and never for long on the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.content.records import ClipContent
from viewer.jobs import Jobs, Progress, Work
from viewer.panels.spans.numbers import Measured, measured

__all__ = ["Finding"]

_EVERY_MS = 60
_MOST_AT_ONCE = 8_000
"""Frames times sources that take about as long as a picture; more are left to a worker."""

_KIND = "spans"


class Finding(QObject):
    """Computes what was asked for last. Signal: ``found(Measured or None)``."""

    found = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._wanted: tuple[ClipContent, tuple[int, int] | None] | None = None
        self._content: ClipContent | None = None
        self._busy = False
        jobs.ended.connect(self._on_ended)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._go)

    @property
    def waiting(self) -> bool:
        """Whether something that was asked for is not there yet."""
        return self._wanted is not None or self._busy

    def ask(self, content: ClipContent | None, span: tuple[int, int] | None, *, at_once: bool) -> None:
        """Want the numbers of a span. at_once : it is no drag, of which many more may come."""
        self._content = content
        if content is None:
            self._wanted = None
            self.found.emit(None)
            return
        self._wanted = content, span
        if at_once:
            self._go()
        elif not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """What was asked for is not wanted any more."""
        self._wanted = None

    def _go(self) -> None:
        if self._wanted is None or self._busy:
            return  # the answer on its way starts the next
        (content, span), self._wanted = self._wanted, None
        frames = content.n_frames if span is None else span[1] - span[0] + 1
        if frames * len(content.evaluations) <= _MOST_AT_ONCE:
            self.found.emit(measured(content, span))
            return
        self._busy = True
        self._jobs.run(_KIND, "numbers of the span", _work(content, span), lambda found: self._on_done(content, found),
                       lambda _line: self._on_done(content, None))  # fmt: skip

    def _on_ended(self, kind: str) -> None:
        """It came to its end, or somebody cancelled it."""
        if kind == _KIND:
            self._busy = False

    def _on_done(self, content: ClipContent, found: Measured | None) -> None:
        """Show it, also where more is wanted by now: a long drag is followed on its way."""
        if content is self._content:
            self.found.emit(found)
        if self._wanted is not None and not self._timer.isActive():
            self._go()


def _work(content: ClipContent, span: tuple[int, int] | None) -> Work[Measured | None]:
    yield Progress()
    return measured(content, span)
