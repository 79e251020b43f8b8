"""Undo and redo of views: identities for any changes, bursts, depth, and what a change is called."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.conventions import ShoulderView
from core.editing import Move, SwapSides
from core.metrics.alignment import Alignment
from viewer.changes import change_text
from viewer.history import DEPTH, History, changed_fields
from viewer.view import Colouring, EngineView, Layout, Loop, PlotView, SceneView, SourceEdit, View

engines = st.builds(EngineView, shoulder=st.sampled_from(ShoulderView), alignment=st.sampled_from(Alignment))
scenes = st.builds(SceneView, layout=st.sampled_from(Layout), colouring=st.sampled_from(Colouring), ghost=st.booleans())
views = st.builds(
    View, clip=st.sampled_from(["a", "b"]), frame=st.integers(0, 99), angle=st.integers(0, 11),
    lifter=st.sampled_from(["", "x"]), hidden=st.frozensets(st.sampled_from(["reference", "x"])),
    span=st.none() | st.just((3, 9)), speed=st.sampled_from([1.0, -1.0, 2.0]), engine=engines, scene=scenes,
)  # fmt: skip


def still(view: View) -> View:
    """Without what is no change: the frame, and which way it plays."""
    return replace(view, frame=0, speed=abs(view.speed))


class Shown(RuleBasedStateMachine):
    """A view that is changed, scrubbed, undone and done again, beside a plain list of all views there were."""

    def __init__(self) -> None:
        super().__init__()
        self.history, self.view, self.now_s = History(), View(), 0.0
        self.all, self.at = [View()], 0

    @rule(view=views)
    def change(self, view):
        self.now_s += 10
        pushed = self.history.push(self.view, view, "x", self.now_s)
        assert pushed is (still(view) != still(self.view))
        if pushed:
            self.all = [*self.all[: self.at + 1], view]
            self.at += 1
        self.view = view

    @rule(frame=st.integers(0, 99))
    def scrub(self, frame):
        moved = replace(self.view, frame=frame)
        assert not self.history.push(self.view, moved, "x", self.now_s)
        self.view = moved

    @rule()
    def undo(self):
        view = self.history.undo(self.view)
        assert (view is None) is (self.at == 0)
        if view is not None:
            self.at -= 1
            self.view = view

    @rule()
    def redo(self):
        view = self.history.redo(self.view)
        assert (view is None) is (self.at == len(self.all) - 1)
        if view is not None:
            self.at += 1
            self.view = view

    @rule()
    def back_and_on_again(self):
        before = self.view
        view = self.history.undo(before)
        if view is not None:
            assert self.history.redo(view) == before

    @invariant()
    def shows_what_it_should(self):
        assert still(self.view) == still(self.all[self.at])
        assert len(self.history) == min(self.at, DEPTH)


TestShown = Shown.TestCase


@given(st.lists(views, max_size=30))
def test_all_the_way_back_and_on_again(seen):
    history, view = History(), View(frame=7)
    for number, new in enumerate(seen):
        history.push(view, new, "x", 10.0 * number)
        view = new
    here = view
    while (earlier := history.undo(view)) is not None:
        view = earlier
    assert still(view) == still(View())
    while (later := history.redo(view)) is not None:
        view = later
    assert view == here


def test_the_frame_of_the_change_comes_back():
    history = History()
    history.push(View(frame=5), View(frame=5, angle=1), "x", 0)
    scrubbed = View(frame=80, angle=1)
    back = history.undo(scrubbed)
    assert back == View(frame=5)
    assert history.redo(replace(back, frame=30)) == scrubbed
    assert history.undo(scrubbed) == View(frame=30)


def test_a_burst_of_one_field_is_one_step():
    history = History()
    for number in range(5):
        history.push(View(angle=number), View(angle=number + 1), str(number), 0.9 * number)
    history.push(View(angle=5), View(angle=6), "late", 10)
    history.push(View(angle=6), View(angle=6, lifter="x"), "other", 10.1)
    assert len(history) == 3
    assert history.undo_text == "other"
    view = history.undo(View(angle=6, lifter="x"))
    view = history.undo(view)
    assert view == View(angle=5)
    assert history.undo_text == "4"
    assert history.undo(view) == View()


def test_a_burst_that_comes_to_nothing_is_no_step():
    history = History()
    history.push(View(lifter="x"), View(lifter="x", angle=1), "earlier", 0)
    one, other = View(lifter="x", angle=1), View(lifter="x", angle=1, joint=3)
    history.push(one, other, "there", 5)
    history.push(other, one, "and back", 5.2)
    assert (len(history), history.undo_text) == (1, "earlier")
    history.push(one, other, "again", 5.4)  # not a part of what was before
    assert (len(history), history.undo(other)) == (2, one)


def test_edits_are_steps_of_their_own_except_nudges_of_one_joint():
    def edited(*edits):
        return View(edits=tuple(SourceEdit("c", "x", edit) for edit in edits))

    nudge, other = Move(3, 0, 0, (1.0, 0.0, 0.0)), Move(4, 0, 0, (1.0, 0.0, 0.0))
    seen = [(), (nudge,), (nudge, nudge), (nudge, nudge, other), (nudge, nudge, other, SwapSides(0, 9)),
            (nudge, nudge, other, SwapSides(0, 9), SwapSides(0, 9))]  # fmt: skip
    history = History()
    for number, (before, after) in enumerate(pairwise(seen)):
        history.push(edited(*before), edited(*after), str(len(after)), 0.1 * number)
    assert len(history) == 4
    view, texts = edited(*seen[-1]), []
    while (text := history.undo_text) and (view := history.undo(view)):
        texts.append(text)
    assert texts == ["5", "4", "3", "2"]


def test_what_could_be_done_again_goes_with_another_change():
    history = History()
    history.push(View(), View(angle=1), "one", 0)
    assert history.undo(View(angle=1)) == View()
    assert history.redo_text == "one"
    history.push(View(), View(angle=2), "two", 0.1)
    assert (history.redo_text, history.redo(View(angle=2)), len(history)) == ("", None, 1)


def test_the_oldest_steps_go():
    history = History()
    for number in range(DEPTH + 50):
        history.push(View(joint=number), View(joint=number + 1), str(number), 10.0 * number)
    assert len(history) == DEPTH == 200
    view = View(joint=DEPTH + 50)
    for _ in range(DEPTH):
        view = history.undo(view)
    assert view == View(joint=50) and history.undo(view) is None
    history.clear()
    assert history.redo(view) is None


def test_playing_is_no_change():
    assert changed_fields(View(speed=2.0), View(speed=-2.0, frame=40)) == frozenset()
    assert changed_fields(View(speed=2.0), View(speed=-1.0)) == {"speed"}


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (View(engine=EngineView(shoulder=ShoulderView.RAW)), "shoulder as plane and elevation (Y-X-Y)"),
        (View(angle=11), "Right knee flexion"), (View(clip="S1"), "S1"), (View(joint=4), "left hip"),
        (View(hidden=frozenset({"x"})), "hide x"), (View(span=(4, 9)), "in and out at 4 and 9"),
        (View(span=(4, 9), loop=Loop.SPAN), "in and out at 4 and 9 and 1 more"),
        (View(scene=SceneView(layout=Layout.GRID)), "side by side"), (View(scene=SceneView(ghost=False)),
                                                                       "reference as a ghost off"),
        (View(plots=PlotView(angles=(10, 11))), "plots of knee"), (View(scene=SceneView(arrows=True)), "arrows on"),
        (View(edits=(SourceEdit("c", "x", SwapSides(0, 3)),)), "left and right exchanged"),
        (View(frame=3), ""),
    ],
)  # fmt: skip
def test_changes_are_named(after, text):
    assert change_text(View(), after) == text


def test_edits_that_are_gone_are_named_too():
    edits = tuple(SourceEdit("c", "x", SwapSides(0, last)) for last in (1, 2))
    assert change_text(View(edits=edits), View()) == "2 edits taken back"
    assert change_text(View(edits=edits), View(edits=edits[:1])) == "1 edit taken back"


def test_every_field_of_every_part_of_the_view_has_a_name():
    """Fields that are booleans are turned round, others get another value of their own kind."""
    for part in (SceneView, PlotView, EngineView):
        name = {SceneView: "scene", PlotView: "plots", EngineView: "engine"}[part]
        for field in fields(part):
            value = getattr(getattr(View(), name), field.name)
            if isinstance(value, bool):
                after = replace(View(), **{name: replace(getattr(View(), name), **{field.name: not value})})
                assert change_text(View(), after).endswith(" off" if value else " on")
