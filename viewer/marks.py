"""The named marks of what is open: where they are kept, and the one writer of them.

With a study they are in ``<study>.marks.json`` beside it, so that they go where the study goes. Otherwise, and where
the study's folder cannot be written, they are in the user's own folder, by the path of what is open: a dataset is
somebody's data, and nothing is written into it. No file is made before the first mark.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from core.errors import AnglescopeError, DataError
from core.files import sha256_hex
from core.marks import Mark, change_marks, new_mark, read_marks
from viewer.session import Session
from viewer.settings import settings_path
from viewer.undoing import when_there
from viewer.workspace import Workspace

__all__ = ["MarkBook", "go_to_mark", "marks_path"]

Change = Callable[[tuple[Mark, ...]], tuple[Mark, ...]]


def marks_path(workspace: Workspace) -> Path:
    """Where the marks of a workspace are kept."""
    opened = workspace.path.absolute()
    if opened.suffix == ".toml" and os.access(opened.parent, os.W_OK):
        return opened.with_name(f"{opened.stem}.marks.json")
    if opened.suffix != ".toml" and workspace.job is not None:
        opened = workspace.job.dataset.root.resolve()  # also of a results folder, or of one clip
    return settings_path().parent / "marks" / f"{opened.name}-{sha256_hex(str(opened).encode())[:12]}.json"


def go_to_mark(session: Session, mark: Mark) -> None:
    """Show a mark: its clip, its first frame, and its span where it is more than a moment."""
    span: dict[str, Any] = {} if mark.is_moment else {"span": (mark.first, mark.last)}
    if session.view.clip == mark.clip:
        session.update(frame=mark.first, **span)
        return
    session.update(clip=mark.clip)  # alone: a span given with it may be taken for that of the clip that is left
    session.update(**span)
    when_there(session, mark.clip, lambda: session.seek(mark.first))


class MarkBook(QObject):
    """All marks of what is open, those of clips that are not there among them; every change is written at once.

    clips : names of those that are open, in order. ``changed()`` after other marks are there. ``said(line, severity)``
    what the user should know.
    """

    changed = Signal()
    said = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._of = ""
        self._marks: tuple[Mark, ...] = ()
        self._removed: Mark | None = None
        self.clips: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All of them, in the order in which they were made."""
        return self._marks

    @property
    def path(self) -> Path | None:
        """The file, which need not be there yet; None while nothing is open."""
        return self._path

    @property
    def removed(self) -> Mark | None:
        """The mark that was removed last and can be put back."""
        return self._removed

    def open(self, workspace: Workspace) -> None:
        """The marks of what was opened; a file that cannot be used is said, and left alone until a mark is made."""
        path = marks_path(workspace)
        self.clips = tuple(clip.name for clip in workspace.clips)
        if path == self._path:
            return  # another lifter was added
        self._path, self._of, self._removed = path, str(workspace.path.absolute()), None
        try:
            self._marks = read_marks(path)
        except DataError as error:
            self._marks = ()
            self.said.emit(f"{error}. It is kept, and put aside when a mark is made", "warning")
        self.changed.emit()

    def of_clip(self, clip: str) -> tuple[Mark, ...]:
        """The marks of a clip in order of time."""
        mine = [mark for mark in self._marks if mark.clip == clip]
        return tuple(sorted(mine, key=lambda mark: (mark.first, mark.last)))

    def ordered(self) -> tuple[Mark, ...]:
        """All marks in the order of clips and time; those of clips that are not open last."""
        place = {clip: i for i, clip in enumerate(self.clips)}
        return tuple(sorted(self._marks, key=lambda m: (place.get(m.clip, len(place)), m.clip, m.first, m.last)))

    def beside(self, clip: str, frame: int, span: tuple[int, int] | None, *, forward: bool) -> Mark | None:
        """The next or the previous mark from a frame of a clip, also in other clips; None where there is none.

        span : in and out, which tell marks apart that begin at one frame.
        """
        if clip not in self.clips:
            return None
        here = (self.clips.index(clip), frame, span[1] if span is not None and span[0] == frame else frame)
        known = [mark for mark in self.ordered() if mark.clip in self.clips]
        places = [(self.clips.index(mark.clip), mark.first, mark.last) for mark in known]
        if forward:
            return next((mark for mark, at in zip(known, places, strict=True) if at > here), None)
        return next((mark for mark, at in zip(known[::-1], places[::-1], strict=True) if at < here), None)

    def add(self, clip: str, first: int, last: int) -> Mark | None:
        """A new mark under the next free number; None where it could not be written."""
        taken = {mark.name for mark in self._marks}
        number = next(n for n in range(1, len(taken) + 2) if f"Mark {n}" not in taken)
        mark = new_mark(f"Mark {number}", clip, first, last)
        is_first = not self._marks
        if not self._change(lambda before: (*before, mark)):
            return None
        if is_first:
            self.said.emit(f"marks are kept in {self._path}", "info")
        return mark

    def replace(self, key: str, *, name: str | None = None, note: str | None = None) -> bool:
        """Another name or note; False, and one line, for a name that cannot be one."""
        mark = next((mark for mark in self._marks if mark.key == key), None)
        if mark is None:
            return False
        try:
            new = msgspec.structs.replace(mark, name=(mark.name if name is None else name).strip(),
                                          note=mark.note if note is None else note.strip())  # fmt: skip
        except ValueError as error:
            self.said.emit(str(error), "warning")
            return False
        return self._change(lambda before: tuple(new if old.key == key else old for old in before))

    def remove(self, key: str) -> bool:
        """Take a mark away; it can be put back until another is removed."""
        gone = next((mark for mark in self._marks if mark.key == key), None)
        return gone is not None and self._change(lambda all_: tuple(mark for mark in all_ if mark.key != key), gone)

    def put_back(self) -> bool:
        """Bring back the mark that was removed last."""
        mark = self._removed
        return mark is not None and self._change(lambda before: (*before, mark))

    def _change(self, change: Change, removed: Mark | None = None) -> bool:
        if self._path is None:
            return False
        try:
            self._marks, aside = change_marks(self._path, change, self._of, known=self._marks)
        except AnglescopeError as error:
            self.said.emit(str(error), "error")
            return False
        if aside is not None:
            self.said.emit(f"{self._path.name} could not be used and is kept as {aside.name}", "warning")
        self._removed = removed
        self.changed.emit()
        return True
