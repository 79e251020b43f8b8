"""The window beside reference pictures, panel by panel, blurred so far that fonts and drivers do not matter.

After a wanted change of looks the references are written anew, and looked at before they are committed::

    ANGLESCOPE_WRITE_PICTURES=1 python -m pytest tests/viewer/test_pictures.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tests.viewer.conftest import DEMO
from tests.viewer.whole import pixels, settle, wait_until
from viewer.settings import Settings
from viewer.view import Colouring, HeatRows, Layout, Quantity, View, Viewpoint
from viewer.window import Window

PICTURES = Path(__file__).parent / "pictures"
WRITES = bool(os.environ.get("ANGLESCOPE_WRITE_PICTURES"))
SIZE, KEPT = (1600, 1000), (432, 270)
"""Of the window, and of the references, pixels."""
SQUARE_PX = 20
"""Pictures are compared by the means of squares of the window: coarser than letters, finer than what is shown."""
LIMITS = {"scene": 3.0, "traces": 6.0, "heatmaps": 6.0, "timeline": 6.0, "readout": 6.0, "clips": 6.0}
"""Largest mean difference of each panel, of 255. Limbs are thin, so that the scene differs less."""


@dataclass(frozen=True)
class Look:
    """What is shown in a picture."""

    change: Callable[[View], View]
    theme: str = "dark"
    frame: int = 60


def grid(view: View) -> View:
    scene = replace(view.scene, layout=Layout.GRID, colouring=Colouring.POSITION, viewpoint=Viewpoint.SIDE)
    plots = replace(view.plots, single=True, rows=HeatRows.JOINTS)
    return replace(view, angle=10, scene=scene, plots=plots)


def errors(view: View) -> View:
    plots = replace(view.plots, quantity=Quantity.ERROR, signed=True)
    return replace(view, angle=3, lifter="simplebaseline3d-compact", span=(40, 180), plots=plots,
                   scene=replace(view.scene, trail_frames=30, viewpoint=Viewpoint.FRONT))  # fmt: skip


LOOKS = {"overlay": Look(lambda view: view), "side_by_side": Look(grid), "light_errors": Look(errors, "light", 150)}


@pytest.fixture(scope="module")
def window(qapp) -> Iterator[Window]:
    made = Window(Settings(device="cpu", theme="dark"), None, score_clips=False)
    made.resize(*SIZE)
    made.show()
    made.bench.open([DEMO])
    wait_until(lambda: made.session.content is not None, "for the demo")
    made.start = made.session.view
    yield made
    made.forget()
    made.deleteLater()


def drawn(window: Window, look: Look) -> NDArray[np.int64]:
    window.choose_theme(look.theme)
    window.session.show(window.start)
    window.session.show(look.change(window.start))
    window.session.seek(look.frame)
    window.scene.frame_again()
    window.setFocus()
    QTest.qWait(50)
    settle(window)
    return pixels(window.picture())


def blurred(picture: NDArray[np.int64], place: QRectF) -> NDArray[np.float64]:
    """(rows, columns, 3) means of squares of a part of a picture; place : in parts of the whole."""
    high, wide = picture.shape[:2]
    columns, rows = round(place.width() * SIZE[0] / SQUARE_PX), round(place.height() * SIZE[1] / SQUARE_PX)
    xs = np.linspace(place.left(), place.right(), columns + 1) * wide
    ys = np.linspace(place.top(), place.bottom(), rows + 1) * high
    # Sums from the corner, also to places between pixels, so that pictures of any size have the same squares.
    sums = np.pad(picture.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0), (0, 0))).astype(float)
    sums = _between(_between(sums, ys).swapaxes(0, 1), xs).swapaxes(0, 1)
    area = (xs[1] - xs[0]) * (ys[1] - ys[0])
    return np.diff(np.diff(sums, axis=0), axis=1) / area


def _between(values: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of an array, also between two of them."""
    low = np.minimum(at.astype(int), len(values) - 2)
    share = (at - low)[:, None, None]
    return (1 - share) * values[low] + share * values[low + 1]


def rounded(found: dict[str, float]) -> dict[str, float]:
    return {panel: round(value, 1) for panel, value in found.items()}


def places(window: Window) -> dict[str, QRectF]:
    """Where the panels are, in parts of the window."""
    found = {}
    for name in LIMITS:
        panel = getattr(window, name)
        corner = panel.mapTo(window, QPoint(0, 0))
        found[name] = QRectF(corner.x() / window.width(), corner.y() / window.height(),
                             panel.width() / window.width(), panel.height() / window.height())  # fmt: skip
    return found


def differences(window: Window, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> dict[str, float]:
    """Mean difference of each panel, of 255."""
    return {name: float(np.abs(blurred(ours, place) - blurred(theirs, place)).mean())
            for name, place in places(window).items()}  # fmt: skip


def reference(name: str) -> NDArray[np.int64]:
    image = QImage(str(PICTURES / f"{name}.png"))
    assert not image.isNull(), f"{name}: there is no reference picture"
    return pixels(image)


@pytest.mark.parametrize("name", LOOKS)
def test_every_panel_looks_like_its_reference(window, name):
    ours = drawn(window, LOOKS[name])
    if WRITES:
        kept = window.picture().scaled(*KEPT, mode=Qt.TransformationMode.SmoothTransformation)
        assert kept.save(str(PICTURES / f"{name}.png"))
        pytest.skip("written")
    found = differences(window, ours, reference(name))
    print(name, rounded(found))
    assert all(found[panel] < limit for panel, limit in LIMITS.items()), rounded(found)


@dataclass(frozen=True)
class Other:
    """Something that must not look like the first reference. differ : panels where it has to show."""

    look: Look
    differ: tuple[str, ...] = field(default=tuple(LIMITS))


def hidden(view: View) -> View:
    return replace(view, hidden=frozenset({"videopose3d-compact"}))


OTHERS = {
    "light": Other(Look(lambda view: view, theme="light")),
    "another frame": Other(Look(lambda view: view, frame=75), ("scene",)),
    "from the top": Other(Look(lambda v: replace(v, scene=replace(v.scene, viewpoint=Viewpoint.TOP))), ("scene",)),
    "without a lifter": Other(Look(hidden), ("heatmaps", "timeline")),
    "errors": Other(Look(errors), ("traces", "heatmaps")),
    "side by side": Other(Look(grid), ("scene", "traces", "heatmaps")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_looks_otherwise_is_noticed(window, name):
    other = OTHERS[name]
    found = differences(window, drawn(window, other.look), reference("overlay"))
    print(name, rounded(found))
    assert all(found[panel] > LIMITS[panel] for panel in other.differ), rounded(found)


def test_the_references_are_small():
    assert {path.stem for path in PICTURES.iterdir()} == set(LOOKS)
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) <= 300 * 1024
