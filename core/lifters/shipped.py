"""The lifters that come with anglescope: compact versions, trained on a few minutes of motion capture."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from core.errors import DataError, UsageError
from core.lifters.card import MODELS

__all__ = ["shipped_lifter"]


def shipped_lifter(model: str) -> Path:
    """``resources/weights/lifters/<model>-compact.safetensors``.

    Raises :class:`UsageError` for an unknown model, :class:`DataError` where this installation came without it.
    """
    if model not in MODELS:
        raise UsageError(f"no lifter model is called {model!r}; known: {', '.join(MODELS)}")
    path = Path(str(files("resources"))) / "weights" / "lifters" / f"{model}-compact.safetensors"
    if not path.is_file():
        raise DataError("this installation came without its compact lifters", path=path,
                        hint="Install anglescope again, or give a --checkpoint")  # fmt: skip
    return path
