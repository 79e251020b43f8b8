"""Full decompositions against scipy's on random rotations, and against hand-built postures at the edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.angles.frames import long_bone_frame, pelvis_frame, thorax_frame
from core.angles.rotations import hip_zxy_deg, relative_rotation, shoulder_yxy_deg

N = 20_000


def wrapped(difference: Any) -> Any:
    return (difference + 180) % 360 - 180


@pytest.fixture(scope="module")
def rotations() -> Rotation:
    return Rotation.random(N, random_state=5)


def test_zxy_is_scipys_intrinsic_zxy(rotations: Rotation) -> None:
    got = np.stack(hip_zxy_deg(rotations.as_matrix(), "r"), axis=1)
    assert np.abs(wrapped(got - rotations.as_euler("ZXY", degrees=True))).max() < 1e-9


def test_zxy_left_reads_like_the_mirrored_right(rotations: Rotation) -> None:
    """Mirrored rotation D R D: flexion stays, adduction and internal rotation keep their meaning."""
    mirror = np.diag([1.0, 1.0, -1.0])
    left = hip_zxy_deg(mirror @ rotations.as_matrix() @ mirror, "l")
    for ours, right in zip(left, hip_zxy_deg(rotations.as_matrix(), "r"), strict=True):
        assert np.abs(wrapped(ours - right)).max() < 1e-9


def test_yxy_is_the_isb_branch_of_scipys(rotations: Rotation) -> None:
    """scipy returns X in 0..180; the ISB branch has X <= 0 and the other two turned by 180 (elevation shown as -X)."""
    plane, elevation, axial = shoulder_yxy_deg(rotations.as_matrix(), "r")
    scipy = rotations.as_euler("YXY", degrees=True)
    assert np.abs(elevation - scipy[:, 1]).max() < 1e-9
    assert np.abs(wrapped(plane - (scipy[:, 0] - 180))).max() < 1e-7
    assert np.abs(wrapped(axial - (scipy[:, 2] - 180))).max() < 1e-7


def test_both_branches_rebuild_the_same_rotation(rotations: Rotation) -> None:
    plane, elevation, axial = shoulder_yxy_deg(rotations.as_matrix(), "r")
    isb = Rotation.from_euler("YXY", np.stack([plane, -elevation, axial], axis=1), degrees=True)
    scipys = Rotation.from_euler("YXY", np.stack([plane + 180, elevation, axial - 180], axis=1), degrees=True)
    assert np.abs(isb.as_matrix() - rotations.as_matrix()).max() < 1e-9
    assert np.abs(scipys.as_matrix() - rotations.as_matrix()).max() < 1e-9


def test_left_shoulder_unmirrored_would_give_180_minus_plane(rotations: Rotation) -> None:
    plane, elevation, axial = shoulder_yxy_deg(rotations.as_matrix(), "r")
    mirrored_plane, mirrored_elevation, mirrored_axial = shoulder_yxy_deg(rotations.as_matrix(), "l")
    assert np.abs(wrapped(mirrored_plane - (180 - plane))).max() < 1e-7
    assert np.abs(mirrored_elevation - elevation).max() < 1e-9
    assert np.abs(wrapped(mirrored_axial - (180 - axial))).max() < 1e-7


def test_undefined_plane_is_nan_and_elevation_is_kept() -> None:
    hanging, overhead = np.eye(3), np.diag([1.0, -1.0, -1.0])
    for matrix, wanted in ((hanging, 0.0), (overhead, 180.0)):
        plane, elevation, axial = shoulder_yxy_deg(matrix[None], "r")
        assert np.isnan(plane[0])
        assert np.isnan(axial[0])
        assert elevation[0] == wanted


def test_nan_in_is_nan_out_and_neighbours_are_untouched(rotations: Rotation) -> None:
    matrices = rotations.as_matrix()[:3].copy()
    clean = np.stack([*hip_zxy_deg(matrices, "r"), *shoulder_yxy_deg(matrices, "r")])
    matrices[1] = np.nan
    spoilt = np.stack([*hip_zxy_deg(matrices, "r"), *shoulder_yxy_deg(matrices, "r")])
    assert np.isnan(spoilt[:, 1]).all()
    assert np.array_equal(spoilt[:, [0, 2]], clean[:, [0, 2]])


def test_frames_from_landmarks_return_the_generating_angles(moving: Any) -> None:
    """Landmarks -> frames -> all three angles of both joints and sides, float64."""
    p = {name: place.T for name, place in moving.places.items()}
    pelvis = pelvis_frame(p["LASI"], p["RASI"], (p["LPSI"] + p["RPSI"]) / 2).matrices()
    thorax = thorax_frame(p["Manubrium"], p["Xiphoid"], p["C7"], p["T10"]).matrices()
    assert np.abs(pelvis - moving.pelvis.as_matrix()).max() < 1e-12
    assert np.abs(thorax - moving.thorax.as_matrix()).max() < 1e-12
    for side in "lr":
        s = side.upper()
        femur = long_bone_frame(p[f"{s}HIP"], p[f"{s}KNL"], p[f"{s}KNM"], side).matrices()
        humerus = long_bone_frame(p[f"{s}_Shoulder Joint"], p[f"{s}ELL"], p[f"{s}ELM"], side).matrices()
        hip = hip_zxy_deg(relative_rotation(pelvis, femur), side)
        shoulder = shoulder_yxy_deg(relative_rotation(thorax, humerus), side)
        names = [f"hip_{n}" for n in ("flexion", "adduction", "rotation")]
        names += [f"shoulder_{n}" for n in ("plane", "elevation", "axial")]
        for values, name in zip((*hip, *shoulder), names, strict=True):
            assert np.abs(wrapped(values - moving.deg(f"{name}_{side}"))).max() < 1e-9, (name, side)


def test_collinear_or_coincident_landmarks_give_no_frame() -> None:
    line = [np.full((3, 1), float(k)) for k in range(4)]
    assert np.isnan(pelvis_frame(line[0], line[2], line[1]).matrices()).any()
    assert np.isnan(pelvis_frame(line[0], line[0], line[1]).matrices()).all()
    assert np.isnan(thorax_frame(*line).matrices()).any()
    assert np.isnan(long_bone_frame(line[0], line[1], line[2], "r").matrices()).any()


def test_a_rounded_line_is_still_a_line(body: Callable[..., Any]) -> None:
    """float32 coordinates far from the origin do not make a plane out of collinear points."""
    along = np.random.default_rng(3).normal(size=(3, 200))
    along /= np.linalg.norm(along, axis=0)
    origin = np.full((3, 200), 5000.0)
    a, b, c = ((origin + along * d).astype(np.float32) for d in (-120.0, 120.0, 30.0))
    assert np.isnan(pelvis_frame(a, b, c).matrices()).any(axis=(1, 2)).all()
