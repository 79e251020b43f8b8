"""Parts that plot-like panels share: a view that paints its plots once, long lines by pixel columns, ranges, axes."""

from viewer.plotting.axes import DegreeAxis, SecondsAxis
from viewer.plotting.cached_view import CachedPlotView
from viewer.plotting.lines import Outline, Polyline, breaks_of, is_dense, outlines, polyline, runs_of
from viewer.plotting.ranges import Range
from viewer.plotting.scrub_view import ScrubView

__all__ = [
    "CachedPlotView",
    "DegreeAxis",
    "Outline",
    "Polyline",
    "Range",
    "ScrubView",
    "SecondsAxis",
    "breaks_of",
    "is_dense",
    "outlines",
    "polyline",
    "runs_of",
]
