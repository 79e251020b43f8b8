"""The learning curve as a picture (SVG), without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["curve_svg"]

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 400, 60, 30, 20, 50
_SERIES = (
    ("mae_deg", "training pairs", "#7a7a7a"),
    ("validation_mae_deg", "takes and bodies not trained on", "#0b6e99"),
)


def curve_svg(lines: Sequence[Mapping[str, Any]]) -> str:
    """MAE against pairs seen, both axes of the data's range, the errors on a logarithmic axis.

    lines : of ``metrics.jsonl``; at least one.
    """
    values = [line[key] for line in lines for key, *_ in _SERIES if line[key]]
    low, high = math.log(min(values)) - 0.05, math.log(max(values)) + 0.05
    most = max(line["pairs"] for line in lines)

    def place(pairs: float, value: float) -> tuple[float, float]:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * pairs / most
        return x, _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - math.log(value)) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif"'
             ' font-size="12">', '<rect width="100%" height="100%" fill="white"/>']  # fmt: skip
    for tick in (t for t in (0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30) if low <= math.log(t) <= high):
        y = place(0, tick)[1]
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
                     f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}°</text>')  # fmt: skip
    for row, (key, title, colour) in enumerate(_SERIES):
        at = [place(line["pairs"], line[key]) for line in lines if line[key]]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
                     f'<text x="{_WIDTH - _RIGHT}" y="{_TOP + 16 * row + 12}" text-anchor="end" fill="{colour}">'
                     f'{title}</text>')  # fmt: skip
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 30}">0</text><text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 30}"'
                 f' text-anchor="end">{most / 1e6:.2f} million pairs</text>'
                 f'<text x="{_LEFT}" y="18">mean absolute error of the twelve angles</text></svg>')  # fmt: skip
    return "\n".join(parts)
