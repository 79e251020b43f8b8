"""Arcs against the angles they show: they begin, turn and end where the closed forms and the ISB angles measure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.angles.arcs import anatomical_axes, arcs_of, between
from core.angles.bodies import bodies_of_joints, joined_bodies, point_reader
from core.angles.geometry import geometric_angles
from core.angles.isb import isb_angles
from core.angles.views import in_view
from core.conventions import ShoulderView, angles_in
from core.records import Axes, Points, Poses
from core.skeleton import MIRROR

EVERY = [(view, column) for view in ShoulderView for column in range(12)]
NAMES = [f"{view}-{angles_in(view)[column].name}" for view, column in EVERY]
TO_THE_SEGMENT = (
    "hip_adduction",
    "shoulder_elevation",
    "shoulder_abduction_projected",
    "elbow_flexion",
    "knee_flexion",
)


def random_poses(n, seed=0):
    return Poses(np.random.default_rng(seed).normal(0, 400, (n, 17, 3)), 60.0, Axes.WORLD_Z_UP)


def wrapped(deg):
    return (deg + 180) % 360 - 180


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=0)


@pytest.fixture(scope="module")
def poses():
    return random_poses(400)


@pytest.fixture(scope="module")
def bodies(poses):
    return bodies_of_joints(poses.xyz_mm.astype(float))


@pytest.mark.parametrize(("view", "column"), EVERY, ids=NAMES)
class TestRandomPoses:
    def test_the_arc_spans_the_number_of_the_closed_form(self, poses, bodies, view, column):
        arcs = arcs_of(bodies, angles_in(view)[column])
        expected = in_view(geometric_angles(poses), view)[:, column]
        # 0.001 degree: the closed form computes in single precision
        assert np.abs(wrapped(arcs.measured_deg - expected)).max() < 1e-3

    def test_turned_by_that_number_the_zero_direction_is_the_end(self, bodies, view, column):
        arcs = arcs_of(bodies, angles_in(view)[column])
        np.testing.assert_allclose(arcs.directions(arcs.measured_deg[None])[:, 0], arcs.end, atol=1e-12)
        np.testing.assert_allclose((arcs.zero * arcs.axis).sum(axis=0), 0, atol=1e-12)
        for directions in (arcs.zero, arcs.axis, arcs.end):
            np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1, atol=1e-12)

    def test_arc_and_path_together_lead_to_the_segment(self, bodies, view, column):
        angle = angles_in(view)[column]
        arcs = arcs_of(bodies, angle)
        reached = arcs.end if angle.kind in TO_THE_SEGMENT else arcs.path[1]
        np.testing.assert_allclose(reached, unit(arcs.segment_mm), atol=1e-12)

    def test_a_mirrored_body_has_the_mirrored_arc_on_the_other_side(self, poses, bodies, view, column):
        mirrored = poses.xyz_mm.astype(float)[:, MIRROR] * (1.0, -1.0, 1.0)
        there = arcs_of(bodies, angles_in(view)[column])
        here = arcs_of(bodies_of_joints(mirrored), angles_in(view)[column ^ 1])
        np.testing.assert_allclose(here.measured_deg, there.measured_deg, atol=1e-9)
        for name in ("centre_mm", "segment_mm", "zero", "end"):
            expected = getattr(there, name) * np.array([[1.0], [-1.0], [1.0]])
            np.testing.assert_allclose(getattr(here, name), expected, atol=1e-9)

    def test_a_missing_joint_of_the_segment_leaves_nothing_to_draw_there_alone(self, poses, view, column):
        angle = angles_in(view)[column]
        end = {"hip": (5, 2), "knee": (6, 3), "shoulder": (12, 15), "elbow": (13, 16)}[angle.joint]
        xyz = poses.xyz_mm.astype(float)[:3]
        xyz[1, end[angle.side == "r"]] = np.nan
        arcs = arcs_of(bodies_of_joints(xyz), angle)
        assert np.isnan(arcs.directions(np.full((1, 3), 10.0))[..., 1]).any() or np.isnan(arcs.end[:, 1]).all()
        assert np.isnan(arcs.segment_mm[:, 1]).all()
        assert np.isfinite(arcs.measured_deg[[0, 2]]).all()


@pytest.mark.parametrize(("view", "column"), EVERY, ids=NAMES)
def test_arcs_of_labelled_points_span_the_isb_angles(moving, view, column):
    points = moving.points
    arcs = arcs_of(point_reader(points).bodies(points.xyz_mm), angles_in(view)[column])
    expected = in_view(isb_angles(points), view)[:, column]
    assert np.abs(wrapped(arcs.measured_deg - expected)).max() < 2e-3


def test_arcs_of_labelled_points_stand_at_the_joints_of_the_body(moving):
    bodies = point_reader(moving.points).bodies(moving.points.xyz_mm)
    for name, labels in (("hip", ("LHIP", "RHIP")), ("knee", ("LKNE", "RKNE")), ("elbow", ("LELB", "RELB")),
                         ("shoulder", ("L_Shoulder Joint", "R_Shoulder Joint"))):  # fmt: skip
        expected = np.stack([moving.places[label].T for label in labels], axis=1)
        np.testing.assert_allclose(getattr(bodies, name), expected, atol=1e-3)


def test_hips_without_a_label_are_placed_by_the_regression_of_the_angles(moving):
    keep = [name for name in moving.names if not name.endswith("HIP")]
    columns = [moving.names.index(name) for name in keep]
    points = Points(moving.xyz_mm[:, columns], tuple(keep), 60.0, Axes.WORLD_Z_UP)
    angle = angles_in()[1]
    for regression in ("harrington", "bell"):
        arcs = arcs_of(point_reader(points, hip_regression=regression).bodies(points.xyz_mm), angle)
        expected = isb_angles(points, hip_regression=regression).deg[:, 1]
        assert np.abs(wrapped(arcs.measured_deg - expected)).max() < 2e-3


def test_frames_of_the_limbs_are_those_of_the_body_that_was_posed(moving):
    bodies = point_reader(moving.points).bodies(moving.points.xyz_mm)
    for column, bone in ((0, moving.femur["l"]), (1, moving.femur["r"]), (4, moving.humerus["l"]),
                         (5, moving.humerus["r"])):  # fmt: skip
        proximal, distal = anatomical_axes(bodies, angles_in()[column])
        trunk = moving.pelvis if column < 4 else moving.thorax
        np.testing.assert_allclose(distal.frame.matrices(), bone.as_matrix(), atol=1e-5)
        np.testing.assert_allclose(proximal.frame.matrices()[:, :, 2], trunk.as_matrix()[:, :, 2], atol=1e-5)


@pytest.mark.parametrize("column", range(12))
def test_frames_are_right_handed_and_along_the_segments(bodies, column):
    angle = angles_in()[column]
    arcs = arcs_of(bodies, angle)
    for axes in anatomical_axes(bodies, angle):
        matrices = axes.frame.matrices()
        np.testing.assert_allclose(matrices @ matrices.transpose(0, 2, 1), np.tile(np.eye(3), (400, 1, 1)), atol=1e-12)
        np.testing.assert_allclose(np.linalg.det(matrices), 1)
    np.testing.assert_allclose(-axes.frame.axes[1], unit(arcs.segment_mm), atol=1e-12)
    np.testing.assert_allclose(axes.origin_mm, arcs.centre_mm + arcs.segment_mm / 2, atol=1e-9)


@given(st.integers(0, 10_000), st.sampled_from(EVERY))
@settings(max_examples=40, deadline=None)
def test_a_rigid_motion_carries_the_arc_along(seed, which):
    view, column = which
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    shift = rng.normal(0, 5000, 3)
    xyz = rng.normal(0, 400, (2, 17, 3))
    angle = angles_in(view)[column]
    before, after = (arcs_of(bodies_of_joints(p), angle) for p in (xyz, xyz @ turn.T + shift))
    assert np.abs(wrapped(after.measured_deg - before.measured_deg)).max() < 1e-6
    np.testing.assert_allclose(after.end, turn @ before.end, atol=1e-8)
    np.testing.assert_allclose(after.centre_mm, turn @ before.centre_mm + shift[:, None], atol=1e-8)


def test_joined_and_parted_bodies_have_the_same_arcs(bodies):
    parts = [bodies.part(slice(0, 3)), bodies.part(slice(3, 400))]
    angle = angles_in()[4]
    assert np.array_equal(arcs_of(joined_bodies(*parts), angle).end, arcs_of(bodies, angle).end)


def test_between_two_directions_is_the_shortest_way():
    start, end = np.array([[1.0], [0], [0]]), np.array([[0.0], [1], [0]])
    way = between(start, end, 2)
    np.testing.assert_allclose(way[:, :, 0].T, [[1, 0, 0], [np.sqrt(0.5), np.sqrt(0.5), 0], [0, 1, 0]], atol=1e-12)
    assert np.isnan(between(start, -start, 2)).all()
