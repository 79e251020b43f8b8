"""The demo motions are those of bodies: on the floor, in joint range, under gravity, not through themselves."""

from __future__ import annotations

import numpy as np
import pytest

from core.body.landmarks import SOLE
from core.body.points import JOINT_CENTRES, label_positions_mm
from core.body.posture import segment_motion
from core.demo.curves import flight_path, keyed
from core.demo.programme import ATHLETES, CLIPS, ClipPlan, performance
from core.demo.spin_jump import TAKE_OFF_S

PLANS = pytest.mark.parametrize("plan", CLIPS, ids=[plan.name for plan in CLIPS])

RANGES_DEG = {
    "hip_flexion": (-25, 115), "hip_adduction": (-45, 30), "hip_rotation": (-45, 45), "knee_flexion": (3, 140),
    "ankle_flexion": (-65, 50), "ankle_inversion": (-30, 45), "ankle_rotation": (-35, 35), "elbow_flexion": (3, 150),
    "shoulder_flexion": (-60, 180), "shoulder_abduction": (-40, 180), "shoulder_rotation": (-110, 80),
    "wrist_flexion": (-70, 80), "pronation": (0, 160),
}  # fmt: skip
"""Active ranges of motion of athletes, wider than those of Norkin & White 2016 (Measurement of Joint Motion)."""


@pytest.fixture(scope="module")
def performed():
    return {plan.name: performance(plan) for plan in CLIPS}


def places(done, *names):
    return label_positions_mm(done.body, segment_motion(done.posture), names)


@PLANS
def test_feet_are_never_in_the_floor(performed, plan):
    soles = places(performed[plan.name], *(f"{side}_{name}" for side in "LR" for name in SOLE))
    assert soles[..., 2].min() > -2.0


@PLANS
def test_standing_feet_touch_the_floor_and_do_not_slide(performed, plan):
    done = performed[plan.name]
    for column, side in enumerate("LR"):
        soles = places(done, *(f"{side}_{name}" for name in SOLE))
        standing = done.standing[:, column]
        assert standing.any()
        assert soles[standing, :, 2].min(axis=1).max() < 12.0
        moved = np.linalg.norm(np.diff(soles[..., :2], axis=0), axis=-1)
        lowest = soles[1:, :, 2].argmin(axis=1)
        sliding = moved[np.arange(len(moved)), lowest][standing[1:] & standing[:-1]]
        assert sliding.max() < 10.0 * 60.0 / plan.fps
        assert np.median(sliding) < 0.5


@PLANS
def test_joint_angles_stay_within_what_joints_can_do(performed, plan):
    for name, (low, high) in RANGES_DEG.items():
        for side in "lr":
            values = performed[plan.name].posture[f"{name}_{side}"]
            assert low <= values.min() and values.max() <= high, f"{name}_{side} {values.min():.0f} {values.max():.0f}"


@PLANS
def test_motion_is_smooth(performed, plan):
    """No joint is faster than a thrower's hand nor accelerates more than a landing or release does."""
    joints = places(performed[plan.name], *JOINT_CENTRES) / 1e3
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1) * plan.fps
    acceleration = np.linalg.norm(np.diff(joints, 2, axis=0), axis=-1) * plan.fps**2
    assert speed.max() < 15.0
    assert acceleration.max() < 200.0


@PLANS
def test_angles_turn_at_human_rates(performed, plan):
    rates = np.abs(np.diff(performed[plan.name].posture.deg, axis=0)) * plan.fps
    assert rates.max() < 1200.0


def between(start, end, other_start, other_end):
    """(T,) smallest distance of two line segments, sampled at 15 points each."""
    u = np.linspace(0, 1, 15)[:, None, None]
    one, two = start + u * (end - start), other_start + u * (other_end - other_start)
    return np.linalg.norm(one[:, None] - two[None], axis=-1).min((0, 1))


@PLANS
def test_limbs_do_not_pass_through_one_another(performed, plan):
    """Axes of legs stay a shin's thickness apart, forearms off the trunk's and head's middle."""
    done = performed[plan.name]
    parts = {"thigh": ("{}HIP", "{}KNE"), "shank": ("{}KNE", "{}ANK"), "foot": ("{}HEL", "{}_Toe"),
             "forearm": ("{}ELB", "{}WRT")}  # fmt: skip
    at = {(side, name): np.moveaxis(places(done, *(label.format(side) for label in pair)), 1, 0)
          for side in "LR" for name, pair in parts.items()}  # fmt: skip
    for one in ("thigh", "shank", "foot"):
        for two in ("thigh", "shank", "foot"):
            assert between(*at["L", one], *at["R", two]).min() > 50.0, (one, two)
    assert between(*at["L", "forearm"], *at["R", "forearm"]).min() > 50.0
    trunk, head = (np.moveaxis(places(done, *pair), 1, 0) for pair in (("T12L1 Joint", "CLAV"), ("EARC", "Vertex")))
    for side in "LR":
        assert between(*at[side, "forearm"], *trunk).min() > 100.0
        assert between(*at[side, "forearm"], *head).min() > 80.0


def test_a_jump_flies_under_gravity(performed):
    jumps = [plan for plan in CLIPS if plan.activity == "Spin_jump"]
    assert len(jumps) == 2
    for plan in jumps:
        done = performed[plan.name]
        times = np.arange(plan.n_frames) / plan.fps
        height = done.posture.pelvis_mm[:, 2] / 1e3
        flight = (times > TAKE_OFF_S + 0.08) & (times < TAKE_OFF_S + plan.style.flight_s - 0.08)
        acceleration = np.gradient(np.gradient(height, times), times)[flight]
        np.testing.assert_allclose(acceleration, -9.81, atol=0.05)
        assert not done.standing[flight].any()
        lowest = places(done, "L_Toe Sole", "R_Toe Sole", "L_Heel Sole", "R_Heel Sole")[..., 2].min(axis=1)
        assert lowest.max() > 150.0
        assert np.ptp(done.posture["pelvis_yaw"]) > 360.0


def test_a_run_flies_between_steps_and_swings_its_arms_against_its_legs(performed):
    for plan in (plan for plan in CLIPS if plan.activity == "Running"):
        done = performed[plan.name]
        both_off = ~done.standing.any(axis=1)
        assert 0.15 < both_off.mean() < 0.45 and not done.standing.all(axis=1).any()
        for side in "lr":
            arm, leg = done.posture[f"shoulder_flexion_{side}"], done.posture[f"hip_flexion_{side}"]
            assert np.corrcoef(arm, leg)[0, 1] < -0.5
        speed = np.diff(done.posture.pelvis_mm[:, 0]) * plan.fps / 1e3
        np.testing.assert_allclose(speed, plan.style.speed_m_s, rtol=1e-6)


def test_a_throw_whips_from_the_trunk_to_the_hand(performed):
    """Fastest in order from proximal to distal, and the hand far faster than when it began."""
    for plan in (plan for plan in CLIPS if plan.activity == "Throw"):
        done = performed[plan.name]
        joints = places(done, "R_Shoulder Joint", "RELB", "RMP2") / 1e3
        speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1) * plan.fps
        peaks = speed.argmax(axis=0)
        assert peaks[0] <= peaks[1] <= peaks[2]
        assert speed[:, 2].max() > 9.0


def test_the_programme_is_what_the_dataset_promises():
    assert len(CLIPS) == 8 and len(ATHLETES) == 3
    assert {plan.athlete for plan in CLIPS} == set(ATHLETES)
    assert {plan.activity for plan in CLIPS} == {"Running", "Spin_jump", "Throw", "Shot_turn"}
    assert {plan.fps for plan in CLIPS} == {60.0, 120.0}
    assert all(180 <= plan.n_frames <= 300 for plan in CLIPS)
    assert len({plan.name for plan in CLIPS}) == 8
    assert len({(body.sex, body.build) for body in ATHLETES.values()}) == 3


def test_keys_are_kept_without_overshoot():
    curve = keyed(((0.0, 10.0), (0.5, 90.0), (1.0, 20.0)), 1.2, 0.01)
    values = curve(np.linspace(0, 1.2, 600))
    assert values.min() >= 10.0 - 1e-6 and values.max() <= 90.0 + 1e-6
    assert curve(np.array([1.15]))[0] == pytest.approx(20.0, abs=0.1)


def test_a_flight_path_meets_its_keys_and_the_height_of_free_fall():
    path = flight_path([(0.0, 0, 0, 1.0), (1.0, 1, 0, 1.0)], (1.0, 1.5), [(1.5, 2, 0, 1.0), (2.5, 2.2, 0, 0.9)], 2.5)
    top = path(np.array([1.25]))[0]
    assert top[2] == pytest.approx(1.0 + 9.81 * 0.5**2 / 8, abs=0.01)
    assert top[0] == pytest.approx(1.5, abs=0.01)


def test_plans_know_their_names():
    plan = ClipPlan("S9", "Throw", 3, CLIPS[2].style, "demo_camera_4", 60.0, 200)
    assert (plan.stem, plan.name) == ("Throw_3_cam_4", "S9_Throw_3_cam_4")
