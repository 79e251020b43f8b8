"""What every format module provides, and what a reader returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.records import Angles, Axes, Camera, Float32, Float64, Points, Poses, Poses2D

__all__ = ["Content", "Format", "Item", "JointMotion", "Match", "ReadOptions", "Record", "Table"]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Named columns over time, as in MOT, STO or an angles CSV.

    names : N columns without time. values : (T, N) float32. units : one per column (``deg``, ``mm``, ``''``).
    """

    names: tuple[str, ...]
    values: Float32
    units: tuple[str, ...]
    time_s: Float64
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class JointMotion:
    """A jointed hierarchy with rotations over time (BVH).

    names, parents : J joints, parent index -1 for the root. offsets_mm : (J, 3).
    rotations : (T, J, 3, 3) local rotation matrices. translations_mm : (T, J, 3) local translation of each
    joint in its parent (offset or position channels, whichever the rig means). positions_mm : (T, J, 3) world.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets_mm: Float32
    rotations: Float32
    translations_mm: Float32
    positions_mm: Float32
    fps: float
    axes: Axes
    notes: tuple[str, ...] = ()


Record = Points | Poses | Poses2D | Angles | Table | JointMotion | Camera


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One record of a file with the keys that place it.

    key : unique within the file (``''`` where there is only one record).
    subject, action, camera : for pairing with clips, where the file says.
    """

    record: Record
    key: str = ""
    subject: str = ""
    action: str = ""
    camera: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """All that a reader found in one file."""

    format: str
    path: Path
    sha256: str
    items: tuple[Item, ...]
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user states about a file; None means: as the file or format says.

    fps, axes, scale, rig, normalisation : override the record's fields.
    size_px : picture size, needed by some normalised formats. mm_per_unit : factor to millimetres.
    """

    fps: float | None = None
    axes: str | None = None
    scale: str | None = None
    rig: str | None = None
    normalisation: str | None = None
    size_px: tuple[int, int] | None = None
    mm_per_unit: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How well a file fits a format: ``sure`` by content, or only possible; ``why`` in a few words."""

    sure: bool
    why: str


class Sniffer(Protocol):
    """Looks at a file (path, first bytes) and says whether it may be this format; never raises for bad content."""

    def __call__(self, path: Path, head: bytes) -> Match | None: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One file format.

    name : identifier for ``--format`` (``videopose3d_npy``). title : for people. suffixes : usual endings.
    holds : kind of records (``poses``, ``points``, ``poses2d``, ``angles``, ``cameras``, ``motion``).
    sniff : detection by content. read : path and options to :class:`Content`; raises DataError, one line.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    holds: str
    sniff: Sniffer
    read: Callable[[Path, ReadOptions], Content] = field(repr=False)
