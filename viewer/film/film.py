"""Everything that the picture of a film depends on. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from viewer.content.records import ClipContent
from viewer.film.options import FilmOptions
from viewer.film.timing import Timing, timing_of
from viewer.scene.arrows import SlopesAt
from viewer.scene.eye import Eye, Point, followed, freed
from viewer.scene.viewpoints import anchor_mm, pelvis_path
from viewer.view import View

__all__ = ["Film", "Flight", "film_of"]

TURN_DEG_PER_S = 12.0
"""How fast a turning view turns, in the time of the film."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A film that can be painted and written. view : how things are shown; its frame is the one that ``eye`` looks at.

    first, last : frames, both included. slopes : which way the joints change the selected angle, where that is shown.
    """

    content: ClipContent
    view: View
    eye: Eye
    options: FilmOptions
    first: int
    last: int
    timing: Timing
    slopes: SlopesAt | None = None


def film_of(content: ClipContent, view: View, eye: Eye, options: FilmOptions, first: int, last: int,
            slopes: SlopesAt | None = None) -> Film:  # fmt: skip
    """The film of a span, which is cut to the clip. Raises :class:`core.errors.DataError` where no frame is left."""
    last = min(last, content.n_frames - 1)
    return Film(content, view, eye, options, first, last, timing_of(content.fps, first, last, options), slopes)


class Flight:
    """Where the eye is at every frame: as in the window, which follows the pelvis, and turning where that is wanted.

    Unlike the window's it does not depend on which frames were shown before.
    """

    def __init__(self, film: Film) -> None:
        self._film = film
        self._path = pelvis_path(film.content)
        seen = np.asarray(np.isfinite(self._path).all(axis=1))
        self._last_seen = np.maximum.accumulate(np.where(seen, np.arange(len(seen)), -1))
        self._start = self._anchor(film.view.frame)
        eye = film.eye
        # A real camera stands where it stands and cannot turn about the athlete.
        turns_fixed = film.options.turning and eye.fixed
        self._eye = freed(eye, self._start or eye.centre_mm) if turns_fixed else eye

    def eye(self, index: int) -> Eye:
        """At an index into the frames of the timing."""
        film, now = self._film, self._anchor(self._film.timing.frames[index])
        eye = self._eye
        if film.view.scene.follow and now is not None:
            eye = followed(eye, self._start, now)
        if film.options.turning:
            turned = eye.azimuth_deg + TURN_DEG_PER_S * film.timing.at(index)
            eye = replace(eye, azimuth_deg=turned % 360.0)
        return eye

    def _anchor(self, frame: int) -> Point | None:
        """Where the pelvis is, or was when it was last seen."""
        seen = int(self._last_seen[frame]) if frame < len(self._last_seen) else -1
        return None if seen < 0 else anchor_mm(self._path, seen)
