"""A film's pictures: what stays is painted once, then at every frame only what moves.

Everything is drawn by Qt's painter into memory, so that it may happen on any thread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from viewer.film.arrange import arranged, ratio_of
from viewer.film.film import Film
from viewer.film.plot_part import PlotPart
from viewer.film.scene_part import ScenePart
from viewer.film.strip_part import StripPart
from viewer.film.words import Clock, foot_lines, paint_foot, paint_head
from viewer.theme import DARK, LIGHT

__all__ = ["FilmPainter"]

_MARGIN_PX = 12.0


class FilmPainter:
    """Paints a film in its size. Used by one thread at a time."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._theme = DARK if film.options.theme == "dark" else LIGHT
        width, height = film.options.size
        self._lines = foot_lines(film, width / ratio_of(film.options.size) - 2 * _MARGIN_PX)
        self._place = arranged(film, len(self._lines))
        self._scene = ScenePart(film, self._theme, self._place.scene)
        self._plots = tuple(PlotPart(film, self._theme, place) for place in self._place.plots)
        self._strip = StripPart(film, self._theme, self._place.strip)
        self._clock = Clock(film, self._theme, self._place.head)
        self._still = np.zeros((height, width, 4), np.uint8)
        self._pixels = np.zeros_like(self._still)
        self._paint_still()

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """(height, width, 4) blue, green, red and an opaque fourth of the frame at an index of the timing.

        The array is painted over by the next call.
        """
        frame = self._film.timing.frames[index]
        np.copyto(self._pixels, self._still)
        image = _image_over(self._pixels)
        painter = self._begun(image)
        self._scene.paint(painter, index)
        for plot in self._plots:
            plot.paint(painter, frame)
        self._strip.paint(painter, frame)
        self._clock.paint(painter, frame)
        painter.end()
        return self._pixels

    def image(self, index: int) -> QImage:
        """The same as a picture of its own."""
        return _image_over(self.pixels(index)).copy()

    def _begun(self, image: QImage) -> QPainter:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._place.ratio, self._place.ratio)
        return painter

    def _paint_still(self) -> None:
        place, theme = self._place, self._theme
        self._scene.prepare(place.ratio)
        image = _image_over(self._still)  # has to outlive its painter
        painter = self._begun(image)
        painter.fillRect(QRectF(0, 0, place.width + 1, place.height + 1), QColor(theme.window))
        paint_head(painter, self._film, theme, place.head, self._clock.room_px)
        for plot in self._plots:
            plot.paint_still(painter)
        self._strip.paint_still(painter)
        paint_foot(painter, self._lines, theme, place.foot)
        painter.end()


def _image_over(pixels: NDArray[np.uint8]) -> QImage:
    """A picture that paints into an array, which must outlive it."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
