"""Hip joint centres by regression: the published coefficients, their agreement, and how missing labels are filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.angles.hip_centre import REGRESSIONS, BodySize, regression_named
from core.angles.isb import isb_angles
from core.errors import UsageError
from core.records import Axes, Points

ADULT = BodySize(240.0, 150.0, 870.0)

BY_HAND = {  # (x, y, z) of the right centre in mm for that adult, from the published formulas on paper
    "harrington": (-0.24 * 150 - 9.9, -0.16 * 240 - 0.04 * 870 - 7.1, 0.28 * 150 + 0.16 * 240 + 7.9),
    "harrington_width": (-43.52, -84.1, 86.5),
    "harrington_leg": (-41.97, -80.11, 81.438),
    "hara": (11 - 54.81, -9 - 67.86, 8 + 74.82),
    "bell": (-45.6, -72.0, 86.4),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_coefficients(name: str) -> None:
    assert regression_named(name).right_mm(ADULT) == pytest.approx(BY_HAND[name], abs=1e-9)


def test_all_five_agree_within_12_mm_per_axis() -> None:
    assert set(REGRESSIONS) == set(BY_HAND)
    places = np.array([r.right_mm(ADULT) for r in REGRESSIONS.values()])
    assert np.ptp(places, axis=0).max() < 12.5  # 12 mm, to the millimetre, for PW 240, PD 150, LL 870
    assert (places[:, 0] < 0).all()  # behind, below and right of the middle of the ASIS
    assert (places[:, 1] < 0).all()
    assert (places[:, 2] > 0).all()


def test_unknown_regression_is_named() -> None:
    with pytest.raises(UsageError, match=r"davis.*harrington"):
        regression_named("davis")


def _without(points: Points, *labels: str) -> Points:
    keep = [k for k, name in enumerate(points.names) if name not in labels]
    return Points(points.xyz_mm[:, keep], tuple(points.names[k] for k in keep), 60.0, Axes.WORLD_Z_UP)


def _set(points: Points, **places: Any) -> Points:
    xyz = points.xyz_mm.astype(float)
    for name, place in places.items():
        xyz[:, points.names.index(name)] = place
    return Points(xyz, points.names, 60.0, Axes.WORLD_Z_UP)


@pytest.mark.parametrize("name", BY_HAND)
def test_centres_are_placed_in_the_pelvis_of_every_frame(moving: Any, name: str) -> None:
    """Put the hip labels where the formula puts them, worked out here: the same with and without labels."""
    points = moving.points
    at = {label: points.xyz_mm[:, k].astype(float) for k, label in enumerate(points.names)}
    legs = [
        np.median(np.linalg.norm(at[f"{s}ASI"] - at[f"{s}KNE"], axis=1))
        + np.median(np.linalg.norm(at[f"{s}KNE"] - at[f"{s}ANK"], axis=1))
        for s in "LR"
    ]
    x, y, z = regression_named(name).right_mm(BodySize(240.0, 150.0, float(np.mean(legs))))
    middle = (at["LASI"] + at["RASI"]) / 2
    axes = moving.pelvis.as_matrix()
    placed = _set(points, LHIP=middle + axes @ [x, y, -z], RHIP=middle + axes @ [x, y, z])
    regressed = isb_angles(_without(points, "LHIP", "RHIP"), hip_regression=name)
    assert np.abs(regressed.deg - isb_angles(placed).deg).max() < 2e-3
    assert regressed.notes[-1].startswith(f"hip joint centres by {name} regression (")
    assert not any("no label" in note for note in regressed.notes)


def test_missing_frames_do_not_spoil_the_body_size(moving: Any) -> None:
    points = _without(moving.points, "LHIP", "RHIP")
    xyz = points.xyz_mm.copy()
    xyz[100:150, points.names.index("RANK")] = np.nan
    deg = isb_angles(Points(xyz, points.names, 60.0, Axes.WORLD_Z_UP)).deg
    assert np.nanmax(np.abs(deg - isb_angles(points).deg)) < 1e-3
    assert np.isnan(deg[100:150]).sum() == 50  # only the right knee


def test_without_knee_or_ankle_the_leg_length_is_missing_and_said(moving: Any) -> None:
    points = _without(moving.points, "LHIP", "RHIP", "LANK", "RANK")
    angles = isb_angles(points)
    assert np.isnan(angles.deg[:, :4]).all()
    assert "harrington regression lacks a body size: leg length needs knee and ankle labels" in angles.notes
    by_width = isb_angles(points, hip_regression="harrington_width")
    assert np.isfinite(by_width.deg[:, :4]).all()


def test_one_labelled_leg_is_enough_for_leg_length(moving: Any) -> None:
    points = _without(moving.points, "LHIP", "RHIP", "LANK")
    assert np.isfinite(isb_angles(points).deg[:, :4]).all()


def test_without_a_pelvis_nothing_is_placed(moving: Any) -> None:
    angles = isb_angles(_without(moving.points, "LHIP", "RHIP", "LASI"))
    assert not any("regression" in note for note in angles.notes)
    assert "femur_l: no label for hip_l" in angles.notes
    assert np.isnan(angles.deg[:, :4]).all()
    assert np.isfinite(angles.deg[:, 4:10]).all()


def test_a_label_on_one_side_only_is_not_used_and_that_is_said(moving: Any) -> None:
    """Left and right must not be measured differently."""
    one, none = isb_angles(_without(moving.points, "LHIP")), isb_angles(_without(moving.points, "LHIP", "RHIP"))
    assert np.array_equal(one.deg, none.deg)
    assert one.notes[-1].endswith("both sides alike: only one side has a label")
    assert not none.notes[-1].endswith("has a label")
