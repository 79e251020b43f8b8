"""Flips frame by frame: counted by hand, planted in the fast frames, and found there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.angles.views import in_view
from core.conventions import ANGLES, ShoulderView
from core.errors import DataError
from core.records import Angles
from core.study.contributions import contributions_of
from core.study.means import measured
from core.study.moments import EDGES, By, clip_moments, moments_of
from core.study.resampling import interval_of
from tests.core.study.made_frames import made_frames, study_of_frames

LIFTERS = ("a", "b")
NO_CYCLE = np.nan


def of(clips, phases=None, **more):
    study = study_of_frames(clips, **more)
    phases = phases or [np.full(clip.n_frames, NO_CYCLE) for clip in clips]
    return moments_of(study, [clip_moments(clip, 50.0, phase) for clip, phase in zip(clips, phases, strict=True)])


def test_flips_ties_and_expected_share_by_hand():
    # mm of a: fewer in 7 of 10 frames, equal in one; degrees of a: fewer in 4.
    mm = np.stack([[1, 1, 1, 1, 1, 1, 1, 5, 9, 9], np.full(10, 5.0)])
    deg = np.stack([[1, 1, 9, 9, 9, 5, 1, 1, 9, 9], np.full(10, 5.0)])
    (pair,) = of([made_frames("c", LIFTERS, np.zeros(10), deg, mm)]).pairs
    whole = pair.whole
    assert (pair.fewer_mm, pair.other, whole.clips, whole.frames, whole.ties) == ("a", "b", 1, 10, 2)
    # Told are frames 0-4, 6, 8 and 9: a flip where a has fewer mm and more degrees, 2, 3 and 4.
    assert whole.flips.value == pytest.approx(3 / 8)
    p, q = 6 / 8, 3 / 8
    assert whole.expected == pytest.approx(p * (1 - q) + q * (1 - p))
    assert whole.mm.value == pytest.approx((mm[0] - mm[1]).mean())
    assert whole.deg.value == pytest.approx((deg[0] - deg[1]).mean())


def test_signs_of_errors_do_not_matter_and_the_one_with_fewer_millimetres_comes_first():
    rng = np.random.default_rng(1)
    deg, mm = rng.normal(0, 5, (2, 40, 12)), rng.uniform(20, 90, (2, 40))
    mm[0] += 30
    (pair,) = of([made_frames("c", LIFTERS, np.zeros(40), deg, mm)]).pairs
    assert (pair.fewer_mm, pair.other) == ("b", "a")
    assert pair.whole.mm.value == pytest.approx((mm[1] - mm[0]).mean())
    size = np.abs(deg).mean(axis=2)
    assert pair.whole.deg.value == pytest.approx((size[1] - size[0]).mean(), abs=1e-6)
    assert pair.whole.flips.value == pytest.approx(np.mean((mm[1] < mm[0]) != (size[1] < size[0])))


def test_only_what_both_have_is_compared():
    deg, mm = np.full((2, 6, 12), 3.0), np.stack([np.full(6, 10.0), np.full(6, 20.0)])
    deg[0, 0] = np.nan  # no angle
    deg[0, 1, :11] = np.nan
    deg[1, 1, :11] = 90.0  # which the other lacks
    deg[0, 1, 11] = 4.0
    mm[1, 2] = np.nan
    clip = made_frames("c", LIFTERS, np.zeros(6), deg, mm)
    clip.joints[1, 3] = 12
    (pair,) = of([clip]).pairs
    assert pair.whole.frames == 3 and pair.whole.ties == 2
    assert (pair.whole.flips.value, pair.whole.deg.value) == (1.0, pytest.approx(1 / 3))


def planted(seed, n=200):
    """Slow, then twice as fast and so on; flips in the fastest fifth only."""
    rng = np.random.default_rng(seed)
    speed = np.repeat([10.0, 20.0, 40.0, 80.0, 160.0], n // 5)
    mm = np.stack([rng.uniform(20, 30, n), rng.uniform(40, 50, n)])
    deg = np.stack([np.where(speed > 100, 9.0, 5.0), np.full(n, 7.0)])
    return made_frames(f"clip {seed}", LIFTERS, np.cumsum(speed) / 50.0, deg, mm)


def test_flips_that_go_with_speed_are_found_at_that_speed():
    found = of([planted(k) for k in range(8)])
    (pair,) = found.pairs
    fifths = pair.by[By.SPEED]
    assert found.frames == 1600
    assert [part.frames for part in fifths] == pytest.approx([320] * 5, abs=60)
    assert [part.flips.value for part in fifths] == pytest.approx([0, 0, 0, 0, 1], abs=0.06)
    assert fifths[-1].flips.low > 0.9 and fifths[0].flips.high < 0.1
    assert fifths[-1].deg.value == pytest.approx(2, abs=0.1) and fifths[0].deg.value == pytest.approx(-2, abs=0.1)
    assert (fifths[0].low, fifths[-1].high) == (pytest.approx(10), pytest.approx(160))
    assert all(one.high == two.low for one, two in pairwise(fifths))


def test_speed_is_that_of_a_movement_of_known_speed_whatever_the_frame_rate():
    for fps in (30.0, 50.0, 120.0):
        time = np.arange(int(2 * fps)) / fps
        reference = np.outer(time, np.arange(-6.0, 6.0) * 10)
        reference[:, 3] = np.nan
        reference[5, 7] = np.nan
        clip = made_frames("c", LIFTERS, reference, np.ones((2, len(time))), np.ones((2, len(time))))
        speed = clip_moments(clip, fps, np.full(len(time), np.nan)).of[0]
        assert speed[15:-1] == pytest.approx(np.mean(np.delete(np.abs(np.arange(-6, 6)), 3)) * 10, rel=1e-4)


def test_a_hip_that_passes_half_a_turn_is_not_fast():
    reference = np.zeros((40, 12))
    reference[:, 0] = (np.arange(40) * 1.0 + 160 + 180) % 360 - 180
    clip = made_frames("c", LIFTERS, reference, np.ones((2, 40)), np.ones((2, 40)))
    assert clip_moments(clip, 50.0, np.full(40, np.nan)).of[0] == pytest.approx(50.0 / 12, rel=1e-4)


@pytest.mark.parametrize("view", ShoulderView)
def test_elevation_is_that_of_the_higher_arm_in_every_view(view):
    deg = np.zeros((4, 12), np.float32)
    deg[:, 4] = [0, 30, -40, np.nan]
    deg[:, 6] = [10, 40, 30, 20]
    deg[:, 5], deg[:, 7] = 12, [0, 0, 90, 35]
    clip = made_frames("c", LIFTERS, in_view(Angles(deg, "test"), view), np.ones((2, 4)), np.ones((2, 4)), view=view)
    elevation = clip_moments(clip, 50.0, np.full(4, np.nan)).of[1]
    assert elevation == pytest.approx([12, 50, np.hypot(12, 90), np.hypot(12, 35)], abs=1e-3)


def test_elevation_has_fixed_parts_and_the_upper_edge_belongs_to_the_next():
    reference = np.zeros((6, 12))
    reference[:, 6] = [0, 29.9, 30, 119, 120, 180]
    mm = np.stack([np.ones(6), np.full(6, 2.0)])
    (pair,) = of([made_frames("c", LIFTERS, reference, mm, mm)]).pairs
    parts = pair.by[By.ELEVATION]
    assert [(part.low, part.high) for part in parts] == list(pairwise(EDGES[By.ELEVATION]))
    assert [part.frames for part in parts] == [2, 1, 0, 1, 2]
    assert np.isnan(parts[2].flips.value) and np.isnan(parts[2].expected) and parts[2].clips == 0


def test_phase_is_of_the_clip_and_of_cycles_where_there_are_any():
    mm = np.stack([np.ones(50), np.full(50, 2.0)])
    flips = np.r_[np.zeros(25), np.ones(25)]
    deg = np.stack([1 + 2 * flips, np.full(50, 2.0)])
    clips = [made_frames(name, LIFTERS, np.zeros(50), deg, mm) for name in "cd"]
    phases = [np.r_[np.full(20, np.nan), np.arange(30) / 30], np.full(50, np.nan)]
    (pair,) = of(clips, phases).pairs
    assert [part.flips.value for part in pair.by[By.CLIP]] == [0] * 5 + [1] * 5
    assert [part.frames for part in pair.by[By.CLIP]] == [10] * 10
    assert [part.frames for part in pair.by[By.CYCLE]] == [3] * 10
    assert [part.clips for part in pair.by[By.CYCLE]] == [1] * 10
    assert pair.by[By.CYCLE][0].flips.value == 0 and pair.by[By.CYCLE][9].flips.value == 1
    (without,) = of(clips).pairs
    assert without.by[By.CYCLE] == ()


def test_parts_add_up_and_intervals_are_those_of_resampled_clips():
    rng = np.random.default_rng(5)
    clips = [
        made_frames(f"clip {k}", ("a", "b", "c"), rng.normal(0, 30, (30, 12)).cumsum(axis=0) % 90,
                    rng.normal(0, 6, (3, 30, 12)), rng.uniform(20, 60, (3, 30)) + np.array([[0], [9], [4]]))
        for k in range(6)
    ]  # fmt: skip
    study = study_of_frames(clips, athletes=["x", "x", "y", "y", "z", "z"])
    found = moments_of(study, [clip_moments(clip, 50.0, np.full(30, np.nan)) for clip in clips])
    assert [(pair.fewer_mm, pair.other) for pair in found.pairs] == [("a", "c"), ("a", "b"), ("c", "b")]
    for pair in found.pairs:
        for by in (By.SPEED, By.ELEVATION, By.CLIP):
            parts = [part for part in pair.by[by] if part.frames]
            assert sum(part.frames for part in parts) == pair.whole.frames == 180
            told = np.array([part.frames - part.ties for part in parts])
            assert np.dot([part.flips.value for part in parts], told) / told.sum() == pytest.approx(
                pair.whole.flips.value
            )
    one, two = (study.scores.lifters.index(name) for name in (found.pairs[1].fewer_mm, found.pairs[1].other))
    size = np.array([np.abs(clip.error_deg).mean(axis=2) for clip in clips])
    mm = np.array([clip.position_mm for clip in clips])
    flips = ((mm[:, one] < mm[:, two]) != (size[:, one] < size[:, two])).sum(axis=1)
    shares = np.concatenate([counts @ flips / (counts @ np.full(6, 30.0)) for counts in study.resampling.counts()])
    assert found.pairs[1].whole.flips == interval_of(float(flips.sum() / 180), shares)


def brute_force_excess(told, flips, fewer_mm, fewer_deg):
    """Flips less unrelated orders, frame counts of a resample as plain numbers."""
    p, q = fewer_mm / told, fewer_deg / told
    return flips / told - (p * (1 - q) + q * (1 - p))


def test_excess_is_resampled_with_its_chance_by_brute_force():
    """Against a loop over resamples that adds the frames of every drawn clip one by one."""
    rng = np.random.default_rng(8)
    shift = rng.normal(0, 1, (8, 2))
    clips = [
        made_frames(f"clip {k}", LIFTERS, np.zeros(25),
                    np.stack([5 + shift[k, 0] + rng.normal(0, 1, 25), np.full(25, 5.0)]),
                    np.stack([40 + shift[k, 1] + rng.normal(0, 1, 25), np.full(25, 40.2)]))
        for k in range(8)
    ]  # fmt: skip
    study = study_of_frames(clips, athletes=["x", "x", "y", "y", "z", "z", "z", "u"], resamples=200)
    (pair,) = moments_of(study, [clip_moments(clip, 50.0, np.full(25, np.nan)) for clip in clips]).pairs
    one, two = (LIFTERS.index(name) for name in (pair.fewer_mm, pair.other))
    found = []
    for counts in np.concatenate(list(study.resampling.counts())):
        sums = np.zeros(4)
        for take, times in enumerate(counts):
            clip = clips[take]
            fewer_mm = clip.position_mm[one] < clip.position_mm[two]
            fewer_deg = np.abs(clip.error_deg[one, :, 0]) < np.abs(clip.error_deg[two, :, 0])
            for _ in range(int(times)):
                sums += [25, np.sum(fewer_mm != fewer_deg), fewer_mm.sum(), fewer_deg.sum()]
        found.append(brute_force_excess(*sums))
    excess = pair.whole.excess
    assert excess.value == pytest.approx(pair.whole.flips.value - pair.whole.expected)
    assert (excess.low, excess.high) == pytest.approx(tuple(np.quantile(found, [0.025, 0.975])))
    assert excess.high - excess.low != pytest.approx(pair.whole.flips.high - pair.whole.flips.low, rel=0.02)


def test_a_part_that_two_athletes_feed_has_no_interval_and_a_single_athlete_needs_takes():
    reference = [np.where(np.arange(40) < 20, 10.0, 50.0 if k < 2 else 10.0) for k in range(6)]
    rng = np.random.default_rng(4)
    clips = [made_frames(f"clip {k}", LIFTERS, reference[k], rng.uniform(1, 9, (2, 40)), rng.uniform(20, 60, (2, 40)))
             for k in range(6)]  # fmt: skip
    for athletes, takes in ((None, 6), (["one"] * 6, 6)):
        (pair,) = of(clips, athletes=athletes).pairs
        low, _, raised, *_ = pair.by[By.ELEVATION]
        assert (low.few, low.takes, low.athletes, low.clips) == (False, takes, len(set(athletes or range(6))), 6)
        assert (raised.few, raised.takes, raised.clips, raised.frames) == (True, 2, 2, 40)
        assert np.isfinite([low.flips.low, low.excess.high, low.mm.low, low.deg.high]).all()
        assert np.isfinite([raised.flips.value, raised.excess.value, raised.deg.value]).all()
        ends = [end for of in (raised.flips, raised.excess, raised.mm, raised.deg) for end in (of.low, of.high)]
        assert np.isnan(ends).all()


def moved(fast, rng):
    """An angle that changes by about 200 or 10 degrees a second."""
    return np.cumsum(np.where(fast, 200.0, 10.0) * rng.uniform(0.8, 1.2, len(fast))) / 50.0


def flipping(seed, fast_flips, n=300):
    """Slow and fast frames; in both either lifter is ahead by a coin, and in the fast ones degrees contradict it so
    often."""
    rng = np.random.default_rng(seed)
    fast = np.arange(n) >= n // 2
    ahead = rng.random(n) < 0.5
    flipped = rng.random(n) < np.where(fast, fast_flips, 0.5)
    mm = np.stack([np.where(ahead, 30.0, 50.0), np.full(n, 40.0)])
    deg = np.stack([np.where(ahead != flipped, 3.0, 9.0), np.full(n, 6.0)])
    return made_frames(f"clip {seed}", LIFTERS, moved(fast, rng), deg, mm)


@pytest.mark.parametrize(("athletes", "fast_flips", "shown"),
                         [(8, 0.8, True), (8, 0.5, False), (5, 0.8, False)])  # fmt: skip
def test_a_trend_is_shown_where_it_was_planted_and_people_are_enough(athletes, fast_flips, shown):
    clips = [flipping(k, fast_flips) for k in range(16)]
    (pair,) = of(clips, athletes=[f"athlete {k % athletes}" for k in range(16)]).pairs
    fifths = pair.by[By.SPEED]
    assert pair.trend.excess.value == pytest.approx(fifths[-1].excess.value - fifths[0].excess.value)
    assert pair.trend.excess.value == pytest.approx(fast_flips - 0.5, abs=0.06)
    assert (pair.trend.shown, pair.trend.clusters, pair.trend.excess.level) == (shown, athletes, 0.95)
    assert pair.trend.excess.excludes_zero == (fast_flips > 0.5)


def test_more_flips_by_chance_alone_are_no_trend():
    """In fast frames one lifter is mostly ahead in millimetres and behind in degrees, one having nothing to do with the
    other: the share of flips goes from 50 % to 82 %, and the excess stays 0."""
    clips = []
    for k in range(16):
        rng = np.random.default_rng(k)
        fast = np.arange(300) >= 150
        fewer_mm, fewer_deg = (rng.random(300) < np.where(fast, share, 0.5) for share in (0.9, 0.1))
        mm, deg = (np.stack([np.where(fewer, 3.0, 5.0), np.full(300, 4.0)]) for fewer in (fewer_mm, fewer_deg))
        clips.append(made_frames(f"clip {k}", LIFTERS, moved(fast, rng), deg, mm))
    (pair,) = of(clips, athletes=[f"athlete {k % 8}" for k in range(16)]).pairs
    slow, fast = pair.by[By.SPEED][0], pair.by[By.SPEED][-1]
    assert fast.flips.low > slow.flips.high + 0.2
    assert abs(pair.trend.excess.value) < 0.05 and not pair.trend.shown


def test_the_level_of_trends_is_corrected_for_the_number_of_pairs():
    rng = np.random.default_rng(2)
    clips = [made_frames(f"clip {k}", ("a", "b", "c"), np.cumsum(rng.uniform(0, 9, 60)), rng.uniform(1, 9, (3, 60)),
                         rng.uniform(20, 60, (3, 60))) for k in range(6)]  # fmt: skip
    for pair in of(clips).pairs:
        assert pair.trend.excess.level == pytest.approx(1 - 0.05 / 3)


def test_one_lifter_and_other_clips_are_refused():
    clip = made_frames("c", ("a",), np.zeros(5), np.ones((1, 5)), np.ones((1, 5)))
    with pytest.raises(DataError, match="one lifter has no rank"):
        moments_of(study_of_frames([clip]), [])
    both = made_frames("c", LIFTERS, np.zeros(5), np.ones((2, 5)), np.ones((2, 5)))
    moments = clip_moments(both, 50.0, np.full(5, np.nan))
    with pytest.raises(DataError, match="other clips"):
        moments_of(study_of_frames([both]), [replace(moments, clip="d")])


def test_what_angles_add_is_the_whole_difference():
    rng = np.random.default_rng(3)
    deg = rng.uniform(1, 9, (3, 20, 12))
    deg[1, :, 8] += 24
    mm = rng.uniform(20, 60, (3, 20))
    clips = [made_frames(f"clip {k}", ("a", "b", "c"), np.zeros(20), np.roll(deg, k, axis=1), mm + k) for k in range(5)]
    study = study_of_frames(clips)
    mae = measured(study.scores, study.resampling).value.mae_deg
    for of_pair, pair in zip(contributions_of(study), study.pairs, strict=True):
        one, two = (study.scores.lifters.index(name) for name in (of_pair.fewer_mm, of_pair.other))
        assert (of_pair.fewer_mm, of_pair.other) == (pair.fewer_mm, pair.other)
        assert sum(each.value for each in of_pair.by_angle_deg) == pytest.approx(mae[one] - mae[two])
        if "b" in (of_pair.fewer_mm, of_pair.other):
            elbow = [angle.name for angle in ANGLES].index("elbow_flexion_l")
            assert max(of_pair.by_angle_deg, key=lambda each: abs(each.value)) is of_pair.by_angle_deg[elbow]
            assert abs(of_pair.by_angle_deg[elbow].value) == pytest.approx(2, abs=0.3)
            assert of_pair.by_angle_deg[elbow].excludes_zero
