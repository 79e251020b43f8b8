"""Degrees per millimetre: those of a hinge by hand, pooled as sums, and what cannot be measured told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.conventions import ANGLES
from core.dataset import load_clip
from core.scoring.opening import Choices, build_job
from core.scoring.run import tasks_of
from core.skeleton import JOINTS
from core.study.budget.clip import sampled
from core.study.slopes import clip_slopes, measure_slopes, slopes_of
from tests.core.study.made import finished
from tests.simulated_sources import DEMO

KNEE, ELBOW = ([angle.name for angle in ANGLES].index(name) for name in ("knee_flexion_r", "elbow_flexion_l"))
ANKLE, R_KNEE, WRIST, HEAD = (JOINTS.index(name) for name in ("r_ankle", "r_knee", "l_wrist", "head"))


@pytest.fixture(scope="module")
def job():
    return build_job(Choices(DEMO, angles="geometry", jobs=1))


def test_an_end_joint_turns_its_bone_by_one_over_its_length(job):
    task = tasks_of(job)[0]
    found = slopes_of([clip_slopes(task, 20)])
    xyz = load_clip(task.entry, task.dataset).poses.xyz_mm.astype(float)[sampled(240, 20)]
    for angle, joint, parent in ((KNEE, ANKLE, R_KNEE), (ELBOW, WRIST, WRIST - 1)):
        expected = np.degrees(1 / np.linalg.norm(xyz[:, joint] - xyz[:, parent], axis=1)).mean()
        assert found.across[angle, joint] == pytest.approx(expected, rel=1e-3)
        assert found.along[angle, joint] == pytest.approx(0, abs=1e-4)
        assert found.steepest[angle, joint] == pytest.approx(expected, rel=1e-3)
    assert found.steepest[KNEE, HEAD] == 0
    assert np.isnan(found.along[:, 0]).all() and np.isnan(found.across[:, 0]).all()
    assert np.isfinite(found.steepest).all()


def test_parts_are_those_of_the_slopes_of_the_estimator(job):
    task = tasks_of(job)[1]
    poses = load_clip(task.entry, task.dataset).poses
    one = replace(poses, xyz_mm=poses.xyz_mm[sampled(len(poses.xyz_mm), 1)])
    slopes = task.estimator.slopes_deg_per_mm(one)[0].astype(float)
    found = clip_slopes(task, 1)
    assert found.frames == 1
    bone = one.xyz_mm[0, R_KNEE].astype(float) - one.xyz_mm[0, R_KNEE - 1]
    along = slopes[KNEE, R_KNEE] @ bone / np.linalg.norm(bone)
    assert found.sums[0, KNEE, R_KNEE] == pytest.approx(np.linalg.norm(slopes[KNEE, R_KNEE]))
    assert found.sums[1, KNEE, R_KNEE] == pytest.approx(abs(along))
    assert np.hypot(found.sums[1], found.sums[2])[:, 1:] == pytest.approx(found.sums[0, :, 1:])


def test_clips_are_pooled_by_frames_in_whichever_order_they_come(job):
    names = [entry.name for entry in job.dataset.clips]
    done, measured = finished(measure_slopes(job, names, 80))
    assert done == list(range(1, 9)) and measured.failed == ()
    clips = list(measured.by_clip.values())
    pooled = slopes_of(clips)
    assert (pooled.frames, pooled.clips) == (80, 8)
    again = slopes_of(clips[::-1])
    assert np.array_equal(pooled.across, again.across, equal_nan=True)
    counts = sum(clip.counts[2] for clip in clips)
    assert pooled.across[KNEE, ANKLE] == pytest.approx(
        sum(clip.sums[2, KNEE, ANKLE] for clip in clips) / counts[KNEE, ANKLE]
    )
    _, few = finished(measure_slopes(job, names[:3], 8))
    assert sorted(few.by_clip) == sorted([names[0], names[2]]) and slopes_of(few.by_clip.values()).frames == 8


def test_a_clip_that_cannot_be_used_is_named(job):
    clips = list(job.dataset.clips)
    clips[2] = replace(clips[2], location="data/not_there")
    broken = replace(job, dataset=replace(job.dataset, clips=tuple(clips)))
    _, measured = finished(measure_slopes(broken, [entry.name for entry in broken.dataset.clips], 32))
    (line,) = measured.failed
    assert line.startswith(f"{clips[2].name}: ") and len(measured.by_clip) == 7
