"""The weights files that come with anglescope; found without torch, so that their absence is told without it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from core.skeleton import RIGS

__all__ = ["shipped_weights"]


def shipped_weights() -> tuple[Path, ...]:
    """``resources/weights/angles_<rig>.safetensors``, at most one per rig; empty where none ship."""
    folder = Path(str(files("resources"))) / "weights"
    return tuple(path for rig in RIGS if (path := folder / f"angles_{rig}.safetensors").is_file())
