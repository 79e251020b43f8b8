"""How what-if meets the window: joints of the scene, arrows, and saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.scene.arrows import Slopes
from viewer.whatif.costs import Costs

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["connect_whatif"]


def connect_whatif(window: Window) -> None:
    """Let the scene's joints be held, show its arrows, and ask where edited poses go."""

    def show(costs: Costs | None) -> None:
        wanted = costs is not None and window.session.view.scene.arrows
        area = window.scene.area
        area.show_slopes(Slopes(costs.lifter, costs.frame, costs.slopes) if costs and wanted else None)

    window.scene.area.grip.hands = window.whatif
    window.whatif.costs_changed.connect(show)
    window.whatif_panel.save_asked.connect(window.ask.save_edited)
