"""Menus *Go* and *Play*: frames, worst frames, clips, playback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.actions.records import Action, Needs
from viewer.view import Loop

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["GO", "PLAY"]

_GO, _PLAY = "Go", "Play"


def _step(frames: int, text: str, keys: tuple[str, ...], *, line: bool = False) -> Action:
    way = "forward" if frames > 0 else "back"
    return Action(f"go.{way}_{abs(frames)}", text, _GO, lambda w: w.playback.step(frames), keys, line=line)


def _mark(window: Window, *, begin: bool) -> None:
    """Put the in or the out mark at the current frame; the other end stays where that makes a span."""
    content, frame = window.session.content, window.session.frame
    if content is None:
        return
    first, last = window.session.view.span or (0, content.n_frames - 1)
    span = (frame, max(frame, last)) if begin else (min(first, frame), frame)
    window.session.update(span=span, loop=Loop.SPAN)


GO: tuple[Action, ...] = (
    _step(1, "Next frame", ("Right", ".")),
    _step(-1, "Previous frame", ("Left", ",")),
    _step(10, "10 frames on", ("Ctrl+Right",)),
    _step(-10, "10 frames back", ("Ctrl+Left",)),
    _step(100, "100 frames on", ("Ctrl+Alt+Right", "Ctrl+Shift+Right")),
    _step(-100, "100 frames back", ("Ctrl+Alt+Left", "Ctrl+Shift+Left")),
    Action("go.home", "First frame", _GO, lambda w: w.playback.home(), ("Home",)),
    Action("go.end", "Last frame", _GO, lambda w: w.playback.end(), ("End",)),
    Action("go.to", "Go to frame or time…", _GO, lambda w: w.timeline.focus_goto(), ("G", "Ctrl+J")),
    Action("go.worst", "Worst frame of the clip", _GO, lambda w: w.timeline.worst_of_clip(), ("W",), Needs.REFERENCE,
           tip="With the largest angle MAE of any shown lifter.", line=True),
    Action("go.worst_next", "Next peak of the error", _GO, lambda w: w.worst(forward=True), ("N",), Needs.REFERENCE,
           tip="Peaks of the angle MAE of any shown lifter that stand out; goes on with the next clip."),
    Action("go.worst_previous", "Previous peak of the error", _GO, lambda w: w.worst(forward=False), ("Shift+N",),
           Needs.REFERENCE),
    Action("go.clip_next", "Next clip", _GO, lambda w: w.clips.next_clip(), ("PgDown", "Alt+Down"), line=True,
           tip="In the order that the table shows."),
    Action("go.clip_previous", "Previous clip", _GO, lambda w: w.clips.previous_clip(), ("PgUp", "Alt+Up")),
    Action("go.filter", "Find a clip", _GO, lambda w: w.clips.focus_filter(), ("Ctrl+F",), Needs.NOTHING),
)  # fmt: skip

PLAY: tuple[Action, ...] = (
    Action("play.toggle", "Play or pause", _PLAY, lambda w: w.playback.toggle(), ("Space",)),
    Action("play.forward", "Play forwards", _PLAY, lambda w: w.playback.play(), ("L",)),
    Action("play.pause", "Pause", _PLAY, lambda w: w.playback.pause(), ("K",)),
    Action("play.backward", "Play backwards", _PLAY, lambda w: w.playback.play(backwards=True), ("J",)),
    Action("play.faster", "Faster", _PLAY, lambda w: w.playback.faster(), ("+", "=", "]"), line=True),
    Action("play.slower", "Slower", _PLAY, lambda w: w.playback.slower(), ("-", "[")),
    Action("play.real_speed", "Real speed", _PLAY, lambda w: w.session.update(speed=1.0), ("Backspace",)),
    Action("play.every_frame", "Show every frame", _PLAY,
           lambda w: w.session.update(every_frame=not w.session.view.every_frame), ("Ctrl+E",),
           checked=lambda v: v.every_frame, tip="However long it takes, instead of keeping to the clock."),
    Action("play.in", "Mark in here", _PLAY, lambda w: _mark(w, begin=True), ("I",), line=True),
    Action("play.out", "Mark out here", _PLAY, lambda w: _mark(w, begin=False), ("O",)),
    Action("play.clear", "Clear in and out", _PLAY, lambda w: w.session.update(span=None, loop=Loop.OFF), ("X",)),
    Action("play.loop_off", "No loop", _PLAY, lambda w: w.session.update(loop=Loop.OFF), (),
           checked=lambda v: v.loop is Loop.OFF, line=True),
    Action("play.loop_all", "Loop the clip", _PLAY, lambda w: w.session.update(loop=Loop.ALL), ("R",),
           checked=lambda v: v.loop is Loop.ALL),
    Action("play.loop_span", "Loop from in to out", _PLAY, lambda w: w.session.update(loop=Loop.SPAN), ("Shift+R",),
           checked=lambda v: v.loop is Loop.SPAN),
)  # fmt: skip
