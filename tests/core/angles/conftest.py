"""A labelled body posed by scipy rotations from known joint angles, independent of the code under test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.records import Axes, Points

Array = NDArray[np.float64]

MIRROR = np.diag([1.0, 1.0, -1.0])


def _hinge(deg: Array) -> Rotation:
    """Rotations about Z, the axis that points right."""
    return Rotation.from_rotvec(np.stack([np.zeros_like(deg), np.zeros_like(deg), np.radians(deg)], axis=1))


class Body:
    """Joint angles in, labelled points (AthletePose3D dialect A) out.

    Angles are degrees, (n,) or scalars, by name and side: hip_flexion_r, hip_adduction_r, hip_rotation_r,
    shoulder_plane_r, shoulder_elevation_r, shoulder_axial_r, elbow_flexion_r, knee_flexion_r; absent ones are 0.
    Body axes: X anterior, Y superior, Z right. The pelvis stands in the world as ``world``.
    """

    def __init__(self, n: int, angles: dict[str, Any], world: Rotation, trunk: Rotation) -> None:
        self.n, self.angles = n, angles
        self.pelvis = world * Rotation.identity()
        self.thorax = world * trunk
        self.places: dict[str, Array] = {}
        self.femur: dict[str, Rotation] = {}
        self.humerus: dict[str, Rotation] = {}
        self._trunk_points()
        for side in "lr":
            self._leg(side)
            self._arm(side)

    def deg(self, name: str) -> Array:
        return np.broadcast_to(np.asarray(self.angles.get(name, 0.0), dtype=float), self.n)

    def _put(self, name: str, rotation: Rotation, local: tuple[float, ...], origin: Array | float = 0.0) -> None:
        self.places[name] = rotation.apply(np.tile(local, (self.n, 1))) + origin

    def _trunk_points(self) -> None:
        for side, z in (("L", -1.0), ("R", 1.0)):
            self._put(f"{side}ASI", self.pelvis, (0, 0, 120 * z))
            self._put(f"{side}PSI", self.pelvis, (-150, 0, 45 * z))
            self._put(f"{side}HIP", self.pelvis, (-46, -80, 90 * z))
        waist = self.pelvis.apply(np.tile([-60.0, 100.0, 0.0], (self.n, 1)))
        for name, local in (("Manubrium", (50, 400, 0)), ("C7", (-60, 440, 0)), ("Xiphoid", (90, 200, 0)),
                            ("T10", (-100, 180, 0))):  # fmt: skip
            self._put(name, self.thorax, local, waist)
        for side, z in (("L", -1.0), ("R", 1.0)):
            self._put(f"{side}_Shoulder Joint", self.thorax, (0, 380, 180 * z), waist)

    def _leg(self, side: str) -> None:
        sign, letter = (1.0 if side == "r" else -1.0), side.upper()
        cardan = [self.deg(f"hip_{name}_{side}") for name in ("flexion", "adduction", "rotation")]
        self.femur[side] = self.pelvis * Rotation.from_euler(
            "ZXY", np.stack([cardan[0], sign * cardan[1], sign * cardan[2]], axis=1), degrees=True
        )
        shank = self.femur[side] * _hinge(-self.deg(f"knee_flexion_{side}"))
        hip = self.places[f"{letter}HIP"]
        self._put(f"{letter}KNL", self.femur[side], (0, -420, 46 * sign), hip)
        self._put(f"{letter}KNM", self.femur[side], (0, -420, -46 * sign), hip)
        self._put(f"{letter}KNE", self.femur[side], (0, -420, 0), hip)
        self._put(f"{letter}ANK", shank, (0, -400, 0), self.places[f"{letter}KNE"])

    def _arm(self, side: str) -> None:
        sign, letter = (1.0 if side == "r" else -1.0), side.upper()
        euler = [self.deg(f"shoulder_{name}_{side}") for name in ("plane", "elevation", "axial")]
        sequence = np.stack([euler[0], -euler[1], euler[2]], axis=1)
        matrices = Rotation.from_euler("YXY", sequence, degrees=True).as_matrix()
        if side == "l":  # one definition for both arms: the right arm's, mirrored
            matrices = MIRROR @ matrices @ MIRROR
        self.humerus[side] = self.thorax * Rotation.from_matrix(matrices)
        forearm = self.humerus[side] * _hinge(self.deg(f"elbow_flexion_{side}"))
        shoulder = self.places[f"{letter}_Shoulder Joint"]
        self._put(f"{letter}ELL", self.humerus[side], (0, -300, 33 * sign), shoulder)
        self._put(f"{letter}ELM", self.humerus[side], (0, -300, -33 * sign), shoulder)
        self._put(f"{letter}ELB", self.humerus[side], (0, -300, 0), shoulder)
        self._put(f"{letter}WRT", forearm, (0, -260, 0), self.places[f"{letter}ELB"])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.places)

    @property
    def xyz_mm(self) -> Array:
        """(n, K, 3)."""
        return np.stack(list(self.places.values()), axis=1)

    @property
    def points(self) -> Points:
        return Points(self.xyz_mm, self.names, 60.0, Axes.WORLD_Z_UP)


def make_body(n: int, angles: dict[str, Any] | None = None, seed: int | None = None) -> Body:
    """n frames of a body; with a seed, pelvis and trunk are turned at random in every frame."""
    if seed is None:
        return Body(n, angles or {}, Rotation.identity(n), Rotation.identity(n))
    rng = np.random.default_rng(seed)
    trunk = Rotation.from_euler("ZXY", rng.uniform(-40, 40, (n, 3)), degrees=True)
    return Body(n, angles or {}, Rotation.random(n, random_state=rng), trunk)


def random_angles(n: int, seed: int) -> dict[str, Array]:
    """Every joint of both sides, in ordinary ranges."""
    rng = np.random.default_rng(seed)
    spans = {"hip_flexion": (-30, 120), "hip_adduction": (-50, 40), "hip_rotation": (-40, 40),
             "shoulder_plane": (-170, 170), "shoulder_elevation": (2, 148), "shoulder_axial": (-80, 80),
             "elbow_flexion": (0, 150), "knee_flexion": (0, 150)}  # fmt: skip
    return {f"{name}_{side}": rng.uniform(*span, n) for name, span in spans.items() for side in "lr"}


@pytest.fixture(scope="session")
def body() -> Callable[..., Body]:
    """:func:`make_body`."""
    return make_body


@pytest.fixture(scope="session")
def moving(body: Callable[..., Body]) -> Body:
    """600 frames of random angles, turned at random."""
    return body(600, random_angles(600, 1), seed=2)


def expected_angles(body: Body) -> Array:
    """(n, 12) what the twelve angles must be, by the definitions: shoulder pair E*sin(P), E*cos(P)."""
    columns = []
    for kind in ("hip_flexion", "hip_adduction"):
        columns += [body.deg(f"{kind}_{side}") for side in "lr"]
    for trig in (np.sin, np.cos):
        for side in "lr":
            plane = np.radians(body.deg(f"shoulder_plane_{side}"))
            columns.append(body.deg(f"shoulder_elevation_{side}") * trig(plane))
    for kind in ("elbow_flexion", "knee_flexion"):
        columns += [body.deg(f"{kind}_{side}") for side in "lr"]
    return np.stack(columns, axis=1)


@pytest.fixture(scope="session")
def expected() -> Callable[[Body], Array]:
    """:func:`expected_angles`."""
    return expected_angles
