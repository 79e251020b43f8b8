"""What the palette offers: actions, angles, lifters and clips of a window, with why one cannot be used now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.conventions import angles_in
from viewer.actions.records import Action, Needs
from viewer.actions.table import ACTIONS

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["Entry", "entries_of"]

_REASONS: Mapping[Needs, str] = MappingProxyType({
    Needs.CLIP: "needs a clip", Needs.REFERENCE: "needs a clip with a reference", Needs.DATASET: "needs a dataset",
    Needs.LONE: "needs a file that stands alone",
})  # fmt: skip
_OTHERWISE = "nothing to do now"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. id : stable, to remember what was used. text : what is searched first; where : the menu or kind, in
    words; keys : as written on them; reason : why it cannot be used now, or empty; on : a switch or choice that is.
    """

    id: str
    text: str
    where: str
    run: Callable[[], object]
    keys: str = ""
    reason: str = ""
    on: bool = False


def entries_of(window: Window) -> list[Entry]:
    """Everything, in the order of menus, then angles, lifters and clips."""
    return [*_actions(window), *_angles(window), *_lifters(window), *_clips(window)]


def _actions(window: Window) -> list[Entry]:
    found = []
    for action in ACTIONS:
        made = window.actions_.of[action.id]
        if action.id != "help.palette" and made.isVisible():
            found.append(Entry(action.id, made.text(), action.menu.replace("/", " › "), made.trigger,
                               window.actions_.keys_of(action.id), _reason(action, made.isEnabled()),
                               made.isCheckable() and made.isChecked()))  # fmt: skip
    return found


def _reason(action: Action, enabled: bool) -> str:
    return "" if enabled else _REASONS.get(action.needs, _OTHERWISE)


def _angles(window: Window) -> list[Entry]:
    session = window.session
    reason = "" if session.content is not None else _REASONS[Needs.CLIP]
    return [Entry(f"angle {column}", angle.title, "Angle", partial(session.update, angle=column), reason=reason,
                  on=session.view.angle == column)
            for column, angle in enumerate(angles_in(session.view.engine.shoulder))]  # fmt: skip


def _lifters(window: Window) -> list[Entry]:
    view = window.session.view
    return [Entry(f"lifter {name}", f"Select {name}", "Lifter",
                  partial(window.session.update, lifter=name, hidden=view.hidden - {name}), on=view.lifter == name)
            for name in window.lifter_names()]  # fmt: skip


def _clips(window: Window) -> list[Entry]:
    session, workspace = window.session, window.bench.workspace
    clips = () if workspace is None else workspace.clips
    return [Entry(f"clip {clip.name}", clip.name, "Clip", partial(session.update, clip=clip.name, frame=0),
                  on=clip.name == session.view.clip) for clip in clips]  # fmt: skip
