"""A film into a file, as a job that can be cancelled; nothing half-written is left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from core.errors import OutputError
from core.files import atomic_output
from viewer.film.encoding import Encoder, Pixels, gif_encoder, mp4_encoder, require_pyav
from viewer.film.film import Film
from viewer.film.options import FilmFormat
from viewer.film.painter import FilmPainter
from viewer.film.provenance import encoder_of, film_facts, film_title, sidecar_path
from viewer.jobs import Progress, Work
from viewer.workspace import Workspace

__all__ = ["check_film", "write_film"]

_SAMPLED = 24
"""Frames from which the palette of a GIF is made."""


def check_film(film: Film, path: Path) -> None:
    """Raises :class:`OutputError` for what would stop a film from being written: no PyAV, odd sizes, no folder."""
    require_pyav()
    width, height = film.options.size
    if film.options.format is FilmFormat.MP4 and (width % 2 or height % 2):
        raise OutputError(f"an MP4 film needs an even width and height, not {width} × {height}")
    if not path.parent.is_dir():
        raise OutputError(f"{path.parent}: there is no such folder")


def write_film(film: Film, workspace: Workspace | None, path: Path) -> Work[Path]:
    """Paint and encode a film, and put its facts inside and beside it (``<name>.mp4.json``).

    Yields after every frame of the clip that is shown; a job that stops there, or fails, leaves neither file. Memory
    does not grow with the span. Raises :class:`OutputError`, one line for what cannot be done.
    """
    check_film(film, path)
    total = len(film.timing.frames)
    yield Progress(0, total, path.name)
    facts = film_facts(film, workspace, encoder_of(film))
    painter = FilmPainter(film)
    with atomic_output(sidecar_path(path)) as beside, atomic_output(path) as file:
        beside.write((json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode())
        with _encoder(film, painter, file, facts) as encoder:
            for index in range(total):
                pixels = painter.pixels(index)
                for _ in range(film.timing.hold):
                    encoder.add(pixels)
                yield Progress(index + 1, total, path.name)
            encoder.finish()
    return path


def _encoder(
    film: Film, painter: FilmPainter, file: BinaryIO, facts: Mapping[str, Any]
) -> AbstractContextManager[Encoder]:
    comment, size, rate = json.dumps(facts), film.options.size, film.timing.rate
    if film.options.format is FilmFormat.GIF:
        return gif_encoder(file, size, rate, _sample(film, painter), comment)
    # By its name and not through the open file: the index can be moved to the front by FFmpeg only.
    return mp4_encoder(Path(file.name), size, rate, {"title": film_title(film), "comment": comment})


def _sample(film: Film, painter: FilmPainter) -> Iterator[Pixels]:
    n_frames = len(film.timing.frames)
    for index in np.unique(np.linspace(0, n_frames - 1, min(_SAMPLED, n_frames)).astype(int)):
        yield painter.pixels(int(index))
