"""Opening a dataset: a folder, a part of it, or one clip, to a frozen index."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from core.dataset.entries import ClipEntry, Dataset, Problem
from core.dataset.index import Facts, Found, index_folder
from core.dataset.layout import Layout, find_layout
from core.errors import DataError
from core.files import sha256_hex
from core.formats.ap3d_clip import clip_name, read_cameras, stem_of
from core.records import Camera

__all__ = ["open_dataset"]


def open_dataset(path: str | Path, *, split: str | None = None) -> Dataset:
    """Index a dataset without loading coordinates.

    path : root of an AthletePose3D layout, its ``data``, a split, an athlete folder, or any file of one clip.
    split : only this split (``train``, ``valid``, ``test``, with or without ``_set``).
    Clips that cannot be used are left out and listed in ``problems``; two clips of one name are both kept, told
    apart by their split or folder, and listed. Raises :class:`DataError` where nothing usable is there and
    :class:`core.errors.UsageError` for an unknown split.
    """
    place = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links and rename what the user gave
    if not place.exists():
        raise DataError("no such file or folder", path=path)
    only = None if place.is_dir() else stem_of(place)
    if only == place:
        raise DataError("not a file of a clip", path=path, expected="the .json or an array of an AthletePose3D clip")
    layout = find_layout(place if only is None else only.parent, split)
    entries, problems = _entries(layout, None if only is None else only.name)
    if not entries and not problems:
        raise DataError("no clip goes with this file", path=path, expected=f"{only.name}.json" if only else None)
    clips, clashes = _unique_names(entries)
    cameras, notes, camera_hash, camera_problems = _cameras(layout.cameras)
    return Dataset(layout.root, clips, (*problems, *clashes, *camera_problems), cameras, layout.cameras,
                   _fingerprint(clips, camera_hash), notes)  # fmt: skip


def _entries(layout: Layout, only: str | None) -> tuple[list[ClipEntry], list[Problem]]:
    """Entries of all athlete folders and the clips that had to be left out; ``only`` keeps one stem."""
    entries, problems = [], []
    for folder, split in layout.athletes:
        location = folder.relative_to(layout.root).as_posix()
        for found in index_folder(folder):
            if only is not None and found.stem != only:
                continue
            if isinstance(found.facts, DataError):
                problems.append(Problem(str(found.facts), f"{folder.name}_{found.stem}", excluded=True))
            else:
                prefix = "" if location == "." else f"{location}/"
                entries.append(_entry(found, found.facts, folder.name, split, prefix))
    return entries, problems


def _entry(found: Found, facts: Facts, folder: str, split: str, prefix: str) -> ClipEntry:
    parts = clip_name(found.stem)
    return ClipEntry(
        f"{folder}_{found.stem}", f"{facts.group}/{folder}", folder, found.stem, parts.activity, parts.trial,
        parts.camera_index, split, prefix + found.stem, facts.camera_id, facts.group, facts.n_frames, facts.fps,
        facts.n_labels, facts.size_px, facts.rotated, facts.source_start_frame, found.roles, facts.digest,
    )  # fmt: skip


def _unique_names(entries: Iterable[ClipEntry]) -> tuple[tuple[ClipEntry, ...], list[Problem]]:
    """Entries in order of name, names made unique by split, split folder or location, and what was renamed."""
    by_name: dict[str, list[ClipEntry]] = defaultdict(list)
    for entry in entries:
        by_name[entry.name].append(entry)
    clips, problems = [], []
    for name, same in by_name.items():
        if len(same) > 1:
            places = " and ".join(entry.location for entry in same)
            same = _qualified(same)
            kept = ", ".join(entry.name for entry in same)
            problems.append(Problem(f"several clips are called {name}: {places}; kept as {kept}", name))
        clips += same
    return tuple(sorted(clips, key=lambda clip: clip.name)), problems


def _qualified(same: list[ClipEntry]) -> list[ClipEntry]:
    """The clips with the first of split, split folder and whole location before the name that tells them apart."""
    ways: tuple[Callable[[ClipEntry], str], ...] = (
        lambda entry: f"{entry.split}_{entry.name}",
        lambda entry: "_".join(entry.location.split("/")[-3:]),
        lambda entry: entry.location.replace("/", "__"),
    )
    for way in ways:
        names = [way(entry) for entry in same]
        if len(set(names)) == len(names):
            break
    return [replace(entry, name=name) for entry, name in zip(same, names, strict=True)]


def _cameras(path: Path | None) -> tuple[tuple[Camera, ...], tuple[str, ...], str, list[Problem]]:
    """Cameras, notes on them, their hash, and a problem where they are broken: only some uses need them."""
    if path is None:
        return (), ("no cam_param.json: poses stay in the world, nothing can be projected",), "", []
    try:
        return *read_cameras(path), []
    except DataError as error:
        return (), (), "", [Problem(str(error))]


def _fingerprint(clips: tuple[ClipEntry, ...], camera_hash: str) -> str:
    """Hash of what was indexed, independent of where the dataset lies and when it was copied."""
    listed = "\n".join(f"{clip.name} {clip.digest}" for clip in clips)
    return sha256_hex(f"{camera_hash}\n{listed}".encode())
