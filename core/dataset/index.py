"""What an athlete folder holds, from directory entries, clip information and array headers; kept in a cache.

A warm index costs one ``scandir`` with the sizes and times of the files: an entry of the cache is used only where
all of them are unchanged.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec
import platformdirs

from core.errors import DataError, OutputError
from core.files import read_bytes, sha256_hex, write_atomic
from core.formats.ap3d_clip import ROLES, decode_info
from core.formats.arrays import npy_header
from core.skeleton import N_JOINTS

__all__ = ["Facts", "Found", "cache_folder", "index_folder"]

_VERSION = 1
_STAMPED = ("info", "points", "poses", "keypoints")
_ABSENT = (-1, -1)


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What the files of one clip say. stamps : (size, modification time in ns) of ``info``, ``points``, ``poses``
    and ``keypoints``, -1 where absent; the rest as in :class:`core.dataset.entries.ClipEntry`.
    """

    stamps: tuple[tuple[int, int], ...]
    camera_id: str
    group: str
    n_frames: int
    fps: float
    n_labels: int
    size_px: tuple[int, int]
    rotated: bool
    source_start_frame: int | None
    digest: str


class Found(msgspec.Struct, frozen=True):
    """One clip found in a folder: its stem, the roles of its files, and its facts or why it cannot be used."""

    stem: str
    roles: tuple[str, ...]
    facts: Facts | DataError


class _Cache(msgspec.Struct, array_like=True):
    """The cached facts of one folder by stem."""

    version: int
    folder: str
    facts: dict[str, Facts]


def cache_folder() -> Path:
    """Folder of the index caches: ``ANGLESCOPE_CACHE_DIR``, else the user's cache folder of this system."""
    named = os.environ.get("ANGLESCOPE_CACHE_DIR")
    return Path(named) if named else Path(platformdirs.user_cache_dir("anglescope", appauthor=False))


def index_folder(folder: Path) -> list[Found]:
    """The clips whose files lie directly in ``folder`` (an absolute path), in order of stem.

    Unchanged clips come from the cache, the others are examined and the cache is written again; a cache that is
    corrupt or cannot be written is ignored. Raises :class:`DataError` for a folder that cannot be read.
    """
    scanned = _scan(folder)
    cache_file = cache_folder() / f"index_{sha256_hex(str(folder).encode())[:24]}.msgpack"
    known = _read_cache(cache_file, folder)
    found = [_found(folder, stem, files, known.get(stem)) for stem, files in sorted(scanned.items())]
    facts = {clip.stem: clip.facts for clip in found if isinstance(clip.facts, Facts)}
    if facts != known:
        _write_cache(cache_file, _Cache(_VERSION, str(folder), facts))
    return found


def _scan(folder: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Files of every clip by stem and role, with size and modification time (of videos only that they exist)."""
    clips: dict[str, dict[str, tuple[int, int]]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, role = _stem_and_role(entry.name)
                if role == "video":
                    clips.setdefault(stem, {})[role] = _ABSENT
                elif role:
                    stat = entry.stat()
                    clips.setdefault(stem, {})[role] = (stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=folder) from None
    return {stem: files for stem, files in clips.items() if _is_clip(stem, files)}


def _stem_and_role(name: str) -> tuple[str, str]:
    base, dot, suffix = name.rpartition(".")
    if suffix == "npy":
        for role in ("poses", "keypoints"):
            ending = ROLES[role].removesuffix(".npy")
            if base.endswith(ending):
                return base.removesuffix(ending), role
        return base, "points"
    return base, {"json": "info", "mp4": "video"}.get(suffix if dot else "", "")


def _is_clip(stem: str, files: dict[str, tuple[int, int]]) -> bool:
    """Arrays make a clip; a ``.json`` alone only where its name has the form of one; a video alone does not."""
    return "points" in files or "poses" in files or ("info" in files and "_cam_" in stem)


def _found(folder: Path, stem: str, files: dict[str, tuple[int, int]], known: Facts | None) -> Found:
    stamps = tuple(files.get(role, _ABSENT) for role in _STAMPED)
    roles = tuple(role for role in ("points", "poses", "keypoints", "video") if role in files)
    if known is not None and known.stamps == stamps:
        return Found(stem, roles, known)
    try:
        return Found(stem, roles, _examine(folder / stem, stamps))
    except DataError as error:
        return Found(stem, roles, error)


def _examine(stem: Path, stamps: tuple[tuple[int, int], ...]) -> Facts:
    """Facts of one clip from its ``.json`` and the headers of its arrays.

    Raises :class:`DataError` for a file that is missing or unusable, and where the files disagree.
    """
    info_stamp, points_stamp, poses_stamp, _ = stamps
    info_path = stem.with_name(f"{stem.name}.json")
    if info_stamp == _ABSENT:
        raise DataError("clip information is missing", path=info_path, expected="a .json beside the arrays")
    data = read_bytes(info_path)
    info = decode_info(data, info_path)
    if points_stamp == poses_stamp == _ABSENT:
        raise DataError("clip has neither labelled points nor reference poses", path=info_path,
                        expected=f"{stem.name}.npy or {stem.name}_h36m.npy")  # fmt: skip
    n_labels = 0 if points_stamp == _ABSENT else len(info.labels)
    lengths = {}
    if points_stamp != _ABSENT:
        lengths["points"] = _length(stem, "points", n_labels, points_stamp[0])
    if poses_stamp != _ABSENT:
        lengths["poses"] = _length(stem, "poses", N_JOINTS, poses_stamp[0])
    if len(set(lengths.values())) > 1:
        raise DataError("points and poses differ in length", path=info_path.with_name(f"{stem.name}_h36m.npy"),
                        expected=f"{lengths['points']} frames as in {stem.name}.npy",
                        got=f"{lengths['poses']} frames")  # fmt: skip
    digest = sha256_hex(repr((sha256_hex(data), lengths, [size for size, _ in stamps])).encode())[:16]
    return Facts(stamps, info.camera_id, info.group, next(iter(lengths.values())), info.fps, n_labels, info.size_px,
                 info.rotated, info.source_start_frame, digest)  # fmt: skip


def _length(stem: Path, role: str, width: int, size_bytes: int) -> int:
    """Number of frames of an array of shape (T, width, 3), from its header and the size of the file."""
    path = stem.with_name(stem.name + ROLES[role])
    header = npy_header(path)
    fits = len(header.shape) == 3 and header.shape[1:] == (width, 3) and header.dtype.kind == "f"
    if not fits or not header.shape[0]:
        meaning = "joints" if role == "poses" else f"labels in {stem.name}.json"
        raise DataError("array has the wrong shape or type", path=path,
                        expected=f"(T, {width}, 3) floating point, one frame at least, {width} {meaning}",
                        got=f"{header.shape} {header.dtype}")  # fmt: skip
    if header.data_offset + header.n_bytes != size_bytes:
        what = "file is truncated" if size_bytes < header.data_offset + header.n_bytes else "file is too long"
        raise DataError(what, path=path, expected=f"{header.data_offset + header.n_bytes} bytes",
                        got=f"{size_bytes} bytes")  # fmt: skip
    return header.shape[0]


def _read_cache(path: Path, folder: Path) -> dict[str, Facts]:
    """Facts of the folder as cached; none where the cache is absent, corrupt, of another version or folder."""
    try:
        cache = msgspec.msgpack.decode(path.read_bytes(), type=_Cache)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return cache.facts if cache.version == _VERSION and cache.folder == str(folder) else {}


def _write_cache(path: Path, cache: _Cache) -> None:
    """Keep the facts for the next time; without a writable cache folder there is only no next time."""
    with suppress(OSError, OutputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, msgspec.msgpack.encode(cache))
