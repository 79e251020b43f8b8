"""COCO keypoint annotations (``images``, ``annotations``, ``categories``), as MMPose uses for Human3.6M and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import floating
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.jsonfault import json_fault
from core.formats.sniffing import json_keys
from core.records import Origin, Poses2D
from core.skeleton import JOINTS

__all__ = ["FORMATS"]


class _Image(msgspec.Struct):
    id: int | str
    file_name: str
    width: int | None = None
    height: int | None = None


class _Annotation(msgspec.Struct):
    image_id: int | str
    keypoints: list[float] = []
    bbox: list[float] = []


class _Category(msgspec.Struct):
    keypoints: list[str] = []


class _File(msgspec.Struct):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category] = []


_DECODER = msgspec.json.Decoder(_File)


def _sniff(path: Path, head: bytes) -> Match | None:
    if head.lstrip()[:1] != b"{":
        return None
    fits = {"images", "annotations"} <= json_keys(path, head)
    return Match(True, "JSON with images and annotations") if fits else None


def _read(path: Path, options: ReadOptions) -> Content:
    """One item per image sequence (file name without its trailing number), frames in order of file name."""
    data = read_bytes(path)
    try:
        content = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise json_fault("not usable as COCO annotations", error, path) from None
    largest, several = _largest_per_image(content.annotations)
    names = content.categories[0].keypoints if content.categories else []
    origin = Origin(str(path), sha256_hex(data), FORMAT.name)
    items = []
    for key, images in _sequences(content.images):
        seen = [(image, largest[image.id]) for image in images if image.id in largest]
        if seen:
            items.append(Item(_record(seen, names, origin, options, path), key, action=key))
    if not items:
        raise DataError("no image has annotated keypoints", path=path)
    notes = (f"{several} image(s) hold several persons: the largest box was taken",) if several else ()
    facts = (("images", str(len(content.images))), ("annotations", str(len(content.annotations))))
    return Content(FORMAT.name, path, origin.sha256, tuple(items), facts, (*notes, *_name_notes(names)))


def _largest_per_image(annotations: list[_Annotation]) -> tuple[dict[int | str, _Annotation], int]:
    """Annotation with the largest box of every image, and the number of images with several."""
    largest: dict[int | str, _Annotation] = {}
    crowded = set()
    for annotation in annotations:
        if not annotation.keypoints:
            continue
        other = largest.get(annotation.image_id)
        if other is not None:
            crowded.add(annotation.image_id)
        if other is None or _area(annotation) > _area(other):
            largest[annotation.image_id] = annotation
    return largest, len(crowded)


def _area(annotation: _Annotation) -> float:
    return abs(annotation.bbox[2] * annotation.bbox[3]) if len(annotation.bbox) >= 4 else 0.0


def _sequences(images: list[_Image]) -> Iterator[tuple[str, list[_Image]]]:
    """Images grouped by file name without its trailing number and ending."""
    groups: dict[str, list[_Image]] = {}
    for image in sorted(images, key=lambda image: image.file_name):
        stem = PurePosixPath(image.file_name).with_suffix("").as_posix()
        groups.setdefault(re.sub(r"[_\-/]?\d+$", "", stem), []).append(image)
    yield from groups.items()


def _record(
    seen: list[tuple[_Image, _Annotation]], names: list[str], origin: Origin, options: ReadOptions, path: Path
) -> Poses2D:
    counts = {len(annotation.keypoints) for _, annotation in seen}
    if len(counts) != 1 or min(counts) % 3:
        raise DataError("keypoints do not fit together", path=path, expected="x, y, visible for the same joints",
                        got=f"{', '.join(map(str, sorted(counts)[:5]))} numbers")  # fmt: skip
    flat = np.array([annotation.keypoints for _, annotation in seen], dtype=np.float64)
    numbers = floating(flat.reshape(len(seen), -1, 3), (None, None, 3), path, "2D keypoints")
    visible = numbers[..., 2]
    xy_px = np.where(visible[..., None] > 0, numbers[..., :2], np.float32(np.nan))
    first = seen[0][0]
    size = (first.width, first.height) if first.width and first.height else options.size_px
    notes = ("single images in order of file name, not a video: no frame rate",)
    return Poses2D(xy_px, _layout(names, numbers.shape[1]), None, visible, size, origin, notes)


def _layout(names: list[str], count: int) -> str:
    if count == len(JOINTS) and "thorax" in names:
        return "h36m17"
    return "coco17" if count == 17 else f"{count} joints"


def _name_notes(names: list[str]) -> tuple[str, ...]:
    """MMPose's Human3.6M file calls joints 1 to 3 left, but holds the right leg there."""
    if len(names) == len(JOINTS) and "thorax" in names and names[1].startswith("left"):
        return ("the file names joint 1 'left_hip'; Human3.6M order (right leg first) is assumed. Check the sides",)
    return ()


FORMAT = Format("coco_json", "COCO keypoint annotations", (".json",), "poses2d", _sniff, _read)
FORMATS = (FORMAT,)
