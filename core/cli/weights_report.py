"""What ``anglescope info`` says of weights: the card of the angle network, of a lifter, or of others' checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.estimators import WEIGHTS_SUFFIX
from core.formats.torch_file import is_torch_file
from core.lifters.card import LifterCard, Measured, Training
from core.network.card import WHOLE, Floor

__all__ = ["weights_report"]


def weights_report(path: Path) -> dict[str, Any] | None:
    """The report on a file of weights, by its content; None for any other file, and one that cannot be read.

    Raises :class:`core.errors.DataError` for weights that are damaged, or of nothing that is known here.
    """
    head = _head(path)
    if is_torch_file(path, head):
        return _lifter(path)
    if path.suffix != WEIGHTS_SUFFIX:
        return None
    from core.tensor_files import ANGLES, read_tensor_file  # torch takes seconds to import

    return _network(path) if read_tensor_file(path).kind == ANGLES else _lifter(path)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError:
        return b""


def _network(path: Path) -> dict[str, Any]:
    """The card of the network's weights: what they are for, how they were made, what they get wrong."""
    from core.network.weights import load_weights

    loaded = load_weights(path)
    card = loaded.card
    told = {f"floor {floor.measured_on}, {floor.rig}": _floor(floor) for floor in card.floors if floor.group == WHOLE}
    facts = {
        "format": "weights of the network from poses to angles", "rigs": ", ".join(card.rigs),
        "size": f"width {card.width}, {card.blocks} blocks, expansion {card.expansion}",
        "trained on": ", ".join(card.data), "split": card.split, "seed": card.seed, "command": card.command,
        "licence": card.licence, **told, "sha256": loaded.sha256,
    }  # fmt: skip
    return {"path": str(path), "facts": facts, "notes": list(card.notes), "items": []}


def _floor(floor: Floor) -> str:
    def mean(values: Sequence[float]) -> str:
        return f"{sum(values) / len(values):.2f}°"

    return (f"MAE {mean(floor.mae_deg)}, {mean(floor.offset_removed_deg)} with the offset removed; by geometry "
            f"{mean(floor.geometry_mae_deg)} ({floor.frames} frames)")  # fmt: skip


def _lifter(path: Path) -> dict[str, Any]:
    """What a lifter is, what it takes and gives, and where it comes from."""
    from core.lifters.checkpoint import inspect_lifter
    from core.lifters.models import count_parameters

    card, sha256 = inspect_lifter(path)
    elsewhere = card.source_sha256 not in ("", sha256)
    facts = {
        "format": "weights of a lifter" if path.suffix == WEIGHTS_SUFFIX else "checkpoint of a lifter",
        "model": card.title, "family": card.model, "layout": card.layout,
        "parameters": count_parameters(card.model, card.config),
        "size": ", ".join(f"{name.replace('_', ' ')} {size}" for name, size in card.config.items()),
        "takes": f"2D joints {card.input_joints}{' with confidence' if card.confidence else ''}",
        "gives": f"3D joints {card.output_joints}, rig {card.rig}", "unit": _unit(card),
        "normalisation": f"{card.normalisation} ({card.coding} coordinates)", "frames per second": card.fps,
        "flip averaging": "yes" if card.flip else "no", "predictions": card.name, "licence": card.licence,
        **({"source": f"{card.source} (sha256 {card.source_sha256})"} if elsewhere else {}),
        **(_training(card.training) if card.training else {}), "sha256": sha256,
    }  # fmt: skip
    return {"path": str(path), "facts": facts, "notes": list(card.notes), "items": []}


def _unit(card: LifterCard) -> str:
    nominal = "" if card.scale == "metric" else f", nominal: scale {card.scale}"
    return f"{card.unit_mm:g} mm{nominal}"


def _training(training: Training) -> dict[str, Any]:
    errors = {f"error {one.domain} domain, {one.measured_on}, {one.input}": _measured(one) for one in training.errors}
    return {
        "trained on": f"{', '.join(training.data)}: {training.motion_minutes:.1f} minutes of motion, "
                      f"{training.frames} frames seen",
        "2D trained on": training.input, **({"loss": training.loss} if training.loss else {}),
        "split": training.split, "seed": training.seed, "command": training.command, **errors,
    }  # fmt: skip


def _measured(error: Measured) -> str:
    return (f"MPJPE {error.mpjpe_mm:.1f} mm, N-MPJPE {error.n_mpjpe_mm:.1f}, P-MPJPE {error.p_mpjpe_mm:.1f}; mean pose "
            f"{error.mean_pose_mm:.1f}, linear regression {error.linear_mm:.1f} ({error.frames} frames)")  # fmt: skip
