"""MMPose 3D predictions as JSON: inferencer (video and image) and the body3d demo.

Source: github.com/open-mmlab/mmpose (``pose3d_inferencer.py``, ``body3d_pose_lifter_demo.py``). Their keypoints are
(x', y', z') = (-x, z, -y) of the camera frame, a reflection, and each frame is then lifted so that its lowest point
is at z' = 0. Both are undone here: x = -x', y = -z', z = y', then the root is put at the origin, which removes the
lift exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import as_poses_array
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.jsonfault import json_fault
from core.formats.timeline import on_timeline
from core.records import Axes, Float64, Origin, Poses, Scale
from core.skeleton import N_JOINTS

__all__ = ["FORMATS"]

_MM_PER_METRE = 1000.0
_COMMAS, _BRACKETS = N_JOINTS * 3 - 1, N_JOINTS + 1


class _Person(msgspec.Struct, gc=False):
    """One instance; numbers stay as text until it is known whose are needed."""

    keypoints: msgspec.Raw
    bbox: msgspec.Raw = msgspec.Raw(b"null")
    bbox_score: float = 0.0


class _Frame(msgspec.Struct, gc=False):
    frame_id: int
    instances: list[_Person]


class _Demo(msgspec.Struct):
    instance_info: list[_Frame]


_VIDEO = msgspec.json.Decoder(list[_Frame])
_DEMO = msgspec.json.Decoder(_Demo)
_IMAGE = msgspec.json.Decoder(list[_Person])
_NUMBERS = msgspec.json.Decoder(list[float])


def _variant(head: bytes) -> str:
    """``demo``, ``video``, ``image`` or empty, from the keys near the beginning of the file."""
    start = head.lstrip()[:1]
    if start == b"{" and (b'"instance_info"' in head or b'"meta_info"' in head):
        return "demo"
    if start != b"[":
        return ""
    if b'"frame_id"' in head and b'"instances"' in head:
        return "video"
    return "image" if b'"keypoint_scores"' in head else ""


def _sniff(path: Path, head: bytes) -> Match | None:  # noqa: ARG001 - the beginning of the file is enough
    variant = _variant(head)
    return Match(True, f"MMPose instances ({variant})") if variant else None


def _read(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3), camera axes, root-centred; frames that the file leaves out are NaN."""
    data = read_bytes(path)
    sha256 = sha256_hex(data)
    variant = _variant(data[:65536])
    frames = _decode(data, variant, path)
    chosen, several = _one_person_each(frames, path)
    ids, xyz = _stacked(chosen, path)
    first = 1 if variant == "demo" else 0
    poses, missing = on_timeline([number - first for number in ids], xyz, path)
    factor = options.mm_per_unit or _MM_PER_METRE
    with np.errstate(over="ignore"):
        camera = (_undone(poses) * factor).astype(np.float32)
    notes = (
        "MMPose's reflection of axes and its lift to the ground undone; root put at the origin",
        f"units multiplied by {factor:g} (metres). Scale is taken as arbitrary: metres are real for VideoPose3D and "
        "SimpleBaseline3D (then state scale metric), nominal for MotionBERT",
        *([f"{several} frame(s) hold several persons: the largest box was taken (highest score where there is none)"]
          if several else []),
        *([f"{missing} frame(s) hold no person and are NaN"] if missing else []),
    )  # fmt: skip
    record = Poses(as_poses_array(camera, path), None, Axes.CAMERA, Scale.ARBITRARY,
                   origin=Origin(str(path), sha256, JSON.name), notes=notes)  # fmt: skip
    facts = (("variant", variant), ("frames with several persons", str(several)), ("frames without", str(missing)))
    return Content(JSON.name, path, sha256, (Item(record),), facts)


def _decode(data: bytes, variant: str, path: Path) -> list[_Frame]:
    try:
        if variant == "demo":
            return _DEMO.decode(data).instance_info
        if variant == "image":
            return [_Frame(0, _IMAGE.decode(data))]
        return _VIDEO.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise json_fault("not usable as MMPose JSON", error, path) from None


def _one_person_each(frames: Sequence[_Frame], path: Path) -> tuple[list[tuple[int, _Person]], int]:
    """(frame id, person) for every frame that holds one, and the number of frames that hold several."""
    chosen = []
    several = 0
    for frame in frames:
        persons = frame.instances
        if len(persons) > 1:
            several += 1
            chosen.append((frame.frame_id, max(persons, key=lambda person: _prominence(person, path))))
        elif persons:
            chosen.append((frame.frame_id, persons[0]))
    if not chosen:
        raise DataError("no frame holds a person", path=path)
    return chosen, several


def _prominence(person: _Person, path: Path) -> tuple[float, float]:
    """Area of the box (px^2), then its score: what decides between several persons."""
    box = bytes(person.bbox)
    corners = _flat([] if box == b"null" else [box], path)
    if len(corners) < 4:
        return 0.0, person.bbox_score
    return float(abs(corners[2] - corners[0]) * abs(corners[3] - corners[1])), person.bbox_score


def _stacked(chosen: list[tuple[int, _Person]], path: Path) -> tuple[list[int], Float64]:
    """Frame ids and keypoints (N, 17, 3). All numbers are parsed in one go; brackets and commas are counted first.

    Raises :class:`DataError` naming the frame whose keypoints are not 17 x 3.
    """
    texts = [bytes(person.keypoints) for _, person in chosen]
    for (frame, _), text in zip(chosen, texts, strict=True):
        if text.count(b",") != _COMMAS:
            raise DataError("keypoints are not a 3D pose", path=path, frame=frame, expected="17 x 3 numbers",
                            got=f"{text.count(b',') + 1} numbers in {text.count(b'[') - 1} rows")  # fmt: skip
    numbers = _flat(texts, path, brackets=_BRACKETS * len(texts))
    return [frame for frame, _ in chosen], numbers.reshape(-1, N_JOINTS, 3)


def _flat(texts: list[bytes], path: Path, brackets: int | None = None) -> Float64:
    """All numbers of nested JSON lists, without their nesting; ``brackets`` is how many lists there must be."""
    joined = b",".join(texts)
    if brackets is not None and joined.count(b"[") != brackets:
        raise DataError("keypoints are not a 3D pose", path=path, expected="17 rows of 3 numbers in every frame")
    try:
        numbers = _NUMBERS.decode(b"[" + joined.translate(None, b"[]") + b"]")
    except msgspec.MsgspecError as error:
        raise DataError(f"keypoints or box are not numbers ({error})", path=path) from None
    return np.fromiter(numbers, np.float64, len(numbers))


def _undone(poses: Float64) -> Float64:
    """Camera coordinates relative to the root from MMPose's reflected and lifted ones."""
    camera = poses[..., [0, 2, 1]] * (-1.0, -1.0, 1.0)
    relative: Float64 = camera - camera[:, :1]
    return relative


JSON = Format("mmpose_json", "MMPose 3D predictions", (".json",), "poses", _sniff, _read)
FORMATS = (JSON,)
