"""Which frames, how long, and that the words say what is done."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError
from viewer.film.options import SPEEDS, FilmFormat, FilmOptions
from viewer.film.timing import timing_of


@pytest.mark.parametrize(
    ("fps", "options", "rate", "step", "hold", "said"),
    [
        (60.0, {}, 60, 1, 1, "real time, every frame, 60 frames/s"),
        (30000 / 1001, {}, Fraction(30000, 1001), 1, 1, "real time, every frame, 29.97 frames/s"),
        (120.0, {}, 60, 2, 1, "real time, every 2nd frame, 60 frames/s"),
        (240.0, {}, 60, 4, 1, "real time, every 4th frame, 60 frames/s"),
        (120.0, {"speed": 0.5}, 60, 1, 1, "half speed, every frame, 60 frames/s"),
        (120.0, {"every_frame": True}, 60, 1, 1, "half speed, every frame, 60 frames/s"),
        (100.0, {"every_frame": True}, 60, 1, 1, "0.6 × real time, every frame, 60 frames/s"),
        (60.0, {"speed": 0.25}, 30, 1, 2, "quarter speed, every frame held twice, 30 frames/s"),
        (10.0, {"speed": 0.5}, 25, 1, 5, "half speed, every frame held 5 times, 25 frames/s"),
        (60.0, {"format": FilmFormat.GIF}, 30, 2, 1, "real time, every 2nd frame, 30 frames/s"),
        (10.0, {"format": FilmFormat.GIF, "speed": 0.25}, Fraction(5, 2), 1, 1,
         "quarter speed, every frame, 2.5 frames/s"),
    ],
)  # fmt: skip
def test_frames_and_rates_by_hand(fps, options, rate, step, hold, said):
    timing = timing_of(fps, 10, 49, FilmOptions(**options))
    assert (timing.rate, timing.frames, timing.hold) == (rate, range(10, 50, step), hold)
    assert timing.said == said
    assert timing.n_written == 40 // step * hold


@given(
    fps=st.floats(1.0, 1000.0), first=st.integers(0, 500), n_frames=st.integers(1, 500), speed=st.sampled_from(SPEEDS),
    every=st.booleans(), kind=st.sampled_from(FilmFormat),
)  # fmt: skip
def test_a_film_is_as_long_as_its_span_at_its_speed(fps, first, n_frames, speed, every, kind):
    timing = timing_of(fps, first, first + n_frames - 1, FilmOptions(format=kind, speed=speed, every_frame=every))
    assert timing.rate <= (60 if kind is FilmFormat.MP4 else 30)
    assert timing.rate >= 24 or kind is FilmFormat.GIF
    assert timing.rate * timing.frames.step == timing.clip_fps * timing.speed * timing.hold
    assert timing.speed == Fraction(speed) or (every and timing.frames.step == 1 and timing.speed < speed)
    # All of the span is there: what follows the last frame that is shown is less than a step.
    assert timing.frames[0] == first
    assert 0 <= first + n_frames - 1 - timing.frames[-1] < timing.frames.step
    assert timing.at(0) == 0 and timing.seconds == pytest.approx(float(timing.n_written / timing.rate))


@pytest.mark.parametrize(("first", "last"), [(5, 4), (-1, 3)])
def test_a_span_without_frames_is_refused_in_one_line(first, last):
    with pytest.raises(DataError, match="no frame in the span") as raised:
        timing_of(60.0, first, last, FilmOptions())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("wrong", [{"size": (100, 720)}, {"size": (720, 9000)}, {"theme": "red"}, {"speed": 0.0}])
def test_options_that_cannot_be_drawn_are_refused(wrong):
    with pytest.raises(ValueError, match="film"):
        FilmOptions(**wrong)
