"""What a user chooses of a film, remembered between starts. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SIZES", "SPEEDS", "FilmFormat", "FilmLayout", "FilmOptions", "FilmSpan"]

SIZES: tuple[tuple[int, int], ...] = ((1920, 1080), (1280, 720), (1080, 1080), (800, 450), (800, 800))
"""Offered widths and heights, pixels."""

SPEEDS: tuple[float, ...] = (1.0, 0.5, 0.25)
"""Offered speeds; 1 is real time."""

_LEAST_PX, _MOST_PX = 320, 4096


class FilmLayout(StrEnum):
    """What stands beside the skeletons: nothing, the selected angle, or all twelve."""

    SCENE = "scene"
    ANGLE = "angle"
    TWELVE = "twelve"


class FilmFormat(StrEnum):
    """mp4 : H.264 where there is an encoder for it. gif : 256 colours, again and again."""

    MP4 = "mp4"
    GIF = "gif"


class FilmSpan(StrEnum):
    """Which frames: between in and out, the whole clip, or a range that is typed."""

    SPAN = "span"
    CLIP = "clip"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """How a film is made.

    size : width and height, pixels. theme : dark or light. speed : 1 is real time. every_frame : where a film cannot
    hold so many frames a second, it runs slower instead of leaving some out. turning : the view turns slowly. span :
    that was chosen last. Raises ``ValueError`` for what cannot be drawn.
    """

    layout: FilmLayout = FilmLayout.ANGLE
    format: FilmFormat = FilmFormat.MP4
    size: tuple[int, int] = (1920, 1080)
    theme: str = "dark"
    speed: float = 1.0
    every_frame: bool = False
    turning: bool = False
    span: FilmSpan = FilmSpan.SPAN

    def __post_init__(self) -> None:
        if not all(_LEAST_PX <= pixels <= _MOST_PX for pixels in self.size):
            raise ValueError(f"a film is {_LEAST_PX} to {_MOST_PX} pixels wide and high, not {self.size}")
        if self.theme not in ("dark", "light"):
            raise ValueError(f"the theme of a film is dark or light, not {self.theme!r}")
        if not 0 < self.speed <= 1:
            raise ValueError(f"the speed of a film is above 0 and at most 1, not {self.speed}")
