"""ISB angles from labelled points: known angles, symmetries, missing data, batching."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.angles.gather import plan_for
from core.angles.isb import isb_angles, isb_angles_many
from core.angles.landmarks import resolve
from core.conventions import angle_names
from core.records import Axes, Points

SWAP = [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]
"""Columns of the twelve with left and right exchanged."""


def column(name: str) -> int:
    return angle_names().index(name)


def _points(xyz_mm: Any, names: tuple[str, ...]) -> Points:
    return Points(xyz_mm, names, 60.0, Axes.WORLD_Z_UP)


def _turned(points: Points, rotation: Rotation, shift_mm: Any) -> Points:
    xyz = points.xyz_mm.astype(np.float64)
    return _points(rotation.apply(xyz.reshape(-1, 3)).reshape(xyz.shape) + shift_mm, points.names)


def test_random_movement_returns_the_generating_angles(moving: Any, expected: Callable[..., Any]) -> None:
    assert np.abs(isb_angles(moving.points).deg - expected(moving)).max() < 1e-3


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("hip_flexion", np.arange(-170, 171, 5)),
        ("hip_adduction", np.arange(-85, 86, 5)),
        ("elbow_flexion", np.arange(0, 181, 5)),
        ("knee_flexion", np.arange(0, 181, 5)),
    ],
)
@pytest.mark.parametrize("side", ["l", "r"])
def test_grid_of_one_angle(
    body: Callable[..., Any], expected: Callable[..., Any], kind: str, values: Any, side: str
) -> None:
    """Forward kinematics on a grid; every other angle stays what it is (0), on both sides."""
    posed = body(len(values), {f"{kind}_{side}": values}, seed=4)
    assert np.abs(isb_angles(posed.points).deg - expected(posed)).max() < 1e-3


@pytest.mark.parametrize("side", ["l", "r"])
def test_grid_of_the_shoulder(body: Callable[..., Any], expected: Callable[..., Any], side: str) -> None:
    plane, elevation = (g.ravel() for g in np.meshgrid(np.arange(-180, 180, 15.0), np.arange(0, 176, 5.0)))
    posed = body(len(plane), {f"shoulder_plane_{side}": plane, f"shoulder_elevation_{side}": elevation}, seed=5)
    difference = np.abs(isb_angles(posed.points).deg - expected(posed))
    ordinary = elevation <= 150
    assert difference[ordinary].max() < 1e-3
    assert difference.max() < 1e-2  # components stretch direction by E/sin(E): 36 at 175 degrees


def test_axial_rotation_does_not_enter(body: Callable[..., Any], expected: Callable[..., Any]) -> None:
    turn = np.linspace(-90, 90, 61)
    base = {"hip_flexion_l": 40.0, "hip_adduction_r": 20.0, "shoulder_plane_l": 60.0, "shoulder_elevation_l": 70.0}
    axial = {f"{joint}_{side}": turn for joint in ("hip_rotation", "shoulder_axial") for side in "lr"}
    posed = body(len(turn), base | axial, seed=6)
    assert np.abs(isb_angles(posed.points).deg - expected(posed)).max() < 1e-3


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), reach_mm=st.floats(0, 5000))
def test_rigid_motion_changes_nothing(moving: Any, seed: int, reach_mm: float) -> None:
    rng = np.random.default_rng(seed)
    points = _points(moving.xyz_mm[:50], moving.names)
    moved = _turned(points, Rotation.random(random_state=rng), rng.uniform(-reach_mm, reach_mm, 3))
    assert np.abs(isb_angles(moved).deg - isb_angles(points).deg).max() < 2e-3  # float32 coordinates at 5 m


def test_mirror_image_with_labels_exchanged_swaps_sides_exactly(moving: Any) -> None:
    """Hip (a, -b, -g) and plane 180-P of an unmirrored reading are the same angles here: bit for bit."""
    deg = isb_angles(moving.points).deg
    other = {"L": "R", "R": "L"}
    names = tuple(other[n[0]] + n[1:] if f"{other.get(n[0], ' ')}{n[1:]}" in moving.names else n for n in moving.names)
    for axis in range(3):
        flipped = moving.xyz_mm.copy()
        flipped[..., axis] *= -1
        assert np.array_equal(isb_angles(_points(flipped, names)).deg, deg[:, SWAP])


def test_reflection_alone_does_not_pass_for_the_same_movement(body: Callable[..., Any]) -> None:
    """A file mirrored without its labels: ISB's pelvis turns upside down (60 reads 180 - 60), vector angles stay."""
    posed = body(1, {"hip_flexion_l": 60.0, "hip_flexion_r": 60.0, "knee_flexion_r": 30.0}, seed=1)
    deg = isb_angles(_points(posed.xyz_mm * [1.0, 1.0, -1.0], posed.names)).deg[0]
    assert deg[column("hip_flexion_l")] == pytest.approx(120, abs=1e-3)
    assert deg[column("hip_flexion_r")] == pytest.approx(120, abs=1e-3)
    assert deg[column("knee_flexion_r")] == pytest.approx(30, abs=1e-3)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_order_of_labels_is_irrelevant(moving: Any, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(moving.names))
    shuffled = _points(moving.xyz_mm[:, order], tuple(moving.names[k] for k in order))
    assert np.array_equal(isb_angles(shuffled).deg, isb_angles(moving.points).deg)


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 600), max_size=12))
def test_any_split_gives_the_same_bits(moving: Any, cuts: list[int]) -> None:
    """Single frames and empty clips included: numbers never depend on what is computed together."""
    whole = isb_angles(moving.points).deg
    borders = [*sorted({0, 600, *cuts}), 600]
    clips = [_points(moving.xyz_mm[a:b], moving.names) for a, b in itertools.pairwise(borders)]
    together = isb_angles_many(clips)
    assert [a.n_frames for a in together] == [c.n_frames for c in clips]
    assert np.array_equal(np.concatenate([a.deg for a in together]), whole)
    for clip, angles in zip(clips, together, strict=True):
        assert np.array_equal(isb_angles(clip).deg, angles.deg)


def test_borders_of_passes_leave_no_trace(body: Callable[..., Any], moving: Any) -> None:
    """Clips longer than one pass, and joined clips whose borders fall inside passes."""
    xyz = np.tile(moving.xyz_mm, (9, 1, 1))
    one = isb_angles(_points(xyz, moving.names)).deg
    assert np.array_equal(one, np.tile(isb_angles(moving.points).deg, (9, 1)))
    frame_by_frame = isb_angles_many([_points(xyz[k : k + 1], moving.names) for k in range(3060, 3085)])
    assert np.array_equal(np.concatenate([a.deg for a in frame_by_frame]), one[3060:3085])


def test_clips_with_other_labels_between(moving: Any) -> None:
    """Neighbours with the same labels are joined; the order of results is the order of clips."""
    short = _points(moving.xyz_mm[:5, :-2], moving.names[:-2])
    clips = [moving.points, short, _points(moving.xyz_mm[5:9], moving.names)]
    for angles, clip in zip(isb_angles_many(clips), clips, strict=True):
        assert np.array_equal(angles.deg, isb_angles(clip).deg, equal_nan=True)
        assert angles.notes == isb_angles(clip).notes


def test_batches_with_regressed_hips_keep_each_clips_own_body(moving: Any) -> None:
    keep = [k for k, name in enumerate(moving.names) if name not in ("LHIP", "RHIP")]
    names = tuple(moving.names[k] for k in keep)
    clips = [
        _points(moving.xyz_mm[a:b, keep] * size, names) for a, b, size in ((0, 200, 1), (200, 600, 1.2), (0, 1, 0.8))
    ]
    for angles, clip in zip(isb_angles_many(clips), clips, strict=True):
        assert np.array_equal(angles.deg, isb_angles(clip).deg)
        assert any("harrington" in note for note in angles.notes)


def test_no_clips_and_no_frames(moving: Any) -> None:
    assert isb_angles_many([]) == []
    assert isb_angles(_points(moving.xyz_mm[:0], moving.names)).deg.shape == (0, 12)


NEEDS = {
    "LASI": "hip_", "RPSI": "hip_", "C7": "shoulder_", "T10": "shoulder_", "Xiphoid": "shoulder_",
    "Manubrium": "shoulder_",
    "RKNM": "hip_.*_r", "LKNE": "knee_.*_l", "LANK": "knee_.*_l", "RELM": "shoulder_.*_r", "RELB": "elbow_.*_r",
    "LWRT": "elbow_.*_l", "LHIP": "(hip|knee)_.*_l", "R_Shoulder Joint": "(shoulder|elbow)_.*_r",
}  # fmt: skip


@pytest.mark.parametrize("label", NEEDS)
def test_nan_stays_with_the_angles_and_frames_that_need_the_label(moving: Any, label: str) -> None:
    clean = isb_angles(moving.points).deg
    xyz = moving.xyz_mm.copy()
    xyz[7, moving.names.index(label), 1] = np.nan
    spoilt = isb_angles(_points(xyz, moving.names)).deg
    lost = np.array([bool(re.match(NEEDS[label], name)) for name in angle_names()])
    assert np.isnan(spoilt[7, lost]).all()
    assert np.array_equal(spoilt[7, ~lost], clean[7, ~lost])
    others = np.arange(600) != 7
    assert np.array_equal(spoilt[others], clean[others])


def test_absent_labels_are_said_and_leave_the_rest(moving: Any) -> None:
    keep = [k for k, name in enumerate(moving.names) if name not in ("C7", "LWRT")]
    angles = isb_angles(_points(moving.xyz_mm[:, keep], tuple(moving.names[k] for k in keep)))
    assert "thorax: no label for c7" in angles.notes
    assert "arm_l: no label for wrist_l" in angles.notes
    undefined = {name for name, gone in zip(angle_names(), np.isnan(angles.deg).all(axis=0), strict=True) if gone}
    assert undefined == {"shoulder_flexion_l", "shoulder_flexion_r", "shoulder_abduction_l", "shoulder_abduction_r",
                         "elbow_flexion_l"}  # fmt: skip


@pytest.mark.parametrize(
    ("joined", "gone"),
    [
        (("LHIP", "LKNL", "LKNM"), {"hip_flexion_l", "hip_adduction_l"}),
        (("RKNE", "RANK"), {"knee_flexion_r"}),
        (("RELB", "R_Shoulder Joint"), {"elbow_flexion_r"}),
        (("LASI", "RASI"), {"hip_flexion_l", "hip_flexion_r", "hip_adduction_l", "hip_adduction_r"}),
    ],
)
def test_bones_without_length_are_undefined_not_zero(moving: Any, joined: tuple[str, ...], gone: set[str]) -> None:
    xyz = moving.xyz_mm.copy()
    rows = [moving.names.index(name) for name in joined]
    xyz[:, rows] = xyz[:, rows[:1]]
    deg = isb_angles(_points(xyz, moving.names)).deg
    assert {name for name, lost in zip(angle_names(), np.isnan(deg).all(axis=0), strict=True) if lost} == gone


def test_collinear_pelvis_and_thorax_are_undefined_not_zero(moving: Any) -> None:
    xyz = moving.xyz_mm.copy()
    at = {name: k for k, name in enumerate(moving.names)}
    xyz[:, [at["LPSI"], at["RPSI"]]] = xyz[:, [at["LASI"]]] * 0.3 + xyz[:, [at["RASI"]]] * 0.7
    for share, name in zip((0.2, 0.5, 0.9), ("Xiphoid", "C7", "T10"), strict=True):
        xyz[:, at[name]] = xyz[:, at["Manubrium"]] + share * (moving.xyz_mm[:, at["T10"]] - xyz[:, at["Manubrium"]])
    deg = isb_angles(_points(xyz, moving.names)).deg
    assert np.isnan(deg[:, :8]).all()
    assert np.isfinite(deg[:, 8:]).all()


def test_single_precision_stays_within_a_thousandth_of_double(moving: Any, expected: Callable[..., Any]) -> None:
    """Against float64 kinematics, with the body 4 m from the origin, as in a laboratory."""
    far = _points(moving.xyz_mm + np.array([4000.0, -3000.0, 900.0]), moving.names)
    assert np.abs(isb_angles(far).deg - expected(moving)).max() < 1e-3


def test_each_label_is_read_once(moving: Any) -> None:
    plan = plan_for(resolve(moving.names))
    assert len(plan.flat) == 3 * plan.n_labels
    assert len(set(plan.flat.tolist())) == len(plan.flat)


def test_input_is_left_alone(moving: Any) -> None:
    points = replace(moving.points)
    before = points.xyz_mm.copy()
    isb_angles(points)
    assert np.array_equal(points.xyz_mm, before)
