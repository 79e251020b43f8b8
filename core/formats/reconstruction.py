"""``.npz`` with key ``reconstruction``: predictions in AthletePose3D's evaluation style.

Source: github.com/calvinyeungck/AthletePose3D (``stats_test``): (T, 17, 3) normalised by the picture width,
x = px/w*2 - 1, y = px/w*2 - h/w, z = depth/w*2. Pixels per millimetre are not in the file, so the size is nominal.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.formats.arrays import as_poses_array, load_npz
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.sniffing import has_member
from core.records import Axes, Float64, Origin, Poses, Scale

__all__ = ["FORMATS"]

_MM_PER_UNIT = 1000.0
_MM_PER_PIXEL = 4.0


def _sniff(path: Path, head: bytes) -> Match | None:
    return Match(True, "archive with reconstruction") if has_member(path, head, "reconstruction") else None


def _read(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3), camera axes, weak perspective; pixels where ``options.size_px`` is given, else width units."""
    arrays, sha256 = load_npz(path, only=("reconstruction",))
    poses = as_poses_array(arrays["reconstruction"], path).astype(np.float64)
    if options.size_px is None:
        factor, unit = options.mm_per_unit or _MM_PER_UNIT, "width units"
        note = "picture size not stated, so x, y and z stay in units of half the picture width"
    else:
        poses, unit = _pixels(poses, options.size_px), "pixels"
        factor = options.mm_per_unit or _MM_PER_PIXEL
        note = f"brought to pixels of a {options.size_px[0]}x{options.size_px[1]} picture"
    with np.errstate(over="ignore"):
        xyz_mm = (poses * factor).astype(np.float32)
    scale = f"multiplied by {factor:g} to a nominal size; true scale is unknown"
    record = Poses(
        xyz_mm, None, Axes.CAMERA, Scale.WEAK_PERSPECTIVE, normalisation="x/w*2-1, y/w*2-h/w",
        origin=Origin(str(path), sha256, NPZ.name), notes=(note, scale, "the file does not say its frame rate"),
    )  # fmt: skip
    return Content(NPZ.name, path, sha256, (Item(record),), (("units", unit),))


def _pixels(poses: Float64, size_px: tuple[int, int]) -> Float64:
    """Undo the width normalisation: x, y in pixels, z in pixels of depth."""
    width, height = size_px
    pixels: Float64 = (poses + np.array((1.0, height / width, 0.0))) * (width / 2)
    return pixels


NPZ = Format("reconstruction_npz", "AthletePose3D-style predictions", (".npz",), "poses", _sniff, _read)
FORMATS = (NPZ,)
