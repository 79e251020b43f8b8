"""MotionBERT's Human3.6M pickle ``h36m_sh_conf_cam_source_final.pkl``: {train, test} of per-frame arrays.

Source: github.com/Walter0807/MotionBERT (``lib/data/datareader_h36m.py``): ``joint_2d`` (N, 17, 2) px,
``confidence`` (N, 17[, 1]), ``joint3d_image`` (N, 17, 3) px with relative depth, ``source`` and ``camera_name``; the
test part also ``joints_2.5d_image`` and ``2.5d_factor``, whose product is millimetres at the depth of the root.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.arrays import as_poses_array, floating
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.sniffing import is_pickle
from core.formats.unpickle import array_in, label_in, load_pickle
from core.records import Axes, Float32, Origin, Poses, Poses2D, Scale
from core.skeleton import N_JOINTS

__all__ = ["FORMATS"]

_MM_PER_PIXEL = 4.0


def _sniff(path: Path, head: bytes) -> Match | None:  # noqa: ARG001 - files of a gigabyte: the beginning must do
    fits = is_pickle(head) and (b"train" in head or b"test" in head) and b"joint_2d" in head
    return Match(True, "pickle of train and test with joint_2d") if fits else None


def _read(path: Path, options: ReadOptions) -> Content:
    """Per run of frames with one ``source``: 3D poses (nominal or root-depth mm, camera axes) and 2D keypoints."""
    data = read_bytes(path)
    splits = load_pickle(data, path)
    if not isinstance(splits, dict) or not splits:
        raise DataError("not MotionBERT's Human3.6M pickle", path=path, expected="{train: {...}, test: {...}}")
    origin = Origin(str(path), sha256_hex(data), FORMAT.name)
    items: list[Item] = []
    for split, fields in splits.items():
        if not isinstance(fields, dict) or not {"joint_2d", "joint3d_image", "source"} <= set(fields):
            raise DataError(f"part {label_in(split)!r} is incomplete", path=path,
                            expected="joint_2d, joint3d_image and source")  # fmt: skip
        items += _split_items(label_in(split), fields, origin, options, path)
    return Content(FORMAT.name, path, origin.sha256, tuple(items), (("parts", ", ".join(map(label_in, splits))),))


def _split_items(split: str, fields: dict[Any, Any], origin: Origin, options: ReadOptions, path: Path) -> list[Item]:
    xy_px = floating(array_in(fields["joint_2d"], "joint_2d", path), (None, N_JOINTS, 2), path, f"{split} joint_2d")
    xyz_mm, note = _millimetres(split, fields, options, path)
    confidence = _confidence(fields.get("confidence"), len(xy_px), split, path)
    sources = _texts(fields["source"], len(xy_px), f"{split} source", path)
    cameras = _texts(fields.get("camera_name", [""] * len(xy_px)), len(xy_px), f"{split} camera_name", path)
    if len(xyz_mm) != len(xy_px):
        raise DataError(f"{split}: 2D and 3D differ in length", path=path, got=f"{len(xy_px)} and {len(xyz_mm)} frames")
    items = []
    for run, rows in enumerate(_runs(sources)):
        key, source = f"{split}/{run}", str(sources[rows.start])
        camera = str(cameras[rows.start])
        poses = Poses(xyz_mm[rows], None, Axes.CAMERA, Scale.WEAK_PERSPECTIVE, origin=origin, notes=(note,))
        scores = None if confidence is None else confidence[rows]
        flat = Poses2D(xy_px[rows], "h36m17", None, scores, options.size_px, origin)
        items += [Item(poses, f"{key}/3d", source, source, camera), Item(flat, f"{key}/2d", source, source, camera)]
    return items


def _millimetres(split: str, fields: dict[Any, Any], options: ReadOptions, path: Path) -> tuple[Float32, str]:
    """Poses of a part: test has the factor to millimetres at the root's depth, train only pixels."""
    if "2.5d_factor" in fields and "joints_2.5d_image" in fields:
        poses = as_poses_array(array_in(fields["joints_2.5d_image"], "joints_2.5d_image", path), path)
        factor = floating(
            array_in(fields["2.5d_factor"], "2.5d_factor", path), (len(poses),), path, f"{split} 2.5d_factor"
        )
        return poses * factor[:, None, None], "2.5D: pixels times 2.5d_factor, millimetres at the depth of the root"
    scale = options.mm_per_unit or _MM_PER_PIXEL
    poses = as_poses_array(array_in(fields["joint3d_image"], "joint3d_image", path), path)
    return poses * np.float32(scale), f"2.5D: pixels multiplied by {scale:g} to a nominal size; true scale is unknown"


def _confidence(value: object, n_frames: int, split: str, path: Path) -> Float32 | None:
    if value is None:
        return None
    array = array_in(value, "confidence", path)
    array = array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array
    return floating(array, (n_frames, N_JOINTS), path, f"{split} confidence")


def _texts(value: object, n_frames: int, what: str, path: Path) -> NDArray[Any]:
    """A list or array of names as an array of text."""
    flat = value if isinstance(value, list) else list(array_in(value, what, path).ravel())
    if len(flat) != n_frames or not all(isinstance(name, str | int | np.str_ | np.integer) for name in flat):
        raise DataError(f"{what} is unusable", path=path, expected=f"{n_frames} names", got=f"{len(flat)}")
    return np.array([str(name) for name in flat])


def _runs(sources: NDArray[Any]) -> list[slice]:
    """Slices of consecutive frames with the same source."""
    borders = np.flatnonzero(sources[1:] != sources[:-1]) + 1
    edges = [0, *borders.tolist(), len(sources)]
    return [slice(a, b) for a, b in pairwise(edges)]


FORMAT = Format("h36m_pickle", "MotionBERT Human3.6M pickle", (".pkl",), "poses", _sniff, _read)
FORMATS = (FORMAT,)
