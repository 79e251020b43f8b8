"""The panel that says why a lifter is wrong here: parts of its errors at the frame and over the span, and flags."""

from viewer.panels.why.panel import WhyPanel

__all__ = ["WhyPanel"]
