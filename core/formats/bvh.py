"""BVH: a jointed body with rotations over time.

How the translation of a joint is formed (BVH leaves it open, files differ):

* the root moves by OFFSET + position channels;
* any other joint with position channels moves by these channels *instead of* its OFFSET (such files repeat the bone
  vector in the channels, adding both would double the body);
* a joint without position channels stays at its OFFSET.

Rotation of a joint: product of its channels in file order (Z Y X is Rz Ry Rx), acting on column vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.base import Content, Format, Item, JointMotion, Match, ReadOptions
from core.formats.bvh_hierarchy import Joint, read_hierarchy
from core.formats.numbertext import check_frame_count, spaced_table
from core.formats.upright import axes_by_body
from core.records import Axes, Float64

__all__ = ["FORMAT"]

_CM_TO_MM = 10.0
_MOTION = re.compile(rb"^\s*MOTION\s+Frames:\s*(\S+)\s+Frame Time:\s*(\S+)[ \t\r]*\n?", re.MULTILINE | re.IGNORECASE)
_RATE_TOLERANCE = 1e-4


def _sniff(path: Path, head: bytes) -> Match | None:  # noqa: ARG001 - the content says it
    return (
        Match(True, "starts with HIERARCHY")
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].upper() == b"HIERARCHY"
        else None
    )


def read(path: Path, options: ReadOptions) -> Content:
    """One :class:`JointMotion` of a BVH file; centimetres assumed unless ``options.mm_per_unit`` says otherwise.

    End Sites are joints named ``<parent>_end``. Raises :class:`DataError` for a damaged hierarchy, a motion whose
    numbers do not fit it, an infinite value or a frame time that is not positive.
    """
    data = read_bytes(path)
    split = _MOTION.search(data)
    if split is None:
        raise DataError("BVH without a MOTION part", path=path, expected="MOTION, Frames: and Frame Time:")
    joints, n_channels = read_hierarchy(data[: split.start()].decode("utf-8-sig", "replace"), path)
    stated, fps, notes = _timing(split, options, path)
    motion = spaced_table(data[split.end() :], n_channels, path)
    notes += check_frame_count(stated, len(motion), path)
    scale = _CM_TO_MM if options.mm_per_unit is None else options.mm_per_unit
    if options.mm_per_unit is None:
        notes += ("BVH does not state its unit of length: centimetres assumed",)
    record = _posed(joints, motion, scale, fps, options, notes)
    sha256 = sha256_hex(data)
    ends = sum(joint.is_end for joint in joints)
    facts = (("joints in file", str(len(joints) - ends)), ("end sites", f"{ends}, as joints named <parent>_end"),
             ("channels", f"{n_channels}; {_order_of(joints)}"))  # fmt: skip
    return Content(FORMAT.name, path, sha256, (Item(record),), facts)


def _timing(split: re.Match[bytes], options: ReadOptions, path: Path) -> tuple[int, float, tuple[str, ...]]:
    """Stated number of frames, frames per second (a whole number where rounding explains the rest), notes."""
    try:
        frames, frame_time = int(split[1]), float(split[2])
    except ValueError:
        words = f"{split[1].decode(errors='replace')}, {split[2].decode(errors='replace')}"
        raise DataError("BVH frame count or frame time is no number", path=path, got=words) from None
    if options.fps is not None:
        return frames, options.fps, ()
    if not (np.isfinite(frame_time) and frame_time > 0):
        raise DataError("BVH frame time must be positive", path=path, expected="seconds > 0", got=f"{frame_time:g}",
                        hint="State the frame rate")  # fmt: skip
    fps = 1 / frame_time
    whole = round(fps)
    if whole and fps != whole and abs(fps / whole - 1) < _RATE_TOLERANCE:
        return frames, float(whole), (f"frame time {frame_time:g} s taken as {whole} frames/s",)
    return frames, fps, ()


def _posed(
    joints: Sequence[Joint], motion: Float64, scale: float, fps: float, options: ReadOptions, notes: tuple[str, ...]
) -> JointMotion:
    """The record: local rotations and translations, and world positions by forward kinematics in float64."""
    rotations = _rotations(joints, motion)
    offsets = np.array([joint.offset for joint in joints]) * scale
    translations, said = _translations(joints, motion, offsets, scale)
    parents = tuple(joint.parent for joint in joints)
    positions = _positions(parents, rotations, translations).astype(np.float32)
    names = tuple(joint.name for joint in joints)
    axes, shown = axes_by_body(positions, names, Axes.WORLD_Y_UP, options.axes, "BVH")
    return JointMotion(
        names, parents, offsets.astype(np.float32), rotations.astype(np.float32), translations.astype(np.float32),
        positions, fps, axes, (*notes, *said, *shown, *_still_first_frame(rotations)),
    )  # fmt: skip


def _rotations(joints: Sequence[Joint], motion: Float64) -> Float64:
    """(T, J, 3, 3) local rotation matrices; joints with the same sequence of axes are done together."""
    result = np.empty((len(motion), len(joints), 3, 3))
    by_sequence: dict[str, list[int]] = {}
    for j, joint in enumerate(joints):
        by_sequence.setdefault("".join(axis for axis, _ in joint.rotations), []).append(j)
    for sequence, members in by_sequence.items():
        columns = np.array([[at for _, at in joints[j].rotations] for j in members], dtype=np.intp)
        matrices = np.broadcast_to(np.eye(3), (len(motion), len(members), 3, 3))
        for place, axis in enumerate(sequence):
            matrices = matrices @ _elementary(axis, motion[:, columns[:, place]])
        result[:, members] = matrices
    return result


def _elementary(axis: str, angle_deg: Float64) -> Float64:
    """(..., 3, 3) active rotations about a coordinate axis."""
    cos, sin = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    k = "XYZ".index(axis)
    i, j = (k + 1) % 3, (k + 2) % 3
    matrix = np.zeros((*angle_deg.shape, 3, 3))
    matrix[..., k, k] = 1.0
    matrix[..., i, i] = matrix[..., j, j] = cos
    matrix[..., j, i], matrix[..., i, j] = sin, -sin
    return matrix


def _translations(
    joints: Sequence[Joint], motion: Float64, offsets: Float64, scale: float
) -> tuple[Float64, tuple[str, ...]]:
    """(T, J, 3) local translations by the rule of this module, and what of it the file needed."""
    result = np.repeat(offsets[None], len(motion), axis=0)
    notes: list[str] = []
    replaced = 0
    for j, joint in enumerate(joints):
        for axis, column in joint.positions:
            base = offsets[j, "XYZ".index(axis)] if joint.parent < 0 else 0.0
            result[:, j, "XYZ".index(axis)] = base + motion[:, column] * scale
        replaced += bool(joint.positions) and joint.parent >= 0
        if joint.parent < 0 and joint.positions and offsets[j].any():
            notes.append(
                f"root OFFSET ({', '.join(f'{x:g}' for x in joint.offset)}) added to the root's position channels"
            )
    if replaced:
        notes.append(f"position channels of {replaced} joints below the root replace their OFFSET")
    return result, tuple(notes)


def _positions(parents: Sequence[int], rotations: Float64, translations: Float64) -> Float64:
    """(T, J, 3) world positions; one pass over the joints, all frames at once."""
    positions = np.empty_like(translations)
    turned: list[Float64] = []
    for j, parent in enumerate(parents):
        if parent < 0:
            positions[:, j] = translations[:, j]
            turned.append(rotations[:, j])
            continue
        positions[:, j] = positions[:, parent] + (turned[parent] @ translations[:, j, :, None])[..., 0]
        turned.append(turned[parent] @ rotations[:, j])
    return positions


def _still_first_frame(rotations: Float64) -> tuple[str, ...]:
    """A note where the first frame is another pose than the motion (a T-pose in front of it)."""
    if len(rotations) < 3:
        return ()
    trace = np.einsum("tjab,tjab->tj", rotations[1:], rotations[:-1])
    step_deg = np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1)))
    usual, first = np.nanmedian(step_deg[1:].mean(axis=1)), step_deg[0].mean()
    if first > 5 and first > 5 * usual:
        return (f"frame 0 is a pose apart (joints turn by {first:.0f} degrees to frame 1): leave it out of motion",)
    return ()


def _order_of(joints: Sequence[Joint]) -> str:
    """Rotation orders met in the file, most frequent first."""
    orders = [" ".join(axis for axis, _ in joint.rotations) for joint in joints if joint.rotations]
    return "rotation order " + ", ".join(sorted(set(orders), key=lambda order: -orders.count(order)))


FORMAT = Format("bvh", "BVH jointed motion", (".bvh",), "motion", _sniff, read)
"""The BVH reader."""
