"""Reading one source: the record of a file that a pairing names, fitted to its clip."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from core.cameras import upright_size
from core.errors import AmbiguousFileError, DataError
from core.formats.base import Content, Item, ReadOptions
from core.formats.posture import leg_bone
from core.formats.registry import read
from core.pairing.fitting import fit_to_clip
from core.pairing.manifest import CLIP_RIG
from core.pairing.records import SourceRef
from core.records import Clip, Poses, Scale

__all__ = ["load_source", "pose_items", "read_shared"]

_LEG_BONE_MM = (100.0, 2000.0)
_SIZE_FRAMES = 8


def load_source(ref: SourceRef, clip: Clip) -> Poses:
    """The poses that ``ref`` names, read and brought to the frames of ``clip`` as its policy allows.

    The rig ``clip`` stands for that of the clip's reference. A picture size that the format needs and the options do
    not state is that of the clip's camera (upright). A file with several records is kept for the next clip of the
    same process. Raises :class:`DataError` for an unusable file, a record that is not there, another length or frame
    rate than the policy allows, and a body that the unit concluded from the lifter's other files cannot mean.
    """
    options = ref.options
    if options.size_px is None and clip.camera is not None:
        options = replace(options, size_px=upright_size(clip.camera))
    if options.rig == CLIP_RIG:
        options = replace(options, rig=clip.poses.rig)
    content = read_shared(ref.path, ref.format, options) if ref.key else read(ref.path, ref.format, options)
    poses = _record(content, ref.key)
    if ref.unit_concluded and poses.scale is Scale.METRIC:
        _check_size(poses)
    return fit_to_clip(poses, clip, ref.fit)


def _check_size(poses: Poses) -> None:
    """Refuse legs that no human has; a file in another unit than its neighbours is not to be scored in silence."""
    length = leg_bone(poses.xyz_mm[:: max(1, poses.n_frames // _SIZE_FRAMES)])
    if length and not _LEG_BONE_MM[0] <= length <= _LEG_BONE_MM[1]:
        raise DataError(
            "not in the unit of the lifter's other files", path=poses.origin.path,
            expected=f"thighs and shanks of {_LEG_BONE_MM[0]:g} to {_LEG_BONE_MM[1]:g} mm", got=f"{length:.4g} mm",
        )  # fmt: skip


def read_shared(path: Path, format_name: str | None, options: ReadOptions) -> Content:
    """The content of a file with several records; of the last two such files it is read once per process.

    A file that was written again since is read again. Without a clip at hand the rig ``clip`` is left open.
    """
    if options.rig == CLIP_RIG:
        options = replace(options, rig=None)
    try:
        stat = path.stat()
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None
    return _read_cached(path, format_name, options, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=2)
def _read_cached(path: Path, format_name: str | None, options: ReadOptions, size: int, mtime_ns: int) -> Content:
    """Read once per path, options, size and time of modification."""
    del size, mtime_ns
    return read(path, format_name, options)


def pose_items(content: Content) -> tuple[tuple[Item, Poses], ...]:
    """The items of a file that hold 3D poses, each with its poses."""
    return tuple((item, item.record) for item in content.items if isinstance(item.record, Poses))


def _record(content: Content, key: str) -> Poses:
    """The poses under ``key``, or the only ones of the file where the key is empty."""
    items = pose_items(content)
    records = [poses for item, poses in items if item.key == key or not key]
    if len(records) == 1:
        return records[0]
    listed = ", ".join(repr(item.key) for item, _ in items[:6]) + (" ..." if len(items) > 6 else "")
    if not items:
        raise DataError("file holds no 3D poses", path=content.path, got=f"format {content.format}")
    if not records:
        raise DataError(f"no record {key!r}", path=content.path, got=listed)
    raise AmbiguousFileError("file holds several pose records", path=content.path, expected="one key", got=listed)
