"""Four ways to work, each a view and an arrangement of panels: *inspect*, *compare*, *review worst* and *study*."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from viewer.docks import STUDY_WIDE, WIDE
from viewer.panels.clips.columns import Kind
from viewer.undoing import when_there
from viewer.view import Colouring, HeatRows, Layout, Quantity, View

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["PRESETS", "Preset", "review_worst", "take_preset"]

_LEFT = ("dataset", "study", "clips")
"""Panels of all clips, that to be seen last."""


@dataclass(frozen=True, slots=True)
class Preset:
    """change : of the view. front : panels that are seen, in front of those that share their place. away : panels that
    are hidden; all others stay as they are. wide : parts of the window's width for the columns left and right.
    """

    name: str
    change: Callable[[View], View]
    front: tuple[str, ...]
    away: tuple[str, ...] = ()
    wide: tuple[float, float] = WIDE


def _inspected(view: View) -> View:
    """One clip, and of it the selected angle large."""
    return replace(
        view, scene=replace(view.scene, layout=Layout.OVERLAY, colouring=Colouring.SOURCE, ghost=True),
        plots=replace(view.plots, quantity=Quantity.VALUE, single=True, rows=HeatRows.ANGLES),
    )  # fmt: skip


def _compared(view: View) -> View:
    """All lifters side by side, their errors beside."""
    return replace(
        view, hidden=frozenset(),
        scene=replace(view.scene, layout=Layout.GRID, colouring=Colouring.SOURCE, ghost=True),
        plots=replace(view.plots, quantity=Quantity.ERROR, single=False),
    )  # fmt: skip


def _reviewed(view: View) -> View:
    """Errors of the angle on the body and over time."""
    return replace(
        view, scene=replace(view.scene, layout=Layout.OVERLAY, colouring=Colouring.ANGLE),
        plots=replace(view.plots, quantity=Quantity.ERROR, single=True, rows=HeatRows.ANGLES),
    )  # fmt: skip


def _studied(view: View) -> View:
    """All clips as points, and of the one that is clicked the errors of every angle."""
    return replace(
        view, scene=replace(view.scene, layout=Layout.OVERLAY, colouring=Colouring.SOURCE),
        plots=replace(view.plots, quantity=Quantity.ERROR, single=False),
    )  # fmt: skip


PRESETS: tuple[Preset, ...] = (
    Preset("inspect", _inspected, ("readout", "traces", "heatmaps", "timeline"), _LEFT),
    Preset("compare", _compared, (*_LEFT, "readout", "traces", "heatmaps", "timeline")),
    Preset("review worst", _reviewed, (*_LEFT, "readout", "traces", "heatmaps", "timeline")),
    Preset(
        "study", _studied, ("dataset", "clips", "study", "traces", "heatmaps", "timeline"), ("readout",), STUDY_WIDE
    ),
)
"""In the order of their keys."""


def take_preset(window: Window, name: str) -> None:
    """Show the view of a preset as one step that can be undone, and its panels."""
    preset = next(preset for preset in PRESETS if preset.name == name)
    with window.manners.undoing.named(f"preset {preset.name}"):
        window.session.show(preset.change(window.session.view))
    _arrange(window, preset)


def review_worst(window: Window) -> None:
    """The clips by their largest angle error, the worst of them on screen at its worst frame, with the worst lifter and
    its worst angle there selected.

    Of clips that are not scored yet nothing is known: where none is, the clip on screen stays.
    """
    preset = next(preset for preset in PRESETS if preset.name == "review worst")
    model, view = window.clips.model, preset.change(window.session.view)
    column = next((place for place, one in enumerate(model.columns) if one.kind is Kind.WORST), None)
    if column is None:  # one lifter alone has no worst of all
        column = next((place for place, one in enumerate(model.columns) if one.kind is Kind.ANGLES), None)
    if column is not None:
        window.clips.grid.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    if model.rowCount() and model.table.scored:
        view = replace(view, clip=model.name(0))
    if view.clip != window.session.view.clip:
        view = replace(view, frame=0, span=None)
    with window.manners.undoing.named(f"preset {preset.name}"):
        window.session.show(view)
    _arrange(window, preset)
    when_there(window.session, view.clip, lambda: _select_worst(window))


def _arrange(window: Window, preset: Preset) -> None:
    """The panels in sizes that fit, the row of the open clip in sight."""
    window.docks.arrange(preset.front, preset.away, preset.wide)
    window.clips.reveal()


def _select_worst(window: Window) -> None:
    """The worst frame of the clip on screen, and whose error of which angle is largest in it."""
    with window.manners.undoing.unnoticed():
        window.timeline.worst_of_clip()
        content, frame = window.session.content, window.session.frame
        tracks = () if content is None else content.tracks
        errors = np.array([np.abs(track.error_deg[frame]) for track in tracks])
        if errors.size and not np.isnan(errors).all():
            lifter, angle = np.unravel_index(int(np.nanargmax(errors)), errors.shape)
            name = tracks[int(lifter)].name
            hidden = window.session.view.hidden - {name}
            window.session.update(lifter=name, angle=int(angle), hidden=hidden)
