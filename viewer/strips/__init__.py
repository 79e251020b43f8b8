"""What heatmaps and timeline share: frames along pixels, errors as colours, a picture that is painted once."""

from viewer.strips.axis import FrameAxis, peaks, round_ticks, tick_step
from viewer.strips.canvas import StripCanvas, draw_cells, fill_missing, shade_outside
from viewer.strips.colours import Limit, colour_limit, colours_of, limit_label
from viewer.strips.limits import angle_error_limit, angle_mae_limit, position_error_limit

__all__ = [
    "FrameAxis",
    "Limit",
    "StripCanvas",
    "angle_error_limit",
    "angle_mae_limit",
    "colour_limit",
    "colours_of",
    "draw_cells",
    "fill_missing",
    "limit_label",
    "peaks",
    "position_error_limit",
    "round_ticks",
    "shade_outside",
    "tick_step",
]
