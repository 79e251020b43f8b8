"""The session: one writer, equal is silent, the frame stays within the clip."""

from __future__ import annotations

from dataclasses import replace

from core.metrics.alignment import Alignment
from viewer.session import Session
from viewer.view import View


def heard(session):
    log = []
    session.frame_changed.connect(lambda frame: log.append(("frame", frame)))
    session.view_changed.connect(lambda new, old: log.append(("view", new, old)))
    session.content_changed.connect(lambda content: log.append(("content", content)))
    return log


def test_a_change_of_frame_alone_says_only_the_frame(qtbot):
    session = Session()
    log = heard(session)
    session.seek(4)
    assert log == [("frame", 4)]
    assert session.view == View(frame=4)


def test_an_equal_view_is_silent(qtbot):
    session = Session(View(frame=2, angle=3))
    log = heard(session)
    session.update(angle=3)
    session.seek(2)
    session.update_engine(alignment=Alignment.ROOT)
    assert log == []


def test_other_changes_come_whole_with_what_was_before(qtbot):
    session = Session()
    log = heard(session)
    session.update(angle=3, frame=7)
    assert log == [("view", View(angle=3, frame=7), View())]
    session.update_scene(ghost=False)
    assert log[-1][1].scene == replace(View().scene, ghost=False)


def test_the_frame_stays_within_the_clip(qtbot, demo_content):
    session = Session(View(frame=10**6))
    session.show_content(demo_content)
    assert session.frame == demo_content.n_frames - 1
    session.seek(-5)
    assert session.frame == 0
    session.seek(10**9)
    assert session.frame == demo_content.n_frames - 1
