"""The frame of a clip at which one number of the dataset heatmap is worst. No Qt here."""

from __future__ import annotations

import numpy as np

from core.evaluation import REFERENCE
from core.records import Float32
from core.results.dataset_grid import MEAN, POSITION
from viewer.content import ClipContent
from viewer.content.records import mean_of_defined

__all__ = ["worst_frame"]


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
