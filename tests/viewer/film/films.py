"""Films of the demo for these tests."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import numpy as np

from viewer.content import ClipContent
from viewer.film.film import Film, film_of
from viewer.film.options import FilmOptions
from viewer.film.writing import write_film
from viewer.scene.viewpoints import eye_from
from viewer.view import View

SMALL = (640, 360)


def film(content: ClipContent, first: int = 0, last: int = 10**6, view: View | None = None, **options: Any) -> Film:
    """A film of the view from where a clip begins; small, and dark as usual."""
    view = view or View(clip=content.name, angle=11, lifter=content.tracks[0].name if content.tracks else "")
    scene = view.scene
    eye = eye_from(scene.viewpoint, content, view.frame, scene.follow, scene.orthographic)
    return film_of(content, view, eye, FilmOptions(**{"size": SMALL, **options}), first, last)


def written(made: Film, path: Path) -> Path:
    """The film in a file."""
    deque(write_film(made, None, path), maxlen=0)
    return path


def rgb(pixels: np.ndarray) -> np.ndarray:
    """(height, width, 3) of the painter's blue, green, red."""
    return pixels[..., 2::-1]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Likeness of two pictures in decibels."""
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float(10 * np.log10(255.0**2 / max(error, 1e-9)))
