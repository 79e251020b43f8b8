"""The clips of what is open, with the errors of every lifter on each: sorted, filtered, chosen."""

from viewer.panels.clips.panel import ClipsPanel

__all__ = ["ClipsPanel"]
