"""What a reader of a figure has to know is in it: keys to marks and lines, numbers, a caption; without colour too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.collections import LineCollection

from core.skeleton import BONES, LEFT, RIGHT
from tests.viewer.figures.conftest import subject_of
from tests.viewer.figures.letters import texts_of
from viewer.figures.bodies import printed_stage
from viewer.figures.caption import caption_parts
from viewer.figures.choices import FigureChoices, FigureFormat, FigureKind
from viewer.figures.drawing import drawn
from viewer.figures.records import spread_frames
from viewer.figures.scene import printed_view
from viewer.scene.arrows import Slopes
from viewer.scene.stage import staged
from viewer.theme import LIGHT
from viewer.view import Colouring, PlotView, SceneView
from viewer.wording import FLOOR_BAND


def test_the_caption_explains_the_marks(subject, demo_content):
    said = {kind: " · ".join(caption_parts(subject, FigureChoices(kind=kind))) for kind in FigureKind}
    for part, kinds in {
        "floor: network on the reference poses, its own error": (FigureKind.TRACES, FigureKind.TABLE),
        "from the dashed direction of 0°": (FigureKind.SCENE,),
        "triangle: frame 79": (FigureKind.STRIPS,), "rows in pairs: left above right": (FigureKind.HEATMAPS,),
        "errors: source minus reference": (FigureKind.TABLE,), "MAE: mean absolute error": (FigureKind.STRIPS,),
        "aligned at the pelvis: MPJPE": (FigureKind.SCENE, FigureKind.TABLE),
    }.items():  # fmt: skip
        assert [kind for kind in FigureKind if part in said[kind]] == [
            kind for kind in FigureKind if kind in (*kinds, FigureKind.PAGE)], part  # fmt: skip
    assert "arc and number: left shoulder abduction (error), from" in said[FigureKind.SCENE]
    assert "arc: left shoulder abduction, from" in said[FigureKind.PAGE]  # whose table has the numbers
    bare = subject_of(demo_content, frames=(0, 50), scene=SceneView(arcs=False), hidden=frozenset({"floor"}))
    said = " · ".join(caption_parts(bare, FigureChoices(kind=FigureKind.PAGE)))
    assert not any(word in said for word in ("arc", "floor", "triangle"))


def test_the_scene_names_its_angle_and_writes_the_numbers_of_the_tables(subject, demo_content):
    texts = texts_of(drawn(subject, FigureChoices(kind=FigureKind.SCENE, caption=False)))
    assert {"Left shoulder abduction", "0°", "left", "right"} <= set(texts)
    reference, *lifters = (f"{track.angles_deg[79, 6]:.1f}°" for track in demo_content.everyone)
    errors = [f" ({track.error_deg[79, 6]:+.1f})" for track in demo_content.tracks]
    expected = [f"ref. {reference}", *map("".join, zip(lifters, errors, strict=True))]
    assert [text for text in expected if text.replace("-", "−") not in texts] == []
    three = texts_of(drawn(subject, FigureChoices(kind=FigureKind.SCENE, width_mm=85, shots=6)))
    for frame in spread_frames(subject, 6):  # no room for errors
        assert f"ref. {demo_content.reference.angles_deg[frame, 6]:.1f}°".replace("-", "−") in three
    assert not any("(+" in text or "(−" in text for text in three)
    bare = texts_of(drawn(subject_of(demo_content, scene=SceneView(arcs=False, sides=False)),
                          FigureChoices(kind=FigureKind.SCENE, caption=False)))  # fmt: skip
    assert set(bare) == {*(track.label for track in demo_content.everyone), "frame 79 · 0.658 s"}


def marks_of(sheet):
    """Shape and colour of the marks at the joints of lifters."""
    from matplotlib.collections import PathCollection

    found = [c for axes in sheet.figure.axes for c in axes.collections if isinstance(c, PathCollection)]
    assert len(found) == 1
    return list(zip((len(path.vertices) for path in found[0].get_paths()), map(tuple, found[0].get_facecolors()),
                    strict=True))  # fmt: skip


def test_lifters_of_the_scene_differ_by_the_marks_at_their_joints(subject, demo_content):
    marks = marks_of(drawn(subject, FigureChoices(kind=FigureKind.SCENE)))
    assert len(marks) == 17 * len(demo_content.tracks)
    shapes = {}
    for shape, colour in marks:
        shapes.setdefault(colour, set()).add(shape)
    assert len(shapes) == len(demo_content.tracks)
    assert all(len(own) == 1 for own in shapes.values()) and len(set.union(*shapes.values())) == len(shapes)
    # In colours of errors the shape alone says whose a joint is.
    coloured = subject_of(demo_content, scene=SceneView(colouring=Colouring.POSITION))
    by_error = marks_of(drawn(coloured, FigureChoices(kind=FigureKind.SCENE)))
    assert {shape for shape, _ in by_error} == {shape for shape, _ in marks}
    assert len({colour for _, colour in by_error}) > 20


def test_left_and_right_differ_without_colour(demo_content):
    """The right joints of the reference are open: white within, where the left ones are filled."""
    subject = subject_of(demo_content, hidden=frozenset(track.name for track in demo_content.tracks))
    view = printed_view(subject.view)
    figure = printed_stage(staged(demo_content, view, LIGHT)).cells[0][0]
    left, right = (np.array(joints) + len(BONES) for joints in (LEFT, RIGHT))
    assert (figure.fill[right] == 1).all() and not (figure.fill[left, :3] == 1).all(axis=1).any()
    assert (figure.rim[right, :3] != 1).any(axis=1).all() and (figure.rim_px[right] > 1).all()


def test_legends_name_all_that_is_drawn_over_time(demo_content):
    """Lines of in and out, and shades, where the plots have them."""
    plain = texts_of(drawn(subject_of(demo_content, plots=PlotView(single=True)), FigureChoices()))
    assert FLOOR_BAND in plain and "in and out" not in plain and "near-singular" not in plain
    shaded = replace(demo_content, near_singular=np.ones_like(demo_content.near_singular))
    marked = subject_of(shaded, span=(20, 60), plots=PlotView(single=True))
    for kind in (FigureKind.TRACES, FigureKind.PAGE):
        assert {"in and out", "near-singular"} <= set(texts_of(drawn(marked, FigureChoices(kind=kind, width_mm=170))))
    assert "in and out" not in texts_of(drawn(replace(marked, frames=(20, 60)), FigureChoices()))


def test_arrows_on_screen_are_in_the_figure(subject, demo_content):
    """They are drawn at their frame and told in key and caption."""
    lifter = demo_content.tracks[0].name
    slopes = replace(subject, slopes=lambda frame: Slopes(lifter, frame, np.full((17, 3), 0.1)))
    choices = FigureChoices(kind=FigureKind.SCENE, width_mm=85, format=FigureFormat.SVG)
    with_arrows, without = (drawn(each, choices) for each in (slopes, subject))
    n_lines = [sum(len(c.get_segments()) for axes in sheet.figure.axes for c in axes.collections
                   if isinstance(c, LineCollection)) for sheet in (with_arrows, without)]  # fmt: skip
    assert n_lines[0] == n_lines[1] + 2 * 3 * 17  # shaft and two barbs, each with its rim
    assert "raises it most" in texts_of(with_arrows) and "raises it most" not in texts_of(without)
    assert any("arrows" in part for part in caption_parts(slopes, choices))
