"""Numbers per clip: from scores as from a results folder, and both as in ``by_clip.csv``."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from core.errors import DataError
from core.evaluation import ReferenceKind
from core.results.clip_table import ClipRow, clip_row, read_rows
from core.results.folder import JOURNAL, RUN
from core.results.lifter_numbers import LifterNumbers
from core.results.pooling import Overall, Pool
from core.results.ranks import RANKED
from core.results.scores import ClipScore
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.opening import Choices, build_job
from core.scoring.run import score
from tests.scored_runs import ROOT, write_scored
from tests.simulated_sources import simulated_demo


class Run(NamedTuple):
    """A finished run: its scores, and the folder that it wrote."""

    scores: dict[str, ClipScore]
    folder: Path

    @property
    def lifters(self) -> list[str]:
        """In the order of the tables."""
        return list(dict.fromkeys(row["lifter"] for row in self.summary if row["lifter"] != "reference"))

    @property
    def summary(self) -> list[dict[str, str]]:
        """Rows of ``summary.csv``."""
        with (self.folder / "summary.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @property
    def by_clip(self) -> dict[tuple[str, str], dict[str, str]]:
        """Rows of all angles of ``by_clip.csv`` by clip and lifter."""
        with (self.folder / "by_clip.csv").open(encoding="utf-8") as file:
            return {(r["group"], r["lifter"]): r for r in csv.DictReader(file) if r["angle"] == "all"}


def run_of(dataset: Path, folder: Path, **choices) -> Run:
    job = build_job(Choices(dataset, folder, clip_csv=False, jobs=1, **choices))
    folder.mkdir()
    with Journal(folder / JOURNAL, job.fingerprint) as journal:
        scores = {clip.clip: clip for clip in score(job, journal)}
        finish(job, journal, folder, ["anglescope"], {})
    return Run(scores, folder)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Run:
    return run_of(ROOT / "resources" / "demo", tmp_path_factory.mktemp("demo") / "out")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Run:
    """The demo's clips with sources that have a pose in every frame, and of which it is known how they rank."""
    folder = tmp_path_factory.mktemp("simulated")
    return run_of(simulated_demo(folder / "data"), folder / "out")


@pytest.fixture(scope="module")
def flawed(tmp_path_factory) -> Run:
    """Six clips: ``poor`` has no scale and fails on the second, ``good`` lacks the first; the last has no points."""
    root = write_scored(tmp_path_factory.mktemp("flawed") / "data", 6)
    poor = root / "predictions" / "poor"
    manifest = json.loads((poor / "manifest.json").read_text())
    del manifest["unit"]
    (poor / "manifest.json").write_text(json.dumps({**manifest, "scale": "arbitrary"}))
    first, second, *_, last = sorted(path.stem for path in poor.glob("*.npy"))
    (root / "predictions" / "good" / f"{first}.npy").unlink()
    (poor / f"{second}.npy").write_bytes(b"\x93NUMPY nonsense")
    athlete, _, stem = last.partition("_")
    (root / "data" / "test_set" / athlete / f"{stem}.npy").unlink()
    return run_of(root, root.parent / "out", angles="geometry")


def printed(value: float) -> str:
    """As the tables print it."""
    return "" if math.isnan(value) else f"{value:.4f}"


def values_of(numbers: LifterNumbers) -> list[float]:
    return [numbers.value(column) for column in (*RANKED, "floor_mae_deg")]


@pytest.mark.parametrize("run", ["demo", "flawed"])
def test_the_numbers_of_a_score_are_those_of_by_clip(run, request):
    found: Run = request.getfixturevalue(run)
    seen = 0
    for clip, of_clip in found.scores.items():
        for numbers in clip_row(of_clip).sources:
            row = found.by_clip[clip, numbers.lifter]
            assert [printed(value) for value in values_of(numbers)] == [
                row[column] for column in ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "mae_deg", "floor_mae_deg")
            ]
            seen += 1
    assert seen == len(found.by_clip) > 12


@pytest.mark.parametrize("run", ["demo", "flawed"])
def test_a_results_folder_gives_the_same_rows(run, request):
    found: Run = request.getfixturevalue(run)
    read = {row.clip: row for row in read_rows(found.folder)}
    assert list(read) == sorted(read)
    assert set(read) == set(found.scores)
    for clip, row in read.items():
        made = clip_row(found.scores[clip])
        bare = [replace(each, lifters=(), floor=None, failures=(), run=()) for each in (row, made)]
        assert bare[0] == bare[1]
        assert [(f.clip, f.source) for f in row.failures] == [(f.clip, f.source) for f in made.failures]
        for one, other in zip(row.sources, made.sources, strict=True):
            assert one.lifter == other.lifter
            assert [one.rank(column) for column in RANKED] == [other.rank(column) for column in RANKED]
            np.testing.assert_allclose(values_of(one), values_of(other), rtol=1e-12)


@pytest.mark.parametrize("run", ["demo", "simulated"])
def test_ranks_follow_the_numbers_as_they_are_printed(run, request):
    found: Run = request.getfixturevalue(run)
    for of_clip in found.scores.values():
        lifters = clip_row(of_clip).lifters
        for value, rank in (("mpjpe_mm", "rank_mpjpe"), ("angle_mae_deg", "rank_angle_mae")):
            shown = [float(f"{getattr(numbers, value):.2f}") for numbers in lifters]
            assert [getattr(numbers, rank) for numbers in lifters] == [sorted(shown).index(each) + 1 for each in shown]
            assert run == "demo" or len(set(shown)) == 3


def test_without_scale_there_is_neither_mpjpe_nor_a_rank_by_it(flawed):
    row = clip_row(list(flawed.scores.values())[2])
    good, poor = row.lifters
    assert (good.rank_mpjpe, good.rank_angle_mae) == (1, 1)
    assert np.isnan(poor.mpjpe_mm)
    assert poor.p_mpjpe_mm > good.p_mpjpe_mm
    assert (poor.rank_mpjpe, poor.rank_angle_mae) == (None, 2)
    assert (good.rank_p_mpjpe, poor.rank_p_mpjpe) == (1, 2)
    assert not row.disagreements()


def test_a_lifter_that_failed_says_why_and_one_without_prediction_does_not(flawed):
    first, second, *_ = (clip_row(of_clip) for of_clip in flawed.scores.values())
    assert [numbers.lifter for numbers in first.lifters] == ["poor"]
    assert first.failures == ()
    assert [numbers.lifter for numbers in second.lifters] == ["good"]
    (failure,) = second.failures
    assert failure.source == "poor"
    assert f"{second.clip}.npy" in failure.message
    read = {row.clip: row for row in read_rows(flawed.folder)}
    assert read[first.clip].failures == ()
    assert RUN in read[second.clip].failures[0].message


def test_a_clip_without_points_says_that_the_estimator_stands_in(flawed):
    row = clip_row(list(flawed.scores.values())[-1])
    assert row.kind is ReferenceKind.STAND_IN
    assert all(np.isnan(numbers.floor_mae_deg) for numbers in row.lifters)


def row_of(**ranks: tuple[int | None, int | None]) -> ClipRow:
    lifters = tuple(LifterNumbers(name, rank_mpjpe=mm, rank_angle_mae=deg) for name, (mm, deg) in ranks.items())
    return ClipRow("clip", "S1", "Axel", 60.0, 10, lifters=lifters)


@pytest.mark.parametrize(
    ("row", "pairs"),
    [
        (row_of(a=(1, 1), b=(2, 2), c=(3, 3)), ()),
        (row_of(a=(1, 2), b=(2, 1), c=(3, 3)), (("a", "b"),)),
        (row_of(a=(3, 1), b=(1, 3), c=(2, 2)), (("b", "a"), ("b", "c"), ("c", "a"))),
        (row_of(a=(1, 1), b=(1, 2), c=(3, 2)), ()),
        (row_of(a=(1, 3), b=(2, 2), c=(None, 1)), (("a", "b"),)),
        (row_of(a=(None, 1), b=(None, 2)), ()),
        (row_of(a=(1, 1)), ()),
    ],
    ids=["same", "two exchanged", "reversed", "ties contradict nothing", "one without size", "no sizes", "alone"],
)
def test_ranks_disagree_where_two_lifters_are_the_other_way_round(row, pairs):
    assert row.disagreements() == pairs
    assert row.disagreements("p_mpjpe_mm") == ()
    other = replace(row, lifters=tuple(replace(n, rank_p_mpjpe=n.rank_mpjpe, rank_mpjpe=None) for n in row.lifters))
    assert other.disagreements("p_mpjpe_mm") == pairs
    assert other.disagreements() == ()


# --- all clips together


def pooled(run: Run, clips: list[str]) -> tuple[Overall, ...]:
    pool = Pool(run.lifters)
    for clip in clips:
        row = clip_row(run.scores[clip])
        pool.put(row.clip, row.kind, row.sources)
    return pool.overall()


def as_printed(overall: tuple[Overall, ...]) -> list[list[str]]:
    """Rows as in ``summary.csv``: kind, lifter, clips, errors, floor, ranks."""
    return [
        [str(each.kind), numbers.lifter, str(numbers.clips), *map(printed, values_of(numbers)),
         *(str(numbers.rank(column) or "") for column in RANKED)]
        for each in overall
        for numbers in (each.floor, *each.lifters)
    ]  # fmt: skip


def summary_of(run: Run) -> list[list[str]]:
    columns = ("reference", "lifter", "clips", *RANKED, "floor_mae_deg", *RANKED.values())
    return [[row[column] for column in columns] for row in run.summary]


@pytest.mark.parametrize("run", ["demo", "flawed"])
def test_clips_added_up_in_any_order_are_the_summary(run, request):
    found: Run = request.getfixturevalue(run)
    names = list(found.scores)
    assert as_printed(pooled(found, names)) == summary_of(found)
    assert as_printed(pooled(found, names[::-1])) == summary_of(found)
    warnings = json.loads((found.folder / RUN).read_text())["warnings"]
    reasons = [line for each in pooled(found, names) for line in each.unranked]
    assert set(reasons) == {line for line in warnings if line.startswith("no rank")}
    assert bool(reasons) == (run == "flawed")


@pytest.mark.parametrize("run", ["demo", "flawed"])
def test_a_results_folder_gives_the_summary_with_every_row(run, request):
    found: Run = request.getfixturevalue(run)
    (told,) = {id(row.run): row.run for row in read_rows(found.folder)}.values()
    assert as_printed(told) == summary_of(found)
    live = pooled(found, list(found.scores))
    assert [(each.kind, each.clips, each.unranked, each.disagreements()) for each in told] == [
        (each.kind, each.clips, each.unranked, each.disagreements()) for each in live
    ]


def test_a_part_of_the_clips_is_the_summary_of_that_part(tmp_path):
    run = run_of(write_scored(tmp_path / "data", 3), tmp_path / "out", angles="geometry")
    first = run_of(write_scored(tmp_path / "less", 2), tmp_path / "first", angles="geometry")
    assert as_printed(pooled(run, list(first.scores))) == summary_of(first)
    assert pooled(run, []) == ()


def test_a_clip_that_is_scored_again_takes_its_own_place(demo):
    first, second, *_ = demo.scores
    assert as_printed(pooled(demo, [first, second, first])) == as_printed(pooled(demo, [first, second]))


def test_pooled_errors_are_not_a_mean_of_means(simulated):
    (overall,) = pooled(simulated, list(simulated.scores))
    rows = [clip_row(of_clip) for of_clip in simulated.scores.values()]
    for place, numbers in enumerate(overall.lifters):
        means, frames = [row.lifters[place].mpjpe_mm for row in rows], [row.frames for row in rows]
        assert numbers.mpjpe_mm != pytest.approx(np.mean(means), rel=1e-6)
        assert numbers.mpjpe_mm == pytest.approx(np.average(means, weights=frames), rel=2e-3)
    assert overall.disagreements() == (("sim_depth_noise", "sim_over_smooth"),)


def test_a_summary_that_cannot_be_read_is_told(demo, tmp_path):
    for name in (RUN, "evaluations.parquet"):
        (tmp_path / name).write_bytes((demo.folder / name).read_bytes())
    for text in (None, "", "lifter,clips\nreference,8\n"):
        if text is not None:
            (tmp_path / "summary.csv").write_text(text)
        with pytest.raises(DataError, match=r"summary\.csv: cannot be read"):
            read_rows(tmp_path)


def test_one_clip_ranks_as_a_run_of_that_clip_alone(tmp_path):
    run = run_of(write_scored(tmp_path / "data", 1), tmp_path / "out", angles="geometry")
    (row,) = read_rows(run.folder)
    with (run.folder / "summary.csv").open(encoding="utf-8") as file:
        summary = {line["lifter"]: line for line in csv.DictReader(file)}
    assert {n.lifter: (str(n.rank_mpjpe), str(n.rank_angle_mae)) for n in row.lifters} == {
        lifter: (line["rank_mpjpe"], line["rank_angle_mae"])
        for lifter, line in summary.items()
        if lifter != "reference"
    }


def test_frames_that_are_missing_leave_a_clip_without_ranks(tmp_path):
    root = write_scored(tmp_path / "data", 1)
    (file,) = (root / "predictions" / "poor").glob("*.npy")
    xyz = np.load(file)
    xyz[:9] = np.nan
    np.save(file, xyz)
    run = run_of(root, tmp_path / "out", angles="geometry")
    (row,) = read_rows(run.folder)
    assert [(n.rank_mpjpe, n.rank_angle_mae) for n in row.lifters] == [(None, None)] * 2
    assert "different frames" in row.unranked[0]
    (made,) = map(clip_row, run.scores.values())
    assert made.unranked == row.unranked


def test_mirrored_poses_are_told(tmp_path):
    root = write_scored(tmp_path / "data", 1)
    (file,) = (root / "predictions" / "good").glob("*.npy")
    np.save(file, np.load(file) * np.float32([-1, 1, 1]))
    (made,) = map(clip_row, run_of(root, tmp_path / "out", angles="geometry").scores.values())
    good, poor = made.lifters
    assert "poses fit better reflected" in good.problems[-1]
    assert poor.problems == ()


def test_a_clip_that_cannot_be_read_carries_its_message(tmp_path):
    root = write_scored(tmp_path / "data", 2)
    (file,) = (root / "data").rglob("*_0_cam_1_h36m.npy")
    xyz = np.load(file)
    np.save(file, np.full_like(xyz, np.nan))
    run = run_of(root, tmp_path / "out", angles="geometry")
    broken, whole = (clip_row(of_clip) for of_clip in run.scores.values())
    assert broken.lifters == ()
    assert [failure.source for failure in broken.failures] == [""]
    assert broken.failures[0].message
    assert [row.clip for row in read_rows(run.folder)] == [whole.clip]


def test_where_nothing_was_scored_there_are_no_rows(demo, tmp_path):
    (tmp_path / RUN).write_bytes((demo.folder / RUN).read_bytes())
    assert read_rows(tmp_path) == ()
    (tmp_path / "evaluations.parquet").write_bytes(b"not a table")
    with pytest.raises(DataError, match=r"evaluations\.parquet: cannot be read"):
        read_rows(tmp_path)
    with pytest.raises(DataError, match="holds no finished run"):
        read_rows(tmp_path / "nowhere")
