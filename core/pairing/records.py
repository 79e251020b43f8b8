"""What pairing a lifter to a dataset needs and gives: options, references to sources, the pairing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.dataset import Problem
from core.errors import UsageError
from core.formats.base import ReadOptions

__all__ = ["TRIMS", "FitPolicy", "LifterOptions", "Pairing", "SourceRef"]

TRIMS: tuple[str, ...] = ("start", "end", "centre")
"""Where frames are cut from, or counted as missing in, a source of another length than its clip."""


@dataclass(frozen=True, slots=True)
class FitPolicy:
    """How a source of another length or frame rate may be brought to its clip; by default it may not.

    offset : clip frame of the source's frame 0 (negative: the source began earlier). trim : one of :data:`TRIMS`.
    resample : interpolate a source of another frame rate to the clip's.
    Raises :class:`UsageError` for an unknown trim and for offset and trim together.
    """

    offset: int | None = None
    trim: str | None = None
    resample: bool = False

    def __post_init__(self) -> None:
        if self.trim is not None and self.trim not in TRIMS:
            raise UsageError(f"unknown trim {self.trim!r}; known: {', '.join(TRIMS)}")
        if self.trim is not None and self.offset is not None:
            raise UsageError("offset and trim exclude each other: an offset already says which frames are meant")


@dataclass(frozen=True, slots=True)
class LifterOptions:
    """What the user states about one lifter's predictions; None and empty mean: as the files say.

    format : name of a format. read : meaning of the numbers. fit : see :class:`FitPolicy`. title : for people.
    clips : explicit pairs of clip name and file (``file`` or ``file#key``), relative to the predictions.
    """

    format: str | None = None
    read: ReadOptions = field(default_factory=ReadOptions)
    fit: FitPolicy = field(default_factory=FitPolicy)
    title: str | None = None
    clips: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRef:
    """One lifter's poses for one clip, not yet read: file, record in it, format and how to read and fit it.

    key : record of a file with several, empty where there is one. format : name, or None to detect.
    unit_concluded : the unit in ``options`` was concluded from other files of the lifter, so this one is checked.
    Hashable, and can be sent to another process.
    """

    path: Path
    key: str = ""
    format: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    fit: FitPolicy = field(default_factory=FitPolicy)
    unit_concluded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """One lifter's predictions matched to the clips of a dataset.

    lifter : name in tables. path : file or folder of the predictions. sources : clip name to source, in order of
    clips. missing : clips without a source. extra : files (or records) that belong to no clip. other_length : clips
    whose source is known to have another number of frames. problems : what is wrong with the files, one line each.
    title : for people. simulated : the source is a simulation of an error, never a real model. notes : assumptions.
    cautions : what does not match and what was assumed, one line each; nothing is wrong so far.
    """

    lifter: str
    path: Path
    sources: Mapping[str, SourceRef]
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    other_length: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str = ""
    simulated: bool = False
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
