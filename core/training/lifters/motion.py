"""Recorded motion as sequences at one frame rate: how the body bends, and how the pelvis turns and travels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation, Slerp

from core.body.rigs_bvh import JointMap
from core.body.segments import SegmentMotion
from core.errors import DataError
from core.records import Float32, Float64
from core.training.corpus import KnownTake, Recording, load_recordings, set_of
from core.training.poses import local_rotations

__all__ = ["FPS", "MovingTake", "Stretch", "load_motion", "of_set"]

FPS = 50.0
"""Of all training and test motion: the frame rate of Human3.6M, which the published lifters know."""

_SHORTEST_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """An unbroken part of a recording at :data:`FPS`, Z up.

    local : (T, 18, 3, 3) rotation of each segment in its parent, the pelvis unturned. pelvis : (T, 3, 3) rotation of
    the pelvis in the world. path_legs : (T, 3) middle of the hips in the world, in lengths of the recording's leg.
    """

    local: Float32
    pelvis: Float32
    path_legs: Float32

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self.local)


@dataclass(frozen=True, eq=False)
class MovingTake(KnownTake):
    """One recording as motion. name : file without ending. sha256 : of the file."""

    name: str
    stretches: tuple[Stretch, ...]
    sha256: str

    @cached_property
    def minutes(self) -> float:
        """Duration of its stretches."""
        return sum(stretch.n_frames for stretch in self.stretches) / FPS / 60


def load_motion(folders: Iterable[Path], joint_map: JointMap | None = None) -> tuple[MovingTake, ...]:
    """All BVH files under the folders as motion; stretches of less than half a second are left out.

    Takes of which nothing is left are left out too. Raises what :func:`core.training.corpus.load_recordings` raises.
    """
    takes = (_take(recording) for recording in load_recordings(folders, joint_map))
    return tuple(take for take in takes if take.stretches)


def of_set(takes: Iterable[MovingTake], wanted: str) -> tuple[tuple[MovingTake, ...], tuple[MovingTake, ...]]:
    """The takes of a set (``lab`` or ``athletic``) and those of the other.

    Raises :class:`DataError` for a take that the table of sets does not have.
    """
    inside: list[MovingTake] = []
    outside: list[MovingTake] = []
    for take in takes:
        found = set_of(take.name)
        if found is None:
            raise DataError(f"take {take.name!r} is in neither set of resources/bvh_rigs/sets.csv",
                            hint="Leave --set out to train on all takes")  # fmt: skip
        (inside if found == wanted else outside).append(take)
    return tuple(inside), tuple(outside)


def _take(recording: Recording) -> MovingTake:
    motion, leg_mm = recording.moved.motion, recording.moved.leg_mm
    stretches = [_stretch(motion, first, end, leg_mm) for first, end in recording.runs
                 if (end - first) / motion.fps >= _SHORTEST_S]  # fmt: skip
    return MovingTake(recording.name, tuple(stretches), recording.sha256)


def _stretch(motion: SegmentMotion, first: int, end: int, leg_mm: float) -> Stretch:
    part = SegmentMotion(motion.pelvis_mm[first:end], motion.rotations[first:end], motion.fps, motion.axes)
    times = np.arange(part.n_frames) / part.fps
    wanted = np.arange(int(times[-1] * FPS + 1e-6) + 1) / FPS
    rotations = np.concatenate([local_rotations(part)[:, 1:], part.rotations[:, :1]], axis=1)
    turned = [_between(rotations[:, index], times, wanted) for index in range(rotations.shape[1])]
    local = np.stack([np.broadcast_to(np.eye(3), turned[0].shape), *turned[:-1]], axis=1)
    path = CubicSpline(times, part.pelvis_mm / leg_mm)(wanted)
    return Stretch(local.astype(np.float32), turned[-1].astype(np.float32), path.astype(np.float32))


def _between(rotations: Float32 | Float64, times: Float64, wanted: Float64) -> Float64:
    """(n, 3, 3) rotations at other times, along the shortest turn."""
    keys = Rotation.from_matrix(rotations)
    matrices: Float64 = Slerp(times, keys)(np.minimum(wanted, times[-1])).as_matrix()
    return matrices
