"""Labelled points, 2D keypoints and jointed motion: the checks that differ from those of poses."""

from __future__ import annotations

import numpy as np
import pytest

from core.formats.base import JointMotion, Table
from core.inspection import Kind, inspect, inspect_motion, inspect_points, inspect_poses2d
from core.inspection.findings import spans_of, spell
from core.records import Axes, Points, Poses2D
from tests.core.inspection.walker import walker_mm

LABELS = {"R_Shoulder Joint": 14, "RELB": 15, "RWRT": 16, "L_Shoulder Joint": 11, "LELB": 12, "LWRT": 13,
          "RHIP": 1, "RKNE": 2, "RANK": 3, "LHIP": 4, "LKNE": 5, "LANK": 6, "Manubrium": 8}  # fmt: skip
"""AthletePose3D labels that sit on joints of the walker."""


def labelled(xyz) -> Points:
    """The walker's joints as labels, with ASIS and PSIS before and behind its hips."""
    pelvis = xyz[:, 0]
    spines = {"RASI": [60, -120, 40], "LASI": [60, 120, 40], "RPSI": [-90, -45, 40], "LPSI": [-90, 45, 40]}
    columns = [xyz[:, joint] for joint in LABELS.values()] + [pelvis + np.array(at) for at in spines.values()]
    return Points(np.stack(columns, axis=1), (*LABELS, *spines), 60.0, Axes.WORLD_Z_UP)


def pixels(xyz_mm):
    """The walker seen from its left by a camera far away: 1 px for 4 mm."""
    return np.stack([xyz_mm[..., 0] / 4 + 300, 600 - xyz_mm[..., 2] / 4], axis=-1)


def found(findings) -> set[Kind]:
    return {finding.kind for finding in findings}


def test_clean_points_have_no_finding():
    assert found(inspect_points(labelled(walker_mm()))) == set()


def test_mirrored_points_are_seen_at_the_pelvis():
    points = labelled(walker_mm())
    mirrored = Points(points.xyz_mm * [1, -1, 1], points.names, 60.0, points.axes)
    messages = [f.message for f in inspect_points(mirrored) if f.kind is Kind.MIRRORED]
    assert ["ASIS lie behind PSIS" in message for message in messages] == [True]


def test_leg_labels_exchanged_against_the_pelvis_are_found():
    points = labelled(walker_mm())
    other = {"R": "L", "L": "R"}
    legs = ("RKNE", "LKNE", "RANK", "LANK")
    names = tuple(other[n[0]] + n[1:] if n in legs else n for n in points.names)
    messages = [f.message for f in inspect_points(Points(points.xyz_mm, names, 60.0, points.axes))]
    assert any("left and right legs are exchanged" in message for message in messages)


def test_points_without_known_labels_are_still_checked_for_gaps_and_breaks():
    xyz = walker_mm()
    xyz[50:] += 100
    xyz[3, 2] = np.nan
    unknown = Points(xyz, [f"marker {i}" for i in range(17)], 60.0, Axes.WORLD_Z_UP)
    assert found(inspect_points(unknown)) == {Kind.MISSING, Kind.JUMP}


def test_clean_keypoints_have_no_finding():
    assert inspect_poses2d(Poses2D(pixels(walker_mm()), "h36m17", size_px=(1920, 1080))) == ()


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        (Kind.ZEROS, lambda xy: put(xy, (slice(20, 25), 9), 0)),
        (Kind.INFINITE, lambda xy: put(xy, (7, 3), np.inf)),
        (Kind.MISSING, lambda xy: put(xy, (7, 3), np.nan)),
        (Kind.OUTSIDE, lambda xy: xy[..., ::-1] * 3),
        (Kind.JUMP, lambda xy: put(xy, slice(60, 120), xy[60:] + 300)),
        (Kind.FROZEN, lambda xy: put(xy, slice(60, 63), xy[60])),
        (Kind.UNITS, lambda xy: xy / 1000),
    ],
)
def test_spoilt_keypoints_are_found(kind, spoil):
    xy = spoil(pixels(walker_mm()))
    assert kind in found(inspect_poses2d(Poses2D(xy, "h36m17", size_px=(1920, 1080))))


def put(array, where, value):
    array[where] = value
    return array


def test_a_t_pose_before_the_motion_is_a_jump_at_frame_1(shared_data):
    """The corpus README: frame 0 of 007_03 is a T-pose, and the body jumps to frame 1."""
    from core.formats.registry import read

    motion = read(shared_data / "mocap/cmu/007_03.bvh").items[0].record
    assert isinstance(motion, JointMotion)
    assert ((1, 1),) in [f.frames for f in inspect_motion(motion) if f.kind is Kind.JUMP]


def test_tables_have_no_findings():
    assert inspect(Table(("a",), np.zeros((3, 1), np.float32), ("",), np.arange(3.0))) == ()


def test_spans_and_their_words():
    spans = spans_of(np.array([1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1], dtype=bool))
    assert spans == ((0, 1), (3, 3), (6, 8), (10, 10), (12, 12))
    assert spell(spans) == "frames 0-1, 3, 6-8, 10 and 1 more"
    assert spell(((4, 4),)) == "frame 4"
    assert spans_of(np.zeros(0, dtype=bool)) == ()
