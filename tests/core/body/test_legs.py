"""A leg posed from its foot: the foot comes back where it was, and what cannot be reached is refused."""

from __future__ import annotations

import numpy as np
import pytest

from core.body.anthropometry import anthropometry
from core.body.legs import leg_angles, leg_stretch
from core.body.posture import posture, segment_motion
from core.body.segments import SEGMENTS, segment_origins_mm
from core.errors import DataError

BODY = anthropometry(1700.0, "female")


def walking_posture(n=60):
    rng = np.random.default_rng(5)
    deg = {"pelvis_yaw": rng.uniform(-90, 90, n), "pelvis_tilt": rng.uniform(-20, 20, n)}
    for side in "lr":
        deg |= {f"hip_flexion_{side}": rng.uniform(-20, 70, n), f"hip_adduction_{side}": rng.uniform(-25, 15, n),
                f"knee_flexion_{side}": rng.uniform(5, 110, n), f"ankle_flexion_{side}": rng.uniform(-40, 20, n),
                f"hip_rotation_{side}": rng.uniform(-25, 25, n),
                f"ankle_inversion_{side}": rng.uniform(-9, 9, n)}  # fmt: skip
    return posture(rng.normal(0, 300, (n, 3)), deg, 60.0)


@pytest.mark.parametrize("side", ["l", "r"])
def test_angles_of_a_leg_come_back_from_hip_foot_and_knee_direction(side):
    joints = walking_posture()
    motion = segment_motion(joints)
    origins = segment_origins_mm(BODY, motion)
    at = {name: origins[:, SEGMENTS.index(f"{name}_{side}")] for name in ("femur", "tibia", "foot")}
    pelvis = motion.rotations[:, SEGMENTS.index("pelvis")]
    foot = motion.rotations[:, SEGMENTS.index(f"foot_{side}")]
    found = leg_angles(BODY, side, pelvis, at["femur"], at["foot"], foot, at["tibia"] - at["femur"])
    assert len(found) == 7
    for name, values in found.items():
        np.testing.assert_allclose(values, joints[name], atol=1e-6, err_msg=name)


def test_a_foot_beyond_the_leg_is_refused_with_its_frame():
    n, length = 4, BODY.thigh + BODY.shank
    hip, ankle, level = np.zeros((n, 3)), np.zeros((n, 3)), np.broadcast_to(np.eye(3), (n, 3, 3))
    ankle[:, 1] = [-0.9 * length, -0.99 * length, -1.01 * length, -0.5 * length]
    np.testing.assert_allclose(leg_stretch(BODY, hip, ankle), [0.9, 0.99, 1.01, 0.5])
    forward = np.broadcast_to([1.0, 0.0, 0.0], (n, 3))
    with pytest.raises(DataError, match=r"frame 2: l foot is out of reach.*1\.0100"):
        leg_angles(BODY, "l", level, hip, ankle, level, forward)
