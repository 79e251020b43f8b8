"""The README's tables on the compact lifters, made of cards, scores and the normalisation experiment."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from typer.testing import CliRunner

from core.cli.app import app
from core.lifters.card import MODELS, LifterCard
from core.lifters.models import count_parameters
from core.lifters.shipped import shipped_lifter
from core.lifters.weights import load_lifter

_ERRORS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "angle_mae_deg", "floor_mae_deg")
SETS = ("lab, held out", "athletic", "opensim_ap3d", "bandai_namco")


def cards() -> dict[str, LifterCard]:
    return {model: load_lifter(shipped_lifter(model)).card for model in MODELS}


def training_table() -> str:
    """MPJPE on motion that was not trained on, clean 2D and with a detector's errors, beside the baselines."""
    rows = []
    baselines: dict[str, list[str]] = {"linear regression from the same 2D": [], "mean pose": []}
    for model, card in cards().items():
        assert card.training is not None
        of = {(one.measured_on, one.input): one for one in card.training.errors}
        pairs = [(of[name, "projected"], of[name, "typical noise"]) for name in SETS]
        size = count_parameters(model, card.config)
        rows.append(
            [f"`{card.name}`", f"{size / 1e6:.2f} M", *(f"{a.mpjpe_mm:.0f} ({b.mpjpe_mm:.0f})" for a, b in pairs)]
        )
        baselines = {"linear regression from the same 2D": [f"{a.linear_mm:.0f} ({b.linear_mm:.0f})" for a, b in pairs],
                     "mean pose": [f"{a.mean_pose_mm:.0f}" for a, _ in pairs]}  # fmt: skip
    rows += [[name, "", *cells] for name, cells in baselines.items()]
    return markdown(["MPJPE, mm", "parameters", *SETS], rows)


def scores_table(of: Mapping[str, Iterable[Mapping[str, str]]]) -> str:
    """Rows of ``summary.csv`` per data and 2D."""
    rows = [
        [name, f"`{line['lifter']}`", *(f"{float(line[key]):.1f}" for key in _ERRORS)]
        for name, lines in of.items()
        for line in lines
    ]
    head = ["clips, 2D", "lifter", "MPJPE mm", "N-MPJPE mm", "P-MPJPE mm", "angle MAE °", "floor °"]
    return markdown(head, rows)


def normalisations_table(rows: Sequence[Mapping[str, str]]) -> str:
    """``normalisations.csv`` with a column per model: MPJPE in mm, angle MAE in degrees."""
    models = list(dict.fromkeys(row["model"] for row in rows))
    names = list(dict.fromkeys(row["normalisation"] for row in rows))
    cell = {(row["model"], row["normalisation"]): f"{float(row['mpjpe_mm']):.0f} mm, {float(row['angle_mae_deg']):.1f}°"
            + (" (as trained)" if row["as_trained"] == "true" else "") for row in rows}  # fmt: skip
    body = [[f"`{name}`", *(cell.get((model, name), "no input of it") for model in models)] for name in names]
    return markdown(["2D normalised as", *(f"`{model}`" for model in models)], body)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def invoked(*words: object) -> None:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output + result.stderr


def scores_of(dataset: Path, folder: Path, keypoints: str) -> list[dict[str, str]]:
    """Lift with the three models that ship, score, and give the lifters' rows of the summary."""
    lifters = []
    for model in MODELS:
        out = folder / keypoints / model
        invoked("lift", dataset, "-m", model, "-o", out, "--keypoints", keypoints)
        lifters += ["-l", f"{model}-{keypoints}={out}"]
    out = folder / f"results-{keypoints}"
    invoked("score", dataset, "-o", out, "--jobs", 1, "--no-clip-csv", *lifters)
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["lifter"]: row for row in csv.DictReader(file)}
    return [{**rows[f"{model}-{keypoints}"], "lifter": f"{model}-compact"} for model in MODELS]


def experiment_of(dataset: Path, folder: Path) -> list[dict[str, str]]:
    invoked("normalisations", dataset, "-o", folder, "--jobs", 1)
    with (folder / "normalisations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
