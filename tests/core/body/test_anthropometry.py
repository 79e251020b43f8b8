"""Sizes against the tables they come from, and against what any body must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.angles.hip_centre import BodySize, regression_named
from core.body.anthropometry import anthropometry
from core.body.landmarks import FIELD_LABELS, RUNNING_LABELS, SOLE, landmarks
from core.body.points import label_positions_mm
from core.body.posture import posture, segment_motion
from core.errors import UsageError
from core.formats.ap3d_rig import missing_labels
from core.skeleton import AP3D_FIELD, AP3D_RUNNING

STANDING = segment_motion(posture(np.zeros((1, 3)), {}, 60.0))
BODIES = st.builds(
    anthropometry, st.floats(1450, 2100), st.sampled_from(["male", "female"]), st.floats(0.85, 1.2)
)  # fmt: skip


def place(body, *names):
    return label_positions_mm(body, STANDING, names)[0]


@settings(max_examples=40, deadline=None)
@given(BODIES)
def test_a_standing_body_has_its_stature_and_drillis_and_continis_heights(body):
    vertex, hip, knee, ankle, sole = place(body, "Vertex", "RHIP", "RKNE", "RANK", "R_Heel Sole")[:, 2]
    assert vertex - sole == pytest.approx(body.stature, abs=1e-6)
    # Winter 2009, figure 4.1: heights of hip, knee and ankle above the floor over stature.
    for height, fraction in ((hip, 0.530), (knee, 0.285), (ankle, 0.039)):
        assert (height - sole) / body.stature == pytest.approx(fraction, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(BODIES)
def test_the_order_of_landmarks_from_head_to_foot_and_front_to_back(body):
    names = ("Vertex", "Nasion", "C7", "Manubrium", "Xiphoid", "T10", "T12L1 Joint", "RASI", "RHIP", "RKNE", "RANK",
             "R_Toe")  # fmt: skip
    assert (np.diff(place(body, *names)[:, 2]) < 0).all()
    front_to_back = place(body, "Xiphoid", "T12L1 Joint", "T10")[:, 0]
    assert (np.diff(front_to_back) < 0).all()
    right_to_left = place(body, "RTRO", "RASI", "RPSI", "LPSI", "LASI", "LTRO")[:, 1]
    assert (np.diff(right_to_left) > 0).all()


@pytest.mark.parametrize(
    ("sex", "stature", "upper_arm", "forearm"), [("male", 1741.0, 281.7, 268.9), ("female", 1735.0, 275.1, 264.3)]
)
def test_arms_are_de_levas(sex, stature, upper_arm, forearm):
    body = anthropometry(stature, sex)
    assert (body.upper_arm, body.forearm) == pytest.approx((upper_arm, forearm))


def test_hip_centres_lie_where_the_regressions_put_them():
    """Five published regressions agree within about 12 mm for one pelvis (angles.md 7); ours is the width-only one."""
    body = anthropometry(1750.0, "male")
    ours = np.array([body.hip_anterior, body.hip_up, body.hip_right])
    leg = np.linalg.norm(place(body, "RASI")[0] - place(body, "RKNE")[0]) + body.shank
    full = regression_named("harrington").right_mm(BodySize(body.pelvis_width, body.pelvis_depth, leg))
    np.testing.assert_allclose(ours, full, atol=12)


def test_sex_and_build_change_what_they_should():
    man, woman, sturdy = anthropometry(1750, "male"), anthropometry(1750, "female"), anthropometry(1750, "male", 1.1)
    assert woman.pelvis_width / woman.biacromial > man.pelvis_width / man.biacromial
    assert sturdy.knee_breadth == pytest.approx(1.1 * man.knee_breadth)
    assert sturdy.thigh == man.thigh and sturdy.upper_arm == man.upper_arm


@pytest.mark.parametrize(("stature", "build"), [(400.0, 1.0), (1750.0, 3.0), (float("nan"), 1.0)])
def test_sizes_that_no_table_knows_are_refused(stature, build):
    with pytest.raises(UsageError, match="are known"):
        anthropometry(stature, "male", build)


def test_labels_of_both_dialects():
    body = anthropometry(1750, "female")
    assert len(FIELD_LABELS) == len(set(FIELD_LABELS)) == 84
    assert FIELD_LABELS[12] == "R_Medial Tibial Condyle" and FIELD_LABELS[83] == "RHIP_Z"
    assert FIELD_LABELS[53] == "L_Shoulder Joint" and FIELD_LABELS[41] == "T10"
    assert len(RUNNING_LABELS) == len(set(RUNNING_LABELS)) == 41
    assert list(RUNNING_LABELS) == sorted(RUNNING_LABELS, key=str.lower)
    assert not missing_labels(AP3D_FIELD, FIELD_LABELS) and not missing_labels(AP3D_RUNNING, RUNNING_LABELS)
    known = landmarks(body).names
    assert set(FIELD_LABELS) | set(RUNNING_LABELS) | {f"L_{name}" for name in SOLE} <= set(known)
    assert len(known) == len(set(known))


def test_no_two_field_labels_coincide():
    body = anthropometry(1750, "male")
    where = place(body, *FIELD_LABELS)
    gaps = np.linalg.norm(where[:, None] - where[None], axis=-1) + np.eye(84) * 1e3
    assert not [(FIELD_LABELS[i], FIELD_LABELS[j]) for i, j in np.argwhere(gaps < 5)]
