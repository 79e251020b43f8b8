"""Ends of the colour bars of a clip: one per quantity, whichever panel shows it. No Qt here."""

from __future__ import annotations

from viewer.content.records import ClipContent
from viewer.strips.colours import Limit, colour_limit

__all__ = ["angle_error_limit", "angle_mae_limit", "position_error_limit"]


def angle_error_limit(content: ClipContent) -> Limit:
    """Of ``|error|`` in degrees: all lifters, all twelve angles and all frames together."""
    return colour_limit([track.error_deg.T for track in content.measured])


def position_error_limit(content: ClipContent) -> Limit:
    """Of the position error of single joints in millimetres: all lifters, joints and frames together."""
    return colour_limit([track.position_mm.T for track in content.tracks])


def angle_mae_limit(content: ClipContent) -> Limit:
    """Of the angle MAE per frame in degrees, a mean and therefore smaller: all lifters and frames together."""
    return colour_limit([track.angle_mae_deg for track in content.measured])
