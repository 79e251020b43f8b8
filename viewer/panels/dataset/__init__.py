"""All clips by all angles as colours, for a lifter or for the difference of two."""

from viewer.panels.dataset.panel import DatasetPanel

__all__ = ["DatasetPanel"]
