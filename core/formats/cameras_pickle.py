"""Human3.6M cameras as MMPose pickles them: {(subject, id): {R, T, c, f, w, h, ...}}.

Source: github.com/open-mmlab/mmpose (``cameras.pkl``, ``SimpleCamera``): ``R`` turns camera to world, ``T`` is the
camera's position in the world in metres, ``f`` and ``c`` focal lengths and centre in pixels. Lens distortion
(``k``, ``p``) has no place in the camera record and is left out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.sniffing import is_pickle
from core.formats.unpickle import array_in, label_in, load_pickle
from core.formats.videopose3d import picture_size
from core.records import Camera, Float64

__all__ = ["FORMATS"]

_FIELDS = {"R": (3, 3), "T": (3,), "f": (2,), "c": (2,)}
_LIMIT_BYTES = 16 << 20
_METRES_BELOW = 100.0


def _sniff(path: Path, head: bytes) -> Match | None:
    if not is_pickle(head) or path.stat().st_size > _LIMIT_BYTES:
        return None
    try:
        entries = load_pickle(read_bytes(path, _LIMIT_BYTES), path)
    except DataError:
        return None
    fits = isinstance(entries, dict) and bool(entries) and all(
        isinstance(entry, dict) and set(_FIELDS) <= set(entry) for entry in entries.values()
    )  # fmt: skip
    return Match(True, "pickle of cameras with R, T, f and c") if fits else None


def _read(path: Path, options: ReadOptions) -> Content:
    """One camera per entry; positions in metres become millimetres."""
    data = read_bytes(path, _LIMIT_BYTES)
    entries = load_pickle(data, path)
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        raise DataError("not a pickle of cameras", path=path, expected="{(subject, id): {R, T, f, c}}")
    items = []
    for key, entry in entries.items():
        parts = [label_in(part) for part in key] if isinstance(key, tuple) else [label_in(key)]
        subject, camera = parts if len(parts) == 2 else ("", parts[-1] if parts else "")
        name = f"{subject}/{camera}" if subject else camera
        items.append(Item(_camera(name, entry, options, path), name, subject, "", camera))
    notes = ("lens distortion left out", "R read as camera to world, as in MMPose")
    return Content(FORMAT.name, path, sha256_hex(data), tuple(items), (("cameras", str(len(items))),), notes)


def _camera(name: str, entry: dict[object, object], options: ReadOptions, path: Path) -> Camera:
    fields = {key: _numbers(entry.get(key), shape, f"{key} of camera {name}", path) for key, shape in _FIELDS.items()}
    position = fields["T"]
    factor = options.mm_per_unit or (1000.0 if np.linalg.norm(position) < _METRES_BELOW else 1.0)
    intrinsics = np.diag((*fields["f"], 1.0))
    intrinsics[:2, 2] = fields["c"]
    return Camera(name, intrinsics, fields["R"].T, position * factor, picture_size(entry))


def _numbers(value: object, shape: tuple[int, ...], what: str, path: Path) -> Float64:
    array = array_in(value, what, path)
    if array.dtype.kind not in "fi" or array.size != np.prod(shape) or not np.isfinite(array).all():
        raise DataError(f"{what} is unusable", path=path, expected=f"{shape} finite numbers", got=str(array.shape))
    return array.astype(np.float64).reshape(shape)


FORMAT = Format("cameras_pickle", "Human3.6M cameras (MMPose)", (".pkl",), "cameras", _sniff, _read)
FORMATS = (FORMAT,)
