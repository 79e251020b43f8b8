"""Scores with errors that were chosen, for tests of what a study says of them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from core.conventions import N_ANGLES
from core.evaluation import ReferenceKind
from core.study.scores import POSITIONS, Scores

FRAMES, JOINTS = 100, 17


def made_scores(mm: ArrayLike, deg: ArrayLike, *, athletes: Sequence[str] | None = None,
                takes: Sequence[str] | None = None, lifters: Sequence[str] | None = None,
                clips: Sequence[str] | None = None) -> Scores:  # fmt: skip
    """mm : (L, C) position error of each lifter and clip, the same by each alignment. deg : (L, C) of each angle, or
    (L, C, 12). Every clip has 100 frames.
    """
    mm, deg = np.asarray(mm, float), np.asarray(deg, float)
    deg = np.broadcast_to(deg[..., None], (*mm.shape, N_ANGLES)) if deg.ndim == 2 else deg
    n_lifters, n = mm.shape
    positions = np.stack([mm * FRAMES * JOINTS, np.full_like(mm, FRAMES * JOINTS)], axis=1)
    clips = tuple(clips or (f"S{k}_Walk_1_cam_1" for k in range(n)))
    return Scores(
        ReferenceKind.ISB, tuple(lifters or (f"lifter {k}" for k in range(n_lifters))), clips,
        tuple(athletes or (f"lab/S{k}" for k in range(n))), ("Walk",) * n, tuple(takes or clips), np.full(n, 60.0),
        np.stack([deg * FRAMES, np.full_like(deg, FRAMES)], axis=1),
        np.repeat(positions[:, None], len(POSITIONS), axis=1),
        np.stack([np.full((n, N_ANGLES), 2.0 * FRAMES), np.full((n, N_ANGLES), FRAMES)]),
    )  # fmt: skip


def finished(steps: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    """Run to the end: all that was yielded, and what was returned."""
    done = []
    try:
        while True:
            done.append(next(steps))
    except StopIteration as end:
        return done, end.value
