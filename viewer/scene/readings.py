"""Where the numbers of the selected angle stand: one small card a cell, beside its joint, kept off the skeletons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from core.records import Float64
from core.skeleton import BONES, N_JOINTS
from viewer.scene.arcs import LEG_REACH, Measured, radii_mm
from viewer.scene.card import CardLetters, Reading, letters_of, paint_reading, reading_of, reading_size
from viewer.scene.eye import Eye, Rect
from viewer.scene.scales import rgb
from viewer.scene.stage import Stage
from viewer.scene.strokes import Drawing
from viewer.theme import Theme

__all__ = ["About", "Readings", "drawn_about", "leader_drawing", "leader_of", "where_free"]

_OFF_PX, _EDGE_PX, _GAP_PX = 8.0, 4.0, 3.0
_CROWDED, _COVERED, _FAR, _NEAR, _STAYS = 3.0, 400.0, 0.06, 0.5, 12.0
"""What a place costs: a point of a skeleton that it covers; another card or legend that it covers; a pixel between it
and what is drawn about the joint, or into that. And how much less a place has to cost than the one before.
"""
_BONE_ENDS = np.array(BONES)
_ALONG = np.array([1, 3, 5, 7])[:, None, None, None] / 8
_AROUND = ((1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1))
_STEPS_PX = (0.0, 45.0, 90.0)
_FAR_PX = np.repeat(_STEPS_PX, len(_AROUND))
_SIDES = np.array(_AROUND * len(_STEPS_PX))
"""Where the card may stand: on which side of the joint, right first, and how many pixels from what is drawn."""
_SPOTS = np.stack(np.meshgrid(np.linspace(1.0, 0.0, 4), np.linspace(0.0, 1.0, 6)), axis=-1).reshape(-1, 2)
"""And where else in its room, in parts of what is left of that."""
_CORNER = np.stack(np.meshgrid([0.15, 0.5, 0.85], [0.15, 0.5, 0.85]), axis=-1).reshape(-1, 2)
"""Points of the axes of the world in the corner of a cell, in parts of their place."""
_DIAGONAL = 0.72
_REACHES = np.where((_SIDES == 0).any(axis=1), 1.0, _DIAGONAL)
_DIAL = np.linspace(0.0, 1.0, 5)[:, None]
_APART_PX = 26.0
"""A card that is no further from what is drawn about its joint needs no line to it."""
_LEADER_PX, _HALO_PX, _DOT_PX, _HALO_ALPHA, _LINE_ALPHA = 0.6, 1.6, 2.2, 0.5, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """What is about the joint of the selected angle, in pixels of the area. centre : the joint. reach_px : of its arcs.
    crowd : (k, 2) points of skeletons and arcs that had better not be covered.
    """

    centre: tuple[float, float]
    reach_px: float
    crowd: Float64


def where_free(about: About, size: QSizeF, room: QRectF, taken: Sequence[QRectF] = (),
               before: int = -1) -> tuple[int, QPointF]:  # fmt: skip
    """Where a card stands, within a room and off what is drawn: which of the places, those beside the joint first, and
    its top left.

    taken : places of other cards. before : the place of the frame before, kept until another is clearly better.
    """
    wide_high, centre = np.array([size.width(), size.height()]), np.asarray(about.centre)
    first = np.array([room.left(), room.top()]) + _EDGE_PX
    last = np.array([room.right(), room.bottom()]) - _EDGE_PX - wide_high
    off = _OFF_PX + _FAR_PX + _REACHES * about.reach_px
    beside = centre + _SIDES * off[:, None] + (_SIDES - 1) / 2 * wide_high
    places = np.concatenate([np.minimum(np.maximum(beside, first), last), first + _SPOTS * (last - first)])
    nearest = np.minimum(np.maximum(centre, places), places + wide_high)
    apart = np.hypot(*(nearest - centre).T) - about.reach_px - _OFF_PX
    cost = _CROWDED * _covered(places, wide_high, about.crowd) + np.where(apart > 0, _FAR, -_NEAR) * apart
    for other in taken:
        clear = (places > (other.right(), other.bottom())) | (places + wide_high < (other.left(), other.top()))
        cost += _COVERED * ~clear.any(axis=1)
    if before >= 0:
        cost[before] -= _STAYS
    place = int(cost.argmin())
    return place, QPointF(*places[place].tolist())


def _covered(places: Float64, wide_high: Float64, crowd: Float64) -> Float64:
    """(n,) how many points would be under a card at each of the places (n, 2). Missing points are under none."""
    left, top = (places - _GAP_PX).T[..., None]
    wide, high = wide_high + 2 * _GAP_PX
    x, y = crowd.T
    inside: NDArray[np.bool_] = (x > left) & (x < left + wide) & (y > top) & (y < top + high)
    return np.asarray(inside.sum(axis=1), np.float64)


def drawn_about(stage: Stage, cell: int, frame: int, eye: Eye, place: Rect, measured: Measured) -> About:
    """Joint, reach and crowd of a cell at a frame: the joint of the first source that has a number, NaN where it is not
    seen.
    """
    size, n = place[2:], measured.n_arcs
    joints = np.stack([figure.track.xyz_mm[frame] for figure in stage.cells[cell]]).reshape(-1, 3)
    arcs = measured.arcs.part(slice(n))
    directions = np.concatenate([arcs.directions(_DIAL * measured.deg[:n]), arcs.zero[:, None]], axis=1)
    reached = arcs.centre_mm[:, None] + LEG_REACH * radii_mm(measured, eye.scale(size))[:n] * directions
    seen, _ = eye.project(np.concatenate([joints, arcs.centre_mm.T, reached.reshape(3, -1).T]), size)
    seen += place[:2]
    skeletons, centres, ends = np.split(seen, [len(joints), len(joints) + n])
    pairs = skeletons.reshape(-1, N_JOINTS, 2)[:, _BONE_ENDS]
    bones = pairs[:, :, 0] + _ALONG * (pairs[:, :, 1] - pairs[:, :, 0])
    first = int(np.isfinite(measured.deg[:n]).argmax())
    centre = centres[first]
    reach = np.hypot(*(ends[first::n] - centre).T)
    crowd = [seen, bones.reshape(-1, 2)]
    corner = stage.corner(size)
    if corner is not None:
        crowd.append(np.array(place[:2]) + corner[:2] + _CORNER * corner[2:])
    return About((float(centre[0]), float(centre[1])), float(np.nanmax(reach, initial=0.0)), np.concatenate(crowd))


def leader_of(rect: QRectF, about: About) -> tuple[float, float, float, float] | None:
    """From the nearest point of a card to its joint, (x, y, x, y) pixels; None where the card stands at the joint."""
    x, y = about.centre
    near = (min(max(x, rect.left()), rect.right()), min(max(y, rect.top()), rect.bottom()))
    apart = float(np.hypot(x - near[0], y - near[1])) - about.reach_px
    return (*near, x, y) if apart > _APART_PX else None


class Readings:
    """The cards of an area, one a cell; they let the mouse through. What leads to their joints is drawn with the scene,
    which lies beneath them.
    """

    def __init__(self, area: QWidget) -> None:
        self._area = area
        self._cards: list[_Card] = []
        self._sides: list[int] = []
        self._leaders: list[tuple[float, float, float, float] | None] = []
        self._shown: tuple[object, ...] = ()

    @property
    def cards(self) -> tuple[QWidget, ...]:
        """Those that are seen, in the order of cells."""
        return tuple(card for card in self._cards if not card.isHidden())

    def show_frame(self, stage: Stage, places: Sequence[Rect], frame: int, eye: Eye,
                   taken: Sequence[QRectF]) -> None:  # fmt: skip
        """The numbers of a frame in every cell. taken : places of what else lies over the area."""
        while len(self._cards) < len(places):
            self._cards.append(_Card(self._area))
            self._sides.append(-1)
        self._leaders = [None] * len(places)
        view = stage.view
        shown = (view.angle, view.lifter, tuple(places), view.scene.viewpoint, view.aim_deg)
        if shown != self._shown:  # a place is kept from frame to frame only
            self._shown, self._sides = shown, [-1] * len(self._cards)
        for card in self._cards[len(places) :]:
            card.hide()
        for cell, (card, place) in enumerate(zip(self._cards, places, strict=False)):
            reading, measured = reading_of(stage, cell, frame), stage.measured(cell, frame)
            if reading is None or measured is None:
                card.hide()
                continue
            size = reading_size(reading, card.letters)
            about = drawn_about(stage, cell, frame, eye, place, measured)
            if np.isnan(about.centre).any() or size.width() > place[2] - 2 * _EDGE_PX or size.height() > place[3] / 2:
                card.hide()
                continue
            self._sides[cell], at = where_free(about, size, QRectF(*place), taken, self._sides[cell])
            rect = QRectF(at, size)
            self._leaders[cell] = leader_of(rect, about)
            card.show_reading(reading, stage.theme, rect)

    def leader(self, cell: int, place: Rect, theme: Theme) -> Drawing | None:
        """The line from the card of a cell to its joint, in pixels of the cell; None where they stand together."""
        found = self._leaders[cell] if cell < len(self._leaders) else None
        return None if found is None else leader_drawing(found, place, theme)


def leader_drawing(leader: tuple[float, float, float, float], place: Rect, theme: Theme) -> Drawing:
    """A thin line over a halo in the colour of the background, and a dot at the joint."""
    x, y, at_x, at_y = np.array(leader) - (*place[:2], *place[:2])
    line, dot = ((x, y), (at_x, at_y)), ((at_x, at_y), (at_x, at_y))
    fill = np.array([(*rgb(theme.base), _HALO_ALPHA), *[(*rgb(theme.dim), _LINE_ALPHA)] * 2], np.float32)
    radius = np.array([_HALO_PX, _LEADER_PX, _DOT_PX], np.float32)
    return Drawing(np.array([line, line, dot], np.float32), radius, np.zeros_like(radius), fill, np.zeros_like(fill))


class _Card(QWidget):
    """One card. letters : in its font."""

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._reading: Reading | None = None
        self._theme: Theme | None = None
        self.letters: CardLetters = letters_of(self.font())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("reading")
        self.hide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font has other sizes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.letters = letters_of(self.font())

    def show_reading(self, reading: Reading, theme: Theme, rect: QRectF) -> None:
        """Other numbers at another place."""
        self.setGeometry(rect.toRect())
        if reading != self._reading or theme is not self._theme:
            self._reading, self._theme = reading, theme
            self.setAccessibleName(f"{reading.title}: {', '.join(row.value for row in reading.rows)}")
            self.update()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The card."""
        if self._reading is not None and self._theme is not None:
            painter = QPainter(self)
            paint_reading(painter, QRectF(self.rect()), self._reading, self._theme, self.letters)
            painter.end()
