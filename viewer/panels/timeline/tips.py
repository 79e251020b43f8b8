"""What the bar says of a point under the mouse, as rich text. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from core.marks import Mark as NamedMark
from viewer.content.records import ClipContent, Track
from viewer.panels.timeline.marks import Mark
from viewer.theme import Theme
from viewer.wording import frame_text, span_text

__all__ = ["said_of_frame", "said_of_mark", "said_of_name", "said_of_span", "said_of_track"]


def _at(content: ClipContent, frame: int) -> str:
    return frame_text(frame, content.fps)


def _named(track: Track, theme: Theme) -> str:
    return f"<span style='color:{theme.lifter(track.colour)}'>{escape(track.name)}</span>"


def said_of_frame(content: ClipContent, tracks: Sequence[Track], frame: int, theme: Theme) -> str:
    """Frame, time, and the angle MAE of every lifter there."""
    lines = [_at(content, frame)]
    for track in tracks:
        mae = track.angle_mae_deg[frame]
        value = "missing" if np.isnan(mae) else f"{mae:.1f}°"
        lines.append(f"{_named(track, theme)} angle MAE <b>{value}</b>")
    return "<br>".join(lines)


def said_of_mark(content: ClipContent, mark: Mark, n_marks: int, theme: Theme) -> str:
    """Which of the worst moments it is, whose, how bad and when."""
    value = f"{mark.track.angle_mae_deg[mark.frame]:.1f}°"
    place = f"worst {mark.rank} of {n_marks}"
    return f"{place}: {_named(mark.track, theme)}, angle MAE <b>{value}</b>, {_at(content, mark.frame)}"


def said_of_name(content: ClipContent, mark: NamedMark) -> str:
    """A named mark: name, note, frames, and what a click does."""
    where = _at(content, mark.first)
    if not mark.is_moment:
        where = f"{span_text(mark.first, mark.last)} · {content.seconds_at(mark.last - mark.first + 1):.3f} s"
    lines = [f"<b>{escape(mark.name)}</b>", escape(mark.note), where, "click to go there"]
    return "<br>".join(line for line in lines if line)


def said_of_span(content: ClipContent, end: str, frame: int) -> str:
    """An end of the span, and what can be done with it."""
    return f"{end}: {_at(content, frame)}<br>drag to move, double-click to clear"


def said_of_track(track: Track, theme: Theme) -> str:
    """A name that may be cut in the bar, and what it stands for."""
    said = _named(track, theme)
    return said if track.title == track.name else f"{said} {escape(track.title)}"
