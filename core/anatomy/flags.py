"""Flags: what is wrong with the poses of a source against the reference of its clip, and in which frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.anatomy import rules
from core.anatomy.positions import Compared, compared_poses
from core.anatomy.records import Flag, FlagKind
from core.anatomy.sides import MIRRORED, SWAPPED, Sides, sides
from core.evaluation.orientation import CLEARLY, CLEARLY_MM
from core.inspection.bones import LIMB_BONES
from core.inspection.findings import Spans, spans_of, spell
from core.records import Clip, Float64, Poses

__all__ = ["flags", "flags_of"]


def flags_of(clip: Clip, poses: Poses, source: str) -> tuple[Flag, ...]:
    """Flags of a source of a clip; source : its name.

    Raises :class:`DataError` for another number of frames than the clip has and for axes that cannot be matched.
    """
    bones = rules.rigid_bones(poses.rig, clip.poses.rig)
    return flags(compared_poses(clip, poses), clip.fps, source, bones)


def flags(pair: Compared, fps: float, source: str, bones: tuple[tuple[int, int], ...] = LIMB_BONES) -> tuple[Flag, ...]:
    """Flags of poses held against a reference, the most specific first; at most one of each kind.

    bones : limb bones whose length may be compared. Frames that are swapped, mirrored or frozen are told as that only:
    the other rules do not look at them. Depth is told only where the clip has a camera.
    """
    return tuple(_flags(pair, fps, source, bones))


def _flags(pair: Compared, fps: float, source: str, bones: tuple[tuple[int, int], ...]) -> Iterator[Flag]:
    ours, theirs = pair.source_mm, pair.reference_mm
    if not len(ours):
        return
    held = rules.frozen(ours, theirs)
    live = _without(held.holds, ours)
    found = sides(live, theirs, fps)
    yield from _side_flags(found, source)
    yield from _flag(FlagKind.FROZEN, source, held)
    turned = found.any_of(SWAPPED + MIRRORED)
    ours, theirs = _without(turned, live), _without(turned | held.holds, theirs)
    yield from _flag(FlagKind.JITTER, source, rules.jitter(ours, theirs, fps, pair.away))
    yield from _flag(FlagKind.SMOOTH, source, rules.over_smoothed(ours, theirs, fps))
    yield from _flag(FlagKind.DEPTH, source, rules.depth_noise(ours, theirs, fps, pair.away))
    yield from _flag(FlagKind.BONE_LENGTH, source, rules.changing_bones(ours, theirs, fps, bones))


def _without(frames: NDArray[np.bool_], xyz_mm: Float64) -> Float64:
    """Poses (T, 17, 3) with these frames missing."""
    return np.where(frames[:, None, None], np.nan, xyz_mm)


def _side_flags(found: Sides, source: str) -> Iterator[Flag]:
    """Swap and mirror, each of all its ways."""
    rule = (f"after the best fit less than {CLEARLY:g} of the distance to the reference as given, "
            f"and {CLEARLY_MM:g} mm less")  # fmt: skip
    for kind, ways in ((FlagKind.SWAP, SWAPPED), (FlagKind.MIRROR, MIRRORED)):
        frames = found.any_of(ways)
        if not frames.any():
            continue
        parts = "; ".join(f"{way}: {_count(found.frames[way])}" for way in ways if found.frames[way].any())
        given, best = (float(distance[frames].mean()) for distance in (found.given_mm, found.best_mm))
        told = f"{parts}; {given:.0f} mm from the reference, but {best:.0f} mm when this is undone"
        yield Flag(kind, source, spans_of(frames), given - best, "mm", told, rule)


@dataclass(frozen=True, slots=True)
class _Words:
    """Unit, how the number is told, the rule, and the factor from the rule's number to what is told."""

    unit: str
    text: str
    rule: str
    factor: float = 1.0


_WORDS: Mapping[FlagKind, _Words] = MappingProxyType({
    FlagKind.FROZEN: _Words(
        "mm", "frames repeat the one before while the reference moves {0:.0f} mm",
        f"joints move less than {rules.HELD_MM:g} mm per frame {rules.HELD_FRAMES} times in a row or more, the "
        f"reference {rules.MOVED_MM:g} mm or more",
    ),
    FlagKind.JITTER: _Words(
        "mm", "joints jitter by {0:.1f} mm from frame to frame",
        f"noise of {rules.JITTER_MM:g} mm more than the reference's in at least half the frames of 0.5 s; in the plane "
        "of the picture where there is a camera",
    ),
    FlagKind.SMOOTH: _Words(
        "%", "accelerations are {0:.0f} % of the reference's",
        f"below {100 * rules.SMOOTH_RATIO:.0f} % over 1 s in which the reference accelerates", 100.0,
    ),
    FlagKind.DEPTH: _Words(
        "%", "{0:.0f} % of the mean square position error is in depth",
        f"{100 * rules.DEPTH_SHARE:.0f} % or more over 0.5 s, and {rules.DEPTH_MM:g} mm or more", 100.0,
    ),
    FlagKind.BONE_LENGTH: _Words(
        "%", "a limb bone (mostly {1}) is {0:.0f} % off its usual length",
        f"{100 * rules.BONE_CHANGE:.0f} % or more over 0.25 s, each frame against the reference's bone", 100.0,
    ),
})  # fmt: skip


def _flag(kind: FlagKind, source: str, rule: rules.Rule) -> Iterator[Flag]:
    """The flag of a rule, if it holds anywhere."""
    if not rule.holds.any():
        return
    words = _WORDS[kind]
    spans = spans_of(rule.holds)
    value = words.factor * _mean(rule.number[rule.holds])
    told = f"{words.text.format(value, rule.what)}: {_where(spans)}"
    yield Flag(kind, source, spans, value, words.unit, told, words.rule)


def _mean(values: Float64) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _count(frames: NDArray[np.bool_]) -> str:
    return _where(spans_of(frames))


def _where(spans: Spans) -> str:
    """``12 frames, 3-14``: how many and which."""
    number = sum(last - first + 1 for first, last in spans)
    which = spell(spans).partition(" ")[2]
    return f"frame {which}" if number == 1 else f"{number} frames, {which}"
