"""VideoPose3D files: exported poses (``--viz-export``), 3D and 2D training sets (``data_3d_*``, ``data_2d_*``).

Source: github.com/facebookresearch/VideoPose3D (``run.py``, ``data/prepare_data_*.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.formats.arrays import as_poses_array, floating, load_npy, load_npz, npz_headers
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.posture import evidence_of_file
from core.formats.sniffing import has_member
from core.formats.unpickle import array_in, label_in
from core.records import Axes, Float32, Origin, Poses, Poses2D
from core.skeleton import N_JOINTS

__all__ = ["FORMATS", "H36M_32_TO_17", "picture_size"]

H36M_32_TO_17 = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)
"""Joints kept of Human3.6M's 32, in the order of :data:`core.skeleton.JOINTS`."""

_MM_PER_METRE = 1000.0


def _sniff_export(path: Path, head: bytes) -> Match | None:
    seen = evidence_of_file(path, head)
    if seen is None or not (seen.is_metres and seen.root_at_zero and seen.up[1] < 0 and abs(seen.up[1]) > 0.6):
        return None
    return Match(True, f"(T, 17, 3), root at 0, y down, thigh or shank {seen.leg_bone:.2f} m")


def _read_export(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3) metres, camera axes, relative to the root (or with its trajectory where the checkpoint had one)."""
    array, sha256 = load_npy(path)
    poses = as_poses_array(array, path)
    factor = options.mm_per_unit or _MM_PER_METRE
    note = f"metres multiplied by {factor:g}" if options.mm_per_unit is None else f"units multiplied by {factor:g}"
    record = Poses(_scaled(poses, factor), None, Axes.CAMERA, origin=Origin(str(path), sha256, EXPORT.name),
                   notes=(note, "the file does not say its frame rate"))  # fmt: skip
    return Content(EXPORT.name, path, sha256, (Item(record),), (("units", "metres"),))


def _scaled(poses: NDArray[Any], factor: float) -> Float32:
    """Poses times ``factor``; what then exceeds float32 becomes infinite and is refused by the record."""
    with np.errstate(over="ignore"):
        return (poses.astype(np.float64) * factor).astype(np.float32)


def _sniff_3d(path: Path, head: bytes) -> Match | None:
    return Match(True, "archive with positions_3d") if has_member(path, head, "positions_3d") else None


def _sniff_2d(path: Path, head: bytes) -> Match | None:
    return Match(True, "archive with positions_2d") if has_member(path, head, "positions_2d") else None


def _read_3d(path: Path, options: ReadOptions) -> Content:
    """{subject: {action: (T, 32 or 17, 3)}} metres, world Z up; 32 Human3.6M joints are cut to 17."""
    arrays, sha256 = load_npz(path, objects=True, only=("positions_3d",))
    factor = options.mm_per_unit or _MM_PER_METRE
    origin = Origin(str(path), sha256, DATA_3D.name)
    items = []
    for subject, action, value in _by_subject_and_action(arrays["positions_3d"], path, "positions_3d"):
        xyz, note = _seventeen(value, path, f"{subject}/{action}")
        notes = (f"metres multiplied by {factor:g}", "Human3.6M world, Z up", *note)
        record = Poses(_scaled(xyz, factor), None, Axes.WORLD_Z_UP, origin=origin, notes=notes)
        items.append(Item(record, f"{subject}/{action}", subject, action))
    return Content(DATA_3D.name, path, sha256, tuple(items), (("units", "metres"),))


def _seventeen(value: object, path: Path, where: str) -> tuple[Float32, tuple[str, ...]]:
    array = array_in(value, where, path)
    if array.ndim == 3 and array.shape[1] == 32:
        poses = as_poses_array(array[:, H36M_32_TO_17], path)
        return poses, ("17 of 32 Human3.6M joints kept",)
    if array.shape[1:] != (N_JOINTS, 3):
        raise DataError(f"{where} has the wrong shape", path=path, expected="(T, 32, 3) or (T, 17, 3)",
                        got=str(array.shape))  # fmt: skip
    return as_poses_array(array, path), ()


def _by_subject_and_action(member: NDArray[Any], path: Path, name: str) -> Iterator[tuple[str, str, object]]:
    """The entries of a nested dictionary that an object array of shape () holds."""
    tree = member.item() if member.dtype.hasobject and member.shape == () else None
    if not isinstance(tree, dict) or not tree:
        raise DataError(f"{name} is not what VideoPose3D writes", path=path, expected="{subject: {action: array}}")
    for subject, actions in tree.items():
        if not isinstance(actions, dict):
            raise DataError(f"{name} has no actions for subject {label_in(subject)}", path=path,
                            expected="{subject: {action: array}}")  # fmt: skip
        for action, value in actions.items():
            yield label_in(subject), label_in(action), value


def _read_2d(path: Path, options: ReadOptions) -> Content:
    """{subject: {action: [per camera (T, J, 2) px]}} with ``metadata`` (layout, symmetry, picture sizes)."""
    wanted = {"positions_2d"} | ({"metadata"} & set(npz_headers(path)))
    arrays, sha256 = load_npz(path, objects=True, only=wanted)
    metadata = arrays["metadata"].item() if "metadata" in arrays and arrays["metadata"].shape == () else {}
    metadata = metadata if isinstance(metadata, dict) else {}
    sizes = metadata.get("video_metadata")
    sizes = sizes if isinstance(sizes, dict) else {}
    origin = Origin(str(path), sha256, DATA_2D.name)
    items = []
    for subject, action, views in _by_subject_and_action(arrays["positions_2d"], path, "positions_2d"):
        if not isinstance(views, list | tuple | np.ndarray):
            raise DataError(f"{subject}/{action} is not a list of cameras", path=path)
        for camera, view in enumerate(views):
            size = picture_size(sizes.get(subject)) or options.size_px
            record = _view(array_in(view, f"{subject}/{action}", path), metadata, size, origin, path)
            items.append(Item(record, f"{subject}/{action}/{camera}", subject, action, str(camera)))
    facts = (("layout", label_in(metadata.get("layout_name", "not stated"))),)
    return Content(DATA_2D.name, path, sha256, tuple(items), facts)


def _view(
    array: NDArray[Any], metadata: dict[Any, Any], size: tuple[int, int] | None, origin: Origin, path: Path
) -> Poses2D:
    """One camera's keypoints; a third number per keypoint is its confidence."""
    n_numbers = array.shape[2] if array.ndim == 3 and array.shape[2] in (2, 3) else 2
    keypoints = floating(array, (None, None, n_numbers), path, "2D keypoints")
    confidence = keypoints[..., 2] if n_numbers == 3 else None
    named = label_in(metadata.get("layout_name", ""))
    layout = {"h36m": "h36m17", "coco": "coco17"}.get(named, named or f"{keypoints.shape[1]} joints")
    return Poses2D(keypoints[..., :2], layout, None, confidence, size, origin)


def picture_size(value: object) -> tuple[int, int] | None:
    """(width, height) of a ``{w, h}`` dictionary."""
    if not isinstance(value, dict):
        return None
    width, height = value.get("w"), value.get("h")
    if not all(isinstance(n, int | float | np.number) and n > 0 for n in (width, height)):
        return None
    return int(width), int(height)  # type: ignore[arg-type]


EXPORT = Format("videopose3d_npy", "VideoPose3D exported poses", (".npy",), "poses", _sniff_export, _read_export)
DATA_3D = Format("videopose3d_data3d", "VideoPose3D 3D training set", (".npz",), "poses", _sniff_3d, _read_3d)
DATA_2D = Format("videopose3d_data2d", "VideoPose3D 2D training set", (".npz",), "poses2d", _sniff_2d, _read_2d)
FORMATS = (EXPORT, DATA_3D, DATA_2D)
