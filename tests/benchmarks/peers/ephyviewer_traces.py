"""ephyviewer as a peer: the curves of a clip in its trace view, milliseconds per frame change.

Run by itself: ``python ephyviewer_traces.py CLIP.npz WIDTH HEIGHT``. Prints one line of JSON. A frame change is: seek
in its toolbar, until its worker has sent the curves and they are painted. One view holds all channels, the way that is
the fastest, and shows as many seconds as the clip has.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

import ephyviewer  # isort: skip - takes the binding that is there


class Paints(QObject):
    """Counts paint events of a widget."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def main(clip: str, width: int, height: int) -> None:
    data = np.load(clip)
    fps, curves = float(data["fps"]), data["curves_deg"]
    channels = np.ascontiguousarray(curves.transpose(1, 2, 0).reshape(curves.shape[1], -1))
    application = QApplication([])
    window = ephyviewer.MainViewer()
    view = ephyviewer.TraceViewer.from_numpy(channels, fps, 0.0, "angles")
    window.add_view(view)
    view.params["xsize"] = len(channels) / fps
    view.params["display_labels"] = False
    view.params["scale_mode"] = "same_for_all"
    view.auto_scale()
    window.resize(width, height)
    window.show()
    for _ in range(20):
        application.processEvents()
        time.sleep(0.02)
    paints = Paints(view.graphicsview.viewport())

    def show(frame: int) -> None:
        wanted, limit = paints.count + 1, time.perf_counter() + 5
        window.navigation_toolbar.seek(frame / fps)
        while paints.count < wanted:
            application.processEvents()
            if time.perf_counter() > limit:
                raise TimeoutError(f"frame {frame} is not painted")
        application.sync()

    for frame in data["steps"][:10]:
        show(int(frame))
    first = view.grab().toImage()
    milliseconds = []
    for frame in data["steps"]:
        begin = time.perf_counter()
        show(int(frame))
        milliseconds.append(1000 * (time.perf_counter() - begin))
    moved = first != view.grab().toImage()
    print(json.dumps({"ms": milliseconds, "version": importlib.metadata.version("ephyviewer"), "moved": moved}))
    window.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
