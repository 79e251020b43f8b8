"""Films of a span of a clip: what they show, how they are timed, painted and encoded. Nothing here needs a widget."""

from __future__ import annotations

from viewer.film.options import FilmFormat, FilmLayout, FilmOptions, FilmSpan

__all__ = ["FilmFormat", "FilmLayout", "FilmOptions", "FilmSpan"]
