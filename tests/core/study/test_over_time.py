"""Moments and curves of a folder that ``anglescope score`` wrote for the demo."""

from __future__ import annotations

import numpy as np
import pytest

from core.conventions import ShoulderView
from core.errors import DataError, UsageError
from core.marks import new_mark
from core.results.clip_table import read_rows
from core.study.moments import By
from core.study.over_time import Movements, over_time
from core.study.study import StudyOptions, study_of
from tests.core.study.made import finished
from tests.scored_runs import score
from tests.simulated_sources import DEMO

OPTIONS = StudyOptions(resamples=200)
VIEW = ShoulderView.COMPONENTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("over_time") / "results"
    assert score(DEMO, out).returncode == 0
    return out


@pytest.fixture(scope="module")
def study(folder):
    rows = read_rows(folder)
    return study_of(rows, [numbers.lifter for numbers in rows[0].lifters], OPTIONS)


def test_the_demo(folder, study):
    done, found = finished(over_time(folder, study, VIEW))
    assert done == list(range(1, 9))
    assert (found.cyclic, found.irregular) == (2, 0)
    (running,) = found.curves
    assert (running.name, running.cycles, running.clips, running.athletes) == ("Running", 4, 2, 2)
    assert running.seconds == pytest.approx(0.65, abs=0.03)
    assert found.moments is not None and len(found.moments.pairs) == 3
    for pair, of_clips in zip(found.moments.pairs, study.pairs, strict=True):
        # Frames that count are those of the tables, so that the mean differences are theirs.
        assert pair.whole.deg.value == pytest.approx(of_clips.deg.value, abs=0.15)
        assert pair.whole.mm.value == pytest.approx(of_clips.mm.value, abs=0.5)
        assert sum(part.clips > 0 for part in pair.by[By.CYCLE]) == 10
        assert {part.clips for part in pair.by[By.CYCLE]} == {2}


def test_named_marks_are_the_movements(folder, study):
    clip = "S1_Throw_1_cam_4"
    marks = (new_mark("release", clip, 100, 140), new_mark("release", "S3_Throw_1_cam_4", 90, 120),
             new_mark("release", clip, 200, 900), new_mark("other", clip, 3, 9))  # fmt: skip
    _, found = finished(over_time(folder, study, VIEW, Movements(marks=marks, names=("release",))))
    (release,) = found.curves
    assert (release.name, release.cycles, release.clips, found.cyclic, found.irregular) == ("release", 2, 2, 2, 1)
    frames = found.moments.pairs[0].by[By.CYCLE]
    assert 60 <= sum(part.frames for part in frames) <= 72


def test_a_single_lifter_has_curves_and_no_moments(folder):
    study = study_of(read_rows(folder), ["motionbert-compact"], OPTIONS)
    _, found = finished(over_time(folder, study, VIEW))
    assert found.moments is None
    assert [(each.first, each.second) for each in found.curves[0].comparisons] == [("motionbert-compact", "")]


def test_another_angle_may_begin_cycles(folder, study):
    _, found = finished(over_time(folder, study, VIEW, Movements("knee_flexion_l")))
    assert found.cyclic == 2
    column = 10
    mean = found.curves[0].reference.mean_deg[column]
    assert np.argmax(mean) in (0, 1, 99, 100)


def test_wishes_that_cannot_be_met_are_told():
    with pytest.raises(UsageError, match="unknown angle 'hip' for cycles; known: hip_flexion_l"):
        Movements("hip")
    with pytest.raises(UsageError, match="no mark is named 'a'; known: b"):
        Movements(marks=(new_mark("b", "c", 1, 2),), names=("a",))


def test_without_frames_it_is_said_how_to_get_them(tmp_path, study):
    with pytest.raises(DataError, match=r"S1_Running_1_cam_1\.csv.*without --no-clip-csv"):
        finished(over_time(tmp_path, study, VIEW))
