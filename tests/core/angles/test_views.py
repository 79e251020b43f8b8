"""Three views of one arm direction: round trips, the examples and the noise figures of the method, singular frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.angles.frames import Frame
from core.angles.long_axes import hip_pair, shoulder_components
from core.angles.views import arm_direction_error_deg, circular_columns, in_components, in_view, near_singular
from core.conventions import ANGLES, SHOULDER_COLUMNS, ShoulderView, angles_in
from core.records import Angles

RAW, PROJECTED, COMPONENTS = ShoulderView.RAW, ShoulderView.PROJECTED, ShoulderView.COMPONENTS


def direction(plane_deg: Any, elevation_deg: Any) -> Any:
    """(3, n) right humerus in the thorax from the definitions: plane atan2(ux, uz), elevation acos(-uy)."""
    p, e = np.radians(np.atleast_1d(plane_deg)), np.radians(np.atleast_1d(elevation_deg))
    p, e = np.broadcast_arrays(p, e)
    return np.stack([np.sin(e) * np.sin(p), -np.cos(e), np.sin(e) * np.cos(p)])


def angles_of(u: Any) -> Angles:
    """Both arms along u (3, n), the left one mirrored; all else 0."""
    n = u.shape[1]
    eye = np.repeat(np.eye(3)[..., None], n, axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        pair = shoulder_components(Frame(eye), np.stack([u * [[1], [1], [-1]], u], axis=1))
    deg = np.zeros((n, 12))
    for columns, values in zip(((4, 5), (6, 7)), pair, strict=True):
        deg[:, columns] = np.degrees(values).T
    return Angles(deg, "test")


def shown(angles: Angles, view: ShoulderView, side: int = 1) -> Any:
    return in_view(angles, view)[:, SHOULDER_COLUMNS[side]].astype(float)


@pytest.mark.parametrize(
    ("plane", "elevation", "projected", "components"),
    [
        (45, 30, (22.2, 20.7), (21.2, 21.2)),
        (45, 90, (90, 45), (63.6, 63.6)),
        (45, 120, (129.2, 37.8), (84.9, 84.9)),
        (0, 120, (180, 60), (0, 120)),
        (90, 150, (150, 0), (150, 0)),
    ],
)
@pytest.mark.parametrize("side", [0, 1])
def test_examples(plane: float, elevation: float, projected: Any, components: Any, side: int) -> None:
    """(P, E) -> projected F, A and components F, A, worked out by hand to a tenth of a degree; both arms read alike."""
    angles = angles_of(direction(plane, elevation))
    assert shown(angles, COMPONENTS, side)[0] == pytest.approx(components, abs=0.06)
    assert np.abs(shown(angles, PROJECTED, side)[0]) == pytest.approx(projected, abs=0.06)
    assert shown(angles, RAW, side)[0] == pytest.approx((plane, elevation), abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(plane=st.floats(-179, 179), elevation=st.floats(0.01, 179))
def test_round_trip_raw_components_projected(plane: float, elevation: float) -> None:
    angles = angles_of(direction(plane, elevation))
    assert shown(angles, RAW)[0] == pytest.approx((plane, elevation), abs=1e-3)
    u = direction(plane, elevation)[:, 0]
    flexion, abduction = shown(angles, PROJECTED)[0]
    assert abduction == pytest.approx(
        np.degrees(np.arcsin(np.clip(u[2], -1, 1))), abs=2e-3 / max(np.hypot(*u[:2]), 0.05)
    )
    if np.hypot(u[0], u[1]) > 0.01:
        wrapped = (flexion - np.degrees(np.arctan2(u[0], -u[1])) + 180) % 360 - 180
        assert abs(wrapped) * np.hypot(u[0], u[1]) < 2e-3


def test_components_are_the_rotation_vector_from_the_hanging_arm() -> None:
    """F = +rz, A = -rx, ry = 0 of the smallest rotation that takes -Y to u."""
    rng = np.random.default_rng(0)
    u = direction(rng.uniform(-180, 180, 500), rng.uniform(1, 175, 500))
    hanging = np.array([0.0, -1.0, 0.0])
    axis = np.cross(hanging, u.T)
    vector = axis / np.linalg.norm(axis, axis=1, keepdims=True) * np.degrees(np.arccos(u.T @ hanging))[:, None]
    assert np.abs(shown(angles_of(u), COMPONENTS) - np.stack([vector[:, 2], -vector[:, 0]], axis=1)).max() < 1e-3


def test_hanging_arm_reads_zero_and_has_no_plane() -> None:
    angles = angles_of(direction(0, 0))
    assert shown(angles, COMPONENTS)[0] == pytest.approx((0, 0))
    plane, elevation = shown(angles, RAW)[0]
    assert np.isnan(plane)
    assert elevation == 0


def test_arm_straight_overhead_is_undefined() -> None:
    assert np.isnan(shown(angles_of(np.array([[0.0], [1.0], [0.0]])), COMPONENTS)).all()


def test_missing_stays_missing_in_every_view() -> None:
    angles = Angles(np.full((2, 12), np.nan), "test")
    for view in ShoulderView:
        assert np.isnan(in_view(angles, view)).all()
        assert not near_singular(angles, view).any()


NOISE = {  # elevation: plane (a), elevation (a), one component (c); degrees, mean absolute, for 2 degrees of noise
    2: (49, 1.5, 1.6), 5: (20, 1.6, 1.6), 10: (9.3, 1.6, 1.6), 15: (6.2, 1.6, 1.6), 30: (3.2, 1.6, 1.6),
    60: (1.9, 1.6, 1.8), 90: (1.6, 1.6, 2.1), 150: (3.2, 1.6, 6.0), 175: (20, 1.5, 40),
}  # fmt: skip


@pytest.mark.parametrize("elevation", NOISE)
def test_noise_gain_of_the_views(elevation: int) -> None:
    """Plane 45, the direction turned by 2 degrees (Gaussian) about each of two axes across it: a published property of
    Y-X-Y (plane error 0.8 sigma / sin E), the figures computed independently of this code."""
    rng = np.random.default_rng(elevation)
    n = 60_000
    u = direction(45, elevation)
    across = np.array([[np.cos(np.pi / 4)], [0.0], [-np.sin(np.pi / 4)]])
    along = np.cross(across, u, axis=0)
    step = np.radians(rng.normal(0, 2, (2, n)))
    size = np.hypot(*step)
    noisy = u * np.cos(size) + (across * step[0] + along * step[1]) * np.sinc(size / np.pi)
    angles, truth = angles_of(noisy), angles_of(u)
    raw = shown(angles, RAW) - shown(truth, RAW)
    raw[:, 0] = (raw[:, 0] + 180) % 360 - 180
    components = np.abs(shown(angles, COMPONENTS) - shown(truth, COMPONENTS)).mean()
    plane, lift, component = NOISE[elevation]
    assert np.abs(raw[:, 0]).mean() == pytest.approx(plane, rel=0.03, abs=0.06)
    assert np.abs(raw[:, 1]).mean() == pytest.approx(lift, abs=0.08)
    assert components == pytest.approx(component, rel=0.04, abs=0.06)
    repeated = Angles(np.repeat(truth.deg, n, axis=0), "truth")
    assert np.abs(arm_direction_error_deg(angles, repeated)[:, 1] - np.degrees(size)).max() < 0.01


def test_arm_direction_error_is_the_angle_between_vectors() -> None:
    rng = np.random.default_rng(1)
    u, v = rng.normal(size=(2, 3, 2000))
    u, v = u / np.linalg.norm(u, axis=0), v / np.linalg.norm(v, axis=0)
    error = arm_direction_error_deg(angles_of(u), angles_of(v))
    wanted = np.degrees(np.arctan2(np.linalg.norm(np.cross(u, v, axis=0), axis=0), (u * v).sum(axis=0)))
    assert np.abs(error - wanted[:, None]).max() < 1e-3
    assert arm_direction_error_deg(angles_of(u), angles_of(u)).max() < 1e-3


def test_near_singular_limits_are_those_of_the_table() -> None:
    """Just inside and just outside each limit, one pair at a time."""
    for view, inside, outside in (
        (COMPONENTS, (30, 149.9), (30, 150.1)),
        (RAW, (30, 15.1), (30, 14.9)),
        (RAW, (30, 164.9), (30, 165.1)),
        (PROJECTED, (0, 74.9), (0, 75.1)),
    ):
        for posture, wanted in ((inside, False), (outside, True)):
            flags = near_singular(angles_of(direction(*posture)), view)[0]
            assert flags[4:6].tolist() == [wanted] * 2, (view, posture)  # plane, or the first of the pair
            assert flags[6:8].tolist() == [wanted and view != RAW] * 2, (view, posture)
            assert not flags[:4].any()
            assert not flags[8:].any()
    for adduction, wanted in ((74.9, False), (-75.1, True), (75.1, True)):
        deg = np.zeros((1, 12))
        deg[0, 2] = adduction
        flags = near_singular(Angles(deg, "test"))[0]
        assert flags.tolist() == [wanted, False, wanted, False, *[False] * 8]


def test_words_on_singularity_name_exactly_the_columns_that_are_flagged() -> None:
    """The table says where a pair is ill-conditioned; flags appear there and nowhere else."""
    rng = np.random.default_rng(2)
    deg = rng.uniform(-180, 180, (3000, 12))
    deg[:, 2:4] /= 2
    deg[:, 4:8] = rng.uniform(-127, 127, (3000, 4))
    for view in ShoulderView:
        flagged = near_singular(Angles(deg, "test"), view).any(axis=0)
        assert flagged.tolist() == [bool(angle.singular) for angle in angles_in(view)]


def test_circular_columns_are_those_that_jump() -> None:
    for view, wanted in ((COMPONENTS, {0, 1}), (RAW, {0, 1, 4, 5}), (PROJECTED, {0, 1, 4, 5})):
        assert set(np.flatnonzero(circular_columns(view))) == wanted


def test_a_hip_at_right_angles_to_the_pelvis_has_adduction_but_no_flexion() -> None:
    eye = np.eye(3)[..., None]
    sideways = np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1)
    flexion, adduction = hip_pair(Frame(eye), np.concatenate([-sideways, sideways], axis=1))
    assert np.isnan(flexion).all()
    assert np.degrees(adduction).ravel() == pytest.approx([-90, -90])
    none = hip_pair(Frame(eye), np.zeros((3, 2, 1)))
    assert np.isnan(none).all()


def test_views_are_read_only_and_leave_angles_alone() -> None:
    angles = angles_of(direction(40, 60))
    before = angles.deg.copy()
    for view in ShoulderView:
        assert not in_view(angles, view).flags.writeable
    assert np.array_equal(angles.deg, before)
    assert len(ANGLES) == 12


@pytest.mark.parametrize("view", ShoulderView)
def test_components_come_back_from_every_view(view: ShoulderView) -> None:
    plane, elevation = np.meshgrid(np.arange(-170.0, 181.0, 20.0), [0.0, 3.0, 40.0, 90.0, 140.0, 175.0])
    angles = angles_of(direction(plane.ravel(), elevation.ravel()))
    back = in_components(in_view(angles, view).astype(float), view)
    assert back == pytest.approx(angles.deg, abs=2e-3)
