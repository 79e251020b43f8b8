"""Presets: views and panels of each, by key, and back by undo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.viewer.whole import press, settle, wait_until
from viewer.panels.clips.columns import Kind
from viewer.presets import PRESETS
from viewer.view import Colouring, Layout, Quantity


@pytest.fixture
def window(kept):
    """One window for all tests here, each time as new."""
    return kept


def in_front(window, name):
    dock = window.docks[name]
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def test_the_presets_name_panels_that_exist(window):
    for preset in PRESETS:
        assert set(preset.front) | set(preset.away) <= set(window.docks)


def test_inspect_shows_one_clip_and_one_angle(window):
    window.session.update_scene(layout=Layout.GRID)
    window.session.update_plots(quantity=Quantity.ERROR)
    press(window, "F2")
    view = window.session.view
    assert view.plots.single and view.plots.quantity is Quantity.VALUE
    assert (view.scene.layout, view.scene.colouring) == (Layout.OVERLAY, Colouring.SOURCE)
    assert not any(window.docks[name].isVisible() for name in ("clips", "dataset", "study"))
    assert all(in_front(window, name) for name in ("readout", "traces", "heatmaps", "timeline"))


def test_compare_shows_all_lifters_side_by_side_with_errors(window):
    press(window, "F2")
    window.session.update(hidden=frozenset({"videopose3d-compact", "floor"}))
    press(window, "F3")
    view = window.session.view
    assert view.hidden == frozenset() and view.scene.layout is Layout.GRID
    assert view.plots.quantity is Quantity.ERROR and not view.plots.single
    assert all(in_front(window, name) for name in ("clips", "readout", "traces", "heatmaps", "timeline"))


def test_study_gives_its_panel_the_whole_column(window):
    press(window, "F2")
    press(window, "F5")
    settle(window)
    assert all(in_front(window, name) for name in ("study", "traces", "heatmaps", "timeline"))
    assert not window.docks["readout"].isVisible() and window.docks["clips"].isVisible()
    panel = window.study
    assert panel.canvas.isVisible() and panel.height() > 0.5 * window.height()
    assert not panel.choices.pages["rows"].isVisible()  # there is room for the rows beside the plot
    assert 0.40 <= window.docks["study"].width() / window.width() <= 0.45
    press(window, "F3")
    settle(window)
    assert window.docks["clips"].width() / window.width() < 0.32
    assert window.session.view.plots.quantity is Quantity.ERROR


def test_a_preset_is_one_step_that_can_be_undone(window):
    window.session.update(angle=3)
    before = window.session.view
    for keys in ("F2", "F3"):
        press(window, keys)
    undo = window.actions_.of["edit.undo"]
    assert undo.text() == "Undo: preset compare"
    press(window, "Ctrl+Z")
    assert undo.text() == "Undo: preset inspect"
    press(window, "Ctrl+Z")
    assert window.session.view == before


def test_review_worst_goes_to_the_worst_clip_frame_lifter_and_angle(window):
    """The worst is found here from the scores and the arrays themselves."""
    window.bench._score_clips = True
    window.bench._score()
    wait_until(window.bench.idle, "for the scores", 240)
    window.bench._score_clips = False
    before = window.session.view
    press(window, "F4")
    settle(window)
    table, view, content = window.clips.model.table, window.session.view, window.session.content
    worst = {clip.name: np.nanmax(table.errors[place, :, -1]) for place, clip in enumerate(table.clips)}
    assert content.name == view.clip == max(worst, key=worst.__getitem__)
    mean = np.array([track.angle_mae_deg for track in content.tracks])
    assert np.nanmax(mean[:, view.frame]) == pytest.approx(np.nanmax(mean), abs=1e-6)
    errors = np.abs(np.array([track.error_deg[view.frame] for track in content.tracks]))
    at = [track.name for track in content.tracks].index(view.lifter), view.angle
    assert errors[at] == np.nanmax(errors)
    column, order = window.clips.model.sorted_by
    assert window.clips.model.columns[column].kind is Kind.WORST and order is Qt.SortOrder.DescendingOrder
    assert window.clips.model.name(0) == view.clip
    assert view.scene.colouring is Colouring.ANGLE
    press(window, "Ctrl+Z")
    settle(window)
    assert window.session.view == before and window.session.content.name == before.clip
    press(window, "Ctrl+Y")
    settle(window)
    assert window.session.view == view


def test_review_worst_stays_where_nothing_is_scored_yet(window):
    window.clips.forget_scores()
    clip = window.session.view.clip
    press(window, "F4")
    settle(window)
    assert window.session.view.clip == clip
    assert window.session.frame == window.timeline.bar.worst[0].frame
