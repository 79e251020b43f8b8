"""Cycles are found where they are, in made-up and in recorded motion, and jumps are not called cyclic."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from core.angles.isb import isb_angles
from core.conventions import ANGLES
from core.dataset import load_clip, open_dataset
from core.demo.programme import CLIPS, play
from core.marks import new_mark
from core.study.cycles import LEAST_PERIODICITY, cycle_phase, cycles_of, marked_spans

HIP, KNEE = (tuple(angle.name for angle in ANGLES).index(name) for name in ("hip_flexion_r", "knee_flexion_r"))


def strides(seconds, fps, period_s, noise=0.5, seed=3):
    """Twelve angles of a made-up walk; the right hip is most flexed at whole periods, the left half a period later."""
    turn = 2 * np.pi * np.arange(round(seconds * fps)) / fps / period_s
    right = 20 * np.cos(turn) + 6 * np.cos(2 * turn) - 2 * np.sin(3 * turn)
    left = 20 * np.cos(turn + np.pi) + 6 * np.cos(2 * turn) - 2 * np.sin(3 * turn + 3 * np.pi)
    deg = np.stack([left, right] * 6, axis=1)
    return deg + np.random.default_rng(seed).normal(0, noise, deg.shape)


@pytest.mark.parametrize(("fps", "period_s"), [(120, 0.7), (60, 1.1), (30, 0.9)])
def test_cycles_begin_at_the_maxima_and_last_a_period(fps, period_s):
    found = cycles_of(strides(4.2 * period_s, fps, period_s), fps, HIP)
    assert found.period_s == pytest.approx(period_s, abs=1.01 / fps)
    assert found.periodicity > 0.97 and found.irregular == 0
    assert [first for first, _ in found.spans] == pytest.approx(
        [period_s * fps * k for k in (1, 2, 3)], abs=0.04 * period_s * fps
    )
    assert [last for _, last in found.spans[:-1]] == [first for first, _ in found.spans[1:]]


def test_an_angle_with_two_maxima_a_cycle_has_one_event():
    turn = 2 * np.pi * np.arange(400) / 100
    deg = np.stack([30 * np.cos(turn) + 25 * np.cos(2 * turn)] * 12, axis=1)
    found = cycles_of(deg, 100, HIP)
    assert [last - first for first, last in found.spans] == [100, 100]
    assert [first for first, _ in found.spans] == [100, 200]


def test_gaps_do_not_move_the_cycles():
    deg = strides(5, 60, 1.0)
    torn = deg.copy()
    torn[70:78, HIP] = np.nan
    torn[130:140, KNEE] = np.nan
    assert cycles_of(torn, 60, HIP).spans == cycles_of(deg, 60, HIP).spans


def test_a_stop_in_between_is_no_cycle():
    walk = strides(12, 60, 1.0, noise=0)
    still = np.tile(walk[149], (25, 1))
    found = cycles_of(np.concatenate([walk[:150], still, walk[150:]]), 60, HIP)
    assert len(found.spans) == 9
    assert found.irregular == 1
    assert all(abs(last - first - 60) <= 1 for first, last in found.spans)


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_what_does_not_repeat_itself_is_not_cyclic(noise):
    time = np.linspace(-1, 1, 200)
    jump = 80 * np.exp(-((time / 0.25) ** 2)) + 30 * np.exp(-(((time - 0.6) / 0.1) ** 2))
    deg = np.stack([jump] * 12, axis=1) + np.random.default_rng(1).normal(0, noise, (200, 12))
    assert cycles_of(deg, 100, HIP).spans == ()
    walk = np.random.default_rng(2).normal(0, 1, (300, 12)).cumsum(axis=0)
    assert cycles_of(walk, 100, HIP).spans == ()


def test_one_period_is_not_enough_and_nothing_is_nothing():
    assert cycles_of(strides(1.9, 60, 1.0), 60, HIP).spans == ()
    assert cycles_of(np.full((90, 12), np.nan), 60, HIP).spans == ()
    assert cycles_of(np.full((90, 12), 5.0), 60, HIP).spans == ()
    assert cycles_of(np.zeros((3, 12)), 60, HIP).spans == ()


@pytest.mark.parametrize("number", range(len(CLIPS)))
def test_running_of_the_demo_is_cyclic_and_nothing_else(number):
    plan = CLIPS[number]
    found = cycles_of(np.asarray(play(plan).angles.deg, float), plan.fps, HIP)
    if plan.activity == "Running":
        assert len(found.spans) == 2 and 0.6 < found.period_s < 0.75
    else:
        assert found.spans == () and not found.periodicity > 0.5 * LEAST_PERIODICITY


@pytest.mark.parametrize(
    ("clip", "period_s", "cycles"),
    [("S1_Running_1_cam_1", 0.69, 14), ("S2_Running_1_cam_2", 0.77, 2), ("S2_Running_2_cam_1", 0.72, 2),
     ("S4_Squat_1_cam_1", 2.6, 1), ("S4_Walking_1_cam_1", None, 0), ("S3_Drop_jump_1_cam_1", None, 0),
     ("S3_Drop_jump_2_cam_3", None, 0)],
)  # fmt: skip
def test_recorded_motion(shared_data, clip, period_s, cycles):
    """Runs and squats of several people; the walk is a single stride. Maxima of OpenSim's own hip flexion, which shares
    no code with ours, lie where the cycles begin.
    """
    dataset = open_dataset(shared_data / "opensim_ap3d")
    entry = dataset.entry(clip)
    angles = isb_angles(load_clip(entry, dataset).points)
    found = cycles_of(np.asarray(angles.deg, float), entry.fps, HIP)
    assert len(found.spans) == cycles
    if not cycles:
        return
    assert found.period_s == pytest.approx(period_s, abs=0.03)
    table = pl.read_csv(shared_data / "opensim_ap3d" / "reference" / f"{clip.rsplit('_', 2)[0]}_angles.csv")
    theirs = table["R_hip_flexion_deg"].to_numpy()
    start = entry.source_start_frame or 0
    for first, last in found.spans:
        window = theirs[start + first - 8 : start + first + 9]
        assert abs(int(window.argmax()) - 8) <= 4 and last - first == pytest.approx(period_s * entry.fps, rel=0.1)


def test_phase_of_frames():
    phase = cycle_phase([(2, 6), (6, 8)], 11)
    assert phase == pytest.approx([np.nan, np.nan, 0, 0.25, 0.5, 0.75, 0, 0.5, 1, np.nan, np.nan], nan_ok=True)


def test_marks_are_spans_and_moments_end_one_and_begin_the_next():
    marks = [new_mark("swing", "a", 40, 60), new_mark("swing", "b", 1, 2), new_mark("other", "a", 3, 9),
             new_mark("swing", "a", 10, 30), new_mark("swing", "a", 90, 120), new_mark("strike", "a", 50, 50),
             new_mark("strike", "a", 20, 20), new_mark("strike", "a", 75, 75)]  # fmt: skip
    assert marked_spans(marks, "swing", "a", 100) == (((10, 30), (40, 60)), 1)
    assert marked_spans(marks, "strike", "a", 100) == (((20, 50), (50, 75)), 0)
    assert marked_spans(marks, "nothing", "a", 100) == ((), 0)


def test_clips_that_begin_after_a_maximum_or_end_soon_after_one():
    """The lower maximum at 20 % of a cycle whose own lies before the clip begins none; the last one counts."""
    turn = 2 * np.pi * np.arange(5, 308) / 100
    deg = np.stack([30 * np.cos(turn) + 9 * np.cos(5 * turn)] * 12, axis=1)
    assert [first for first, _ in cycles_of(deg, 100, HIP).spans] == [95, 195]
    assert cycles_of(deg, 100, HIP).spans[-1] == (195, 295)
