"""A folder of recorded motion as postures, divided by take.

Two files may hold the same take on two rigs (a twin); ``resources/bvh_rigs/twins.csv`` names those that are known.
Twins always fall on the same side. ``activities.csv`` beside it says what is done in takes whose names do not,
``sets.csv`` which takes are motion as laboratories record it (upright, everyday) and which are athletic.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.body.retarget import Retargeted, retarget
from core.body.rigs_bvh import JointMap
from core.body.usable import usable_frames
from core.errors import DataError
from core.formats.base import JointMotion, ReadOptions
from core.formats.bvh import FORMAT
from core.records import Float32
from core.training.poses import local_rotations

__all__ = ["KnownTake", "Recording", "Split", "Take", "activity_of", "corpus_sha256", "held_groups", "load_recordings",
           "load_takes", "postures_of", "set_of", "split_takes", "twin_of"]  # fmt: skip

_EVERY = 6
"""One take in six is held out, one in twelve watches the training and calibrates."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One file, retargeted. name : without ending. usable : (T,) frames that are motion. sha256 : of the file."""

    name: str
    moved: Retargeted
    usable: NDArray[np.bool_]
    sha256: str

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """First frame and the one after the last of each unbroken stretch of usable frames."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], self.usable, [False]]).astype(np.int8)))
        return tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2))


class KnownTake:
    """What the tables of takes know of a recording by its name."""

    __slots__ = ()
    name: str

    @property
    def group(self) -> str:
        """Name of the take that twins share."""
        return twin_of(self.name)

    @property
    def activity(self) -> str:
        """What is done in it."""
        return activity_of(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Take(KnownTake):
    """One recording. name : file without ending. sha256 : of the file.

    poses : (T, 18, 3, 3) local rotations of the usable frames. runs : lengths of their unbroken stretches.
    """

    name: str
    poses: Float32
    runs: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Split:
    """Takes to learn from, to watch the training with, and to measure on in the end; no group is in two of them."""

    train: tuple[Take, ...]
    validation: tuple[Take, ...]
    held_out: tuple[Take, ...]


@lru_cache(maxsize=3)
def _table(file: str, column: str) -> dict[str, str]:
    """Clip to ``column`` of a table in ``resources/bvh_rigs``."""
    text = files("resources").joinpath("bvh_rigs").joinpath(file).read_text(encoding="utf-8")
    return {row["clip"]: row[column] for row in csv.DictReader(text.splitlines())}


def twin_of(name: str) -> str:
    """The take that this clip shows, by its first name."""
    return _table("twins.csv", "same_take_as").get(name, name)


def activity_of(name: str) -> str:
    """What is done in a take: from the table, else the second part of its name."""
    return _table("activities.csv", "activity").get(name) or _named_activity(name)


def set_of(name: str) -> str | None:
    """``lab`` or ``athletic``; None for a take that the table does not have."""
    return _table("sets.csv", "set").get(name)


def _named_activity(name: str) -> str:
    """``walk-back`` of ``dataset-1_walk-back_tired_001``; ``other`` where the name has no word."""
    words = [word for word in name.split("_")[1:] if word[:1].isalpha()]
    return words[0] if words else "other"


def load_takes(folders: Iterable[Path], joint_map: JointMap | None = None) -> tuple[Take, ...]:
    """All BVH files under the folders as postures; order and errors as of :func:`load_recordings`."""
    return tuple(_take(recording) for recording in load_recordings(folders, joint_map))


def load_recordings(folders: Iterable[Path], joint_map: JointMap | None = None) -> Iterator[Recording]:
    """All BVH files under the folders, retargeted, one in memory at a time, in order of folder and name.

    Raises :class:`DataError` for a folder without BVH files and for a file that cannot be read or retargeted.
    """
    for folder in folders:
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".bvh") if folder.is_dir() else [folder]
        if not paths:
            raise DataError("folder holds no BVH files", path=folder)
        for path in paths:
            yield _recording(path, joint_map)


def _recording(path: Path, joint_map: JointMap | None) -> Recording:
    content = FORMAT.read(path, ReadOptions())
    record = content.items[0].record
    if not isinstance(record, JointMotion):
        raise DataError("no jointed motion", path=path)
    try:
        moved = retarget(record, joint_map)
    except DataError as error:
        raise DataError(error.what, path=path, expected=error.expected, got=error.got, hint=error.hint) from None
    return Recording(path.stem, moved, usable_frames(moved.motion).frames, content.sha256)


def _take(recording: Recording) -> Take:
    poses = local_rotations(recording.moved.motion)[recording.usable]
    return Take(recording.name, poses, tuple(end - start for start, end in recording.runs), recording.sha256)


def held_groups(groups: Iterable[str]) -> tuple[set[str], set[str]]:
    """Of groups of takes: every sixth, in the order of names, is held out, every twelfth validates."""
    ordered = sorted(set(groups))
    held = set(ordered[_EVERY // 2 :: _EVERY])
    return held, set(ordered[:: 2 * _EVERY]) - held


def split_takes(takes: Sequence[Take]) -> Split:
    """Takes divided by :func:`held_groups`; groups are takes with their twins."""
    held, watched = held_groups(take.group for take in takes)
    return Split(
        tuple(t for t in takes if t.group not in held | watched),
        tuple(t for t in takes if t.group in watched),
        tuple(t for t in takes if t.group in held),
    )


def postures_of(takes: Iterable[Take]) -> Float32:
    """(n, 18, 3, 3) postures of takes, end to end."""
    return np.concatenate([take.poses for take in takes])


def corpus_sha256(hashes: Iterable[str]) -> str:
    """One hash of the hashes of all files, whatever their order."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()
