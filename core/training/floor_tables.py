"""Floors as Markdown tables: what a run prints is what the README shows of the card."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.conventions import ANGLES, N_ANGLES
from core.network.card import WHOLE, Floor

__all__ = ["floors_markdown", "markdown_table"]

_SHOULDER = slice(4, 8)
_EVERY_ANGLE = slice(None)


def floors_markdown(floors: Sequence[Floor]) -> str:
    """Whole sets, then the angles of the set that is told in groups, then its groups. Degrees throughout."""
    detailed = [floor.measured_on for floor in floors if floor.group != WHOLE]
    parts = [_sets([floor for floor in floors if floor.group == WHOLE])]
    if detailed:
        mine = [floor for floor in floors if floor.measured_on == detailed[0]]
        parts += [_angles([floor for floor in mine if floor.group == WHOLE]),
                  _by_group([floor for floor in mine if floor.group != WHOLE])]  # fmt: skip
    return "\n".join(parts)


def _sets(floors: Sequence[Floor]) -> str:
    head = ["measured on", "rig", "frames", "network", "95th percentile", "within 1σ, 2σ", "jumps", "geometry"]
    rows = [
        [floor.measured_on, floor.rig, f"{floor.frames:,}", f"**{_mean(floor.mae_deg)}** {_removed(floor)}",
         _mean(floor.p95_deg), f"{floor.within_sigma:.0%}, {floor.within_two_sigma:.0%}", f"{floor.jumps}",
         _geometry(floor)]
        for floor in floors
    ]  # fmt: skip
    return markdown_table("MAE in degrees (with the offset removed), means over the twelve angles", head, rows)


def _angles(floors: Sequence[Floor]) -> str:
    head = [
        "angle",
        *(f"{floor.rig}: {what}" for floor in floors for what in ("network", "95th percentile", "geometry")),
    ]
    rows = []
    for first in range(0, N_ANGLES, 2):
        sides = slice(first, first + 2)
        cells = [(_network(floor, sides), _mean(floor.p95_deg[sides]), _geometry(floor, sides)) for floor in floors]
        rows.append([ANGLES[first].kind, *(cell for three in cells for cell in three)])
    return markdown_table(f"{floors[0].measured_on}, per angle, both sides: MAE (with the offset removed)", head, rows)


def _by_group(floors: Sequence[Floor]) -> str:
    rigs = list(dict.fromkeys(floor.rig for floor in floors))
    head = ["group", *(f"{rig}: {what}" for rig in rigs for what in ("network", "geometry"))]
    by_place = {(floor.group, floor.rig): floor for floor in floors}
    rows = []
    for group in dict.fromkeys(floor.group for floor in floors):
        shoulder = group.startswith("arm elevation")
        angles = _SHOULDER if shoulder else _EVERY_ANGLE
        found = [by_place.get((group, rig)) for rig in rigs]
        cells = [("", "") if floor is None else (_network(floor, angles), _geometry(floor, angles)) for floor in found]
        rows.append([f"{group} (shoulder)" if shoulder else group, *(cell for two in cells for cell in two)])
    return markdown_table(f"{floors[0].measured_on}, by group: MAE (with the offset removed)", head, rows)


def _network(floor: Floor, angles: slice) -> str:
    return f"{_mean(floor.mae_deg[angles])} {_removed(floor, angles)}"


def _removed(floor: Floor, angles: slice = _EVERY_ANGLE) -> str:
    return f"({_mean(floor.offset_removed_deg[angles])})"


def _geometry(floor: Floor, angles: slice = _EVERY_ANGLE) -> str:
    return f"{_mean(floor.geometry_mae_deg[angles])} ({_mean(floor.geometry_offset_removed_deg[angles])})"


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.2f}"


def markdown_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table under a title in bold."""
    lines = [f"**{title}**", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])
