"""Menu *Spans*: numbers of a part of a clip, comparison of two, and named marks."""

from __future__ import annotations

from viewer.actions.records import Action, Needs

__all__ = ["SPANS"]

_MENU = "Spans"

SPANS: tuple[Action, ...] = (
    Action("spans.lifters", "Numbers of every lifter", _MENU, lambda w: w.marking.show("lifters"), ("Alt+N",),
           Needs.REFERENCE, tip="At the selected angle, from in to out, or of the whole clip.", bar="Span"),
    Action("spans.angles", "Numbers of every angle", _MENU, lambda w: w.marking.show("angles"), ("Alt+Shift+N",),
           Needs.REFERENCE, tip="Of the selected lifter."),
    Action("spans.pin", "Pin the span as A", _MENU, lambda w: w.marking.panel.pin(), ("Alt+Shift+A",), Needs.REFERENCE,
           tip="To compare another one with it, B.", line=True),
    Action("spans.unpin", "Unpin A", _MENU, lambda w: w.marking.panel.unpin(), ("Alt+Shift+X",), Needs.REFERENCE),
    Action("spans.copy", "Copy the numbers", _MENU, lambda w: w.marking.panel.copy(), (), Needs.REFERENCE,
           tip="For a spreadsheet.", line=True),
    Action("spans.markdown", "Copy the numbers as Markdown", _MENU, lambda w: w.marking.panel.copy_markdown(), (),
           Needs.REFERENCE),
    Action("spans.csv", "Export the numbers…", _MENU, lambda w: w.marking.ask_csv(), ("Alt+Shift+S",),
           Needs.REFERENCE, tip="Of every lifter and angle, as CSV with its provenance beside it."),
    Action("marks.add", "Mark the span or frame", _MENU, lambda w: w.marking.mark(), ("Ctrl+M",),
           tip="Under a name; with a study the marks are kept beside it.", line=True),
    Action("marks.next", "Next mark", _MENU, lambda w: w.marking.beside(forward=True), ("Alt+Right",),
           tip="In this clip, then in the next one that has some."),
    Action("marks.previous", "Previous mark", _MENU, lambda w: w.marking.beside(forward=False), ("Alt+Left",)),
    Action("marks.show", "All marks", _MENU, lambda w: w.marking.show("marks"), ("Ctrl+Shift+M",)),
)  # fmt: skip
