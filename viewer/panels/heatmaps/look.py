"""What all parts of the picture of the heatmaps share."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.panels.heatmaps.layout import Gutter, HeatLayout
from viewer.strips import FrameAxis
from viewer.theme import Theme

__all__ = ["Look"]


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that does not differ between blocks. fps : of the clip."""

    axis: FrameAxis
    layout: HeatLayout
    gutter: Gutter
    theme: Theme
    fps: float
