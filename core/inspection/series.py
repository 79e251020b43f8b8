"""Checks that need no anatomy: missing, frozen, zero and jumping coordinates of any named points.

``xyz`` is (T, K, 2 or 3), NaN missing; ``names`` are the K points; ``size`` is a quarter of the body's
extent (about a thigh) in the same unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.inspection.findings import Finding, Kind, Severity, spans_of, spell
from core.records import Float32, Float64

__all__ = ["body_size", "frozen", "jumps", "missing", "one_frame", "zeros"]

JUMP_OVER_NEIGHBOURS = 5.0
"""A step is a jump where its surprise is this many times the median surprise of the 17 steps around it.
Fast human motion stays below 3 in the recordings and lifter outputs this was set on; real breaks exceed 6."""
JUMP_OF_SIZE = 0.05
"""... and where it is at least this fraction of a thigh, so that rounding in a still clip is none."""
CHUNKS = (243, 81, 27)
"""Frames per pass of common lifters; breaks at multiples of these are seams between passes."""
_HALF_WINDOW = 8
_MERGE = 6


def body_size(xyz: Float32) -> float:
    """A quarter of the median diagonal of the points' bounding box: about a thigh; NaN where nothing is visible."""
    visible: NDArray[np.bool_] = np.all(np.isfinite(xyz), axis=2)
    if not visible.any():
        return float("nan")
    low = np.where(visible[..., None], xyz, np.inf).min(axis=1)
    high = np.where(visible[..., None], xyz, -np.inf).max(axis=1)
    seen = np.any(visible, axis=1)
    return float(np.median(np.linalg.norm((high - low)[seen].astype(np.float64), axis=1))) / 4


def one_frame(xyz: Float32) -> Iterator[Finding]:
    """A clip of one frame has no velocity and no correlation."""
    if len(xyz) == 1:
        yield Finding(Kind.ONE_FRAME, Severity.NOTE, "the clip has 1 frame: nothing over time can be computed")


def missing(xyz: Float32, names: Sequence[str]) -> Iterator[Finding]:
    """NaN: a clip without any coordinate, frames without any, points never seen, points seen in part.

    A point counts as missing in a frame where any of its coordinates is NaN.
    """
    absent: NDArray[np.bool_] = np.any(np.isnan(xyz), axis=2)
    if absent.all():
        yield Finding(Kind.ALL_MISSING, Severity.ERROR, f"no coordinate in any of {len(xyz)} frames")
        return
    empty: NDArray[np.bool_] = np.all(absent, axis=1)
    if empty.any():
        where = spans_of(empty)
        text = f"no coordinate in {empty.sum()} of {len(xyz)} frames: {spell(where)}"
        yield Finding(Kind.MISSING, Severity.WARNING, text, where)
    share = absent[~empty].mean(axis=0)
    never = [name for name, value in zip(names, share, strict=True) if value == 1]
    if never:
        yield Finding(Kind.MISSING, Severity.NOTE, f"{len(never)} of {len(names)} points never seen: {_some(never)}")
    partly = [(value, name) for name, value in zip(names, share, strict=True) if 0 < value < 1]
    if partly:
        listed = _some([f"{name} {value:.1%}" for value, name in sorted(partly, reverse=True)])
        frames = spans_of((absent & (share < 1)).any(axis=1) & ~empty)
        yield Finding(Kind.MISSING, Severity.NOTE, f"gaps in {len(partly)} points: {listed}; {spell(frames)}", frames)


def _some(words: Sequence[str], most: int = 6) -> str:
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def frozen(xyz: Float32) -> Iterator[Finding]:
    """Consecutive frames equal in every bit: a repeated video frame, or a tracker that held its last answer."""
    if len(xyz) < 2:
        return
    equal = (xyz[1:] == xyz[:-1]) | (np.isnan(xyz[1:]) & np.isnan(xyz[:-1]))
    same = equal.all(axis=(1, 2)) & np.isfinite(xyz[1:]).any(axis=(1, 2))
    if not same.any():
        return
    if same.all():
        yield Finding(Kind.FROZEN, Severity.WARNING, f"all {len(xyz)} frames are identical")
        return
    repeats = spans_of(np.concatenate(([False], same)))
    longest = max(last - first + 1 for first, last in repeats)
    text = f"{same.sum()} frames repeat the frame before (longest run {longest}): {spell(repeats)}"
    yield Finding(Kind.FROZEN, Severity.WARNING, text, repeats)


def zeros(xyz: Float32, names: Sequence[str]) -> Iterator[Finding]:
    """Points at exactly 0 in every coordinate: some writers put zeros where nothing was seen.

    One point that is at 0 in every frame that has it is the root of a root-centred pose, and is fine.
    """
    at_zero = (xyz == 0).all(axis=2)
    throughout = at_zero.any(axis=0) & (at_zero | np.isnan(xyz).any(axis=2)).all(axis=0)
    suspects = at_zero if throughout.sum() > 1 else at_zero & ~throughout
    if suspects.any():
        frames = spans_of(suspects.any(axis=1))
        points = _some([name for name, hit in zip(names, suspects.any(axis=0), strict=True) if hit])
        text = f"coordinates exactly 0 in {suspects.any(axis=1).sum()} frames ({points}): probably missing, not there"
        yield Finding(Kind.ZEROS, Severity.WARNING, f"{text}; {spell(frames)}", frames)


def jumps(xyz: Float32, size: float, least: float = JUMP_OF_SIZE) -> Iterator[Finding]:
    """Breaks: steps that neither the steps before and after nor the clip's own liveliness explain.

    The surprise of the step into frame t is the mean over points of its distance from the median of the two
    steps before and the two after; compared with its neighbourhood as told at :data:`JUMP_OVER_NEIGHBOURS`.
    Breaks at multiples of a lifter's chunk length are reported as seams.
    """
    if len(xyz) < 5 or not size > 0:
        return
    surprise = _surprise(xyz)
    around = sliding_window_view(np.pad(surprise, _HALF_WINDOW, constant_values=np.nan), 2 * _HALF_WINDOW + 1)
    known = np.isfinite(surprise)
    usual = np.full(len(surprise), np.nan)
    usual[known] = np.nanmedian(around[known], axis=1)
    enough = np.full(len(surprise), least * size)
    enough[[0, -1]] *= 2  # neighbours on one side only predict half as well
    hit = known & (surprise > JUMP_OVER_NEIGHBOURS * usual) & (surprise > enough)
    frames = _strongest(np.flatnonzero(hit), surprise) + 1
    chunk = _chunk_length(frames, len(xyz))
    at_border = (frames % chunk == 0) if chunk else np.zeros(len(frames), dtype=bool)
    for frame in frames[at_border]:
        share = surprise[frame - 1] / size
        text = f"frame {frame} does not follow frame {frame - 1} (break of {share:.2f} thigh lengths): border of "
        yield Finding(Kind.SEAM, Severity.WARNING, f"{text}{chunk}-frame chunks", ((int(frame), int(frame)),))
    others = frames[~at_border]
    if len(others):
        spans = tuple((int(frame), int(frame)) for frame in others)
        worst = others[np.argmax(surprise[others - 1])]
        text = f"position breaks at {spell(spans)} (largest {surprise[worst - 1] / size:.2f} thigh lengths at {worst})"
        yield Finding(Kind.JUMP, Severity.WARNING, text, spans)


def _chunk_length(frames: NDArray[np.intp], n_frames: int) -> int:
    """The chunk length whose borders the breaks hit, 0 for none.

    One hit of the longest is enough; a shorter one must have two and half of its borders broken, because a single
    hit may be chance.
    """
    hits = {n: int((frames % n == 0).sum()) for n in CHUNKS}
    shorter = [n for n in CHUNKS[1:] if hits[n] >= max(2, (n_frames - 1) // n / 2) and hits[n] > hits[CHUNKS[0]]]
    return shorter[0] if shorter else CHUNKS[0] * (hits[CHUNKS[0]] > 0)


def _surprise(xyz: Float32) -> Float64:
    """(T-1,) mean over points of the distance between a step and the median of its four neighbours."""
    steps = np.diff(xyz.astype(np.float64), axis=0)
    padded = np.pad(
        steps, ((2, 2), (0, 0), (0, 0)), mode="reflect"
    )  # at the ends: the two steps on the one side, twice
    neighbours = np.stack([padded[:-4], padded[1:-3], padded[3:-1], padded[4:]])
    distance = np.linalg.norm(steps - np.median(neighbours, axis=0), axis=2)
    seen = np.isfinite(distance)
    total = np.where(seen, distance, 0).sum(axis=1)
    mean: Float64 = np.divide(total, seen.sum(axis=1), out=np.full(len(total), np.nan), where=seen.any(axis=1))
    return mean


def _strongest(hits: NDArray[np.intp], surprise: Float64) -> NDArray[np.intp]:
    """Of hits that crowd together (a break and its echo) the strongest."""
    if not len(hits):
        return hits
    groups = np.split(hits, np.flatnonzero(np.diff(hits) > _MERGE) + 1)
    return np.array([group[np.argmax(surprise[group])] for group in groups])
