"""Which rows a heatmap has, in which order, and what they are called. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

from core.conventions import AngleDef
from core.skeleton import JOINTS
from viewer.view import HeatRows

__all__ = ["Row", "rows_of"]

_SHORT = {"flexion": "flex", "adduction": "add", "abduction": "abd", "elevation": "elev", "projected": "proj"}
_TRUNK = ("pelvis", "spine", "thorax", "neck", "head")
_PAIRED = ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. column : of the clip's arrays. title : for people; short : the same where there is little room.

    group : what it shares with its neighbours, where not every row can have a label, such as ``hip flex``; own : what
    it is among them, ``L``, ``R`` or a joint of the trunk.
    """

    column: int
    title: str
    short: str
    group: str
    own: str


def rows_of(which: HeatRows, angles: tuple[AngleDef, ...]) -> tuple[Row, ...]:
    """The rows from top to bottom: the twelve angles as they are ordered everywhere, or the joints, left above right.

    angles : definitions in the shown shoulder view.
    """
    return _joint_rows() if which is HeatRows.JOINTS else tuple(map(_angle_row, range(len(angles)), angles))


def _angle_row(column: int, angle: AngleDef) -> Row:
    words = " ".join(_SHORT.get(word, word) for word in angle.kind.split("_"))
    return Row(column, angle.title, f"{angle.side.upper()} {words}", words, angle.side.upper())


def _joint_rows() -> tuple[Row, ...]:
    trunk = (Row(JOINTS.index(name), name.capitalize(), name, "trunk", name) for name in _TRUNK)
    paired = (
        Row(JOINTS.index(f"{side}_{name}"), f"{'Left' if side == 'l' else 'Right'} {name}", f"{side.upper()} {name}",
            name, side.upper())
        for name in _PAIRED
        for side in ("l", "r")
    )  # fmt: skip
    return (*trunk, *paired)
