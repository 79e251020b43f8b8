"""Faults planted in reference poses and angles, and what the anatomy names in return.

Poses keep the world axes of their clip. Every fault is drawn with its strength, place and length from a seeded
generator, so that a case is known by its clip, kind and number.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
from scipy.ndimage import gaussian_filter1d

from core.anatomy import Cause, angle_split, cause, flags_of, main_flag
from core.angles.geometry import geometric_angles
from core.angles.views import circular_columns
from core.conventions import ShoulderView
from core.records import Clip, Poses
from core.skeleton import MIRROR

CIRCULAR = circular_columns(ShoulderView.COMPONENTS)
CLEAN = "clean"
HALVES = {"legs": (1, 2, 3, 4, 5, 6), "arms": (11, 12, 13, 14, 15, 16)}
LIMBS = {2: (2, 3), 5: (5, 6), 12: (12, 13), 15: (15, 16), 3: (3,), 6: (6,), 13: (13,), 16: (16,)}
"""Bones by the joint in which they end, with the joints that move along when it is stretched."""

Planted = tuple[np.ndarray, np.ndarray]
"""Poses and the (T,) frames that were changed."""


def _span(rng, n: int, least: int, most: int) -> np.ndarray:
    length = int(rng.integers(least, min(most, n) + 1))
    first = int(rng.integers(0, n - length + 1))
    mask = np.zeros(n, dtype=bool)
    mask[first : first + length] = True
    return mask


def _moving_span(rng, xyz: np.ndarray, least: int, most: int) -> np.ndarray:
    """A span in which the pose changes: a standing athlete can freeze or be smoothed and nobody could tell."""
    rooted = xyz - xyz[:, :1]
    for _ in range(200):
        mask = _span(rng, len(xyz), least, most)
        if np.sqrt(np.nanmean((rooted[mask] - rooted[mask][0]) ** 2)) > 25:
            return mask
    raise AssertionError("nothing moves in the clip")


def swap(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    half = rng.choice(["all", "legs", "arms"])
    mask = _span(rng, len(xyz), 5, 60)
    order = [MIRROR[j] if half == "all" or j in HALVES[half] else j for j in range(17)]
    return np.where(mask[:, None, None], xyz[:, order], xyz), mask


def mirror(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    """In depth, as an ambiguous picture allows, or along a world axis; the whole clip or 0.5 s and more of it."""
    mask = np.ones(len(xyz), dtype=bool) if rng.random() < 0.3 else _span(rng, len(xyz), int(0.5 * clip.fps), len(xyz))
    axis = clip.camera.rotation[2] if rng.random() < 0.5 else np.eye(3)[rng.integers(2)]
    rooted = xyz - xyz[:, :1]
    flipped = xyz[:, :1] + rooted - 2 * (rooted @ axis)[..., None] * axis
    if rng.random() < 0.3:
        flipped = flipped[:, MIRROR]  # the mirror image of the movement, as of a flipped picture
    return np.where(mask[:, None, None], flipped, xyz), mask


def freeze(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    """The pose about the pelvis stays; the pelvis moves on, or not."""
    mask = _moving_span(rng, xyz, 6, 40)
    first = int(np.argmax(mask))
    root = xyz[:, :1] if rng.random() < 0.5 else xyz[first : first + 1, :1]
    held = root + (xyz[first] - xyz[first, :1])
    mask[first] = False  # the first frame is still right
    return np.where(mask[:, None, None], held, xyz), mask


def over_smooth(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    """A Gaussian of 0.1 to 0.15 s, over the whole clip, as a temporal model does."""
    filled = xyz.copy()
    for column in filled.reshape(len(xyz), -1).T:
        known = ~np.isnan(column)
        column[:] = np.interp(np.arange(len(column)), np.flatnonzero(known), column[known])
    smooth = gaussian_filter1d(filled, rng.uniform(0.1, 0.15) * clip.fps, axis=0, mode="nearest")
    return np.where(np.isnan(xyz), np.nan, smooth), np.ones(len(xyz), dtype=bool)


def jitter(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    mask = _span(rng, len(xyz), int(0.7 * clip.fps), len(xyz))
    noise = rng.normal(0, rng.uniform(4, 20), xyz.shape)
    return xyz + np.where(mask[:, None, None], noise, 0), mask


def depth_noise(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    """White or slow, of every joint on its own, along the optical axis only."""
    mask = _span(rng, len(xyz), int(0.7 * clip.fps), len(xyz))
    noise = rng.normal(0, 1, xyz.shape[:2])
    if rng.random() < 0.5:
        noise = gaussian_filter1d(noise, 0.1 * clip.fps, axis=0)
    noise *= rng.uniform(40, 90) / noise.std()
    return xyz + np.where(mask[:, None, None], noise[..., None] * clip.camera.rotation[2], 0), mask


def stretch(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    """One limb bone by 25 to 50 %, less than half of the clip, in and out within 0.2 s."""
    mask = _span(rng, len(xyz), int(0.4 * clip.fps), int(0.4 * len(xyz)))
    joint = int(rng.choice(list(LIMBS)))
    amount = rng.uniform(0.25, 0.5) * rng.choice([-1, 1]) * gaussian_filter1d(mask.astype(float), 0.05 * clip.fps)
    longer = xyz.copy()
    longer[:, LIMBS[joint]] += amount[:, None, None] * (xyz[:, joint] - xyz[:, joint - 1])[:, None]
    return longer, mask


def late(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    return np.concatenate([np.full_like(xyz[:5], np.nan), xyz[:-5]]), np.ones(len(xyz), dtype=bool)


def exact(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    return xyz, np.zeros(len(xyz), dtype=bool)


def white(clip: Clip, xyz: np.ndarray, rng) -> Planted:
    return xyz + rng.normal(0, 1, xyz.shape), np.zeros(len(xyz), dtype=bool)


IN_POSES: Mapping[str, tuple[Callable[..., Planted], str]] = {
    "no error": (exact, CLEAN),
    "1 mm noise": (white, CLEAN),
    "swap": (swap, "left/right swap"),
    "mirror": (mirror, "mirrored"),
    "freeze": (freeze, "frozen"),
    "over-smooth": (over_smooth, "over-smoothed"),
    "jitter": (jitter, "jitter"),
    "depth noise": (depth_noise, "depth noise"),
    "stretch": (stretch, "changing bone length"),
    "lag of 5 frames in poses": (late, "lag"),
}
IN_ANGLES = {"lag of 5 frames": "lag", "gain 0.8": "gain", "bias 7 deg": "bias"}


def planted(clip: Clip, kind: str, seed: int, noise_mm: float = 0.0) -> tuple[Poses, np.ndarray]:
    """The clip's poses with a fault of a kind, over white noise of ``noise_mm``; and the frames that have it."""
    rng = np.random.default_rng(seed)
    xyz = clip.poses.xyz_mm.astype(float)
    xyz, frames = IN_POSES[kind][0](clip, xyz + rng.normal(0, noise_mm, xyz.shape), rng)
    return dataclasses.replace(clip.poses, xyz_mm=xyz), frames


def named_in_poses(clip: Clip, poses: Poses) -> str:
    """What is said of poses: the main flag, else the cause of most of the angle error, else clean."""
    flag = main_flag(flags_of(clip, poses, "planted"))
    if flag is not None:
        return str(flag.kind)
    ours, theirs = geometric_angles(poses).deg, geometric_angles(clip.poses).deg
    split = angle_split(ours, theirs, CIRCULAR, clip.fps)
    worst = int(np.argmax(np.where(split.moves, np.nan_to_num(split.mean_square_deg2), -1)))
    found = cause(split, worst)
    return CLEAN if found in (None, Cause.REST) else str(found)


def named_in_angles(clip: Clip, kind: str, seed: int) -> str:
    """What is said of one moving angle with the fault and white noise of 0.5 degrees, over a random span."""
    rng = np.random.default_rng(seed)
    reference = geometric_angles(clip.poses).deg.astype(float)
    span = _span(rng, len(reference), int(1.2 * clip.fps), len(reference))
    first, last = np.flatnonzero(span)[[0, -1]]
    moving = np.flatnonzero(np.nanstd(reference[first : last + 1], axis=0) > 10)
    if not len(moving):
        return named_in_angles(clip, kind, seed + 100_000)
    column = int(rng.choice(moving))
    if kind == "bias 7 deg":
        source = reference + 7
    elif kind == "gain 0.8":
        mean = np.nanmean(reference[first : last + 1], axis=0)
        source = mean + 0.8 * (reference - mean)
    else:
        source = np.concatenate([np.full_like(reference[:5], np.nan), reference[:-5]])
    source = source + rng.normal(0, 0.5, source.shape)
    found = cause(angle_split(source, reference, CIRCULAR, clip.fps, (int(first), int(last))), column)
    return CLEAN if found in (None, Cause.REST) else str(found)
