"""The frame of a clip at which one number is worst, and going there when the clip has come. No Qt here."""

from __future__ import annotations

import numpy as np

from core.evaluation import REFERENCE
from core.records import Float32
from core.results.dataset_grid import MEAN, POSITION
from viewer.content import ClipContent
from viewer.content.records import mean_of_defined
from viewer.session import Session
from viewer.view import View

__all__ = ["ToWorst", "worst_frame"]


class ToWorst:
    """A clip was asked for, which takes a while to come: then its worst frame is shown, unless another is wanted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seek = ("", "", 0)

    def ask(self, clip: str, source: str, column: int) -> None:
        """Go there now if the clip is here, else when it comes. source, column : as of :func:`worst_frame`."""
        self._seek = (clip, source, column)
        self.show_content(self._session.content)

    def forget(self) -> None:
        """Go nowhere."""
        self._seek = ("", "", 0)

    def show_content(self, content: ClipContent | None) -> None:
        """The clip that was asked for may be here now."""
        clip, source, column = self._seek
        if content is not None and content.name == clip:
            self.forget()
            frame = worst_frame(content, source, column)
            if frame is not None:
                self._session.seek(frame)

    def show_view(self, view: View) -> None:
        """Another clip is wanted meanwhile: go nowhere."""
        if view.clip != self._seek[0]:
            self.forget()


def worst_frame(content: ClipContent, source: str, column: int) -> int | None:
    """Where the error of an angle (column 0 to 11), the mean over the angles (12) or the position error (13) of a
    source is largest; None where it is defined in no frame. source : a lifter, or ``reference`` for the floor.
    """
    error = _error(content, source, column)
    if error is None or np.isnan(error).all():
        return None
    return int(np.nanargmax(error))


def _error(content: ClipContent, source: str, column: int) -> Float32 | None:
    """(T) not negative."""
    if source == REFERENCE:
        errors = np.abs(content.floor_error_deg)
        return errors[:, column] if column < MEAN else mean_of_defined(errors) if column == MEAN else None
    track = content.track(source)
    if track is None:
        return None
    if column == POSITION:
        return track.mpjpe_mm
    return track.angle_mae_deg if column == MEAN else np.abs(track.error_deg[:, column])
