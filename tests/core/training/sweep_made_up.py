"""Finished runs of a sweep that tests make up: sums of errors without any training."""

from __future__ import annotations

import numpy as np

from core.training.sweep.measuring import N_SUMS
from core.training.sweep.plan import Run
from core.training.sweep.running import Finished

FRAMES = 10.0


def finished(run: Run, mm: float, deg: float, clips: int, *, of: str = "in") -> Finished:
    """A run with these errors on every clip, a little more on later ones."""
    sums = np.full((clips, N_SUMS), 0.0)
    more = 1 + 0.1 * np.arange(clips)[:, None]
    sums[:, 1:6:2] = FRAMES
    sums[:, 0:6:2] = FRAMES * mm * more
    for first in (6, 30):
        sums[:, first : first + 12] = FRAMES * deg * more
        sums[:, first + 12 : first + 24] = FRAMES
    return Finished(run, {of: sums}, trained=True)
