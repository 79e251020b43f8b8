"""Errors of every lifter over the whole clip as colours: angles or joints by frames."""

from viewer.panels.heatmaps.panel import HeatmapsPanel

__all__ = ["HeatmapsPanel"]
