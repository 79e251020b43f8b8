"""Which views show one cycle: by the reference first, by frames where that is estimated anew from every view."""

from __future__ import annotations

import numpy as np

from core.study.views import distinct_cycles, means_of

STRIDES = np.random.default_rng(1).normal(0, 4, (5, 12, 101)).cumsum(axis=2)


def test_shifted_views_are_told_by_their_reference():
    rng = np.random.default_rng(2)
    spans = [((18, 59), (59, 100), (100, 142)), ((34, 76), (75, 117)), ((18, 59),)]
    shown = [STRIDES[:3], STRIDES[1:3] + rng.normal(0, 0.05, (2, 12, 101)), STRIDES[3:4]]
    assert distinct_cycles(np.array([0, 0, 1]), spans, shown).tolist() == [0, 1, 2, 1, 2, 3]


def test_frames_of_a_shifted_view_do_not_make_another_cycle_the_same():
    """The second camera begins one cycle later: its first cycle has the frames of another one."""
    spans = [((0, 40), (40, 80)), ((0, 40),)]
    assert distinct_cycles(np.array([0, 0]), spans, [STRIDES[:2], STRIDES[1:2]]).tolist() == [0, 1, 1]


def test_references_that_differ_by_view_are_told_by_frames():
    rng = np.random.default_rng(3)
    spans = [((0, 40), (40, 80)), ((1, 42), (42, 79)), ((90, 130),)]
    shown = [STRIDES[:2] + 5 * rng.normal(size=(2, 12, 1)) for _ in range(2)] + [STRIDES[2:3]]
    assert distinct_cycles(np.array([0, 0, 0]), spans, shown).tolist() == [0, 1, 0, 1, 2]


def test_like_cycles_of_one_clip_or_of_two_takes_are_several():
    same = np.repeat(STRIDES[:1], 3, axis=0)
    spans = ((0, 40), (40, 80), (80, 120))
    assert distinct_cycles(np.array([0, 1]), [spans, spans], [same, same]).tolist() == [0, 1, 2, 3, 4, 5]
    assert distinct_cycles(np.array([0, 0]), [spans, spans], [same, same]).tolist() == [0, 1, 2, 0, 1, 2]


def test_unknown_angles_do_not_count_and_half_a_turn_is_not_crossed():
    one, two = STRIDES[:1].copy(), STRIDES[:1] + 360.0
    one[0, 3] = np.nan
    assert distinct_cycles(np.array([0, 0]), [((0, 40),), ((9, 49),)], [one, two]).tolist() == [0, 0]
    nothing = np.full((1, 12, 101), np.nan)
    assert distinct_cycles(np.array([0, 0]), [((0, 40),), ((9, 49),)], [nothing, one]).tolist() == [0, 1]


def test_means_are_of_what_is_there():
    values = np.arange(3 * 2 * 12 * 4, dtype=float).reshape(3, 2, 12, 4)
    there = np.ones((3, 12), bool)
    there[1, 5] = there[2, 6] = False
    values[1, :, 5] = 1e9
    found = means_of(values, there, np.array([0, 0, 1]))
    assert np.array_equal(found[0, :, 4], values[:2, :, 4].mean(axis=0))
    assert np.array_equal(found[0, :, 5], values[0, :, 5])
    assert np.isnan(found[1, :, 6]).all() and np.isfinite(found[1, :, 7]).all()
