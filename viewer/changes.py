"""What a change of the view was, in a few words for *Undo* and *Redo*. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from core.conventions import ANGLES, angles_in
from core.skeleton import JOINTS, RIGS
from core.study.words import BY
from viewer.history import changed_fields
from viewer.view import Colouring, HeatRows, Layout, Loop, Quantity, StudyPlot, View
from viewer.wording import ALIGNED, SHOULDER

__all__ = ["change_text"]

_LONGEST = 60
_ORDER = ("edits", "clip", "angle", "lifter", "joint", "hidden", "span")
"""What is named first where several things changed at once."""

_COLOURS = {Colouring.SOURCE: "by source", Colouring.POSITION: "by position error",
            Colouring.ANGLE: "by error of the angle"}  # fmt: skip
_STUDIES = {StudyPlot.ALL: "over all angles", StudyPlot.ANGLE: "of the selected angle",
            StudyPlot.ATHLETES: "by athlete", StudyPlot.ACTIVITIES: "by activity"}  # fmt: skip
_BY = {"": "the alignment's position error", **BY}
_LOOPS = {Loop.OFF: "no loop", Loop.ALL: "loop the clip", Loop.SPAN: "loop from in to out"}

_TEXTS: Mapping[str, Callable[[View], str]] = MappingProxyType({
    "clip": lambda v: v.clip or "no clip",
    "angle": lambda v: angles_in(v.engine.shoulder)[v.angle].title,
    "joint": lambda v: _spoken(JOINTS[v.joint]) if v.joint >= 0 else "no joint selected",
    "lifter": lambda v: v.lifter or "no lifter selected",
    "span": lambda v: f"in and out at {v.span[0]} and {v.span[1]}" if v.span else "no in and out",
    "loop": lambda v: _LOOPS[v.loop],
    "speed": lambda v: f"speed {abs(v.speed):g}",
    "every_frame": lambda v: f"show every frame {_on(v.every_frame)}",
    "aim_deg": lambda _: "another direction of looking",
    "engine.estimator": lambda v: f"angles by {Path(v.engine.estimator).name}",
    "engine.device": lambda v: f"device {v.engine.device}",
    "engine.shoulder": lambda v: f"shoulder as {SHOULDER[v.engine.shoulder]}",
    "engine.hip_regression": lambda v: f"hip centres after {v.engine.hip_regression}",
    "engine.rig": lambda v: f"joints of {RIGS[v.engine.rig].title}" if v.engine.rig else "joints as the files say",
    "engine.alignment": lambda v: ALIGNED[v.engine.alignment],
    "engine.fps": lambda v: f"{v.engine.fps:g} frames per second" if v.engine.fps else "frame rate as the file says",
    "scene.layout": lambda v: "side by side" if v.scene.layout is Layout.GRID else "all in one place",
    "scene.colouring": lambda v: f"colour {_COLOURS[v.scene.colouring]}",
    "scene.viewpoint": lambda v: f"view from {v.scene.viewpoint}" if v.scene.viewpoint != "free" else "turned by hand",
    "scene.ghost": lambda v: f"reference as a ghost {_on(v.scene.ghost)}",
    "scene.sides": lambda v: f"tint of the sides {_on(v.scene.sides)}",
    "scene.trail_frames": lambda v: f"trails of {v.scene.trail_frames} frames" if v.scene.trail_frames else "no trails",
    "scene.follow": lambda v: f"follow the pelvis {_on(v.scene.follow)}",
    "scene.arcs": lambda v: f"the angle on the body {_on(v.scene.arcs)}",
    "scene.frames": lambda v: f"anatomical frames {_on(v.scene.frames)}",
    "plots.quantity": lambda v: "errors" if v.plots.quantity is Quantity.ERROR else "values",
    "plots.angles": lambda v: _plots(v.plots.angles),
    "plots.single": lambda v: f"only the selected angle {_on(v.plots.single)}",
    "plots.rows": lambda v: f"heatmaps of {'joints' if v.plots.rows is HeatRows.JOINTS else 'angles'}",
    "study.plot": lambda v: f"study {_STUDIES[v.study.plot]}",
    "study.pair": lambda v: f"{' less '.join(v.study.pair)}, clip by clip" if v.study.pair else "study of all lifters",
    "study.published": lambda v: f"published numbers {_on(v.study.published)}",
    "study.by": lambda v: f"study by {_BY[v.study.by]}",
    "study.margin_deg": lambda v: f"alike within {v.study.margin_deg:g}°",
    "study.left_out": lambda v: f"study without {', '.join(sorted(v.study.left_out))}" if v.study.left_out
    else "study of all lifters",
    "plots.signed": lambda v: f"signed heatmaps {_on(v.plots.signed)}",
})  # fmt: skip


def change_text(before: View, after: View) -> str:
    """What changed, in words; the first of several and how many more."""
    names = sorted(changed_fields(before, after), key=lambda name: ((*_ORDER, name).index(name), name))
    if before.clip != after.clip:
        names = [name for name in names if name not in ("span", "loop")]  # they go with the clip
    if not names:
        return ""
    text = _text(names[0], before, after)
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…") + more


def _text(name: str, before: View, after: View) -> str:
    if name == "edits":
        return _edits(before, after)
    if name == "hidden":
        return _sources(before.hidden, after.hidden)
    if name in _TEXTS:
        return _TEXTS[name](after)
    value: object = attrgetter(name)(after)
    words = _spoken(name.rpartition(".")[2])
    return f"{words} {_on(value)}" if isinstance(value, bool) else words


def _edits(before: View, after: View) -> str:
    """The edit that was added, or that some were taken back."""
    added = [one for one in after.edits if one not in before.edits]
    if added:
        return added[-1].edit.text()
    gone = len(before.edits) - len(after.edits)
    return "order of edits" if gone <= 0 else f"{gone} edit{'' if gone == 1 else 's'} taken back"


def _sources(before: frozenset[str], after: frozenset[str]) -> str:
    changed = sorted(before ^ after)
    if len(changed) == 1:
        return f"{'hide' if changed[0] in after else 'show'} {changed[0]}"
    return "which sources are shown"


def _plots(columns: tuple[int, ...]) -> str:
    if len(columns) == len(ANGLES):
        return "plots of all angles"
    joints = dict.fromkeys(ANGLES[column].joint for column in columns)
    return f"plots of {', '.join(joints)}"


def _spoken(name: str) -> str:
    side, _, part = name.partition("_")
    return f"{'left' if side == 'l' else 'right'} {part}" if side in ("l", "r") else name.replace("_", " ")


def _on(value: bool) -> str:
    return "on" if value else "off"
