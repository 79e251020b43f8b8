"""The rules behind the flags that look at movement and size: from poses and reference to a mask of frames.

Every rule takes root-relative poses (T, 17, 3) mm of a source and of the reference in the same axes, NaN where missing
or already told by another flag, and returns which frames (T,) it holds in and what was measured in each.

Thresholds stand where both sides leave room. Measured on the clips of the demo and of OpenSim motion as they are and
with white noise of 1 mm, on the same with a lag of 5 frames ("clean" below), and on the three lifters of the demo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.anatomy.windows import difference, frames_of, lasting, mean_over_joints, moving_mean, square_length
from core.inspection.bones import LIMB_BONES
from core.records import Float64
from core.skeleton import BONES, JOINTS, RIGS

__all__ = ["BONE_CHANGE", "DEPTH_MM", "DEPTH_SHARE", "HELD_FRAMES", "HELD_MM", "JITTER_MM", "MOVED_MM",
           "SMOOTH_RATIO", "Rule", "changing_bones", "depth_noise", "frozen", "jitter", "over_smoothed",
           "rigid_bones"]  # fmt: skip

HELD_MM, HELD_FRAMES, MOVED_MM = 0.05, 3, 5.0
"""Frozen: joints move less than 0.05 mm (root mean square; rounding of float32 some metres from the origin is 0.001 mm)
from frame to frame, at least 3 times in a row, while the reference moves 5 mm and more, and at least ten times as far.
The lifters of the demo, which lift every frame anew, have no such frames."""

JITTER_MM = 2.0
"""Jitter: noise from frame to frame of so much more than the reference's own. Clean: 1.4 (1 mm of a joint and of the
root), more only about a known jump of one arm in single frames; VideoPose3D and SimpleBaseline3D of the demo up to 0.7;
its MotionBERT, whose poses tremble in the picture, 1.3 to 4.3."""
_JITTER_S = 0.5

SMOOTH_RATIO, _LEAST_CHANGE_MM = 0.6, 8.0
"""Over-smoothed: accelerations (over twice 0.05 s) below 0.6 of the reference's, where those change a position by 8 mm.
Clean: 0.7 and more, without a lag 1.0; in the worst second of each clip of the demo VideoPose3D, which sees many frames
at once, has 0.33 to 0.62, the others 0.69 and more."""
_SMOOTH_S, _STRIDE_S = 1.0, 0.05

DEPTH_SHARE, DEPTH_MM = 0.8, 20.0
"""Depth noise: so much of the mean square error lies in depth: then it is 2.8 times as large there as along either
axis of the picture, and at least 20 mm. Clean: up to 0.7, of a lag; lifters of the demo over whole clips: 0.1 to 0.6
before most cameras, 0.75 to 0.85 before two."""
_DEPTH_S = 0.5

BONE_CHANGE = 0.15
"""Changing bone length: a limb bone differs by 15 % from its usual length, each in units of the reference's at that
frame and over 0.25 s. Clean: up to 4 %, without a lag 1 %. Lifters of the demo: 19 to 69 % at their worst."""
_BONE_S = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Frames (T,) in which a rule holds, and a number (T,) for each frame whose mean over these is reported.

    what : the part of the body it is mostly about, where that is known.
    """

    holds: NDArray[np.bool_]
    number: Float64
    what: str = ""


def frozen(source: Float64, reference: Float64) -> Rule:
    """Frames that repeat the one before although the reference moves on; number: the reference's move since, in mm."""
    step = np.sqrt(mean_over_joints(square_length(np.diff(source, axis=0))))
    held = np.concatenate([[False], step <= HELD_MM])
    start = np.maximum.accumulate(np.where(held, 0, np.arange(len(held))))
    moved, kept = (np.sqrt(mean_over_joints(square_length(xyz - xyz[start]))) for xyz in (reference, source))
    run = np.cumsum(~held)  # number of the run that a frame belongs to, its first frame included
    furthest = np.zeros(len(held) + 1)
    np.maximum.at(furthest, run, np.nan_to_num(np.where(moved >= 10 * kept, moved, 0.0)))
    long_enough = np.bincount(run, held, minlength=len(furthest)) >= HELD_FRAMES
    return Rule(held & (long_enough & (furthest >= MOVED_MM))[run], np.where(held, furthest[run], np.nan))


def jitter(source: Float64, reference: Float64, fps: float, away: Float64 | None) -> Rule:
    """Noise from frame to frame in at least half of the frames within 0.5 s; number: its standard deviation in mm.

    The fourth difference lets movement through in small part only; that of white noise has 70 times its variance.
    With a camera in the plane of the picture, so that noise in depth is not told twice.
    """
    axes = 3 if away is None else 2
    ours, theirs = (mean_over_joints(square_length(difference(xyz, 4), away))[:, None] / (70.0 * axes)
                    for xyz in (source, reference))  # fmt: skip
    window = frames_of(_JITTER_S, fps)
    usual = _largest_near(moving_mean(theirs, window), window)
    excess = np.sqrt(np.maximum(ours - usual, 0.0))[:, 0]
    often = moving_mean(np.where(np.isnan(excess), np.nan, excess >= JITTER_MM), window)
    return Rule(lasting(often >= 0.5, fps), excess)


def over_smoothed(source: Float64, reference: Float64, fps: float) -> Rule:
    """Accelerations far below the reference's within 1 s; number: their ratio, as root mean squares.

    Less what noise from frame to frame adds to the reference's, and in units of the size of the body.
    """
    apart = max(1, round(_STRIDE_S * fps))
    window = frames_of(_SMOOTH_S, fps)
    ours, theirs = (moving_mean(mean_over_joints(square_length(difference(xyz, 2, apart))), window)
                    for xyz in (source, reference))  # fmt: skip
    noise = 6.0 / 70.0 * moving_mean(mean_over_joints(square_length(difference(reference, 4))), window)
    theirs = np.maximum(theirs - noise, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.sqrt(ours / theirs) * (_size(reference) / _size(source))
    return Rule(lasting((ratio < SMOOTH_RATIO) & (theirs >= _LEAST_CHANGE_MM**2), fps), ratio)


def depth_noise(source: Float64, reference: Float64, fps: float, away: Float64 | None) -> Rule:
    """Most of the error in depth within 0.5 s; number: the share of the mean square error that lies there."""
    if away is None:
        return Rule(np.zeros(len(source), dtype=np.bool_), np.full(len(source), np.nan))
    error = source - reference
    window = frames_of(_DEPTH_S, fps)
    whole = moving_mean(mean_over_joints(square_length(error)), window)
    depth = moving_mean(mean_over_joints((error @ away) ** 2), window)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = depth / whole
    return Rule(lasting((share >= DEPTH_SHARE) & (depth >= DEPTH_MM**2), fps), share)


def changing_bones(source: Float64, reference: Float64, fps: float, bones: tuple[tuple[int, int], ...]) -> Rule:
    """A limb bone of another length than usual; number: the largest change of any, as a fraction."""
    ours, theirs = (_lengths(xyz, bones) for xyz in (source, reference))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(theirs > 0, ours / theirs, np.nan)
    usual = _median(ratio)
    smooth = moving_mean(ratio, frames_of(_BONE_S, fps))
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.abs(smooth / usual - 1.0)
    change = np.where(np.isnan(change), 0.0, change)
    largest = change.max(axis=1, initial=0.0)
    parent, child = bones[int(np.argmax(np.maximum(change - BONE_CHANGE, 0.0).sum(axis=0)))]
    return Rule(lasting(largest >= BONE_CHANGE, fps), largest, _in_words(parent, child))


def rigid_bones(source_rig: str, reference_rig: str) -> tuple[tuple[int, int], ...]:
    """Limb bones whose lengths may be compared: without the thighs where the hips of the rigs are other points."""
    same = RIGS[source_rig].hips_are_centres == RIGS[reference_rig].hips_are_centres
    return LIMB_BONES if same else tuple(bone for bone in LIMB_BONES if bone[0] not in (1, 4))


def _in_words(parent: int, child: int) -> str:
    """A limb bone such as ``right elbow to wrist``."""
    side, start = JOINTS[parent].split("_")
    return f"{'right' if side == 'r' else 'left'} {start} to {JOINTS[child].split('_')[1]}"


def _size(xyz: Float64) -> np.float64:
    """Mean of the median lengths of all bones; NaN where a bone is never known."""
    return np.float64(_median(_lengths(xyz, BONES)).mean())


def _lengths(xyz: Float64, bones: tuple[tuple[int, int], ...]) -> Float64:
    """(T, B) lengths of bones."""
    parents, children = np.array(bones).T
    return np.sqrt(square_length(xyz[:, children] - xyz[:, parents]))


def _median(values: Float64) -> Float64:
    """(B,) median over the defined frames of (T, B); NaN where there are none."""
    return np.array([np.median(column[known]) if known.any() else np.nan
                     for column, known in zip(values.T, ~np.isnan(values).T, strict=True)])  # fmt: skip


def _largest_near(values: Float64, frames: int) -> Float64:
    """(T, 1) largest defined value within ``frames`` before and after each frame; 0 where there is none."""
    padded = np.pad(np.nan_to_num(values[:, 0]), frames)
    largest: Float64 = np.lib.stride_tricks.sliding_window_view(padded, 2 * frames + 1).max(axis=1)
    return largest[:, None]
