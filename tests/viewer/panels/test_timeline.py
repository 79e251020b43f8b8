"""The timeline: strips and marks are the numbers of the content; buttons, boxes and handles do what they say."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QToolTip

from core.metrics.worst import worst_frames
from viewer.panels.timeline import TimelinePanel
from viewer.panels.timeline.goto import frame_typed
from viewer.panels.timeline.layout import MARKS_PX, SPAN_PX
from viewer.panels.timeline.legend import legend_width, small
from viewer.panels.timeline.painting import names_said
from viewer.playback import Playback
from viewer.session import Session
from viewer.theme import DARK, LIGHT, lut
from viewer.view import Loop, View
from viewer.wording import time_text

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot, content, view=None, theme=DARK, size=(1400, 100)):
    """Session and panel wired as the window does it, on screen."""
    session = Session(view or View())
    session.show_content(content)
    panel = TimelinePanel(session, theme, Playback(session))
    session.frame_changed.connect(panel.show_frame)
    session.view_changed.connect(panel.show_view)
    session.content_changed.connect(panel.show_content)
    qtbot.addWidget(panel)
    panel.resize(*size)
    with qtbot.waitExposed(panel):
        panel.show()
    return session, panel


def at(bar, frame, y=None):
    return QPoint(int(bar.axis.x_of(frame)), bar.layout_px.top + 3 if y is None else y)


def colour_at(bar, point):
    return QColor(bar.grab().toImage().pixel(point)).getRgb()[:3]


def click(qtbot, panel, name, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(panel.transport.buttons[name], LEFT, modifier)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(("strip", "frame"), [(0, 20), (1, 111), (2, 170)])
def test_a_strip_has_the_colour_of_the_error(qtbot, demo_content, theme, strip, frame):
    _, panel = shown(qtbot, demo_content, theme=theme)
    mae = float(demo_content.tracks[strip].angle_mae_deg[frame])
    expected = lut(theme.magnitude)[round(min(mae / panel.bar.limit.value, 1) * 255)]
    place = at(panel.bar, frame, panel.bar.layout_px.strip_top(strip) + 2)
    assert colour_at(panel.bar, place) == tuple(expected[:3])


def test_missing_frames_of_a_strip_are_not_a_colour_of_the_map(qtbot, demo_content):
    mae = demo_content.tracks[1].angle_mae_deg.copy()
    mae[100:120] = np.nan
    tracks = list(demo_content.tracks)
    tracks[1] = replace(tracks[1], angle_mae_deg=mae)
    _, panel = shown(qtbot, replace(demo_content, tracks=tuple(tracks)))
    picture = panel.bar.grab().toImage()
    y = panel.bar.layout_px.strip_top(1)
    seen = {QColor(picture.pixel(at(panel.bar, f, y + 2))).getRgb()[:3] for f in range(101, 119)}
    assert QColor(DARK.missing).getRgb()[:3] in seen
    assert not seen & {tuple(colour[:3]) for colour in lut(DARK.magnitude)}
    assert "missing" in panel.bar.said(at(panel.bar, 110))


def test_marks_are_the_worst_frames_of_all_shown_lifters(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    apart = round(demo_content.fps / 4)
    worst = np.max([track.angle_mae_deg for track in demo_content.tracks], axis=0)
    assert panel.bar.marks == tuple(sorted(worst_frames(worst, apart=apart)))
    session.update(hidden=frozenset(track.name for track in demo_content.tracks[1:]))
    expected = worst_frames(demo_content.tracks[0].angle_mae_deg, apart=apart)
    assert panel.bar.marks == tuple(sorted(expected))
    assert [mark.frame for mark in panel.bar.worst] == list(expected)


def with_peaks(content, *peaks):
    """The clip with an angle MAE of 5° but for peaks. peaks : (track, frame, degrees)."""
    maes = [np.full(content.n_frames, 5, np.float32) for _ in content.tracks]
    for track, frame, degrees in peaks:
        maes[track][frame] = degrees
    tracks = tuple(replace(track, angle_mae_deg=mae) for track, mae in zip(content.tracks, maes, strict=True))
    return replace(content, tracks=tracks)


PEAKS = ((1, 60, 12.25), (0, 107, 23.78), (2, 180, 18.0))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_mark_has_the_colour_of_the_lifter_that_is_worst_there(qtbot, demo_content, theme):
    _, panel = shown(qtbot, with_peaks(demo_content, *PEAKS), theme=theme)
    bar = panel.bar
    assert [(mark.frame, mark.rank) for mark in bar.worst[:3]] == [(107, 1), (180, 2), (60, 3)]
    for track, frame, _ in PEAKS:
        place = at(bar, frame, bar.layout_px.top - 5)
        assert colour_at(bar, place) == QColor(theme.lifter(track)).getRgb()[:3], frame
    picture = bar.grab().toImage()
    lane = range(bar.layout_px.top - MARKS_PX, bar.layout_px.top)
    ground = QColor(theme.base).rgb()
    painted = {
        frame: sum(picture.pixel(at(bar, frame, y) + QPoint(dx, 0)) != ground for y in lane for dx in range(-8, 9))
        for _, frame, _ in PEAKS
    }
    assert painted[107] > 1.5 * max(painted[60], painted[180])  # the worst of all is larger


def test_the_tip_of_a_mark_says_which_whose_and_how_bad(qtbot, demo_content):
    content = with_peaks(demo_content, *PEAKS)
    _, panel = shown(qtbot, content)
    bar, n = panel.bar, len(panel.bar.worst)
    said = re.sub("<[^>]*>", "", bar.said(at(bar, 107, bar.layout_px.top - 4)))
    assert said == f"worst 1 of {n}: {content.tracks[0].name}, angle MAE 23.8°, frame 107 · 0.892 s"
    assert f"worst 3 of {n}: " in bar.said(at(bar, 60, bar.layout_px.top - 4))
    assert "worst" not in bar.said(at(bar, 107))


def test_the_worst_frame_of_the_clip_is_one_click_away(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    worst = np.max([track.angle_mae_deg for track in demo_content.tracks], axis=0)
    click(qtbot, panel, "worst")
    assert session.frame == int(np.argmax(worst))
    session.update(hidden=frozenset({demo_content.tracks[2].name}))
    assert panel.worst_of_clip()
    assert session.frame == int(np.argmax(np.max([t.angle_mae_deg for t in demo_content.tracks[:2]], axis=0)))
    session.show_content(replace(demo_content, reference=None))
    assert not panel.worst_of_clip()
    assert not panel.transport.buttons["worst"].isEnabled()


def test_the_worst_frames_are_visited_in_order_of_time(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    marks, seen = panel.bar.marks, []
    assert len(marks) > 3
    while panel.worst_next():
        seen.append(session.frame)
    assert seen == [mark for mark in marks if mark > 0]
    seen = []
    while panel.worst_previous():
        seen.append(session.frame)
    assert seen == [mark for mark in reversed(marks) if mark < marks[-1]]
    session.seek(marks[1] + 1)
    assert panel.worst_next()
    assert session.frame == marks[2]
    assert panel.worst_last()
    assert session.frame == marks[-1]
    assert panel.worst_first()
    assert session.frame == marks[0]


def test_the_worst_buttons_tell_where_the_clip_has_no_more(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    ended = []
    panel.worst_ended.connect(ended.append)
    click(qtbot, panel, "worst_next")
    assert session.frame == next(mark for mark in panel.bar.marks if mark > 0)
    session.seek(panel.bar.marks[-1])
    click(qtbot, panel, "worst_next")
    session.seek(panel.bar.marks[0])
    click(qtbot, panel, "worst_previous")
    assert ended == [1, -1]
    for name, word in (("worst_next", "Next"), ("worst_previous", "Previous")):
        assert panel.transport.buttons[name].toolTip().startswith(f"{word} peak of the angle error in time")


def test_a_click_on_a_mark_goes_exactly_there(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    bar = panel.bar
    for mark in bar.marks:
        qtbot.mouseClick(bar, LEFT, pos=at(bar, mark, bar.layout_px.top - 4) + QPoint(3, 0))
        assert session.frame == mark


def test_click_and_drag_scrub(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    bar = panel.bar
    qtbot.mousePress(bar, LEFT, pos=at(bar, 50))
    assert session.frame == 50
    for frame in (51, 120, 33):
        qtbot.mouseMove(bar, at(bar, frame, 500))
        assert session.frame == frame
    qtbot.mouseMove(bar, QPoint(bar.width() + 30, 0))
    assert session.frame == demo_content.n_frames - 1
    qtbot.mouseMove(bar, QPoint(-30, 0))
    assert session.frame == 0
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(-30, 0))
    qtbot.mouseMove(bar, at(bar, 90))
    assert session.frame == 0
    qtbot.mouseClick(bar, LEFT, pos=QPoint(4, bar.layout_px.top + 3))  # a name
    assert session.frame == 0


def test_in_and_out_are_dragged_and_the_whole_clip_is_no_span(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    bar = panel.bar
    y, last = bar.layout_px.bottom + SPAN_PX // 2, demo_content.n_frames - 1

    def drag(begin, end):
        qtbot.mousePress(bar, LEFT, pos=QPoint(round(begin), y))
        qtbot.mouseMove(bar, QPoint(round(end), y))
        qtbot.mouseRelease(bar, LEFT, pos=QPoint(round(end), y))

    drag(bar.axis.edge_of(0) - 3, bar.axis.edge_of(40))
    assert session.view.span == (40, last)
    drag(bar.axis.edge_of(last + 1) + 3, bar.axis.edge_of(100))
    assert session.view.span == (40, 99)
    assert session.frame == 0
    drag(bar.axis.edge_of(40) - 3, bar.axis.edge_of(180))  # not past the other end
    assert session.view.span == (99, 99)
    drag(bar.axis.edge_of(100) + 3, bar.axis.edge_of(150))
    assert session.view.span == (99, 149)
    qtbot.mouseDClick(bar, LEFT, pos=QPoint(int(bar.axis.x_of(120)), y))
    assert session.view.span is None
    drag(bar.axis.edge_of(0) - 3, bar.axis.edge_of(40))
    drag(bar.axis.edge_of(40) - 3, bar.axis.edge_of(0) - 30)
    assert session.view.span is None


def test_a_clip_that_goes_away_in_the_middle_of_a_drag_ends_it(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    qtbot.mousePress(panel.bar, LEFT, pos=at(panel.bar, 50))
    session.show_content(None)
    qtbot.mouseMove(panel.bar, at(panel.bar, 0) + QPoint(200, 0))
    session.show_content(demo_content)
    qtbot.mouseMove(panel.bar, at(panel.bar, 120))
    assert session.frame == 50


def test_the_span_is_painted(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content, View(span=(40, 120)))
    y = panel.bar.layout_px.bottom + 5
    assert colour_at(panel.bar, at(panel.bar, 80, y)) == QColor(DARK.accent).getRgb()[:3]
    assert colour_at(panel.bar, at(panel.bar, 200, y)) == QColor(DARK.grid).getRgb()[:3]
    strip = panel.bar.layout_px.top + 3
    marked = [colour_at(panel.bar, at(panel.bar, frame, strip)) for frame in (80, 200)]
    session.update(span=None)
    assert colour_at(panel.bar, at(panel.bar, 80, y)) == QColor(DARK.grid).getRgb()[:3]
    plain = [colour_at(panel.bar, at(panel.bar, frame, strip)) for frame in (80, 200)]
    assert marked[0] == plain[0] and sum(marked[1]) < 0.8 * sum(plain[1])  # pale outside


def test_names_beside_the_strips_are_whole_or_short_and_never_cut(qtbot, demo_content):
    _, panel = shown(qtbot, demo_content)
    letters, tracks = small(panel.bar.font()), panel.bar.tracks
    assert names_said(letters, tracks) == ["motionbert", "simplebaseline3d", "videopose3d"]
    room = panel.bar._gutter - 15 - 6  # right of the square
    assert all(QFontMetrics(letters).horizontalAdvance(name) <= room for name in names_said(letters, tracks))
    assert names_said(letters, tracks[:1]) == ["motionbert-compact"]
    edited = [replace(tracks[0], edited=True), *tracks[1:]]
    assert names_said(letters, edited)[0] == "motionbert (edited)"


def test_the_tip_says_frame_time_and_every_lifter(qtbot, demo_content):
    _, panel = shown(qtbot, demo_content)
    nudges = itertools.cycle((0, 1))

    def tip():
        qtbot.mouseMove(panel.bar, at(panel.bar, 90) + QPoint(next(nudges), 0))
        return "frame 90" in QToolTip.text()

    qtbot.waitUntil(tip, timeout=3000)
    assert "0.750 s" in QToolTip.text()
    for track in demo_content.tracks:
        assert track.name in QToolTip.text()
        assert f"{track.angle_mae_deg[90]:.1f}°" in QToolTip.text()


def test_without_a_reference_there_is_a_plain_bar_to_scrub_in(qtbot, demo_content):
    session, panel = shown(qtbot, replace(demo_content, reference=None))
    assert panel.bar.marks == ()
    assert not panel.worst_next()
    assert not panel.transport.buttons["worst_next"].isEnabled()
    assert colour_at(panel.bar, at(panel.bar, 100)) == QColor(DARK.raised).getRgb()[:3]
    qtbot.mouseClick(panel.bar, LEFT, pos=at(panel.bar, 77))
    assert session.frame == 77


def test_without_a_clip_nothing_can_be_pressed(qtbot, demo_content):
    session, panel = shown(qtbot, None)
    assert not panel.transport.isEnabled()
    qtbot.mouseClick(panel.bar, LEFT, pos=QPoint(400, 40))
    assert session.frame == 0
    session.show_content(demo_content)
    assert panel.transport.isEnabled()
    assert panel.readout.frame_box.text() == "0"


def test_buttons_go_and_step(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content, View(frame=120))
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    for name, modifier, expected in (
        ("step", Qt.KeyboardModifier.NoModifier, 121), ("step", shift, 131), ("step", control, 231),
        ("step_back", control, 131), ("step_back", shift, 121), ("step_back", Qt.KeyboardModifier.NoModifier, 120),
        ("end", Qt.KeyboardModifier.NoModifier, 239), ("home", Qt.KeyboardModifier.NoModifier, 0),
    ):  # fmt: skip
        click(qtbot, panel, name, modifier)
        assert session.frame == expected, name


def test_play_and_reverse_buttons(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content, View(frame=120))
    click(qtbot, panel, "play")
    qtbot.waitUntil(lambda: session.frame > 122, timeout=2000)
    click(qtbot, panel, "reverse")
    turned = session.frame
    qtbot.waitUntil(lambda: session.frame < turned, timeout=2000)
    click(qtbot, panel, "play")
    frame = session.frame
    qtbot.wait(80)
    assert session.frame == frame


def test_loop_pace_and_speed(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    seen = []
    for span in (None, (3, 9)):
        session.update(span=span, loop=Loop.OFF)
        for _ in range(3):
            click(qtbot, panel, "loop")
            seen.append(session.view.loop)
    assert seen == [Loop.ALL, Loop.OFF, Loop.ALL, Loop.ALL, Loop.SPAN, Loop.OFF]
    click(qtbot, panel, "pace")
    assert session.view.every_frame
    assert "every frame" in panel.transport.buttons["pace"].toolTip()
    session.update(speed=-2.0)
    box = panel.readout.speed_box
    assert box.currentText() == "2×"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert session.view.speed == -4.0
    session.update(speed=0.3)
    assert (box.currentIndex(), box.placeholderText()) == (-1, "0.3×")


@pytest.mark.parametrize(
    ("box", "typed", "frame"),
    [("frame_box", "120", 120), ("frame_box", "1.5 s", 180), ("frame_box", "0:01.5", 180), ("time_box", "1,25", 150),
     ("time_box", "250 ms", 30), ("time_box", "0:00.5", 60)],
)  # fmt: skip
def test_a_typed_frame_or_time_is_gone_to(qtbot, demo_content, box, typed, frame):
    session, panel = shown(qtbot, demo_content)
    field = getattr(panel.readout, box)
    qtbot.mouseClick(field, LEFT)
    field.selectAll()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.frame == frame
    assert panel.readout.frame_box.text() == str(frame)
    assert panel.readout.time_box.text() == f"{frame / demo_content.fps:.3f} s"
    assert not field.hasFocus()


@pytest.mark.parametrize(
    ("typed", "words"), [("soon", "neither a frame"), ("-3", "neither"), ("1.5", "neither"), ("", "neither"),
                         ("240", "beyond the end"), ("9 s", "beyond the end")]
)  # fmt: skip
def test_bad_input_is_said_in_one_line_and_changes_nothing(qtbot, demo_content, typed, words):
    session, panel = shown(qtbot, demo_content, View(frame=12))
    said = []
    session.message.connect(said.append)
    panel.focus_goto()
    qtbot.keyClick(panel.readout.frame_box, Qt.Key.Key_Delete)
    qtbot.keyClicks(panel.readout.frame_box, typed)
    qtbot.keyClick(panel.readout.frame_box, Qt.Key.Key_Return)
    assert len(said) == 1
    assert words in said[0]
    assert "\n" not in said[0]
    assert session.frame == 12
    assert panel.readout.frame_box.text() == "12"


def test_the_goto_box_is_typed_over_while_the_clip_plays_and_escape_gives_up(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    panel.activateWindow()
    box = panel.readout.frame_box
    panel.focus_goto()
    qtbot.waitUntil(box.hasFocus, timeout=2000)
    session.seek(40)
    assert box.text() == "40"
    qtbot.keyClicks(box, "77")
    session.seek(41)
    assert box.text() == "77"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "41"
    assert session.frame == 41


@pytest.mark.parametrize(("seconds", "text"), [(0, "0.000 s"), (1.5, "1.500 s"), (59.9996, "1:00.000"),
                                               (61.25, "1:01.250"), (600, "10:00.000")])  # fmt: skip
def test_times_are_written_so_that_they_can_be_typed(seconds, text):
    assert time_text(seconds) == text
    assert frame_typed(text, 1000.0, 10**6) == round(round(seconds, 3) * 1000)


def test_hours_are_understood():
    assert frame_typed("1:00:02.5", 10.0, 10**6) == 36_025


def test_a_frame_change_repaints_strips_and_builds_nothing(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    builds = panel.bar.builds
    for frame in range(1, 60):
        session.seek(frame)
        panel.bar.repaint()
    assert panel.bar.builds == builds == 1
    assert colour_at(panel.bar, at(panel.bar, 59, panel.bar.layout_px.bottom - 3)) == QColor(DARK.cursor).getRgb()[:3]
    session.update(hidden=frozenset({demo_content.tracks[0].name}))
    panel.bar.repaint()
    assert panel.bar.builds == builds + 1


def many(content, n_lifters):
    """The clip with so many lifters."""
    tracks = tuple(replace(content.tracks[0], name=f"lifter{i}", colour=i) for i in range(n_lifters))
    return replace(content, tracks=tracks)


@pytest.mark.parametrize("lifters", [1, 3, 8, 14])
def test_strips_fit_above_the_frame_numbers(qtbot, demo_content, lifters):
    _, panel = shown(qtbot, many(demo_content, lifters), size=(900, 96))
    layout = panel.bar.layout_px
    assert len(panel.bar.cells()) == lifters
    assert layout.bottom + SPAN_PX + 10 <= panel.bar.height()


@pytest.mark.parametrize("lifters", [1, 6, 8, 14])
def test_names_stand_beside_the_strips_or_their_room_is_given_back(qtbot, demo_content, lifters):
    _, panel = shown(qtbot, many(demo_content, lifters), size=(900, 96))
    bar, picture = panel.bar, panel.bar.grab().toImage()
    for i in range(lifters):
        rows = range(bar.layout_px.strip_top(i), bar.layout_px.strip_top(i) + bar.layout_px.strip)
        written = {picture.pixel(x, y) for x in range(16, 50) for y in rows} != {QColor(DARK.base).rgb()}
        assert written == (lifters <= 8)
    if lifters > 8:
        assert bar.axis.left < legend_width(bar.font(), bar.limit) + 40
    assert "lifter0" in bar.said(QPoint(6, bar.layout_px.strip_top(0) + 1))


@pytest.mark.parametrize("exceeded", [False, True])
@pytest.mark.parametrize("n_frames", [3, 240])
def test_the_legend_ends_before_the_first_time(qtbot, demo_content, exceeded, n_frames):
    content = many(demo_content, 1)
    mae = np.full(n_frames, 100.0 if exceeded else 150.0, np.float32)
    mae[-1] += 100.0 if exceeded and n_frames > 100 else 0.0
    content = replace(content, n_frames=n_frames, tracks=(replace(content.tracks[0], angle_mae_deg=mae),))
    _, panel = shown(qtbot, content)
    bar = panel.bar
    assert bar.limit.exceeded == (exceeded and n_frames > 100)
    first_time = QFontMetrics(small(bar.font())).horizontalAdvance("0.000 s")
    assert 4 + legend_width(bar.font(), bar.limit) < bar.axis.x_of(0) - first_time / 2
    said = bar.said(QPoint(10, bar.layout_px.top - 4))
    assert "angle MAE" in said.replace("Angle", "angle")
    assert "imits of this clip" in said


def test_the_boxes_say_what_can_be_typed(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    box = panel.readout.frame_box
    assert box.placeholderText() == "0 to 239"
    assert "0 to 239" in box.toolTip()
    assert "0 to 1.992 s" in panel.readout.time_box.toolTip()
    session.show_content(replace(demo_content, n_frames=7))
    assert box.placeholderText() == "0 to 6"


@pytest.mark.parametrize("n_frames", [1, 240, 100_000])
def test_the_boxes_are_laid_out_at_once_where_the_clip_comes_after_the_panel(qtbot, demo_content, n_frames):
    session, panel = shown(qtbot, None, size=(700, 100))
    content = replace(demo_content, n_frames=n_frames, reference=None, tracks=())
    session.show_content(content)  # and no event is processed before the picture would be taken
    session.seek(n_frames - 1)
    parts = [part for part in panel.readout.children() if part.isWidgetType()]
    parts.sort(key=lambda part: part.x())
    for left, right in itertools.pairwise(parts):
        assert left.geometry().right() < right.x()
    assert parts[-1].geometry().right() < panel.readout.width()
    assert panel.readout.geometry().right() < panel.bar.x()
    for part in parts[:4]:
        assert QFontMetrics(part.font()).horizontalAdvance(part.text()) <= part.width()
