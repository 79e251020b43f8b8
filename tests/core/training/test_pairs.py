"""Training pairs: exact by construction, different bodies, no take on both sides."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.angles.isb import isb_angles
from core.body.anthropometry import anthropometry
from core.body.exact import motion_angles
from core.body.landmarks import FIELD_LABELS, landmarks
from core.body.points import poses_in_rig
from core.body.posture import posture, segment_motion
from core.body.segments import segment_offsets_mm
from core.records import Axes, Points
from core.training.bodies import BodyBank, body_bank
from core.training.corpus import load_takes, split_takes, twin_of
from core.training.evaluation import take_pairs
from core.training.pairs import PairSource, bank_for, pairs_of, posed_labels_mm
from core.training.poses import Mix, local_rotations, postures_in_range, sampled_postures

RIGS = ("ap3d", "ap3d_running", "h36m")


@pytest.fixture(scope="module")
def some():
    return postures_in_range(200, np.random.default_rng(1))


def plain_bank(labels):
    body = anthropometry(1750, "male")
    table = landmarks(body)
    rows = table.rows(labels)
    segment, places = tuple(table.segment[r] for r in rows), table.offset_mm[rows]
    return body, BodyBank(labels, segment, *(np.array([part], np.float32) for part in (
        places, segment_offsets_mm(body), 0.0, body.stature)))  # fmt: skip


@pytest.mark.parametrize("rig", RIGS)
def test_on_an_undisturbed_body_pairs_are_what_core_body_makes(rig):
    rng = np.random.default_rng(2)
    deg = {f"{name}_{side}": rng.uniform(5, 80, 40) for name in ("hip_flexion", "knee_flexion", "shoulder_abduction",
           "elbow_flexion") for side in "lr"}  # fmt: skip
    motion = segment_motion(posture(np.zeros((40, 3)), {**deg, "lumbar_bending": 10.0}, 60.0))
    body, bank = plain_bank(bank_for(rig, 1, rng).labels)
    pairs = pairs_of(local_rotations(motion), bank, np.zeros(40, dtype=int), rig)
    np.testing.assert_allclose(pairs.deg, motion_angles(motion).deg, atol=0.02)
    expected = poses_in_rig(body, motion, rig).xyz_mm @ motion.rotations[:, 0].astype(np.float32)
    np.testing.assert_allclose(pairs.xyz_mm, expected, atol=0.05)


def test_angles_are_the_isb_angles_of_the_displaced_labels(some):
    bank = body_bank(FIELD_LABELS, 200, np.random.default_rng(5))
    chosen = np.arange(200)
    pairs = pairs_of(some, bank, chosen, "ap3d")
    everything = Points(posed_labels_mm(some, bank, chosen), FIELD_LABELS, None, Axes.WORLD_Y_UP)
    np.testing.assert_array_equal(pairs.deg, isb_angles(everything).deg)


def test_bodies_differ_as_adults_do():
    labels = ("RHIP", "RKNE", "LHIP", "LKNE", "RASI", "LASI", "Vertex")
    bank = body_bank(labels, 600, np.random.default_rng(4))
    place = {name: bank.label_mm[:, k] for k, name in enumerate(labels)}
    right, left = -place["RKNE"][:, 1], -place["LKNE"][:, 1]
    # Thigh 0.245 of stature (Winter), statures 1756 and 1629 mm; about 3.6 % of proportion and 4.9 % of stature.
    assert right.mean() == pytest.approx(0.245 * 1692, rel=0.01)
    assert 0.045 < (right / right.mean()).std() < 0.075
    assert 0.008 < (right / left).std() < 0.020
    assert (np.abs(right / left - 1) < 0.06).all()


def test_mirrored_postures_have_mirrored_angles(some):
    from core.training.poses import _mirror

    _, bank = plain_bank(bank_for("h36m", 1, np.random.default_rng(0)).labels)
    rows = np.zeros(len(some), dtype=int)
    plain, mirrored = (pairs_of(p, bank, rows, "h36m").deg for p in (some, _mirror(some)))
    np.testing.assert_allclose(mirrored, plain[:, [c ^ 1 for c in range(12)]], atol=0.02)


def test_new_postures_stay_rotations_and_near_the_recorded(some):
    made = sampled_postures(some[:1], some, 300, Mix(in_range=0.0), np.random.default_rng(1))
    np.testing.assert_allclose(made @ np.swapaxes(made, 2, 3), np.broadcast_to(np.eye(3), made.shape), atol=1e-5)
    _, bank = plain_bank(bank_for("h36m", 1, np.random.default_rng(0)).labels)
    deg = pairs_of(made, bank, np.zeros(300, dtype=int), "h36m").deg
    knees = deg[:, 10:].ravel()
    recorded = pairs_of(some[:1], bank, np.zeros(1, dtype=int), "h36m").deg[0, 10:]
    nearest = np.abs(knees[:, None] - recorded).min(axis=1)
    assert np.percentile(nearest, 95) < 9  # turned by 3 degrees, standard deviation
    assert nearest.std() > 1


def test_the_same_number_gives_the_same_pairs(some):
    one, two = PairSource(some, "ap3d", 7, bodies=8), PairSource(some, "ap3d", 7, bodies=8)
    one.chunk(3, 64)
    np.testing.assert_array_equal(one.chunk(5, 64).xyz_mm, two.chunk(5, 64).xyz_mm)
    assert not np.array_equal(one.chunk(5, 64).deg, two.chunk(6, 64).deg)


def test_no_take_nor_its_twin_is_on_both_sides(shared_data):
    takes = load_takes([shared_data / "mocap" / "cmu_expmap", shared_data / "mocap" / "deepmimic"])
    split = split_takes(takes)
    parts = (split.train, split.validation, split.held_out)
    assert sum(map(len, parts)) == len(takes)
    assert all(parts)
    for one, other in itertools.combinations(parts, 2):
        assert not {t.group for t in one} & {t.group for t in other}
    assert 0.08 < len(split.held_out) / len(takes) < 0.3
    assert twin_of("train_walking_3") == "006_01"
    measured = take_pairs(split.held_out[:2], "h36m", 1, bodies=2)
    assert len(measured.pairs.deg) == 2 * sum(len(t.poses) for t in split.held_out[:2])
    assert np.isfinite(measured.pairs.deg).all()
