"""What the network gets wrong on motion and bodies that it never saw, beside the geometry of the same 17 joints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.angles.geometry import geometric_angles
from core.conventions import ANGLES
from core.errors import DataError
from core.records import Axes, Float32, Float64, Poses
from core.training.corpus import Take
from core.training.pairs import Pairs, bank_for, pairs_of

__all__ = ["ErrorTable", "Measured", "error_table", "errors_deg", "geometry_deg", "take_pairs", "wrapped_deg"]

_CIRCULAR = np.array([angle.circular for angle in ANGLES])


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Poses with a reference in C clips. clip : (n,) number of the clip of each frame, in order.

    follows : (n,) whether the row before is the frame before. activity : (C,) of each clip. stature_mm : (C,) of its
    body, NaN where it is not known.
    """

    pairs: Pairs
    clip: NDArray[np.intp]
    follows: NDArray[np.bool_]
    activity: tuple[str, ...]
    stature_mm: Float64

    def thinned(self, most: int) -> Measured:
        """At most ``most`` frames at even distances; all where there are no more."""
        step = -(-len(self.clip) // most)
        if step <= 1:
            return self
        pairs = Pairs(self.pairs.xyz_mm[::step], self.pairs.deg[::step])
        clip = self.clip[::step]
        return replace(self, pairs=pairs, clip=clip, follows=np.zeros(len(clip), bool))


@dataclass(frozen=True, slots=True, eq=False)
class ErrorTable:
    """Errors in degrees, (12,) each; ``offset_removed`` after a constant per clip and angle is taken out.

    frames : with an error in any angle.
    """

    mae: Float64
    offset_removed: Float64
    p95: Float64
    frames: int


def take_pairs(takes: Sequence[Take], rig: str, seed: int, *, bodies: int = 4) -> Measured:
    """Every take as it was recorded on ``bodies`` bodies of its own each, nothing widened, mirrored or recombined.

    seed : of the bodies; training uses other generators, so that no body is met twice.
    """
    rng = np.random.default_rng([seed, 7])
    bank = bank_for(rig, bodies * len(takes), rng)
    poses = np.concatenate([take.poses for take in takes for _ in range(bodies)])
    clip = np.repeat(np.arange(bodies * len(takes)), [len(take.poses) for take in takes for _ in range(bodies)])
    activity = tuple(take.activity for take in takes for _ in range(bodies))
    follows = np.ones(len(clip), bool)
    runs = [length for take in takes for _ in range(bodies) for length in take.runs]
    follows[np.cumsum([0, *runs])[:-1]] = False
    stature_mm = bank.stature_mm.astype(np.float64)
    return Measured(pairs_of(poses, bank, clip, rig), clip, follows, activity, stature_mm)


def geometry_deg(xyz_mm: Float32, rig: str) -> Float32:
    """(n, 12) closed-form angles of 17 joints: the estimator that the network must beat."""
    return geometric_angles(Poses(xyz_mm, None, Axes.WORLD_Y_UP, rig=rig)).deg


def errors_deg(answer_deg: Float32, measured: Measured) -> Float64:
    """(n, 12) signed errors of an answer, wrapped where the angle is circular; NaN where there is none."""
    return wrapped_deg(answer_deg.astype(np.float64) - measured.pairs.deg)


def wrapped_deg(difference_deg: NDArray[np.floating]) -> Float64:
    """Differences (n, 12), those of circular angles in [-180, 180)."""
    wrapped = difference_deg.astype(np.float64)
    wrapped[:, _CIRCULAR] = (wrapped[:, _CIRCULAR] + 180) % 360 - 180
    return wrapped


def error_table(error: Float64, clip: NDArray[np.intp]) -> ErrorTable:
    """Summary of errors (n, 12) of frames of clips (n,); NaN is left out.

    Raises :class:`DataError` where an angle has no error at all.
    """
    defined = np.isfinite(error)
    if not defined.any(axis=0).all():
        raise DataError("no frame could be measured: the estimator has no answer to any")
    centred = error.copy()
    for number in np.unique(clip[defined.any(axis=1)]):
        rows = np.flatnonzero(clip == number)
        rows = rows[defined[rows].any(axis=1)]
        some = defined[rows].any(axis=0)  # a mask may leave nothing of one side in a clip
        centred[np.ix_(rows, some)] -= np.nanmedian(error[np.ix_(rows, some)], axis=0)
    size = np.abs(error)
    return ErrorTable(np.nanmean(size, axis=0), np.nanmean(np.abs(centred), axis=0),
                      np.nanpercentile(size, 95, axis=0), int(defined.any(axis=1).sum()))  # fmt: skip
