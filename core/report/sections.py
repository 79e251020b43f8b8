"""The sections of a report in their order: another one is a function and a line here."""

from __future__ import annotations

from core.report.anatomy import anatomy
from core.report.budget import budget
from core.report.by_angle import by_angle
from core.report.by_group import by_group
from core.report.clips import clips
from core.report.correlations import correlations
from core.report.curves import curves
from core.report.flips import flips
from core.report.moments import moments
from core.report.overall import overall
from core.report.records import SectionMaker
from core.report.slopes import slopes

__all__ = ["SECTIONS"]

SECTIONS: tuple[SectionMaker, ...] = (overall, by_angle, by_group, flips, clips, moments, curves, correlations, anatomy,
                                      slopes, budget)  # fmt: skip
"""What follows the answer in short."""
