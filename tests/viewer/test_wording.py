"""Words that panels share: names of lifters without what all of them have in common."""

from __future__ import annotations

import pytest

from viewer.wording import frame_text, short_names, span_text


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (("sim_a", "sim_b"), ("a", "b")),
        (("sim_a_x", "sim_a_y"), ("x", "y")),
        (("motionbert-compact", "videopose3d-compact"), ("motionbert", "videopose3d")),
        (("run 1 vp best", "run 1 mb best"), ("vp", "mb")),
        (("mb-lite", "mb-full"), ("lite", "full")),
        (("alpha", "alpine"), ("alpha", "alpine")),
        (("lifter1", "lifter2"), ("lifter1", "lifter2")),
        (("sim_", "sim_a"), ("sim_", "sim_a")),
        (("a_b", "a_b_c"), ("b", "b_c")),
        (("x-a", "x-b-a"), ("a", "b-a")),
        (("only_one",), ("only_one",)),
        ((), ()),
    ],
)
def test_names_are_cut_at_words_and_something_is_left_of_each(names, short):
    assert tuple(short_names(names).values()) == short


def test_frames_and_spans_have_one_form():
    assert frame_text(45, 120.0) == "frame 45 · 0.375 s"
    assert frame_text(45, 120.0, 240) == "frame 45 of 0–239 · 0.375 s"
    assert frame_text(3000, 30.0).endswith("1:40.000")
    assert (span_text(40, 120), span_text(7, 7)) == ("frames 40–120", "frame 7")
