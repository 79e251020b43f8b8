"""What the window does, driven without widgets: opening, live computing, scoring, superseding, closing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.conventions import ShoulderView
from core.metrics.alignment import Alignment
from core.pairing import pair_lifter
from tests.viewer.conftest import DEMO
from viewer.settings import Settings
from viewer.workbench import Workbench

WEIGHTS = DEMO.parent / "weights" / "angles.safetensors"
LONG = 20_000


@pytest.fixture
def bench(qtbot):
    made = Workbench(Settings(device="cpu"), score_clips=False)
    made.lines = []
    made.said.connect(lambda line, severity: made.lines.append((severity, line)))
    yield made
    made.close()


def opened(qtbot, bench, *paths, clip=""):
    with qtbot.waitSignal(bench.session.content_changed, timeout=LONG, check_params_cb=lambda c: c is not None):
        bench.open(paths, clip)
    return bench.session.content


def recomputed(qtbot, bench, **changes):
    with qtbot.waitSignal(bench.session.content_changed, timeout=LONG, check_params_cb=lambda c: c is not None):
        bench.session.update_engine(**changes)
    return bench.session.content


def test_opening_shows_the_first_clip(qtbot, bench):
    content = opened(qtbot, bench, DEMO)
    assert content.name == bench.session.view.clip == bench.workspace.clips[0].name
    assert [track.name for track in content.tracks] == list(bench.workspace.identities)
    assert bench.settings.last == str(DEMO) and bench.settings.recent == (str(DEMO),)


def test_opening_can_begin_with_a_clip(qtbot, bench):
    assert opened(qtbot, bench, DEMO, clip="S2_Running_1_cam_2").name == "S2_Running_1_cam_2"


def test_what_cannot_be_opened_leaves_what_is_open(qtbot, bench, tmp_path):
    content = opened(qtbot, bench, DEMO)
    with qtbot.waitSignal(bench.said, timeout=LONG):
        bench.open([tmp_path / "none"])
    assert bench.lines[-1] == ("error", f"{tmp_path / 'none'}: no such file or folder")
    assert bench.session.content is content and bench.workspace.path == DEMO
    assert bench.settings.last == str(DEMO)


def test_the_network_runs_again_when_what_numbers_depend_on_changes(qtbot, bench):
    first = opened(qtbot, bench, DEMO)
    raw = recomputed(qtbot, bench, shoulder=ShoulderView.RAW)
    assert raw.angles[4].kind == "shoulder_plane" and raw.evaluations[0].options.shoulder is ShoulderView.RAW
    bench.session.update_engine(shoulder=ShoulderView.COMPONENTS)
    assert bench.session.content is first  # kept: at once, without a worker
    by_geometry = recomputed(qtbot, bench, estimator="geometry")
    assert by_geometry.estimator == "geometry" and np.isnan(by_geometry.floor_sigma_deg).all()
    assert np.abs(by_geometry.floor_error_deg).mean() > np.abs(first.floor_error_deg).mean()
    same = recomputed(qtbot, bench, estimator=str(WEIGHTS))
    np.testing.assert_array_equal(same.tracks[0].error_deg, first.tracks[0].error_deg)
    rigged = recomputed(qtbot, bench, estimator="network", rig="ap3d")
    assert np.nanmax(np.abs(rigged.tracks[0].angles_deg - first.tracks[0].angles_deg)) > 1
    fitted = recomputed(qtbot, bench, rig="", alignment=Alignment.PROCRUSTES)
    expected = first.evaluations[1].positions.p_mpjpe_mm.mean(axis=1)  # of the first lifter, after the floor
    np.testing.assert_allclose(fitted.tracks[0].mpjpe_mm, expected, rtol=1e-4)
    assert np.abs(fitted.tracks[0].mpjpe_mm - first.tracks[0].mpjpe_mm).max() > 1


def test_wrong_weights_are_one_line(qtbot, bench, tmp_path):
    opened(qtbot, bench, DEMO)
    (tmp_path / "w.safetensors").write_bytes(b"nonsense")
    with qtbot.waitSignal(bench.said, timeout=LONG):
        bench.session.update_engine(estimator=str(tmp_path / "w.safetensors"))
    assert bench.lines[-1][0] == "error" and "w.safetensors" in bench.lines[-1][1]
    assert recomputed(qtbot, bench, estimator="network").estimator == "network"  # and back again


def test_a_device_that_is_not_there_is_one_line(qtbot, bench):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has the device")
    opened(qtbot, bench, DEMO)
    with qtbot.waitSignal(bench.said, timeout=LONG):
        bench.session.update_engine(device="cuda")
    assert bench.lines[-1][0] == "error" and "cuda" in bench.lines[-1][1].lower()


def test_hurrying_through_clips_shows_the_last(qtbot, bench):
    opened(qtbot, bench, DEMO)
    shown = []
    bench.session.content_changed.connect(lambda content: shown.append(content.name))
    names = [clip.name for clip in bench.workspace.clips]
    for name in names[1:]:
        bench.session.update(clip=name, frame=0)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == names[-1], timeout=LONG)
    assert len(shown) <= 2  # the others were superseded


def test_the_table_is_filled_in_the_background(qtbot):
    bench = Workbench(Settings(device="cpu"))
    rows = []
    bench.scores.scored.connect(rows.append)
    try:
        opened(qtbot, bench, DEMO)
        qtbot.waitUntil(lambda: len(rows) == 8, timeout=60_000)
        qtbot.waitUntil(bench.idle, timeout=LONG)
        assert {row.clip for row in rows} == {clip.name for clip in bench.workspace.clips}
        assert all(not math.isnan(lifter.mpjpe_mm) for row in rows for lifter in row.lifters)
    finally:
        bench.close()


def test_one_more_lifter_keeps_the_clip(qtbot, bench):
    opened(qtbot, bench, DEMO, clip="S2_Running_1_cam_2")
    bench.session.seek(17)
    pairing = pair_lifter(bench.workspace.job.dataset, "again", DEMO / "predictions" / "simplebaseline3d-compact")
    with qtbot.waitSignal(bench.session.content_changed, timeout=LONG):
        bench.add_lifter(pairing)
    content = bench.session.content
    assert content.name == "S2_Running_1_cam_2" and bench.session.frame == 17
    assert [track.name for track in content.tracks][-1] == "again"
    np.testing.assert_array_equal(content.track("again").error_deg, content.track("simplebaseline3d-compact").error_deg)


def test_exports_say_where_they_went(qtbot, bench, tmp_path):
    opened(qtbot, bench, DEMO)
    bench.export_clip(tmp_path / "errors.csv")
    qtbot.waitUntil(lambda: ("info", f"written: {tmp_path / 'errors.csv'}") in bench.lines, timeout=LONG)
    bench.export_clip(tmp_path / "none" / "errors.csv")
    qtbot.waitUntil(lambda: bench.lines[-1][0] == "error", timeout=LONG)
    assert "none" in bench.lines[-1][1]


def test_an_export_of_all_clips_can_be_cancelled(qtbot, bench, tmp_path):
    opened(qtbot, bench, DEMO)
    steps = []
    bench.jobs.progressed.connect(lambda kind, progress: steps.append(progress.done) if kind == "export" else None)
    bench.export_all(tmp_path / "r")
    qtbot.waitUntil(lambda: bool(steps), timeout=60_000)
    bench.cancel()
    bench.jobs.close()
    assert not (tmp_path / "r" / "run.json").exists()  # what is unfinished does not look finished


def test_what_is_remembered_follows_the_view(bench):
    bench.session.update_scene(ghost=False)
    bench.session.update_engine(shoulder=ShoulderView.RAW, estimator="geometry", rig="h36m")
    kept = bench.remembered()
    assert (kept.scene.ghost, kept.shoulder) == (False, "raw")
    again = Workbench(kept, score_clips=False)
    assert again.session.view.engine.shoulder is ShoulderView.RAW
    assert (again.session.view.engine.estimator, again.session.view.engine.rig) == ("network", "")
    again.close()
