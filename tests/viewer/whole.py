"""The whole window as a person sees and handles it: which frame each panel shows, and what is on the screen.

Cursors are read from pixels and numbers from texts, not from what the panels believe.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from core.skeleton import N_JOINTS
from viewer.content import Track
from viewer.window import Window
from viewer.wording import time_text

LEFT = Qt.MouseButton.LeftButton
DARK_CURSOR = 255
"""The cursor of the dark theme is white, as nothing else in plots, heatmaps and strips is over their whole height."""
_NEAR_PX = 0.05


def wait_until(holds: Callable[[], bool], what: str = "", seconds: float = 30.0) -> None:
    """Run the event loop until something holds."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, f"waited in vain {what}"
        QTest.qWait(5)


def settle(window: Window) -> None:
    """Until nothing is opened, computed, scored or written, and everything has been painted and has gone."""
    wait_until(window.bench.idle, "for the jobs")
    QApplication.sync()
    QApplication.sendPostedEvents(
        None, QEvent.Type.DeferredDelete
    )  # Qt leaves it to a main loop, of which there is none
    QApplication.processEvents()


def press(window: Window, keys: str) -> None:
    """Keys, to whatever has the focus."""
    QTest.keySequence(window, QKeySequence(keys))
    QApplication.processEvents()


def click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, at if at is not None else widget.rect().center())
    _leave(widget)


def drag(widget: QWidget, *places: QPoint) -> None:
    """Press at the first place, move along the others, release at the last."""
    QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, places[0])
    for place in places[1:]:
        QTest.mouseMove(widget, place)
        QApplication.processEvents()
    QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, places[-1])
    _leave(widget)


def _leave(widget: QWidget) -> None:
    """The mouse goes elsewhere: what is shown beside it goes away."""
    if isValid(widget):
        for left in (widget, widget.parentWidget()):
            QApplication.sendEvent(left, QEvent(QEvent.Type.Leave))
    QApplication.processEvents()


# Where things are


def in_plot(window: Window, number: int, frame: int) -> QPoint:
    """The middle of a plot of the traces, at a frame."""
    box = window.traces.view.boxes[number]
    left, right = box.viewRange()[0]
    along = (window.session.content.seconds_at(frame) - left) / (right - left)
    return (box.pos() + QPointF(along * box.width(), 0.5 * box.height())).toPoint()


def in_heatmap(window: Window, block: int, row: int, frame: int) -> QPoint:
    """A cell of the heatmaps."""
    canvas = window.heatmaps.canvas
    first, after = canvas.layout_px.row_span(row)
    return QPoint(int(canvas.axis.x_of(frame)), canvas.layout_px.tops[block] + (first + after) // 2)


def in_strip(window: Window, frame: int) -> QPoint:
    """A frame in the first strip of the timeline."""
    bar = window.timeline.bar
    return QPoint(int(bar.axis.x_of(frame)), bar.layout_px.top + 3)


def in_readout(window: Window, angle: int, lifter: str = "") -> QPoint:
    """The row of an angle in the read-out, found by what it says of itself; in a lifter's columns where one is named.

    Angles come in pairs, so rows of the same title and side do not repeat.
    """
    panel, title = window.readout, window.session.content.angles[angle].title
    view = panel.viewport()
    for y in range(0, view.height(), 3):
        for x in range(2, view.width(), 6):
            tip = panel.tip_at(QPoint(x, y))
            if title in tip and lifter in tip:
                return QPoint(x, y + 2)
    raise AssertionError(f"{title} of {lifter or 'nobody'} is not in the read-out")


def joint_px(window: Window, track: Track, joint: int, cell: int = 0) -> QPoint:
    """Where a joint is in the scene, by the projection alone."""
    area = window.scene.area
    left, top, *size = area.cells[cell]
    (u, v), _ = area.eye.project(track.xyz_mm[window.session.frame, joint], tuple(size))
    return QPoint(int(left + u), int(top + v))


# What is shown


def pixels(image: QImage) -> NDArray[np.int64]:
    """(H, W, 3) of an image."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), 2::-1].astype(int)


def on_screen(window: Window) -> NDArray[np.int64]:
    """Pixels as the screen has them, not painted for the occasion."""
    QApplication.sync()
    return pixels(window.screen().grabWindow(window.winId()).toImage())


def assert_screen_is_fresh(window: Window) -> None:
    """What is on the screen is what would be painted now: nothing was forgotten, nothing old was left."""
    settle(window)
    shown, painted = on_screen(window), pixels(window.picture())
    stale = np.argwhere(np.abs(shown - painted).max(axis=2) > 8)
    where = f"{stale.min(axis=0)[::-1]} to {stale.max(axis=0)[::-1]}" if len(stale) else ""
    assert len(stale) == 0, f"{len(stale)} pixels on the screen are old, from {where}"


def cursor_columns(picture: NDArray[np.int64], top: float, bottom: float) -> list[int]:
    """Columns that have the colour of the cursor from top to bottom."""
    return [int(x) for x in (picture[math.ceil(top) : int(bottom)] == DARK_CURSOR).all(axis=(0, 2)).nonzero()[0]]


def assert_panels_agree(window: Window) -> None:
    """Every panel shows the view's clip and frame, with the numbers of the content at that frame."""
    settle(window)
    content, view = window.session.content, window.session.view
    assert content is not None and content.name == view.clip and 0 <= view.frame < content.n_frames
    _timeline_shows(window, view.frame)
    _traces_show(window, view.frame)
    _heatmaps_show(window, view.frame)
    _readout_shows(window, view.frame)
    _scene_shows(window, view.frame)
    grid, model = window.clips.grid, window.clips.model
    assert [model.name(index.row()) for index in grid.selectionModel().selectedRows()] == [view.clip]
    assert window.windowTitle().startswith(f"{view.clip} – ")


def _timeline_shows(window: Window, frame: int) -> None:
    panel, content = window.timeline, window.session.content
    box = panel.readout.frame_box
    assert box.text() == str(frame)
    assert panel.readout.time_box.text() == time_text(frame / content.fps)
    bar = panel.bar
    if bar.tracks:
        found = cursor_columns(pixels(bar.grab().toImage()), bar.layout_px.top, bar.layout_px.bottom)
        assert found == [int(bar.axis.x_of(frame))], "timeline"


def _traces_show(window: Window, frame: int) -> None:
    view, seconds = window.traces.view, frame / window.session.content.fps
    picture = pixels(view.viewport().grab().toImage())
    for box in view.boxes:
        rect = view.viewportTransform().mapRect(box.mapRectToScene(box.rect()))
        left, right = box.viewRange()[0]
        wanted = math.floor((seconds - left) / (right - left) * rect.width() + rect.left())
        inside = picture[:, int(rect.left()) : int(rect.right()) + 1]
        found = cursor_columns(inside, rect.top() + 2, rect.bottom() - 1)
        assert found == [wanted - int(rect.left())], "traces"


def _heatmaps_show(window: Window, frame: int) -> None:
    canvas = window.heatmaps.canvas
    layout, picture = canvas.layout_px, pixels(canvas.grab().toImage())
    for top in layout.tops:
        assert cursor_columns(picture, top, top + layout.block_px) == [int(canvas.axis.x_of(frame))], "heatmaps"


def _readout_shows(window: Window, frame: int) -> None:
    content = window.session.content
    head, _, *rows = (line.split("\t") for line in window.readout.text().splitlines())
    assert head == [content.name, f"frame {frame}", f"{frame / content.fps:.3f} s"]
    series = list(_series(window))
    for index, row in enumerate(rows[:12]):
        assert row[0] == content.angles[index].title
        for text, values in zip(row[1:], series, strict=True):
            value = float(values[frame, index])
            assert text == "–" if math.isnan(value) else abs(float(text) - value) <= 0.051, (row, value)


def _series(window: Window) -> Iterator[NDArray[np.float32]]:
    """The columns of the read-out's text, (T, 12) degrees each."""
    content = window.session.content
    if content.reference is not None:
        yield from (content.reference.angles_deg, content.floor_deg, content.floor_error_deg)
    for track in content.tracks:
        has = (not np.isnan(values).all() for values in (track.error_deg, track.sigma_deg))
        extra = (values for values, there in zip((track.error_deg, track.sigma_deg), has, strict=True) if there)
        yield from (track.angles_deg, *extra)


def _scene_shows(window: Window, frame: int) -> None:
    """Every joint of every visible source ends a stroke where the projection of the array puts it."""
    area, view = window.scene.area, window.session.view
    drawn = [track.name for cell in area.stage.cells for track in (figure.track for figure in cell)]
    visible = {track.name for track in window.session.content.everyone} - view.hidden
    assert set(drawn) == visible
    for cell, (place, drawing) in zip(area.stage.cells, area.picture().cells, strict=False):  # empty ones at the end
        ends = drawing.ends_px.reshape(-1, 2)
        for figure in cell:
            at, _ = area.eye.project(figure.track.xyz_mm[frame].astype(np.float64), place[2:])
            at = at[np.isfinite(at).all(axis=-1)]
            off = np.abs(ends[None] - at[:, None]).max(axis=2).min(axis=1)
            assert len(at) <= N_JOINTS and (off < _NEAR_PX).all(), f"scene, {figure.track.name}: {off.max():.2f} px"
