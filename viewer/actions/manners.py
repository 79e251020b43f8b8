"""Menu *Edit*, the presets, and what helps to find one's way."""

from __future__ import annotations

from viewer.actions.records import Action, Needs
from viewer.presets import review_worst, take_preset

__all__ = ["EDIT", "HELPERS", "PRESET_ACTIONS"]

_MENU, _PRESETS = "Edit", "Window/Presets"

EDIT: tuple[Action, ...] = (
    Action("edit.undo", "Undo", _MENU, lambda w: w.manners.undo(), ("Ctrl+Z",), Needs.NOTHING,
           tip="Takes back what was changed in the view, edits of poses among it.",
           live=lambda w: _said("Undo", w.manners.undoing.history.undo_text)),
    Action("edit.redo", "Redo", _MENU, lambda w: w.manners.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), Needs.NOTHING,
           live=lambda w: _said("Redo", w.manners.undoing.history.redo_text)),
    Action("edit.usual", "Usual options", _MENU, lambda w: w.manners.usual_options(), (), Needs.CLIP,
           tip="Estimator, shoulder, joints, hip centres, alignment and shown sources as if it were opened for the "
               "first time.", line=True),
)  # fmt: skip

PRESET_ACTIONS: tuple[Action, ...] = (
    Action("preset.inspect", "Inspect", _PRESETS, lambda w: take_preset(w, "inspect"), ("F2",), Needs.CLIP,
           tip="One clip: scene, traces of the selected angle, read-out, heatmaps."),
    Action("preset.compare", "Compare", _PRESETS, lambda w: take_preset(w, "compare"), ("F3",), Needs.CLIP,
           tip="All lifters side by side with their errors."),
    Action("preset.review", "Review worst", _PRESETS, review_worst, ("F4",), Needs.REFERENCE,
           tip="Clips by their largest angle error, the worst of them at its worst frame."),
    Action("preset.study", "Study", _PRESETS, lambda w: take_preset(w, "study"), ("F5",), Needs.REFERENCE,
           tip="Millimetres against degrees over all clips, and the errors of the one that is clicked."),
)  # fmt: skip

HELPERS: tuple[Action, ...] = (
    Action("help.palette", "Find an action, angle, lifter or clip…", "Help", lambda w: w.manners.open_palette(),
           ("Ctrl+Shift+P", "Ctrl+P"), Needs.NOTHING, bar="Find"),
    Action("help.tour", "Show the tour", "Help", lambda w: w.manners.show_tour(), (), Needs.NOTHING),
)  # fmt: skip


def _said(what: str, text: str) -> str:
    return f"{what}: {text}" if text else ""
