"""Menu *Dataset/Study*: millimetres against degrees, over what, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.actions.records import Action, Needs
from viewer.view import StudyPlot

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["STUDY"]

_MENU = "Dataset/Study"
_TEXTS = {StudyPlot.ALL: "Over all angles", StudyPlot.ANGLE: "Of the selected angle",
          StudyPlot.ATHLETES: "By athlete", StudyPlot.ACTIVITIES: "By activity"}  # fmt: skip


def _plot(plot: StudyPlot) -> Action:
    return Action(f"study.{plot}", _TEXTS[plot], _MENU, lambda w: w.study.change(plot=plot, pair=None), (),
                  Needs.DATASET, lambda v: v.study.plot is plot and v.study.pair is None,
                  line=plot is StudyPlot.ALL)  # fmt: skip


def _bring(window: Window) -> None:
    """In front, with the keys in its plot."""
    window.docks.bring("study")
    window.study.canvas.setFocus()


STUDY: tuple[Action, ...] = (
    Action("study.show", "Study: millimetres against degrees", _MENU, _bring, ("Shift+T",), Needs.NOTHING,
           tip="Does the lifter with fewer millimetres have the better angles? Click a point for its clip."),
    *(_plot(plot) for plot in StudyPlot),
    Action("study.published", "Published numbers beside it", _MENU,
           lambda w: w.study.change(published=not w.session.view.study.published), (), Needs.DATASET,
           lambda v: v.study.published, "Published for Human3.6M, not measured here."),
    Action("study.copy", "Copy the numbers of the study", _MENU, lambda w: w.study.copy(), (), Needs.DATASET,
           tip="Of every lifter, pair and clip, with a header, for a spreadsheet.", line=True),
    Action("study.csv", "Export the numbers of the study…", _MENU, lambda w: w.take.ask_study(), (), Needs.DATASET,
           tip="As CSV with its provenance beside it."),
)  # fmt: skip
