"""A label that moves against its segment is reported, with how far."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.angles.landmarks import resolve
from core.angles.rigidity import NOT_RIGID_MM, not_rigid, rigidity
from core.records import Axes, Points


def _moved(body: Any, label: str, along: tuple[str, str], shift_mm: Any) -> Points:
    """Shift one label along the line between two others."""
    at = {name: k for k, name in enumerate(body.names)}
    line = body.xyz_mm[:, at[along[1]]] - body.xyz_mm[:, at[along[0]]]
    xyz = body.xyz_mm.copy()
    xyz[:, at[label]] += line / np.linalg.norm(line, axis=1, keepdims=True) * np.asarray(shift_mm)[:, None]
    return Points(xyz, body.names, 60.0, Axes.WORLD_Z_UP)


def test_a_rigid_body_is_rigid(moving: Any) -> None:
    found = {s.segment: s.spread_mm for s in rigidity(moving.points)}
    assert set(found) == {"pelvis", "thorax", "femur_l", "femur_r", "humerus_l", "humerus_r"}
    assert max(found.values()) < 0.01
    assert not_rigid(moving.points) == ()


@pytest.mark.parametrize(
    ("label", "other", "segment"),
    [
        ("LASI", "RASI", "pelvis"),
        ("C7", "Manubrium", "thorax"),
        ("RKNL", "RKNM", "femur_r"),
        ("LELM", "LELL", "humerus_l"),
    ],
)
def test_a_wandering_label_is_reported_with_its_mm(moving: Any, label: str, other: str, segment: str) -> None:
    """A sine of 40 mm amplitude: the 5th-to-95th percentile range is numpy's of the true distances."""
    shift = 40 * np.sin(np.linspace(0, 20, moving.n))
    points = _moved(moving, label, (other, label), shift)
    low, high = np.percentile(shift, (5, 95))
    worst = {s.segment: s for s in rigidity(points)}
    assert set(worst[segment].pair) == {label, other}
    assert worst[segment].spread_mm == pytest.approx(high - low, abs=0.01)
    assert [s.segment for s in worst.values() if s.spread_mm > NOT_RIGID_MM] == [segment]
    (line,) = not_rigid(points)
    assert f"{high - low:.1f} mm" in line
    assert segment in line
    assert label in line


def test_percentiles_are_numpys_with_gaps(moving: Any) -> None:
    """Independent of how many frames a label misses."""
    rng = np.random.default_rng(0)
    points = _moved(moving, "RKNL", ("RKNM", "RKNL"), rng.normal(0, 10, moving.n))
    xyz = points.xyz_mm.copy()
    at = {name: k for k, name in enumerate(points.names)}
    xyz[rng.random(moving.n) < 0.4, at["RKNL"]] = np.nan
    gappy = Points(xyz, points.names, 60.0, Axes.WORLD_Z_UP)
    distance = np.linalg.norm(xyz[:, at["RKNL"]].astype(float) - xyz[:, at["RKNM"]], axis=1)
    low, high = np.nanpercentile(distance, (5, 95))
    found = next(s for s in rigidity(gappy) if s.segment == "femur_r")
    assert found.spread_mm == pytest.approx(high - low, abs=0.01)


def test_one_bad_frame_is_not_a_loose_segment(moving: Any) -> None:
    shift = np.zeros(moving.n)
    shift[5] = 500
    assert not_rigid(_moved(moving, "LASI", ("RASI", "LASI"), shift)) == ()


def test_too_little_to_tell(moving: Any) -> None:
    one = Points(moving.xyz_mm[:1], moving.names, 60.0, Axes.WORLD_Z_UP)
    assert rigidity(one) == ()
    assert rigidity(Points(np.zeros((5, 1, 3)), ("M1",), 60.0, Axes.WORLD_Z_UP)) == ()
    gone = moving.xyz_mm.copy()
    gone[1:, moving.names.index("RKNL")] = np.nan  # seen once
    pairs = [s.pair for s in rigidity(Points(gone, moving.names, 60.0, Axes.WORLD_Z_UP)) if s.segment == "femur_r"]
    assert all("RKNL" not in pair for pair in pairs)


def test_only_labels_in_use_count(moving: Any) -> None:
    """A loose label that serves no landmark is nobody's segment."""
    xyz = np.concatenate([moving.xyz_mm, np.random.default_rng(0).normal(0, 500, (moving.n, 1, 3))], axis=1)
    points = Points(xyz, (*moving.names, "LTHI"), 60.0, Axes.WORLD_Z_UP)
    assert not_rigid(points) == ()
    assert not_rigid(points, resolve(points.names)) == ()
