"""The numbers of a part of a clip, compared with those of another, and the named marks."""

from viewer.panels.spans.panel import SpansPanel

__all__ = ["SpansPanel"]
