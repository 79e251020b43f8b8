"""What is known of a checkpoint beside its numbers: what each code base feeds its model, and in what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from core.errors import DataError, UsageError
from core.lifters.card import Coding, LifterCard
from core.lifters.layouts import Fit
from core.lifters.statistics import port_statistics, published_statistics
from core.records import Scale

__all__ = ["card_of", "statistics_of"]

_PORT = "3d_pose_baseline_pytorch"
_STANDARDISED: Mapping[str, Any] = MappingProxyType({"coding": Coding.ZSCORE, "unit_mm": 1.0})
_SEQUENCE: Mapping[str, Any] = MappingProxyType({"unit_mm": 1000.0, "fps": 50.0, "flip": True})
_SCREEN: Mapping[str, Any] = MappingProxyType(
    {"unit_mm": 1000.0, "scale": Scale.WEAK_PERSPECTIVE.value, "confidence": True, "flip": True}
)
_TOLD: Mapping[str, Mapping[str, Any]] = MappingProxyType({
    _PORT: {**_STANDARDISED, "name": "simplebaseline3d", "normalisation": "z-score"},
    "mmpose-simplebaseline3d": {**_STANDARDISED, "name": "simplebaseline3d-mmpose", "normalisation": "person crop"},
    "videopose3d": {**_SEQUENCE, "name": "videopose3d"},
    "mmpose-videopose3d": {**_SEQUENCE, "name": "videopose3d-mmpose"},
    "motionbert": {**_SCREEN, "name": "motionbert"},
    "mmpose-motionbert": {**_SCREEN, "name": "motionbert-mmpose"},
})  # fmt: skip
"""By layout, the fields of its card that no shape tells."""
_LITE_WIDTH = 256
_JOINTS: Mapping[int, str] = MappingProxyType({17: "h36m17", 16: "h36m16"})
_VIDEO_JOINTS = ("h36m17", "coco17")


def card_of(fit: Fit, path: Path, sha256: str, joints: str | None, notes: tuple[str, ...] = ()) -> LifterCard:
    """The card of a checkpoint. joints : as the user says, None: as far as the file tells.

    Raises :class:`DataError` where its number of joints is unknown, :class:`UsageError` where ``joints`` cannot be.
    """
    layout, config = fit.layout, dict(fit.config)
    told = dict(_TOLD[layout.name])
    title = layout.title
    if layout.model == "motionbert":
        notes += (f"{config['heads']} heads of attention are taken for granted: the file does not tell",)
        if config["width"] == _LITE_WIDTH:
            told["name"], title = told["name"].replace("motionbert", "motionbert-lite"), f"{title}, lite"
    if layout.name == "mmpose-motionbert":
        notes += ("run with an epsilon of 1e-6 in its layer norms, as it was trained; MMPose's own code has 1e-5",)
    taken = config.get("joints", config.get("joints_in", 0))
    given = config.get("joints", config.get("joints_out", 0))
    input_joints = _named(taken, "takes", path)
    if layout.model == "videopose3d":
        input_joints, why = _video_joints(joints, path)
        notes += (f"takes 2D joints {input_joints} {why}",)
    elif joints not in (None, input_joints):
        raise UsageError(f"{path} takes {input_joints}, not {joints}")
    if layout.name == _PORT:
        notes += ("the statistics of its 2D are not published: those of MMPose for the same joints are used",)
    return LifterCard(
        model=layout.model, config=config, title=title, layout=layout.name, input_joints=input_joints,
        output_joints=_named(given, "gives", path), source=path.name, source_sha256=sha256, notes=notes, **told,
    )  # fmt: skip


def statistics_of(card: LifterCard, path: Path, given: Path | None) -> dict[str, Tensor]:
    """What a checkpoint's coordinates are standardised with; empty where they are not.

    given : file of 3D statistics, needed by the PyTorch port of SimpleBaseline3D alone. Raises :class:`DataError` where
    it is missing or something else, :class:`UsageError` where it is of no use.
    """
    if given is not None and card.layout != _PORT:
        raise UsageError(f"{path} is {card.title}, which needs no file of statistics")
    if card.coding != Coding.ZSCORE:
        return {}
    if card.output_joints != "h36m16":
        raise DataError("SimpleBaseline3D with the root in its output: no statistics are known for it", path=path,
                        expected="16 joints", got=card.output_joints)  # fmt: skip
    found = published_statistics(card.config["joints_in"])
    if card.layout == _PORT:
        if given is None:
            raise DataError("needs the statistics of its output, which are in another file", path=path,
                            hint="Give --statistics stat_3d.pth.tar, from the data of its code base")  # fmt: skip
        found |= port_statistics(given)
    return {name: torch.from_numpy(array) for name, array in found.items()}


def _named(count: int, verb: str, path: Path) -> str:
    if count not in _JOINTS:
        raise DataError(f"{verb} {count} joints, of which no layout is known", path=path, expected="16 or 17")
    return _JOINTS[count]


def _video_joints(joints: str | None, path: Path) -> tuple[str, str]:
    """2D joints of VideoPose3D, which has as many of either kind, and by what they were told."""
    if joints is None:
        found = _VIDEO_JOINTS["coco" in path.name.lower()]
        return found, "by the name of the file; --joints says otherwise"
    if joints not in _VIDEO_JOINTS:
        raise UsageError(f"VideoPose3D takes no 2D joints called {joints!r}; known: {', '.join(_VIDEO_JOINTS)}")
    return joints, "as was said"
