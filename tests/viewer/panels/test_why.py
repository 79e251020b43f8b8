"""The panel of reasons: what it shows is what ``core.anatomy`` says of the clip, and its flags lead to their frames.

The content is the demo's first clip, whose lifters jitter, smooth and change the lengths of bones; expected numbers
come from the functions of the core, called here.
"""

from __future__ import annotations

import dataclasses
import threading
from itertools import groupby

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from core.anatomy import angle_split_of, explained, flags_of, position_split_of
from core.results.reason_records import FlagRow
from core.results.reasons import angle_parts, position_parts
from core.scoring.run import tasks_of
from core.scoring.work import score_clip
from core.skeleton import joint_name
from tests.viewer.conftest import finished
from viewer.jobs import Jobs
from viewer.panels.why import WhyPanel
from viewer.panels.why import panel as panel_module
from viewer.panels.why.bars import Shares
from viewer.session import Session
from viewer.theme import DARK, LIGHT
from viewer.view import View
from viewer.whys import beside, whys_of

LEFT = Qt.MouseButton.LeftButton
LONG = 10_000
PARTS = {"along the bone": "along_mm", "across the bone": "across_mm", "in depth": "depth_mm",
         "in the picture": "plane_mm"}  # fmt: skip


def written(value: float, how: str) -> str:
    """A number with a true minus."""
    return f"{value:{how}}".replace("-", "\N{MINUS SIGN}")


def wired(qtbot, content, size=(320, 700)):
    """Session and panel as the window has them, on screen; what the session said comes last."""
    session, jobs, said = Session(View(clip=content.name)), Jobs(), []
    session.show_content(content)
    session.message.connect(said.append)
    panel = WhyPanel(session, DARK, jobs)
    session.view_changed.connect(panel.show_view)
    session.frame_changed.connect(panel.show_frame)
    session.content_changed.connect(panel.show_content)
    qtbot.addWidget(panel, before_close_func=lambda _: jobs.close())
    panel.resize(*size)
    with qtbot.waitExposed(panel):
        panel.show()
    return session, panel, said


@pytest.fixture
def shown(qtbot, demo_content):
    session, panel, said = wired(qtbot, demo_content)
    qtbot.waitUntil(lambda: bool(panel.whys), timeout=60_000)
    return session, panel, said


def names(content):
    return [track.name for track in content.tracks]


def flags_by_lifter(content):
    return {name: flags_of(content.found.clip, poses, name) for name, poses in content.sources}


def starts_of(content, among):
    """Every first frame of a flagged span of these lifters, in order."""
    found = flags_by_lifter(content)
    return sorted({first for name in among for flag in found[name] for first, _ in flag.frames})


def click(qtbot, panel, row):
    rows = panel.flags.list
    qtbot.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(rows.item(row)).center())


def test_parts_of_the_position_error_are_those_of_the_anatomy(shown, demo_content):
    session, panel, _ = shown
    clip = demo_content.found.clip
    for name, poses in demo_content.sources:
        split = position_split_of(clip, poses)
        for frame, joint in ((0, 13), (117, 3), (239, 16)):
            session.update(lifter=name, frame=frame, joint=joint)
            assert panel.head.text() == (
                f"Frame {frame}, {joint_name(joint)}: {split.error_mm[frame, joint]:.0f} mm off"
            )
            said = dict(part.rsplit(" ", 2)[:2] for part in panel.positions.accessibleDescription().split("; "))
            for part, field in PARTS.items():
                how = "+.0f" if field in ("along_mm", "depth_mm") else ".0f"
                assert said[part] == written(getattr(split, field)[frame, joint], how)
            assert f"length {written(split.length_percent[frame, joint], '+.0f')} %" in panel.bone.text()
            assert f"off by {split.direction_deg[frame, joint]:.0f}°" in panel.bone.text()


def test_without_a_joint_they_are_means_of_sizes(shown, demo_content):
    session, panel, _ = shown
    name, poses = demo_content.sources[1]
    split = position_split_of(demo_content.found.clip, poses)
    session.update(lifter=name, frame=60, joint=-1)
    assert f"{split.error_mm[60].mean():.0f} mm off" in panel.head.text()
    assert f"in depth {np.abs(split.depth_mm[60]).mean():.0f} mm" in panel.positions.accessibleDescription()
    assert f"along the bone {np.nanmean(np.abs(split.along_mm[60])):.0f} mm" in panel.positions.accessibleDescription()


def test_parts_of_the_angle_error_are_those_of_the_anatomy_over_the_span(shown, demo_content):
    session, panel, _ = shown
    for evaluation in demo_content.evaluations[1:]:
        for angle, span in ((0, None), (9, (40, 160)), (11, (100, 239))):
            session.update(lifter=evaluation.source, angle=angle, span=span)
            split = angle_split_of(evaluation, span)
            assert panel.says.text() == explained(split, angle)
            assert f"RMSE {np.sqrt(split.mean_square_deg2[angle]):.1f}°" in panel.angle_head.text()
            assert ("whole clip" if span is None else f"frames {span[0]}–{span[1]}") in panel.angle_head.text()
            assert f"bias {written(split.bias_deg[angle], '+.1f')}°" in panel.parts.text()
            expected = "; ".join(f"{part} {share:.0%}" for part, share in
                                 zip(("bias", "lag", "gain", "rest"), split.shares[angle], strict=True))  # fmt: skip
            assert panel.shares.accessibleDescription() == expected


def test_what_is_shown_is_what_score_writes_with_reasons(demo_job, demo_content):
    """The same functions on the same arrays: the same bits."""
    written = {reasons.source: reasons for reasons in
               score_clip(tasks_of(dataclasses.replace(demo_job, reasons=True))[0]).reasons}  # fmt: skip
    whys = finished(whys_of(demo_content))
    assert list(whys) == names(demo_content)
    for name, why in whys.items():
        np.testing.assert_array_equal(position_parts(why.positions), written[name].positions)
        rows = tuple(FlagRow(str(f.kind), f.frames, f.value, f.unit, f.rule) for f in why.flags)
        assert rows == written[name].flags
    for evaluation in demo_content.evaluations:
        np.testing.assert_array_equal(angle_parts(angle_split_of(evaluation)), written[evaluation.source].angles)


def test_flags_are_those_of_the_selected_lifter_else_of_the_first_that_is_drawn(shown, demo_content):
    session, panel, _ = shown
    expected = flags_by_lifter(demo_content)
    first, second, third = names(demo_content)
    assert panel.flags.flags == expected[first]
    session.update(hidden=frozenset({first}))
    assert panel.flags.flags == expected[second]
    for name in (third, first):
        session.update(lifter=name)
        assert panel.flags.flags == expected[name]
        assert panel.flag_head.text().endswith(f": {len(expected[name]) or 'none'}")


def test_a_row_says_what_and_where_and_the_rule_is_told_when_it_is_selected(qtbot, shown):
    _, panel, _ = shown
    flags = panel.flags
    assert flags.rule.text() == "Select a flag to read its rule."
    for row, flag in enumerate(flags.flags):
        item = flags.list.item(row)
        assert item.text() == f"{flag.kind}: {flag.found}" and flag.rule in item.toolTip()
        click(qtbot, panel, row)
        assert flags.rule.text() == f"{flag.kind}: {flag.rule}."
        assert flags.list.currentRow() == row, "selecting its lifter does not take the selection away"
    assert flags.list.accessibleName() == "Flags"


def test_a_click_or_enter_goes_to_the_first_frame_and_selects_the_lifter(qtbot, shown, demo_content):
    session, panel, _ = shown
    expected = flags_by_lifter(demo_content)
    for name in names(demo_content)[::-1]:
        session.update(lifter=name, frame=5)
        for row, flag in enumerate(expected[name]):
            session.seek(239)
            click(qtbot, panel, row)
            assert (session.frame, session.view.lifter) == (flag.frames[0][0], name)
            session.seek(239)
            qtbot.keyClick(panel.flags.list, Qt.Key.Key_Return)
            assert session.frame == flag.frames[0][0]
    session.update(lifter="")
    click(qtbot, panel, 0)
    assert session.view.lifter == names(demo_content)[0]


def test_flags_of_the_frame_on_screen_are_marked_and_only_a_change_is_drawn(shown, demo_content):
    session, panel, _ = shown
    changes = []
    panel.flags.list.model().dataChanged.connect(lambda *_: changes.append(session.frame))
    name = next(n for n, flags in flags_by_lifter(demo_content).items() if any(f.n_frames < 200 for f in flags))
    session.update(lifter=name)
    flags = panel.flags.flags
    marked = [frozenset(f for f in flags if any(first <= frame <= last for first, last in f.frames))
              for frame in range(demo_content.n_frames)]  # fmt: skip
    session.seek(0)
    changes.clear()
    for frame in range(1, demo_content.n_frames):
        session.seek(frame)
        assert panel.flags.now == marked[frame]
    assert set(changes) == {frame for frame in range(1, demo_content.n_frames) if marked[frame] != marked[frame - 1]}
    texts = [panel.flags.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(len(flags))]
    assert all(
        (text or "").endswith("at this frame") == (f in marked[-1]) for f, text in zip(flags, texts, strict=True)
    )


def test_rows_fit_the_width_and_are_drawn_in_both_themes(shown):
    _, panel, _ = shown
    rows = panel.flags.list
    heights = []
    for width in (300, 900):
        panel.resize(width, 700)
        QTest.qWait(50)
        rect = rows.visualItemRect(rows.item(0))
        assert rect.width() <= rows.viewport().width()
        heights.append(rect.height())
        last = rows.visualItemRect(rows.item(rows.count() - 1))
        assert last.bottom() < rows.viewport().height() <= last.bottom() + 4, "all rows, and nothing below them"
    assert heights[0] > heights[1], "the text is wrapped where it is narrow"
    dark = panel.flags.grab().toImage()
    panel.show_theme(LIGHT)
    assert panel.flags.grab().toImage() != dark


def test_next_and_previous_step_through_the_flagged_spans_of_all_lifters(shown, demo_content):
    session, panel, said = shown
    starts = starts_of(demo_content, names(demo_content))
    assert len(starts) > 3
    session.seek(0)
    seen = []
    while panel.go(forward=True):
        seen.append(session.frame)
        flags = panel.whys[session.view.lifter].flags
        assert any(first == session.frame for flag in flags for first, _ in flag.frames)
    assert seen == [start for start in starts if start > 0]
    assert said == ["no further flagged frame in this clip"]
    seen = []
    while panel.go(forward=False):
        seen.append(session.frame)
    assert seen == [start for start in starts if start < starts[-1]][::-1]
    assert said[-1] == "no earlier flagged frame in this clip"


def test_hidden_lifters_do_not_count(shown, demo_content):
    session, panel, said = shown
    one = names(demo_content)[2]
    session.update(hidden=frozenset(names(demo_content)) - {one}, frame=0)
    seen = []
    while panel.go(forward=True):
        assert session.view.lifter == one
        seen.append(session.frame)
    assert seen == [start for start in starts_of(demo_content, [one]) if start > 0]
    session.update(hidden=frozenset(names(demo_content)), frame=0)
    said.clear()
    assert not panel.go(forward=True)
    assert session.frame == 0 and said == ["no further flagged frame in this clip"]


def test_beside_looks_past_the_frame_itself(demo_content):
    whys = finished(whys_of(demo_content))
    for name in whys:
        for flag in whys[name].flags:
            for first, _ in flag.frames:
                after, before = (beside(whys, (name,), first, forward=forward) for forward in (True, False))
                assert after is None or after[0] > first
                assert before is None or before[0] < first
    assert beside(whys, (), 0, forward=True) is None


def test_without_a_reference_it_says_so(qtbot, demo_content):
    alone = dataclasses.replace(demo_content, reference=None, evaluations=(), found=None)
    session, panel, said = wired(qtbot, alone)
    assert panel.head.text() == "Nothing to compare with: the clip has no reference, or no lifter is open."
    assert panel.flags.flags == () and panel.flags.rule.text() == "" and panel.flag_head.text() == ""
    assert not panel.go(forward=True) and said == ["no further flagged frame in this clip"]
    assert "why" not in panel._jobs.running()
    session.show_content(None)
    assert not panel.go(forward=False)


def lengthened(content):
    """The same motion over and over, 10,000 frames of it."""
    clip = content.found.clip
    frames = np.resize(np.arange(content.n_frames), LONG)
    poses = dataclasses.replace(clip.poses, xyz_mm=clip.poses.xyz_mm[frames])
    long = dataclasses.replace(clip, points=None, poses=poses)
    sources = tuple((n, dataclasses.replace(p, xyz_mm=p.xyz_mm[frames])) for n, p in content.sources)
    return dataclasses.replace(content, n_frames=LONG, sources=sources,
                               found=dataclasses.replace(content.found, clip=long))  # fmt: skip


def test_a_long_clip_is_looked_at_beside_the_window(qtbot, demo_content, monkeypatch):
    threads, ticks, gate = [], [], threading.Event()

    def watched(content):
        threads.append(threading.current_thread())
        gate.wait(60)
        return (yield from whys_of(content))

    monkeypatch.setattr(panel_module, "whys_of", watched)
    session, panel, said = wired(qtbot, lengthened(demo_content))
    assert panel._jobs.running() == ("why",) and panel.flag_head.text().endswith("…")
    assert "looking for reasons" in panel.head.text()
    assert not panel.go(forward=True) and said == ["still looking for flags in this clip"]
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(5)
    gate.set()
    qtbot.waitUntil(lambda: bool(panel.whys), timeout=120_000)
    assert threads and threads[0] is not threading.main_thread() and ticks
    assert panel.whys[names(demo_content)[0]].positions.error_mm.shape == (LONG, 17)
    session.seek(LONG - 1)
    assert panel.head.text().startswith(f"Frame {LONG - 1}, ")


def test_another_clip_makes_the_work_give_way(qtbot, demo_content, monkeypatch):
    gate = threading.Event()

    def held(content):
        gate.wait(60)
        return (yield from whys_of(content))

    monkeypatch.setattr(panel_module, "whys_of", held)
    session, panel, _ = wired(qtbot, demo_content)
    session.show_content(dataclasses.replace(demo_content, sources=demo_content.sources[:1]))
    gate.set()
    qtbot.waitUntil(lambda: bool(panel.whys), timeout=60_000)
    QTest.qWait(100)
    assert list(panel.whys) == names(demo_content)[:1]


def test_the_keys_of_the_window(qtbot, window):
    """``;`` and ``:`` as keyboards send them; the reasons are shown by Ctrl+H."""
    content, session = window.session.content, window.session
    qtbot.waitUntil(lambda: bool(window.why.whys), timeout=60_000)
    starts = [start for start in starts_of(content, names(content)) if start > 0]
    session.seek(0)
    for start in starts[:3]:
        qtbot.keyClick(window, Qt.Key.Key_Semicolon)
        assert session.frame == start
    qtbot.keyClick(window, Qt.Key.Key_Colon)
    assert session.frame == starts[1]
    qtbot.keyClick(window, Qt.Key.Key_Semicolon, Qt.KeyboardModifier.ShiftModifier)
    assert session.frame == starts[0]
    session.seek(content.n_frames - 1)
    qtbot.keyClick(window, Qt.Key.Key_Semicolon)
    assert window.messages.messages()[-1].text == "no further flagged frame in this clip"
    assert session.frame == content.n_frames - 1
    session.update(hidden=frozenset(names(content)))
    qtbot.keyClick(window, Qt.Key.Key_Colon)
    assert window.messages.messages()[-1].text == "no earlier flagged frame in this clip"
    QTest.keySequence(window, "Ctrl+H")
    qtbot.waitUntil(window.why.isVisible)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_a_piece_that_has_no_room_for_its_name_has_it_in_the_key_below(qtbot, theme):
    shares = Shares(theme, "parts")
    qtbot.addWidget(shares)
    shares.show_shares([("bias", 0.02), ("lag", 0.55), ("gain", 0.40), ("rest", 0.03)])
    shares.resize(400, shares.sizeHint().height())
    shares.show()
    picture = shares.grab().toImage()
    bar = picture.height() - shares.fontMetrics().height() - 2
    below = {picture.pixelColor(x, y).name() for x in range(400) for y in range(bar, picture.height())}
    assert {theme.shares[0], theme.shares[3]} <= below
    assert not {theme.shares[1], theme.shares[2]} & below
    along = [picture.pixelColor(x, 2).name() for x in range(400)]
    assert [colour for colour, _ in groupby(colour for colour in along if colour in theme.shares)] == list(theme.shares)
    assert along.index(theme.shares[1]) - 1 not in [i for i, c in enumerate(along) if c in theme.shares]  # a gap
