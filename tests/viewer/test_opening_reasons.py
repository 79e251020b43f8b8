"""A results folder of a run that looked for reasons is opened like any other, and not scored again."""

from __future__ import annotations

from core.scoring.folder_run import score_into
from core.scoring.opening import Choices, build_job
from tests.viewer.conftest import DEMO, finished
from viewer.opening import open_workspace
from viewer.view import EngineView


def test_results_with_reasons_fill_the_table_at_once(tmp_path):
    clip = DEMO / "data" / "test_set" / "S2" / "Running_1_cam_2.npy"
    out = tmp_path / "results"
    job = build_job(Choices(clip, out, angles="geometry", device="cpu", jobs=1, clip_csv=False, reasons=True))
    command = ["anglescope", "score", str(clip), "--out", str(out), "--angles", "geometry", "--no-clip-csv",
               "--device", "cpu", "--reasons"]  # fmt: skip
    for _ in score_into(job, out, command):
        pass
    assert (out / "flags.csv").is_file()
    workspace = finished(open_workspace((out,), EngineView(device="cpu")))
    assert workspace.results == out and not any("scored again" in line for line in workspace.messages)
    assert {row.clip for row in workspace.rows} == {"S2_Running_1_cam_2"}
