"""The bar at the bottom: transport, read-out of frame and time, and errors along the clip."""

from viewer.panels.timeline.panel import TimelinePanel

__all__ = ["TimelinePanel"]
