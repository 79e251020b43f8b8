"""Numbers of the heatmaps: a block per lifter, all with one limit of colour. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.records import Float32
from viewer.content.records import ClipContent, Track
from viewer.panels.heatmaps.rows import Row, rows_of
from viewer.strips import Limit, angle_error_limit, position_error_limit
from viewer.view import HeatRows

__all__ = ["Block", "HeatNumbers", "heat_numbers", "why_empty"]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One lifter. values : (rows, T) signed error of the angles in degrees, or position error of joints in mm."""

    track: Track
    values: Float32


@dataclass(frozen=True, slots=True, eq=False)
class HeatNumbers:
    """What the heatmaps of a clip show. blocks : one per lifter of the clip, hidden ones too, so that the limit does
    not depend on who is shown. unit : ``°`` or ``mm``. signed : whether the numbers can be negative at all.
    """

    rows: tuple[Row, ...]
    blocks: tuple[Block, ...]
    limit: Limit
    unit: str
    signed: bool

    def shown(self, hidden: frozenset[str]) -> tuple[Block, ...]:
        """The blocks of the lifters that are not hidden."""
        return tuple(block for block in self.blocks if block.track.name not in hidden)


def heat_numbers(content: ClipContent, which: HeatRows) -> HeatNumbers:
    """Errors of every lifter, rows contiguous over frames."""
    rows = rows_of(which, content.angles)
    columns = [row.column for row in rows]
    joints = which is HeatRows.JOINTS
    blocks = tuple(
        Block(track, np.ascontiguousarray((track.position_mm if joints else track.error_deg).T[columns]))
        for track in (content.tracks if joints else content.measured)
    )
    limit = position_error_limit(content) if joints else angle_error_limit(content)
    return HeatNumbers(rows, blocks, limit, "mm" if joints else "°", not joints)


def why_empty(content: ClipContent | None, which: HeatRows, hidden: frozenset[str]) -> str:
    """A sentence where there is no heatmap to show; empty where there is one."""
    if content is None:
        return "No clip is open."
    if content.reference is None:
        return "Errors need a reference, and this file has none.\nOpen it with its dataset to see them here."
    tracks = content.tracks if which is HeatRows.JOINTS else content.measured
    if not tracks:
        return "No lifter has poses for this clip."
    if all(track.name in hidden for track in tracks):
        return "All lifters are hidden."
    return ""
