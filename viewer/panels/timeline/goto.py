"""What a person types to go somewhere: a frame, or a time. No Qt here."""

from __future__ import annotations

import re

from viewer.wording import frame_text

__all__ = ["frame_typed"]

_NUMBER = r"\d+(?:[.,]\d*)?|[.,]\d+"
_CLOCK = re.compile(rf"(?:(\d+):)?(\d+):({_NUMBER})\s*s?")
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*(ms|s)")


def frame_typed(text: str, fps: float, n_frames: int, seconds: bool = False) -> int:
    """The frame that is meant by ``120``, ``1.5 s``, ``250 ms`` or ``0:01.5``; of a time the nearest frame.

    seconds : a bare number is a time, not a frame. Raises ValueError with one line for people.
    """
    typed = text.strip().lower()
    if not seconds and typed.isascii() and typed.isdecimal():
        frame, said = int(typed), f"Frame {typed}"
    else:
        frame, said = round(_seconds(typed, text, seconds) * fps), f"Time {text.strip()}"
    if frame >= n_frames:
        last = frame_text(n_frames - 1, fps)
        raise ValueError(f"{said} is beyond the end of this clip ({last}).")
    return frame


def _seconds(typed: str, text: str, bare: bool) -> float:
    clock, unit = _CLOCK.fullmatch(typed), _WITH_UNIT.fullmatch(typed)
    if clock is not None:
        hours, minutes, rest = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + _float(rest)
    if unit is not None:
        return _float(unit[1]) / (1000 if unit[2] == "ms" else 1)
    if bare and re.fullmatch(_NUMBER, typed):
        return _float(typed)
    raise ValueError(f"“{text.strip()}” is neither a frame (120) nor a time (1.5 s, 0:01.5).")


def _float(text: str) -> float:
    return float(text.replace(",", "."))
