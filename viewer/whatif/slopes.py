"""The arrows on screen for pictures of any frame, found on whatever thread draws them. No Qt here."""

from __future__ import annotations

from functools import cache

from core.errors import AnglescopeError
from core.estimators import Estimator, estimator_named
from viewer.content.records import ClipContent
from viewer.scene.arrows import Slopes, SlopesAt
from viewer.view import View
from viewer.whatif.costs import costs_at

__all__ = ["slopes_on_screen"]


def slopes_on_screen(content: ClipContent, view: View, lifter: str) -> SlopesAt | None:
    """How the joints of a lifter change the selected angle at a frame, None where the view shows no arrows.

    The estimator is loaded when a frame is first asked for; frames of poses that it cannot take have no arrows.
    """
    if not view.scene.arrows or not lifter:
        return None

    @cache
    def estimator() -> Estimator:
        return estimator_named(view.engine.estimator, device=view.engine.device, threads=1)

    def at(frame: int) -> Slopes | None:
        try:
            costs = costs_at(content, lifter, frame, view.angle, estimator())
        except AnglescopeError:
            return None
        return None if costs is None else Slopes(lifter, frame, costs.slopes)

    return at
