"""Explanations that the read-out gives under the mouse."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from core.conventions import AngleDef
from viewer.content.records import ClipContent
from viewer.panels.readout.caveats import Caveats
from viewer.panels.readout.columns import Group, Kind, Role, written

__all__ = ["angle_tip", "caveats_tip"]

_SEQUENCES = {"ZXY": "Z-X-Y Cardan", "YXY": "Y-X-Y Euler", "vector": "three points"}


def angle_tip(angle: AngleDef, content: ClipContent, frame: int, index: int, group: Group | None) -> str:
    """The convention of an angle, with the numbers of a group at this frame where one is under the mouse."""
    low, high = angle.range_deg
    facts = {
        "from": _SEQUENCES.get(angle.sequence, angle.sequence), "+ means": angle.positive, "0 is": angle.zero,
        "range": f"{low}° to {high}°", "near-singular": angle.singular or "never",
    }  # fmt: skip
    lines = [f"<b>{escape(angle.title)}</b>"]
    if group is not None:
        track = content.track(group.name)
        who = group.name if track is None else track.label
        lines.append(f"{escape(who)}: {escape(_numbers(content, group, frame, index))}")
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


def caveats_tip(caveats: Caveats) -> str:
    """Who a source is, and what there is to know about it."""
    return f"<b>{escape(caveats.title)}</b>" + "".join(f"<br>{escape(line)}" for line in caveats.lines)
