"""Menus *Angles* and *Sources*: which angle, how it is shown and computed, which lifters are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.conventions import ANGLES as TWELVE
from core.conventions import N_ANGLES, ShoulderView
from core.estimators import ESTIMATORS
from core.evaluation import REFERENCE
from core.skeleton import RIGS
from viewer.actions.records import Action, Needs
from viewer.view import HeatRows, PlotView, Quantity
from viewer.wording import SHOULDER

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["ANGLES", "SOURCES"]

_MENU, _SOURCES = "Angles", "Sources"
_LIFTER_KEYS = 9
_DEVICES = ("auto", "cuda", "mps", "cpu")


def _turn(window: Window, by: int) -> None:
    window.session.update(angle=(window.session.view.angle + by) % N_ANGLES)


def _shoulder(view: ShoulderView) -> Action:
    return Action(f"shoulder.{view}", SHOULDER[view].capitalize(), f"{_MENU}/Shoulder as",
                  lambda w: w.session.update_engine(shoulder=view),
                  checked=lambda v: v.engine.shoulder is view)  # fmt: skip


def _weights(name: str) -> Action:
    return Action(f"weights.{name}", name.capitalize(), f"{_MENU}/Estimator",
                  lambda w: w.session.update_engine(estimator=name),
                  checked=lambda v: v.engine.estimator == name)  # fmt: skip


def _device(name: str) -> Action:
    return Action(f"device.{name}", {"auto": "Automatic", "cpu": "CPU"}.get(name, name.upper()), f"{_MENU}/Device",
                  lambda w: w.session.update_engine(device=name), needs=Needs.NOTHING,
                  checked=lambda v: v.engine.device == name)  # fmt: skip


def _rig(name: str) -> Action:
    text = RIGS[name].title if name else "As the files say"
    return Action(f"rig.{name or 'stated'}", text, f"{_MENU}/Lifters' joints are of",
                  lambda w: w.session.update_engine(rig=name), (), checked=lambda v: v.engine.rig == name)  # fmt: skip


def _only(text: str, key: str, keep: tuple[str, ...]) -> Action:
    """Plots of the kinds whose joint is in ``keep``."""
    columns = tuple(i for i, angle in enumerate(TWELVE) if angle.joint in keep)
    return Action(f"plots.{text.lower()}", text, f"{_MENU}/Plots of",
                  lambda w: w.session.update_plots(angles=columns, single=False), (key,),
                  checked=lambda v: v.plots.angles == columns)  # fmt: skip


def _other(plots: PlotView) -> Quantity:
    return Quantity.ERROR if plots.quantity is Quantity.VALUE else Quantity.VALUE


ANGLES: tuple[Action, ...] = (
    Action("angle.next", "Next angle", _MENU, lambda w: _turn(w, 1), ("Down",)),
    Action("angle.previous", "Previous angle", _MENU, lambda w: _turn(w, -1), ("Up",)),
    Action("plots.error", "Show errors", _MENU, lambda w: w.session.update_plots(quantity=_other(w.session.view.plots)),
           ("E",), Needs.REFERENCE, lambda v: v.plots.quantity is Quantity.ERROR, "Instead of values.", "Errors",
           line=True),
    Action("plots.single", "Only the selected angle", _MENU,
           lambda w: w.session.update_plots(single=not w.session.view.plots.single), ("S",),
           checked=lambda v: v.plots.single, bar="One angle"),
    _only("All", "Ctrl+A", ("hip", "shoulder", "elbow", "knee")),
    _only("Hips", "Alt+H", ("hip",)), _only("Shoulders", "Alt+S", ("shoulder",)), _only("Elbows", "Alt+E", ("elbow",)),
    _only("Knees", "Alt+K", ("knee",)), _only("Legs", "Alt+L", ("hip", "knee")),
    _only("Arms", "Alt+A", ("shoulder", "elbow")),
    Action("plots.zoom_in", "Zoom in on time", _MENU, lambda w: w.traces.zoom_time(2.0), ("Ctrl++", "Ctrl+=")),
    Action("plots.zoom_out", "Zoom out", _MENU, lambda w: w.traces.zoom_time(0.5), ("Ctrl+-",)),
    Action("plots.reset", "Whole clip", _MENU, lambda w: w.traces.reset_zoom(), ("Ctrl+0",)),
    Action("heat.joints", "Heatmaps of joints", _MENU, lambda w: w.session.update_plots(
               rows=HeatRows.ANGLES if w.session.view.plots.rows is HeatRows.JOINTS else HeatRows.JOINTS), ("H",),
           Needs.REFERENCE, lambda v: v.plots.rows is HeatRows.JOINTS, "In mm, instead of angles in degrees.",
           line=True),
    Action("heat.signed", "Signed heatmaps", _MENU,
           lambda w: w.session.update_plots(signed=not w.session.view.plots.signed), ("M",), Needs.REFERENCE,
           lambda v: v.plots.signed),
    *(_shoulder(view) for view in ShoulderView),
    *(_weights(name) for name in ESTIMATORS),
    Action("weights.file", "Weights from a file…", f"{_MENU}/Estimator", lambda w: w.ask.weights(), ("Ctrl+Shift+W",)),
    *(_device(name) for name in _DEVICES),
    *(_rig(name) for name in ("", *RIGS)),
)  # fmt: skip


def _lifter(number: int) -> Action:
    return Action(f"source.{number}", f"Lifter {number}", _SOURCES, lambda w: w.toggle_source(number - 1),
                  (f"Ctrl+{number}",), lifter=number - 1)  # fmt: skip


SOURCES: tuple[Action, ...] = (
    Action("source.reference", "Reference", _SOURCES, lambda w: w.toggle_named(REFERENCE), ("Ctrl+R",), Needs.REFERENCE,
           lambda v: REFERENCE not in v.hidden),
    Action("source.floor", "Floor", _SOURCES, lambda w: w.toggle_named("floor"), ("Shift+B",), Needs.REFERENCE,
           lambda v: "floor" not in v.hidden, "The estimator on the reference poses, with its calibrated band."),
    Action("source.all", "All", _SOURCES, lambda w: w.session.update(hidden=frozenset()), ("Ctrl+Shift+A",)),
    *(_lifter(number) for number in range(1, _LIFTER_KEYS + 1)),
)  # fmt: skip
