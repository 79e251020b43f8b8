"""Work for a dialog off the GUI thread: one piece at a time, and only the newest that was asked for counts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal

from core.errors import AnglescopeError

__all__ = ["Latest"]

_LOG = logging.getLogger(__name__)


class _Messenger(QObject):
    """Carries one result from a worker; belongs to the application, so that a dialog can go before it comes."""

    ended = Signal(int, object, str)


class _Task(QRunnable):
    """Calls one function; never touches a widget."""

    def __init__(self, number: int, function: Callable[[], object], messenger: _Messenger) -> None:
        super().__init__()
        self._number, self._function, self._messenger = number, function, messenger

    def run(self) -> None:
        """Call it, and tell its result or its error in one line."""
        result, error = None, ""
        try:
            result = self._function()
        except AnglescopeError as problem:
            error = str(problem)
        except Exception as problem:
            _LOG.exception("work of a dialog failed")
            error = f"internal error, please report it: {type(problem).__name__}: {problem}"
        with suppress(RuntimeError):  # the application has ended meanwhile
            self._messenger.ended.emit(self._number, result, error)


class Latest(QObject):
    """Runs functions one after the other; what is asked for while one runs replaces what waits.

    ``ended(result, error)`` comes in the GUI thread for the newest only; error is one line, empty where there is a
    result. Nothing waits for a function that is not wanted any more.
    """

    ended = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._busy = False
        self._waiting: Callable[[], object] | None = None

    def run(self, function: Callable[[], object]) -> None:
        """Call the function on a worker as soon as none runs; results of earlier ones are dropped."""
        self._number += 1
        self._waiting = function
        self._start()

    def drop(self) -> None:
        """Want nothing any more."""
        self._number += 1
        self._waiting = None

    def _start(self) -> None:
        if self._busy or self._waiting is None:
            return
        function, self._waiting = self._waiting, None
        self._busy = True
        messenger = _Messenger(QCoreApplication.instance())
        messenger.ended.connect(self._on_end)
        messenger.ended.connect(messenger.deleteLater)
        QThreadPool.globalInstance().start(_Task(self._number, function, messenger))

    def _on_end(self, number: int, result: object, error: str) -> None:
        self._busy = False
        if number == self._number:
            self.ended.emit(result, error)
        self._start()
