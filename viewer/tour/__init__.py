"""A tour of the window in six steps, for who sees it for the first time."""

from viewer.tour.guide import Tour
from viewer.tour.steps import STEPS

__all__ = ["STEPS", "Tour"]
