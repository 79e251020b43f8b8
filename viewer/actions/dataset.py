"""Menu *Dataset*: the heatmap of all clips, what it tells and how it is arranged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.results.angle_numbers import Measure
from viewer.actions.records import Action, Needs
from viewer.panels.dataset.texts import MEASURES
from viewer.view import ClipOrder

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["DATASET"]

_MENU = "Dataset"
_GROUPS = {ClipOrder.DATASET: "No groups", ClipOrder.ATHLETE: "By athlete", ClipOrder.ACTIVITY: "By activity"}


def _change(window: Window, **changes: object) -> None:
    window.session.update(dataset=replace(window.session.view.dataset, **changes))  # type: ignore[arg-type]


def _measure(measure: Measure) -> Action:
    return Action(f"dataset.{measure}", MEASURES[measure][:1].upper() + MEASURES[measure][1:], f"{_MENU}/Measure",
                  lambda w: _change(w, measure=measure), (), Needs.DATASET,
                  lambda v: v.dataset.measure is measure)  # fmt: skip


def _groups(by: ClipOrder) -> Action:
    return Action(f"dataset.groups_{by}", _GROUPS[by], f"{_MENU}/Groups", lambda w: _change(w, groups=by), (),
                  Needs.DATASET, lambda v: v.dataset.groups is by)  # fmt: skip


DATASET: tuple[Action, ...] = (
    Action("dataset.show", "Heatmap of all clips", _MENU, lambda w: w.docks.bring("dataset"), ("Shift+H",),
           Needs.NOTHING, tip="Clips by angles: click a cell for the clip, double click for its worst frame."),
    Action("dataset.source", "Next lifter", _MENU, lambda w: w.dataset.next_source(), (), Needs.DATASET,
           tip="Shown in the heatmap; after the last one the floor."),
    *(_measure(measure) for measure in Measure),
    *(_groups(by) for by in _GROUPS),
    Action("dataset.positions", "Position error beside the angles", _MENU,
           lambda w: _change(w, positions=not w.session.view.dataset.positions), (), Needs.DATASET,
           lambda v: v.dataset.positions, line=True),
    Action("dataset.overview", "All clips at once", _MENU,
           lambda w: _change(w, overview=not w.session.view.dataset.overview), (), Needs.DATASET,
           lambda v: v.dataset.overview, "However low the rows get; neighbours share one where there are many."),
    Action("dataset.copy", "Copy the numbers", _MENU, lambda w: w.dataset.copy(), (), Needs.DATASET,
           tip="Of the clips that the heatmap shows, with a header, for a spreadsheet.", line=True),
)  # fmt: skip
