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
from core.lifters.rates import at_rate, back_to_frames
from core.lifters.running import Runner
from core.pairing.fitting import same_rate
from core.records import Axes, Float32, Poses, Poses2D, Scale

__all__ = ["LiftOptions", "Prepared", "lifted_blocks", "lifted_poses", "prepare"]


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """What may be chosen about lifting.

    normalisation : a name of :data:`core.lifters.normalisation.NORMALISATIONS`; None: the one of the model's card.
    min_confidence : keypoints below it count as missing. longest_gap : frames over which a missing keypoint is
    interpolated; poses of frames in longer gaps are NaN. at_trained_rate : where the model was trained at another
    frame rate than the clip's, bring the 2D to it and the poses back (:mod:`core.lifters.rates`).
    """

    normalisation: str | None = None
    min_confidence: float = 0.0
    longest_gap: int = 10
    at_trained_rate: bool = False

    def normalisation_for(self, card: LifterCard) -> str:
        """The normalisation that is used; :class:`core.errors.UsageError` where the model cannot read it."""
        name = self.normalisation or card.normalisation
        check_normalisation(name, card.coding)
        return name


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """2D of one clip as its model reads it.

    placed, confidence : (M, J), at the model's frames. usable : (T,) frames of the clip whose poses may be kept.
    notes : what was converted, filled, assumed. step : frames of the model per frame of the clip; 1 where they are
    the same.
    """

    placed: Placement
    confidence: Float32 | None
    usable: NDArray[np.bool_]
    notes: tuple[str, ...]
    step: float = 1.0

    @property
    def n_frames(self) -> int:
        """Number of frames T of the clip."""
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
    read, step, rate_note = _at_model_rate(whole.poses, card, options)
    return Prepared(placement(read, name), read.confidence, whole.usable, (*whole.notes, *said, *rate_note), step)


def _at_model_rate(poses: Poses2D, card: LifterCard, options: LiftOptions) -> tuple[Poses2D, float, tuple[str, ...]]:
    """2D at the rate that the model reads it, its frames per frame of the clip, and what is to be said of it."""
    own, rate = card.fps, poses.fps
    if own is None or rate is None or same_rate(rate, own):
        return poses, 1.0, ()
    trained = f"the model was trained at {own:g} frames per second, this clip has {rate:g}"
    if not options.at_trained_rate:
        return poses, 1.0, (f"{trained}: it sees another span of time",)
    said = f"{trained}: 2D was brought to {own:g} and poses back, linearly in time"
    return at_rate(poses, own), own / rate, (said,)


def lifted_blocks(runner: Runner, prepared: Prepared) -> Iterator[Float32]:
    """Blocks (n, 17, 3) of root-relative millimetres, in order; NaN in frames without usable 2D."""
    done = 0
    blocks = runner.poses(prepared.placed, prepared.confidence, prepared.placed.n_frames)
    if prepared.step != 1.0:
        blocks = back_to_frames(blocks, prepared.step, prepared.n_frames)
    for block in blocks:
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
