"""Tables of the page on training with angles, from the numbers that the sweep wrote."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).parents[1] / "resources" / "docs"

_LOSSES = {"position": "joint distance alone", "angle": "+ angles", "bone": "+ bone directions"}
_COLUMNS = (("mpjpe_mm", "", 1), ("p_mpjpe_mm", "", 1), ("angle_mae_isb_deg", "all", 2))

Row = Mapping[str, str]


def sweep_rows(name: str) -> list[Row]:
    with (DOCS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def front_table(rows: list[Row], domain: str) -> str:
    """Means over the seeds with their changes, and the degrees of every seed."""
    seeds = sorted({row["seed"] for row in rows} - {"all"})
    head = ["loss", "mm/°", "MPJPE mm", "change", "P-MPJPE mm", "change", "angle MAE °", "change",
            *([f"seed {seed}" for seed in seeds] if len(seeds) > 1 else [])]  # fmt: skip
    found = {(row["loss"], row["lambda_mm_per_deg"], row["seed"], row["metric"], row["angle"]): row
             for row in rows if row["domain"] == domain}  # fmt: skip
    lines = [head, ["---"] * len(head)]
    for loss, weight in dict.fromkeys((row["loss"], row["lambda_mm_per_deg"]) for row in rows):
        if loss not in _LOSSES:
            continue
        cells = [_LOSSES[loss], weight if loss != "position" else "–"]
        for metric, angle, digits in _COLUMNS:
            cells += _number(found[loss, weight, "all", metric, angle], digits)
        if len(seeds) > 1:
            cells += [_number(found[loss, weight, seed, "angle_mae_isb_deg", "all"], 2)[0] for seed in seeds]
        lines.append(cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(row: Row, digits: int) -> list[str]:
    """The value, and its change with the interval."""
    value = f"{float(row['value']):.{digits}f}"
    if not row["change"]:
        return [value, "–"]
    change, low, high = (_signed(float(row[key]), digits) for key in ("change", "change_low", "change_high"))
    return [value, f"{change} ({low} to {high})"]


def _signed(value: float, digits: int) -> str:
    text = f"{value:+.{digits}f}".replace("-", "−")
    return f"{0:.{digits}f}" if not float(f"{value:.{digits}f}") else text
