"""What a film says in words: which clip, which frame, and how everything in it was made."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from viewer.film.film import Film
from viewer.film.letters import LARGE_PX, SMALL_PX, USUAL_PX, line_px, width_px, write
from viewer.scene.wording import caption
from viewer.theme import Theme
from viewer.wording import SHOULDER, frame_text

__all__ = ["Clock", "foot_lines", "paint_foot", "paint_head"]

_BETWEEN = "  ·  "


class Clock:
    """Frame and time at the right of the head; the numbers stand still while they change."""

    def __init__(self, film: Film, theme: Theme, head: QRectF) -> None:
        self._film, self._theme, self._head = film, theme, head
        self._frame_px = width_px(self._text(film.last)[0], USUAL_PX)
        self._time_px = width_px(self._text(film.last)[1], USUAL_PX)

    @property
    def room_px(self) -> float:
        """Width that it takes."""
        return self._frame_px + self._time_px + 24.0

    def paint(self, painter: QPainter, frame: int) -> None:
        """Write them."""
        head = self._head
        count, time = self._text(frame)
        right = Qt.AlignmentFlag.AlignRight
        write(painter, QRectF(head.right() - self._time_px, head.top(), self._time_px, head.height()), time,
              self._theme.text, align=right)  # fmt: skip
        left = head.right() - self._time_px - 20.0 - self._frame_px
        write(painter, QRectF(left, head.top(), self._frame_px, head.height()), count, self._theme.text, align=right)

    def _text(self, frame: int) -> tuple[str, str]:
        content = self._film.content
        count, _, time = frame_text(frame, content.fps, content.n_frames).partition(" · ")
        return count, time


def paint_head(painter: QPainter, film: Film, theme: Theme, head: QRectF, clock_px: float) -> None:
    """The clip, its selected angle, and whether it was edited by hand."""
    content, room = film.content, head.adjusted(0, 0, -clock_px, 0)
    write(painter, room, content.name, theme.text, LARGE_PX, bold=True, cut=Qt.TextElideMode.ElideMiddle)
    left = room.left() + width_px(content.name, LARGE_PX, bold=True) + 16.0
    angle = content.angles[film.view.angle].title
    write(painter, QRectF(left, head.top(), room.right() - left, head.height()), angle, theme.text)
    left += width_px(angle, USUAL_PX) + 16.0
    if content.edited and left < room.right():
        said = f"edited by hand: {', '.join(sorted(content.edited))}"
        write(painter, QRectF(left, head.top(), room.right() - left, head.height()), said, theme.warning, bold=True)


def _phrases(film: Film) -> tuple[str, ...]:
    """How the numbers and the picture were made, the weightiest first."""
    content = film.content
    reference = () if content.reference is None else (content.reference.title,)
    simulated = ", ".join(track.name for track in content.tracks if track.simulated)
    arrows = () if film.slopes is None else ("arrows: where a joint would raise the angle most",)
    return (
        f"angles by {content.estimator} on {content.device}", *reference, *caption(content, film.view),
        *arrows, f"shoulder: {SHOULDER[content.shoulder]}", *((f"simulated: {simulated}",) if simulated else ()),
        f"clip at {float(film.timing.clip_fps):.4g} frames/s", f"film: {film.timing.said}",
    )  # fmt: skip


def foot_lines(film: Film, room_px: float) -> list[str]:
    """The phrases in as few lines as hold them."""
    lines = [""]
    for phrase in _phrases(film):
        longer = f"{lines[-1]}{_BETWEEN}{phrase}" if lines[-1] else phrase
        if lines[-1] and width_px(longer, SMALL_PX) > room_px:
            lines.append(phrase)
        else:
            lines[-1] = longer
    return lines


def paint_foot(painter: QPainter, lines: list[str], theme: Theme, foot: QRectF) -> None:
    """Dim lines at the bottom."""
    high = line_px(SMALL_PX)
    for i, text in enumerate(lines):
        place = QRectF(foot.left(), foot.top() + 5.0 + i * high, foot.width(), high)
        write(painter, place, text, QColor(theme.dim), SMALL_PX)
