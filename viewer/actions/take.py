"""Menu *Export*: figures, copies, files of angles."""

from __future__ import annotations

from viewer.actions.records import Action, Needs
from viewer.angle_files import AngleFormat

__all__ = ["TAKE"]

_MENU = "Export"
_ANGLES, _COPY = f"{_MENU}/Angles of this clip", f"{_MENU}/Copy as picture"


def _angles(kind: AngleFormat, text: str, tip: str) -> Action:
    return Action(f"take.angles_{kind}", text, _ANGLES, lambda w: w.take.angles(kind), tip=tip)


def _picture(name: str, text: str) -> Action:
    needs = Needs.NOTHING if name == "window" else Needs.CLIP
    return Action(f"take.copy_{name}", text, _COPY, lambda w: w.take.copy_picture(name), needs=needs)


TAKE: tuple[Action, ...] = (
    Action("take.figure", "Figure for print…", _MENU, lambda w: w.take.figure(), ("Shift+P",),
           tip="Traces, heatmaps, strips, skeletons, numbers or all of them as PDF, SVG or PNG.", bar="Figure"),
    _angles(AngleFormat.MOT, "MOT for OpenSim…", "Reference, floor and each lifter in a file of its own."),
    _angles(AngleFormat.STO, "STO for OpenSim…", "Reference, floor and each lifter in a file of its own."),
    _angles(AngleFormat.CSV, "CSV…", "Reference, floor and each lifter in a file of its own."),
    _angles(AngleFormat.COORDINATES, "MOT with OpenSim's coordinates…",
            "Hips and projected shoulders under the names of OpenSim's models; knees and elbows are not theirs."),
    Action("take.copy", "Copy the panel as picture", _MENU, lambda w: w.take.copy_picture(), ("Ctrl+Alt+C",),
           tip="The panel that has the keyboard, as it is on screen.", line=True),
    *(_picture(name, text) for name, text in (
        ("window", "Window"), ("scene", "Scene"), ("traces", "Traces"), ("heatmaps", "Heatmaps"),
        ("timeline", "Timeline"), ("readout", "Read-out"))),
    Action("take.copy_angle", "Copy the selected angle", _MENU, lambda w: w.take.copy_angle(), ("Alt+C",),
           tip="Of every source that is shown, over the clip or from in to out, for a spreadsheet.", line=True),
    Action("take.copy_numbers", "Copy the numbers of this frame", _MENU, lambda w: w.take.copy_table(),
           ("Alt+Shift+C",), tip="The read-out, for a spreadsheet."),
)  # fmt: skip
