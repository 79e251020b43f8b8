"""MMPose 2D keypoints as JSON: inferencer (video and image) and the top-down demo.

Source: github.com/open-mmlab/mmpose (``base_mmpose_inferencer.py``, ``structures/utils.py``,
``demo/topdown_demo_with_mmdet.py``). Each instance holds ``keypoints`` (J rows x, y in pixels), ``keypoint_scores``
(J) and ``bbox``; a demo writes the description of the data set before the frames. The names in it tell Human3.6M
joints from COCO's, which are also 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import floating
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.detections import layout_by_count
from core.formats.mmpose import (
    Frame,
    Person,
    coordinates_per_keypoint,
    first_frame,
    flat_numbers,
    one_person_each,
    read_frames,
    stacked,
    variant_of,
)
from core.formats.timeline import on_timeline
from core.records import Float64, Origin, Poses2D
from core.skeleton import N_JOINTS

__all__ = ["FORMATS"]

_FRAMES_PER_ENTRY = 1000


class _Names(msgspec.Struct):
    keypoint_id2name: dict[str, str] = {}


class _Described(msgspec.Struct):
    meta_info: _Names = msgspec.field(default_factory=_Names)


_DESCRIBED = msgspec.json.Decoder(_Described)


def _sniff(path: Path, head: bytes) -> Match | None:
    if coordinates_per_keypoint(path, head) != 2:
        return None
    return Match(True, f"MMPose instances with 2D keypoints ({variant_of(head)})")


def _read(path: Path, options: ReadOptions) -> Content:
    """(T, J, 2) pixels with scores; frames that the file leaves out, and those without a person, are NaN."""
    data = read_bytes(path)
    variant = variant_of(data[:65536])
    frames = read_frames(data, variant, path)
    chosen, several = one_person_each(frames, path)
    numbers = np.concatenate(_keypoints_and_scores(chosen, path), axis=-1)
    first = first_frame(variant)
    placed, _ = on_timeline([frame - first for frame, _ in chosen], numbers, path)
    placed = _to_last_frame(placed, frames, first, path)
    checked = floating(placed, (None, None, 3), path, "2D keypoints")
    empty = len(placed) - len(chosen)
    record = Poses2D(
        checked[..., :2], _layout(data, variant, checked.shape[1]), None, checked[..., 2], options.size_px,
        Origin(str(path), sha256_hex(data), JSON.name), _notes(several, empty),
    )  # fmt: skip
    facts = (("variant", variant), ("frames with several persons", str(several)), ("frames without", str(empty)))
    return Content(JSON.name, path, record.origin.sha256, (Item(record),), facts)


def _keypoints_and_scores(chosen: Sequence[tuple[int, Person]], path: Path) -> tuple[Float64, Float64]:
    """(N, J, 2) pixels and (N, J, 1) scores; J is that of the first person, NaN scores where the file has none."""
    texts = [(frame, bytes(person.keypoints)) for frame, person in chosen]
    n_joints = texts[0][1].count(b"[") - 1
    if n_joints < 1:
        raise DataError("keypoints are not 2D keypoints", path=path, frame=texts[0][0], expected="rows of 2 numbers")
    keypoints = stacked(texts, (n_joints, 2), "2D keypoints of the same joints", path)
    scores = [bytes(person.keypoint_scores) for _, person in chosen]
    if b"null" in scores:
        return keypoints, np.full((len(keypoints), n_joints, 1), np.nan)
    for (frame, _), text in zip(chosen, scores, strict=True):
        if text.count(b",") != n_joints - 1:
            raise DataError("keypoint_scores do not fit the keypoints", path=path, frame=frame,
                            expected=f"{n_joints} numbers", got=f"{text.count(b',') + 1}")  # fmt: skip
    return keypoints, flat_numbers(b",".join(scores), path).reshape(-1, n_joints, 1)


def _to_last_frame(placed: Float64, frames: Sequence[Frame], first: int, path: Path) -> Float64:
    """Lengthened by NaN to the last frame that the file lists, though it may hold no person."""
    last = max(frame.frame_id for frame in frames) - first
    if last >= len(frames) * _FRAMES_PER_ENTRY:
        raise DataError("frame numbers make no sense", path=path, got=f"frame {last} in {len(frames)} entries")
    lacking = last + 1 - len(placed)
    return np.concatenate((placed, np.full((lacking, *placed.shape[1:]), np.nan))) if lacking > 0 else placed


def _layout(data: bytes, variant: str, n_joints: int) -> str:
    """By the number of joints; among 17 by their names, where a demo wrote them."""
    try:
        names = set(_DESCRIBED.decode(data).meta_info.keypoint_id2name.values()) if variant == "demo" else set()
    except msgspec.MsgspecError:  # another description: the number alone has to tell
        names = set()
    return "h36m17" if n_joints == N_JOINTS and "thorax" in names else layout_by_count(n_joints)


def _notes(several: int, empty: int) -> tuple[str, ...]:
    rule = "the largest box was taken (highest score where there is none)"
    return (
        *([f"{several} frame(s) hold several persons: {rule}"] if several else []),
        *([f"{empty} frame(s) hold no person and are NaN"] if empty else []),
    )


JSON = Format("mmpose_json_2d", "MMPose 2D keypoints", (".json",), "poses2d", _sniff, _read)
FORMATS = (JSON,)
