"""Words that panels share: names of lifters without what all of them have in common."""

from __future__ import annotations

import pytest

from viewer.wording import short_names


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
