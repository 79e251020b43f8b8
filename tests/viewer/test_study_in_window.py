"""The study in the whole window: from a results folder, by its key, to a clip's worst frame, undone, and to a file."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from typer.testing import CliRunner

from core.cli.app import app
from core.results.clip_table import read_rows
from core.study.study import study_of
from tests.viewer.conftest import DEMO
from tests.viewer.whole import click, press, settle, wait_until
from viewer.names import nameless
from viewer.panels.study.reported import Reported, read_reported
from viewer.panels.study.targets import Target
from viewer.panels.study.texts import Kind
from viewer.settings import Settings
from viewer.view import StudyPlot, StudyView
from viewer.window import Window


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What the command writes for the demo, with the geometry of the joints, which is quick."""
    out = tmp_path_factory.mktemp("results") / "r"
    command = ["score", str(DEMO), "--angles", "geometry", "--out", str(out), "--jobs", "1"]
    answer = CliRunner().invoke(app, command)
    assert answer.exit_code == 0, answer.output
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**run, "command": ["anglescope", *command]}))  # not that of the tests
    return out


@pytest.fixture(scope="module")
def lasting(qapp, results):
    made = Window(Settings(device="cpu", theme="dark"), "not wanted in this test", score_clips=False)
    made.resize(1600, 1000)
    made.show()
    made.bench.open([results])
    wait_until(lambda: made.session.content is not None, "for the results", 120)
    made.activateWindow()
    settle(made)
    made.start = made.session.view
    yield made
    made.forget()
    made.deleteLater()


@pytest.fixture
def window(lasting):
    """The study in front, nothing chosen."""
    lasting.activateWindow()
    wait_until(lasting.isActiveWindow, "for the window")
    lasting.session.show(lasting.start)
    settle(lasting)
    lasting.manners.undoing.history.clear()
    lasting.setFocus()
    press(lasting, "Shift+T")
    assert lasting.study.canvas.hasFocus()
    wait_until(lambda: lasting.study.study is not None and lasting.study.study.resampling.n == 10_000, "for the study")
    settle(lasting)
    return lasting


def test_its_key_brings_it_with_the_numbers_of_the_report(window, results):
    assert window.study.isVisible() and not window.study.visibleRegion().isEmpty()
    assert window.study.canvas.hasFocus()
    study, found = study_of(read_rows(results), window.lifter_names()), window.study.study
    assert (found.points, found.pairs, found.other_pairs) == (study.points, study.pairs, study.other_pairs)
    assert (found.by_athlete, found.by_activity, found.within) == (study.by_athlete, study.by_activity, study.within)
    assert (found.options, found.left_out) == (study.options, study.left_out)


def test_everything_has_a_name_and_tab_reaches_plot_and_rows(window):
    assert nameless(window.study) == []
    window.study.choices.plot.setFocus()
    met = [window.focusWidget()]
    for _ in range(6):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        met.append(window.focusWidget())
    choices = window.study.choices
    assert met == [choices.plot, choices.compared, choices.published, choices.copy, choices.csv, window.study.canvas,
                   window.study.list]  # fmt: skip


def test_a_point_leads_to_the_worst_frame_of_its_clip(window):
    name, lifter = window.bench.workspace.clips[3].name, window.lifter_names()[1]
    click(window.study.canvas, window.study.canvas.place_of(Target(lifter, name)))
    wait_until(lambda: window.session.content is not None and window.session.content.name == name, "for the clip")
    settle(window)
    track = window.session.content.track(lifter)
    assert window.session.view.lifter == lifter
    assert window.session.frame == np.nanargmax(track.angle_mae_deg) > 0


def test_enter_in_the_plot_opens_too(window):
    for key in (Qt.Key.Key_End, Qt.Key.Key_End, Qt.Key.Key_Return):  # these go through clips elsewhere
        QTest.keyClick(window.study.canvas, key)
    target = window.study.canvas.target
    assert target.clip and window.session.view.clip == target.clip
    settle(window)


def test_choices_are_undone(window):
    pairs = window.study.list.rows
    index = pairs.index(next(i for i, row in enumerate(pairs.rows) if row.kind is Kind.PAIR))
    click(window.study.list.viewport(), window.study.list.visualRect(index).center())
    pair = window.session.view.study.pair
    window.actions_.of["study.athletes"].trigger()
    assert window.session.view.study == StudyView(StudyPlot.ATHLETES)
    assert window.actions_.of["study.athletes"].isChecked()
    for expected in (StudyView(pair=pair), StudyView()):
        press(window, "Ctrl+Z")
        assert window.session.view.study == expected
    press(window, "Ctrl+Y")
    assert window.study.canvas.plot.pair is not None


def test_playing_does_not_repaint_it(window):
    before = window.study.canvas.paints
    for frame in range(10, 40):
        window.session.seek(frame)
    settle(window)
    assert window.session.frame == 39 and window.study.canvas.paints == before


def test_its_numbers_are_copied_and_written(window, tmp_path):
    window.actions_.of["study.copy"].trigger()
    assert window.messages.isVisible()
    window.actions_.of["study.csv"].trigger()
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "study.csv"))
    dialog.close()
    settle(window)
    assert (tmp_path / "study.csv").read_text() == window.study.table()
    record = json.loads((tmp_path / "study.csv.json").read_text())
    assert record["clips"] == 8 and record["results"].endswith("/r")


def test_clips_that_the_filter_leaves_out_are_said_and_numbers_stay(window):
    before = window.study.study
    window.clips.filters.text.setText("S1")
    passing = window.clips.model.passing
    assert 0 < passing.sum() < 8
    assert f"{passing.sum()} of 8 pass the filter; numbers are of all 8" in window.study.foot.text
    assert window.study.study is before and not window.study.canvas.plot.passing.all()
    window.clips.filters.clear()
    assert "filter" not in window.study.foot.text and window.study.canvas.plot.passing.all()


def test_what_was_stopped_goes_on_when_its_tab_comes_to_the_front(window):
    study = window.study
    window.session.update(study=StudyView(by="p_mpjpe_mm"))
    wait_until(lambda: study.study.options.by == "p_mpjpe_mm" and study.study.resampling.n < 10_000, "for means")
    window.bench.cancel()
    wait_until(lambda: "stopped at" in study.foot.text, "for the word")
    n = study.study.resampling.n
    assert f"stopped at {n:,} of 10,000 resamples" in study.foot.text and study.foot.go_on.isVisible()
    window.docks.bring("clips")
    QTest.qWait(50)
    assert study.study.resampling.n == n and window.bench.idle()
    window.docks.bring("study")
    wait_until(lambda: study.study.resampling.n == 10_000, "for the study")
    assert "stopped" not in study.foot.text and not study.foot.go_on.isVisible()


def test_the_report_of_the_same_run_says_what_verdicts_hang_on(window, results):
    """Told as in a report of this very run; of another position error, or other numbers, nothing is."""
    assert "anglescope report" in window.study.list.rows.rows[1].said
    folder, pair = results / "report", window.study.study.pairs[0]
    cases = [{"first": pair.other, "second": pair.fewer_mm, "taken_out": out, "verdict": verdict, "hangs_on_it": hangs}
             for out, verdict, hangs in (([], "reversed", False), (["seams"], "undecided", True),
                                         (["floor"], "undecided", False))]  # fmt: skip
    told = [{"fewer_mm": one.fewer_mm, "other": one.other, "by": one.by, "mm": {"value": one.mm.value},
             "deg": {"value": one.deg.value}} for one in window.study.study.pairs]  # fmt: skip
    run = json.loads((results / "run.json").read_text())["run_fingerprint"]
    study = {"run_fingerprint": run, "pairs": told, "budget": {"verdicts": cases}}
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps(study))
    try:
        reported = read_reported(results)
        assert reported.changes(pair) == ("with seams taken out: undecided",)
        assert reported.changes(window.study.study.pairs[1]) == ()
        assert reported.changes(window.study.study.other_pairs[0]) is None
        assert reported.changes(replace(pair, mm=replace(pair.mm, value=pair.mm.value + 0.01))) is None
        (folder / "study.json").write_text(json.dumps(study | {"run_fingerprint": "another"}))
        assert read_reported(results).changes(pair) is None
        (folder / "study.json").write_text("{")
        assert read_reported(results).changes(pair) is None
    finally:
        (folder / "study.json").unlink()
        folder.rmdir()
    assert read_reported(None) == read_reported(folder) == Reported()


def test_lifters_are_left_out_by_the_keys_and_taken_back_by_undo(window):
    name = window.lifter_names()[1]
    compared = window.study.choices.compared
    assert compared.text() == "MPJPE · ±5°"
    compared.fill()
    next(action for action in compared.menu().actions() if action.text() == name).trigger()
    assert window.session.view.study.left_out == {name} and window.session.view.hidden == frozenset()
    wait_until(lambda: len(window.study.study.pairs) == 1, "for two lifters")
    assert compared.text() == "MPJPE · ±5° · 2 of 3"
    assert window.actions_.of["edit.undo"].text() == f"Undo: study without {name}"
    press(window, "Ctrl+Z")
    wait_until(lambda: len(window.study.study.pairs) == 3, "for three lifters")
    assert compared.text() == "MPJPE · ±5°"
