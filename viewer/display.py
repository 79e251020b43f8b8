"""Is there a screen to open windows on, and a virtual one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["has_screen", "virtual_screen"]

_WAIT_S = 20


def has_screen() -> bool:
    """True where windows can be shown: always on Windows and macOS, elsewhere where a display is named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def virtual_screen(width: int = 1920, height: int = 1200) -> Iterator[bool]:
    """A virtual X screen for a while, with ``DISPLAY`` set to it; yields False, and does nothing, without Xvfb.

    OpenGL works on it (by Mesa, in software), which Qt's own platform ``offscreen`` does not offer. The server ends
    by itself when the last program has left it: one that Qt is connected to must not be taken from under it.
    """
    program = shutil.which("Xvfb")
    if program is None:
        yield False
        return
    read, write = os.pipe()
    server = subprocess.Popen(  # noqa: S603 - found on PATH, fixed arguments
        [program, "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-terminate"],
        pass_fds=(write,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    before = os.environ.get("DISPLAY")
    try:
        number = _number(read)
        if number:
            os.environ["DISPLAY"] = f":{number}"
        yield bool(number)
    finally:
        if before is None:
            os.environ.pop("DISPLAY", None)
        else:
            os.environ["DISPLAY"] = before
        if _qt_is_running():
            threading.Thread(target=server.wait, name="virtual screen", daemon=True).start()
        else:
            server.terminate()
            server.wait(timeout=_WAIT_S)


def _qt_is_running() -> bool:
    """True where this process has made a Qt application; Qt is not imported for the question."""
    gui = sys.modules.get("PySide6.QtGui")
    return gui is not None and gui.QGuiApplication.instance() is not None


def _number(read: int) -> str:
    """The number that the server chose, or nothing where it ended without one."""
    with os.fdopen(read) as pipe:
        return pipe.readline().strip()
