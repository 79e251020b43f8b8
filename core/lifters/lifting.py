"""From the 2D of one clip to 3D poses: joint set, gaps, normalisation, the model. The one path, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.lifters.card import LifterCard
from core.lifters.gaps import filled
from core.lifters.joint_sets import in_layout
from core.lifters.normalisation import Placement, check_normalisation, check_picture, placement
from core.lifters.running import Runner
from core.records import Axes, Float32, Poses, Poses2D, Scale

__all__ = ["LiftOptions", "Prepared", "lifted_blocks", "lifted_poses", "prepare"]


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """What may be chosen about lifting.

    normalisation : a name of :data:`core.lifters.normalisation.NORMALISATIONS`; None: the one of the model's card.
    min_confidence : keypoints below it count as missing. longest_gap : frames over which a missing keypoint is
    interpolated; poses of frames in longer gaps are NaN.
    """

    normalisation: str | None = None
    min_confidence: float = 0.0
    longest_gap: int = 10

    def normalisation_for(self, card: LifterCard) -> str:
        """The normalisation that is used; :class:`core.errors.UsageError` where the model cannot read it."""
        name = self.normalisation or card.normalisation
        check_normalisation(name, card.coding)
        return name


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """2D of one clip as its model reads it.

    confidence : (T, J). usable : (T,) frames whose poses may be kept. notes : what was converted, filled, assumed.
    """

    placed: Placement
    confidence: Float32 | None
    usable: NDArray[np.bool_]
    notes: tuple[str, ...]

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self.usable)


def prepare(keypoints: Poses2D, card: LifterCard, options: LiftOptions) -> Prepared:
    """Bring 2D keypoints to the joints, without gaps, in the coordinates that the model of ``card`` reads.

    Raises :class:`core.errors.DataError` for other joints than can be converted, for no person, a joint that is
    never seen, a picture size that is unknown where it is needed or does not fit, and :class:`UsageError` for a
    normalisation that the model cannot read.
    """
    name = options.normalisation_for(card)
    converted = in_layout(keypoints, card.input_joints)
    whole = filled(converted, min_confidence=options.min_confidence, longest_gap=options.longest_gap)
    said = check_picture(whole.poses)
    rate = keypoints.fps
    if card.fps is not None and rate is not None and abs(rate - card.fps) > 1:
        said = (*said, f"the model was trained at {card.fps:g} frames per second, this clip has {rate:g}: "
                       "it sees another span of time")  # fmt: skip
    return Prepared(placement(whole.poses, name), whole.poses.confidence, whole.usable, (*whole.notes, *said))


def lifted_blocks(runner: Runner, prepared: Prepared) -> Iterator[Float32]:
    """Blocks (n, 17, 3) of root-relative millimetres, in order; NaN in frames without usable 2D."""
    done = 0
    for block in runner.poses(prepared.placed, prepared.confidence, prepared.n_frames):
        block[~prepared.usable[done : done + len(block)]] = np.nan
        done += len(block)
        yield block


def lifted_poses(runner: Runner, keypoints: Poses2D, options: LiftOptions | None = None) -> Poses:
    """Poses of a whole clip in upright camera axes; raises what :func:`prepare` does."""
    options = options or LiftOptions()
    prepared = prepare(keypoints, runner.card, options)
    xyz_mm = np.concatenate(list(lifted_blocks(runner, prepared)))
    card = runner.card
    return Poses(xyz_mm, keypoints.fps, Axes.CAMERA, Scale(card.scale), card.rig,
                 options.normalisation_for(card), keypoints.origin, prepared.notes)  # fmt: skip
