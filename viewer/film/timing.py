"""Which frames of a clip a film shows, how long each, and what that is in words. No Qt here.

No frame is left out or shown twice without being told: either every frame is shown once, or every nth, or every one
exactly n times.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from core.errors import DataError
from viewer.film.options import FilmFormat, FilmOptions

__all__ = ["Timing", "timing_of"]

# Beyond 60 frames a second screens show no more. Viewers of GIFs slow down above some 30, and files grow large.
_MOST_PER_S = {FilmFormat.MP4: Fraction(60), FilmFormat.GIF: Fraction(30)}
# Below so many a second some players stutter or refuse: each frame is held instead.
_LEAST_PER_S = Fraction(24)
# Rates such as 30000/1001 are kept exactly.
_LARGEST_DENOMINATOR = 1001
_SPEEDS = {Fraction(1): "real time", Fraction(1, 2): "half speed", Fraction(1, 4): "quarter speed"}
_ORDINALS = {2: "2nd", 3: "3rd"}


@dataclass(frozen=True, slots=True)
class Timing:
    """When a film shows what.

    frames : of the clip, each shown once. rate : frames of the film per second. hold : how many frames of the film each
    of them is. speed : of the film, 1 is real time. clip_fps : frames of the clip per second.
    """

    frames: range
    rate: Fraction
    hold: int
    speed: Fraction
    clip_fps: Fraction

    @property
    def n_written(self) -> int:
        """Frames of the film."""
        return len(self.frames) * self.hold

    @property
    def seconds(self) -> float:
        """How long the film takes."""
        return float(self.n_written / self.rate)

    def at(self, index: int) -> float:
        """When the film comes to the frame of that index in :attr:`frames`, seconds."""
        return float(index * self.hold / self.rate)

    @property
    def said(self) -> str:
        """Speed and frames in words, such as ``half speed, every 2nd frame, 30 frames/s``."""
        step = self.frames.step
        which = "every frame" if step == 1 else f"every {_ORDINALS.get(step, f'{step}th')} frame"
        held = "" if self.hold == 1 else " held twice" if self.hold == 2 else f" held {self.hold} times"
        speed = _SPEEDS.get(self.speed) or f"{float(self.speed):.2g} × real time"
        return f"{speed}, {which}{held}, {float(self.rate):.4g} frames/s"


def timing_of(clip_fps: float, first: int, last: int, options: FilmOptions) -> Timing:
    """The timing of a film from frame ``first`` to ``last``, both included.

    Too many frames a second become every nth frame, or, where the options say so, slow motion; too few are each held
    as often as needed, except in a GIF, which has no least rate. Raises :class:`DataError` for a span without frames.
    """
    if last < first or first < 0:
        raise DataError("there is no frame in the span", expected="a first frame before the last one",
                        got=f"{first} to {last}")  # fmt: skip
    fps = Fraction(clip_fps).limit_denominator(_LARGEST_DENOMINATOR)
    speed, most = Fraction(options.speed).limit_denominator(_LARGEST_DENOMINATOR), _MOST_PER_S[options.format]
    rate, step, hold = fps * speed, 1, 1
    if rate > most and options.every_frame:
        rate, speed = most, most / fps
    elif rate > most:
        step = ceil(rate / most)
        rate /= step
    if rate < _LEAST_PER_S and options.format is FilmFormat.MP4:
        hold = ceil(_LEAST_PER_S / rate)
        rate *= hold
    return Timing(range(first, last + 1, step), rate, hold, speed, fps)
