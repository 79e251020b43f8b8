"""2D detections: Detectron2 ``.npz`` of VideoPose3D's ``infer_video_d2.py``, and AlphaPose JSON (Halpe-26 and others).

Several persons may stand in a frame. The one with the best box score (Detectron2; VideoPose3D's own rule) or the
largest box (AlphaPose) is taken, frame by frame, and the number of such frames is said in the notes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import floating, load_npz
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.jsonfault import json_fault
from core.formats.sniffing import has_member, json_keys
from core.formats.timeline import on_timeline
from core.formats.unpickle import array_in
from core.formats.videopose3d import picture_size
from core.records import Float64, Origin, Poses2D

__all__ = ["FORMATS", "layout_by_count"]

_LAYOUT_BY_COUNT = {17: "coco17", 26: "halpe26", 133: "wholebody133", 136: "halpe136"}


def _sniff_detectron(path: Path, head: bytes) -> Match | None:
    fits = has_member(path, head, "boxes", "keypoints", "metadata")
    return Match(True, "archive with boxes, keypoints and metadata") if fits else None


def _read_detectron(path: Path, options: ReadOptions) -> Content:
    """``keypoints[t][1]``: (persons, 4, 17) rows x, y, logit, score; ``boxes[t][1]``: (persons, 5). COCO-17, pixels."""
    arrays, sha256 = load_npz(path, objects=True, only=("boxes", "keypoints", "metadata"))
    keypoints, boxes, metadata = arrays["keypoints"], arrays["boxes"], arrays["metadata"]
    if keypoints.shape[1:] != (2,) or boxes.shape != keypoints.shape or not len(boxes):
        raise DataError("not Detectron2 detections", path=path, expected="boxes and keypoints (T, 2)",
                        got=f"{boxes.shape} and {keypoints.shape}")  # fmt: skip
    chosen = [_best(keypoints[t, 1], boxes[t, 1], t, path) for t in range(len(boxes))]
    several = sum(isinstance(box, np.ndarray) and len(box) > 1 for box in boxes[:, 1])
    numbers = floating(np.stack([rows for rows, _ in chosen]), (None, 4, 17), path, "detections")
    empty = sum(not found for _, found in chosen)
    size = picture_size(metadata.item()) if metadata.shape == () else None
    record = Poses2D(
        numbers[:, :2].swapaxes(1, 2), "coco17", None, numbers[:, 3], size or options.size_px,
        Origin(str(path), sha256, DETECTRON.name), _notes("best box score", several, empty),
    )  # fmt: skip
    return Content(DETECTRON.name, path, sha256, (Item(record),), _facts(several, empty))


def _best(keypoints: object, boxes: object, frame: int, path: Path) -> tuple[Float64, bool]:
    """(4, 17) rows of the person with the best box score and True, or NaN and False where there is none."""
    if not len(keypoints if isinstance(keypoints, list | np.ndarray) else ()):
        return np.full((4, 17), np.nan), False
    rows, scores = array_in(keypoints, "keypoints", path), array_in(boxes, "boxes", path)
    if rows.ndim != 3 or rows.shape[1:] != (4, 17) or scores.shape != (len(rows), 5) or rows.dtype.kind != "f":
        raise DataError("detections have the wrong shape", path=path, frame=frame,
                        expected="keypoints (N, 4, 17), boxes (N, 5)", got=f"{rows.shape}, {scores.shape}")  # fmt: skip
    return rows[int(np.argmax(scores[:, 4]))].astype(np.float64), True


def _notes(rule: str, several: int, empty: int) -> tuple[str, ...]:
    notes = []
    if several:
        notes.append(f"{several} frame(s) hold several persons: the one with the {rule} was taken")
    if empty:
        notes.append(f"{empty} frame(s) hold no person and are NaN")
    return tuple(notes)


def _facts(several: int, empty: int) -> tuple[tuple[str, str], ...]:
    return ("frames with several persons", str(several)), ("frames without", str(empty))


class _Detection(msgspec.Struct):
    """One person in one image of an AlphaPose result; box is x, y, width, height."""

    image_id: str | int
    keypoints: list[float]
    score: float = 0.0
    box: list[float] = []


_ALPHAPOSE = msgspec.json.Decoder(list[_Detection])


def _sniff_alphapose(path: Path, head: bytes) -> Match | None:
    if head.lstrip()[:1] != b"[" or b'"image_id"' not in head:
        return None
    fits = {"image_id", "keypoints", "score"} <= json_keys(path, head)
    return Match(True, "list of detections with image_id, keypoints and score") if fits else None


def _read_alphapose(path: Path, options: ReadOptions) -> Content:
    """Frames by the number in ``image_id`` (0-based); flat keypoints x, y, score in pixels."""
    data = read_bytes(path)
    try:
        detections = _ALPHAPOSE.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise json_fault("not usable as AlphaPose JSON", error, path) from None
    by_frame: dict[int, list[_Detection]] = {}
    for detection in detections:
        by_frame.setdefault(_frame_number(detection.image_id, path), []).append(detection)
    numbers = _keypoints([max(people, key=_area) for people in by_frame.values()], path)
    placed, empty = on_timeline(list(by_frame), numbers, path)
    several = sum(len(people) > 1 for people in by_frame.values())
    checked = floating(placed, (None, None, 3), path, "2D keypoints")
    layout = layout_by_count(numbers.shape[1])
    sha256 = sha256_hex(data)
    record = Poses2D(
        checked[..., :2], layout, None, checked[..., 2], options.size_px,
        Origin(str(path), sha256, ALPHAPOSE.name), _notes("largest box", several, empty),
    )  # fmt: skip
    return Content(ALPHAPOSE.name, path, sha256, (Item(record),), _facts(several, empty))


def layout_by_count(n_joints: int) -> str:
    """The joint set that detectors mean by this number of keypoints, or the number in words."""
    return _LAYOUT_BY_COUNT.get(n_joints, f"{n_joints} joints")


def _frame_number(image_id: str | int, path: Path) -> int:
    """The last number in a name such as ``12.jpg`` or ``clip_000012.png``."""
    digits = re.findall(r"\d+", re.sub(r"\.[A-Za-z]\w*$", "", str(image_id)))
    if not digits or len(digits[-1]) > 12:
        raise DataError(f"image_id {str(image_id)[:40]!r} holds no frame number", path=path)
    return int(digits[-1])


def _area(detection: _Detection) -> tuple[float, float]:
    """Area of the box (px^2), then the score."""
    size = detection.box[2] * detection.box[3] if len(detection.box) >= 4 else 0.0
    return abs(size), detection.score


def _keypoints(people: list[_Detection], path: Path) -> NDArray[Any]:
    """(N, J, 3) x, y, score. Raises :class:`DataError` where persons differ in their number of keypoints."""
    counts = {len(person.keypoints) for person in people}
    if len(counts) != 1 or min(counts) == 0 or min(counts) % 3:
        raise DataError("keypoints do not fit together", path=path, expected="x, y, score of the same joints",
                        got=f"{', '.join(map(str, sorted(counts)[:5])) or 'no'} numbers")  # fmt: skip
    return np.array([person.keypoints for person in people], dtype=np.float64).reshape(len(people), -1, 3)


DETECTRON = Format("detectron2_npz", "Detectron2 keypoints (VideoPose3D)", (".npz",), "poses2d", _sniff_detectron,
                   _read_detectron)  # fmt: skip
ALPHAPOSE = Format("alphapose_json", "AlphaPose keypoints", (".json",), "poses2d", _sniff_alphapose, _read_alphapose)
FORMATS = (DETECTRON, ALPHAPOSE)
