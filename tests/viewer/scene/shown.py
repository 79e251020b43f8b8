"""A panel that is shown, wired as the window wires it: content, view, frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QColor

from viewer.content import ClipContent, Track
from viewer.scene import ScenePanel
from viewer.session import Session
from viewer.theme import DARK
from viewer.view import SceneView, View

SIZE = (640, 560)
FRAME = 60
PLAIN = SceneView(arcs=False, sides=False, ghost=False, floor=False, axes=False)
BY_PAINTER = "of this test"


class Shown:
    """Session and panel, and what is on the screen."""

    def __init__(self, qtbot, content: ClipContent | None, reason: str | None, view: View) -> None:
        self.qtbot, self.session = qtbot, Session(view)
        self.panel = ScenePanel(self.session, DARK, reason)
        qtbot.addWidget(self.panel)
        self.session.content_changed.connect(self.panel.show_content)
        self.session.view_changed.connect(self.panel.show_view)
        self.session.frame_changed.connect(self.panel.show_frame)
        self.panel.resize(*SIZE)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        self.session.show_content(content)

    @property
    def area(self):
        return self.panel.area

    def joint_px(self, track: Track, joint: int, cell: int = 0) -> tuple[float, float]:
        """Where a joint is in the area, by the projection alone."""
        left, top, *size = self.area.cells[cell]
        (u, v), _ = self.area.eye.project(track.xyz_mm[self.session.frame, joint], tuple(size))
        return left + u, top + v

    def picture(self) -> np.ndarray:
        """(H, W, 3) of the area, drawn now."""
        image = self.panel.snapshot().convertToFormat(self.panel.snapshot().Format.Format_RGB32)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
        return rows[: self.area.height(), : self.area.width(), 2::-1].astype(int)

    def pixel(self, at: tuple[float, float]) -> np.ndarray:
        return self.picture()[round(at[1] - 0.5), round(at[0] - 0.5)]


def rgb255(colour: str) -> np.ndarray:
    return np.array(QColor(colour).getRgb()[:3])


def with_missing(content: ClipContent, name: str, frame: int, joint: int) -> ClipContent:
    """The content with one joint of one source missing at one frame."""

    def holed(track: Track) -> Track:
        if track.name != name:
            return track
        xyz, position = track.xyz_mm.copy(), track.position_mm.copy()
        xyz[frame, joint] = position[frame, joint] = np.nan
        return replace(track, xyz_mm=xyz, position_mm=position)

    reference = None if content.reference is None else holed(content.reference)
    return replace(content, reference=reference, tracks=tuple(map(holed, content.tracks)))


def alone(content, name: str, scene: SceneView = PLAIN) -> View:
    """A view with one visible source."""
    return View(frame=FRAME, scene=scene, hidden=frozenset(t.name for t in content.everyone if t.name != name))


def joint_pixels(shown, track) -> np.ndarray:
    picture = shown.picture()
    at = [shown.joint_px(track, joint) for joint in range(17)]
    return np.array([picture[int(y), int(x)] for x, y in at])
