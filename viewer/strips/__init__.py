"""What heatmaps and timeline share: frames along pixels, errors as colours, a picture that is painted once."""

from viewer.strips.axis import FrameAxis, peaks, tick_step
from viewer.strips.canvas import StripCanvas, draw_cells, fill_missing
from viewer.strips.colours import Limit, colour_limit, colours_of, limit_label

__all__ = [
    "FrameAxis",
    "Limit",
    "StripCanvas",
    "colour_limit",
    "colours_of",
    "draw_cells",
    "fill_missing",
    "limit_label",
    "peaks",
    "tick_step",
]
