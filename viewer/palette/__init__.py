"""The command palette: everything that can be done or gone to, found by typing a part of its name."""

from viewer.palette.panel import Palette

__all__ = ["Palette"]
