"""Parts that plot-like panels share: a view that paints its plots once, long lines by pixel columns, ranges, axes."""

from viewer.plotting.axes import DegreeAxis, SecondsAxis, Ticks
from viewer.plotting.cached_view import CachedPlotView, Overlay
from viewer.plotting.lines import Outline, Polyline, breaks_of, is_dense, outlines, polyline, runs_of
from viewer.plotting.ranges import Range
from viewer.plotting.scrub_view import ScrubView

__all__ = [
    "CachedPlotView",
    "DegreeAxis",
    "Outline",
    "Overlay",
    "Polyline",
    "Range",
    "ScrubView",
    "SecondsAxis",
    "Ticks",
    "breaks_of",
    "is_dense",
    "outlines",
    "polyline",
    "runs_of",
]
