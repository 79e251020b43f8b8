"""AthletePose3D training pickles: per-frame lists (``train.pkl``, ``valid.pkl``) and 81-frame windows (``frame_81``).

Layout: github.com/calvinyeungck/AthletePose3D (``pose_3d/gendb.py``, ``convert_ap3d.py``). Read only through the
restricted unpickler. The list is one dictionary per frame; a clip is a run of frames with the same ``videoid``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import as_poses_array
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.unpickle import load_pickle
from core.records import Axes, Float32, Origin, Poses, Poses2D, Scale

__all__ = ["FORMATS"]

_NEEDED = ("videoid", "joint_3d_camera", "joint_3d_image", "ratio")
_NOMINAL_MM = 1000.0
_WINDOW_FRAMES = 81


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames of one clip: index of the first in the file, and their dictionaries."""

    first: int
    frames: Sequence[dict[str, Any]]

    def text(self, key: str) -> str:
        """A value of the first frame as text, empty where it is absent."""
        value = self.frames[0].get(key)
        return "" if value is None else str(value)


def _sniff_list(path: Path, head: bytes) -> Match | None:
    del path
    return Match(True, "pickle of frames with videoid") if head[:1] == b"\x80" and b"videoid" in head else None


def _sniff_window(path: Path, head: bytes) -> Match | None:
    del path
    return Match(True, "pickle with data_input") if head[:1] == b"\x80" and b"data_input" in head else None


def _read_list(path: Path, options: ReadOptions) -> Content:
    """Per clip the reference poses in camera axes (mm), and the 2.5D labels brought to millimetres by their ratio.

    The clip's key is ``<subject>_<subaction>_cam_<cameraid>``, with the videoid behind it where that comes twice;
    the 2.5D record has ``#2.5d`` after it.
    """
    del options
    data = read_bytes(path)
    origin = Origin(str(path), sha256_hex(data), LIST.name)
    frames = load_pickle(data, path)
    del data
    if not isinstance(frames, list) or not frames:
        raise DataError(
            "not a list of frames", path=path, expected="one dictionary per frame", got=type(frames).__name__
        )
    items: list[Item] = []
    keys: set[str] = set()
    for run in _runs(frames, path):
        key = _key(run)
        key = key if key not in keys else f"{key}_{run.text('videoid')}"
        if key in keys:
            raise DataError(f"videoid {run.text('videoid')} comes in two runs", path=path, frame=run.first)
        keys.add(key)
        items += _items(run, key, origin, path)
    facts = (("clips", str(len(keys))), ("frames", str(len(frames))), ("units", "mm, camera axes"))
    return Content(LIST.name, path, origin.sha256, tuple(items), facts)


def _runs(frames: list[Any], path: Path) -> Iterator[_Run]:
    """Runs of consecutive frames with one videoid, every frame checked for what is needed of it."""
    for index, frame in enumerate(frames):
        absent = "a dictionary" if not isinstance(frame, dict) else next((k for k in _NEEDED if k not in frame), None)
        if absent is not None:
            raise DataError("frame of another form", path=path, frame=index, expected=f"{', '.join(_NEEDED)}",
                            got=f"no {absent}")  # fmt: skip
    first = 0
    for _, group in groupby(frames, key=lambda frame: str(frame["videoid"])):
        run = _Run(first, list(group))
        first += len(run.frames)
        yield run


def _key(run: _Run) -> str:
    parts = [run.text("subject"), run.text("subaction") or run.text("action")]
    camera = run.text("cameraid")
    return "_".join([part for part in parts if part] + (["cam", camera] if camera else []))


def _items(run: _Run, key: str, origin: Origin, path: Path) -> list[Item]:
    """The metric and the 2.5D record of one clip."""
    fps, action = _fps(run, path), run.text("subaction") or run.text("action")
    rig = "ap3d_running" if "run" in f"{run.text('action')} {action}".lower() else "ap3d"
    notes: tuple[str, ...] = (f"rig {rig} assumed from the action",)
    camera_mm = _stacked(run, "joint_3d_camera", path)
    if run.frames[0].get("rotation"):
        camera_mm = np.stack((camera_mm[..., 1], -camera_mm[..., 0], camera_mm[..., 2]), axis=-1)
        notes += ("turned by 90 degrees to upright camera axes, as the video is shown",)
    image_mm, image_note = _image_mm(run, path)
    metric = Poses(camera_mm, fps, Axes.CAMERA, rig=rig, origin=origin, notes=notes)
    flat = Poses(image_mm, fps, Axes.CAMERA, Scale.WEAK_PERSPECTIVE, rig, origin=origin, notes=(notes[0], image_note))
    place = (run.text("subject"), action, run.text("cameraid"))
    return [Item(metric, key, *place), Item(flat, f"{key}#2.5d", *place)]


def _stacked(run: _Run, name: str, path: Path) -> Float32:
    """One (17, 3) value per frame as (T, 17, 3) float32."""
    values = [np.asarray(frame[name]) for frame in run.frames]
    wrong = next((i for i, value in enumerate(values) if value.shape != (17, 3) or value.dtype.kind != "f"), None)
    if wrong is not None:
        raise DataError(f"{name} has the wrong shape or type", path=path, frame=run.first + wrong,
                        expected="(17, 3) floating point",
                        got=f"{values[wrong].shape} {values[wrong].dtype}")  # fmt: skip
    return as_poses_array(np.array(values, np.float32), path)


def _image_mm(run: _Run, path: Path) -> tuple[Float32, str]:
    """2.5D labels [px, px, depth * ratio] over their ratio (px per mm at the root's depth), and what to say of it."""
    try:
        ratio = np.array([frame["ratio"] for frame in run.frames], np.float64).reshape(len(run.frames), 1, 1)
    except (TypeError, ValueError):
        raise DataError("ratio is not a number", path=path, frame=run.first) from None
    unusable = ~(ratio > 0)
    note = "2.5D: picture positions and relative depth over the reference's own scale at the root's depth"
    if unusable.any():
        note += f"; missing in {int(unusable.sum())} frames whose ratio is not positive"
    values = _stacked(run, "joint_3d_image", path) / np.where(unusable, np.nan, ratio)
    return values.astype(np.float32), note


def _fps(run: _Run, path: Path) -> float | None:
    """Frame rate of the clip, or None where the file does not say."""
    value = run.frames[0].get("fps")
    if value is None:
        return None
    try:
        fps = float(value)
    except (TypeError, ValueError):
        fps = 0.0
    if not fps > 0:
        raise DataError(
            "frame rate must be positive", path=path, frame=run.first, expected="fps > 0", got=f"{value!s:.40}"
        )
    return fps


def _read_window(path: Path, options: ReadOptions) -> Content:
    """One training window: normalised 2.5D labels at a nominal size, and its 2D input where the picture size is known.

    Labels are x, y over half the picture's width about its centre and z in the same unit; the size is nominal.
    """
    data = read_bytes(path)
    origin = Origin(str(path), sha256_hex(data), WINDOW.name)
    window = load_pickle(data, path)
    if not isinstance(window, dict) or not {"data_input", "data_label"} <= set(window):
        raise DataError("not a training window", path=path, expected="data_input and data_label")
    label = as_poses_array(np.asarray(window["data_label"]), path)
    given = as_poses_array(np.asarray(window["data_input"]), path)
    factor = options.mm_per_unit or _NOMINAL_MM
    notes = (f"half-width units multiplied by {factor:g} to a nominal size; true scale is unknown",
             "windows of clips shorter than 81 frames repeat frames at random")  # fmt: skip
    record = Poses(label * np.float32(factor), None, Axes.CAMERA, Scale.WEAK_PERSPECTIVE, "ap3d",
                   "full image", origin, notes)  # fmt: skip
    items = [Item(record, "data_label")]
    said = ["data_input is the projected reference with confidence 1, not a detection"]
    if options.size_px is None:
        said.append(
            "data_input is normalised by a picture size that the file does not hold: state it to read the pixels"
        )
    else:
        items.append(Item(_pixels(given, options.size_px, origin), "data_input"))
    if len(label) != _WINDOW_FRAMES:
        said.append(f"window has {len(label)} frames, {_WINDOW_FRAMES} are usual")
    return Content(WINDOW.name, path, origin.sha256, tuple(items), (("units", "half picture widths"),), tuple(said))


def _pixels(given: Float32, size_px: tuple[int, int], origin: Origin) -> Poses2D:
    """Undo ``x / w * 2 - [1, h / w]``."""
    width, height = size_px
    xy = (given[..., :2] + np.array([1.0, height / width])) * (width / 2)
    return Poses2D(xy.astype(np.float32), "h36m17", None, given[..., 2], size_px, origin)


LIST = Format("ap3d_pickle", "AthletePose3D per-frame pickle", (".pkl",), "poses", _sniff_list, _read_list)
WINDOW = Format("ap3d_window", "AthletePose3D 81-frame window", (".pkl",), "poses", _sniff_window, _read_window)
FORMATS = (LIST, WINDOW)
