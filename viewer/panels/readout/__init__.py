"""The read-out: every number of the current frame in one table."""

from viewer.panels.readout.panel import ReadoutPanel

__all__ = ["ReadoutPanel"]
