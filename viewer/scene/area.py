"""The part of the scene that is looked at and handled: cells, mouse, names, and what stands under the mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from core.records import Float64
from viewer.content.records import ClipContent
from viewer.scene.arcs import reference_bodies
from viewer.scene.arrows import Slopes, with_arrows
from viewer.scene.colour_bar import ColourBar
from viewer.scene.eye import Eye, Rect, Size
from viewer.scene.grip import Grip
from viewer.scene.legend import Legend
from viewer.scene.names import Names
from viewer.scene.readings import Readings
from viewer.scene.scales import error_limit
from viewer.scene.stage import Hit, Stage, places, staged
from viewer.scene.strokes import Drawing, stacked
from viewer.scene.surface import PaintedSurface, Picture
from viewer.scene.watcher import Watcher
from viewer.scene.wording import tip_html
from viewer.session import Session
from viewer.strips.colours import Limit
from viewer.theme import Theme
from viewer.view import Colouring, View, Viewpoint

__all__ = ["SceneArea"]

_ZOOM_PER_NOTCH = 1.15
_NOTCH = 120.0
_REACH_PX = 12.0
_CLICK_PX = 3.0
_BAR_PX = 10
_NOTHING = Drawing(np.zeros((0, 2, 2), np.float32), *(np.zeros(0, np.float32) for _ in range(2)),
                   *(np.zeros((0, 4), np.float32) for _ in range(2)))  # fmt: skip


class SceneArea(QWidget):
    """Skeletons in cells that share one eye.

    Left drag orbits (and makes the viewpoint free), right, middle or shift drag pans, the wheel zooms at the mouse, a
    click on a joint selects it and its source, a double click beside the joints frames the view again, resting on a
    joint names it. Where joints follow the mouse (``View.whatif``), a left drag from one moves it by :attr:`grip`, with
    Shift all that hangs on it. The surface that draws is put in by :meth:`set_surface`.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._content: ClipContent | None = None
        self._view, self._frame = session.view, session.frame
        self._watcher = Watcher()
        self._limits: dict[Colouring, Limit | None] = {}
        self._bodies = reference_bodies(None)
        self._stage: Stage = staged(None, self._view, theme)
        self._cells: tuple[Rect, ...] = ()
        self._empty: tuple[Rect, ...] = ()
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._hovered: QPointF | None = None
        self._moved = False
        self._surface: QWidget | None = None
        self._slopes: Slopes | None = None
        self.grip = Grip()
        self._names = Names(self, theme)
        self._readings = Readings(self)
        self._bar = ColourBar(theme, self)
        self._arrange()
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)

    @property
    def eye(self) -> Eye:
        """From where every cell is seen."""
        return self._watcher.eye

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
    def legends(self) -> tuple[Legend, ...]:
        """Who is who in each cell, and at the end what many cells have in common."""
        return self._names.legends

    @property
    def readings(self) -> tuple[QWidget, ...]:
        """The cards with the numbers of the selected angle, in the order of the cells that have one."""
        return self._readings.cards

    @property
    def cells(self) -> tuple[Rect, ...]:
        """Places of the cells, logical pixels."""
        return self._cells

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
        drawn = (self._cell(i, place[2:]) for i, place in enumerate(self.cells))
        cells = [(place, found or _NOTHING) for place, found in zip(self.cells, drawn, strict=True)]
        cells += [(place, _NOTHING) for place in self._empty]
        return Picture(tuple(cells), self._theme.base, self._theme.grid)

    def _cell(self, index: int, size: Size) -> Drawing | None:
        drawing = self._stage.drawing(index, self._frame, self.eye, size)
        if drawing is None:
            return None
        figures = self._stage.cells[index]
        leader = self._readings.leader(index, self._cells[index], self._theme)
        drawing = drawing if leader is None else stacked(drawing, leader)
        return with_arrows(drawing, figures, self._slopes, self._frame, self.eye, size, self._theme)

    def show_slopes(self, slopes: Slopes | None) -> None:
        """Which way each joint changes the selected angle, or None to leave that out."""
        self._slopes = slopes
        self._draw()

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip begins at the viewpoint of the view; the same clip computed again keeps the eye."""
        before, self._content = self._content, content
        self._limits.clear()
        self._watcher.take(content)
        self._bodies = reference_bodies(content)
        self._view, self._frame = self._session.view, self._session.frame
        if content is not None and (before is None or before.name != content.name):
            self.frame_again()
        self._watcher.follow(self._view.scene, self._frame)
        self._restage()

    def show_view(self, new: View, old: View) -> None:
        """Another view: restaged, and seen from elsewhere where it says so."""
        self._view, self._frame = new, new.frame
        if new.scene.viewpoint is not old.scene.viewpoint and new.scene.viewpoint is not Viewpoint.FREE:
            self.frame_again()
        elif new.scene.follow and not old.scene.follow:
            self._watcher.begin_to_follow()
        if new.scene.viewpoint is not Viewpoint.CAMERA:
            self._watcher.let_go(self._view.scene)
        if new.aim_deg is not None and new.aim_deg != old.aim_deg and new.scene.viewpoint is Viewpoint.FREE:
            self._watcher.turn_to(self._view.scene, new.aim_deg)
        self._watcher.project(orthographic=new.scene.orthographic)
        self._watcher.follow(self._view.scene, self._frame)
        self._restage()

    def show_frame(self, frame: int) -> None:
        """Another frame of the same view."""
        self._frame = frame
        self._watcher.follow(self._view.scene, self._frame)
        self._draw()

    def show_edit(self, content: ClipContent) -> None:
        """The same people in the same places, with other joints at this frame."""
        self._content = content
        self._stage = staged(content, self._view, self._theme, self._limit(), self._bodies)
        self._draw()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._names.show_theme(theme)
        self._restage()

    def keep_in(self, at_mm: Float64) -> None:
        """The eye aside, by as little as shows a point (3,) of the world."""
        self._watcher.keep_in(at_mm, self._cell_size())
        self._draw()

    def frame_again(self) -> None:
        """The eye back at the viewpoint of the view, with everything in the picture."""
        if self._content is not None:
            self._watcher.frame_again(self._content, self._view.scene, self._frame)
            self._draw()

    def _restage(self) -> None:
        self._stage = staged(self._content, self._view, self._theme, self._limit(), self._bodies)
        self._bar.show_scale(self._stage.scale, self._theme)
        self._arrange()
        self._draw()

    def _limit(self) -> Limit | None:
        """Of the errors that are coloured; found once for a clip."""
        colouring = self._view.scene.colouring
        if self._content is not None and colouring not in self._limits:
            self._limits[colouring] = error_limit(self._content, colouring)
        return self._limits.get(colouring)

    def _draw(self) -> None:
        if self._surface is not None:
            self._surface.update()
        taken = [QRectF(legend.geometry()) for legend in self._names.legends]
        self._readings.show_frame(self._stage, self._cells, self._frame, self.eye, taken)
        if self._hovered is not None:
            self._name_joint(self._hovered)

    def _arrange(self) -> None:
        """Cells, who is who in them, and the colour bar where nobody stands: in an empty cell, or in a strip below."""
        bar, (width, height), n = self._bar, (self.width(), self.height()), len(self._stage.cells)
        every = places(n, (width, height), whole=True)
        strip: tuple[Rect, ...] = ()
        if self._stage.scale is not None and len(every) == n:
            bar.take(width - 2 * _BAR_PX)
            top = max(height - bar.height() - 2 * _BAR_PX, 1)
            every = places(n, (width, top), whole=True)
            strip = ((0.0, top + 1.0, float(width), float(max(height - top - 1, 1))),)
        self._cells, self._empty = every[:n], (*every[n:], *strip)
        if self._empty:
            left, _, wide, _ = self._empty[-1]
            bar.take(wide - 2 * _BAR_PX)
            bar.move(round(left) + _BAR_PX, height - bar.height() - _BAR_PX)
        self._names.show_names(self._stage.cells, self._cells, every[n:], self._stage.drawn_angle)

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
        hit = self._stage.joint_at(cell, self._frame, self.eye, place[2:], local, _REACH_PX)
        return None if hit is None else (place, cell, hit)

    def _cell_size(self) -> Size:
        """All cells are of one size."""
        return self.cells[0][2:]

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a drag or a click."""
        self._pressed = self._last = event.position()
        self._moved = False
        self._names.tip.hide()
        if self._view.whatif and event.button() == Qt.MouseButton.LeftButton:
            found = self._hit(event.position())
            limb = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if found is not None:
                self.grip.take(found[2], self._frame, self.eye, event.position(), limb=limb)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Turn or move the eye, or name the joint under the mouse."""
        at = event.position()
        if self.grip.holds:
            self.grip.move(at, self.eye, self._cell_size())
            return
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
            self._watcher.orbit(self._view.scene, step.x(), step.y())
            self._session.update_scene(viewpoint=Viewpoint.FREE)
        else:
            self._watcher.pan(step.x(), step.y(), self._cell_size())
        self._draw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a drag, or choose the joint that was clicked."""
        if self.grip.holds:
            self._pressed = None
            self.grip.let_go()
            return
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
            self._watcher.zoom(factor, (event.position().x(), event.position().y()), found[1])
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
        self._arrange()
        self._draw()
        self._names.tip.hide()
