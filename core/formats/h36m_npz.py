"""MMPose's Human3.6M training sets ``h36m_{train,test}.npz``: single frames with 3D in metres and 2D in pixels.

Source: github.com/open-mmlab/mmpose (``tests/data/h36m``, Human3.6M preparation script): ``imgname``, ``center``,
``scale``, ``part`` (N, 17, 3) x, y, visible in pixels, ``S`` (N, 17, 4) x, y, z, visible in metres, camera axes.
Mesh-recovery files hold 24 joints in another order; those of the same frames agree joint by joint with the 17.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.formats.arrays import as_poses_array, floating, load_npz
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.sniffing import has_member
from core.records import Axes, Float32, Origin, Poses, Poses2D

__all__ = ["FORMATS", "MESH_24_TO_17"]

MESH_24_TO_17 = (14, 2, 1, 0, 3, 4, 5, 16, 12, 17, 18, 9, 10, 11, 8, 7, 6)
"""Where each of the 17 joints stands among the 24 of mesh-recovery files (right ankle first, pelvis at 14)."""

_IMAGE = re.compile(r"(?:.*/)?(?P<subject>S\d+)_(?P<action>.+)\.(?P<camera>\d+)_(?P<frame>\d+)\.\w+")
_MM_PER_METRE = 1000.0


def _sniff(path: Path, head: bytes) -> Match | None:
    return Match(True, "archive with imgname, part and S") if has_member(path, head, "imgname", "part", "S") else None


def _read(path: Path, options: ReadOptions) -> Content:
    """Per image sequence one 3D (17 joints, mm) and one 2D item, frames in the order of the file."""
    arrays, sha256 = load_npz(path, only=("imgname", "part", "S"))
    names = arrays["imgname"]
    joints = arrays["S"].shape[1] if arrays["S"].ndim == 3 else 17
    if joints not in (17, 24) or names.dtype.kind not in "US" or names.ndim != 1:
        raise DataError("not MMPose's Human3.6M arrays", path=path, expected="imgname (N,), S (N, 17 or 24, 4)",
                        got=f"imgname {names.shape}, S {arrays['S'].shape}")  # fmt: skip
    space = _visible(floating(arrays["S"], (None, joints, 4), path, "S"), joints)
    picture = _visible(floating(arrays["part"], (None, joints, 3), path, "part"), joints)
    if not len(space) == len(picture) == len(names):
        raise DataError("imgname, part and S differ in length", path=path,
                        got=f"{len(names)}, {len(picture)} and {len(space)}")  # fmt: skip
    as_poses_array(space[..., :3], path)
    origin = Origin(str(path), sha256, NPZ.name)
    factor = options.mm_per_unit or _MM_PER_METRE
    items = _items(_sequences(names), space * np.float32(factor), picture, options, origin)
    note = "24 joints of a mesh-recovery file brought to 17" if joints == 24 else ""
    return Content(NPZ.name, path, sha256, items, (("images", str(len(names))),), (note,) if note else ())


def _visible(array: Float32, joints: int) -> Float32:
    """Coordinates of the 17 joints; NaN where the last number (visible) is 0."""
    chosen = array if joints == 17 else array[:, MESH_24_TO_17]
    seen: Float32 = np.where(chosen[..., -1:] > 0, chosen[..., :-1], np.float32(np.nan))
    return seen


def _sequences(names: NDArray[Any]) -> dict[tuple[str, str, str], list[int]]:
    """Rows of every (subject, action, camera), read from names such as ``S1_Directions_1.54138969_000001.jpg``."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for row, name in enumerate(names):
        text = name.decode("latin1") if isinstance(name, bytes) else str(name)
        match = _IMAGE.fullmatch(text)
        key = (match["subject"], match["action"], match["camera"]) if match else ("", text, "")
        rows.setdefault(key, []).append(row)
    return rows


def _items(
    sequences: dict[tuple[str, str, str], list[int]],
    xyz_mm: Float32,
    xy_px: Float32,
    options: ReadOptions,
    origin: Origin,
) -> tuple[Item, ...]:
    notes = ("single images in the order of the file, not a video: no frame rate",)
    items = []
    for (subject, action, camera), rows in sequences.items():
        name = f"{subject}_{action}.{camera}" if camera else action
        poses = Poses(xyz_mm[rows], None, Axes.CAMERA, origin=origin, notes=("metres to millimetres", *notes))
        flat = Poses2D(xy_px[rows], "h36m17", None, None, options.size_px, origin, notes)
        items += [Item(poses, f"{name}/3d", subject, action, camera), Item(flat, f"{name}/2d", subject, action, camera)]
    return tuple(items)


NPZ = Format("mmpose_h36m_npz", "MMPose Human3.6M training set", (".npz",), "poses", _sniff, _read)
FORMATS = (NPZ,)
