"""Which frames of retargeted motion are motion: no pose set in front of it, no burst of a broken conversion.

The limits are set so that ordinary movement stays: recorded limbs in sport stay below about 300 m/s^2, and a
converted knee leaves its hinge by a few degrees only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_dilation

from core.body.anthropometry import anthropometry
from core.body.segments import SEGMENTS, SegmentMotion, segment_origins_mm
from core.records import Float64

__all__ = ["Usable", "usable_frames"]

MAX_ACCELERATION_MM_S2 = 700e3
MAX_OFF_HINGE_DEG = 8.0
_MARGIN_FRAMES, _GAP_S = 1, 0.34
_NO_BENDING = 1e-3
_APART_DEG, _APART_TIMES = 5.0, 5.0
_TYPICAL = anthropometry(1750.0, "male")


@dataclass(frozen=True, slots=True, eq=False)
class Usable:
    """frames : (T,) True where the frame is motion. notes : what was left out and why, with frames."""

    frames: NDArray[np.bool_]
    notes: tuple[str, ...]


def usable_frames(motion: SegmentMotion) -> Usable:
    """Frames of a recording that may serve as motion.

    Left out are: a first frame that is a pose apart (T-pose); frames in which a joint of a 1.75 m body that moves so
    accelerates by more than 700 m/s^2, or a knee bends about another axis than elsewhere in the clip by more than 8
    degrees, each with one neighbour; frames that repeat the one before.
    """
    apart = np.zeros(motion.n_frames, dtype=bool)
    apart[:1] = _first_is_apart(motion)
    broken = _jerked(motion, apart) | _off_hinge(motion)
    if broken.any():  # a burst lasts longer than the single steps that give it away
        broken = binary_dilation(_closed(broken, round(_GAP_S * motion.fps)), iterations=_MARGIN_FRAMES)
    repeated = np.zeros_like(apart)
    repeated[1:] = np.abs(np.diff(motion.rotations, axis=0)).max(axis=(1, 2, 3)) < 1e-6
    reasons = ((apart, "a pose set in front of the motion"),
               (broken & ~apart, "a joint jumps or a knee leaves its hinge"),
               (repeated & ~broken & ~apart, "the frame before is repeated"))  # fmt: skip
    notes = tuple(f"frames left out because {why}: {_runs(frames)}" for frames, why in reasons if frames.any())
    return Usable(~(apart | broken | repeated), notes)


def _closed(frames: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """Frames with the gaps of at most ``gap`` frames between them filled."""
    filled: NDArray[np.bool_] = binary_closing(np.pad(frames, gap + 1), np.ones(gap + 1, dtype=bool))
    return filled[gap + 1 : -gap - 1]


def _first_is_apart(motion: SegmentMotion) -> bool:
    if motion.n_frames < 3:
        return False
    step = _turned_deg(motion.rotations[:-1], motion.rotations[1:]).mean(axis=1)
    return bool(step[0] > max(_APART_DEG, _APART_TIMES * float(np.median(step[1:]))))


def _turned_deg(first: Float64, second: Float64) -> Float64:
    trace = np.einsum("...ij,...ij->...", first, second)
    turned: Float64 = np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1)))
    return turned


def _jerked(motion: SegmentMotion, apart: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(T,) True where a joint accelerates too much relative to the pelvis; the pose apart is no part of a step."""
    relative = SegmentMotion(np.zeros_like(motion.pelvis_mm), motion.rotations, motion.fps, motion.axes)
    origins = segment_origins_mm(_TYPICAL, relative)
    flags = np.zeros(motion.n_frames, dtype=bool)
    acceleration = np.linalg.norm(np.diff(origins, 2, axis=0), axis=2) * motion.fps**2
    flags[1:-1] = (acceleration > MAX_ACCELERATION_MM_S2).any(axis=1)
    flags[1:2] &= not apart[:1].any()
    return flags


def _off_hinge(motion: SegmentMotion) -> NDArray[np.bool_]:
    """(T,) True where a knee turns about another axis than its own.

    A hinge leaves its axis where it is, R h = h; h is the direction that the clip moves least (smallest eigenvector of
    the mean of (R - I)'(R - I)). Where a knee hardly bends no axis shows and none can be left.
    """
    flags = np.zeros(motion.n_frames, dtype=bool)
    for side in ("l", "r"):
        femur, tibia = (motion.rotations[:, SEGMENTS.index(f"{name}_{side}")] for name in ("femur", "tibia"))
        moved = np.swapaxes(femur, 1, 2) @ tibia
        moved = _from_typical(moved) - np.eye(3)
        flags |= np.degrees(2 * np.arcsin(np.clip(_left(moved) / 2, 0, 1))) > MAX_OFF_HINGE_DEG
    return flags


def _left(moved: Float64) -> Float64:
    """(T,) how far the best common axis is moved by R - I; fitted, and fitted again to the better half."""
    fit = np.ones(len(moved), dtype=bool)
    off = np.zeros(len(moved))
    for _ in range(3):
        spread, directions = np.linalg.eigh(np.mean(np.swapaxes(moved[fit], 1, 2) @ moved[fit], axis=0))
        if spread[1] < _NO_BENDING:
            return np.zeros(len(moved))
        off = np.linalg.norm(moved @ directions[:, 0], axis=1)
        fit = off <= np.median(off)
    return off


def _from_typical(rotations: Float64) -> Float64:
    """Rotations from the first quartile of bending, so that a constant misalignment of the axes drops out."""
    bending = np.arccos(np.clip(rotations[:, 1, 1], -1, 1))
    base = rotations[np.argsort(bending)[len(bending) // 4]]
    turned: Float64 = np.swapaxes(base, 0, 1) @ rotations
    return turned


def _runs(frames: NDArray[np.bool_]) -> str:
    """``12-15, 40`` of the True frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], frames, [False]]).astype(np.int8)))
    spans = [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)
