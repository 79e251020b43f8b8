"""Colours of the window in dark and light: one place, so that a lifter looks the same in every panel.

Categorical colours are Okabe and Ito's (2008, "Color universal design"), colour maps are Crameri's (2018, "Scientific
colour maps"), both readable with colour-blindness and taken from the package ``cmap``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cmap
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

__all__ = ["DARK", "LIGHT", "Theme", "lut", "palette_of", "system_theme"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``.

    window : of panels; base : of plots, tables and the scene; raised : of tool bars and heads. text, dim : letters.
    grid : lines behind data. accent : selection and focus. cursor : the time cursor. reference, floor : their lines.
    lifters : by :attr:`viewer.content.Track.colour`, modulo their number. left, right : tints of the sides. missing :
    cells without a number. mark : what is pointed at in the scene, a colour that no source has, also to the
    colour-blind. shares : parts of a whole, told apart by lightness, of no source either. singular : shade of
    near-singular spans. warning : marks that ask for attention. magnitude, difference : colour maps for :func:`lut`,
    0 at the start or in the middle.
    """

    name: str
    window: str
    base: str
    raised: str
    text: str
    dim: str
    grid: str
    accent: str
    cursor: str
    reference: str
    floor: str
    lifters: tuple[str, ...]
    left: str
    right: str
    missing: str
    mark: str
    shares: tuple[str, str, str, str]
    singular: str
    warning: str
    magnitude: str
    difference: str

    def lifter(self, colour: int) -> str:
        """Colour of a track: that of the reference for -1, of the floor for -2."""
        if colour < 0:
            return self.reference if colour == -1 else self.floor
        return self.lifters[colour % len(self.lifters)]


DARK = Theme(
    "dark", window="#1b1e23", base="#121417", raised="#262a31", text="#e6e8eb", dim="#9aa3ae", grid="#333941",
    accent="#4c9be8", cursor="#ffffff", reference="#f2f2f2", floor="#8b949e",
    lifters=("#e69f00", "#56b4e9", "#cc79a7", "#00b386", "#f0e442", "#f2703a", "#7aa2ff", "#c0c0c0"),
    left="#5ad1c8", right="#f08a6c", missing="#4a4040", mark="#8a4dff",
    shares=("#9955ff", "#6633cc", "#3a1c78", "#4a4040"), singular="#3a3320", warning="#ffb454",
    magnitude="crameri:batlow@0.1", difference="crameri:berlin",
)  # fmt: skip

LIGHT = Theme(
    "light", window="#f3f4f6", base="#ffffff", raised="#e6e8ec", text="#1c2128", dim="#5c6670", grid="#d9dde2",
    accent="#1769c4", cursor="#000000", reference="#1c2128", floor="#606a73",
    lifters=("#9a5b00", "#0072b2", "#a83c80", "#00735a", "#6f6200", "#b34700", "#3d5bd9", "#636363"),
    left="#00857b", right="#c04a24", missing="#d8cfcf", mark="#4a00e0",
    shares=("#200070", "#4a00e0", "#b7a5f2", "#d9dde2"), singular="#fbf3d9", warning="#b35900",
    magnitude="crameri:lajolla_r@0.14", difference="crameri:vik",
)  # fmt: skip


@lru_cache(maxsize=16)
def lut(name: str) -> NDArray[np.uint8]:
    """(256, 4) RGBA of a colour map of ``cmap``; ``name@0.1`` leaves out its first tenth, which would vanish in the
    background.
    """
    name, _, first = name.partition("@")
    places = np.linspace(float(first or 0), 1, 256)
    table = (cmap.Colormap(name)(places) * 255).round().astype(np.uint8)
    table.flags.writeable = False
    return table


def system_theme() -> Theme:
    """Dark or light as the desktop says; dark where it does not."""
    return LIGHT if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else DARK


def palette_of(theme: Theme) -> QPalette:
    """The palette for Qt's own widgets (style Fusion)."""
    palette = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, theme.window), (role.WindowText, theme.text), (role.Base, theme.base), (role.Text, theme.text),
        (role.AlternateBase, theme.window), (role.Button, theme.raised), (role.ButtonText, theme.text),
        (role.Highlight, theme.accent), (role.HighlightedText, "#ffffff"), (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text), (role.PlaceholderText, theme.dim), (role.Link, theme.accent),
        (role.Mid, theme.grid), (role.Dark, theme.grid), (role.Light, theme.raised), (role.BrightText, theme.warning),
    ):  # fmt: skip
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(theme.dim))
    return palette
