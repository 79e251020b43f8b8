"""aitviewer as a peer: the skeletons of a clip in its window, milliseconds per frame change.

Run by itself: ``python aitviewer_scene.py CLIP.npz WIDTH HEIGHT [plain]``; plain leaves out shadows, floor and
multisampling. Prints one line of JSON. A frame change is: set the frame, render, swap, until the graphics have
finished.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time

import numpy as np
from aitviewer.configuration import CONFIG

CONFIG.update_conf({"vsync": False, "z_up": True, "device": "cpu"})  # not held up by a refresh rate

from aitviewer.renderables.skeletons import Skeletons  # noqa: E402 - configured before
from aitviewer.utils.pyqt6_window import PyQt6Window  # noqa: E402
from aitviewer.viewer import Viewer  # noqa: E402
from moderngl_window.context.base import BaseWindow  # noqa: E402

COLOURS = ((0.4, 0.4, 0.4, 1.0), (0.9, 0.6, 0.0, 1.0), (0.35, 0.7, 0.9, 1.0), (0.0, 0.6, 0.5, 1.0))


def main(clip: str, width: int, height: int, plain: bool) -> None:
    data = np.load(clip)
    viewer = opened(data, (width, height), plain)
    for frame in data["steps"][:5]:
        show(viewer, int(frame))
    milliseconds = []
    for frame in data["steps"]:
        begin = time.perf_counter()
        show(viewer, int(frame))
        milliseconds.append(1000 * (time.perf_counter() - begin))
    moved = np.any(drawn(viewer, int(data["steps"][0])) != drawn(viewer, int(data["steps"][1])))
    print(json.dumps({"ms": milliseconds, "version": importlib.metadata.version("aitviewer"), "moved": bool(moved)}))


def opened(data: np.lib.npyio.NpzFile, size: tuple[int, int], plain: bool) -> Viewer:
    PyQt6Window.init_mgl_context = on_screen
    viewer = Viewer(size=size, samples=0) if plain else Viewer(size=size)
    viewer.shadows_enabled = viewer.scene.floor.enabled = not plain
    for joints, colour in zip(data["joints_m"], COLOURS, strict=True):
        viewer.scene.add(Skeletons(joints, data["bones"], color=colour))
    viewer._init_scene()
    viewer.scene.camera.target = np.array([0.0, 0.0, 0.9])
    viewer.scene.camera.position = np.array([1.0, -3.0, 1.4])
    return viewer


def on_screen(window: PyQt6Window) -> None:
    """Without a window manager the window is shown a moment later, and has no context before."""
    while not window._widget.isExposed():
        window._app.processEvents()
    window._widget.makeCurrent()
    BaseWindow.init_mgl_context(window)


def render(viewer: Viewer, frame: int) -> None:
    viewer.scene.current_frame_id = frame
    viewer.window.clear()
    viewer.window.render(0.0, 1 / 60)


def show(viewer: Viewer, frame: int) -> None:
    render(viewer, frame)
    viewer.window.swap_buffers()
    viewer.ctx.finish()


def drawn(viewer: Viewer, frame: int) -> np.ndarray:
    """Pixels of a frame before they are shown."""
    render(viewer, frame)
    viewer.ctx.finish()
    return np.frombuffer(viewer.window.fbo.read(viewport=(0, 0, *viewer.window.buffer_size)), np.uint8)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "plain" in sys.argv[4:])
