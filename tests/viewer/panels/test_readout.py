"""The read-out: every number is the content's, missing is a dash, and mouse and keys select everywhere."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton

from core.conventions import N_ANGLES
from core.evaluation import ReferenceKind
from core.metrics.alignment import Alignment
from viewer.panels.readout import ReadoutPanel
from viewer.panels.readout.caveats import caveats_of
from viewer.panels.readout.caveats_popup import CaveatsPopup
from viewer.panels.readout.columns import MISSING, Kind, groups_of, kinds_left_out, levels, without_hidden, written
from viewer.panels.readout.geometry import Measures, arranged
from viewer.panels.readout.letters import Numbers, Slots, letters_of
from viewer.panels.readout.sheet import worst_cell
from viewer.panels.readout.texts import aside_texts, frame_text
from viewer.panels.severities import Severity
from viewer.session import Session
from viewer.theme import DARK, LIGHT
from viewer.view import View

LIFTERS = ("motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact")
MADE_UP = ("sim_depth_noise", "sim_hip_offset", "sim_over_smooth")
"""Names that begin with the same word."""


class Desk:
    """A session and its read-out, told of changes in the order of the window."""

    def __init__(self, qtbot, content, width=620, height=340, view=None, theme=DARK):
        self.session = Session(view or View())
        self.panel = ReadoutPanel(self.session, theme)
        qtbot.addWidget(self.panel)
        self.session.content_changed.connect(self.panel.show_content)
        self.session.view_changed.connect(self.panel.show_view)
        self.session.frame_changed.connect(self.panel.show_frame)
        self.panel.resize(width, height)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        self.session.show_content(content)
        QApplication.processEvents()  # scroll bars come and go later

    def point(self, row, name, scrolled=0):
        """Middle of a row (None: the head) in the columns of a source."""
        table = self.panel._table.geometry
        place = next(place for place in table.places if place.group.name == name)
        y = table.top + table.head // 2 if row is None else table.row_top(row) + table.row // 2
        return QPoint((place.left + place.right) // 2 - scrolled, y)

    def picture(self) -> QImage:
        return self.panel.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.fixture
def desk(qtbot, demo_content):
    return Desk(qtbot, demo_content)


def with_nan(content, frame, row):
    """The content with nothing for one angle at one frame in any source."""

    def gone(values):
        copy = values.copy()
        copy[frame, row] = np.nan
        return copy

    tracks = tuple(
        replace(t, angles_deg=gone(t.angles_deg), error_deg=gone(t.error_deg), sigma_deg=gone(t.sigma_deg))
        for t in content.tracks
    )
    reference = replace(content.reference, angles_deg=gone(content.reference.angles_deg))
    return replace(content, tracks=tracks, reference=reference, floor_deg=gone(content.floor_deg),
                   floor_error_deg=gone(content.floor_error_deg))  # fmt: skip


def alone(content):
    """A lifter's file without any reference."""
    track = content.tracks[0]
    nothing = np.full_like(track.error_deg, np.nan)
    lone = replace(track, error_deg=nothing, mpjpe_mm=nothing[:, 0], angle_mae_deg=nothing[:, 0])
    return replace(content, reference=None, kind=None, tracks=(lone,), floor_deg=nothing, floor_error_deg=nothing)


def standing_in(content):
    return replace(content, kind=ReferenceKind.STAND_IN, floor_deg=content.reference.angles_deg,
                   floor_error_deg=np.full_like(content.floor_error_deg, np.nan))  # fmt: skip


def colours(image, rect=None):
    """Names of all colours of a part of a picture."""
    whole = rect or image.rect()
    return {image.pixelColor(x, y).name() for x in range(whole.left(), whole.right() + 1)
            for y in range(whole.top(), whole.bottom() + 1)}  # fmt: skip


# -- numbers -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("frame", [0, 40, 239])
def test_the_table_is_the_contents_numbers(desk, demo_content, frame):
    desk.session.seek(frame)
    lines = [line.split("\t") for line in desk.panel.text().splitlines()]
    assert lines[0] == [demo_content.name, f"frame {frame}", f"{frame / demo_content.fps:.3f} s"]
    assert lines[1][:4] == ["angle", "reference °", "floor °", "floor error °"]
    assert lines[1][4:7] == ["motionbert-compact °", "motionbert-compact error °", "motionbert-compact sigma °"]
    for row, angle in enumerate(demo_content.angles):
        wanted = [f"{demo_content.reference.angles_deg[frame, row]:z.1f}", f"{demo_content.floor_deg[frame, row]:z.1f}",
                  f"{demo_content.floor_error_deg[frame, row]:+z.1f}"]  # fmt: skip
        for track in demo_content.tracks:
            wanted += [f"{track.angles_deg[frame, row]:z.1f}", f"{track.error_deg[frame, row]:+z.1f}",
                       f"{track.sigma_deg[frame, row]:.1f}"]  # fmt: skip
        assert lines[2 + row] == [angle.title, *wanted]
    means = [f"{track.mpjpe_mm[frame]:.1f}" for track in demo_content.tracks]
    assert [lines[14][0], *(cell for cell in lines[14][1:] if cell)] == ["MPJPE, mm", *means]
    floor = f"{np.abs(demo_content.floor_error_deg[frame]).mean():.1f}"
    means = [f"{track.angle_mae_deg[frame]:.1f}" for track in demo_content.tracks]
    assert [lines[15][0], *(cell for cell in lines[15][1:] if cell)] == ["angle MAE, °", floor, *means]


@pytest.mark.parametrize(("alignment", "name"), [(Alignment.SCALE, "N-MPJPE, mm"), (Alignment.NONE, "distance, mm")])
def test_the_position_error_is_named_after_its_alignment(qtbot, demo_content, alignment, name):
    desk = Desk(qtbot, replace(demo_content, alignment=alignment))
    assert desk.panel.text().splitlines()[14].startswith(name)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.VALUE, -0.04, "0.0"), (Kind.VALUE, 0.05, "0.1"), (Kind.VALUE, -179.96, "-180.0"),
        (Kind.ERROR, 3.04, "+3.0"), (Kind.ERROR, -0.04, "+0.0"), (Kind.ERROR, -12.0, "-12.0"),
        (Kind.SIGMA, 8.66, "8.7"), (Kind.VALUE, 5.27, "5.3"), (Kind.VALUE, 5.25, "5.2"), (Kind.VALUE, 5.35, "5.3"),
        (Kind.VALUE, float("nan"), MISSING), (Kind.ERROR, float("nan"), MISSING),
    ],
)  # fmt: skip
def test_how_numbers_are_written(kind, value, text):
    assert written(kind, value) == text


def test_what_is_painted_at_once_is_written_as_one_by_one(qtbot, demo_content):
    content = with_nan(demo_content, 7, 3)
    content.floor_deg[9, 2] = -0.03  # a copy of with_nan
    letters = letters_of(QApplication.font(), 12)
    columns = [column for group in groups_of(content) for column in group.columns]
    numbers = Numbers([Slots(c.values, c.kind, c.chars, 0, (0,) * N_ANGLES) for c in columns], letters)
    for frame in range(content.n_frames):
        one_by_one = [written(c.kind, v).rjust(c.chars) for c in columns for v in c.values[frame].tolist()]
        assert numbers.text(frame) == "".join(one_by_one)


def test_the_picture_of_a_number_is_that_number(qtbot):
    letters = letters_of(QApplication.font(), 12)
    values = np.array([[-37.5], [np.nan], [18.04]], np.float32)
    numbers = Numbers([Slots(values, Kind.ERROR, 6, 60, (20,))], letters)
    for frame, text in enumerate(("−37.5", MISSING, "+18.0")):
        ours, wanted = (QImage(80, 40, QImage.Format.Format_RGB32) for _ in range(2))
        for image in (ours, wanted):
            image.fill(QColor("black"))
        painter = QPainter(ours)
        painter.setPen(QColor("white"))
        numbers.paint(painter, frame)
        painter.end()
        painter = QPainter(wanted)
        painter.setPen(QColor("white"))
        painter.setFont(letters.digits)
        for place, char in enumerate(reversed(text), 1):
            painter.drawText(60 - place * letters.advance, 20 + letters.drop, char)
        painter.end()
        assert ours == wanted


def test_another_frame_paints_other_numbers_and_back_the_same(desk):
    first = desk.picture()
    desk.session.seek(60)
    assert desk.picture() != first
    desk.session.seek(0)
    assert desk.picture() == first


def test_missing_is_a_dash_and_leaves_the_means(qtbot, demo_content):
    desk = Desk(qtbot, with_nan(demo_content, 5, 3), view=View(frame=5))
    cells = desk.panel.text().splitlines()[2 + 3].split("\t")
    assert cells[0] == demo_content.angles[3].title
    assert cells[1:] == [MISSING] * (3 + 3 * 3)
    rest = np.delete(np.abs(demo_content.floor_error_deg[5]), 3).mean()
    assert desk.panel.text().splitlines()[15].split("\t")[3] == f"{rest:.1f}"


def test_the_worst_error_of_the_frame_is_found_and_marked(desk, demo_content):
    table = desk.panel._table.geometry
    for frame in (0, 33, 120):
        errors = np.abs(np.stack([track.error_deg[frame] for track in demo_content.tracks]))
        lifter, row = np.unravel_index(errors.argmax(), errors.shape)
        place, found = worst_cell(table.places, frame)
        assert (place.group.name, found) == (LIFTERS[lifter], row)
        desk.session.seek(frame)
        end = place.ends[1]
        edge = desk.picture().pixelColor(end + 2, table.row_top(row) + table.row // 2)
        assert edge.red() > edge.blue() + 60  # the frame in the colour of warnings


def test_no_error_no_worst(qtbot, demo_content):
    content = with_nan(demo_content, 5, slice(None))
    assert worst_cell(Desk(qtbot, content).panel._table.geometry.places, 5) is None


# -- what the columns are ------------------------------------------------------------------------------------------
def test_a_lone_file_has_values_and_no_errors(qtbot, demo_content):
    desk = Desk(qtbot, alone(demo_content), view=View(frame=3))
    lines = desk.panel.text().splitlines()
    assert lines[1] == "angle\tmotionbert-compact °\tmotionbert-compact sigma °"
    assert len(lines) == 2 + N_ANGLES
    assert [place.group.name for place in desk.panel._table.geometry.places] == ["motionbert-compact"]
    assert "reference" not in desk.panel.text()


def test_a_stand_in_is_called_so_where_it_stands(qtbot, demo_content):
    isb, other = Desk(qtbot, demo_content), Desk(qtbot, standing_in(demo_content))
    head = isb.panel._table.geometry
    area = isb.picture().rect().adjusted(0, head.top, 0, 0)
    area.setHeight(head.head)
    area.setWidth(head.places[0].right)
    assert DARK.warning in colours(other.picture(), area)
    assert DARK.warning not in colours(isb.picture(), area)
    assert "no labelled points" in other.panel.tip_at(other.point(None, "reference"))
    assert "ISB angles" in isb.panel.tip_at(isb.point(None, "reference"))
    assert other.panel.text().splitlines()[2].split("\t")[3] == MISSING  # the floor's error is not known


def test_hidden_sources_leave_the_table_and_the_reference_stays(desk):
    desk.session.update(hidden=frozenset({"reference", "floor", "simplebaseline3d-compact"}))
    names = [place.group.name for place in desk.panel._table.geometry.places]
    assert names == ["reference", "motionbert-compact", "videopose3d-compact"]
    desk.session.update(hidden=frozenset())
    assert [place.group.name for place in desk.panel._table.geometry.places] == ["reference", "floor", *LIFTERS]


def test_an_estimator_without_uncertainty_has_no_such_column(qtbot, demo_content):
    tracks = tuple(replace(track, sigma_deg=np.full_like(track.sigma_deg, np.nan)) for track in demo_content.tracks)
    desk = Desk(qtbot, replace(demo_content, tracks=tracks))
    assert "sigma" not in desk.panel.text()


def kinds(groups):
    return ["".join(column.kind.name[0] for column in group.columns) for group in groups]


def test_values_go_first_then_uncertainties_and_never_an_error(demo_content):
    groups = groups_of(demo_content)
    assert [kinds(level) for level in levels(groups)] == [
        ["V", "VE", "VES", "VES", "VES"], ["V", "E", "ES", "ES", "ES"], ["V", "E", "E", "E", "E"],
    ]  # fmt: skip
    assert [kinds_left_out(groups, level) for level in levels(groups)] == [(), (Kind.VALUE,), (Kind.VALUE, Kind.SIGMA)]
    lone = groups_of(alone(demo_content))
    assert [kinds(level) for level in levels(lone)] == [["VS"], ["VS"], ["V"]]
    assert [group.name for group in without_hidden(groups, {"floor"})] == ["reference", *LIFTERS]


# -- where everything stands ---------------------------------------------------------------------------------------
DOCKS = [((640, 400), 3), ((448, 375), 2), ((358, 277), 2), ((286, 229), 1)]
"""Sizes of the panel in windows of 1600, 1280 and 1024 pixels, and columns that fit of errors below 100 degrees."""


def shown_kinds(panel):
    assert panel.horizontalScrollBar().maximum() == 0
    assert panel.verticalScrollBar().maximum() == 0
    return [[column.kind for column in place.group.columns] for place in panel._table.geometry.places[2:]]


@pytest.mark.parametrize("size", [size for size, _ in DOCKS])
def test_every_error_of_the_demo_fits_the_docks_of_usual_windows(qtbot, demo_content, size):
    assert [Kind.ERROR in kinds for kinds in shown_kinds(Desk(qtbot, demo_content, *size).panel)] == [True] * 3


@pytest.mark.parametrize(("size", "columns"), DOCKS)
def test_more_than_errors_fits_where_they_are_small(qtbot, simulated_content, size, columns):
    shown = shown_kinds(Desk(qtbot, simulated_content, *size).panel)
    assert [len(kinds) for kinds in shown] == [columns] * 3
    assert all(Kind.ERROR in kinds for kinds in shown)


def test_bars_go_where_all_has_room_again(qtbot, demo_content):
    """With both bars there is too little room for a table that fits without any."""
    panel = Desk(qtbot, demo_content, 230, 170).panel
    assert panel.horizontalScrollBar().isVisible() and panel.verticalScrollBar().isVisible()
    panel.resize(358, 277)
    QApplication.processEvents()
    assert not panel.horizontalScrollBar().isVisible() and not panel.verticalScrollBar().isVisible()
    assert panel.viewport().size() == panel.size()


def test_what_has_no_room_is_said_and_the_number_of_frames_stays(qtbot, demo_content):
    content = replace(demo_content, n_frames=240)
    assert frame_text(content, 25) == "frame 25 of 0–239 · 0.208 s"
    wide, narrow = Desk(qtbot, content, 640, 400).panel, Desk(qtbot, content, 286, 229).panel
    assert wide.tip_at(QPoint(5, 5)) == "240 frames  ·  120 fps"
    assert narrow.tip_at(QPoint(5, 5)) == "240 frames  ·  values, ±σ hidden: widen the panel  ·  120 fps"
    assert aside_texts(content, 2, (Kind.VALUE,)) == (
        "values hidden: widen the panel  ·  2 sources hidden  ·  120 fps",
        "values hidden: widen the panel  ·  2 sources hidden", "no values  ·  2 sources hidden", "no values",
    )  # fmt: skip


@pytest.mark.parametrize("size", [(640, 200), (286, 170), (230, 170)])
def test_frame_heads_and_means_stay_when_rows_scroll(qtbot, demo_content, size):
    desk = Desk(qtbot, demo_content, *size)
    bar, table, view = desk.panel.verticalScrollBar(), desk.panel._table.geometry, desk.panel.viewport()
    assert bar.maximum() == table.height - view.height() > 0
    above = desk.picture().copy(0, 0, view.width(), table.row_top(0))
    below = desk.picture().copy(0, view.height() - table.foot, view.width(), table.foot)
    rows = desk.picture()
    bar.setValue(bar.maximum())
    after = desk.picture()
    assert after != rows
    assert after.copy(0, 0, view.width(), table.row_top(0)) == above
    assert after.copy(0, view.height() - table.foot, view.width(), table.foot) == below
    desk.session.seek(60)
    assert desk.picture().copy(0, view.height() - table.foot, view.width(), table.foot) != below  # means are there
    in_foot = QPoint(table.places[-1].left + 4, view.height() - table.foot // 2)
    assert desk.panel._under(in_foot)[0] is None
    assert desk.panel._under(QPoint(4, view.height() - table.foot - 2))[0] == N_ANGLES - 1


def test_scrolled_both_ways_the_means_are_those_of_their_sources(qtbot, demo_content):
    """What is seen of the last lifter after scrolling is what a large panel shows of it in the same letters."""
    desk = Desk(qtbot, demo_content, 230, 190)
    table, view = desk.panel._table.geometry, desk.panel.viewport()
    before = desk.picture()
    across = desk.panel.horizontalScrollBar()
    across.setValue(across.maximum())
    left, up = across.value(), view.height() - table.height
    place = table.places[-1]
    found = desk.picture().copy(place.left - left, view.height() - table.foot, place.right - place.left, table.foot)
    desk.panel.horizontalScrollBar().setValue(0)
    assert before == desk.picture()
    whole = QImage(table.width, table.height, QImage.Format.Format_RGB32)
    painter = QPainter(whole)
    sheet = desk.panel._sheet
    sheet._size = QSize(table.width, table.height)
    sheet.paint(painter, 0, QPoint())
    painter.end()
    assert up < 0
    assert found == whole.copy(place.left, table.height - table.foot, place.right - place.left, table.foot)


def test_the_selected_angle_scrolls_into_view(qtbot, desk):
    desk.panel.resize(620, 170)
    bar, table = desk.panel.verticalScrollBar(), desk.panel._table.geometry
    assert bar.maximum() > 0
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(desk.panel, key)
        top = table.row_top(desk.session.view.angle) - bar.value()
        assert table.row_top(0) <= top <= desk.panel.viewport().height() - table.foot - table.row
    assert bar.value() == 0


# -- names of sources ----------------------------------------------------------------------------------------------
def test_names_are_shortened_only_where_they_have_no_room(qtbot, demo_content):
    named = zip(demo_content.tracks, MADE_UP, strict=True)
    plain = replace(demo_content, tracks=tuple(replace(track, name=name, notes=()) for track, name in named))

    def names(width, height):
        heads = Desk(qtbot, plain, width, height).panel._table.heads
        return [head.lines for head in heads.every[2:]]

    assert names(700, 400) == [(name,) for name in MADE_UP]
    assert names(448, 375) == [("depth_noise",), ("hip_offset",), ("over_smooth",)]
    assert names(286, 229) == [("depth_", "noise"), ("hip_", "offset"), ("over_", "smooth")]


def test_a_name_without_words_is_cut_in_the_middle(qtbot, demo_content):
    named = (replace(track, name=f"averylongname{i}withnoend{i}") for i, track in enumerate(demo_content.tracks))
    heads = Desk(qtbot, replace(demo_content, tracks=tuple(named)), 358, 277).panel._table.heads
    shown = [head.lines[0] for head in heads.every[2:]]
    assert all("…" in name and name[0] == "a" and name[-1] == str(i) for i, name in enumerate(shown))


def test_numbers_never_overlap(demo_content):
    table = arranged(groups_of(demo_content), Measures(7, 15, 60, 95), 300, 340, summary=True)
    right = table.side_right
    for place in table.places:
        assert place.left >= right or place is table.places[0]
        for column, end in zip(place.group.columns, place.ends, strict=True):
            assert end - 7 * column.chars >= right
            right = end
    assert table.row_at(table.row_top(0) - 1) is None
    assert [table.row_at(table.row_top(row)) for row in range(N_ANGLES)] == list(range(N_ANGLES))
    assert table.row_at(table.row_top(N_ANGLES)) is None


def test_a_narrow_panel_scrolls_and_the_reference_stays(desk):
    desk.panel.resize(230, 340)
    bar, table = desk.panel.horizontalScrollBar(), desk.panel._table.geometry
    assert bar.maximum() == table.width - desk.panel.viewport().width() > 0
    fixed = desk.picture().copy(0, 0, table.fixed_width, 300)
    bar.setValue(bar.maximum())
    after = desk.picture()
    assert after.copy(0, 0, table.fixed_width, 300) == fixed
    assert "videopose3d-compact" in desk.panel.tip_at(desk.point(None, "videopose3d-compact", bar.value()))


# -- mouse and keys ------------------------------------------------------------------------------------------------
def test_a_click_on_a_row_selects_the_angle(qtbot, desk):
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=desk.point(7, "reference"))
    assert (desk.session.view.angle, desk.session.view.lifter) == (7, "")
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, desk.point(2, "floor").y()))
    assert desk.session.view.angle == 2


def test_a_click_in_a_lifters_columns_selects_it_too(qtbot, desk):
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=desk.point(5, "simplebaseline3d-compact"))
    assert (desk.session.view.angle, desk.session.view.lifter) == (5, "simplebaseline3d-compact")
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=desk.point(None, "videopose3d-compact"))
    assert (desk.session.view.angle, desk.session.view.lifter) == (5, "videopose3d-compact")
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.RightButton, pos=desk.point(1, "simplebaseline3d-compact"))
    assert (desk.session.view.angle, desk.session.view.lifter) == (5, "videopose3d-compact")


def test_a_click_after_scrolling_means_what_is_under_the_mouse(qtbot, desk):
    desk.panel.resize(230, 340)
    bar = desk.panel.horizontalScrollBar()
    bar.setValue(bar.maximum())
    where = desk.point(4, "videopose3d-compact", bar.value())
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert (desk.session.view.angle, desk.session.view.lifter) == (4, "videopose3d-compact")


def test_the_selected_row_is_highlighted(desk):
    table = desk.panel._table.geometry
    for row in (0, 6):
        desk.session.update(angle=row)
        image = desk.picture()
        at = [image.pixelColor(1, table.row_top(i) + table.row // 2).name() for i in range(N_ANGLES)]
        assert [i for i, name in enumerate(at) if name == DARK.accent] == [row]


def test_up_and_down_select_and_stop_at_the_ends(qtbot, desk):
    for key, angle in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_End, 11),
                       (Qt.Key.Key_Down, 11), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Up, 0)):  # fmt: skip
        qtbot.keyClick(desk.panel, key)
        assert desk.session.view.angle == angle


def test_its_keys_are_its_own_and_others_the_windows(desk):
    def claimed(key, modifiers=Qt.KeyboardModifier.NoModifier):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        QApplication.sendEvent(desk.panel, event)
        return event.isAccepted()

    assert claimed(Qt.Key.Key_Up)
    assert claimed(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert not claimed(Qt.Key.Key_Left)
    assert not claimed(Qt.Key.Key_Space)
    assert not claimed(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)


def test_copying_by_keys(qtbot, desk, demo_content):
    desk.session.update(angle=4, frame=12)
    qtbot.keyClick(desk.panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, row = QGuiApplication.clipboard().text().split("\n")
    assert head.startswith("angle\treference °")
    assert row.split("\t")[:2] == [demo_content.angles[4].title, f"{demo_content.reference.angles_deg[12, 4]:.1f}"]
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(desk.panel, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == desk.panel.text()


def test_copying_by_mouse(qtbot, desk):
    where = desk.point(0, "reference")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, desk.panel.mapToGlobal(where))
    QApplication.sendEvent(desk.panel.viewport(), event)
    menu = desk.panel.findChild(QMenu)
    table = next(action for action in menu.actions() if action.text() == "Copy table")
    table.trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == desk.panel.text()


# -- explanations and marks ----------------------------------------------------------------------------------------
def test_the_tip_of_a_row_is_its_convention_and_numbers(desk, demo_content):
    desk.session.seek(20)
    tip = desk.panel.tip_at(desk.point(3, "simplebaseline3d-compact"))
    track = demo_content.track("simplebaseline3d-compact")
    for text in ("Right hip adduction", "Z-X-Y Cardan", "thigh toward the midline", "femur in the sagittal plane",
                 "-90° to 90°", "|adduction| above 75 degrees", f"{track.angles_deg[20, 3]:.1f}°",
                 f"error {track.error_deg[20, 3]:+.1f}°", f"σ {track.sigma_deg[20, 3]:.1f}°"):  # fmt: skip
        assert text in tip
    assert "at this frame" not in tip
    assert f"σ {demo_content.floor_sigma_deg[20, 3]:.1f}°" in desk.panel.tip_at(desk.point(3, "floor"))


def test_the_tip_of_a_head_says_who_it_is(desk, demo_content):
    for name in LIFTERS:
        tip = desk.panel.tip_at(desk.point(None, name))
        assert tip.startswith(f"<b>{name}</b>") and demo_content.track(name).title in tip
        assert "not a model" not in tip
    assert "instrument" in desk.panel.tip_at(desk.point(None, "floor"))
    assert "240 frames" in desk.panel.tip_at(QPoint(desk.panel.width() - 20, 5))


def test_a_simulation_is_never_taken_for_a_model(qtbot, simulated_content):
    """Its title says so, or else the tip does."""
    first, second, *others = simulated_content.tracks
    desk = Desk(qtbot, replace(simulated_content, tracks=(first, replace(second, title="mine"), *others)))
    tips = [desk.panel.tip_at(desk.point(None, name)) for name in MADE_UP[:2]]
    assert "simulation of noise in depth, not a model" in tips[0] and tips[0].count("not a model") == 1
    assert "a simulation of an error, not a model" in tips[1]


# -- what there is to know about a source --------------------------------------------------------------------------
PROBLEM = "joint head is missing in every frame; what needs it stays empty"


def with_caveats(content):
    """A problem of the last lifter and a note on the clip, beside the notes that the lifters have."""
    tracks = (*content.tracks[:2], replace(content.tracks[2], problems=(PROBLEM,)))
    return replace(content, tracks=tracks, notes=("T10 for T8",))


def spot(desk, name):
    table = desk.panel._table
    index = [place.group.name for place in table.geometry.places].index(name)
    return table.heads.every[index].spot


def popup(desk):
    return desk.panel.findChild(CaveatsPopup)


def test_only_what_changes_the_meaning_of_numbers_has_a_mark(qtbot, simulated_content):
    """The notes are core's own words: were they put otherwise, the routine ones would be marked."""
    marks = [each.mark for each in Desk(qtbot, simulated_content).panel._table.caveats]
    assert marks == [None, None, None, Severity.INFO, None]
    assert len(simulated_content.tracks[0].notes) == 3
    marks = [each.mark for each in Desk(qtbot, with_caveats(simulated_content)).panel._table.caveats]
    assert marks == [Severity.INFO, None, None, Severity.INFO, Severity.WARNING]


def test_the_lifters_of_the_demo_are_marked_for_their_joints_and_their_normalisation(qtbot, demo_content):
    caveats = Desk(qtbot, demo_content).panel._table.caveats
    assert [each.mark for each in caveats] == [None, None, *[Severity.INFO] * 3]
    for each in caveats[2:]:
        assert [note.partition(":")[0] for note in sorted(each.notes)] == [
            "joints of Human3.6M against AthletePose3D running", "normalisation as stated",
        ]  # fmt: skip
        assert any("the hips" in note for note in each.notes)


def test_notes_on_the_clip_stand_at_the_reference_once(demo_content):
    own = ("T10 for T8", "frame rate taken from the clip: 120")
    reference = replace(demo_content.reference, notes=own[:1])
    tracks = tuple(replace(track, notes=own) for track in demo_content.tracks)
    content = replace(demo_content, notes=own[:1], reference=reference, tracks=tracks)
    reference, _, lifter, *_ = groups_of(content)
    assert caveats_of(content, reference).notes == ("T10 for T8",)
    assert caveats_of(content, lifter).notes == ()
    assert caveats_of(content, lifter).routine == ("frame rate taken from the clip: 120",)


@pytest.mark.parametrize("size", [(620, 340), (286, 229)])
def test_marks_are_drawn_where_they_are_clicked(qtbot, demo_content, size):
    desk, without = Desk(qtbot, with_caveats(demo_content), *size), Desk(qtbot, demo_content, *size)
    for name, colour in (("videopose3d-compact", DARK.warning), ("reference", DARK.accent)):
        where = spot(desk, name)
        assert colour in colours(desk.picture(), where)
        assert colour not in colours(without.picture(), where)


def test_a_click_on_a_mark_opens_its_notes_to_copy(qtbot, simulated_content):
    desk = Desk(qtbot, with_caveats(simulated_content))
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=spot(desk, "sim_over_smooth").center())
    assert desk.session.view.lifter == ""  # it does not select
    found = popup(desk)
    assert found.isVisible()
    said = [label.text() for label in found.findChildren(QLabel)]
    assert PROBLEM in said
    assert "simulation of too much smoothing over time, not a model" in said
    qtbot.mouseClick(found.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines()[:2] == ["sim_over_smooth", PROBLEM]
    with qtbot.waitSignal(found.destroyed):
        qtbot.keyClick(found, Qt.Key.Key_Escape)


def test_notes_are_in_the_menu_too(qtbot, demo_content):
    desk = Desk(qtbot, with_caveats(demo_content))
    where = desk.point(0, "reference")
    QApplication.sendEvent(desk.panel.viewport(), QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, where, desk.panel.mapToGlobal(where)))  # fmt: skip
    menu = desk.panel.findChild(QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts[3] == "Convention of left hip flexion…"
    assert texts[4:] == [f"Notes on {name}…" for name in ("reference (ISB)", "floor (network)", *LIFTERS)]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[4]).center())
    assert "T10 for T8" in popup(desk).text()
    popup(desk).close()


def test_a_mark_is_found_after_scrolling(qtbot, demo_content):
    desk = Desk(qtbot, with_caveats(demo_content), 230, 340)
    bar = desk.panel.horizontalScrollBar()
    bar.setValue(bar.maximum())
    where = spot(desk, "videopose3d-compact").center() - QPoint(bar.value(), 0)
    assert "missing in every frame" in desk.panel.tip_at(where)
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert PROBLEM in popup(desk).text()
    popup(desk).close()


def test_a_near_singular_angle_is_marked_at_its_frames_only(qtbot, demo_content):
    singular = demo_content.near_singular.copy()
    singular[8, 4] = True
    desk = Desk(qtbot, replace(demo_content, near_singular=singular), view=View(frame=7))
    table = desk.panel._table.geometry
    side = desk.picture().rect()
    side.setRect(table.name_right + 10, table.row_top(4), table.side_right - table.name_right - 10, table.row)
    assert DARK.warning not in colours(desk.picture(), side)
    desk.session.seek(8)
    assert DARK.warning in colours(desk.picture(), side)
    assert "near-singular at this frame" in desk.panel.tip_at(desk.point(4, "reference"))
    assert "near-singular at this frame" not in desk.panel.tip_at(desk.point(5, "reference"))


# -- life ----------------------------------------------------------------------------------------------------------
def test_nothing_to_show(qtbot):
    desk = Desk(qtbot, None)
    assert desk.panel.text() == ""
    assert desk.panel.tip_at(QPoint(20, 60)) == ""
    qtbot.mouseClick(desk.panel.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 80))
    assert desk.session.view == View()
    assert DARK.base in colours(desk.picture())


def test_another_clip_and_none(desk, other_content):
    desk.session.show_content(other_content)
    assert desk.panel.text().startswith(other_content.name)
    desk.session.show_content(None)
    assert desk.panel.text() == ""


def test_light_and_dark(desk):
    desk.panel.show_theme(LIGHT)
    assert LIGHT.base in colours(desk.picture())
    assert DARK.base not in colours(desk.picture())


def test_it_says_what_it_is(desk):
    assert desk.panel.accessibleName() == "Read-out"
    desk.session.update(angle=1)
    assert "Right hip flexion" in desk.panel.accessibleDescription()


def test_a_frame_costs_the_same_in_a_long_clip(qtbot, demo_content):
    def longer(values):
        return np.concatenate([values] * 100)

    tracks = tuple(
        replace(t, angles_deg=longer(t.angles_deg), error_deg=longer(t.error_deg), sigma_deg=longer(t.sigma_deg),
                mpjpe_mm=longer(t.mpjpe_mm), angle_mae_deg=longer(t.angle_mae_deg))
        for t in demo_content.tracks
    )  # fmt: skip
    long = replace(
        demo_content, n_frames=100 * demo_content.n_frames, tracks=tracks, floor_deg=longer(demo_content.floor_deg),
        reference=replace(demo_content.reference, angles_deg=longer(demo_content.reference.angles_deg)),
        floor_error_deg=longer(demo_content.floor_error_deg), near_singular=longer(demo_content.near_singular),
    )  # fmt: skip

    def cost(desk):
        times = []
        for frame in range(60):
            begin = time.perf_counter()
            desk.panel.show_frame(frame)
            desk.panel.viewport().repaint()
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    assert cost(Desk(qtbot, long)) < 3 * cost(Desk(qtbot, demo_content)) + 1e-3
