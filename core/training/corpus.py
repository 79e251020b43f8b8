"""A folder of recorded motion as postures, divided by take.

Two files may hold the same take on two rigs (a twin); ``resources/bvh_rigs/twins.csv`` names those that are known.
Twins always fall on the same side. ``activities.csv`` beside it says what is done in takes whose names do not.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from core.body.retarget import retarget
from core.body.rigs_bvh import JointMap
from core.body.usable import usable_frames
from core.errors import DataError
from core.formats.base import JointMotion, ReadOptions
from core.formats.bvh import FORMAT
from core.records import Float32
from core.training.poses import local_rotations

__all__ = ["Split", "Take", "corpus_sha256", "load_takes", "postures_of", "split_takes", "twin_of"]

_EVERY = 6
"""One take in six is held out, one in twelve watches the training and calibrates."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One recording. name : file without ending. sha256 : of the file.

    poses : (T, 18, 3, 3) local rotations of the usable frames. runs : lengths of their unbroken stretches.
    """

    name: str
    poses: Float32
    runs: tuple[int, ...]
    sha256: str

    @property
    def group(self) -> str:
        """Name of the take that twins share."""
        return twin_of(self.name)

    @property
    def activity(self) -> str:
        """What is done in it: from the table, else the second part of its name."""
        return _table("activities.csv", "activity").get(self.name) or _named_activity(self.name)


@dataclass(frozen=True, slots=True)
class Split:
    """Takes to learn from, to watch the training with, and to measure on in the end; no group is in two of them."""

    train: tuple[Take, ...]
    validation: tuple[Take, ...]
    held_out: tuple[Take, ...]


@lru_cache(maxsize=2)
def _table(file: str, column: str) -> dict[str, str]:
    """Clip to ``column`` of a table in ``resources/bvh_rigs``."""
    text = files("resources").joinpath("bvh_rigs").joinpath(file).read_text(encoding="utf-8")
    return {row["clip"]: row[column] for row in csv.DictReader(text.splitlines())}


def twin_of(name: str) -> str:
    """The take that this clip shows, by its first name."""
    return _table("twins.csv", "same_take_as").get(name, name)


def _named_activity(name: str) -> str:
    """``walk-back`` of ``dataset-1_walk-back_tired_001``; ``other`` where the name has no word."""
    words = [word for word in name.split("_")[1:] if word[:1].isalpha()]
    return words[0] if words else "other"


def load_takes(folders: Iterable[Path], joint_map: JointMap | None = None) -> tuple[Take, ...]:
    """All BVH files under the folders, retargeted, in order of folder and name.

    Raises :class:`DataError` for a folder without BVH files and for a file that cannot be read or retargeted.
    """
    takes = []
    for folder in folders:
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".bvh") if folder.is_dir() else [folder]
        if not paths:
            raise DataError("folder holds no BVH files", path=folder)
        takes += [_take(path, joint_map) for path in paths]
    return tuple(takes)


def _take(path: Path, joint_map: JointMap | None) -> Take:
    content = FORMAT.read(path, ReadOptions())
    record = content.items[0].record
    if not isinstance(record, JointMotion):
        raise DataError("no jointed motion", path=path)
    try:
        moved = retarget(record, joint_map)
    except DataError as error:
        raise DataError(error.what, path=path, expected=error.expected, got=error.got, hint=error.hint) from None
    usable = usable_frames(moved.motion)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], usable.frames, [False]]).astype(np.int8))).reshape(-1, 2)
    runs = tuple(int(end - start) for start, end in edges)
    poses = local_rotations(moved.motion)[usable.frames]
    return Take(path.stem, poses, runs, content.sha256)


def split_takes(takes: Sequence[Take]) -> Split:
    """Every sixth take group, in the order of names, is held out, every twelfth validates.

    Groups are takes with their twins.
    """
    groups = sorted({take.group for take in takes})
    held, watched = set(groups[_EVERY // 2 :: _EVERY]), set(groups[:: 2 * _EVERY])
    return Split(
        tuple(t for t in takes if t.group not in held | watched),
        tuple(t for t in takes if t.group in watched - held),
        tuple(t for t in takes if t.group in held),
    )


def postures_of(takes: Iterable[Take]) -> Float32:
    """(n, 18, 3, 3) postures of takes, end to end."""
    return np.concatenate([take.poses for take in takes])


def corpus_sha256(takes: Iterable[Take]) -> str:
    """One hash of the files of all takes, whatever their order."""
    return hashlib.sha256("\n".join(sorted(take.sha256 for take in takes)).encode()).hexdigest()
