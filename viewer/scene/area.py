"""The part of the scene that is looked at and handled: cells, mouse, names, and what stands under the mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from viewer.content.records import ClipContent
from viewer.scene.colour_bar import ColourBar
from viewer.scene.eye import Eye, Rect, Size, orbited, panned, zoomed
from viewer.scene.names import Names
from viewer.scene.stage import Hit, Stage, places, staged
from viewer.scene.strokes import Drawing
from viewer.scene.surface import PaintedSurface, Picture
from viewer.scene.viewpoints import anchor_mm, eye_from
from viewer.scene.wording import tip_html
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View, Viewpoint

__all__ = ["SceneArea"]

_ORBIT_DEG_PER_PX = 0.4
_ZOOM_PER_NOTCH = 1.15
_NOTCH = 120.0
_REACH_PX = 12.0
_CLICK_PX = 3.0
_BAR_PX = 12
_NOTHING = Drawing(np.zeros((0, 2, 2), np.float32), *(np.zeros(0, np.float32) for _ in range(2)),
                   *(np.zeros((0, 4), np.float32) for _ in range(2)))  # fmt: skip


class SceneArea(QWidget):
    """Skeletons in cells that share one eye.

    Left drag orbits (and makes the viewpoint free), right, middle or shift drag pans, the wheel zooms at the mouse, a
    click on a joint selects it and its source, a double click beside the joints frames the view again, resting on a
    joint names it. The surface that draws is put in by :meth:`set_surface`.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._content: ClipContent | None = None
        self._view, self._frame = session.view, session.frame
        self._eye = Eye()
        self._anchor: tuple[float, float] | None = None
        self._stage: Stage = staged(None, self._view, theme)
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._hovered: QPointF | None = None
        self._moved = False
        self._surface: QWidget | None = None
        self._names = Names(self, theme)
        self._bar = ColourBar(theme, self)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)

    @property
    def eye(self) -> Eye:
        """From where every cell is seen."""
        return self._eye

    @property
    def stage(self) -> Stage:
        """What stands where."""
        return self._stage

    @property
    def tip(self) -> QLabel:
        """The label at the joint under the mouse; hidden where there is none."""
        return self._names.tip

    @property
    def bar(self) -> ColourBar:
        """The colour bar; hidden where colours show the source."""
        return self._bar

    @property
    def names(self) -> tuple[str, ...]:
        """What is written in the cells, as HTML."""
        return self._names.texts

    @property
    def cells(self) -> tuple[Rect, ...]:
        """Places of the cells, logical pixels."""
        return places(len(self._stage.cells), (self.width(), self.height()))

    def set_surface(self, surface: QWidget) -> None:
        """Have the picture drawn by this widget instead of the one before."""
        if self._surface is not None:
            self._surface.hide()
            self._surface.deleteLater()
        self._surface = surface
        surface.setParent(self)
        surface.setObjectName("surface")
        surface.setGeometry(self.rect())
        surface.lower()
        surface.show()

    def painted(self) -> PaintedSurface:
        """A surface for this area without OpenGL."""
        return PaintedSurface(self.picture, self)

    def picture(self) -> Picture:
        """What is to be drawn now."""
        drawn = (self._stage.drawing(i, self._frame, self._eye, place[2:]) for i, place in enumerate(self.cells))
        cells = [(place, found or _NOTHING) for place, found in zip(self.cells, drawn, strict=True)]
        every = places(len(cells), (self.width(), self.height()), whole=True)
        cells += [(place, _NOTHING) for place in every[len(cells) :]]
        return Picture(tuple(cells), self._theme.base, self._theme.grid)

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip begins at the viewpoint of the view; the same clip computed again keeps the eye."""
        before, self._content = self._content, content
        self._view, self._frame = self._session.view, self._session.frame
        if content is not None and (before is None or before.name != content.name):
            self.frame_again()
        self._follow()
        self._restage()

    def show_view(self, new: View, old: View) -> None:
        """Another view: restaged, and seen from elsewhere where it says so."""
        self._view, self._frame = new, new.frame
        if new.scene.viewpoint is not old.scene.viewpoint and new.scene.viewpoint is not Viewpoint.FREE:
            self.frame_again()
        elif new.scene.follow and not old.scene.follow:
            self._anchor = None
        fixed = self._eye.fixed and new.scene.viewpoint is Viewpoint.CAMERA
        self._eye = replace(self._eye, orthographic=new.scene.orthographic, fixed=fixed)
        self._follow()
        self._restage()

    def show_frame(self, frame: int) -> None:
        """Another frame of the same view."""
        self._frame = frame
        self._follow()
        self._draw()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._names.show_theme(theme)
        self._restage()

    def frame_again(self) -> None:
        """The eye back at the viewpoint of the view, with everything in the picture."""
        if self._content is not None:
            scene = self._view.scene
            self._eye = eye_from(scene.viewpoint, self._content, self._frame, scene.follow, scene.orthographic)
            self._anchor = anchor_mm(self._content, self._frame)
            self._draw()

    def _follow(self) -> None:
        """Carry the eye by what the pelvis has moved; zoom, direction and what was panned stay.

        Where nothing was followed before, the pelvis comes into the middle.
        """
        now = anchor_mm(self._content, self._frame) if self._content is not None else None
        if now is None:
            return
        if self._view.scene.follow and not self._eye.fixed:
            x, y, z = self._eye.centre_mm
            before = self._anchor or (x, y)
            self._eye = replace(self._eye, centre_mm=(x + now[0] - before[0], y + now[1] - before[1], z))
        self._anchor = now

    def _restage(self) -> None:
        self._stage = staged(self._content, self._view, self._theme)
        self._bar.show_scale(self._stage.scale, self._theme)
        self._place_letters()
        self._draw()

    def _draw(self) -> None:
        if self._surface is not None:
            self._surface.update()
        if self._hovered is not None:
            self._name_joint(self._hovered)

    def _place_letters(self) -> None:
        """Legend of one cell, or the lifter's name in each of many; the colour bar at the bottom right."""
        cells = self._stage.cells
        tracks = [tuple(figure.track for figure in cell) for cell in cells]
        self._names.show_names([each if len(cells) == 1 else each[-1:] for each in tracks], self.cells)
        self._bar.move(self.width() - self._bar.width() - _BAR_PX, self.height() - self._bar.height() - _BAR_PX)

    def _name_joint(self, at: QPointF) -> None:
        """Show the tip of the joint at a point, or hide it."""
        found = self._hit(at) if self._pressed is None else None
        if found is None:
            self._names.tip.hide()
            self.unsetCursor()
            return
        (left, top, _, _), cell, hit = found
        tracks = tuple(figure.track for figure in self._stage.cells[cell])
        text = tip_html(hit.joint, hit.track, tracks, self._frame, self._theme)
        self._names.show_tip(text, (left + hit.at_px[0], top + hit.at_px[1]))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # Mouse

    def _cell_at(self, at: QPointF) -> tuple[int, Rect] | None:
        return next(((i, place) for i, place in enumerate(self.cells) if QRectF(*place).contains(at)), None)

    def _hit(self, at: QPointF) -> tuple[Rect, int, Hit] | None:
        found = self._cell_at(at)
        if found is None:
            return None
        cell, place = found
        local = (at.x() - place[0], at.y() - place[1])
        hit = self._stage.joint_at(cell, self._frame, self._eye, place[2:], local, _REACH_PX)
        return None if hit is None else (place, cell, hit)

    def _cell_size(self) -> Size:
        """All cells are of one size."""
        return self.cells[0][2:]

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a drag or a click."""
        self._pressed = self._last = event.position()
        self._moved = False
        self._names.tip.hide()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Turn or move the eye, or name the joint under the mouse."""
        at = event.position()
        if self._pressed is None:
            self._hovered = at
            self._name_joint(at)
            return
        self._moved = self._moved or (at - self._pressed).manhattanLength() > _CLICK_PX
        if not self._moved:
            return
        step, self._last = at - self._last, at
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.buttons() == Qt.MouseButton.LeftButton and not shift:
            self._eye = orbited(self._eye, step.x() * _ORBIT_DEG_PER_PX, step.y() * _ORBIT_DEG_PER_PX)
            self._session.update_scene(viewpoint=Viewpoint.FREE)
        else:
            self._eye = panned(self._eye, step.x(), step.y(), self._cell_size())
        self._draw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a drag, or choose the joint that was clicked."""
        clicked = self._pressed is not None and not self._moved and event.button() == Qt.MouseButton.LeftButton
        self._pressed = None
        self._hovered = event.position()
        found = self._hit(event.position()) if clicked else None
        if found is not None:
            hit = found[2]
            lifter = {"lifter": hit.track.name} if hit.track.colour >= 0 else {}
            self._session.update(joint=hit.joint, **lifter)
        self._name_joint(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Frame the athlete again."""
        if self._hit(event.position()) is None:
            self.frame_again()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Come nearer or go away."""
        factor = _ZOOM_PER_NOTCH ** (event.angleDelta().y() / _NOTCH)
        found = self._cell_at(event.position())
        if found is not None:
            # Zoomed about the mouse: what is under it (at the depth of the centre) stays there.
            left, top, width, height = found[1]
            off = (event.position().x() - left - width / 2, event.position().y() - top - height / 2)
            size = (width, height)
            self._eye = panned(zoomed(self._eye, factor), off[0] * (1 - factor), off[1] * (1 - factor), size)
            self._draw()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """No joint is under the mouse any more."""
        self._hovered = None
        self._names.tip.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Share the new room among the cells."""
        if self._surface is not None:
            self._surface.setGeometry(self.rect())
        self._place_letters()
        self._names.tip.hide()
