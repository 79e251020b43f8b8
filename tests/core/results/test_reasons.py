"""The tables of reasons: their numbers are those of ``core.anatomy`` on the clip, and planted faults stand in them.

The demo's clips and lifters, and a source made here from the reference poses: sides exchanged in known frames, held
still in others, half the clip late. Means are taken anew with numpy.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import resources
from core.anatomy import angle_split_of, cause, explained, flags_of, position_split_of
from core.cli.score import recorded
from core.conventions import angle_names
from core.dataset import load_clip
from core.evaluation import REFERENCE
from core.records import Axes
from core.results.reason_tables import REASON_FILES, reason_tables
from core.results.reasons import position_parts, source_reasons
from core.scoring.clip_evaluation import EvaluatedClip, evaluate_clip
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob, tasks_of
from core.scoring.work import score_clip
from core.skeleton import JOINTS, MIRROR
from tests.scored_runs import MANIFEST, score

SWAPPED, HELD = (30, 41), (100, 129)
HALF_DIGIT = 5.1e-5
CLIP = "S1_Spin_jump_1_cam_3"
"""Whoever jumps moves in all frames of both spans."""


def write_planted(dataset: Path) -> None:
    folder = dataset / "predictions" / "planted"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    for file in sorted((dataset / "data").rglob("*_h36m.npy")):
        xyz = np.load(file).astype(np.float64)
        swapped = slice(SWAPPED[0], SWAPPED[1] + 1)
        xyz[swapped] = xyz[swapped][:, MIRROR]
        xyz[HELD[0] : HELD[1] + 1] = xyz[HELD[0] - 1]
        np.save(folder / f"{file.parent.name}_{file.name.replace('_h36m', '')}", xyz.astype(np.float32))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    """The demo's clips of the first athlete with its lifters, and one more."""
    root = tmp_path_factory.mktemp("reasons") / "demo"
    shutil.copytree(Path(resources.__file__).parent / "demo", root)
    for other in ("S2", "S3"):
        shutil.rmtree(root / "data" / "test_set" / other, ignore_errors=True)
        for left_over in (root / "predictions").rglob(f"{other}_*.npy"):
            left_over.unlink()
    write_planted(root)
    return root


@pytest.fixture(scope="module")
def results(dataset, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("results") / "out"
    assert score(dataset, out, "--reasons").returncode == 0
    return out


@pytest.fixture(scope="module")
def job(dataset) -> ScoreJob:
    return build_job(Choices(dataset, angles="geometry", device="cpu", jobs=1))


@pytest.fixture(scope="module")
def found(job) -> dict[str, EvaluatedClip]:
    return {
        task.entry.name: evaluate_clip(task.entry, task.dataset, task.sources, task.estimator, task.options)
        for task in tasks_of(job)
    }


def rows(results: Path, name: str) -> list[dict[str, str]]:
    with (results / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> float:
    return float(cell) if cell else float("nan")


def mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else float("nan")


def same(cells: list[str], expected: list[float]) -> None:
    np.testing.assert_allclose([number(cell) for cell in cells], expected, rtol=0, atol=HALF_DIGIT)


def test_angles_are_those_of_the_anatomy(results, found):
    table = rows(results, "angle_reasons.csv")
    at = iter(table)
    for name, clip in found.items():
        for evaluation in clip.evaluations:
            split = angle_split_of(evaluation)
            for column, angle in enumerate(angle_names()):
                row = next(at)
                assert (row["clip"], row["lifter"], row["angle"]) == (name, evaluation.source, angle)
                assert row["frames"] == str(np.isfinite(evaluation.error_deg[:, column]).sum())
                error = evaluation.error_deg[:, column].astype(np.float64)
                assert number(row["rmse_deg"]) == pytest.approx(np.sqrt(mean(error**2)), abs=2e-4)
                assert number(row["bias_deg"]) == pytest.approx(mean(error), abs=2e-4)
                names = ("rmse_deg", "bias_deg", "lag_s", "lag_frames", "gain", "rest_rms_deg", "share_bias",
                         "share_lag", "share_gain", "share_rest")  # fmt: skip
                same([row[part] for part in names],
                     [np.sqrt(split.mean_square_deg2[column]), split.bias_deg[column], split.lag_s[column],
                      split.lag_frames[column], split.gain[column], split.rest_rms_deg[column],
                      *split.shares[column]])  # fmt: skip
                assert row["cause"] == (cause(split, column) or "")
                assert row["cause"] in ("", "rest") or row["cause"] in explained(split, column)
                assert row["reference"] == "isb"
    assert next(at, None) is None
    assert {row["cause"] for row in table} >= {"bias", "gain", "rest"} and any(not row["lag_s"] for row in table)


def test_positions_are_those_of_the_anatomy(results, found):
    at = iter(rows(results, "position_reasons.csv"))
    for name, clip in found.items():
        for lifter, poses in clip.sources:
            split = position_split_of(clip.clip, poses)
            for joint, words in enumerate(JOINTS):
                row = next(at)
                assert (row["clip"], row["lifter"], row["joint"]) == (name, lifter, words)
                error = split.error_mm[:, joint]
                assert row["frames"] == str(np.isfinite(error).sum())
                parts = ("error_mm", "abs_along_bone_mm", "across_bone_mm", "abs_depth_mm", "in_plane_mm",
                         "abs_length_error_percent", "length_bias_percent", "direction_error_deg")  # fmt: skip
                length = split.length_percent[:, joint]
                same([row[part] for part in parts],
                     [mean(error), mean(np.abs(split.along_mm[:, joint])), mean(split.across_mm[:, joint]),
                      mean(np.abs(split.depth_mm[:, joint])), mean(split.plane_mm[:, joint]), mean(np.abs(length)),
                      mean(length), mean(split.direction_deg[:, joint])])  # fmt: skip
                if lifter != "planted" and joint:
                    assert number(row["abs_length_error_percent"]) >= abs(number(row["length_bias_percent"])) > 0
    assert next(at, None) is None


def test_positions_agree_with_the_table_of_joints(results):
    """Frames weigh the same there: their error per joint is the mean over clips, weighted by frames."""
    table = rows(results, "position_reasons.csv")
    for row in rows(results, "by_joint.csv"):
        of = [(int(r["frames"]), number(r["error_mm"])) for r in table
              if (r["lifter"], r["joint"]) == (row["lifter"], row["joint"])]  # fmt: skip
        frames, error_mm = np.array(of).T
        assert frames @ error_mm / frames.sum() == pytest.approx(number(row["mpjpe_mm"]), abs=2e-3)


def test_flags_are_those_of_the_anatomy(results, found):
    expected = [
        (name, clip.clip.athlete, clip.clip.activity, lifter, str(flag.kind), str(first), str(last),
         f"{flag.value:.4f}", flag.unit, flag.rule)
        for name, clip in found.items()
        for lifter, poses in clip.sources
        for flag in flags_of(clip.clip, poses, lifter)
        for first, last in flag.frames
    ]  # fmt: skip
    assert [tuple(row.values()) for row in rows(results, "flags.csv")] == expected
    assert {row[3] for row in expected} >= {"motionbert-compact", "planted"}


def test_planted_faults_stand_in_the_table(results):
    told = [(row["flag"], int(row["first_frame"]), int(row["last_frame"])) for row in rows(results, "flags.csv")
            if (row["clip"], row["lifter"]) == (CLIP, "planted")]  # fmt: skip
    assert told == [("left/right swap", *SWAPPED), ("frozen", *HELD)]
    swap = next(row for row in rows(results, "flags.csv") if row["flag"] == "left/right swap")
    assert swap["unit"] == "mm" and float(swap["value"]) > 10 and "after the best fit" in swap["rule"]


def test_a_clean_source_has_no_flag_and_no_cause(found):
    clip = found[CLIP].clip
    evaluation = next(e for e in found[CLIP].evaluations if e.source == "planted")
    exact = dataclasses.replace(evaluation, angles=evaluation.reference.angles,
                                error_deg=np.zeros_like(evaluation.error_deg))  # fmt: skip
    reasons = source_reasons(clip, clip.poses, exact)
    assert reasons.flags == () and set(reasons.causes) == {""}
    assert (reasons.positions[:, 1] == 0).all() and np.isnan(reasons.angles[:, 7:]).all()


def test_what_is_undefined_is_an_empty_cell_and_no_frame(dataset, job):
    """Without a camera there is no depth, and of poses in unknown axes the lengths of bones only."""
    clip = load_clip(job.dataset.clips[0], job.dataset)
    seen = dataclasses.replace(clip, camera=None)
    parts = position_parts(position_split_of(seen, clip.poses))
    assert np.isnan(parts[:, 4:6]).all() and np.isfinite(parts[1:, 1:4]).all()
    turned = dataclasses.replace(clip.poses, axes=Axes.CAMERA)
    parts = position_parts(position_split_of(seen, turned))
    assert np.isnan(parts[:, 1:6]).all() and (parts[1:, 7] == 0).all() and (parts[1:, 0] > 0).all()
    assert parts[0, 0] == 0, "the root has no bone"


def test_the_floor_has_reasons_for_its_angles_only_where_it_is_measured(results, job):
    of_floor = [row for row in rows(results, "angle_reasons.csv") if row["lifter"] == REFERENCE]
    assert len(of_floor) == 12 * len(job.dataset) and all(row["rmse_deg"] for row in of_floor)
    for name in ("flags.csv", "position_reasons.csv"):
        assert not any(row["lifter"] == REFERENCE for row in rows(results, name))


def test_a_clip_without_labelled_points_is_marked_as_everywhere(dataset, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(dataset, bare)
    (bare / "data" / "test_set" / "S1" / f"{CLIP.removeprefix('S1_')}.npy").unlink()
    job = build_job(Choices(bare, angles="geometry", device="cpu", jobs=1))
    task = next(task for task in tasks_of(dataclasses.replace(job, reasons=True)) if task.entry.name == CLIP)
    table = reason_tables([score_clip(task)], job.options.shoulder)["angle_reasons.csv"]
    assert set(table["reference"]) == {"stand_in"} and REFERENCE not in set(table["lifter"])


def test_without_the_switch_there_are_none(dataset, job, results, tmp_path):
    scores = [score_clip(task) for task in tasks_of(job)[:2]]
    assert all(clip.reasons == () for clip in scores)
    out = tmp_path / "out"
    assert score(dataset, out, "--no-clip-csv").returncode == 0
    assert not set(REASON_FILES) & {path.name for path in out.iterdir()}
    for name in ("summary.csv", "by_clip.csv", "by_angle.csv"):
        assert (out / name).read_bytes() == (results / name).read_bytes()
    said = [json.loads((folder / "run.json").read_text()) for folder in (out, results)]
    assert [record["reasons"] for record in said] == [False, True]
    assert recorded(["score", "x", "--reasons", "-j2"]) == ["score", "x", "--reasons"]


def test_a_run_without_lifters_has_tables_without_faults(dataset, tmp_path):
    alone = tmp_path / "alone"
    shutil.copytree(dataset, alone, ignore=shutil.ignore_patterns("predictions"))
    assert score(alone, tmp_path / "out", "--reasons").returncode == 0
    assert (tmp_path / "out" / "flags.csv").read_text().count("\n") == 1
    assert len(rows(tmp_path / "out", "position_reasons.csv")) == 0
    assert {row["lifter"] for row in rows(tmp_path / "out", "angle_reasons.csv")} == {REFERENCE}
