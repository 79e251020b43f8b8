"""Undo and redo of what the window shows. No Qt here: a record of views, what a change was, and when."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from core.editing import Move
from viewer.view import View

__all__ = ["DEPTH", "History", "Step", "changed_fields"]

DEPTH = 200
"""Most steps that are kept."""
_BURST_S = 1.0
_NOTHING = frozenset({"frame"})


@dataclass(frozen=True, slots=True)
class Step:
    """One change that can be undone. text : what it was, as a menu says it."""

    before: View
    after: View
    text: str


class History:
    """Steps behind and ahead of the view that is shown.

    Frames alone are no step: who has scrubbed on since a change is taken back to the frame where it was made, and by
    redo to where they had scrubbed to, so that redo after undo gives the very same view. A view that has come about
    without a step, as by playing, is no reason to lose one.
    """

    def __init__(self, depth: int = DEPTH) -> None:
        self._past: deque[Step] = deque(maxlen=depth)
        self._future: list[Step] = []
        self._key: tuple[object, ...] = ()
        self._last_s = float("-inf")

    def __len__(self) -> int:
        return len(self._past)

    @property
    def undo_text(self) -> str:
        """What would be undone, empty for nothing."""
        return self._past[-1].text if self._past else ""

    @property
    def redo_text(self) -> str:
        """What would be done again, empty for nothing."""
        return self._future[-1].text if self._future else ""

    def push(self, before: View, after: View, text: str, now_s: float) -> bool:
        """Keep a change; True where that is a step of its own or part of one.

        A change of the same fields within a second of the last one belongs to it: ``before`` is then that of the first,
        and where they come to nothing together, the step is gone. Whatever could be done again no longer can.
        """
        names = changed_fields(before, after)
        if not names:
            return False
        key = (names, _edited(before, after))
        burst = key == self._key and now_s - self._last_s <= _BURST_S and bool(self._past) and not self._future
        burst = burst and not changed_fields(self._past[-1].after, before)
        begin = self._past.pop().before if burst else before
        self._future.clear()
        self._last_s = now_s
        comes_to_something = bool(changed_fields(begin, after))
        self._key = key if comes_to_something else ()
        if comes_to_something:
            self._past.append(Step(begin, after, text))
        return True

    def undo(self, now: View) -> View | None:
        """The view before the last step, or None where there is none. now : what is shown."""
        if not self._past:
            return None
        step = self._past.pop()
        self._future.append(replace(step, after=now))
        self._key = ()
        return step.before

    def redo(self, now: View) -> View | None:
        """The view after the step that was undone last, or None where there is none. now : what is shown."""
        if not self._future:
            return None
        step = self._future.pop()
        self._past.append(replace(step, before=now))
        self._key = ()
        return step.after

    def clear(self) -> None:
        """Forget everything."""
        self._past.clear()
        self._future.clear()
        self._key = ()


def changed_fields(before: View, after: View) -> frozenset[str]:
    """Names of the fields that differ, as ``scene.ghost``; without the frame and the direction of playing."""
    found = frozenset(_different(before, after, ""))
    if abs(before.speed) == abs(after.speed):
        found -= {"speed"}
    return found - _NOTHING


def _different(before: Any, after: Any, prefix: str) -> list[str]:
    names: list[str] = []
    for field in fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if one == other:
            continue
        if is_dataclass(one) and is_dataclass(other):
            names += _different(one, other, f"{prefix}{field.name}.")
        else:
            names.append(prefix + field.name)
    return names


def _edited(before: View, after: View) -> object:
    """What tells edits apart: nudges of one joint of one source are a burst, any other two edits are not."""
    if before.edits == after.edits:
        return None
    last = after.edits[-1] if after.edits else None
    if last is not None and isinstance(last.edit, Move) and len(after.edits) >= len(before.edits):
        return last.clip, last.source, last.edit.joint
    return object()
