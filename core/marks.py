"""Named marks: moments and spans of clips that a person wants to find again, kept in one readable file.

The file is JSON: ``{"anglescope_marks": 1, "of": "…", "marks": [{"key", "name", "clip", "first", "last", "note"},
…]}``; frames count from 0 and both ends are included. Marks of clips that are not open stay in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from core.errors import DataError, OutputError
from core.files import write_atomic

__all__ = ["Mark", "change_marks", "new_mark", "read_marks"]

_MOST_LETTERS = 200
_MOST_BYTES = 32 * 2**20


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One mark. key : tells it from all others. first, last : frames, both included, the same for a moment.

    Raises ``ValueError`` for a span that ends before it begins, an empty name or one of several lines.
    """

    key: str
    name: str
    clip: str
    first: int
    last: int
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last:
            raise ValueError(f"a mark from frame {self.first} to {self.last}")
        if not self.name.strip() or len(self.name) > _MOST_LETTERS or not self.name.isprintable():
            raise ValueError(f"a mark's name is one line of 1 to {_MOST_LETTERS} letters, not {self.name[:20]!r}")
        if not self.key or not self.clip:
            raise ValueError("a mark without a key or a clip")

    @property
    def is_moment(self) -> bool:
        """Whether it is one frame."""
        return self.first == self.last


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file. of : what was open, for people who find the file."""

    anglescope_marks: Literal[1]
    of: str
    marks: tuple[Mark, ...]


def new_mark(name: str, clip: str, first: int, last: int, note: str = "") -> Mark:
    """A mark with a key of its own. Raises ``ValueError`` as :class:`Mark`."""
    return Mark(secrets.token_hex(6), name.strip(), clip, first, last, note)


def read_marks(path: Path) -> tuple[Mark, ...]:
    """The marks of a file in the order in which they were made; none where there is no file.

    Raises :class:`DataError` for a file that cannot be read or is not one of marks.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError("file is too large for marks", path=path)
        marks = msgspec.json.decode(path.read_bytes(), type=_File).marks
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"not usable as marks ({error})", path=path) from None
    if len({mark.key for mark in marks}) < len(marks):
        raise DataError("not usable as marks (two have the same key)", path=path)
    return marks


def change_marks(
    path: Path, change: Callable[[tuple[Mark, ...]], tuple[Mark, ...]], of: str, known: tuple[Mark, ...] = ()
) -> tuple[tuple[Mark, ...], Path | None]:
    """Change the marks of a file as it is now, so that what another window has added meanwhile stays.

    change : from the marks that are there to those that shall be. of : what was open. known : what to change where the
    file has become unusable. Returns the marks, and where a
    file that could not be used was put aside, else None: such a file is renamed, never overwritten.
    Raises :class:`OutputError` where nothing can be written.
    """
    aside = None
    try:
        before = read_marks(path)
    except DataError:
        before, aside = known, _put_aside(path)
    marks = change(before)
    if marks != before or aside is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
        write_atomic(path, msgspec.json.format(msgspec.json.encode(_File(1, of, marks))) + b"\n")
    return marks, aside


def _put_aside(path: Path) -> Path:
    """Rename to the first free of ``.bad``, ``.bad2`` and so on."""
    number = 1
    while True:
        aside = path.with_name(f"{path.name}.bad{number if number > 1 else ''}")
        if not aside.exists():
            break
        number += 1
    try:
        return path.rename(aside)
    except OSError as error:
        raise OutputError(f"{path}: cannot be put aside ({error.strerror or error})") from None
