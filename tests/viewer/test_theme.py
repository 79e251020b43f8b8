"""Colours of what is pointed at, and of shares: none that a source has, also to the colour-blind."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.theme import DARK, LIGHT

NOT_ALIKE = 20
"""CIE76 distance; 2.3 is just noticeable."""
LIGHTER = 7
"""Difference of L* that two neighbours differ by in grey."""

# Machado, Oliveira and Fernandes 2009, severity 1: how linear RGB is seen.
SEEN = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colours, seen):
    """(N, 3) CIELAB of ``#rrggbb``, as somebody sees them."""
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(linear @ SEEN[seen].T, 0, 1) @ XYZ.T / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("seen", SEEN)
def test_marks_and_shares_have_no_colour_of_a_source(theme, seen):
    sources = lab([*theme.lifters, theme.reference, theme.floor, theme.left, theme.right], seen)
    own = lab([theme.mark, *theme.shares], seen)
    apart = np.linalg.norm(own[:, None] - sources[None], axis=2)
    assert apart.min() > NOT_ALIKE


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_neighbouring_shares_differ_in_grey(theme):
    lightness = lab(theme.shares, "usual")[:, 0]
    assert np.abs(np.diff(lightness)).min() > LIGHTER
