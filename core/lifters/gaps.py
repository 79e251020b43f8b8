"""Missing keypoints: found, filled over time where the gap is short, and said."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.lifters.joint_sets import JOINT_NAMES, MODEL_LAYOUTS, layouts_with, placeholders
from core.records import Float32, Poses2D

__all__ = ["Filled", "filled"]

Bools = NDArray[np.bool_]
Counts = NDArray[np.int32]

_UNSURE, _MANY_UNSURE = 0.3, 0.2
"""A caution is given where more than this share of the keypoints has a confidence below that one."""

_LARGEST_SCORE = 2.0
"""Scores that mean a probability may exceed 1 a little (AlphaPose and RTMPose: to about 1.15); logits go far beyond."""

_NO_PROBABILITY = ("detectron2_npz",)
"""Formats whose scores have no upper end: Detectron2 divides by a sum over coarser cells (0.01 to 6 in real files)."""

_MOST_JOINTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """Keypoints without gaps.

    poses : no NaN in any frame; its confidence is (T, J) within 0 to 1, as a model may read it, and 0 where a keypoint
    was filled. usable : (T,) frames whose output may be kept: no joint in them is inside a gap longer than allowed.
    n_filled : keypoints filled in usable frames. n_unusable : frames that are not usable. notes : those of the
    keypoints as they came, then what was done here.
    """

    poses: Poses2D
    usable: Bools
    n_filled: int
    n_unusable: int
    notes: tuple[str, ...]


def filled(poses: Poses2D, *, min_confidence: float, longest_gap: int) -> Filled:
    """Keypoints with every gap filled: linearly in time between the neighbours, with the nearest one at the ends.

    min_confidence : a keypoint with less, on the scale of its file, counts as missing (0: none does); so does one at
    exactly (0, 0) with confidence 0 or none. longest_gap : frames. Longer gaps are filled too, since models of several
    frames need something there, but their frames are not usable. Raises :class:`DataError` where no frame holds a
    person, a joint is missing throughout (named, with what has it), or no frame is usable.
    """
    absent = np.isnan(poses.xy_px).any(axis=2) | placeholders(poses)
    unsure = np.zeros_like(absent)
    if poses.confidence is not None and min_confidence > 0:  # logits below 0 are no reason to drop anything
        unsure = ~absent & (poses.confidence < min_confidence)
    missing = absent | unsure
    _check_seen(poses, absent, missing, min_confidence)
    lengths = _gap_lengths(missing)
    long_gaps = lengths > longest_gap
    usable: Bools = np.logical_not(long_gaps.any(axis=1))
    if not usable.any():
        raise DataError("no frame can be lifted", path=poses.origin.path or None,
                        expected=f"gaps of at most {longest_gap} frames", got=f"{_longest(poses, lengths)}",
                        hint="Allow longer gaps with --longest-gap")  # fmt: skip
    meaning = _confidence_meaning(poses)
    notes = (
        *_unsure_notes(unsure, min_confidence),
        *_gap_notes(poses.layout, missing, lengths, longest_gap),
        *_cautions(poses, absent, meaning),
    )
    whole = replace(poses, xy_px=_interpolated(poses.xy_px, missing), notes=(*poses.notes, *notes),
                    confidence=_as_probability(poses, missing, meaning))  # fmt: skip
    n_filled = int((missing & usable[:, None]).sum())
    return Filled(whole, usable, n_filled, int((~usable).sum()), whole.notes)


def _check_seen(poses: Poses2D, absent: Bools, missing: Bools, min_confidence: float) -> None:
    """Refuse a clip without a person, and one without some joint."""
    path = poses.origin.path or None
    raise_threshold = f"Every confidence there is below {min_confidence:g}: lower --min-confidence"
    if missing.all():
        raise DataError("no frame holds a person", path=path, got=f"{len(missing)} frames without a keypoint",
                        hint=None if absent.all() else raise_threshold)  # fmt: skip
    never = np.flatnonzero(missing.all(axis=0))
    if not len(never):
        return
    names = [_name(poses.layout, joint) for joint in never.tolist()]
    hint = raise_threshold
    if absent[:, never].all(axis=0).any():
        hint = f"{names[0]} can come from {layouts_with(names[0], poses.layout)}" if _known(poses.layout) else ""
        if poses.layout == "coco17" and never.max() <= 4:
            hint = "The face is not in this 2D: choose a model that reads h36m17, or a detector's own 2D"
    raise DataError(f"{', '.join(names)} missing in every frame", path=path,
                    expected=f"all {missing.shape[1]} joints of {poses.layout} in some frame", hint=hint)  # fmt: skip


def _known(layout: str) -> bool:
    return layout in MODEL_LAYOUTS


def _name(layout: str, joint: int) -> str:
    names = JOINT_NAMES.get(layout, ())
    return names[joint] if joint < len(names) else f"joint {joint}"


def _gap_lengths(missing: Bools) -> Counts:
    """(T, J): length in frames of the gap that a missing keypoint is in, 0 where it is not missing."""
    n_frames = np.int32(len(missing))
    frames = np.arange(n_frames, dtype=np.int32)[:, None]
    before = np.maximum.accumulate(np.where(missing, np.int32(-1), frames), axis=0)
    after = np.minimum.accumulate(np.where(missing, n_frames, frames)[::-1], axis=0)[::-1]
    lengths: Counts = np.where(missing, after - before - 1, np.int32(0))
    return lengths


def _interpolated(xy: Float32, missing: Bools) -> Float32:
    """Coordinates with missing ones interpolated in time; the nearest seen one before the first and after the last."""
    whole = xy.copy()
    frames = np.arange(len(xy))
    for joint in np.flatnonzero(missing.any(axis=0)):
        gap = missing[:, joint]
        for axis in range(2):
            whole[gap, joint, axis] = np.interp(frames[gap], frames[~gap], xy[~gap, joint, axis])
    return whole


def _confidence_meaning(poses: Poses2D) -> str:
    """``none``, ``flags`` (visibility 0, 1, 2), ``probability``, or ``other`` scores (logits and the like)."""
    if poses.confidence is None:
        return "none"
    known = poses.confidence[~np.isnan(poses.confidence)]
    if not len(known):
        return "none"
    if np.isin(known, (0, 1, 2)).all():
        return "flags"
    bounded = known.min() >= 0 and known.max() <= _LARGEST_SCORE
    return "probability" if bounded and poses.origin.format not in _NO_PROBABILITY else "other"


def _as_probability(poses: Poses2D, missing: Bools, meaning: str) -> Float32:
    """(T, J) within 0 to 1: scores that are probabilities, else 1 for what was seen; 0 where it was not."""
    if poses.confidence is None or meaning != "probability":
        return (~missing).astype(np.float32)
    known = np.where(np.isnan(poses.confidence), np.float32(1), poses.confidence)
    shares: Float32 = np.where(missing, np.float32(0), np.clip(known, 0, 1)).astype(np.float32)
    return shares


def _unsure_notes(unsure: Bools, min_confidence: float) -> list[str]:
    count = int(unsure.sum())
    return [f"{count} keypoint(s) with a confidence below {min_confidence:g} count as missing"] if count else []


def _gap_notes(layout: str, missing: Bools, lengths: Counts, longest_gap: int) -> list[str]:
    """One line for frames without any keypoint, one per joint that is missing in others, one for long gaps."""
    gone: Bools = np.asarray(missing.all(axis=1))
    notes = [_gap_note("no person", lengths[gone].min(axis=1), longest_gap)] if gone.any() else []
    alone = missing & ~gone[:, None]
    joints = sorted(np.flatnonzero(alone.any(axis=0)).tolist(), key=lambda joint: -int(alone[:, joint].sum()))
    notes += [
        _gap_note(f"{_name(layout, joint)} missing", lengths[alone[:, joint], joint], longest_gap)
        for joint in joints[:_MOST_JOINTS]
    ]
    if len(joints) > _MOST_JOINTS:
        rest = joints[_MOST_JOINTS:]
        notes.append(f"{_frames(int(alone[:, rest].any(axis=1).sum()))}: one of {len(rest)} more joints missing")
    dropped = int((lengths > longest_gap).any(axis=1).sum())
    if dropped:
        notes.append(f"{_frames(dropped)} in gaps of more than {longest_gap}: no poses there")
    return notes


def _gap_note(what: str, lengths: Counts, longest_gap: int) -> str:
    """``12 frames: left_wrist missing, filled over at most 3 frames``."""
    short = lengths[lengths <= longest_gap]
    done = f", filled over at most {_frames(int(short.max()))}" if len(short) else ", in longer gaps than are filled"
    return f"{_frames(len(lengths))}: {what}{done}"


def _frames(count: int) -> str:
    return f"{count} frame{'' if count == 1 else 's'}"


def _longest(poses: Poses2D, lengths: Counts) -> str:
    """The joint with the longest gap and its length."""
    joint = int(lengths.max(axis=0).argmax())
    return f"{_name(poses.layout, joint)} missing over {_frames(int(lengths.max()))} in a row"


def _cautions(poses: Poses2D, absent: Bools, meaning: str) -> list[str]:
    """What a reader of the results should know about the confidence."""
    if poses.confidence is None:
        return []
    if meaning == "other":
        return ["the confidence of this 2D is no probability: the model is told 1 for every keypoint that was seen"]
    if meaning != "probability" or absent.all():
        return []
    share = float((poses.confidence[~absent] < _UNSURE).mean())
    if share <= _MANY_UNSURE:
        return []
    return [f"caution: {share:.0%} of the keypoints have a confidence below {_UNSURE:g}"]
