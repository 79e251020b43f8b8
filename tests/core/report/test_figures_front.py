"""Millimetres against degrees: what the figure of a sweep shows, and that it is the same bytes each time."""

from __future__ import annotations

import pytest

from core.report.figures_front import front_figure, front_file
from core.report.style import styled
from core.study.resampling import Interval
from core.training.sweep.table import Row

MM = {("position", 0.0): 60.0, ("angle", 0.5): 61.0, ("angle", 3.0): 66.0, ("bone", 1.0): 60.5}
DEG = {("position", 0.0): 12.0, ("angle", 0.5): 11.5, ("angle", 3.0): 10.9, ("bone", 1.0): 11.8}


@pytest.fixture(scope="module")
def rows():
    made = []
    for domain, more in (("in", 0.0), ("out", 25.0)):
        for seed in ("1", "2", "all"):
            for metric, values in (("mpjpe_mm", MM), ("angle_mae_isb_deg", DEG), ("angle_mae_network_deg", DEG)):
                angle = "" if metric == "mpjpe_mm" else "all"
                for (loss, weight), value in values.items():
                    found = Interval(value + more, value + more - 3, value + more + 3)
                    change = Interval(1.0, 0.5, 1.5) if weight else None
                    made.append(Row(loss, weight, seed, domain, metric, angle, found, change))
        made.append(Row("floor", None, "all", domain, "angle_mae_isb_deg", "all", Interval(1.8, 1.5, 2.0)))
    return made


def test_each_domain_has_a_line_for_each_loss_with_its_weights(rows):
    with styled():
        figure = front_figure(rows)
    inside, outside = figure.axes
    assert [axes.get_title(loc="left").split(":")[0] for axes in figure.axes] == ["in domain", "out of domain"]
    assert sorted(text.get_text() for text in inside.texts) == ["0.5", "1", "3"]
    lines = {tuple(line.get_xdata()): tuple(line.get_ydata()) for line in inside.lines if len(line.get_xdata()) > 1}
    assert lines[60.0, 61.0, 66.0] == (12.0, 11.5, 10.9)
    assert lines[60.0, 60.5] == (12.0, 11.8)
    assert min(outside.get_xlim()) > max(inside.get_xlim())
    said = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert "Means over 2 seeds" in said
    assert "1.8° in domain and 1.8° out of domain" in said
    assert "exact ISB angles" in said
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["loss on angles", "loss on bone directions", "joint distance alone"]


def test_small_differences_look_small(rows):
    alike = [row for row in rows if row.loss == "position"]
    with styled():
        axes = front_figure(alike).axes[0]
    assert axes.get_xlim()[1] - axes.get_xlim()[0] >= 4
    assert axes.get_ylim()[1] - axes.get_ylim()[0] >= 1


def test_equal_rows_give_equal_bytes(rows):
    assert front_file(rows) == front_file(rows)
    with styled():
        said = " ".join(text.get_text() for text in front_figure(rows, "network").texts)
    assert "the network on the true joints" in said
