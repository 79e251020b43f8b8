"""Starts the window as ``anglescope view DATASET`` does and tells when it can be used; run in a process of its own.

``python window_start.py DATASET`` prints JSON lines: ``usable``, the monotonic clock when the first clip was on screen
and the list of clips filled, with the resident memory then; ``idle``, the memory when all clips were scored.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from viewer import application
from viewer.cli import main
from viewer.content import ClipContent
from viewer.window import Window


class Watched(Window):
    """Tells, and closes when nothing is left to do."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self.session.content_changed.connect(self._on_first)

    def _on_first(self, content: ClipContent | None) -> None:
        if content is not None:
            self.session.content_changed.disconnect(self._on_first)
            QTimer.singleShot(0, self, self._usable)

    def _usable(self) -> None:
        QApplication.sync()  # painted, and with the screen's server
        told("usable", at=time.monotonic(), clips=self.clips.model.rowCount(), frames=self.session.content.n_frames)
        self._rest = QTimer(self)
        self._rest.timeout.connect(self._when_idle)
        self._rest.start(50)

    def _when_idle(self) -> None:
        if self.bench.idle():
            self._rest.stop()
            told("idle")
            self.forget()
            QApplication.quit()


def told(what: str, **more: float) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print(json.dumps({"what": what, "rss_mb": pages * resource.getpagesize() / 1e6, **more}), flush=True)


if __name__ == "__main__":
    application.Window = Watched
    sys.argv = ["anglescope", "view", *sys.argv[1:]]
    main()
