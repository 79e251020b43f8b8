"""Where the clips of a dataset lie: the AthletePose3D folder layout in its variants.

``ROOT/[data/]<split>[_set]/<athlete>/<stem>.json``, opened at any level; ``cam_param.json`` at the root.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError, UsageError

__all__ = ["SPLITS", "Layout", "find_layout", "split_of"]

SPLITS: tuple[str, ...] = ("train", "valid", "test")
"""Names of the splits; a folder may carry ``_set`` after the name."""

CAMERAS = "cam_param.json"
_LEVELS_ABOVE = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """What to scan. root : top folder. cameras : ``cam_param.json`` or None. athletes : (folder, split), sorted."""

    root: Path
    cameras: Path | None
    athletes: tuple[tuple[Path, str], ...]


def split_of(folder_name: str) -> str:
    """``train`` for ``train`` and ``train_set``, and so on; empty for any other name."""
    name = folder_name.removesuffix("_set")
    return name if name in SPLITS else ""


def find_layout(folder: Path, split: str | None) -> Layout:
    """The athlete folders under ``folder``, which may be the root, ``data``, a split or one athlete.

    split : only this split (``train`` or ``train_set``). Raises :class:`UsageError` for an unknown split name and
    :class:`DataError` where nothing looks like a dataset or the split is absent.
    """
    wanted = _wanted_split(split)
    athletes = _athletes(folder)
    if not athletes:
        raise DataError("no clips found", path=folder, expected="a dataset in AthletePose3D layout",
                        hint="Open the folder that holds data/, a split, one athlete, or one clip")  # fmt: skip
    chosen = tuple((path, name) for path, name in athletes if wanted in ("", name))
    if not chosen:
        present = sorted({name for _, name in athletes if name}) or ["no named split"]
        raise DataError(f"no split {wanted!r}; it has: {', '.join(present)}", path=folder)
    cameras = _cameras_above(folder)
    return Layout(_root(folder, cameras), cameras, chosen)


def _wanted_split(split: str | None) -> str:
    if split is None:
        return ""
    name = split_of(split)
    if not name:
        raise UsageError(f"unknown split {split!r}; known: {', '.join(SPLITS)}")
    return name


def _athletes(folder: Path) -> list[tuple[Path, str]]:
    """Athlete folders under ``folder`` with their split, in order of path."""
    if _holds_clips(folder):
        return [(folder, split_of(folder.parent.name))]
    found: list[tuple[Path, str]] = []
    data = folder / "data"
    for base in (folder, data) if data.is_dir() else (folder,):
        for child in _folders(base):
            split = split_of(child.name)
            if split:
                found += [(athlete, split) for athlete in _folders(child) if _holds_clips(athlete)]
            elif _holds_clips(child):
                found.append((child, split_of(base.name)))
    return sorted(found)


def _folders(folder: Path) -> list[Path]:
    """Folders directly inside, without hidden ones and without predictions."""
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if e.is_dir() and not e.name.startswith(".") and e.name != "predictions"]
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=folder) from None
    return [folder / name for name in sorted(names)]


def _holds_clips(folder: Path) -> bool:
    """Whether files of clips lie directly in the folder: reference poses, or a ``.json`` that goes with a clip."""
    try:
        with os.scandir(folder) as entries:
            names = {entry.name for entry in entries}
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=folder) from None
    informed = (name.removesuffix(".json") for name in names if name.endswith(".json"))
    return any(name.endswith("_h36m.npy") for name in names) or any(
        "_cam_" in stem or f"{stem}.npy" in names for stem in informed
    )


def _cameras_above(folder: Path) -> Path | None:
    """The nearest ``cam_param.json`` in the folder or a few levels above it."""
    for level in (folder, *list(folder.parents)[:_LEVELS_ABOVE]):
        if (level / CAMERAS).is_file():
            return level / CAMERAS
    return None


def _root(folder: Path, cameras: Path | None) -> Path:
    """Top of the layout: where the cameras are, else as far up as the folder names tell."""
    if cameras is not None:
        return cameras.parent
    if not split_of(folder.name) and split_of(folder.parent.name):
        folder = folder.parent
    if split_of(folder.name):
        folder = folder.parent
    return folder.parent if folder.name == "data" else folder
