"""Files or records that names bring to clips, and which of them hold 3D poses of which format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import numpy as np

from core.dataset import ClipEntry
from core.errors import DataError
from core.formats.base import Format
from core.formats.registry import detect, format_named
from core.pairing.records import LifterOptions, SourceRef

__all__ = ["PLAIN", "SAMPLE", "Matched", "only_poses", "spread"]

SAMPLE = 24
"""Files of a lifter that are looked into to learn what all of them are."""

PLAIN = "poses_npy"
"""The format of an array that says nothing about itself."""

_CLEAR = 2 / 3
_WORDS = {"poses": "3D poses", "poses2d": "2D keypoints"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Matched:
    """A file or record, the clips it names, and the kind of name it has (ending after the clip's words)."""

    ref: SourceRef
    shown: str
    clips: tuple[ClipEntry, ...]
    kind: tuple[str, ...] = ()
    n_frames: int | None = None


def spread(items: Sequence[_T]) -> Iterator[_T]:
    """All items, first :data:`SAMPLE` of them at even distances, then the others in order."""
    first = np.unique(np.linspace(0, len(items) - 1, min(SAMPLE, len(items))).astype(int)).tolist() if items else []
    yield from (items[index] for index in first)
    rest = set(range(len(items))) - set(first)
    yield from (items[index] for index in sorted(rest))


def only_poses(
    matched: list[Matched], options: LifterOptions, holds: str = "poses"
) -> tuple[list[Matched], list[str], list[str]]:
    """The files that hold 3D poses, with their format; notes; and what kinds of file cannot be read.

    holds : what the files must hold, as of :class:`core.formats.base.Format`; ``poses2d`` for 2D keypoints.

    A sample of the files of each kind of name tells for all of the kind, unless a format is stated: one file may be
    broken, or hold an athlete in a posture that makes it look like another format.
    """
    kinds: dict[tuple[str, ...], list[Matched]] = defaultdict(list)
    for match in matched:
        kinds[match.kind].append(match)
    kept, notes, unreadable, formats = [], [], [], set()
    for kind, same in kinds.items():
        aside = f"{len(same)} files like {same[0].shown} left aside"
        format_name = options.format
        if format_name is None:
            found = _format_of(same)
            if isinstance(found, DataError):
                unreadable.append(f"{aside}: {found}")
                continue
            like, known = found
            if known.holds != holds:
                notes.append(f"{aside}: {known.title}, no {_WORDS[holds]}")
                continue
            format_name = known.name
            formats.add(format_name)
            notes.append(f"format {format_name} detected on {like.shown} and used for {len(same)} files")
        elif kind[-1] not in format_named(format_name).suffixes:
            notes.append(f"{aside}: not of format {format_name}")
            continue
        kept += [replace(match, ref=replace(match.ref, format=format_name)) for match in same]
    if len(formats) > 1:
        notes.append(f"files are in several formats: {', '.join(sorted(formats))}")
    return kept, notes, unreadable


def _format_of(same: Sequence[Matched]) -> tuple[Matched, Format] | DataError:
    """Format of most of the readable files of a sample, and one that has it; else why the first cannot be read.

    Formats of single arrays are told from one another by the body's posture, too. Where no two thirds agree on one
    of them, the files are plain arrays whose meaning is settled afterwards.
    """
    seen, errors = _detected(same)
    if not seen:
        return errors[0]
    votes = Counter(known.name for _, known in seen)
    name, count = votes.most_common(1)[0]
    if count < _CLEAR * len(seen) and PLAIN in votes:
        name = PLAIN
    return next((match, known) for match, known in seen if known.name == name)


def _detected(same: Sequence[Matched]) -> tuple[list[tuple[Matched, Format]], list[DataError]]:
    """The first :data:`SAMPLE` files whose format can be told, and the errors of those that were passed over."""
    errors = []

    def detections() -> Iterator[tuple[Matched, Format]]:
        for match in spread(same):
            try:
                yield match, detect(match.ref.path)
            except DataError as error:
                errors.append(error)

    return list(islice(detections(), SAMPLE)), errors
