"""What is drawn, as arrays: which strokes, their colours, trails, what is missing, painter's order, cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.skeleton import BONES, JOINTS, LEFT, RIGHT
from tests.viewer.scene.shown import with_missing
from viewer.scene.eye import Eye
from viewer.scene.figures import PAIRS, TIPS, cells_of, figure_strokes, figures_of, ring_strokes, trail_strokes
from viewer.scene.floor import AXIS_COLOURS, CELL_MM, corner_axes, floor_strokes
from viewer.scene.scales import error_limit, joints_of_angle, rgb, scale_of
from viewer.scene.stage import places, staged, width_scale
from viewer.scene.strokes import Layer, Strokes, as_seen, joined, same_look
from viewer.scene.viewpoints import eye_from
from viewer.strips import Limit, angle_error_limit, position_error_limit
from viewer.theme import DARK, LIGHT, lut
from viewer.view import Colouring, Layout, SceneView, View, Viewpoint

FRAME, SIZE = 60, (700.0, 600.0)
BONE = slice(0, len(BONES))
JOINT = slice(len(BONES), len(PAIRS))


def scale_for(content, colouring: Colouring, angle: int = 0, theme=DARK):
    return scale_of(content, colouring, angle, theme, error_limit(content, colouring))


def figures(content, **scene):
    view = View(scene=SceneView(**scene))
    scale = scale_for(content, view.scene.colouring)
    return figures_of(content.everyone, view, scale, DARK), scale


def test_a_figure_is_its_bones_and_joints_at_the_frame(demo_content):
    made, _ = figures(demo_content)
    for figure, strokes in zip(made, figure_strokes(made, FRAME, None), strict=True):
        xyz = figure.track.xyz_mm[FRAME]
        assert len(strokes.ends_mm) == 33
        for row, (parent, child) in enumerate(BONES):
            np.testing.assert_array_equal(strokes.ends_mm[row], xyz[[parent, child]])
        np.testing.assert_array_equal(strokes.ends_mm[JOINT], np.stack([xyz, xyz], axis=1))


def off_sides(figure) -> np.ndarray:
    """(12,) how far the joints of the sides are from the colour of their side."""
    joints = figure.fill[JOINT, :3]
    return np.concatenate([np.linalg.norm(joints[list(side)] - rgb(colour), axis=1)
                           for side, colour in ((LEFT, DARK.left), (RIGHT, DARK.right))])  # fmt: skip


@pytest.mark.parametrize("ghost", [False, True])
def test_among_several_the_joints_of_the_reference_have_the_colours_of_the_sides(demo_content, ghost):
    (reference, *lifters), _ = figures(demo_content, ghost=ghost)
    assert reference.sided and off_sides(reference).max() < 0.45
    middle = [j for j in range(17) if j not in (*LEFT, *RIGHT)]
    plain = reference.fill[BONE.start, :3]
    np.testing.assert_allclose(reference.fill[BONE, :3], np.tile(plain, (16, 1)), atol=1e-6)
    np.testing.assert_allclose(reference.fill[JOINT, :3][middle], np.tile(plain, (5, 1)), atol=1e-6)
    for figure in lifters:
        source = rgb(DARK.lifter(figure.track.colour))
        assert not figure.sided
        np.testing.assert_allclose(figure.fill[:, :3], np.tile(source, (33, 1)), atol=1e-6)
    # Errors have the colours to themselves.
    assert not any(figure.sided for figure in figures(demo_content, colouring=Colouring.POSITION)[0])
    plain, _ = figures(demo_content, ghost=False, sides=False)
    assert all((figure.fill == figure.fill[0]).all() and not figure.sided for figure in plain)


def test_who_stands_alone_has_joints_in_the_colours_of_the_sides(demo_content):
    for track in demo_content.everyone:
        (figure,) = figures_of((track,), View(), None, DARK)
        assert figure.sided and not figure.ghost and off_sides(figure).max() < 0.3
        np.testing.assert_allclose(figure.fill[BONE, :3], np.tile(rgb(DARK.lifter(track.colour)), (16, 1)), atol=1e-6)


def test_the_ghost_is_pale_thick_and_behind_and_only_where_there_are_lifters(demo_content):
    made, _ = figures(demo_content)
    ghost, *lifters = made
    assert ghost.ghost and not any(figure.ghost for figure in lifters)
    assert ghost.radius_px.min() > max(figure.radius_px[BONE].max() for figure in lifters)
    assert (figure_strokes(made, FRAME, None)[0].layer == Layer.BEHIND).all()
    assert not figures(demo_content, ghost=False)[0][0].ghost
    assert not figures(replace(demo_content, tracks=()))[0][0].ghost


def test_colours_by_position_are_those_of_the_map_at_the_error(demo_content):
    made, scale = figures(demo_content, colouring=Colouring.POSITION)
    everything = np.concatenate([track.position_mm.ravel() for track in demo_content.tracks])
    assert scale.limit == position_error_limit(demo_content).value >= np.nanpercentile(everything, 98)
    assert scale.ticks[0] == 0 and scale.ticks[-1] == scale.limit
    table = lut(DARK.magnitude) / 255
    for figure, strokes in zip(made[1:], figure_strokes(made, FRAME, scale)[1:], strict=True):
        errors = figure.track.position_mm[FRAME]
        index = np.round(np.clip(errors / scale.limit, 0, 1) * 255).astype(int)
        np.testing.assert_allclose(strokes.fill[JOINT], table[index], atol=1e-6)
        ends = errors[np.array(BONES)].mean(axis=1)
        index = np.round(np.clip(ends / scale.limit, 0, 1) * 255).astype(int)
        np.testing.assert_allclose(strokes.fill[BONE], table[index], atol=1e-6)
        # The rim says whose it is, so thin that the colour of the error dominates even where strokes are widest.
        np.testing.assert_allclose(strokes.rim[0, :3], rgb(DARK.lifter(figure.track.colour)), atol=1e-6)
        size = (4000.0, 4000.0)
        drawn = as_seen(strokes, Eye(), size, width_scale(Eye(), size))
        assert 0.4 < drawn.rim_px.max() <= 1.0 and drawn.radius_px.min() > 4 * drawn.rim_px.max()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("colouring", [Colouring.POSITION, Colouring.ANGLE])
def test_where_one_lifter_stands_equal_errors_look_equal_whoever_it_is(demo_content, colouring, theme):
    twin = replace(demo_content.tracks[0], name="twin", colour=5)
    content = replace(demo_content, tracks=(demo_content.tracks[0], twin))
    view = View(scene=SceneView(layout=Layout.GRID, colouring=colouring))
    scale = scale_for(content, colouring, theme=theme)
    made = [figures_of(cell, view, scale, theme)[-1] for cell in cells_of(content, view)]
    one, other = figure_strokes(tuple(made), FRAME, scale)
    coloured = np.concatenate([scale.bones, scale.joints])
    np.testing.assert_array_equal(one.fill[coloured], other.fill[coloured])
    np.testing.assert_array_equal(one.rim, other.rim)
    np.testing.assert_allclose(one.rim[:, :3], np.tile(rgb(theme.base), (33, 1)), atol=1e-6)


@pytest.mark.parametrize("angle", range(12))
def test_colours_by_angle_are_on_the_joints_of_the_angle_only(demo_content, angle):
    view = View(angle=angle, scene=SceneView(colouring=Colouring.ANGLE))
    scale = scale_for(demo_content, Colouring.ANGLE, angle)
    made = figures_of(demo_content.everyone, view, scale, DARK)
    strokes = figure_strokes(made, FRAME, scale)[1]
    definition = demo_content.angles[angle]
    joints, bones = joints_of_angle(definition)
    names = {JOINTS[j] for j in np.flatnonzero(joints)}
    assert f"{definition.side}_{definition.joint}" in names
    assert not any(name.startswith("r_" if definition.side == "l" else "l_") for name in names)
    assert (joints.sum(), bones.sum()) == (3, 2)
    error = abs(demo_content.tracks[0].error_deg[FRAME, angle])
    wanted = lut(DARK.magnitude)[round(min(error / scale.limit, 1.0) * 255)] / 255
    np.testing.assert_allclose(strokes.fill[JOINT][joints], np.tile(wanted, (3, 1)), atol=1e-6)
    np.testing.assert_allclose(strokes.fill[BONE][bones], np.tile(wanted, (2, 1)), atol=1e-6)
    # The others are dim: nearer to the background than the source's colour is.
    rest = strokes.fill[JOINT][~joints]
    assert (rest == rest[0]).all() and np.linalg.norm(rest[0, :3] - rgb(DARK.base)) < 0.6


def test_an_undefined_error_has_the_colour_of_missing_and_never_that_of_zero(demo_content):
    tracks = tuple(replace(t, error_deg=np.full_like(t.error_deg, np.nan)) for t in demo_content.tracks)
    content = replace(demo_content, tracks=tracks)
    view = View(scene=SceneView(colouring=Colouring.ANGLE))
    scale = scale_for(content, Colouring.ANGLE)
    made = figures_of(content.everyone, view, scale, DARK)
    fill = figure_strokes(made, FRAME, scale)[1].fill[JOINT][scale.joints]
    np.testing.assert_allclose(fill, np.tile((*rgb(DARK.missing), 1), (3, 1)), atol=1e-6)
    assert not np.allclose(fill[0], scale.colours(np.zeros(1))[0], atol=0.05)


def test_without_a_reference_there_is_no_scale(demo_content):
    lone = replace(demo_content, reference=None)
    for colouring in Colouring:
        assert error_limit(lone, colouring) is None and scale_for(lone, colouring) is None
    made, _ = figures(lone, colouring=Colouring.POSITION, sides=False)
    np.testing.assert_allclose(made[0].fill[:, :3], np.tile(rgb(DARK.lifter(0)), (33, 1)), atol=1e-6)


def test_all_angles_share_the_limit_that_the_heatmaps_have(demo_content):
    limit = angle_error_limit(demo_content)
    for angle in range(12):
        scale = scale_for(demo_content, Colouring.ANGLE, angle)
        assert (scale.limit, scale.exceeded) == (limit.value, limit.exceeded)


@pytest.mark.parametrize("limit", [0.15, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 25.0, 80.0, 250.0, 1000.0])
def test_ticks_are_a_few_round_steps_up_to_the_limit(demo_content, limit):
    scale = scale_of(demo_content, Colouring.POSITION, 0, DARK, Limit(limit, False))
    steps = np.diff(scale.ticks)
    assert scale.ticks[0] == 0 and scale.ticks[-1] == limit and 4 <= len(scale.ticks) <= 6
    np.testing.assert_allclose(steps, steps[0])
    assert f"{steps[0]:.1e}"[:3] in ("1.0", "2.0", "5.0")


def test_a_missing_joint_takes_its_bones_with_it_and_draws_nothing_at_the_origin(demo_content):
    knee = JOINTS.index("l_knee")
    name = demo_content.tracks[0].name
    content = with_missing(demo_content, name, FRAME, knee)
    view = View(hidden=frozenset({"reference", *(t.name for t in content.tracks[1:])}),
                scene=SceneView(floor=False, axes=False, arcs=False))  # fmt: skip
    eye = eye_from(Viewpoint.FREE, content, FRAME, True, False)
    whole = staged(demo_content, view, DARK).drawing(0, FRAME, eye, SIZE)
    holed = staged(content, view, DARK).drawing(0, FRAME, eye, SIZE)
    assert (len(whole.ends_px), len(holed.ends_px)) == (33, 30)
    assert np.isfinite(holed.ends_px).all()
    there = {tuple(np.round(ends.ravel(), 3)) for ends in whole.ends_px}
    assert {tuple(np.round(ends.ravel(), 3)) for ends in holed.ends_px} < there


def test_trails_are_the_last_frames_of_wrists_and_ankles_and_fade(demo_content):
    assert {JOINTS[tip] for tip in TIPS} == {"l_wrist", "r_wrist", "l_ankle", "r_ankle"}
    made, _ = figures(demo_content)
    trails = trail_strokes(made, FRAME, 20, DARK)
    for figure, strokes in zip(made, trails, strict=True):
        ends = strokes.ends_mm.reshape(20, 4, 2, 3)
        path = figure.track.xyz_mm[FRAME - 20 : FRAME + 1, TIPS]
        np.testing.assert_array_equal(ends[:, :, 0], path[:-1])
        np.testing.assert_array_equal(ends[:, :, 1], path[1:])
    off = np.linalg.norm(trails[1].fill[::4, :3] - rgb(DARK.base), axis=1)
    assert (np.diff(off) > 0).all()
    assert len(trail_strokes(made, 5, 20, DARK)[0].ends_mm) == 5 * 4
    assert trail_strokes(made, 0, 20, DARK) == trail_strokes(made, FRAME, 0, DARK) == []


def test_the_selected_joint_is_ringed_on_every_source_the_selected_one_strongest(demo_content):
    made, _ = figures(demo_content)
    name = demo_content.tracks[1].name
    (rings,) = ring_strokes(made, FRAME, 5, name, DARK)
    np.testing.assert_array_equal(rings.ends_mm[:, 0], [f.track.xyz_mm[FRAME, 5] for f in made])
    assert (rings.fill[:, 3] == 0).all() and rings.rim_px.argmax() == 2
    assert ring_strokes(made, FRAME, -1, name, DARK) == []


def test_hidden_sources_stand_nowhere_and_a_grid_has_a_cell_for_each_lifter(demo_content):
    names = [track.name for track in demo_content.tracks]
    assert [t.name for t in cells_of(demo_content, View())[0]] == ["reference", *names]
    grid = View(scene=SceneView(layout=Layout.GRID))
    assert [[t.name for t in cell] for cell in cells_of(demo_content, grid)] == [["reference", n] for n in names]
    some = replace(grid, hidden=frozenset({"reference", names[0]}))
    assert [[t.name for t in cell] for cell in cells_of(demo_content, some)] == [[names[1]], [names[2]]]
    nobody = replace(grid, hidden=frozenset({"reference", *names}))
    assert cells_of(demo_content, nobody) == ((),)


def test_far_strokes_come_first_within_their_layer_and_joints_after_their_bones():
    eye = Eye((0, 0, 0), azimuth_deg=90, distance_mm=4000, height_mm=2000)
    near, far = np.array([[[0, -500, 0], [0, -500, 0]]]), np.array([[[0, 500, 0], [0, 500, 0]]])
    bone = np.array([[[0, -500, 0], [0, 500, 0]]])
    parts = [same_look(ends, r, (1, 1, 1, 1), layer)
             for ends, r, layer in ((near, 1, Layer.FIGURES), (bone, 2, Layer.FIGURES), (far, 3, Layer.FIGURES),
                                    (near, 4, Layer.BEHIND), (far, 5, Layer.MARKS))]  # fmt: skip
    assert as_seen(joined(*parts), eye, SIZE).radius_px.tolist() == [4, 2, 3, 1, 5]


def test_what_passes_the_eye_is_cut_there():
    eye = Eye((0, 0, 0), azimuth_deg=90, distance_mm=1000, height_mm=1000)
    ends = np.array([[[100, -3000, -200], [100, 1000, -200]], [[0, -3000, 0], [0, -2000, 0]]])
    strokes = same_look(ends, 1, (1, 1, 1, 1), Layer.FLOOR)
    drawn = as_seen(strokes, eye, SIZE).ends_px
    assert len(drawn) == 1 and np.isfinite(drawn).all()
    whole, _ = eye.project(ends[0, 1].astype(float), SIZE)
    np.testing.assert_allclose(drawn[0, 1], whole, rtol=1e-5)
    # Both ends on the line through the true ones: towards the lower right, away from the middle.
    assert drawn[0, 0, 0] > drawn[0, 1, 0] > SIZE[0] / 2 and drawn[0, 0, 1] > drawn[0, 1, 1] > SIZE[1] / 2
    assert len(as_seen(strokes, replace(eye, orthographic=True), SIZE).ends_px) == 2


def test_floor_lines_are_on_multiples_of_the_cell_within_a_disc(demo_content):
    ground = replace(demo_content.ground, floor_z_mm=-40.0, centre_mm=(130.0, -270.0, 900.0), radius_mm=2000.0)
    strokes: Strokes = floor_strokes(ground, DARK)
    assert (strokes.ends_mm[..., 2] == -40).all()
    along_x = strokes.ends_mm[:, 0, 1] == strokes.ends_mm[:, 1, 1]
    for lines, axis in ((strokes.ends_mm[along_x], 1), (strokes.ends_mm[~along_x], 0)):
        across = lines[:, 0, axis]
        assert (across % CELL_MM == 0).all() and (np.diff(across) == CELL_MM).all()
    off = np.linalg.norm(strokes.ends_mm[..., :2] - ground.centre_mm[:2], axis=2)
    np.testing.assert_allclose(off, 2700, rtol=1e-4)


@pytest.mark.parametrize(("azimuth", "elevation", "right", "up"), [(90, 0, 0, 2), (0, 0, None, 2), (90, 90, 0, 1)])
def test_the_corner_shows_the_directions_of_the_world(azimuth, elevation, right, up):
    drawn = corner_axes(Eye(azimuth_deg=azimuth, elevation_deg=elevation), SIZE)

    def way(axis: int) -> np.ndarray:
        same = np.abs(drawn.fill[:, :3] - rgb(AXIS_COLOURS[axis])).max(axis=1) < 1e-3
        (line,) = drawn.ends_px[same & (drawn.radius_px > 1)]
        return line[1] - line[0]

    assert way(up)[1] < -20 and abs(way(up)[0]) < 1e-3
    if right is not None:
        assert way(right)[0] > 20 and abs(way(right)[1]) < 1e-3


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("size", [(900.0, 500.0), (300.0, 900.0)])
def test_cells_are_equal_apart_and_within(n, size):
    cells = np.array(places(n, size))
    assert np.ptp(cells[:, 2:], axis=0).max() < 1e-9
    assert (cells[:, :2] >= 0).all() and (cells[:, :2] + cells[:, 2:] <= np.array(size) + 1e-9).all()
    for i in range(n):
        for j in range(i):
            apart = np.abs(cells[i, :2] - cells[j, :2]) >= cells[0, 2:] + 0.99
            assert apart.any()


def test_the_joint_under_the_mouse_is_the_nearest_and_of_equals_the_one_in_front(demo_content):
    stage = staged(demo_content, View(), DARK)
    eye = eye_from(Viewpoint.FRONT, demo_content, FRAME, True, False)
    pixels, _ = stage.joints_px(0, FRAME, eye, SIZE)
    wrist = JOINTS.index("l_wrist")
    at = tuple(pixels[3, wrist] + (1.0, 1.0))
    hit = stage.joint_at(0, FRAME, eye, SIZE, at, 12.0)
    assert (hit.track.name, hit.joint) == (demo_content.tracks[2].name, wrist)
    assert stage.joint_at(0, FRAME, eye, SIZE, (3.0, 3.0), 12.0) is None
    # The ghost is behind: as near to the mouse as a lifter, it is the lifter that is meant.
    twin = replace(demo_content, tracks=(replace(demo_content.tracks[0], xyz_mm=demo_content.reference.xyz_mm),))
    for offset in ((0.0, 0.0), (4.0, -3.0)):
        hit = staged(twin, View(), DARK).joint_at(0, FRAME, eye, SIZE, tuple(pixels[0, wrist] + offset), 12.0)
        assert (hit.track.name, hit.joint) == (twin.tracks[0].name, wrist)
    # Aligned at the pelvis, all pelves are one point: any of the four answers, and it is the pelvis.
    assert stage.joint_at(0, FRAME, eye, SIZE, tuple(pixels[0, 0]), 12.0).joint == 0


def test_light_has_other_colours_and_the_same_strokes(demo_content):
    eye = eye_from(Viewpoint.FREE, demo_content, FRAME, True, False)
    dark, light = (staged(demo_content, View(), theme).drawing(0, FRAME, eye, SIZE) for theme in (DARK, LIGHT))
    np.testing.assert_array_equal(dark.ends_px, light.ends_px)
    assert not np.array_equal(dark.fill, light.fill)
