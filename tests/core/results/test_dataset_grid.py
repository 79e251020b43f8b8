"""Clips by angles: every number against the CSV files that ``score`` wrote, and pooling against plain loops."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.conventions import ANGLES, N_ANGLES
from core.evaluation import ReferenceKind
from core.results.angle_numbers import SUM_ROWS, AngleNumbers, Measure
from core.results.clip_table import ClipRow, clip_row, read_rows
from core.results.dataset_grid import MEAN, POSITION, POSITIONS, DatasetGrid, State, order_of
from core.results.folder import JOURNAL
from core.results.lifter_numbers import LifterNumbers
from core.results.scores import Failure
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.opening import Choices, build_job
from core.scoring.run import score
from tests.scored_runs import ROOT

NAMES = [*(angle.name for angle in ANGLES), "all"]
NAN = float("nan")


class Run(NamedTuple):
    """The demo, scored: its rows as they come and as they are read back, and the folder with the tables."""

    rows: tuple[ClipRow, ...]
    read: tuple[ClipRow, ...]
    folder: Path

    @property
    def sources(self) -> list[str]:
        return [numbers.lifter for numbers in self.rows[0].sources]

    def grid(self, *, read: bool = False) -> DatasetGrid:
        made = DatasetGrid([row.clip for row in self.rows], self.sources)
        assert made.put(self.read if read else self.rows)
        return made

    def table(self, name: str) -> dict[tuple[str, ...], dict[str, str]]:
        """Rows of a CSV by lifter, group and, where it has one, angle."""
        with (self.folder / name).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {(r["lifter"], r["group"], r.get("angle", "")): r for r in rows}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("demo") / "out"
    job = build_job(Choices(ROOT / "resources" / "demo", folder, clip_csv=False, jobs=1))
    folder.mkdir()
    with Journal(folder / JOURNAL, job.fingerprint) as journal:
        rows = tuple(clip_row(clip) for clip in score(job, journal))
        finish(job, journal, folder, ["anglescope"], {})
    return Run(rows, read_rows(folder), folder)


def printed(value: float) -> str:
    """As the tables print it."""
    rounded = round(float(value), 4)
    return "" if np.isnan(value) else f"{0.0 if rounded == 0 else rounded:.4f}"


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("read", [False, True], ids=["scored", "folder"])
def test_every_cell_is_the_number_of_by_clip(run, measure, read):
    grid, by_clip = run.grid(read=read), run.table("by_clip.csv")
    for lifter in run.sources:
        values = grid.values(grid.source(lifter), measure, "p_mpjpe_mm")
        for place, clip in enumerate(grid.clips):
            told = [by_clip[lifter, clip, name] for name in NAMES]
            assert [printed(v) for v in values[place, : MEAN + 1]] == [row[f"{measure}_deg"] for row in told]
            assert printed(values[place, POSITION]) == told[-1]["p_mpjpe_mm"]
            counts = [f"{count:.0f}" for count in grid.counts(grid.source(lifter))[place]]
            assert counts == [row["count"] for row in told]


@pytest.mark.parametrize("measure", list(Measure))
def test_pooled_over_all_clips_it_is_by_angle_and_over_athletes_by_subject(run, measure):
    grid, by_angle, by_subject = run.grid(), run.table("by_angle.csv"), run.table("by_subject.csv")
    athlete = np.array([row.athlete for row in run.rows])
    names = sorted(set(athlete))
    groups = [np.flatnonzero(athlete == name) for name in names]
    starts = np.cumsum([0, *map(len, groups)])[:-1]
    assert len(names) == 3
    for lifter in run.sources:
        source = grid.source(lifter)
        (total,) = grid.pooled(source, measure, "mpjpe_mm", np.arange(len(grid)), np.array([0]))
        assert [printed(v) for v in total[: MEAN + 1]] == [by_angle[lifter, n, ""][f"{measure}_deg"] for n in NAMES]
        each = grid.pooled(source, measure, "mpjpe_mm", np.concatenate(groups), starts)
        for name, values in zip(names, each, strict=True):
            told = [by_subject[lifter, name, n] for n in NAMES]
            assert [printed(v) for v in values[: MEAN + 1]] == [row[f"{measure}_deg"] for row in told]
            assert printed(values[POSITION]) == told[-1]["mpjpe_mm"]


def test_from_a_folder_the_same_is_pooled(run):
    scored, read = run.grid(), run.grid(read=True)
    every, start = np.arange(len(scored)), np.array([0])
    for measure in Measure:
        one, two = (grid.pooled(1, measure, "mpjpe_mm", every, start)[0] for grid in (scored, read))
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-12)
        assert np.isfinite(two[POSITION])


def test_a_difference_is_of_the_printed_numbers_and_counts_only_what_both_have(run):
    grid = run.grid()
    one, two = grid.source(run.sources[1]), grid.source(run.sources[2])
    difference = grid.difference(one, two, Measure.MAE)
    np.testing.assert_array_equal(difference, grid.values(one, Measure.MAE) - grid.values(two, Measure.MAE))
    assert np.isfinite(difference).all() and (difference > 0).any() and (difference < 0).any()
    lacking = run.rows[0]
    lacking = replace(lacking, lifters=tuple(n for n in lacking.lifters if n.lifter != run.sources[2]))
    grid.put([lacking])
    assert np.isnan(grid.difference(one, two, Measure.MAE)[0]).all()
    every = np.arange(len(grid))
    (with_it,) = grid.pooled_difference(one, two, Measure.MAE, "mpjpe_mm", every, np.array([0]))
    (without,) = grid.pooled_difference(one, two, Measure.MAE, "mpjpe_mm", every[1:], np.array([0]))
    np.testing.assert_allclose(with_it, without, rtol=1e-12)


def test_the_floor_of_the_demo_has_angles_and_no_position_error(run):
    values = run.grid().values(0, Measure.MAE)
    assert run.sources[0] == "reference"
    assert np.isfinite(values[:, : MEAN + 1]).all() and (values[:, MEAN] > 0.1).all()
    assert np.isnan(values[:, POSITION]).all()


def test_what_is_unknown_is_undefined_and_never_zero(run):
    grid = DatasetGrid([row.clip for row in run.rows], run.sources)
    assert np.isnan(grid.values(1, Measure.MAE)).all() and grid.scored == 0
    assert (grid.states == State.WAITING).all()
    row = run.rows[0]
    failed = Failure(row.clip, run.sources[1], "why")
    grid.put([replace(row, lifters=row.lifters[2:], failures=(failed,))])
    assert list(grid.states[0]) == [State.SCORED, State.FAILED, State.MISSING, State.SCORED] and grid.scored == 1
    assert np.isnan(grid.values(1, Measure.BIAS)[0]).all() and np.isnan(grid.values(2, Measure.RMSE)[0]).all()
    assert not grid.put([replace(row, clip="another")])
    grid.put([row])
    assert (grid.states[0] == State.SCORED).all()


def test_where_the_estimator_stands_in_there_is_no_floor(run):
    grid = run.grid()
    grid.put([replace(run.rows[2], kind=ReferenceKind.STAND_IN)])
    assert list(np.flatnonzero(grid.stand_in)) == [2]
    assert grid.states[2, 0] == State.MISSING and np.isnan(grid.values(0, Measure.MAE)[2]).all()
    assert grid.states[2, 1] == State.SCORED


@pytest.mark.parametrize("position", POSITIONS)
def test_clips_on_which_ranks_disagree_are_those_of_the_rows(run, position):
    grid = run.grid()
    assert list(grid.disagreeing(position)) == [bool(row.disagreements(position)) for row in run.rows]
    one, two = run.sources[1], run.sources[3]
    want = [bool({(one, two), (two, one)} & set(row.disagreements(position))) for row in run.rows]
    assert list(grid.disagreeing(position, (grid.source(one), grid.source(two)))) == want


def made_up(counts: np.ndarray, errors: np.ndarray) -> DatasetGrid:
    """Clips of which every angle has that many frames with that same error, for two sources."""
    grid = DatasetGrid([str(i) for i in range(len(counts))], ["one", "two"])
    for place in range(len(counts)):
        lifters = []
        for source, name in enumerate(grid.sources):
            count, error = counts[place, source], errors[place, source]
            table = np.zeros((len(SUM_ROWS), N_ANGLES))
            table[:] = np.array([count, count * error, count * abs(error), count * error**2, 0.0])[:, None]
            lifters.append(LifterNumbers(name, by_angle=AngleNumbers(table)))
        grid.put([ClipRow(str(place), "", "", 60.0, 10, lifters=tuple(lifters))])
    return grid


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_pooling_weighs_clips_by_frames(data):
    count = data.draw(st.integers(1, 12))
    numbers = st.lists(st.integers(0, 9), min_size=2 * count, max_size=2 * count)
    counts = np.array(data.draw(numbers), float).reshape(count, 2)
    errors = np.array(data.draw(numbers), float).reshape(count, 2) - 4.0
    order = np.array(data.draw(st.permutations(range(count))))
    cut = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1)) | {0}))
    grid = made_up(counts, errors)
    pooled = grid.pooled(0, Measure.BIAS, "mpjpe_mm", order, cut)
    both = grid.pooled_difference(0, 1, Measure.RMSE, "mpjpe_mm", order, cut)
    for group, (first, after) in enumerate(zip(cut, [*cut[1:], count], strict=True)):
        own = order[first:after]
        frames = np.repeat(errors[own, 0], counts[own, 0].astype(int))
        want = frames.mean() if frames.size else NAN
        np.testing.assert_allclose(pooled[group, : MEAN + 1], want, atol=1e-12)
        shared = [i for i in own if counts[i].all()]
        each = [np.sqrt(np.mean(np.repeat(errors[shared, s], counts[shared, s].astype(int)) ** 2)) if shared else NAN
                for s in (0, 1)]  # fmt: skip
        np.testing.assert_allclose(both[group, : MEAN + 1], each[0] - each[1], atol=1e-12)


@given(st.lists(st.one_of(st.just(NAN), st.integers(-3, 3).map(float)), max_size=20), st.booleans())
def test_order_puts_the_undefined_last_both_ways_and_keeps_ties(values, descending):
    keys = np.array(values, float)
    sign = -1 if descending else 1
    want = sorted(range(len(keys)), key=lambda i: (np.isnan(keys[i]), 0 if np.isnan(keys[i]) else sign * keys[i], i))
    assert list(order_of(keys, np.arange(len(keys)), descending=descending)) == want


def test_sums_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"must be \(5, 12\)"):
        AngleNumbers(np.zeros((5, 14)))
