"""Motion becomes sequences of joints in the world: right joints and rate, feet on the floor; sets and twins apart."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.body.anthropometry import anthropometry
from core.body.landmarks import landmarks
from core.body.points import JOINT_CENTRES, poses_in_rig
from core.body.posture import posture, segment_motion
from core.body.segments import SEGMENTS, SegmentMotion, segment_offsets_mm
from core.errors import DataError
from core.skeleton import BONES
from core.training.bodies import BodyBank
from core.training.corpus import held_groups, set_of, twin_of
from core.training.lifters.motion import FPS, MovingTake, Stretch, _stretch, of_set
from core.training.lifters.sequences import AS_RECORDED, Widening, posed_mm, posed_takes
from core.training.poses import local_rotations
from tests.core.training.lifters.made_up import sequences, takes, walk


def lengths(xyz):
    return np.stack([np.linalg.norm(xyz[:, b] - xyz[:, a], axis=1) for a, b in BONES], axis=1)


def assert_rigid(xyz):
    """Thighs and upper arms are between joints; knees and elbows sit a few millimetres beside their hinges."""
    changes = dict(zip(BONES, np.ptp(lengths(xyz), axis=0), strict=True))
    assert max(changes[bone] for bone in ((1, 2), (4, 5), (11, 12), (14, 15))) < 3
    assert max(changes[bone] for bone in ((2, 3), (5, 6), (12, 13), (15, 16))) < 12


def table(name):
    text = files("resources").joinpath("bvh_rigs").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("fps", [16.0, 60.0, 120.0])
def test_another_frame_rate_keeps_steady_turns_and_paths(fps):
    count = int(2 * fps) + 1
    at = np.arange(count) / fps
    turns = np.broadcast_to(np.eye(3), (count, len(SEGMENTS), 3, 3)).copy()
    turns[:, :] = Rotation.from_rotvec(np.outer(at, [0, 0, 1.3])).as_matrix()[:, None]
    knee = SEGMENTS.index("tibia_l")
    turns[:, knee] = turns[:, knee] @ Rotation.from_rotvec(np.outer(at, [0.4, 0.8, 0])).as_matrix()
    path = np.column_stack([300 * at, at**2 * 500, 900 + 0 * at])
    made = _stretch(SegmentMotion(path, turns, fps), 0, count, 800.0)
    now = np.arange(int(2 * FPS) + 1) / FPS
    assert made.n_frames == len(now)
    wanted = Rotation.from_rotvec(np.outer(now, [0, 0, 1.3])).as_matrix()
    np.testing.assert_allclose(made.pelvis, wanted, atol=1e-5)
    wanted = Rotation.from_rotvec(np.outer(now, [0.4, 0.8, 0])).as_matrix()
    np.testing.assert_allclose(made.local[:, knee], wanted, atol=1e-5)
    np.testing.assert_allclose(
        made.path_legs * 800, np.column_stack([300 * now, now**2 * 500, 900 + 0 * now]), atol=0.1
    )


def plain_bank(body, tilt_deg=0.0):
    """One body without any displacement."""
    marks = landmarks(body)
    rows = marks.rows(JOINT_CENTRES)
    return BodyBank(JOINT_CENTRES, tuple(marks.segment[row] for row in rows),
                    marks.offset_mm[rows][None].astype(np.float32), segment_offsets_mm(body)[None].astype(np.float32),
                    np.array([tilt_deg], np.float32), np.array([body.stature], np.float32))  # fmt: skip


def test_joints_are_those_of_the_body_in_the_world():
    body = anthropometry(1780.0, "female")
    at = np.linspace(0, 6, 80)
    angles = {"pelvis_yaw": 40 * at, "pelvis_tilt": 10 * np.sin(at), "knee_flexion_l": 30 * at / 6,
              "shoulder_flexion_r": 20 * at, "elbow_flexion_r": 15 * at, "neck_flexion": 5 * at}  # fmt: skip
    path = np.column_stack([400 * at, 100 * np.sin(at), 900 + 0 * at])
    moved = segment_motion(posture(path, angles, FPS))
    leg_mm = body.thigh + body.shank
    stretch = Stretch(local_rotations(moved), moved.rotations[:, 0].astype(np.float32), (path / leg_mm).astype("f4"))
    np.testing.assert_allclose(
        posed_mm(stretch, plain_bank(body), 0), poses_in_rig(body, moved, "h36m").xyz_mm, atol=0.05
    )
    inclined = posed_mm(stretch, plain_bank(body, 6.0), 0)
    wanted = poses_in_rig(body, moved, "h36m").xyz_mm
    # A pelvis that stands inclined leaves limbs and trunk in their directions.
    for a, b in ((1, 2), (2, 3), (12, 13), (8, 9)):
        np.testing.assert_allclose(inclined[:, b] - inclined[:, a], wanted[:, b] - wanted[:, a], atol=0.05)


def test_bodies_differ_and_stand_on_the_floor_with_rigid_bones():
    made = sequences(count=3, frames=100, bodies=4)
    assert made.take == ("walk_0", "walk_1", "walk_2") * 4
    np.testing.assert_array_equal(made.lengths, 100)
    each = np.split(made.xyz_mm, made.starts[1:])
    assert np.unique(np.round([lengths(xyz)[0, 1] for xyz in each])).size > 6
    for xyz in each:
        assert_rigid(xyz)
        assert np.percentile(xyz[:, [3, 6], 2].min(axis=1), 5) == pytest.approx(80.0, abs=0.5)
        travelled = np.linalg.norm(xyz[-1, 0] - xyz[0, 0])
        leg = lengths(xyz)[0, 1] + lengths(xyz)[0, 2]
        assert travelled == pytest.approx(1200 * 99 / FPS / 850 * leg, rel=0.05)
    again = sequences(count=3, frames=100, bodies=4)
    np.testing.assert_array_equal(made.xyz_mm, again.xyz_mm)


def test_widened_motion_is_varied_smooth_and_rigid():
    rng = np.random.default_rng(3)
    made = posed_takes(takes(3, 150), 8, rng, Widening())
    plain = posed_takes(takes(3, 150), 8, np.random.default_rng(3), AS_RECORDED)
    assert len(np.unique(made.lengths)) > 8
    assert made.lengths.min() >= 150 / 1.26
    assert made.lengths.max() <= 150 * 1.26
    for xyz in np.split(made.xyz_mm, made.starts[1:]):
        assert_rigid(xyz)
        # No joint jumps: the made-up walk itself moves wrists by less than 60 mm a frame.
        assert np.linalg.norm(np.diff(xyz, axis=0), axis=-1).max() < 120
        assert np.linalg.norm(np.diff(xyz, axis=0), axis=-1).max(axis=1).min() > 1
    spread = [np.std(s.xyz_mm[:, 5] - s.xyz_mm[:, 4], axis=0).sum() for s in (plain, made)]
    assert spread[1] > spread[0]


def test_the_table_of_sets_has_every_take_and_twins_together(shared_data):
    names = [path.stem for folder in ("cmu", "cmu_expmap", "deepmimic")
             for path in (shared_data / "mocap" / folder).rglob("*.bvh")]  # fmt: skip
    assert len(names) == 89  # README of the corpus
    rows = {row["clip"]: row["set"] for row in table("sets.csv")}
    assert set(rows.values()) == {"lab", "athletic"}
    assert set(names) <= set(rows)
    assert not [path.stem for path in (shared_data / "mocap" / "bandai_namco").rglob("*.bvh") if path.stem in rows]
    for row in table("twins.csv"):
        assert rows[row["clip"]] == rows[row["same_take_as"]]


def test_no_take_or_twin_is_on_two_sides():
    lab = [row["clip"] for row in table("sets.csv") if row["set"] == "lab"]
    held, watched = held_groups(map(twin_of, lab))
    assert held
    assert watched
    assert not held & watched
    sides = {name: (twin_of(name) in held, twin_of(name) in watched) for name in lab}
    for row in table("twins.csv"):
        if row["clip"] in sides:
            assert sides[row["clip"]] == sides[row["same_take_as"]]
    athletic = {row["clip"] for row in table("sets.csv") if row["set"] == "athletic"}
    assert not {twin_of(name) for name in athletic} & {twin_of(name) for name in lab}
    assert {set_of(name) for name in athletic} == {"athletic"}


def test_a_take_of_no_set_is_refused():
    known = MovingTake("002_01", (walk(50),), "a")
    jump = MovingTake("train_jumping_1", (walk(50),), "b")
    assert of_set([known, jump], "lab") == ((known,), (jump,))
    with pytest.raises(DataError, match=r"'mine' is in neither set .*Leave --set out"):
        of_set([known, MovingTake("mine", (walk(50),), "c")], "lab")
