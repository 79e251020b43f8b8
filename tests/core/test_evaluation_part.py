"""Frames evaluated alone have the numbers of the whole evaluation, and edits go through the one engine."""

import numpy as np
import pytest

from core.editing import Move, ScaleBone, SwapSides, edited
from core.evaluation import cut_poses, evaluate_part
from core.lifters.edits import save_edited
from core.pairing import pair_lifter
from core.scoring.clip_evaluation import evaluate_clip
from core.scoring.opening import Choices, build_job
from core.scoring.run import tasks_of
from tests.core.test_editing import poses_of

EDITS = (Move(13, 40, 40, (12.0, -30.0, 25.0)), ScaleBone(2, 100, 120, 1.2), SwapSides(150, 151))
FIELDS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")


@pytest.fixture(scope="module")
def job(demo):
    return build_job(Choices(demo))


@pytest.fixture(scope="module")
def demo():
    from tests.core.network.test_slopes import DEMO

    return DEMO


@pytest.fixture(scope="module")
def found(job):
    task = tasks_of(job)[2]
    return evaluate_clip(task.entry, task.dataset, task.sources, job.estimator, job.options)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (57, 57), (228, 229), (20, 90)])
def test_some_frames_are_those_of_the_whole(job, found, first, last):
    for (name, poses), whole in zip(found.sources, found.evaluations[1:], strict=True):
        part = evaluate_part(
            found.clip, cut_poses(poses, first, last), job.estimator, name=name, first=first, last=last,
            options=job.options, reference=found.reference,
        )  # fmt: skip
        rows = slice(first, last + 1)
        assert part.n_frames == last - first + 1
        assert np.allclose(part.error_deg, whole.error_deg[rows], atol=1e-3, equal_nan=True)
        assert np.allclose(part.arm_direction_deg, whole.arm_direction_deg[rows], atol=1e-3, equal_nan=True)
        for field in FIELDS:
            assert np.array_equal(getattr(part.positions, field), getattr(whole.positions, field)[rows])


def test_an_edit_changes_what_it_is_of_and_nothing_else(job, found):
    task, name = tasks_of(job)[2], found.sources[1][0]
    changed = evaluate_clip(task.entry, task.dataset, task.sources, job.estimator, job.options, {name: EDITS})
    for before, after in zip(found.evaluations, changed.evaluations, strict=True):
        differs = ~np.isclose(before.error_deg, after.error_deg, atol=1e-3).all(axis=1)
        if before.source != name:
            assert not differs.any()
        else:
            assert set(np.flatnonzero(differs)) <= {40, *range(100, 121), 150, 151}
            assert differs[40]
            assert any("edited by hand" in note for note in after.notes)
    assert [lifter for lifter, _ in changed.unedited] == [name]


def test_saved_edits_are_scored_as_the_edits_are(job, found, tmp_path):
    """The file that the command reads holds the very numbers that were evaluated."""
    task, (name, poses) = tasks_of(job)[2], found.sources[0]
    changed = evaluate_clip(task.entry, task.dataset, task.sources, job.estimator, job.options, {name: EDITS})
    clip = task.entry.name
    save_edited(tmp_path / "mine", "mine", {clip: edited(poses, EDITS)}, {clip: EDITS}, lifter=name, versions={})
    pairing = pair_lifter(job.dataset, "mine", tmp_path / "mine")
    assert pairing.simulated
    assert pairing.title == f"{name}, edited by hand"
    saved = evaluate_clip(task.entry, task.dataset, (("mine", pairing.sources[clip]),), job.estimator, job.options)
    mine, theirs = saved.evaluations[1], next(e for e in changed.evaluations if e.source == name)
    assert np.allclose(mine.error_deg, theirs.error_deg, atol=1e-4)
    for field in FIELDS:
        assert np.array_equal(getattr(mine.positions, field), getattr(theirs.positions, field))


def test_clips_of_different_meaning_are_not_saved_together(tmp_path):
    from core.errors import DataError

    clips = {"a": poses_of(rig="h36m"), "b": poses_of(rig="ap3d")}
    with pytest.raises(DataError, match="one meaning per folder"):
        save_edited(tmp_path / "x", "x", clips, {}, lifter="y", versions={})
    assert not (tmp_path / "x").exists()
