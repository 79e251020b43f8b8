"""The twelve angles and how errors are meant, as a page for people. No Qt here."""

from __future__ import annotations

from core.conventions import AngleDef, ShoulderView, angles_in
from viewer.numbers import short_text
from viewer.wording import SHOULDER

__all__ = ["conventions_html"]

_FROM = {"ZXY": "Z-X-Y Cardan", "YXY": "Y-X-Y Euler"}
_HEAD = ("angle", "from", "+ means", "0 is", "range", "near-singular")


def conventions_html(shoulder: ShoulderView) -> str:
    """Definitions in the shown view of the shoulder first, then its other views, then what errors, floor and σ are."""
    shown = angles_in(shoulder)
    others = [angle for view in ShoulderView if view is not shoulder for angle in angles_in(view)
              if angle.joint == "shoulder"]  # fmt: skip
    return (
        "<p>Anatomical frames after Wu et al. 2002 and 2005 (ISB): X anterior, Y superior, Z right on both sides; left "
        "and right read alike.</p>"
        f"<p><b>Shown now</b> (shoulder: {SHOULDER[shoulder]})</p>{_table(shown)}"
        f"<p><b>Other views of the same arm direction</b></p>{_table(others)}"
        "<p><b>Error</b>: source − reference, wrapped where ±180° are one posture. <b>Angle MAE</b>: mean of |error| "
        "over the angles that are defined. <b>Floor</b>: the estimator on the reference poses; what a lifter does "
        "inside its band cannot be told from the instrument. <b>σ</b>: the network's own standard deviation, "
        "calibrated so that 68 % of its errors on takes that it did not learn from are smaller. <b>Stand-in</b>: where "
        "a clip has no labelled points, the estimator on the reference poses takes the place of the reference.</p>"
    )


def _table(angles: tuple[AngleDef, ...] | list[AngleDef]) -> str:
    rows = {angle.kind: angle for angle in angles}.values()
    head = "".join(f"<th align=left>{cell}</th>" for cell in _HEAD)
    return (
        f"<table cellpadding=4 cellspacing=0 width=100%><tr>{head}</tr>"
        + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(angle))}</tr>" for angle in rows)
        + "</table>"
    )


def _cells(angle: AngleDef) -> tuple[str, ...]:
    low, high = map(short_text, angle.range_deg)
    name = angle.kind.replace("_", " ").capitalize()
    return (f"<b>{name}</b>", _FROM.get(angle.sequence, "three points"), angle.positive, angle.zero,
            f"{low} to {high}°", angle.singular or "never")  # fmt: skip
