"""What the tour says, and of which part of the window."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["STEPS", "TourStep"]


@dataclass(frozen=True, slots=True)
class TourStep:
    """One callout. part : a dock, ``scene`` or ``tools``. text : with the keys of actions as ``{id}``."""

    part: str
    title: str
    text: str


STEPS: tuple[TourStep, ...] = (
    TourStep("clips", "Clips and their errors",
             "Every clip with the position and angle errors of each lifter. Click a heading to sort, a row to open "
             "that clip. Review worst ({preset.review}) opens the one with the largest angle error."),
    TourStep("scene", "The skeletons",
             "The reference as a pale ghost, each lifter in its own colour. An arc on the body shows the selected "
             "angle, with its value and error in degrees. Drag to turn, turn the wheel to come nearer, click a joint "
             "to select it. Side by side ({scene.grid}) gives every lifter its own cell."),
    TourStep("traces", "Angles over time",
             "Twelve angles of the reference and of every lifter. Click a plot to select its angle, drag in it to move "
             "through time. {plots.error} shows errors instead of values."),
    TourStep("timeline", "Time",
             "Where each lifter errs, from the first frame to the last. {play.toggle} plays, the arrow keys step, "
             "{go.worst_next} jumps to the next peak of the error."),
    TourStep("readout", "Numbers of this frame",
             "Each angle of the reference and of every lifter, and the difference. An error inside the floor's band "
             "cannot be told from the instrument's own."),
    TourStep("tools", "Take it away, try things out",
             "Export writes what you see with its provenance. Why here? takes the error apart, behind the heatmaps; "
             "What-if ({whatif.follow}) lets you drag a joint and see what that does to the angles. {edit.undo} takes "
             "every change back. {help.palette} finds every action, angle, lifter and clip."),
)  # fmt: skip
"""In the order in which one works."""
