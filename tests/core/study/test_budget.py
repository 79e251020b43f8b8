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
from core.study.budget.budget import Budget, CaseVerdict, budget_of
from core.study.budget.clip import BudgetTask, budget_of_clip, sampled
from core.study.budget.confounders import CASES, Case, Confounder, Size
from core.study.budget.definition import DEFINED, RIGHT_HIP, offsets_mm, without_offsets
from core.study.budget.hips import right_hip, shared_hips
from core.study.budget.measuring import MeasuredClips, measure_clips
from core.study.budget.perfect import weak_perspective
from core.study.pairs import Verdict
from core.study.resampling import Interval
from core.study.study import Study, StudyOptions, study_of
from tests.core.study.made import finished
from tests.planted import PLANTED, UNEVEN, planted_dataset, scored, uneven_dataset
from tests.simulated_sources import DEMO

OPTIONS = StudyOptions(resamples=2000)


def measured_clips(job, study: Study, most_frames: int = 24_000) -> MeasuredClips:
    steps, found = finished(measure_clips(job, study.scores.clips, most_frames))
    assert steps[-1] == 2 * len(study.scores)
    return found


def measured_all(job, study: Study, most_frames: int = 24_000) -> Budget:
    return budget_of(study, measured_clips(job, study, most_frames), job)


@pytest.fixture(scope="module", params=PLANTED)
def planted(request, tmp_path_factory) -> tuple[str, Study, Budget, MeasuredClips]:
    """Lifters in the order in which the study does not have them."""
    root = planted_dataset(tmp_path_factory.mktemp("planted") / request.param, request.param)
    job, rows = scored(root)
    study = study_of(rows, list(PLANTED[request.param]), OPTIONS)
    study = study_of(rows, [study.pairs[0].other, study.pairs[0].fewer_mm], OPTIONS)
    found = measured_clips(job, study)
    return request.param, study, budget_of(study, found, job), found


def test_a_paradox_is_found_a_null_is_not_and_a_definition_is_unmasked(planted):
    name, study, budget, _ = planted
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
        assert pair.flips.excess.low < 0 < pair.flips.excess.high
        assert min(test.p_adjusted for test in pair.tests) > 0.05


def test_the_bars_and_the_rest_are_the_error_as_scored(planted):
    _, study, budget, _ = planted
    for of, point in zip(budget.lifters, study.points, strict=True):
        assert of.lifter == point.lifter
        assert of.total.value == pytest.approx(point.mae_deg.value, abs=1e-4)  # every frame was looked at
        assert np.nansum([bar.taken.value for bar in of.bars]) + of.rest.value == pytest.approx(of.total.value)
        for bar in of.bars:
            if bar.confounder is Confounder.SEAMS:  # no manifest says where windows meet
                assert (bar.concerned, bar.unknown) == (0, 1)
                assert np.isnan([bar.taken.value, bar.alone.value, bar.taken.low, bar.alone.high]).all()
            else:
                assert bar.unknown == 0
                assert bar.concerned or (bar.taken.value, bar.alone.value) == (0, 0)
    assert budget.frames == budget.of_frames == 24 * 24


def test_pairs_have_the_order_and_the_signs_of_the_study(planted):
    _, study, budget, _ = planted
    (pair,) = study.pairs
    assert [of.lifter for of in budget.lifters] == [pair.other, pair.fewer_mm]
    assert {(case.first, case.second) for case in budget.verdicts} == {(pair.fewer_mm, pair.other)}
    scored_again = budget.verdict(pair.other, pair.fewer_mm)  # every frame was looked at
    for found, expected in ((scored_again.mm, pair.mm), (scored_again.deg, pair.deg)):
        assert (found.value, found.low, found.high) == pytest.approx((expected.value, expected.low, expected.high),
                                                                     abs=1e-3)  # fmt: skip
    assert scored_again.mm.value < 0


def test_a_change_is_that_of_both_lifters_in_the_same_drawn_clips(planted):
    """Drawn clip by clip with plain loops, from the sums of the clips."""
    _, study, budget, found = planted
    (pair,) = study.pairs
    case = budget.verdict(pair.fewer_mm, pair.other, Confounder.DEFINITION)
    sums = np.array([found.by_clip[name].angles.sum(axis=3) for name in study.scores.clips])  # (C, K, L, 2)
    job_order = list(PLANTED[planted[0]])  # in which the clips have lifters
    one, two = job_order.index(pair.fewer_mm), job_order.index(pair.other)
    without = CASES.index(Case((Confounder.DEFINITION,)))

    def change(counts) -> float:
        total = np.einsum("c,cklx->klx", counts, sums)
        mae = total[..., 0] / total[..., 1]
        return (mae[0, one] - mae[0, two]) - (mae[without, one] - mae[without, two])

    drawn = [change(take_counts[study.resampling.takes])
             for chunk in study.resampling.counts() for take_counts in chunk]  # fmt: skip
    expected = (change(np.ones(len(sums))), *np.quantile(drawn, (0.025, 0.975)))
    assert (case.change_deg.value, case.change_deg.low, case.change_deg.high) == pytest.approx(expected, abs=1e-9)
    assert case.change_deg.value == pytest.approx(pair.deg.value - case.deg.value, abs=1e-4)
    as_scored = budget.verdict(pair.fewer_mm, pair.other)
    assert (as_scored.change_deg.low, as_scored.change_mm.high) == (0, 0)


def test_what_is_unknown_of_a_lifter_says_nothing_of_a_pair(planted):
    _, study, budget, _ = planted
    (pair,) = study.pairs
    case = budget.verdict(pair.fewer_mm, pair.other, Confounder.SEAMS)
    assert not case.known and not budget.hangs(case)
    assert np.isnan([case.mm.value, case.deg.low, case.change_mm.value, case.change_deg.high]).all()
    assert budget.verdict(pair.fewer_mm, pair.other, *Confounder).known


def cases(mm: Interval, deg: Interval, change_mm: Interval, change_deg: Interval) -> Budget:
    """Two lifters, undecided as scored, since the degrees hold 0; with the floor taken out as given."""
    none = Interval(0, 0, 0)
    as_scored = CaseVerdict("a", "b", (), Interval(-9, -12, -6), Interval(0.5, -0.02, 1), none, none)
    ways = [CaseVerdict("a", "b", (each,), as_scored.mm, as_scored.deg, none, none) for each in Confounder]
    ways[0] = CaseVerdict("a", "b", (Confounder.FLOOR,), mm, deg, change_mm, change_deg)
    ways.append(replace(ways[0], taken_out=tuple(Confounder)))
    return Budget(1, 1, 1, (), (as_scored, *ways), (), {}, ())


@pytest.mark.parametrize(
    ("deg", "change_mm", "change_deg", "hangs"),
    [
        ((0.53, 0.01, 1.1), (0, 0, 0), (-0.03, -0.08, 0.02), False),  # an interval moves by a hair over 0
        ((0.53, 0.01, 1.1), (-1, -2, -0.5), (-0.03, -0.08, 0.02), False),  # millimetres change, and are not why
        ((1.5, 0.6, 2.4), (0, 0, 0), (-1.0, -1.6, -0.4), True),
        ((-1.5, -2.4, -0.6), (0, 0, 0), (2.0, 1.4, 2.6), True),
        ((0.2, -0.4, 0.8), (0, 0, 0), (0.3, 0.1, 0.5), False),  # changes beyond chance, but the finding is the same
    ],
)
def test_a_finding_hangs_on_what_changes_it_beyond_chance(deg, change_mm, change_deg, hangs):
    budget = cases(Interval(-9, -12, -6), Interval(*deg), Interval(*change_mm), Interval(*change_deg))
    assert budget.changes("b", "a") == ((Confounder.FLOOR,) if hangs else ())
    assert budget.holds("a", "b") is not hangs


def test_where_the_hips_of_human36m_lie_is_measured(planted):
    """As tests/oracles say of these bodies: the middle of ASIS and PSIS lies some 80 mm above the hip joint centre and
    30 to 45 mm behind it.
    """
    name, _, budget, _ = planted
    hips = {of.lifter: of.right_hip for of in budget.lifters}
    (shared,) = budget.hips
    assert {hip.athletes for hip in hips.values()} == {8} and set(shared.lifters) == set(hips)
    if name != "definition":
        assert max(np.abs(hip.mean_mm).max() for hip in hips.values()) < 2 and shared.apart_mm < 2
        return
    x, y, z = hips["exact"].mean_mm
    assert 25 < x < 50 and -90 < y < -70 and abs(z) < 8 and not hips["exact"].varies
    assert np.abs(hips["scaled"].mean_mm).max() < 2
    assert 75 < shared.apart_mm < 105  # they say that they have the same joints
    assert shared.mean_mm == pytest.approx(np.array((x, y, z)) / 2, abs=1)


def test_hips_by_hand():
    offsets = np.zeros((4, 7, 3))
    offsets[:, RIGHT_HIP] = (30, -80, 4), (50, -60, 6), (10, -70, 5), (40, 0, 0)
    offsets[:, RIGHT_HIP + 1] = (30, -80, -4), (50, -60, -6), (10, -70, -5), (40, 0, 0)
    steady = right_hip({"S1": offsets[:2], "S2": offsets[2:3]}, ("h36m",))
    assert (steady.athletes, steady.mean_mm) == (2, (25, -70, 5))  # S1 counts once: (40, -70, 5)
    assert steady.sd_mm == pytest.approx((np.sqrt(450), 0, 0)) and not steady.varies
    unsteady = right_hip({"S1": offsets[3:], "S2": -offsets[3:]}, ("h36m",))
    assert unsteady.varies and unsteady.mean_mm == (0, 0, 0)
    alone = right_hip({"S1": offsets[3:]}, ("ap3d",))
    assert np.isnan(alone.sd_mm).all() and not alone.varies
    (shared,) = shared_hips({"a": steady, "b": unsteady, "c": alone, "d": right_hip({}, ())})
    assert (shared.lifters, shared.mean_mm) == (("a", "b"), (12.5, -35, 2.5))
    assert shared.apart_mm == pytest.approx(np.sqrt(25**2 + 70**2 + 5**2))


def test_offsets_of_an_athlete_are_kept_apart_by_joint_set_of_the_reference():
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    _, found = finished(measure_clips(job, [entry.name for entry in job.dataset.clips[:3]], 30))
    lifter = "videopose3d-compact"
    assert {key for key in found.offsets_mm if key[2] == lifter} == {
        ("demo/S1", "ap3d_running", lifter), ("demo/S1", "ap3d", lifter)}  # fmt: skip
    assert found.rigs[lifter] == ("h36m",)
    assert [found.by_clip[entry.name].concerned[:, 4].tolist() for entry in job.dataset.clips[:1]] == [[1, 0, 0]]


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


def test_bars_compare_the_same_frames_where_the_floor_is_unknown_in_some():
    """A joint of the label is missing in some frames of the demo: angles are known there by labelled points, but not
    those of the estimator on the reference pose."""
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    unknown = 0
    for task in tasks_of(job):
        clip = load_clip(task.entry, task.dataset)
        reference = reference_of(clip, job.estimator, job.options)
        (done,) = evaluate_sources(clip, [("one", load_source(task.sources[0][1], clip))], job.estimator, job.options,
                                   reference)  # fmt: skip
        unknown += int((np.isnan(reference.floor_error_deg) & np.isfinite(done.error_deg)).sum())
        found = budget_of_clip(BudgetTask(task, clip.n_frames, {})).angles
        floor = CASES.index(Case((Confounder.FLOOR,)))
        np.testing.assert_array_equal(found[floor, :, 1], found[CASES.index(Case()), :, 1])
    assert unknown > 0


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
    np.testing.assert_array_equal(found.concerned[place], [1, np.nan, 0, 0, 1])  # no offsets were given
    other = [name for name, _ in named].index("videopose3d-compact")
    assert np.isnan(found.concerned[other][4])  # nor its seams
    assert found.frames == clip.n_frames and found.weight == 1


def test_frames_are_spread_and_some_stand_for_all(tmp_path):
    assert sampled(240, 24).tolist() == list(range(5, 240, 10)) and sampled(10, 24).tolist() == list(range(10))
    for n, most in ((601, 24), (97, 31), (250, 249), (7, 1), (0, 5)):
        frames = sampled(n, most)
        assert len(set(frames)) == min(n, most) and (not n or abs(frames.mean() - (n - 1) / 2) <= 0.5)
    job, rows = scored(planted_dataset(tmp_path / "some", "inverse"), "geometry")
    study = study_of(rows, list(PLANTED["inverse"]), replace(OPTIONS, resamples=200))
    budget = measured_all(job, study, 8 * len(study.scores))
    assert (budget.frames, budget.of_frames) == (8 * 24, 24 * 24)
    for of, point in zip(budget.lifters, study.points, strict=True):
        assert of.total.value == pytest.approx(point.mae_deg.value, abs=0.3)
    assert budget.sizes_deg[Size.SCALE][1] > 0


def test_clips_count_as_they_are_long_whatever_was_looked_at(tmp_path):
    """Against the score itself, of all frames."""
    job, rows = scored(uneven_dataset(tmp_path / "uneven", (240, 20, 30, 24, 20, 25, 250, 20)), "geometry")
    study = study_of(rows, [UNEVEN], replace(OPTIONS, resamples=200))
    found = measured_clips(job, study, 320)
    budget = budget_of(study, found, job)
    (of,), (point,) = budget.lifters, study.points
    assert (budget.frames, budget.of_frames) == (219, 629)
    assert of.total.value == pytest.approx(point.mae_deg.value, abs=0.05)
    assert point.mae_deg.low <= of.total.value <= point.mae_deg.high
    total, count = np.sum([clip.angles[0, 0] for clip in found.by_clip.values()], axis=0).sum(axis=1)
    assert abs(total / count - point.mae_deg.value) > 1  # what clips of equal weight would say
    assert (budget.verdicts, budget.hips) == ((), ())


def test_a_clip_that_is_gone_is_told_and_the_others_are_measured(tmp_path):
    root = planted_dataset(tmp_path / "gone", "inverse")
    job, rows = scored(root, "geometry")
    study = study_of(rows, list(PLANTED["inverse"]), replace(OPTIONS, resamples=200))
    (Path(root) / "data" / "test_set" / "S1" / f"{study.scores.clips[0][3:]}_h36m.npy").write_bytes(b"")
    budget = measured_all(job, study)
    assert budget.clips == 23 and len(budget.missing) == 1 and study.scores.clips[0] in budget.missing[0]
