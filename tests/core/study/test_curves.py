"""Curves of cycles: brought to one length, averaged as by hand, and compared where a difference was planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.conventions import ANGLES, ShoulderView
from core.study.along import tests_along as along
from core.study.curves import POINTS, clip_curves, movements_of, normalised
from tests.core.study.made_frames import made_frames, study_of_frames

LIFTERS = ("a", "b")
MM = np.repeat([[1.0], [2.0]], 300, axis=1)
HIP = [angle.name for angle in ANGLES].index("hip_flexion_r")


def movements(clips, spans, athletes=None, names=None, takes=None):
    study = study_of_frames(clips, athletes=athletes, takes=takes)
    names = names or ["Running"] * len(clips)
    curves = [clip_curves(clip, 50.0, span, name) for clip, span, name in zip(clips, spans, names, strict=True)]
    return movements_of(study, curves)


def test_spans_become_101_points_as_numpy_interpolates():
    values = np.random.default_rng(1).normal(0, 1, (90, 2, 3))
    spans = [(0, 89), (10, 11), (20, 70), (3, 80)]
    found = normalised(values, spans)
    assert found.shape == (4, POINTS, 2, 3)
    for curve, (first, last) in zip(found, spans, strict=True):
        at = np.linspace(first, last, POINTS)
        for k in range(2):
            for m in range(3):
                assert curve[:, k, m] == pytest.approx(np.interp(at, np.arange(90), values[:, k, m]))
        assert np.array_equal(curve[0], values[first])
        assert curve[-1] == pytest.approx(values[last])


def wave(n_frames, seed, lifters=2):
    rng = np.random.default_rng(seed)
    reference = rng.normal(0, 2, (n_frames, 12)).cumsum(axis=0)
    errors = rng.normal(0, 3, (lifters, n_frames, 12)).cumsum(axis=1) / 3
    return made_frames(f"clip {seed}", LIFTERS[:lifters], reference, errors, rng.uniform(20, 60, (lifters, n_frames)))


def test_means_and_bands_are_those_of_all_cycles():
    clips, spans = [wave(80, 1), wave(60, 2)], [((5, 30), (30, 52)), ((0, 59),)]
    (found,) = movements(clips, spans)
    assert (found.name, found.cycles, found.clips, found.takes, found.athletes) == ("Running", 3, 2, 2, 2)
    assert found.seconds == pytest.approx((25 + 22 + 59) / 50 / 3)
    assert found.left_out == (0,) * 12
    expected = {"reference": [], "floor": [], "a": [], "b": []}
    for clip, of_clip in zip(clips, spans, strict=True):
        series = {"reference": clip.reference_deg, "floor": clip.floor_deg,
                  "a": clip.reference_deg + clip.error_deg[0], "b": clip.reference_deg + clip.error_deg[1]}  # fmt: skip
        for name, values in series.items():
            expected[name] += list(normalised(values, of_clip))
    bands = {"reference": found.reference, "floor": found.floor, **found.bands}
    for name, cycles in expected.items():
        assert bands[name].mean_deg == pytest.approx(np.mean(cycles, axis=0).T)
        assert bands[name].sd_deg == pytest.approx(np.std(cycles, axis=0, ddof=1).T, abs=1e-5)
    for name in LIFTERS:
        sizes = np.abs(np.array(expected[name]) - np.array(expected["reference"])).mean(axis=0).T
        assert found.sizes_deg[name] == pytest.approx(sizes, abs=1e-9)


def test_a_gap_in_one_series_takes_that_cycle_of_that_angle_from_all():
    clip = wave(80, 1)
    clip.error_deg[1, 40, 3] = np.nan
    clip.reference_deg[10, 7] = np.nan
    clip.floor_deg[30, 5] = np.nan  # where both cycles meet
    (found,) = movements([clip], [((5, 30), (30, 52))])
    assert found.left_out == (0, 0, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0)
    first = normalised(clip.reference_deg, [(5, 30)])[0, :, 3]
    assert found.reference.mean_deg[3] == pytest.approx(first)
    assert found.bands["a"].mean_deg[3] == pytest.approx(first + normalised(clip.error_deg[0], [(5, 30)])[0, :, 3])
    assert np.isnan(found.reference.sd_deg[3]).all()
    assert np.isnan(found.reference.mean_deg[5]).all()


def test_where_the_floor_stands_in_for_the_reference_there_is_none():
    clip = wave(80, 1)
    clip = made_frames("c", LIFTERS, clip.reference_deg, clip.error_deg, clip.position_mm,
                       floor_deg=np.full((80, 12), np.nan))  # fmt: skip
    (found,) = movements([clip], [((5, 30), (30, 52))])
    assert np.isnan(found.floor.mean_deg).all() and np.isfinite(found.bands["b"].mean_deg).all()
    assert found.left_out == (0,) * 12


def test_a_plane_that_passes_180_is_averaged_the_short_way():
    plane = np.linspace(150, 210, 60)
    reference = np.tile(plane[:, None], (1, 12))
    reference[:, 4] = (plane + 180) % 360 - 180
    errors = np.zeros((2, 60, 12))
    errors[0, :, 4] = 4
    floor = reference.copy()
    floor[:, 4] = (plane + 2 + 180) % 360 - 180
    clip = made_frames("c", LIFTERS, reference, errors, MM[:, :60], floor_deg=floor,
                       view=ShoulderView.RAW)  # fmt: skip
    (found,) = movements([clip], [((0, 59), (0, 59))])
    expected = np.interp(np.linspace(0, 59, POINTS), np.arange(60), plane)
    assert np.ptp(found.reference.mean_deg[4] - expected) < 1e-6
    assert found.bands["a"].mean_deg[4] - found.reference.mean_deg[4] == pytest.approx(np.full(POINTS, 4))
    assert found.floor.mean_deg[4] - found.reference.mean_deg[4] == pytest.approx(np.full(POINTS, 2))
    assert abs(found.reference.mean_deg[4].mean()) <= 180


def athletes_with_a_bump(n, seed=0):
    """Lifter a errs more in the right hip between 40 and 60 % of cycles that last 100 frames; else both are alike."""
    rng = np.random.default_rng(seed)
    clips = []
    for k in range(n):
        errors = np.zeros((2, 201, 12))
        for lifter in range(2):
            slow = rng.normal(0, 1, (12, 3))
            turn = 2 * np.pi * np.arange(201)[:, None] / 100
            errors[lifter] = 8 + slow[:, 0] * np.sin(turn) + slow[:, 1] * np.cos(turn) + slow[:, 2] * np.sin(2 * turn)
        at = np.arange(201) % 100
        errors[0, (at >= 40) & (at <= 60), HIP] += 9
        clips.append(made_frames(f"clip {k}", LIFTERS, np.zeros(201), errors, MM[:, :201]))
    return clips


def test_a_bump_of_one_lifter_is_found_there_and_nowhere_else():
    clips = athletes_with_a_bump(9)
    (found,) = movements(clips, [((0, 100), (100, 200))] * 9)
    pair = found.comparisons[-1]
    assert (pair.first, pair.second, pair.over) == ("a", "b", "athletes")
    ((angle, stretch),) = [(k, s) for k, test in enumerate(pair.tests) for s in test.stretches if s.p_all < 0.05]
    assert angle == HIP and stretch.mass > 0
    assert (stretch.first, stretch.last) == (pytest.approx(40, abs=2), pytest.approx(60, abs=2))
    assert pair.tests[HIP].mean[50] == pytest.approx(9, abs=2)


def test_against_the_reference_signed_errors_are_tested_and_sizes_between_lifters():
    """Errors of 8 and of -8 are beyond chance against the reference, and no difference between the lifters."""
    clips = []
    for k in range(8):
        errors = np.stack([np.full((50, 12), 8.0), np.full((50, 12), -8.0)]) + np.random.default_rng(k).normal(0, 0.1)
        clips.append(made_frames(f"clip {k}", LIFTERS, np.zeros(50), errors, MM[:, :50]))
    (found,) = movements(clips, [((0, 49),)] * 8)
    a, b, pair = found.comparisons
    assert [(each.first, each.second) for each in found.comparisons] == [("a", ""), ("b", ""), ("a", "b")]
    assert a.tests[0].mean == pytest.approx(np.full(POINTS, 8), abs=0.2)
    assert b.tests[0].mean == pytest.approx(np.full(POINTS, -8), abs=0.2)
    assert [(s.first, s.last, s.p) for s in a.tests[0].stretches] == [(0, 100, 2 / 256)]
    assert not [s for s in pair.tests[0].stretches if s.p < 0.05]


def test_views_of_one_cycle_are_averaged_and_count_once():
    """Two cameras on one take, of which the second begins 7 frames later, and one on another."""
    first, other = wave(90, 1), wave(60, 2)
    late = first.reference_deg[7:] + np.random.default_rng(3).normal(0, 0.01, (83, 12))
    second = made_frames("second", LIFTERS, late, wave(83, 4).error_deg, MM[:, :83])
    spans = [((10, 40), (40, 68)), ((3, 33), (33, 61)), ((0, 59),)]
    (found,) = movements([first, second, other], spans, athletes=["x", "x", "y"], takes=["t", "t", "u"])
    assert (found.cycles, found.views, found.clips, found.takes, found.athletes) == (3, 5, 3, 2, 2)
    assert found.seconds == pytest.approx((30 + 28 + 59) / 50 / 3)
    errors = [
        normalised(clip.error_deg[0], of_clip) for clip, of_clip in zip((first, second, other), spans, strict=True)
    ]
    references = [normalised(clip.reference_deg, of_clip)
                  for clip, of_clip in zip((first, second, other), spans, strict=True)]  # fmt: skip
    angles = [one + two for one, two in zip(references, errors, strict=True)]
    cycles = [(angles[0][k] + angles[1][k]) / 2 for k in range(2)] + [angles[2][0]]
    assert found.bands["a"].mean_deg == pytest.approx(np.mean(cycles, axis=0).T)
    assert found.bands["a"].sd_deg == pytest.approx(np.std(cycles, axis=0, ddof=1).T)
    sizes = [np.abs(of_clip) for of_clip in errors]
    expected = np.mean([(sizes[0][k] + sizes[1][k]) / 2 for k in range(2)] + [sizes[2][0]], axis=0)
    assert found.sizes_deg["a"] == pytest.approx(expected.T)
    take = (errors[0] + errors[1]).mean(axis=0) / 2
    assert found.comparisons[0].tests[5].mean == pytest.approx((take[:, 5] + errors[2][0][:, 5]) / 2)


def test_one_cycle_seen_by_four_cameras_has_no_band():
    clips = [replace(wave(60, 1), clip=f"view {k}") for k in range(4)]
    (found,) = movements(clips, [((0, 59),)] * 4, athletes=["x"] * 4, takes=["t"] * 4)
    assert (found.cycles, found.views) == (1, 4)
    assert np.isfinite(found.reference.mean_deg).all() and np.isnan(found.reference.sd_deg).all()
    assert not any(test.testable or test.stretches for each in found.comparisons for test in each.tests)


def test_a_gap_in_one_view_leaves_the_others():
    clips = [wave(60, 1), replace(wave(60, 1), clip="other view")]
    clips[1].error_deg[0, 20, 3] = np.nan
    (found,) = movements(clips, [((0, 59),)] * 2, athletes=["x"] * 2, takes=["t"] * 2)
    assert found.left_out == (0,) * 12
    assert found.bands["b"].mean_deg[3] == pytest.approx(
        normalised(clips[0].reference_deg + clips[0].error_deg[1], [(0, 59)])[0, :, 3]
    )


def test_views_on_either_side_of_half_a_turn_are_not_averaged_to_nothing():
    clips = []
    for k, plane in enumerate((179.99, -179.99)):
        reference = np.zeros((60, 12))
        reference[:, 4] = plane
        clips.append(made_frames(f"view {k}", LIFTERS, reference, np.zeros((2, 60, 12)), MM[:, :60],
                                 floor_deg=reference, view=ShoulderView.RAW))  # fmt: skip
    (found,) = movements(clips, [((0, 59),)] * 2, athletes=["x"] * 2, takes=["t"] * 2)
    assert found.cycles == 1 and abs(found.reference.mean_deg[4]) == pytest.approx(np.full(POINTS, 180))


def test_all_comparisons_of_a_kind_are_one_family():
    """p of lifters against the reference is held against the largest cluster of any of them, and not of pairs."""
    rng = np.random.default_rng(6)
    clips = []
    for k in range(8):
        errors = rng.normal(0, 1, (2, 1, 12)) + rng.normal(0, 0.1, (2, 101, 12)).cumsum(axis=1) + 0.8
        clips.append(made_frames(f"clip {k}", LIFTERS, np.zeros(101), errors, MM[:, :101]))
    (found,) = movements(clips, [((0, 100),)] * 8)
    signed = np.array([np.moveaxis(clip.error_deg, 1, 2).reshape(24, 101) for clip in clips])
    alone = along(signed, 1)
    for k, each in enumerate(found.comparisons[:2]):
        of_lifter = alone[12 * k : 12 * k + 12]
        assert [s.p_all for test in each.tests for s in test.stretches] == pytest.approx(
            [s.p_all for test in of_lifter for s in test.stretches]
        )
    apart = along(signed[:, :12], 1)
    assert sum(s.p_all for test in apart for s in test.stretches) < sum(
        s.p_all for test in alone[:12] for s in test.stretches
    )


@pytest.mark.parametrize(("athletes", "over", "n"), [(6, "athletes", 6), (5, "takes", 10)])
def test_signs_are_drawn_for_athletes_where_there_are_enough(athletes, over, n):
    clips = athletes_with_a_bump(10)
    (found,) = movements(clips, [((0, 100),)] * 10, athletes=[f"athlete {k % athletes}" for k in range(10)])
    assert {(each.over, test.n) for each in found.comparisons for test in each.tests} == {(over, n)}


def test_movements_are_kept_apart_and_clips_without_cycles_left_out():
    clips = athletes_with_a_bump(4)
    found = movements(clips, [((0, 100),), (), ((100, 200),), ((0, 100), (100, 200))], names=["b", "b", "a", "b"])
    assert [(each.name, each.cycles, each.clips) for each in found] == [("a", 1, 1), ("b", 3, 2)]
    assert movements(clips[:1], [()]) == ()
