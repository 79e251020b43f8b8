"""Sizes of panels: in a small window each shows something, and what needs more height borrows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.viewer.whole import press, settle, wait_until
from viewer.view import Quantity

SMALL = (1024, 640)


@pytest.fixture
def window(kept):
    """One window for all tests here, each time as new."""
    return kept


def sized(window, width, height):
    window.resize(width, height)
    settle(window)
    window.restore_layout()
    settle(window)


def heights(window):
    return window.docks["traces"].height(), window.docks["heatmaps"].height()


def whole_rows(grid):
    """Rows of the table that are seen from top to bottom."""
    rows = [grid.rowViewportPosition(row) + grid.rowHeight(row) for row in grid.visible_rows()]
    return sum(end <= grid.viewport().height() for end in rows)


def test_clips_come_back_in_a_height_that_fits_with_the_open_clip_in_sight(window):
    window.session.update(clip=window.clips.model.name(window.clips.model.rowCount() - 1))
    settle(window)
    usual = window.docks["clips"].height()
    press(window, "F2")
    settle(window)
    press(window, "F3")
    settle(window)
    assert abs(window.docks["clips"].height() - usual) <= 4
    row = window.clips.model.row_of(window.session.view.clip)
    assert row in window.clips.grid.visible_rows()
    assert whole_rows(window.clips.grid) >= 5


def test_a_small_window_shows_clips_and_brings_their_lists_when_asked(window):
    sized(window, *SMALL)
    filters = window.clips.filters
    assert whole_rows(window.clips.grid) >= 3
    assert filters.more.isVisible() and not filters.athlete.isVisible()
    filters.more.click()
    assert filters.athlete.isVisible()
    filters.more.click()
    filters.athlete.setCurrentIndex(1)
    assert filters.athlete.isVisible()  # nothing is left out unseen
    filters.clear()
    assert not filters.athlete.isVisible()
    window.docks.bring("dataset")
    settle(window)
    choices = window.dataset.choices
    assert choices.source.isVisible() and not choices.measure.isVisible()
    choices.more.click()
    assert choices.measure.isVisible()
    choices.more.click()
    sized(window, 1600, 1000)
    assert filters.athlete.isVisible() and not filters.more.isVisible()
    window.docks.bring("dataset")
    settle(window)
    assert choices.measure.isVisible()


@pytest.mark.parametrize("name", ["why", "whatif"])
def test_what_needs_height_borrows_it_and_gives_it_back(window, name):
    sized(window, *SMALL)
    before = heights(window)
    window.docks.bring(name)
    wait_until(lambda: window.docks["traces"].height() < before[0] - 20, "for the loan")
    window.docks.bring("heatmaps")
    wait_until(lambda: window.docks["traces"].height() == before[0], "for the height")


def test_all_lifters_of_a_span_are_seen_in_a_small_window(window):
    sized(window, *SMALL)
    window.docks.bring("spans")
    wait_until(lambda: window.marking.panel.now is not None, "for the numbers")
    settle(window)
    table = window.marking.panel.table
    last = table.model().rowCount() - 1
    assert last == 3  # the floor and three lifters
    assert table.rowViewportPosition(last) + table.rowHeight(last) <= table.viewport().height()


def test_heights_that_a_person_has_set_stay(window):
    sized(window, *SMALL)
    traces, _ = heights(window)
    window.docks.bring("whatif")
    wait_until(lambda: window.docks["traces"].height() < traces, "for the loan")
    lent = window.docks["traces"].height()
    window.resizeDocks([window.docks["traces"]], [lent - 20], Qt.Orientation.Vertical)
    settle(window)
    mine = window.docks["traces"].height()
    assert mine < lent
    window.docks.bring("heatmaps")
    settle(window)
    QApplication.processEvents()
    assert window.docks["traces"].height() == mine


def test_numbers_of_a_what_if_stand_first_in_a_narrow_panel(window):
    sized(window, *SMALL)
    window.docks.bring("whatif")
    settle(window)
    panel = window.whatif_panel
    assert panel.numbers.mapTo(panel, panel.numbers.rect().bottomLeft()).y() < panel.viewport().height()
    assert panel.numbers.mapTo(panel, panel.numbers.pos()).y() < panel.tools.mapTo(panel, panel.tools.pos()).y()
    sized(window, 1900, 1180)
    window.docks.bring("whatif")
    settle(window)
    assert panel.numbers.mapTo(panel, panel.numbers.rect().topLeft()).x() > panel.tools.geometry().right()
    assert panel.numbers.mapTo(panel, panel.numbers.rect().topLeft()).y() < 60  # below its head, however much room


def test_heads_of_heatmaps_stand_clear_of_the_cells_above(window):
    layout = window.heatmaps.canvas.layout_px
    assert layout.head_px >= 14 and len(layout.tops) > 1
    for above, below in zip(layout.tops, layout.tops[1:], strict=False):
        assert below - above - layout.block_px == layout.head_px
    assert window.heatmaps.canvas.height() == window.heatmaps.canvas.parentWidget().height()  # nothing to scroll


def test_the_legend_of_the_plots_takes_short_names_rather_than_many_lines(window):
    names = window.traces.legend.names
    assert [name.said for name in names] == [name.entry.text for name in names]
    window.session.update_plots(quantity=Quantity.ERROR)  # what is said beside is longer
    sized(window, *SMALL)
    names = window.traces.legend.names
    assert [name.said for name in names][-3:] == ["motionbert", "simplebaseline3d", "videopose3d"]
    for name in names:
        assert name.width() == name.sizeHint().width()
    assert names[-1].accessibleName() == "select videopose3d-compact"
    assert window.traces._said.text() == "error (°)"
    sized(window, 1600, 1000)
    assert window.traces._said.text() == window.traces._said.toolTip() == "error: source − reference (°)"


def test_heads_of_the_read_out_keep_letters_of_each_lifter_in_a_small_window(window):
    sized(window, *SMALL)
    table = window.readout._table
    names = {place.group.name: head.lines for place, head in zip(table.geometry.places, table.heads.every, strict=True)}
    for lifter in window.lifter_names():
        assert len(names[lifter][0].replace("…", "")) >= 2, names[lifter]
        assert names[lifter][0].startswith(lifter[0])
