"""Checks that need a body: mirrored or swapped sides, size, vertical, bones.

A living body tells its front without being told: knees bend one way, the nose and the front of the pelvis lie
before the spine. Together with up (pelvis to thorax), front fixes where right must be: ``right = front x up``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.inspection.body import Body
from core.inspection.findings import Finding, Kind, Severity, spans_of, spell
from core.records import Float64

__all__ = ["handedness", "size_in_mm", "swaps", "vertical"]

AGREE = 0.5
"""Evidence lies in [-1, 1] (1: all of it says that sides are right); beyond +-0.5 it is believed. On clean
recordings and real lifter outputs it lies above 0.8."""
STRAIGHT = 0.02
"""Offset of a knee or nose from its line, as a fraction of the line, below which it is no evidence."""
LYING_FRAMES = 10
FROZEN_STEPS = 3
"""Steps without movement in a row that a leg may use to swing unseen; fewer are repeated frames of a slower video."""
HUMAN_MM = (("thigh", 425.0), ("pelvis width", 250.0))
"""Lengths of an adult (Winter 2009, Biomechanics and Motor Control, table 4.1: thigh 0.245 of height)."""
UNITS = (("mm", 1.0), ("cm", 0.1), ("m", 0.001), ("inch", 1 / 25.4))
_PAIRS = {"legs": ("hip", "knee", "ankle"), "arms": ("shoulder", "elbow", "wrist")}


def handedness(body: Body) -> Iterator[Finding]:
    """Whole clip with left and right exchanged, or mirrored.

    Evidence: knees must point to the front (offset of the knee from the line hip to ankle), so must the nose
    (offset of joint 9 from the line thorax to head) and the front of the pelvis (from PSIS to ASIS). Where all
    evidence says back, labels are exchanged or the body is mirrored: on a body, which is its own mirror image,
    the two are one and the same in the geometry, so both are named. Where the line of the shoulders opposes
    that of the hips, only one half is exchanged and the evidence says which.
    """
    shoulders = body["r_shoulder"] - body["l_shoulder"]
    up = body["thorax"] - body["pelvis"]
    knees = _knee_evidence(body, np.cross(up, body.right))
    nose = _alignment(_offset(body["thorax"], body["neck"], body["head"]), np.cross(up, shoulders))
    pelvis = _alignment(body["r_asis"] + body["l_asis"] - 2 * body["psis"], np.cross(up, body.right))
    crossed = _legs_crossed(body)
    lower = [value for value in (knees, pelvis) if np.isfinite(value)]
    known = [*lower, *([nose] if np.isfinite(nose) else [])]
    if crossed or _alignment(shoulders, body.right) < -AGREE:
        half = "legs" if crossed or (lower and min(lower) < -AGREE) else "arms"
        text = f"left and right {half} are exchanged: the sides of legs, pelvis and arms contradict each other"
        yield Finding(Kind.SWAP, Severity.WARNING, text)
    elif known and max(known) < -AGREE:
        seen = {"knees bend backwards": knees, "the nose points back": nose, "ASIS lie behind PSIS": pelvis}
        signs = " and ".join(words for words, value in seen.items() if np.isfinite(value))
        text = f"{signs}: left and right are exchanged, or the body is mirrored (an axis is reflected)"
        yield Finding(Kind.MIRRORED, Severity.WARNING, f"{text}; geometry alone cannot tell which")


def _knee_evidence(body: Body, front: Float64) -> float:
    offsets = [_offset(body[f"{s}_hip"], body[f"{s}_knee"], body[f"{s}_ankle"]) for s in "lr"]
    return _alignment(np.concatenate(offsets), np.concatenate([front, front]))


def _legs_crossed(body: Body) -> bool:
    """Labels of the legs (not of the pelvis) exchanged: the right knee lies to the left of the left knee."""
    return _alignment(body["r_knee"] - body["l_knee"], body.right) < -AGREE


def _offset(start: Float64, middle: Float64, end: Float64) -> Float64:
    """(T, 3) from the nearest point of the line start to end to the middle.

    NaN where there is no line, and where the middle is within 2 % of its length from it: a straight limb says nothing.
    """
    line = end - start
    length2 = (line * line).sum(axis=1, keepdims=True)
    along = np.divide(((middle - start) * line).sum(axis=1, keepdims=True), length2,
                      out=np.full_like(length2, np.nan), where=length2 > 0)  # fmt: skip
    offset: Float64 = middle - start - along * line
    straight = (offset * offset).sum(axis=1, keepdims=True) < STRAIGHT**2 * length2
    return np.where(straight, np.nan, offset)


def _alignment(vectors: Float64, reference: Float64) -> float:
    """Mean cosine between two series of vectors, weighted by the length of the first; NaN without evidence."""
    length = np.linalg.norm(vectors, axis=1)
    reach = np.linalg.norm(reference, axis=1)
    product = (vectors * reference).sum(axis=1)
    valid = np.isfinite(product) & (length > 0) & (reach > 0)
    if not valid.any():
        return float("nan")
    return float((product[valid] / reach[valid]).sum() / length[valid].sum())


def _lasting(mask: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """The mask without runs of True that are shorter."""
    kept = np.zeros_like(mask)
    for first, last in spans_of(mask):
        kept[first : last + 1] = last - first + 1 >= least
    return kept


def swaps(body: Body) -> Iterator[Finding]:
    """Left and right exchanged in some frames only.

    From one frame to the next the joints of both legs (or arms) would move less than half as far had the sides
    been exchanged in between. Of the frames between two such steps and the others the smaller part is reported.
    Looks at positions relative to the pelvis, and only at pairs that are at least a tenth of a body width apart.
    A step out of (or into) frames that stand still or are missing says nothing: meanwhile a leg may have swung to
    where the other was. What lies before and behind it is judged apart.
    """
    for half, joints in _PAIRS.items():
        left = np.stack([body[f"l_{joint}"] - body["pelvis"] for joint in joints], axis=1)
        right = np.stack([body[f"r_{joint}"] - body["pelvis"] for joint in joints], axis=1)
        kept, exchanged = _step(left, left) + _step(right, right), _step(right, left) + _step(left, right)
        seen = np.isfinite(kept) & np.isfinite(exchanged)
        moved = np.where(seen, kept, 0).sum(axis=1)
        flips = moved > np.maximum(2 * np.where(seen, exchanged, 0).sum(axis=1), 0.1 * _apart(left, right))
        absent = ~seen.any(axis=1)
        silent = absent | _lasting((moved == 0) & ~absent, FROZEN_STEPS)
        broken = silent | (flips & (np.append(silent[1:], False) | np.insert(silent[:-1], 0, False)))
        turned = _smaller_parts(flips & ~broken, broken)
        if not turned.any():
            continue
        frames = spans_of(turned)
        text = f"left and right {half} are exchanged in {turned.sum()} frames: {spell(frames)}"
        yield Finding(Kind.SWAP, Severity.WARNING, text, frames)


def _smaller_parts(flips: NDArray[np.bool_], broken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(T,) frames on the rarer side of the ``flips``, counted apart in each stretch between ``broken`` steps (T-1)."""
    stretch = np.concatenate(([0], np.cumsum(broken)))
    state = np.concatenate(([0], np.cumsum(flips)))
    before = state[np.searchsorted(stretch, stretch)]  # flips before the stretch began
    turned: NDArray[np.bool_] = (state - before) % 2 == 1
    mostly = np.bincount(stretch, turned) > 0.5 * np.bincount(stretch)
    return turned ^ mostly[stretch]


def _step(now: Float64, before: Float64) -> Float64:
    """(T-1, J) distance from ``before`` in one frame to ``now`` in the next."""
    distance: Float64 = np.linalg.norm(now[1:] - before[:-1], axis=2)
    return distance


def _apart(left: Float64, right: Float64) -> float:
    """Median over frames of the summed distance between left and right joints."""
    distance = np.linalg.norm(left - right, axis=2)
    seen = np.isfinite(distance).any(axis=1)
    return float(np.median(np.where(np.isfinite(distance), distance, 0).sum(axis=1)[seen])) if seen.any() else np.inf


def size_in_mm(body: Body) -> Iterator[Finding]:
    """Metres (centimetres, inches) where millimetres are expected, or no human size in any unit.

    A thigh (or the distance between the ASIS) is compared with an adult's; 0.4 to 2 times that passes, which
    leaves room for children and for hips marked on the iliac crest.
    """
    lengths = {"thigh": _thigh(body), "pelvis width": _median_length(body["r_asis"] - body["l_asis"])}
    for name, adult in HUMAN_MM:
        ratio = lengths[name] / adult
        if not ratio > 0:
            continue
        if not 0.4 <= ratio <= 2:
            yield Finding(Kind.UNITS, Severity.WARNING, _unit_sentence(name, lengths[name], ratio, adult))
        return


def _unit_sentence(name: str, length: float, ratio: float, adult: float) -> str:
    unit, factor = min(UNITS, key=lambda item: abs(np.log(ratio / item[1])))
    text = f"the {name} would measure {length:.3g} mm (adult: about {adult:.0f})"
    if unit != "mm" and 0.4 <= ratio / factor <= 2:
        return f"{text}: the numbers are probably {unit}, taken for millimetres"
    return f"{text}: not a human size in mm, cm, m or inches"


def _thigh(body: Body) -> float:
    """Mean of the two thighs' median lengths; of one where the other is missing."""
    lengths = (_median_length(body[f"{side}_knee"] - body[f"{side}_hip"]) for side in "lr")
    known = [length for length in lengths if np.isfinite(length)]
    return sum(known) / len(known) if known else float("nan")


def _median_length(vectors: Float64) -> float:
    length = np.linalg.norm(vectors, axis=1)
    length = length[np.isfinite(length)]
    return float(np.median(length)) if len(length) else float("nan")


def vertical(body: Body) -> Iterator[Finding]:
    """The body stands on its head, or lies, against the vertical of the axes.

    Its long axis (pelvis to thorax) points down in at least 90 % of frames by more than 45 degrees from level;
    or it stays within 30 degrees of level throughout, and legs do as well (in clips of 10 frames or more: people
    do lie down).
    """
    trunk = _cosine(body["thorax"] - body["pelvis"], body.up)
    legs = _cosine(body["pelvis"] - (body["l_ankle"] + body["r_ankle"]) / 2, body.up)
    if not len(trunk):
        return
    if (trunk < -np.sqrt(0.5)).mean() >= 0.9:
        text = "the trunk points down throughout: the vertical axis is probably reversed"
        yield Finding(Kind.UPSIDE_DOWN, Severity.WARNING, text)
    elif len(legs) >= LYING_FRAMES and (np.abs(trunk) < 0.5).all() and (np.abs(legs) < 0.5).all():
        text = "trunk and legs are level throughout: the body lies, or the vertical is another axis than stated"
        yield Finding(Kind.AXES, Severity.WARNING, text)


def _cosine(vectors: Float64, up: Float64) -> Float64:
    """Cosines to the vertical of the frames that have the vector."""
    length = np.linalg.norm(vectors, axis=1)
    valid = np.isfinite(length) & (length > 0)
    cosine: Float64 = (vectors[valid] @ up) / length[valid]
    return cosine
