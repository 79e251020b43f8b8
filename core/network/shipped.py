"""The weights files that come with anglescope; found without torch, so that their absence is told without it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["shipped_weights"]


def shipped_weights() -> tuple[Path, ...]:
    """``resources/weights/angles.safetensors``, which has a network for every rig; empty where it does not ship."""
    path = Path(str(files("resources"))) / "weights" / "angles.safetensors"
    return (path,) if path.is_file() else ()
