"""Starting Qt, opening the window, and drawing it without a person."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from core.errors import AnglescopeError, DataError, OutputError
from core.metrics.worst import worst_frames
from viewer.asking import demo_folder
from viewer.content import ClipContent
from viewer.panels.timeline.marks import worst_of_all
from viewer.scene.opengl import opengl_problem
from viewer.settings import Settings, load_settings
from viewer.view import View
from viewer.window import Window

__all__ = ["Shot", "run_window", "take_snapshots"]

_LOG = logging.getLogger(__name__)
_LOAD_MS = 120_000
_SETTLE_MS = 150
_LOOK_MS = 10


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the window.

    paths : what to open. out : PNG to write. clip : name, or empty for the first. frame : 0-based; -1 the worst one.
    change : of the view before the picture is taken. theme : dark or light. size : of the window, pixels. scored :
    wait until the table of clips is filled.
    """

    paths: tuple[Path, ...]
    out: Path
    clip: str = ""
    frame: int = 0
    change: Callable[[View], View] = field(default=lambda view: view)
    theme: str = "dark"
    size: tuple[int, int] = (1600, 1000)
    scored: bool = True


def run_window(paths: Sequence[Path]) -> int:
    """Open the window on ``paths``, else on what was open last, else on the demo; returns Qt's exit code."""
    application = _application()
    settings, line = load_settings()
    window = Window(settings, opengl_problem())
    window.show()
    if line:
        window.messages.say(line, "warning")
    with _our_bugs_in_one_line(window):
        QTimer.singleShot(0, window, lambda: window.bench.open(_first_paths(paths, settings)))
        window.manners.show_tour_once()
        return application.exec()


def _first_paths(paths: Sequence[Path], settings: Settings) -> list[Path]:
    last = Path(settings.last) if settings.last else None
    if paths:
        return list(paths)
    return [last if last is not None and last.exists() else demo_folder()]


def take_snapshots(shots: Sequence[Shot]) -> Iterator[Path]:
    """Draw the window for each shot and write its PNG; yields what was written.

    Needs a screen, real or virtual, for OpenGL; on Qt's platform ``offscreen`` skeletons are drawn in 2D. Nothing
    that the user has set is read or changed. Raises :class:`core.errors.AnglescopeError` where a path cannot be shown.
    """
    _application()
    problem = opengl_problem()
    for shot in shots:
        image = _drawn(shot, problem)
        shot.out.parent.mkdir(parents=True, exist_ok=True)
        if not image.save(str(shot.out)):
            raise OutputError(f"{shot.out}: the picture could not be written")
        yield shot.out


def _drawn(shot: Shot, problem: str | None) -> QImage:
    window = Window(msgspec.structs.replace(Settings(), theme=shot.theme), problem, score_clips=shot.scored)
    try:
        window.resize(*shot.size)
        window.show()
        said: list[str] = []
        window.bench.said.connect(lambda line, severity: said.append(line) if severity == "error" else None)
        window.bench.open(shot.paths, shot.clip)
        _wait(lambda: window.session.content is not None or bool(said))
        if said:
            raise AnglescopeError(said[0])
        _show_as_asked(window, shot)
        if shot.scored:
            _wait(window.bench.idle)
        _settle()
        return window.picture()
    finally:
        window.bench.close()
        window.forget()
        window.deleteLater()
        _settle()


def _show_as_asked(window: Window, shot: Shot) -> None:
    """Clip, frame and view of the shot. Raises :class:`DataError` for a clip or frame that is not there."""
    session, content = window.session, window.session.content
    if content is None or (shot.clip and content.name != shot.clip):
        raise DataError(f"no clip is called {shot.clip!r}", path=shot.paths[0])
    if shot.frame >= content.n_frames:
        raise DataError(f"no frame {shot.frame}", path=content.name, expected=f"0 to {content.n_frames - 1}")
    wanted = shot.change(session.view)
    again = wanted.engine != session.view.engine
    if again:
        session.show_content(None)
    session.show(wanted)
    if again:
        _wait(lambda: session.content is not None)
    session.seek(shot.frame if shot.frame >= 0 else _worst(content))


def _worst(content: ClipContent) -> int:
    """The frame with the largest angle error of any lifter; the first one where there are no errors."""
    errors = worst_of_all(content.measured, content.n_frames)
    return next(iter(worst_frames(errors, most=1)), 0)


def _wait(until: Callable[[], bool]) -> None:
    """Run the event loop until something holds. Raises :class:`AnglescopeError` where that takes too long."""
    clock = QElapsedTimer()
    clock.start()
    while not until():
        if clock.elapsed() > _LOAD_MS:
            raise AnglescopeError(f"nothing to draw after {_LOAD_MS // 1000} s")
        _run_for(_LOOK_MS)  # asleep in between: a loop that only looks would take a core from what is waited for


def _run_for(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _settle() -> None:
    """Let layouts, timers and repaints come to rest."""
    _run_for(_SETTLE_MS)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else done only where the main loop runs


def _application() -> QApplication:
    """The one application of the process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.services=false")
    application = QApplication(sys.argv[:1])
    application.setApplicationName("anglescope")
    application.setApplicationDisplayName("")
    return application


@contextmanager
def _our_bugs_in_one_line(window: Window) -> Iterator[None]:
    """A bug of ours becomes a line in the message area and a traceback in the log, and the window stays."""

    def told(kind: type[BaseException], error: BaseException, trace: object) -> None:
        _LOG.critical("unexpected error", exc_info=(kind, error, trace))  # type: ignore[arg-type]
        window.messages.say(f"internal error, please report it: {kind.__name__}: {error}", "error")

    def from_qt(kind: QtMsgType, _context: object, text: str) -> None:
        _LOG.log(logging.DEBUG if kind is QtMsgType.QtDebugMsg else logging.WARNING, "Qt: %s", text)

    before, sys.excepthook = sys.excepthook, told
    handler = qInstallMessageHandler(from_qt)
    try:
        yield
    finally:
        qInstallMessageHandler(handler)
        sys.excepthook = before
