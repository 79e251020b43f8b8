"""The budget: what is planted is found, what is not is not, and a definition is unmasked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.cameras import project
from core.dataset import load_clip
from core.evaluation import evaluate_sources, reference_of
from core.pairing import load_source
from core.scoring.opening import Choices, build_job
from core.scoring.run import tasks_of
from core.study.budget.budget import Budget, budget_of, measure_clips
from core.study.budget.clip import BudgetTask, budget_of_clip, sampled
from core.study.budget.confounders import CASES, Case, Confounder, Size
from core.study.budget.definition import DEFINED, offsets_mm, without_offsets
from core.study.budget.perfect import weak_perspective
from core.study.pairs import Verdict
from core.study.study import Study, StudyOptions, study_of
from tests.core.study.made import finished
from tests.planted import PLANTED, planted_dataset, scored
from tests.simulated_sources import DEMO

OPTIONS = StudyOptions(resamples=2000)


def measured_all(job, study: Study, most_frames: int = 24_000) -> Budget:
    steps, found = finished(measure_clips(job, study.scores.clips, most_frames))
    assert steps[-1] == 2 * len(study.scores)
    return budget_of(study, found, job)


@pytest.fixture(scope="module", params=PLANTED)
def planted(request, tmp_path_factory) -> tuple[str, Study, Budget]:
    root = planted_dataset(tmp_path_factory.mktemp("planted") / request.param, request.param)
    job, rows = scored(root)
    study = study_of(rows, list(PLANTED[request.param]), OPTIONS)
    return request.param, study, measured_all(job, study)


def test_a_paradox_is_found_a_null_is_not_and_a_definition_is_unmasked(planted):
    name, study, budget = planted
    (pair,) = study.pairs
    two = pair.fewer_mm, pair.other
    expected = {
        "inverse": (Verdict.REVERSED, (), True),
        "independent": (Verdict.UNDECIDED, (), True),
        "definition": (Verdict.REVERSED, (Confounder.DEFINITION,), False),
    }[name]
    assert (pair.verdict, budget.changes(*two), budget.holds(*two)) == expected
    if name == "definition":
        assert two == ("exact", "scaled")
        assert budget.verdict(*two, Confounder.DEFINITION).verdict is Verdict.AGREES
    if name == "independent":
        assert pair.flips.low < pair.expected_flips < pair.flips.high
        assert min(test.p_holm for test in pair.tests) > 0.05


def test_the_bars_and_the_rest_are_the_error_as_scored(planted):
    _, study, budget = planted
    for of, point in zip(budget.lifters, study.points, strict=True):
        assert of.lifter == point.lifter
        assert of.total.value == pytest.approx(point.mae_deg.value, abs=1e-4)  # every frame was looked at
        assert sum(bar.taken.value for bar in of.bars) + of.rest.value == pytest.approx(of.total.value)
        for bar in of.bars:
            assert bar.concerned or (bar.taken.value, bar.alone.value) == (0, 0)
    assert budget.frames == budget.of_frames == 24 * 24


def test_where_the_hips_of_human36m_lie_is_measured(planted):
    """As tests/oracles say of these bodies: the middle of ASIS and PSIS lies some 80 mm above the hip joint centre and
    30 to 45 mm behind it.
    """
    name, _, budget = planted
    if name != "definition":
        for of in budget.lifters:
            assert np.abs([mean for mean, _ in of.right_hip_mm]).max() < 2
        return
    (x, _), (y, _), (z, _) = budget.lifters[0].right_hip_mm
    assert 25 < x < 50 and -90 < y < -70 and abs(z) < 8
    assert np.abs([mean for mean, _ in budget.lifters[1].right_hip_mm]).max() < 2


def test_a_constant_offset_is_taken_back_to_rounding():
    rng = np.random.default_rng(1)
    task = tasks_of(build_job(Choices(DEMO, angles="geometry", jobs=1)))[1]
    reference = load_clip(task.entry, task.dataset).poses.xyz_mm[:40].astype(np.float64)
    offsets = rng.normal(0, 40, (len(DEFINED), 3))
    moved = without_offsets(reference, reference, -offsets)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    seen = 0.7 * moved @ turn.T + [100, -2000, 5000]
    known = np.isfinite(seen).all(axis=(1, 2))
    found = offsets_mm(seen[known], reference[known])
    np.testing.assert_allclose(found, np.broadcast_to(offsets, found.shape), atol=1e-6)
    back = without_offsets(seen[known], reference[known], offsets)
    np.testing.assert_allclose(back, 0.7 * reference[known] @ turn.T + [100, -2000, 5000], atol=1e-6)


def test_weak_perspective_is_what_the_picture_shows_at_the_scale_of_the_root():
    """Against the camera model itself: pixels times depth of the root by focal length."""
    task = tasks_of(build_job(Choices(DEMO, angles="geometry", jobs=1)))[0]
    clip = load_clip(task.entry, task.dataset)
    flat = weak_perspective(clip).xyz_mm.astype(np.float64)
    pixels = project(clip.camera, clip.poses.xyz_mm)
    depth = (clip.poses.xyz_mm[:, 0] - clip.camera.position_mm) @ clip.camera.rotation[2]
    k = clip.camera.intrinsics
    u = (pixels[..., 0] - k[0, 2]) / k[0, 0] * depth[:, None]
    np.testing.assert_allclose(flat[..., 0], u, atol=0.05)
    assert weak_perspective(replace(clip, camera=None)) is None


def test_each_case_is_what_the_evaluation_gives_with_that_taken_out():
    """Frame by frame from one evaluation, by hand."""
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    task = tasks_of(job)[0]
    clip = load_clip(task.entry, task.dataset)
    reference = reference_of(clip, job.estimator, job.options)
    named = [(name, load_source(ref, clip)) for name, ref in task.sources]
    done = evaluate_sources(clip, named, job.estimator, job.options, reference)
    found = budget_of_clip(BudgetTask(task, clip.n_frames, {"motionbert-compact": (81, 162)}))
    place = [name for name, _ in named].index("motionbert-compact")
    error = done[place].error_deg.astype(float)
    seams = np.isin(np.arange(clip.n_frames), (79, 80, 81, 82, 160, 161, 162, 163))
    by_case = {
        Case(): error, Case((Confounder.FLOOR,)): error - reference.floor_error_deg,
        Case((Confounder.SEAMS,)): error[~seams], Case((Confounder.DEFINITION,)): error,
    }  # fmt: skip
    for case, expected in by_case.items():
        total, count = found.angles[CASES.index(case), place]
        np.testing.assert_allclose(total / count, np.nanmean(np.abs(expected), axis=0), rtol=1e-5)
    assert found.concerned[place].tolist() == [True, False, False, False, True]
    assert found.frames == clip.n_frames


def test_frames_are_spread_and_some_stand_for_all(tmp_path):
    assert sampled(240, 24).tolist()[::23] == [0, 239] and len(sampled(10, 24)) == 10
    job, rows = scored(planted_dataset(tmp_path / "some", "inverse"), "geometry")
    study = study_of(rows, list(PLANTED["inverse"]), replace(OPTIONS, resamples=200))
    budget = measured_all(job, study, 8 * len(study.scores))
    assert (budget.frames, budget.of_frames) == (8 * 24, 24 * 24)
    for of, point in zip(budget.lifters, study.points, strict=True):
        assert of.total.value == pytest.approx(point.mae_deg.value, abs=0.3)
    assert budget.sizes_deg[Size.SCALE][1] > 0


def test_a_clip_that_is_gone_is_told_and_the_others_are_measured(tmp_path):
    root = planted_dataset(tmp_path / "gone", "inverse")
    job, rows = scored(root, "geometry")
    study = study_of(rows, list(PLANTED["inverse"]), replace(OPTIONS, resamples=200))
    (Path(root) / "data" / "test_set" / "S1" / f"{study.scores.clips[0][3:]}_h36m.npy").write_bytes(b"")
    budget = measured_all(job, study)
    assert budget.clips == 23 and len(budget.missing) == 1 and study.scores.clips[0] in budget.missing[0]
