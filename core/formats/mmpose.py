"""MMPose 3D predictions as JSON: inferencer (video and image) and the body3d demo.

Source: github.com/open-mmlab/mmpose (``pose3d_inferencer.py``, ``body3d_pose_lifter_demo.py``). Their keypoints are
(x', y', z') = (-x, z, -y) of the camera frame, a reflection, and each frame is then lifted so that its lowest point
is at z' = 0. Both are undone here: x = -x', y = -z', z = y', then the root is put at the origin, which removes the
lift exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import as_poses_array
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.jsonfault import json_fault
from core.formats.sniffing import WORTH_PARSING
from core.formats.timeline import on_timeline
from core.records import Axes, Float64, Origin, Poses, Scale
from core.skeleton import N_JOINTS

__all__ = ["FORMATS", "Frame", "Person", "coordinates_per_keypoint", "first_frame", "flat_numbers", "one_person_each",
           "read_frames", "stacked", "variant_of"]  # fmt: skip

_MM_PER_METRE = 1000.0
_KEYPOINT = re.compile(rb'"keypoints"\s*:\s*\[\s*\[([^\[\]]*)\]')
_NULL = msgspec.Raw(b"null")


class Person(msgspec.Struct, gc=False):
    """One instance of a frame; numbers stay as text until it is known whose are needed."""

    keypoints: msgspec.Raw
    keypoint_scores: msgspec.Raw = _NULL
    bbox: msgspec.Raw = _NULL
    bbox_score: float = 0.0


class Frame(msgspec.Struct, gc=False):
    """The instances of one frame."""

    frame_id: int
    instances: list[Person]


class _Demo(msgspec.Struct):
    instance_info: list[Frame]


class _DemoImage(msgspec.Struct):
    instance_info: list[Person]


_VIDEO = msgspec.json.Decoder(list[Frame])
_DEMO = msgspec.json.Decoder(_Demo)
_DEMO_IMAGE = msgspec.json.Decoder(_DemoImage)
_IMAGE = msgspec.json.Decoder(list[Person])
_NUMBERS = msgspec.json.Decoder(list[float])


def variant_of(head: bytes) -> str:
    """``demo``, ``video``, ``image`` or empty, from the keys near the beginning of the file."""
    start = head.lstrip()[:1]
    if start == b"{" and (b'"instance_info"' in head or b'"meta_info"' in head):
        return "demo"
    if start != b"[":
        return ""
    if b'"frame_id"' in head and b'"instances"' in head:
        return "video"
    return "image" if b'"keypoint_scores"' in head else ""


def coordinates_per_keypoint(path: Path, head: bytes) -> int:
    """How many numbers the first keypoint of an MMPose file has; 0 where there is none or it is no MMPose file.

    The description of the data set that a demo writes first may be longer than ``head``: then all is searched.
    """
    if not variant_of(head):
        return 0
    found = _KEYPOINT.search(head)
    if found is None:
        try:
            found = _KEYPOINT.search(read_bytes(path, WORTH_PARSING))
        except DataError:  # a sniffer only looks; reading the file will say what is wrong with it
            return 0
    return found[1].count(b",") + 1 if found else 0


def _sniff(path: Path, head: bytes) -> Match | None:
    variant = variant_of(head)
    if not variant or coordinates_per_keypoint(path, head) == 2:
        return None
    return Match(True, f"MMPose instances ({variant})")


def _read(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3), camera axes, root-centred; frames that the file leaves out are NaN."""
    data = read_bytes(path)
    sha256 = sha256_hex(data)
    variant = variant_of(data[:65536])
    chosen, several = one_person_each(read_frames(data, variant, path), path)
    xyz = stacked([(frame, bytes(person.keypoints)) for frame, person in chosen], (N_JOINTS, 3), "a 3D pose", path)
    first = first_frame(variant)
    poses, missing = on_timeline([frame - first for frame, _ in chosen], xyz, path)
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


def first_frame(variant: str) -> int:
    """The number of the first frame: demos count from 1, the inferencer from 0."""
    return 1 if variant == "demo" else 0


def read_frames(data: bytes, variant: str, path: Path) -> list[Frame]:
    """The frames of a file of that variant; an image is one frame. Raises :class:`DataError` for unusable JSON."""
    try:
        if variant == "demo":
            return _demo_frames(data)
        if variant == "image":
            return [Frame(0, _IMAGE.decode(data))]
        return _VIDEO.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise json_fault("not usable as MMPose JSON", error, path) from None


def _demo_frames(data: bytes) -> list[Frame]:
    """Frames of a demo; for an image it lists the persons where it lists the frames of a video."""
    try:
        return _DEMO.decode(data).instance_info
    except msgspec.ValidationError:
        with suppress(msgspec.ValidationError):
            return [Frame(first_frame("demo"), _DEMO_IMAGE.decode(data).instance_info)]
        raise


def one_person_each(frames: Sequence[Frame], path: Path) -> tuple[list[tuple[int, Person]], int]:
    """(frame id, person) for every frame that holds one, and the number of frames that hold several.

    The largest box is taken, the best box score where there is none. Raises :class:`DataError` where nobody is there.
    """
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


def _prominence(person: Person, path: Path) -> tuple[float, float]:
    """Area of the box (px^2), then its score: what decides between several persons."""
    box = bytes(person.bbox)
    corners = flat_numbers(b"" if box == b"null" else box, path)
    if len(corners) < 4:
        return 0.0, person.bbox_score
    return float(abs(corners[2] - corners[0]) * abs(corners[3] - corners[1])), person.bbox_score


def stacked(texts: Sequence[tuple[int, bytes]], shape: tuple[int, int], what: str, path: Path) -> Float64:
    """(N, *shape) numbers of nested JSON lists, each given with its frame; ``what`` they must be, for messages.

    All numbers are parsed in one go; brackets and commas are counted first. Raises :class:`DataError` naming the
    frame that holds another number of them.
    """
    rows, columns = shape
    for frame, text in texts:
        if text.count(b",") != rows * columns - 1:
            raise DataError(f"keypoints are not {what}", path=path, frame=frame, expected=f"{rows} x {columns} numbers",
                            got=f"{text.count(b',') + 1} numbers in {text.count(b'[') - 1} rows")  # fmt: skip
    joined = b",".join(text for _, text in texts)
    if joined.count(b"[") != (rows + 1) * len(texts):
        raise DataError(f"keypoints are not {what}", path=path,
                        expected=f"{rows} rows of {columns} numbers in every frame")  # fmt: skip
    return flat_numbers(joined, path).reshape(-1, rows, columns)


def flat_numbers(text: bytes, path: Path) -> Float64:
    """All numbers of JSON lists, without their nesting. Raises :class:`DataError` for what is no number."""
    try:
        numbers = _NUMBERS.decode(b"[" + text.translate(None, b"[]") + b"]")
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
