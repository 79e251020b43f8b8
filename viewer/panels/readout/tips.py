"""Explanations that the read-out gives under the mouse."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from core.conventions import AngleDef
from viewer.content.records import ClipContent
from viewer.panels.readout.columns import Group, Kind, Role, stands_in, written

__all__ = ["angle_tip", "group_tip"]

_SEQUENCES = {"ZXY": "Z-X-Y Cardan", "YXY": "Y-X-Y Euler", "vector": "three points"}
_STAND_IN = (
    "This clip has no labelled points that can serve, so there are no ISB angles. The estimator on the reference "
    "poses stands in for them: what it gets wrong itself is in neither column, and the floor is not known."
)
_ISB = "ISB angles from the labelled points of the clip; all errors are measured against them."
_FLOOR = (
    "The estimator on the reference poses. Its error is what the instrument itself gets wrong: a lifter's error "
    "of that size says little about the lifter."
)


def angle_tip(angle: AngleDef, content: ClipContent, frame: int, index: int, group: Group | None) -> str:
    """The convention of an angle, with the numbers of a group at this frame where one is under the mouse."""
    low, high = angle.range_deg
    facts = {
        "from": _SEQUENCES.get(angle.sequence, angle.sequence), "+ means": angle.positive, "0 is": angle.zero,
        "range": f"{low}° to {high}°", "near-singular": angle.singular or "never",
    }  # fmt: skip
    lines = [f"<b>{escape(angle.title)}</b>"]
    if group is not None:
        lines.append(f"{escape(group.name)}: {escape(_numbers(content, group, frame, index))}")
    rows = "".join(f"<tr><td>{name}&nbsp;&nbsp;</td><td>{escape(text)}</td></tr>" for name, text in facts.items())
    if content.near_singular[frame, index]:
        rows += "<tr><td></td><td><b>near-singular at this frame: small errors of pose turn it far</b></td></tr>"
    return "<br>".join(lines) + f"<table>{rows}</table>"


def _numbers(content: ClipContent, group: Group, frame: int, index: int) -> str:
    """Every number of a source for an angle, those too for which there is no column."""
    track = content.track(group.name)
    if track is None:
        columns: Iterable[tuple[Kind, float]] = (
            (Kind.VALUE, content.floor_deg[frame, index]), (Kind.ERROR, content.floor_error_deg[frame, index]),
            (Kind.SIGMA, content.floor_sigma_deg[frame, index]),
        )  # fmt: skip
    elif group.role is Role.REFERENCE:
        columns = ((Kind.VALUE, track.angles_deg[frame, index]),)
    else:
        columns = ((Kind.VALUE, track.angles_deg[frame, index]), (Kind.ERROR, track.error_deg[frame, index]),
                   (Kind.SIGMA, track.sigma_deg[frame, index]))  # fmt: skip
    names = {Kind.VALUE: "", Kind.ERROR: "error ", Kind.SIGMA: "σ "}
    return ", ".join(f"{names[kind]}{written(kind, value)}°" for kind, value in columns if value == value)


def group_tip(group: Group, content: ClipContent) -> str:
    """Who a source is, and what there is to know about it."""
    if group.role is Role.REFERENCE:
        said = _STAND_IN if stands_in(content) else _ISB
        return _paragraphs("stand-in reference" if stands_in(content) else "reference (ISB)", [said])
    if group.role is Role.FLOOR:
        return _paragraphs(f"floor ({content.estimator})", [_FLOOR])
    track = content.track(group.name)
    if track is None:
        return _paragraphs(group.name, [])
    simulated = ["A simulation of an error, not a model."] if track.simulated else []
    title = [] if track.title == track.name else [track.title]
    return _paragraphs(track.name, [*title, *simulated, *track.problems, *track.notes])


def _paragraphs(title: str, lines: Iterable[str]) -> str:
    return f"<b>{escape(title)}</b>" + "".join(f"<br>{escape(line)}" for line in lines)
