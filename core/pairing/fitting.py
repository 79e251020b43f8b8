"""Bringing a source to the frames of its clip: only what the user asked for, and every step said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from core.errors import DataError
from core.pairing.records import FitPolicy
from core.records import Clip, Float32, Poses

__all__ = ["fit_to_clip", "resample_poses", "same_rate"]

_SAME_RATE = 2e-3
"""Relative difference below which two frame rates count as one (60 and 59.94)."""


def same_rate(one: float, other: float) -> bool:
    """Whether two frame rates count as one: they differ by at most 0.2 %, as 60 and 59.94 do."""
    return abs(one / other - 1) <= _SAME_RATE


def fit_to_clip(poses: Poses, clip: Clip, policy: FitPolicy) -> Poses:
    """The source with the frame rate and the frames of its clip.

    A source without a frame rate takes that of the clip. Another frame rate needs ``policy.resample``, another
    length ``policy.offset`` or ``policy.trim``; frames of the clip that the source does not have become NaN. Each
    step is added to the notes. Raises :class:`DataError` naming both rates or both lengths otherwise, and where an
    offset leaves no frame in common.
    """
    if poses.fps is None:
        poses = replace(poses, fps=clip.fps, notes=(*poses.notes, f"frame rate taken from the clip: {clip.fps:g}"))
    elif not same_rate(poses.fps, clip.fps):
        if not policy.resample:
            raise DataError(
                "source and clip differ in frame rate", path=poses.origin.path or None,
                expected=f"{clip.fps:g} frames per second as in clip {clip.name}", got=f"{poses.fps:g}",
                hint="Ask for resampling, or state the source's true frame rate",
            )  # fmt: skip
        poses = _tail_fitted(resample_poses(poses, clip.fps), clip, poses.fps)
    if policy.offset:
        return _placed(poses, clip, policy.offset, f"shifted by {policy.offset} frames as asked")
    if poses.n_frames == clip.n_frames:
        return poses
    if policy.offset is None and policy.trim is None:
        raise DataError(
            "source and clip differ in length", path=poses.origin.path or None,
            expected=f"{clip.n_frames} frames as in clip {clip.name}", got=f"{poses.n_frames} frames",
            hint="State an offset or a trim policy",
        )  # fmt: skip
    lacking = clip.n_frames - poses.n_frames
    shift = {"start": lacking, "centre": lacking // 2}.get(policy.trim or "", 0)
    asked = f"at the {policy.trim}" if policy.trim else "from frame 0 on"
    return _placed(poses, clip, shift, f"length {poses.n_frames} brought to {clip.n_frames} {asked} as asked")


def _placed(poses: Poses, clip: Clip, shift: int, note: str) -> Poses:
    """Source frame ``i`` at clip frame ``i + shift``; the rest of the clip's frames NaN."""
    begin, end = max(shift, 0), min(shift + poses.n_frames, clip.n_frames)
    if begin >= end:
        raise DataError("source and clip have no frame in common", path=poses.origin.path or None,
                        expected=f"frames 0 to {clip.n_frames - 1} of clip {clip.name}",
                        got=f"{poses.n_frames} frames from {shift} on")  # fmt: skip
    xyz = np.full((clip.n_frames, *poses.xyz_mm.shape[1:]), np.nan, np.float32)
    xyz[begin:end] = poses.xyz_mm[begin - shift : end - shift]
    absent = clip.n_frames - (end - begin)
    unused = poses.n_frames - (end - begin)
    detail = f"{note}; {unused} source frames unused, {absent} clip frames missing"
    return replace(poses, xyz_mm=xyz, notes=(*poses.notes, detail))


def resample_poses(poses: Poses, fps: float) -> Poses:
    """The same motion at another frame rate, over the time that the source covers.

    Coordinates without gaps are interpolated by a cubic spline, those with gaps linearly between two defined
    neighbours and NaN elsewhere; nothing is extrapolated. Raises :class:`DataError` for poses without a frame rate.
    """
    if poses.fps is None:
        raise DataError("poses without a frame rate cannot be resampled", path=poses.origin.path or None)
    last = poses.n_frames - 1
    step = Fraction(poses.fps).limit_denominator(10**6) / Fraction(fps).limit_denominator(10**6)
    at = np.arange(int(last / step) + 1) * float(step)
    flat = poses.xyz_mm.reshape(poses.n_frames, -1)
    values = _linear(flat, np.minimum(at, last))
    whole = ~np.isnan(flat).any(axis=0)
    if poses.n_frames >= 4 and whole.any():
        from scipy.interpolate import CubicSpline  # here: every worker would pay its import, few need it

        values[:, whole] = CubicSpline(np.arange(poses.n_frames), flat[:, whole], axis=0)(at)
    note = f"resampled from {poses.fps:g} to {fps:g} frames per second as asked"
    return replace(poses, xyz_mm=values.reshape(-1, *poses.xyz_mm.shape[1:]), fps=fps, notes=(*poses.notes, note))


def _linear(flat: Float32, at: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Float32:
    """Rows of (T, N) at fractional frames; exact at whole frames, NaN where a neighbour in use is missing."""
    before = np.floor(at).astype(int)
    after = np.minimum(before + 1, len(flat) - 1)
    share = (at - before)[:, None]
    mixed = flat[before] * (1 - share) + flat[after] * share
    values: Float32 = np.where(share == 0, flat[before], mixed).astype(np.float32)
    return values


def _tail_fitted(poses: Poses, clip: Clip, source_fps: float) -> Poses:
    """A resampled source ends up to one source frame away from its clip's end: that much is cut or left missing."""
    lacking = clip.n_frames - poses.n_frames
    if lacking == 0 or abs(lacking) > np.ceil(clip.fps / source_fps):
        return poses
    return _placed(poses, clip, 0, "end brought to the clip's last frame after resampling")
