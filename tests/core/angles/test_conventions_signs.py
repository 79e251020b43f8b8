"""Every row of the table of angles, posed: the positive direction in its words, its zero, its range, on both sides.

Postures are put together from directions written down here (X anterior, Y superior, Z right), not from angles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.angles.isb import isb_angles
from core.angles.views import in_view
from core.conventions import ANGLES, KINDS, AngleDef, ShoulderView, angles_in
from core.records import Axes, Points

FORWARD, BACK, UP, DOWN = (np.array(v, dtype=float) for v in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)))


def lateral(side: str) -> Any:
    return np.array([0.0, 0.0, 1.0 if side == "r" else -1.0])


def stand(body: Callable[..., Any], side: str, **bones: Any) -> Points:
    """A body at attention whose bones of one side point elsewhere: thigh, shank, upper_arm, forearm (any length)."""
    still = body(1)
    places = {name: place[0].copy() for name, place in still.places.items()}
    s = side.upper()
    chains = {"thigh": (f"{s}HIP", (f"{s}KNE", f"{s}KNL", f"{s}KNM"), 420), "shank": (f"{s}KNE", (f"{s}ANK",), 400),
              "upper_arm": (f"{s}_Shoulder Joint", (f"{s}ELB", f"{s}ELL", f"{s}ELM"), 300),
              "forearm": (f"{s}ELB", (f"{s}WRT",), 260)}  # fmt: skip
    standing = {"shank": bones.get("thigh", DOWN), "forearm": bones.get("upper_arm", DOWN)}
    for bone, (start, ends, length) in chains.items():
        along = np.asarray(bones.get(bone, standing.get(bone, DOWN)), dtype=float)
        middle = places[start] + length * along / np.linalg.norm(along)
        spread = np.cross(along, UP if abs(along[1]) < 0.9 * np.linalg.norm(along) else FORWARD)
        for end, offset in zip(ends, (0.0, 40.0, -40.0), strict=False):
            places[end] = middle + offset * spread / np.linalg.norm(spread)
    return Points(np.array([list(places.values())]), tuple(places), 60.0, Axes.WORLD_Z_UP)


def value(points: Points, kind: str, side: str, view: ShoulderView = ShoulderView.COMPONENTS) -> float:
    names = [angle.name for angle in angles_in(view)]
    return float(in_view(isb_angles(points), view)[0, names.index(f"{kind}_{side}")])


@pytest.mark.parametrize("side", ["l", "r"])
def test_standing_reads_zero_wherever_the_table_says_so(body: Callable[..., Any], side: str) -> None:
    """Femur parallel to the pelvis, arm hanging, limbs straight: the zeros of all twelve."""
    deg = isb_angles(stand(body, side)).deg[0]
    assert np.abs(deg).max() < 1e-3
    assert [a.zero for a in ANGLES[::2]] == [a.zero for a in ANGLES[1::2]]


@pytest.mark.parametrize("side", ["l", "r"])
@pytest.mark.parametrize(
    ("kind", "words", "bones", "wanted"),
    [
        ("hip_flexion", "thigh forward", {"thigh": FORWARD + DOWN}, 45),
        ("hip_flexion", "thigh forward", {"thigh": BACK * 0.5 + DOWN}, -26.565),
        ("hip_flexion", "thigh forward", {"thigh": FORWARD}, 90),
        ("hip_adduction", "thigh toward the midline", {"thigh": "medial"}, 26.565),
        ("hip_adduction", "thigh toward the midline", {"thigh": "lateral"}, -45),
        ("shoulder_flexion", "arm forward: elevation*sin(plane)", {"upper_arm": FORWARD}, 90),
        ("shoulder_flexion", "arm forward: elevation*sin(plane)", {"upper_arm": BACK + DOWN}, -45),
        ("shoulder_abduction", "arm out to the side: elevation*cos(plane)", {"upper_arm": "lateral"}, 45),
        ("shoulder_abduction", "arm out to the side: elevation*cos(plane)", {"upper_arm": "medial"}, -26.565),
        ("elbow_flexion", "forearm toward the upper arm", {"forearm": FORWARD}, 90),
        ("knee_flexion", "shank toward the thigh", {"shank": BACK}, 90),
    ],
)
def test_positive_direction(
    body: Callable[..., Any], side: str, kind: str, words: str, bones: dict[str, Any], wanted: float
) -> None:
    row = next(a for a in ANGLES if a.name == f"{kind}_{side}")
    assert row.positive == words
    places = {"lateral": lateral(side) + DOWN, "medial": -lateral(side) * 0.5 + DOWN}
    posed = {bone: places[to] if isinstance(to, str) else to for bone, to in bones.items()}
    assert value(stand(body, side, **posed), kind, side) == pytest.approx(wanted, abs=2e-3)
    deg = isb_angles(stand(body, side, **posed)).deg[0]
    others = [k for k, a in enumerate(ANGLES) if a.side != side]
    assert np.abs(deg[others]).max() < 1e-3, "the other side must not move"


@pytest.mark.parametrize("side", ["l", "r"])
def test_views_of_the_shoulder(body: Callable[..., Any], side: str) -> None:
    """Raw: plane 0 sideways, +90 forward, -90 back; projected: forward and sideways positive."""
    raw, projected = ShoulderView.RAW, ShoulderView.PROJECTED
    aside = stand(body, side, upper_arm=lateral(side) + DOWN)
    ahead = stand(body, side, upper_arm=FORWARD + DOWN)
    behind = stand(body, side, upper_arm=BACK + DOWN)
    for points, plane in ((aside, 0), (ahead, 90), (behind, -90)):
        assert value(points, "shoulder_plane", side, raw) == pytest.approx(plane, abs=1e-3)
        assert value(points, "shoulder_elevation", side, raw) == pytest.approx(45, abs=1e-3)
    assert value(ahead, "shoulder_flexion_projected", side, projected) == pytest.approx(45, abs=1e-3)
    assert value(behind, "shoulder_flexion_projected", side, projected) == pytest.approx(-45, abs=1e-3)
    assert value(aside, "shoulder_abduction_projected", side, projected) == pytest.approx(45, abs=1e-3)


def test_ranges_hold_for_any_posture_and_are_reached(body: Callable[..., Any]) -> None:
    """Random directions of every bone stay inside range_deg and come close to both ends; pairs hold together."""
    rng = np.random.default_rng(3)
    still = body(4000, seed=8)
    xyz = still.xyz_mm.copy()
    at = {name: k for k, name in enumerate(still.names)}
    for s in "LR":
        for start, ends in ((f"{s}HIP", ("KNL", "KNM", "KNE")), (f"{s}KNE", ("ANK",)),
                            (f"{s}_Shoulder Joint", ("ELL", "ELM", "ELB")), (f"{s}ELB", ("WRT",))):  # fmt: skip
            along = rng.normal(size=(4000, 3))
            middle = xyz[:, at[start]] + 300 * along / np.linalg.norm(along, axis=1, keepdims=True)
            for end in ends:
                xyz[:, at[f"{s}{end}"]] = middle
    angles = isb_angles(Points(xyz, still.names, 60.0, Axes.WORLD_Z_UP))
    for view in ShoulderView:
        deg = in_view(angles, view)
        for row, values in zip(angles_in(view), deg.T, strict=True):
            low, high = row.range_deg
            assert values.min() >= low, row.name
            assert values.max() <= high, row.name
            assert values.min() < low + 0.1 * (high - low), row.name
            assert values.max() > high - 0.1 * (high - low), row.name


def test_table_agrees_with_the_written_definitions() -> None:
    """Six kinds by two sides, left first; sequences and units of the definitions (ISB 2002, 2005)."""
    assert KINDS == ("hip_flexion", "hip_adduction", "shoulder_flexion", "shoulder_abduction", "elbow_flexion",
                     "knee_flexion")  # fmt: skip
    assert [a.name for a in ANGLES] == [f"{kind}_{side}" for kind in KINDS for side in "lr"]
    sequences = {a.joint: a.sequence for a in ANGLES}
    assert sequences == {"hip": "ZXY", "shoulder": "YXY", "elbow": "vector", "knee": "vector"}

    def wraps(row: AngleDef) -> bool:
        return row.circular

    assert [a.name for a in ANGLES if wraps(a)] == ["hip_flexion_l", "hip_flexion_r"]
    assert all(a.column == f"{a.name}_deg" for a in ANGLES)
