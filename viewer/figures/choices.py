"""What is asked of a figure. No Qt and no matplotlib here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FigureChoices", "FigureFormat", "FigureKind", "FrameRange"]


class FigureKind(StrEnum):
    """What a figure shows."""

    PAGE = "page"
    TRACES = "traces"
    HEATMAPS = "heatmaps"
    STRIPS = "strips"
    SCENE = "scene"
    TABLE = "table"


class FigureFormat(StrEnum):
    """File formats, by their suffix."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"


class FrameRange(StrEnum):
    """Which frames traces, heatmaps and strips show: all, those between in and out, or those that the traces show."""

    WHOLE = "whole"
    SPAN = "span"
    ZOOM = "zoom"


@dataclass(frozen=True, slots=True)
class FigureChoices:
    """What the user chooses for a figure; remembered.

    width_mm, height_mm : of the whole figure; fit : a height that suits what is shown, instead. font_pt : of its
    letters; the caption is smaller. dpi : of a PNG. range : of frames. shots : how many moments of the range the scene
    shows, 1 the current frame. caption : a line on what is shown. data : its numbers as CSV beside it.
    """

    kind: FigureKind = FigureKind.TRACES
    format: FigureFormat = FigureFormat.PDF
    width_mm: float = 180.0
    height_mm: float = 110.0
    fit: bool = True
    font_pt: float = 8.0
    dpi: int = 300
    range: FrameRange = FrameRange.WHOLE
    shots: int = 1
    caption: bool = True
    data: bool = True
