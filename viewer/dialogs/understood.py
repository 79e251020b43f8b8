"""What is understood of a lifter's predictions: the pairing, and the facts of one source as it is read. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.cameras import upright_size
from core.dataset import Dataset, load_clip
from core.errors import AnglescopeError, DataError
from core.formats.arrays import npy_header
from core.formats.registry import format_named
from core.inspection.summary import AXES_IN_WORDS
from core.pairing import UNITS_MM, LifterOptions, Pairing, SourceRef, load_source, pair_lifter, read_manifest
from core.pairing.sources import pose_items, read_shared
from core.records import Clip, Poses
from core.scoring.work import RESERVED_NAMES
from core.skeleton import RIGS

__all__ = ["FACTS", "Understood", "Unplaced", "name_fault", "suggested_name", "understand"]

FACTS: Mapping[str, str] = {
    "format": "Format", "axes": "Axes", "scale": "Scale", "unit": "Unit", "rig": "Rig", "fps": "Frame rate",
    "normalisation": "2D normalisation", "size_px": "Picture lifted", "length": "Length",
}  # fmt: skip
"""What is told about the files: key and name for people."""

_ALLOWED = re.compile(r"[\w.+ -]+")
_TRIED = 3
"""Sources that are tried for the facts: one file may be broken."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """The only file, or record of one, of a lifter that belongs to no clip by its name.

    target : ``file`` or ``file#key`` as in :attr:`core.pairing.LifterOptions.clips`. n_frames : None if not known.
    suffix : of the file.
    """

    target: str
    n_frames: int | None
    suffix: str


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """What a lifter's predictions are taken for.

    facts : by key of :data:`FACTS`, of the source of ``sample`` as it is read; empty where none can be read.
    sample : clip of that source. notes : what its reader assumed. misfits : why sources that were tried cannot be
    used for their clips, one line each. unplaced : where nothing is matched and there is one thing to match.
    """

    pairing: Pairing
    facts: Mapping[str, str]
    sample: str = ""
    notes: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()
    unplaced: Unplaced | None = None


def suggested_name(path: Path, taken: Collection[str]) -> str:
    """A valid name that is not taken: that of the manifest, else of the folder or file."""
    named = ""
    with suppress(DataError):  # pairing will say what is wrong with the manifest
        manifest = read_manifest(path if path.is_dir() else path.parent)
        named = manifest.lifter if manifest is not None else ""
    base = re.sub(r"[^\w.+-]+", "_", named or (path.name if path.is_dir() else path.stem)).strip("._ ") or "lifter"
    used = {*taken, *RESERVED_NAMES}
    return next(name for name in (base, *(f"{base}_{i}" for i in range(2, len(used) + 3))) if name not in used)


def name_fault(name: str, taken: Collection[str]) -> str:
    """Why a lifter cannot be called so, or nothing."""
    if not name.strip():
        return "the lifter needs a name"
    if name in taken:
        return f"a lifter called {name} is there already"
    if name in RESERVED_NAMES:
        return f"a lifter cannot be called {name}: the tables use that name"
    if not _ALLOWED.fullmatch(name) or name != name.strip():
        return "a name is letters, digits, spaces and . + - _"
    return ""


def understand(dataset: Dataset, name: str, path: Path, options: LifterOptions) -> Understood:
    """Pair the predictions and read one of them. Raises what :func:`core.pairing.pair_lifter` raises."""
    pairing = pair_lifter(dataset, name, path, options)
    misfits: list[str] = []
    for clip_name, ref in list(pairing.sources.items())[:_TRIED]:
        try:
            clip = load_clip(dataset.entry(clip_name), dataset)
            poses = _as_it_is(ref, clip)
        except DataError as error:
            misfits.append(str(error))
            continue
        notes = poses.notes
        try:
            notes = load_source(ref, clip).notes
        except DataError as error:  # readable, but not for this clip: what was read is still worth telling
            misfits.append(str(error))
        return Understood(pairing, _facts(poses, ref, clip), clip_name, notes, tuple(misfits))
    return Understood(pairing, {}, misfits=tuple(misfits), unplaced=_unplaced(pairing, options))


def _unplaced(pairing: Pairing, options: LifterOptions) -> Unplaced | None:
    """The only thing that could be matched, where nothing is."""
    if pairing.sources or len(pairing.extra) != 1:
        return None
    target = pairing.extra[0].removesuffix("#")  # the only record of a file has no key
    name, _, key = target.partition("#")
    file = pairing.path if pairing.path.is_file() else pairing.path / name
    return Unplaced(target, _n_frames(file, key, options), file.suffix)


def _n_frames(file: Path, key: str, options: LifterOptions) -> int | None:
    """Length of a file's poses, whatever its numbers mean; None where it cannot be read so far."""
    with suppress(AnglescopeError, IndexError):
        if file.suffix.lower() == ".npy":
            return int(npy_header(file).shape[0])
        items = pose_items(read_shared(file, options.format, options.read))
        return next((poses.n_frames for item, poses in items if item.key == key or not key), None)
    return None


def _as_it_is(ref: SourceRef, clip: Clip) -> Poses:
    """The poses of a source with its own frames and frame rate."""
    options = ref.options
    if options.size_px is None and clip.camera is not None:
        options = replace(options, size_px=upright_size(clip.camera))
    items = pose_items(read_shared(ref.path, ref.format, options))
    found = [poses for item, poses in items if not ref.key or item.key == ref.key]
    if not found:
        raise DataError("file holds no 3D poses", path=ref.path)
    return found[0]


def _facts(poses: Poses, ref: SourceRef, clip: Clip) -> dict[str, str]:
    """The facts in words."""
    rig = clip.poses.rig if ref.options.rig == "clip" else poses.rig
    as_clip = ", as its clip" if ref.options.rig == "clip" else ""
    known = format_named(poses.origin.format or ref.format or "")
    size = ref.options.size_px
    return {
        "format": f"{known.title} ({known.name})",
        "axes": AXES_IN_WORDS[poses.axes],
        "scale": str(poses.scale).replace("_", " "),
        "unit": _unit(ref.options.mm_per_unit),
        "rig": f"{RIGS[rig].title} ({rig}{as_clip})",
        "fps": f"{poses.fps:g} per second" if poses.fps else f"not in the file; the clip's {clip.fps:g} per second",
        "normalisation": poses.normalisation or "not in the file",
        "size_px": f"{size[0]} × {size[1]} px" if size else "the camera's, where the format needs it",
        "length": f"{poses.n_frames} frames; the clip has {clip.n_frames}",
    }


def _unit(mm_per_unit: float | None) -> str:
    """The unit of length in the file, as stated or concluded."""
    names = {factor: name for name, factor in UNITS_MM.items()}
    if mm_per_unit is None:
        return "that of the format"
    return names.get(mm_per_unit, f"{mm_per_unit:g} mm")
