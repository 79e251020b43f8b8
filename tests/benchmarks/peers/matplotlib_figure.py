"""matplotlib as a peer: skeletons in 3D and twelve plots with a cursor in one window, milliseconds per frame change.

Run by itself: ``python matplotlib_figure.py CLIP.npz WIDTH HEIGHT``. Prints one line of JSON. A frame change is: set
the bones and the cursors, draw the figure, until it is painted; the way of scripts that come with lifters.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time

import matplotlib as mpl
import numpy as np

mpl.use("QtAgg")

from matplotlib import pyplot as plt
from matplotlib.backends.qt_compat import QtWidgets


def main(clip: str, width: int, height: int) -> None:
    data = np.load(clip)
    joints, bones, curves = data["joints_m"], data["bones"], data["curves_deg"]
    seconds = np.arange(joints.shape[1]) / float(data["fps"])
    figure = plt.figure(figsize=(width / 100, height / 100), dpi=100)
    left, right = figure.subfigures(1, 2)
    space = left.add_subplot(projection="3d")
    people = [[space.plot(*joints[s, 0, list(bone)].T, color=f"C{s}")[0] for bone in bones] for s in range(len(joints))]
    low, high = np.nanmin(joints, axis=(0, 1, 2)), np.nanmax(joints, axis=(0, 1, 2))
    space.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(low[2], high[2]))
    cursors = []
    for k, axes in enumerate(right.subplots(6, 2, sharex=True).flat):
        axes.plot(seconds, curves[:, :, k].T, linewidth=1)
        cursors.append(axes.axvline(0.0, color="k"))
    plt.show(block=False)
    application = QtWidgets.QApplication.instance()

    def show(frame: int) -> None:
        for person, xyz in zip(people, joints[:, frame], strict=True):
            for line, bone in zip(person, bones, strict=True):
                line.set_data_3d(*xyz[bone].T)
        for cursor in cursors:
            cursor.set_xdata([seconds[frame]] * 2)
        figure.canvas.draw()
        application.sync()

    for frame in data["steps"][:3]:
        show(int(frame))
    first = np.array(figure.canvas.buffer_rgba())
    milliseconds = []
    for frame in data["steps"][3:]:
        begin = time.perf_counter()
        show(int(frame))
        milliseconds.append(1000 * (time.perf_counter() - begin))
    moved = bool(np.any(first != np.array(figure.canvas.buffer_rgba())))
    print(json.dumps({"ms": milliseconds, "version": importlib.metadata.version("matplotlib"), "moved": moved}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
