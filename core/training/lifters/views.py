"""What lifters learn from and are measured on: sequences as cameras see them, 2D beside 3D, in numbered supplies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.records import Float32
from core.skeleton import MIRROR
from core.training.lifters.cameras import Seen, seen_by_cameras, seen_virtually, virtual_cameras
from core.training.lifters.noise import detected, undisturbed
from core.training.lifters.sequences import Sequences

__all__ = ["ViewSupply", "Views", "mirrored", "whole_views"]


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """S sequences end to end, each seen by one camera.

    screen : (N, 17, 2) 2D, the picture's width from -1 to 1. confidence : (N, 17). xyz_mm : (N, 17, 3) in camera axes,
    less joint 0. starts : (S,) first frame of each.
    """

    screen: Float32
    confidence: Float32
    xyz_mm: Float32
    starts: NDArray[np.intp]

    @property
    def ends(self) -> NDArray[np.intp]:
        """(S,) frame after the last of each."""
        return np.append(self.starts[1:], len(self.screen))

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.screen)


class ViewSupply:
    """An endless, numbered supply of views: the same seed and number give the same, whatever came before.

    Parts of sequences are drawn, of long sequences more often; each gets a camera of its own (or keeps the one that
    recorded it), noise of its own amount, and half of them are mirrored.
    """

    def __init__(self, sequences: Sequences, seed: int) -> None:
        self.sequences, self.seed = sequences, seed

    def chunk(self, number: int, parts: int, longest: int) -> Views:
        """Views number ``number``, of ``parts`` parts of at most ``longest`` frames."""
        rng = np.random.default_rng([self.seed, 3, number])
        lengths = self.sequences.lengths
        chosen = rng.choice(len(lengths), parts, p=lengths / lengths.sum())
        taken = np.minimum(lengths[chosen], longest)
        first = self.sequences.starts[chosen] + rng.integers(0, lengths[chosen] - taken + 1)
        starts = np.cumsum(taken) - taken
        rows = np.repeat(first - starts, taken) + np.arange(taken.sum())
        seen = _seen(self.sequences, self.sequences.xyz_mm[rows], starts, chosen, rng)
        found = detected(seen.screen, starts, rng)
        views = Views(found.screen, found.confidence, seen.xyz_mm, starts)
        return mirrored(views, np.repeat(rng.random(parts) < 0.5, taken))


def whole_views(sequences: Sequences, seed: int, *, cameras: int = 4, amount: float = 0.0) -> Views:
    """Every sequence as a whole, seen by ``cameras`` cameras (or the one that recorded it), to be measured on.

    amount : of noise, times the typical. The same seed gives the same cameras, whatever the amount.
    """
    count = len(sequences.starts)
    chosen = np.arange(count) if sequences.cameras else np.repeat(np.arange(count), cameras)
    lengths = sequences.lengths[chosen]
    starts = np.cumsum(lengths) - lengths
    rows = np.repeat(sequences.starts[chosen] - starts, lengths) + np.arange(lengths.sum())
    seen = _seen(sequences, sequences.xyz_mm[rows], starts, chosen, np.random.default_rng([seed, 5]))
    noise = np.random.default_rng([seed, 6])
    found = detected(seen.screen, starts, noise, amount) if amount else undisturbed(seen.screen)
    return Views(found.screen, found.confidence, seen.xyz_mm, starts)


def mirrored(views: Views, frames: NDArray[np.bool_]) -> Views:
    """The views with those frames (N,) mirrored: x turned over, left and right exchanged, in 2D and 3D."""
    swap = list(MIRROR)
    screen, confidence, xyz = views.screen.copy(), views.confidence.copy(), views.xyz_mm.copy()
    screen[frames] = screen[frames][:, swap] * np.array([-1, 1], np.float32)
    xyz[frames] = xyz[frames][:, swap] * np.array([-1, 1, 1], np.float32)
    confidence[frames] = confidence[frames][:, swap]
    return Views(screen, confidence, xyz, views.starts)


def _seen(
    sequences: Sequences, xyz_mm: Float32, starts: NDArray[np.intp], chosen: NDArray[np.intp], rng: np.random.Generator
) -> Seen:
    if sequences.cameras:
        return seen_by_cameras(xyz_mm, starts, tuple(sequences.cameras[index] for index in chosen))
    return seen_virtually(xyz_mm, starts, virtual_cameras(xyz_mm, starts, rng))
