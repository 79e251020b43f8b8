"""Traces: the twelve angles over time, with reference, floor and every lifter."""

from viewer.panels.traces.panel import TracesPanel

__all__ = ["TracesPanel"]
