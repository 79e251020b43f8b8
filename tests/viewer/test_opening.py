"""Opening: datasets, clips, studies, results folders, lifters' files alone; what cannot be opened is one line."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.errors import AnglescopeError, DataError, UsageError
from core.pairing import pair_lifter
from tests.simulated_sources import write_simulated
from tests.viewer.conftest import DEMO, finished
from viewer.opening import is_dataset, open_workspace
from viewer.view import EngineView
from viewer.workspace import ClipInfo, estimator_for, load_content, with_lifter

ENGINE = EngineView(device="cpu")
LIFTERS = ["motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact"]


def opened(*paths):
    return finished(open_workspace(paths, ENGINE))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "r"
    answer = CliRunner().invoke(app, ["score", str(DEMO), "--out", str(out), "--shoulder", "raw", "--jobs", "1"])
    assert answer.exit_code == 0, answer.output
    command = ["anglescope", "score", str(DEMO), "--out", str(out), "--shoulder", "raw"]
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**run, "command": command}))  # the test runner's own was recorded
    return out


def test_a_dataset_brings_its_clips_and_lifters():
    workspace = opened(DEMO)
    assert len(workspace.clips) == 8
    assert workspace.clips[0] == ClipInfo("S1_Running_1_cam_1", "demo/S1", "Running", 240, 120.0)
    assert list(workspace.identities) == LIFTERS
    assert [identity.colour for identity in workspace.identities.values()] == [0, 1, 2]
    assert not any(identity.simulated for identity in workspace.identities.values())
    assert is_dataset(DEMO)


def test_a_simulated_source_is_known_as_one(tmp_path):
    folder = write_simulated(tmp_path / "noise", "sim_depth_noise")
    identity = opened(DEMO, folder).identities["noise"]
    assert (identity.simulated, identity.title) == (True, "simulation of noise in depth, not a model")


def test_a_file_of_a_clip_opens_that_clip():
    workspace = opened(DEMO / "data" / "test_set" / "S2" / "Running_1_cam_2.npy")
    assert [clip.name for clip in workspace.clips] == ["S2_Running_1_cam_2"]
    assert list(workspace.identities) == LIFTERS


def test_lifters_may_follow_the_dataset(tmp_path):
    shutil.copytree(DEMO / "predictions" / "motionbert-compact", tmp_path / "again")
    workspace = opened(DEMO, tmp_path / "again")
    assert list(workspace.identities) == [*LIFTERS, "again"]
    named = opened(DEMO, f"mine={tmp_path / 'again'}")
    assert list(named.identities) == [*LIFTERS, "mine"]


def test_a_study_brings_its_options(tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(f'dataset = "{DEMO}"\nangles = "geometry"\nshoulder = "projected"\n')
    workspace = opened(study)
    assert (workspace.estimator, workspace.job.options.shoulder) == ("geometry", "projected")
    assert is_dataset(study)


def test_a_results_folder_fills_the_table_at_once(results):
    workspace = opened(results)
    assert workspace.results == results and is_dataset(results)
    assert {row.clip for row in workspace.rows} == {clip.name for clip in workspace.clips}
    assert workspace.job.options.shoulder == "raw"
    assert workspace.messages == ()


def test_results_of_other_data_are_not_shown(results, tmp_path):
    changed = tmp_path / "r"
    shutil.copytree(results, changed)
    run = json.loads((changed / "run.json").read_text())
    (changed / "run.json").write_text(json.dumps({**run, "run_fingerprint": "0" * 64}))
    workspace = opened(changed)
    assert workspace.rows == () and workspace.results is None
    assert "scored again" in workspace.messages[-1]


def test_results_that_do_not_say_how_they_were_made(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(DataError, match="does not say how it was made"):
        opened(tmp_path)


def test_a_lifters_file_alone_has_angles_and_no_errors(shared_data):
    workspace = opened(shared_data / "lifter_outputs" / "motionbert_boxing" / "X3D.npy")
    assert [clip.name for clip in workspace.clips] == ["X3D"]
    content = load_content(workspace, "X3D", ENGINE, estimator_for(ENGINE, 1))
    assert content.reference is None and content.kind is None
    track = content.tracks[0]
    assert np.isfinite(track.angles_deg).all() and np.isnan(track.error_deg).all()
    assert np.isfinite(track.sigma_deg).all()
    assert "frame rate not in the file: 30 per second assumed" in content.messages[0]
    assert "scale of the poses is not known" in content.messages[1] and not content.metric
    faster = load_content(workspace, "X3D", replace(ENGINE, fps=50.0), estimator_for(ENGINE, 1))
    assert faster.fps == 50 and len(faster.messages) == 1
    # Upright: the head is above the pelvis and the feet are on the floor, whatever the camera's axes were.
    assert (track.xyz_mm[:, 10, 2] > track.xyz_mm[:, 0, 2]).all()
    assert abs(np.percentile(track.xyz_mm[:, [3, 6], 2], 2) - 85) < 1


def test_a_folder_of_lifters_files_opens_each(shared_data):
    workspace = opened(shared_data / "lifter_outputs" / "videopose3d_psychomugs")
    assert len(workspace.clips) == 12 and "floss" in workspace.lone
    assert workspace.job is None


def test_files_of_one_name_are_told_apart_by_their_folders(shared_data):
    files = [shared_data / "lifter_outputs" / name / "X3D.npy" for name in ("motionbert_boxing", "motionbert_cycling")]
    workspace = opened(*files)
    assert [clip.name for clip in workspace.clips] == ["motionbert_boxing/X3D", "motionbert_cycling/X3D"]
    assert len(set(workspace.lone)) == 2


def test_what_cannot_be_opened_says_why(tmp_path):
    with pytest.raises(DataError, match="no such file or folder"):
        opened(tmp_path / "none")
    with pytest.raises(AnglescopeError):
        opened(tmp_path)
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match=r"notes\.txt"):
        opened(tmp_path / "notes.txt")
    np.save(tmp_path / "two_d.npy", np.zeros((5, 17, 2)))
    with pytest.raises(DataError, match="two_d"):
        opened(tmp_path / "two_d.npy")


def test_weights_are_not_opened_but_chosen(tmp_path):
    path = DEMO.parent / "weights" / "angles.safetensors"
    with pytest.raises(UsageError, match="file of weights"):
        opened(path)


def test_one_more_lifter(results):
    workspace = opened(results)
    pairing = pair_lifter(workspace.job.dataset, "again", DEMO / "predictions" / "simplebaseline3d-compact")
    more = with_lifter(workspace, pairing)
    assert list(more.identities) == [*LIFTERS, "again"] and more.identities["again"].colour == 3
    assert more.rows == ()  # the results do not hold the new one


def test_opening_tells_its_progress():
    steps = []
    work = open_workspace([DEMO], ENGINE)
    with pytest.raises(StopIteration):
        while True:
            steps.append(next(work))
    assert steps[0].text == "opening demo"
