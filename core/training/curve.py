"""The learning curve as a picture (SVG), without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["ANGLE_CURVE", "POSITION_CURVE", "Curve", "curve_svg"]

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 400, 60, 30, 20, 50
_COLOURS = ("#7a7a7a", "#0b6e99")


@dataclass(frozen=True, slots=True)
class Curve:
    """What a learning curve shows. series : (key of the metrics, title). seen : key and name of what was learnt from.

    ticks : of the error, in ``unit``.
    """

    title: str
    series: tuple[tuple[str, str], ...]
    seen: tuple[str, str]
    unit: str
    ticks: tuple[float, ...]


ANGLE_CURVE = Curve("mean absolute error of the twelve angles", (("mae_deg", "training pairs"),
                    ("validation_mae_deg", "takes and bodies not trained on")), ("pairs", "pairs"), "°",
                    (0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30))  # fmt: skip
"""Of the pose→angle network."""

POSITION_CURVE = Curve("mean joint distance (MPJPE)", (("mpjpe_mm", "training frames"),
                       ("validation_mpjpe_mm", "takes and bodies not trained on")), ("frames", "frames"), " mm",
                       (10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500))  # fmt: skip
"""Of lifters."""


def curve_svg(lines: Sequence[Mapping[str, Any]], curve: Curve) -> str:
    """Errors against what was seen, both axes of the data's range, the errors on a logarithmic axis.

    lines : of ``metrics.jsonl``; at least one.
    """
    key_seen, name_seen = curve.seen
    values = [line[key] for line in lines for key, _ in curve.series if line[key]]
    low, high = math.log(min(values)) - 0.05, math.log(max(values)) + 0.05
    most = max(line[key_seen] for line in lines)

    def place(seen: float, value: float) -> tuple[float, float]:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * seen / most
        return x, _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - math.log(value)) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif"'
             ' font-size="12">', '<rect width="100%" height="100%" fill="white"/>']  # fmt: skip
    for tick in (t for t in curve.ticks if low <= math.log(t) <= high):
        y = place(0, tick)[1]
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
                     f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}{curve.unit}</text>'
                     )  # fmt: skip
    for row, ((key, title), colour) in enumerate(zip(curve.series, _COLOURS, strict=True)):
        at = [place(line[key_seen], line[key]) for line in lines if line[key]]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
                     f'<text x="{_WIDTH - _RIGHT}" y="{_TOP + 16 * row + 12}" text-anchor="end" fill="{colour}">'
                     f'{title}</text>')  # fmt: skip
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 30}">0</text><text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 30}"'
                 f' text-anchor="end">{most / 1e6:.2f} million {name_seen}</text>'
                 f'<text x="{_LEFT}" y="18">{curve.title}</text></svg>')  # fmt: skip
    return "\n".join(parts)
