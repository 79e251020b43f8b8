"""Whether OpenGL works here, asked before anything of it is made."""

from __future__ import annotations

import os

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

__all__ = ["NO_OPENGL", "opengl_problem"]

NO_OPENGL = "ANGLESCOPE_NO_OPENGL"
"""Environment variable that, set to anything but 0, has skeletons drawn without OpenGL."""

_WITHOUT = ("offscreen", "minimal", "linuxfb", "vnc")
_LEAST = (2, 0)


def opengl_problem() -> str | None:
    """Why the scene cannot be drawn by OpenGL, one short phrase, or None where it can; needs the application."""
    if os.environ.get(NO_OPENGL, "0") not in ("", "0"):
        return f"{NO_OPENGL} is set"
    platform = QGuiApplication.platformName()
    if platform in _WITHOUT:
        return f"Qt's platform '{platform}' has none"
    context, surface = QOpenGLContext(), QOffscreenSurface()
    if not context.create():
        return "no context can be made; is a graphics driver installed?"
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        return "a context was made but cannot be used"
    version = context.format().version()
    context.doneCurrent()
    return None if tuple(version) >= _LEAST else f"version {version[0]}.{version[1]} is too old, 2.0 is needed"
