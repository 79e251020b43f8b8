"""Garbage is collected in the GUI thread alone.

What is left of a closed window is a cycle of objects, among them Qt's. Python frees such cycles in whichever thread
happens to allocate, so that a worker may destroy pictures, fonts or a context of OpenGL, which may only be done in the
thread that made them: the process then crashes, there or later.
"""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

__all__ = ["Garbage"]

_EVERY_MS = 500
_OPEN = "open_garbage"


class Garbage(QObject):
    """While one is open Python does not collect by itself, and this does it in the GUI thread's event loop, as often
    as Python's own thresholds ask for. To be made there; as many as are wanted. One that is dropped is closed.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        _count(1)
        self._end = weakref.finalize(self, _count, -1)
        self._end.atexit = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is due."""
        due = [count > most > 0 for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(due):
            gc.collect(max(place for place, now in enumerate(due) if now))

    def close(self) -> None:
        """Leave it to Python again, unless others are open. No thread of ours may run Python code any more."""
        self._timer.stop()
        self._end()


def _count(more: int) -> None:
    """How many are open is known to the application, whose they all are."""
    application = QApplication.instance()
    if application is not None:
        n = (application.property(_OPEN) or 0) + more
        application.setProperty(_OPEN, n)
        (gc.disable if n else gc.enable)()
