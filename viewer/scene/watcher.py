"""Who looks at the scene: an eye where the view puts it, carried along, and moved by hand. No Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.records import Float64
from viewer.content.records import ClipContent
from viewer.scene.eye import Direction, Eye, Point, Rect, Size, followed, freed, orbited, panned, turned_to, zoomed
from viewer.scene.viewpoints import anchor_mm, eye_from, pelvis_path
from viewer.view import SceneView

__all__ = ["Watcher"]

_ORBIT_DEG_PER_PX = 0.4
_MARGIN = 0.15


class Watcher:
    """The one eye of all cells: :attr:`eye`."""

    def __init__(self) -> None:
        self.eye = Eye()
        self._path = pelvis_path(None)
        self._anchor: Point | None = None

    def take(self, content: ClipContent | None) -> None:
        """Another clip, or the same one computed again."""
        self._path = pelvis_path(content)

    def frame_again(self, content: ClipContent, scene: SceneView, frame: int) -> None:
        """Back at the viewpoint of the view, with everything in the picture."""
        self.eye = eye_from(scene.viewpoint, content, frame, scene.follow, scene.orthographic)
        self._anchor = anchor_mm(self._path, frame)

    def follow(self, scene: SceneView, frame: int) -> None:
        """Carry the eye by what the pelvis has moved."""
        now = anchor_mm(self._path, frame)
        if now is None:
            return
        if scene.follow:
            self.eye = followed(self.eye, self._anchor, now)
        self._anchor = now

    def begin_to_follow(self) -> None:
        """The next pelvis comes into the middle of the picture."""
        self._anchor = None

    def project(self, *, orthographic: bool) -> None:
        """Parallel rays, or not."""
        self.eye = replace(self.eye, orthographic=orthographic)

    def let_go(self, scene: SceneView) -> None:
        """The eye of a real camera becomes a free one that looks the same way, with the athlete in its middle."""
        if self.eye.fixed:
            at = self._anchor if scene.follow else None
            self.eye = freed(self.eye, at or self.eye.centre_mm)

    def orbit(self, scene: SceneView, right_px: float, down_px: float) -> None:
        """Turned by a drag."""
        self.let_go(scene)
        self.eye = orbited(self.eye, right_px * _ORBIT_DEG_PER_PX, down_px * _ORBIT_DEG_PER_PX)

    def turn_to(self, scene: SceneView, direction_deg: Direction) -> None:
        """Looking in a direction, from where that shows the same middle."""
        self.let_go(scene)
        self.eye = turned_to(self.eye, direction_deg)

    def keep_in(self, at_mm: Float64, size: Size) -> None:
        """Moved aside by as little as brings a point (3,) well into the picture; by nothing where it is there."""
        pixels, depth = self.eye.project(at_mm, size)
        wished = np.clip(pixels, _MARGIN * np.asarray(size), (1.0 - _MARGIN) * np.asarray(size))
        off = (wished - pixels) * (1.0 if self.eye.orthographic else float(depth) / self.eye.distance_mm)
        if np.isfinite(off).all():
            self.pan(float(off[0]), float(off[1]), size)

    def pan(self, right_px: float, down_px: float, size: Size) -> None:
        """Moved by a drag."""
        self.eye = panned(self.eye, right_px, down_px, size)

    def zoom(self, factor: float, at: tuple[float, float], cell: Rect) -> None:
        """Nearer by a factor, about a point of the widget: what is there (at the depth of the centre) stays there."""
        left, top, width, height = cell
        off = (at[0] - left - width / 2, at[1] - top - height / 2)
        self.eye = panned(zoomed(self.eye, factor), off[0] * (1 - factor), off[1] * (1 - factor), (width, height))
