"""Floors as Markdown tables: what a run prints is what the README shows of the card."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.conventions import ANGLES, N_ANGLES
from core.network.card import WHOLE, Floor

__all__ = ["floors_markdown"]

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
    head = ["measured on", "rig", "frames", "network MAE", "offset removed", "95th percentile", "within 1σ, 2σ",
            "jumps", "geometry MAE", "offset removed"]  # fmt: skip
    rows = [
        [floor.measured_on, floor.rig, f"{floor.frames:,}", f"**{_mean(floor.mae_deg)}**",
         _mean(floor.offset_removed_deg), _mean(floor.p95_deg),
         f"{floor.within_sigma:.0%}, {floor.within_two_sigma:.0%}", f"{floor.jumps}", _mean(floor.geometry_mae_deg),
         _mean(floor.geometry_offset_removed_deg)]
        for floor in floors
    ]  # fmt: skip
    return _table("Degrees, means over the twelve angles", head, rows)


def _angles(floors: Sequence[Floor]) -> str:
    head = ["angle", *(f"{floor.rig}: {what}" for floor in floors
                       for what in ("MAE", "offset removed", "95th percentile", "geometry MAE"))]  # fmt: skip
    rows = []
    for first in range(0, N_ANGLES, 2):
        sides = slice(first, first + 2)
        rows.append([ANGLES[first].kind] + [
            _mean(values[sides]) for floor in floors
            for values in (floor.mae_deg, floor.offset_removed_deg, floor.p95_deg, floor.geometry_mae_deg)
        ])  # fmt: skip
    return _table(f"{floors[0].measured_on}, per angle (both sides)", head, rows)


def _by_group(floors: Sequence[Floor]) -> str:
    rigs = list(dict.fromkeys(floor.rig for floor in floors))
    head = ["group", *(f"{rig}: {what}" for rig in rigs for what in ("MAE", "offset removed", "geometry MAE"))]
    by_place = {(floor.group, floor.rig): floor for floor in floors}
    rows = []
    for group in dict.fromkeys(floor.group for floor in floors):
        shoulder = group.startswith("arm elevation")
        angles = _SHOULDER if shoulder else _EVERY_ANGLE
        cells = [f"{group} (shoulder angles)" if shoulder else group]
        for rig in rigs:
            floor = by_place.get((group, rig))
            cells += ["", "", ""] if floor is None else [
                _mean(values[angles])
                for values in (floor.mae_deg, floor.offset_removed_deg, floor.geometry_mae_deg)
            ]  # fmt: skip
        rows.append(cells)
    return _table(f"{floors[0].measured_on}, by group", head, rows)


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.2f}"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"**{title}**", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])
