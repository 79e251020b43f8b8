"""What the window writes is byte for byte what the command writes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.conventions import ShoulderView
from core.errors import DataError, OutputError
from core.metrics.alignment import Alignment
from tests.viewer.conftest import DEMO, finished
from viewer.exporting import export_all, export_clip, provenance_path
from viewer.opening import open_workspace
from viewer.view import EngineView
from viewer.workspace import estimator_for, load_content

TABLES = (
    "summary.csv",
    "by_angle.csv",
    "by_subject.csv",
    "by_activity.csv",
    "by_clip.csv",
    "by_joint.csv",
    "files.csv",
)


def command_results(out, *options):
    answer = CliRunner().invoke(app, ["score", str(DEMO), "--out", str(out), "--jobs", "2", *options])
    assert answer.exit_code == 0, answer.output
    return out


@pytest.fixture(scope="module")
def workspace():
    return finished(open_workspace([DEMO], EngineView()))


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    return command_results(tmp_path_factory.mktemp("cli") / "r")


@pytest.mark.parametrize("alignment", [Alignment.ROOT, Alignment.PROCRUSTES])
def test_a_clips_csv_equals_the_commands(workspace, scored, tmp_path, alignment):
    engine = EngineView(alignment=alignment)  # how skeletons are laid over one another changes no table
    for clip in (workspace.clips[0].name, workspace.clips[5].name):
        content = load_content(workspace, clip, engine, estimator_for(engine, len(workspace.clips)))
        path = finished(export_clip(content, workspace, engine, tmp_path / "errors.csv"))
        assert path.read_bytes() == (scored / "clips" / f"{clip}.csv").read_bytes()


def test_a_clips_csv_in_another_view_and_by_geometry(workspace, tmp_path):
    out = command_results(tmp_path / "cli", "--shoulder", "raw", "--angles", "geometry")
    engine = EngineView(estimator="geometry", shoulder=ShoulderView.RAW)
    clip = workspace.clips[2].name
    content = load_content(workspace, clip, engine, estimator_for(engine, len(workspace.clips)))
    path = finished(export_clip(content, workspace, engine, tmp_path / "errors.csv"))
    assert path.read_bytes() == (out / "clips" / f"{clip}.csv").read_bytes()


def test_provenance_stands_beside_the_csv(workspace, tmp_path):
    engine = EngineView()
    content = load_content(workspace, workspace.clips[0].name, engine, estimator_for(engine, 8))
    path = finished(export_clip(content, workspace, engine, tmp_path / "errors.csv"))
    record = json.loads(provenance_path(path).read_text())
    assert record["clip"] == content.name and record["frames"] == content.n_frames
    assert record["estimator"]["fingerprint"] == estimator_for(engine, 8).fingerprint
    assert set(record["sources"]) == set(workspace.identities)
    assert record["dataset"]["index_fingerprint"] == workspace.job.dataset.fingerprint
    assert "MPJPE" in record["conventions"]["alignment"]


def test_all_clips_equal_the_commands_results(workspace, scored, tmp_path):
    out = finished(export_all(workspace, EngineView(), tmp_path / "r", resume=False, overwrite=False))
    for name in TABLES:
        assert (out / name).read_bytes() == (scored / name).read_bytes(), name
    for csv in (scored / "clips").iterdir():
        assert (out / "clips" / csv.name).read_bytes() == csv.read_bytes()
    ours, theirs = (json.loads((folder / "run.json").read_text()) for folder in (out, scored))
    for record in (ours, theirs):
        record.pop("times"), record.pop("command")
    assert ours == theirs


def test_a_cancelled_export_can_go_on(workspace, scored, tmp_path):
    work = export_all(workspace, EngineView(), tmp_path / "r", resume=False, overwrite=False)
    for _ in range(4):
        progress = next(work)
    work.close()
    assert 0 < progress.done < progress.total == 8
    with pytest.raises(OutputError, match="unfinished"):
        finished(export_all(workspace, EngineView(), tmp_path / "r", resume=False, overwrite=False))
    out = finished(export_all(workspace, EngineView(), tmp_path / "r", resume=True, overwrite=False))
    assert (out / "summary.csv").read_bytes() == (scored / "summary.csv").read_bytes()


def test_earlier_results_are_not_replaced_unasked(workspace, scored):
    before = (scored / "run.json").read_bytes()
    with pytest.raises(OutputError, match="results of another run"):
        finished(export_all(workspace, EngineView(), scored, resume=False, overwrite=False))
    assert (scored / "run.json").read_bytes() == before


def test_without_reference_there_is_nothing_to_export(shared_data, tmp_path):
    lone = finished(open_workspace([shared_data / "lifter_outputs/motionbert_boxing/X3D.npy"], EngineView()))
    content = load_content(lone, "X3D", EngineView(), estimator_for(EngineView(), 1))
    with pytest.raises(DataError, match="no reference"):
        finished(export_clip(content, lone, EngineView(), tmp_path / "x.csv"))
    with pytest.raises(DataError, match="no dataset is open"):
        finished(export_all(lone, EngineView(), tmp_path / "r", resume=False, overwrite=False))
    assert not list(tmp_path.iterdir())
