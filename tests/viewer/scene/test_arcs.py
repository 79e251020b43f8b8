"""The selected angle on the bodies of a cell: whose it is, where its strokes are, and the card with its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF

from core.evaluation import ReferenceKind
from tests.viewer.scene.shown import BY_PAINTER, FRAME, SIZE
from viewer.content import ClipContent
from viewer.scene.arcs import BodyArcs, arc_strokes, axes_letters, axes_of_bodies, radii_mm, reference_bodies
from viewer.scene.eye import Eye
from viewer.scene.figures import figures_of
from viewer.scene.readings import reading_of, reading_size, where_free
from viewer.scene.stage import staged
from viewer.theme import DARK
from viewer.view import Layout, SceneView, View

PX_PER_MM = 0.26
KNEE_R = 11
PLAIN = SceneView(floor=False, axes=False, sides=False)


def arcs_of(content, view):
    figures = figures_of(content.everyone, view, None, DARK)
    return BodyArcs(figures, content, view, DARK, reference_bodies(content))


def of_source(strokes, n, source):
    """(m, 2, 3) ends of the strokes of one of n sources, which lie in turns."""
    return strokes.ends_mm[source::n]


@pytest.mark.parametrize("column", range(12))
def test_numbers_are_those_of_the_tables_and_the_reference_arc_spans_them(demo_content, column):
    arcs = arcs_of(demo_content, View(angle=column))
    for frame in (0, FRAME, demo_content.n_frames - 1):
        measured = arcs.at(frame)
        expected = [track.angles_deg[frame, column] for track in demo_content.everyone]
        np.testing.assert_array_equal(measured.deg, np.array(expected, np.float32))
        # the reference's numbers are ISB angles of the very points that the arc is drawn on
        assert abs((measured.arcs.measured_deg[0] - measured.deg[0] + 180) % 360 - 180) < 0.02


def test_the_knee_of_the_reference_bends_where_its_skeleton_bends(demo_content):
    measured = arcs_of(demo_content, View(angle=KNEE_R)).at(FRAME)
    joint = demo_content.reference.xyz_mm[FRAME, 2]
    assert np.linalg.norm(measured.arcs.centre_mm[:, 0] - joint) < 20.0  # other labels of the same knee
    for i, track in enumerate(demo_content.tracks, start=1):
        np.testing.assert_allclose(measured.arcs.centre_mm[:, i], track.xyz_mm[FRAME, 2])


def test_without_points_the_reference_is_measured_on_its_joints(demo_content):
    stands_in = replace(demo_content, kind=ReferenceKind.STAND_IN)
    assert reference_bodies(stands_in) is None
    measured = arcs_of(stands_in, View(angle=KNEE_R)).at(FRAME)
    np.testing.assert_allclose(measured.arcs.centre_mm[:, 0], demo_content.reference.xyz_mm[FRAME, 2])


def test_the_selected_lifter_alone_is_measured_beside_the_reference(demo_content):
    names = [track.name for track in demo_content.tracks]
    assert [t.name for t in arcs_of(demo_content, View(lifter=names[1])).tracks] == ["reference", names[1]]
    assert [t.name for t in arcs_of(demo_content, View()).tracks] == ["reference", *names]


def test_no_more_lifters_than_can_be_told_apart(demo_content):
    track = demo_content.tracks[0]
    many = tuple(replace(track, name=f"lifter{i}", colour=i) for i in range(7))
    assert len(arcs_of(replace(demo_content, tracks=many), View()).tracks) == 5


@pytest.mark.parametrize("column", [0, 3, 4, 7, 8, 11])
def test_strokes_begin_at_zero_and_end_at_the_number(demo_content, column):
    arcs = arcs_of(demo_content, View(angle=column))
    measured = arcs.at(FRAME)
    n, radius = len(measured.tracks), radii_mm(measured, PX_PER_MM)
    strokes = arc_strokes(measured, PX_PER_MM, arcs.look)
    assert len(strokes.ends_mm) == len(strokes.fill) == len(strokes.layer)
    for source in range(n):
        centre = measured.arcs.centre_mm[:, source]
        arc = of_source(strokes, n, source)[:24]
        assert np.allclose(np.linalg.norm(arc - centre, axis=2), radius[source], rtol=1e-3)
        first, last = ((place - centre) / radius[source] for place in (arc[0, 0], arc[-1, 1]))
        np.testing.assert_allclose(first, measured.arcs.zero[:, source], atol=1e-3)
        turn = np.degrees(np.arccos(np.clip(first @ last, -1, 1)))
        assert turn == pytest.approx(abs(measured.deg[source]), abs=0.1)
        np.testing.assert_array_equal(arc[1:, 0], arc[:-1, 1])
    assert (np.diff(radius) > 0).all()


def test_an_arc_is_not_too_small_to_see_in_a_small_picture(demo_content):
    measured = arcs_of(demo_content, View()).at(FRAME)
    assert radii_mm(measured, 0.02)[0] * 0.02 >= 26.0 - 1e-3


def test_a_missing_number_draws_nothing(demo_content):
    def without(track):
        deg = track.angles_deg.copy()
        deg[FRAME] = np.nan
        return replace(track, angles_deg=deg)

    content = replace(demo_content, tracks=tuple(map(without, demo_content.tracks)))
    arcs = arcs_of(content, View(scene=SceneView(frames=True)))
    measured = arcs.at(FRAME)
    strokes, n = arc_strokes(measured, PX_PER_MM, arcs.look), len(measured.tracks)
    assert np.isfinite(of_source(strokes, n, 0)[:24]).all()
    for source in range(1, n):
        assert np.isnan(of_source(strokes, n, source)).any(axis=(1, 2)).all()
    axes = axes_of_bodies(measured, DARK)[0]
    assert np.isfinite(axes.ends_mm[::2]).all()
    assert np.isnan(axes.ends_mm[1::2]).any(axis=(1, 2)).all()


def test_frames_are_of_the_reference_and_one_lifter_with_letters(demo_content):
    measured = arcs_of(demo_content, View(scene=SceneView(frames=True))).at(FRAME)
    axes = axes_of_bodies(measured, DARK)[0]
    assert len(axes.ends_mm) == 2 * 3 * 2
    lengths = np.linalg.norm(axes.ends_mm[:, 1] - axes.ends_mm[:, 0], axis=1)
    np.testing.assert_allclose(lengths, 130.0, rtol=1e-4)
    assert len(axes_letters(measured, Eye(), SIZE).ends_px) > 0


def test_switched_off_nothing_is_drawn_or_measured(demo_content):
    off = staged(demo_content, View(scene=replace(PLAIN, arcs=False)), DARK)
    on = staged(demo_content, View(scene=PLAIN), DARK)
    assert off.measured(0, FRAME) is None
    assert reading_of(off, 0, FRAME) is None
    drawn = [len(stage.drawing(0, FRAME, Eye(), SIZE).ends_px) for stage in (off, on)]
    assert drawn[1] > drawn[0]


def test_where_everybody_is_hidden_nobody_is_measured(demo_content):
    everyone = frozenset(track.name for track in demo_content.everyone)
    stage = staged(demo_content, View(hidden=everyone), DARK)
    assert stage.measured(0, FRAME) is None
    assert reading_of(stage, 0, FRAME) is None


def test_an_arc_is_seen_from_every_side(demo_content):
    """Edge-on too: the legs and the arrow cover at least twenty pixels in one direction."""
    arcs = arcs_of(demo_content, View(angle=KNEE_R))
    strokes = arc_strokes(arcs.at(FRAME), PX_PER_MM, arcs.look)
    ends = of_source(strokes, 4, 0).reshape(-1, 3)
    for azimuth in range(0, 360, 15):
        for elevation in (-80, 0, 45, 90):
            pixels, _ = Eye(azimuth_deg=azimuth, elevation_deg=elevation, height_mm=2200).project(ends, SIZE)
            assert np.nanmax(np.ptp(pixels[np.isfinite(pixels).all(axis=1)], axis=0)) > 20.0


class TestCards:
    def test_says_angle_values_and_errors(self, demo_content):
        stage = staged(demo_content, View(angle=KNEE_R), DARK)
        reading = reading_of(stage, 0, FRAME)
        assert reading.title == "Right knee flexion"
        values = [f"{track.angles_deg[FRAME, KNEE_R]:.1f}°".replace("-", "−") for track in demo_content.everyone]
        errors = ["", *(f"{t.error_deg[FRAME, KNEE_R]:+.1f}".replace("-", "−") for t in demo_content.tracks)]
        assert [value for _, value, _ in reading.rows] == values
        assert [error for _, _, error in reading.rows] == errors

    def test_tells_of_a_singular_reference(self, demo_content):
        flags = demo_content.near_singular.copy()
        flags[FRAME, KNEE_R] = True
        stage = staged(replace(demo_content, near_singular=flags), View(angle=KNEE_R), DARK)
        assert reading_of(stage, 0, FRAME).singular
        assert not reading_of(stage, 0, FRAME + 1).singular

    @pytest.mark.parametrize("layout", list(Layout))
    @pytest.mark.parametrize("size", [(640, 560), (430, 300), (330, 700)])
    def test_stay_in_their_cells_and_off_legends(self, show, demo_content, layout, size):
        shown = show(demo_content, BY_PAINTER, View(scene=SceneView(layout=layout)))
        shown.panel.resize(*size)
        for angle in range(12):
            shown.session.update(angle=angle)
            for frame in range(0, demo_content.n_frames, 40):
                shown.session.seek(frame)
                cells = [QRectF(*cell) for cell in shown.area.cells]
                cards = [QRectF(card.geometry()) for card in shown.area.findChildren(object, "reading")
                         if not card.isHidden()]  # fmt: skip
                assert all(any(cell.contains(card) for cell in cells) for card in cards)
                assert not any(a.intersects(b) for i, a in enumerate(cards) for b in cards[:i])

    def test_are_there_and_named_for_screen_readers(self, show, demo_content: ClipContent):
        shown = show(demo_content, BY_PAINTER, View(angle=KNEE_R, frame=FRAME))
        cards = [card for card in shown.area.findChildren(object, "reading") if not card.isHidden()]
        assert [card.accessibleName().partition(":")[0] for card in cards] == ["Right knee flexion"]
        shown.session.update_scene(arcs=False)
        assert all(card.isHidden() for card in cards)

    def test_the_freest_side_is_chosen_and_kept(self):
        room, size = QRectF(0, 0, 400, 400), QSizeF(80, 40)
        crowd = np.stack(np.meshgrid(np.arange(200, 400, 10), np.arange(0, 400, 10)), axis=-1).reshape(-1, 2)
        side, at = where_free((200, 200), 30, size, room, crowd.astype(float))
        assert at.x() + 80 < 200
        few = np.zeros((0, 2))
        assert where_free((200, 200), 30, size, room, few, (), before=side)[0] == side
        assert where_free((200, 200), 30, size, room, few)[0] == 0
        left = where_free((200, 200), 30, size, room, few, [QRectF(230, 0, 200, 400)])[1]
        assert left.x() + 80 <= 230

    def test_room_is_that_of_the_longest_number(self, demo_content, qapp):
        stage = staged(demo_content, View(angle=KNEE_R), DARK)
        sizes = {tuple(map(float, reading_size(reading_of(stage, 0, frame), qapp.font()).toTuple()))
                 for frame in range(0, demo_content.n_frames, 10)}  # fmt: skip
        assert len(sizes) == 1
