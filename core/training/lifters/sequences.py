"""Sequences of 17 joints in the world: recorded motion on sampled bodies, standing on the floor.

In training the same few minutes of motion are met by many bodies; three things make them more than copies. A share of
them has the upper body of another stretch, every joint is turned a little, slowly changing, and some go faster or
slower. Motion that something is measured on is left as it was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.body.points import JOINT_CENTRES
from core.body.posture import axis_rotation
from core.body.segments import SEGMENTS
from core.records import Camera, Float32
from core.training.bodies import BodyBank, body_bank
from core.training.lifters.motion import FPS, MovingTake, Stretch
from core.training.pairs import posed_labels_mm
from core.training.poses import UPPER

__all__ = ["AS_RECORDED", "Sequences", "Widening", "at_fps", "floor_mm", "posed_mm", "posed_takes"]

_ANKLE_UP_MM = 80.0
_FLOOR_PERCENTILE = 5.0
_LEG = tuple(SEGMENTS.index(f"{name}_{side}") for name in ("tibia", "foot") for side in "lr")
_HINGES = tuple(index for index, name in enumerate(SEGMENTS) if name.startswith(("tibia", "forearm")))


@dataclass(frozen=True, slots=True)
class Widening:
    """How motion is varied. upper_share : of stretches that get the upper body of another. turned_deg : standard
    deviation of each joint's turn about each axis (hinges: about their hinge), a new one every ``turned_s`` seconds,
    interpolated. faster : playing rates lie between 1 / (1 + faster) and 1 + faster.
    """

    upper_share: float = 0.3
    turned_deg: float = 4.0
    turned_s: float = 1.0
    faster: float = 0.25


AS_RECORDED = Widening(0.0, 0.0, 1.0, 0.0)
"""Nothing varied."""


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """S sequences end to end at 50 frames/s, Z up.

    xyz_mm : (N, 17, 3) float32 in the world. starts : (S,) first frame of each. take, activity : of each.
    cameras : of each, empty where none were there.
    """

    xyz_mm: Float32
    starts: NDArray[np.intp]
    take: tuple[str, ...]
    activity: tuple[str, ...]
    cameras: tuple[Camera, ...] = ()

    @property
    def lengths(self) -> NDArray[np.intp]:
        """(S,) frames of each."""
        return np.diff(np.append(self.starts, len(self.xyz_mm)))

    @property
    def minutes(self) -> float:
        """Duration of all."""
        return len(self.xyz_mm) / FPS / 60


def posed_takes(
    takes: Sequence[MovingTake], bodies: int, rng: np.random.Generator, widening: Widening = AS_RECORDED
) -> Sequences:
    """Every take on ``bodies`` sampled bodies of its own, joints of rig ``h36m``; the same generator gives the same."""
    bank = body_bank(JOINT_CENTRES, bodies * len(takes), rng)
    pool = [stretch for take in takes for stretch in take.stretches]
    parts: list[Float32] = []
    names: list[str] = []
    for number in range(bodies * len(takes)):
        take = takes[number % len(takes)]
        posed = [_at_rate(posed_mm(_widened(stretch, pool, widening, rng), bank, number), widening, rng)
                 for stretch in take.stretches]  # fmt: skip
        up_mm = floor_mm(posed)
        parts += [joints + up_mm for joints in posed]
        names += [take.name] * len(posed)
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    activities = {take.name: take.activity for take in takes}
    return Sequences(np.concatenate(parts), starts, tuple(names), tuple(activities[name] for name in names))


def floor_mm(posed: Sequence[Float32]) -> Float32:
    """(3,) what has to be added to joints (T, 17, 3) of one body so that it stands on the floor."""
    low = np.percentile(np.concatenate([joints[:, [3, 6], 2].min(axis=1) for joints in posed]), _FLOOR_PERCENTILE)
    return np.array([0, 0, _ANKLE_UP_MM - low], np.float32)


def posed_mm(stretch: Stretch, bank: BodyBank, body: int) -> Float32:
    """(T, K, 3) labels of one body of the bank in the world, Z up, the path as long as its legs are."""
    labels = posed_labels_mm(stretch.local, bank, np.full(stretch.n_frames, body))
    # The body's own inclination of the pelvis is in the labels: their axes are those of the inclined pelvis.
    inclined = axis_rotation("z", bank.pelvis_tilt_deg[body : body + 1].astype(np.float64))[0]
    world: Float32 = stretch.pelvis @ inclined.astype(np.float32)
    leg_mm = np.linalg.norm(bank.joint_mm[body, list(_LEG)], axis=-1).sum() / 2
    placed: Float32 = labels @ np.swapaxes(world, 1, 2) + np.float32(leg_mm) * stretch.path_legs[:, None]
    return placed


def _widened(stretch: Stretch, pool: Sequence[Stretch], widening: Widening, rng: np.random.Generator) -> Stretch:
    if widening == AS_RECORDED:
        return stretch
    local = stretch.local.copy()
    if rng.random() < widening.upper_share:
        donor = pool[int(rng.integers(len(pool)))].local
        first = int(rng.integers(len(donor)))
        local[:, UPPER] = donor[_to_and_fro(first, len(local), len(donor))][:, UPPER]
    turned = _slow_turns(len(local), widening, rng)
    return Stretch(local @ turned, stretch.pelvis, stretch.path_legs)


def _at_rate(joints: Float32, widening: Widening, rng: np.random.Generator) -> Float32:
    if not widening.faster:
        return joints
    return at_fps(joints, FPS * float(np.exp(rng.uniform(-1, 1) * np.log1p(widening.faster))))


def at_fps(joints: Float32, fps: float) -> Float32:
    """(T', 17, 3) at :data:`core.training.lifters.motion.FPS` of joints (T, 17, 3) at ``fps``, linearly in between."""
    at = np.arange(int((len(joints) - 1) / fps * FPS + 1e-6) + 1) * (fps / FPS)
    below = np.minimum(at.astype(int), len(joints) - 1)
    share = (at - below).astype(np.float32)[:, None, None]
    between: Float32 = (1 - share) * joints[below] + share * joints[np.minimum(below + 1, len(joints) - 1)]
    return between


def _to_and_fro(first: int, count: int, length: int) -> NDArray[np.intp]:
    """``count`` rows of ``length`` from ``first`` on, turning round at the ends."""
    there = (first + np.arange(count)) % max(2 * length - 2, 1)
    return np.where(there < length, there, 2 * length - 2 - there)


def _slow_turns(frames: int, widening: Widening, rng: np.random.Generator) -> Float32:
    """(T, 18, 3, 3) small turns, smooth in time; none of the pelvis."""
    knots = int(frames / FPS / widening.turned_s) + 4
    vectors = rng.standard_normal((knots, len(SEGMENTS), 3)) * np.deg2rad(widening.turned_deg)
    vectors[:, 0] = 0
    vectors[:, _HINGES, :2] = 0
    at = np.arange(frames) / FPS / widening.turned_s
    below, share = at.astype(int), (at % 1)[:, None, None]
    ease = share * share * (3 - 2 * share)
    smooth = vectors[below] * (1 - ease) + vectors[below + 1] * ease
    turns = Rotation.from_rotvec(smooth.reshape(-1, 3)).as_matrix().reshape(frames, len(SEGMENTS), 3, 3)
    return turns.astype(np.float32)
