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
from viewer.scene.card import letters_of, reading_of, reading_size
from viewer.scene.eye import Eye
from viewer.scene.figures import figures_of
from viewer.scene.readings import About, leader_of, where_free
from viewer.scene.scales import rgb
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
def test_arcs_begin_at_zero_and_end_at_the_number(demo_content, column):
    arcs = arcs_of(demo_content, View(angle=column))
    measured = arcs.at(FRAME)
    n, radius = measured.n_arcs, radii_mm(measured, PX_PER_MM)
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
    assert (np.diff(radius[:n]) > 0).all()


def test_reference_and_first_lifter_have_arcs_and_the_others_ticks(demo_content):
    """Four arcs at one hip could not be read."""
    first = demo_content.tracks[0].name
    views = (View(), View(lifter=demo_content.tracks[2].name), View(hidden=frozenset({"reference"})),
             View(hidden=frozenset({first})))  # fmt: skip
    shown = [staged(demo_content, view, DARK).measured(0, FRAME) for view in views]
    assert [(len(measured.tracks), measured.n_arcs) for measured in shown] == [(4, 2), (2, 2), (3, 1), (3, 2)]


@pytest.mark.parametrize("column", [0, 3, 4, KNEE_R])
def test_ticks_are_on_the_arc_of_the_reference_at_the_numbers_of_the_other_lifters(demo_content, column):
    arcs = arcs_of(demo_content, View(angle=column))
    measured = arcs.at(FRAME)
    strokes = arc_strokes(measured, PX_PER_MM, arcs.look)
    centre, radius = measured.arcs.centre_mm[:, 0], radii_mm(measured, PX_PER_MM)[0]
    ticks = strokes.ends_mm[-28:-24]  # halos, ticks, then the rest of the dial
    dial = strokes.ends_mm[-24:]
    np.testing.assert_array_equal(ticks[:2], ticks[2:])
    zero, axis = measured.arcs.zero[:, 0], measured.arcs.axis[:, 0]
    for tick, deg, track in zip(ticks[2:], measured.deg[2:], demo_content.tracks[1:], strict=True):
        away = tick.mean(axis=0) - centre
        assert np.linalg.norm(away) == pytest.approx(radius, rel=1e-3)
        turn = np.degrees(np.arctan2(away @ np.cross(axis, zero), away @ zero))
        assert turn == pytest.approx(deg, abs=0.1)
        colour = strokes.fill[-26:-24][demo_content.tracks[1:].index(track), :3]
        assert colour == pytest.approx(rgb(DARK.lifter(track.colour)), abs=1e-3)
        assert np.linalg.norm(dial - tick.mean(axis=0), axis=2).min() < 0.05 * radius
    assert np.allclose(np.linalg.norm(dial - centre, axis=2), radius, rtol=1e-3)


def test_a_tick_goes_the_short_way_round(demo_content):
    """A lifter at −170 and a reference at 170 degrees are twenty apart; the dial does not go round the joint."""

    def at(track, deg):
        angles = track.angles_deg.copy()
        angles[FRAME, 1] = deg
        return replace(track, angles_deg=angles)

    reference, (first, second, _) = demo_content.reference, demo_content.tracks
    content = replace(demo_content, reference=at(reference, 170.0), tracks=(first, at(second, -170.0)))
    arcs = arcs_of(content, View(angle=1))
    strokes = arc_strokes(arcs.at(FRAME), PX_PER_MM, arcs.look)
    dial = np.linalg.norm(np.diff(strokes.ends_mm[-24:], axis=1), axis=2).sum()
    assert dial == pytest.approx(np.radians(190.0) * radii_mm(arcs.at(FRAME), PX_PER_MM)[0], rel=0.01)


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
    strokes, n = arc_strokes(measured, PX_PER_MM, arcs.look), measured.n_arcs
    n_strokes = len(strokes.ends_mm) - 2 * 2 - 24  # ticks and their dial come last
    bold = replace(strokes, ends_mm=strokes.ends_mm[:n_strokes])
    assert np.isfinite(of_source(bold, n, 0)[:24]).all()
    assert np.isnan(of_source(bold, n, 1)).any(axis=(1, 2)).all()
    assert np.isnan(strokes.ends_mm[n_strokes:-24]).all() and np.isfinite(strokes.ends_mm[-24:]).all()
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
    ends = of_source(strokes, 2, 0)[:64].reshape(-1, 3)
    for azimuth in range(0, 360, 15):
        for elevation in (-80, 0, 45, 90):
            pixels, _ = Eye(azimuth_deg=azimuth, elevation_deg=elevation, height_mm=2200).project(ends, SIZE)
            assert np.nanmax(np.ptp(pixels[np.isfinite(pixels).all(axis=1)], axis=0)) > 20.0


class TestCards:
    def test_says_angle_values_and_errors_with_their_unit(self, demo_content):
        stage = staged(demo_content, View(angle=KNEE_R), DARK)
        reading = reading_of(stage, 0, FRAME)
        assert reading.title == "Right knee flexion"
        values = [f"{track.angles_deg[FRAME, KNEE_R]:.1f}°".replace("-", "−") for track in demo_content.everyone]
        errors = ["", *(f"{t.error_deg[FRAME, KNEE_R]:+.1f}°".replace("-", "−") for t in demo_content.tracks)]
        assert [row.value for row in reading.rows] == values
        assert [row.error for row in reading.rows] == errors
        assert [row.bold for row in reading.rows] == [True, True, False, False]

    def test_nought_has_no_sign_and_what_is_missing_is_a_dash(self, demo_content):
        def of(track, deg, error):
            angles, errors = track.angles_deg.copy(), track.error_deg.copy()
            angles[FRAME, 0], errors[FRAME, 0] = deg, error
            return replace(track, angles_deg=angles, error_deg=errors)

        tracks = (of(demo_content.tracks[0], -0.04, -0.02), of(demo_content.tracks[1], np.nan, np.nan))
        stage = staged(replace(demo_content, tracks=tracks), View(), DARK)
        _, nought, missing = reading_of(stage, 0, FRAME).rows
        assert (nought.value, nought.error, missing.value, missing.error) == ("0.0°", "0.0°", "–", "")

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
        side, at = where_free(About((200, 200), 30, crowd.astype(float)), size, room)
        assert at.x() + 80 < 200
        alone = About((200, 200), 30, np.zeros((0, 2)))
        assert where_free(alone, size, room, (), before=side)[0] == side
        assert where_free(alone, size, room)[0] == 0
        left = where_free(alone, size, room, [QRectF(230, 0, 200, 400)])[1]
        assert left.x() + 80 <= 230

    def test_it_goes_far_away_rather_than_over_limbs_and_a_line_leads_back(self):
        room, size = QRectF(0, 0, 900, 400), QSizeF(80, 40)
        crowd = np.stack(np.meshgrid(np.arange(300, 600, 10), np.arange(0, 400, 10)), axis=-1).reshape(-1, 2)
        crowded = About((450, 200), 30, crowd.astype(float))
        rect = QRectF(where_free(crowded, size, room)[1], size)
        assert not any(rect.contains(*point) for point in crowd.tolist())
        x, y, *joint = leader_of(rect, crowded)
        assert joint == [450, 200] and x in (rect.left(), rect.right()) and rect.top() <= y <= rect.bottom()
        near = About((450, 200), 30, np.zeros((0, 2)))
        assert leader_of(QRectF(where_free(near, size, room)[1], size), near) is None

    def test_another_angle_finds_its_place_anew(self, show, demo_content):
        shown = show(demo_content, BY_PAINTER, View(angle=1, frame=160))
        alone = shown.area.readings[0].geometry()
        shown.session.update(angle=9)
        shown.session.update(angle=1)
        assert shown.area.readings[0].geometry() == alone

    def test_the_line_is_in_the_picture_where_the_card_stands_away(self, show, demo_content):
        shown = show(demo_content, BY_PAINTER, View(angle=5, frame=FRAME))
        shown.panel.resize(330, 700)  # narrow: there is no room beside the shoulders
        found = []
        for frame in range(0, demo_content.n_frames, 8):
            shown.session.seek(frame)
            left, top, *_ = place = shown.area.cells[0]
            leader = shown.area._readings.leader(0, place, DARK)
            ends = shown.area.picture().cells[0][1].ends_px
            if leader is not None:
                found.append(frame)
                np.testing.assert_array_equal(ends[-3:], leader.ends_px)
                joint = shown.area.stage.measured(0, frame).arcs.centre_mm[:, 0]
                np.testing.assert_allclose(leader.ends_px[2, 0], shown.area.eye.project(joint, place[2:])[0], atol=0.1)
                card = QRectF(shown.area.readings[0].geometry()).translated(-left, -top).adjusted(-1, -1, 1, 1)
                assert card.contains(*leader.ends_px[0, 0].tolist())
        assert found

    def test_room_is_that_of_the_longest_number(self, demo_content, qapp):
        stage, letters = staged(demo_content, View(angle=KNEE_R), DARK), letters_of(qapp.font())
        sizes = {tuple(map(float, reading_size(reading_of(stage, 0, frame), letters).toTuple()))
                 for frame in range(0, demo_content.n_frames, 10)}  # fmt: skip
        assert len(sizes) == 1

    def test_another_font_gives_another_size(self, show, demo_content):
        shown = show(demo_content, BY_PAINTER, View(angle=KNEE_R, frame=FRAME))
        (card,) = shown.area.readings
        before, font = card.width(), card.font()
        font.setPixelSize(30)
        card.setFont(font)
        shown.session.seek(FRAME + 1)
        assert card.width() > before
