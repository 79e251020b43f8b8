"""Menu *File*: opening, adding, exporting, leaving."""

from __future__ import annotations

from viewer.actions.records import Action, Needs

__all__ = ["FILE"]

_MENU = "File"

FILE: tuple[Action, ...] = (
    Action("file.open_folder", "Open dataset or results…", _MENU, lambda w: w.ask.folder(), ("Ctrl+O",), Needs.NOTHING,
           tip="A dataset folder, a part of it, or a results folder of anglescope score.", bar="Open"),
    Action("file.open_file", "Open file…", _MENU, lambda w: w.ask.file(), ("Ctrl+Shift+O",), Needs.NOTHING,
           tip="A study.toml, a file of a clip, or a lifter's poses without reference."),
    Action("file.demo", "Open the demo", _MENU, lambda w: w.ask.demo(), (), Needs.NOTHING),
    Action("file.add_lifter", "Add lifter…", _MENU, lambda w: w.ask.lifter(), ("Ctrl+L",), Needs.DATASET,
           tip="Predictions of another lifter for the open dataset; what was understood is shown first.",
           bar="Add lifter", line=True),
    Action("file.fps", "Frame rate of the file…", _MENU, lambda w: w.ask.frame_rate(), (), Needs.LONE,
           tip="Frames per second of poses that stand alone, where their file does not say."),
    Action("file.export_clip", "Export errors of this clip…", _MENU, lambda w: w.ask.export_clip(), ("Ctrl+S",),
           Needs.REFERENCE, tip="The CSV that anglescope score writes for this clip, with its provenance beside it.",
           bar="Export", line=True),
    Action("file.export_all", "Export errors of all clips…", _MENU, lambda w: w.ask.export_all(), ("Ctrl+Shift+S",),
           Needs.DATASET, tip="A results folder, as anglescope score writes it."),
    Action("file.cancel", "Cancel what is running", _MENU, lambda w: w.bench.cancel(), ("Ctrl+.",), Needs.NOTHING),
    Action("file.quit", "Quit", _MENU, lambda w: w.close(), ("Ctrl+Q",), Needs.NOTHING, line=True),
)  # fmt: skip
