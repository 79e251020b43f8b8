"""Millimetres against degrees over all clips, for every lifter and every two of them, as the report says it."""

from viewer.panels.study.panel import StudyPanel

__all__ = ["StudyPanel"]
