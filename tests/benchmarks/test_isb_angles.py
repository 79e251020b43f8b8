"""Labelled points to angles against scipy Rotation and kineticstoolkit on the same points, in one run.

Peers build the same six frames and decompose hips and shoulders, and take knees and elbows as vector angles; what they
compute is checked to be what we compute. Prints frames per second and ratios. ``pip install anglescope[bench]`` brings
kineticstoolkit; without it that peer is skipped.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.angles.geometry import geometric_angles, geometric_angles_many
from core.angles.isb import isb_angles, isb_angles_many
from core.records import Axes, Points, Poses

Array = NDArray[np.float64]
FRAMES = 240
CLIPS = 60

_SIDE = {"ASI": (0, 0, 120), "PSI": (-150, 0, 45), "HIP": (-46, -80, 90),
         "KNL": (-20, -500, 140), "KNM": (-20, -500, 50),
         "ANK": (-60, -900, 95), "_Shoulder Joint": (-10, 480, 180), "ELL": (30, 190, 230), "ELM": (30, 190, 165),
         "WRT": (190, 60, 200)}  # fmt: skip
STANDING = {
    **{f"{s}{name}": (x, y, sign * z) for s, sign in (("L", -1), ("R", 1)) for name, (x, y, z) in _SIDE.items()},
    "Manubrium": (10, 500, 0), "C7": (-100, 540, 0), "Xiphoid": (50, 300, 0), "T10": (-140, 280, 0),
}  # fmt: skip
"""The 24 labels that the twelve angles need, in millimetres: X anterior, Y superior, Z right."""


def _clips(n_labels: int) -> list[Points]:
    """People who stand unquietly; labels beyond the 24 lie between those, as in a file."""
    random = np.random.default_rng(1)
    names = [*STANDING, *(f"other {k}" for k in range(n_labels - len(STANDING)))]
    order = random.permutation(n_labels)
    body = np.array([*STANDING.values(), *random.normal(0, 300, (n_labels - len(STANDING), 3))])[order]
    labels = tuple(names[k] for k in order)
    return [
        Points(body + 15 * random.standard_normal((FRAMES, n_labels, 3)), labels, 60.0, Axes.WORLD_Z_UP)
        for _ in range(CLIPS)
    ]


def _marks(xyz_mm: NDArray[Any], names: tuple[str, ...]) -> dict[str, Array]:
    return {name: xyz_mm[:, names.index(name)].astype(np.float64) for name in STANDING}


def _unit(a: Array) -> Array:
    return a / np.linalg.norm(a, axis=1, keepdims=True)


def _vector_angles(m: dict[str, Array]) -> list[Array]:
    columns = []
    for start, middle, end in (("_Shoulder Joint", "EL", "WRT"), ("HIP", "KN", "ANK")):
        for s in "LR":
            joint = (m[f"{s}{middle}L"] + m[f"{s}{middle}M"]) / 2
            u, v = _unit(joint - m[s + start]), _unit(m[s + end] - joint)
            columns.append(np.degrees(np.arccos(np.clip(np.sum(u * v, axis=1), -1, 1))))
    return columns


def _twelve(hips: list[Array], shoulders: list[Array], m: dict[str, Array]) -> Array:
    """The twelve columns from Z-X-Y of both hips and Y-X-Y (X >= 0 or not) of both shoulders, left ones mirrored."""
    pairs = []
    for euler in shoulders:
        elevation, plane = np.abs(euler[:, 1]), np.radians(np.where(euler[:, 1] > 0, euler[:, 0] + 180, euler[:, 0]))
        pairs.append((elevation * np.sin(plane), elevation * np.cos(plane)))
    hip = [hips[0][:, 0], hips[1][:, 0], -hips[0][:, 1], hips[1][:, 1]]
    return np.stack([*hip, pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1], *_vector_angles(m)], axis=1)


def _long_bone(proximal: Array, lateral: Array, medial: Array, sign: float) -> Array:
    y = _unit(proximal - (lateral + medial) / 2)
    x = _unit(np.cross(y, sign * (lateral - medial)))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def _with_scipy(xyz_mm: NDArray[Any], names: tuple[str, ...]) -> Array:
    m = _marks(xyz_mm, names)
    z = _unit(m["RASI"] - m["LASI"])
    y = _unit(np.cross(z, m["LASI"] + m["RASI"] - m["LPSI"] - m["RPSI"]))
    pelvis = Rotation.from_matrix(np.stack([np.cross(y, z), y, z], axis=-1))
    low = (m["Xiphoid"] + m["T10"]) / 2
    y = _unit((m["Manubrium"] + m["C7"]) / 2 - low)
    z = _unit(np.cross(m["C7"] - m["Manubrium"], low - m["Manubrium"]))
    thorax = Rotation.from_matrix(np.stack([np.cross(y, z), y, z], axis=-1))
    hips, shoulders = [], []
    for s, sign in (("L", -1.0), ("R", 1.0)):
        femur = Rotation.from_matrix(_long_bone(m[f"{s}HIP"], m[f"{s}KNL"], m[f"{s}KNM"], sign))
        humerus = Rotation.from_matrix(_long_bone(m[f"{s}_Shoulder Joint"], m[f"{s}ELL"], m[f"{s}ELM"], sign))
        hips.append((pelvis.inv() * femur).as_euler("ZXY", degrees=True))
        relative = thorax.inv() * humerus
        if s == "L":  # D R D in quaternions: x and y change sign
            relative = Rotation.from_quat(relative.as_quat() * [-1, -1, 1, 1])
        shoulders.append(relative.as_euler("YXY", degrees=True))
    return _twelve(hips, shoulders, m)


def _with_kineticstoolkit(xyz_mm: NDArray[Any], names: tuple[str, ...]) -> Array:
    import kineticstoolkit.geometry as geometry

    m = _marks(xyz_mm, names)

    def series(a: Array, last: float) -> Array:
        return np.column_stack([a, np.full(len(a), last)])

    def frames(origin: Array, **axes: Array) -> Array:
        made: Array = geometry.create_frames(series(origin, 1), **{k: series(a, 0) for k, a in axes.items()})
        return made

    middle, back = (m["LASI"] + m["RASI"]) / 2, (m["LPSI"] + m["RPSI"]) / 2
    pelvis = frames(middle, z=m["RASI"] - m["LASI"], xz=middle - back)
    low, ij = (m["Xiphoid"] + m["T10"]) / 2, m["Manubrium"]
    thorax = frames(ij, y=(ij + m["C7"]) / 2 - low, yz=np.cross(m["C7"] - ij, low - ij))
    hips, shoulders = [], []
    for s, sign in (("L", -1.0), ("R", 1.0)):
        knee, elbow = ((m[f"{s}{n}L"] + m[f"{s}{n}M"]) / 2 for n in ("KN", "EL"))
        hip, shoulder = m[f"{s}HIP"], m[f"{s}_Shoulder Joint"]
        femur = frames(hip, y=hip - knee, yz=sign * (m[f"{s}KNL"] - m[f"{s}KNM"]))
        humerus = frames(shoulder, y=shoulder - elbow, yz=sign * (m[f"{s}ELL"] - m[f"{s}ELM"]))
        hips.append(geometry.get_angles(geometry.get_local_coordinates(femur, pelvis), "ZXY", degrees=True))
        relative = geometry.get_local_coordinates(humerus, thorax)
        if s == "L":
            relative = relative * np.outer([1, 1, -1, 1], [1, 1, -1, 1])
        shoulders.append(geometry.get_angles(relative, "YXY", degrees=True, flip=True))
    return _twelve(hips, shoulders, m)


def _frames_per_second(ways: dict[str, tuple[int, Callable[[], object]]], rounds: int = 15) -> dict[str, float]:
    """Best of some rounds, taken in turn, so that a busy machine slows all alike; ways give frames and what to run."""
    best = dict.fromkeys(ways, np.inf)
    for number in range(rounds):
        for name, (_, way) in ways.items():
            if number < 3 or "kineticstoolkit" not in name:
                begin = time.perf_counter()
                way()
                best[name] = min(best[name], time.perf_counter() - begin)
    return {name: ways[name][0] / seconds for name, seconds in best.items()}


def _report(title: str, speed: dict[str, float], ours: str) -> None:
    print(f"\n{title}")
    for name, rate in speed.items():
        print(f"  {name}: {rate / 1e6:.3f} million frames/s; ours is {speed[ours] / rate:.1f} x")


@pytest.mark.benchmark(group="ISB angles")
@pytest.mark.parametrize("n_labels", [24, 84])
def test_isb_angles_against_peers(benchmark: Callable[[Callable[[], object]], object], n_labels: int) -> None:
    clips = _clips(n_labels)
    names, total = clips[0].names, CLIPS * FRAMES
    whole = np.concatenate([clip.xyz_mm for clip in clips])
    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "ours, clips together": (total, lambda: isb_angles_many(clips)),
        "ours, call per clip": (total, lambda: [isb_angles(clip) for clip in clips]),
        "scipy Rotation, whole array": (total, lambda: _with_scipy(whole, names)),
        "scipy Rotation, call per clip": (total, lambda: [_with_scipy(clip.xyz_mm, names) for clip in clips]),
    }
    peers = [_with_scipy]
    if importlib.util.find_spec("kineticstoolkit"):
        peers.append(_with_kineticstoolkit)
        ways["kineticstoolkit, call per clip"] = (
            4 * FRAMES,
            lambda: [_with_kineticstoolkit(c.xyz_mm, names) for c in clips[:4]],
        )
    for peer in peers:  # the same thing is measured
        assert np.abs(peer(clips[0].xyz_mm, names) - isb_angles(clips[0]).deg).max() < 2e-3
    benchmark(lambda: isb_angles_many(clips))
    speed = _frames_per_second(ways)
    _report(f"{n_labels} labels, {CLIPS} clips of {FRAMES} frames, one thread", speed, "ours, clips together")
    ours = speed["ours, clips together"]
    assert ours > 8 * speed["scipy Rotation, call per clip"]
    assert ours > 8 * speed["scipy Rotation, whole array"]
    if "kineticstoolkit, call per clip" not in speed:
        pytest.skip("kineticstoolkit is not installed (pip install anglescope[bench]); the other ratios held")
    assert ours > 100 * speed["kineticstoolkit, call per clip"]


@pytest.mark.benchmark(group="ISB angles")
def test_geometric_angles(benchmark: Callable[[Callable[[], object]], object]) -> None:
    """Poses of 17 joints, as `score` computes for every source: per clip and together."""
    random = np.random.default_rng(2)
    body = random.normal(0, 400, (17, 3))
    clips = [Poses(body + 15 * random.standard_normal((FRAMES, 17, 3)), 60.0, Axes.WORLD_Z_UP) for _ in range(CLIPS)]
    benchmark(lambda: geometric_angles(clips[0]))
    speed = _frames_per_second({
        "together": (CLIPS * FRAMES, lambda: geometric_angles_many(clips)),
        "call per clip": (CLIPS * FRAMES, lambda: [geometric_angles(clip) for clip in clips]),
    })  # fmt: skip
    _report("17-joint geometry", speed, "together")
    assert FRAMES / speed["call per clip"] < 0.002, "two milliseconds a clip would be felt in scoring"
