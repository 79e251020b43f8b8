"""Menu *Scene*: alignment, colours, viewpoints and what else is drawn in space."""

from __future__ import annotations

from core.metrics.alignment import Alignment
from viewer.actions.body import ALONG
from viewer.actions.records import Action, Needs
from viewer.view import Colouring, Layout, SceneView, Viewpoint

__all__ = ["SCENE"]

_MENU = "Scene"
_TRAILS = (0, 15, 30, 60)


def _align(how: Alignment, text: str, key: str, tip: str) -> Action:
    return Action(f"align.{how}", text, f"{_MENU}/Alignment", lambda w: w.session.update_engine(alignment=how), (key,),
                  Needs.REFERENCE, lambda v: v.engine.alignment is how, tip)  # fmt: skip


def _colour(what: Colouring, text: str, key: str) -> Action:
    needs = Needs.CLIP if what is Colouring.SOURCE else Needs.REFERENCE
    return Action(f"colour.{what}", text, f"{_MENU}/Colour", lambda w: w.session.update_scene(colouring=what), (key,),
                  needs, lambda v: v.scene.colouring is what)  # fmt: skip


def _look(where: Viewpoint, text: str, key: str) -> Action:
    return Action(f"look.{where}", text, f"{_MENU}/Viewpoint",
                  lambda w: w.session.update_scene(viewpoint=where), (key,),
                  checked=lambda v: v.scene.viewpoint is where)  # fmt: skip


def _switch(name: str, text: str, key: str, tip: str = "", *, line: bool = False) -> Action:
    """A field of the scene that is on or off."""
    return Action(f"scene.{name}", text, _MENU,
                  lambda w: w.session.update_scene(**{name: not getattr(w.session.view.scene, name)}), (key,),
                  checked=lambda v: bool(getattr(v.scene, name)), tip=tip, line=line)  # fmt: skip


def _next_trail(scene: SceneView) -> int:
    place = _TRAILS.index(scene.trail_frames) if scene.trail_frames in _TRAILS else 0
    return _TRAILS[(place + 1) % len(_TRAILS)]


SCENE: tuple[Action, ...] = (
    Action("scene.grid", "Side by side", _MENU, lambda w: w.session.update_scene(
               layout=Layout.OVERLAY if w.session.view.scene.layout is Layout.GRID else Layout.GRID), ("V",),
           checked=lambda v: v.scene.layout is Layout.GRID, tip="Each lifter in its own cell, cameras linked.",
           bar="Side by side"),
    _align(Alignment.NONE, "None", "Alt+1", "Positions as given."),
    _align(Alignment.ROOT, "Root", "Alt+2", "Pelvis on pelvis; what is left is MPJPE."),
    _align(Alignment.SCALE, "Root and scale", "Alt+3", "Best factor too; what is left is N-MPJPE."),
    _align(Alignment.PROCRUSTES, "Procrustes", "Alt+4", "Best turn too; what is left is P-MPJPE."),
    _colour(Colouring.SOURCE, "By source", "C"),
    _colour(Colouring.POSITION, "By position error", "Shift+C"),
    _colour(Colouring.ANGLE, "By error of the selected angle", "Ctrl+Shift+C"),
    _look(Viewpoint.FRONT, "Front", "1"),
    _look(Viewpoint.SIDE, "Side", "3"),
    _look(Viewpoint.TOP, "Top", "7"),
    _look(Viewpoint.CAMERA, "The clip's camera", "0"),
    ALONG,
    Action("look.again", "Frame the athlete", f"{_MENU}/Viewpoint", lambda w: w.scene.frame_again(), ("Z",),
           tip="As the viewpoint was chosen, without what the mouse has turned, moved or zoomed.", line=True),
    _switch("orthographic", "Orthographic", "5", "Parallel projection, instead of perspective.", line=True),
    _switch("follow", "Follow the pelvis", "F"),
    _switch("ghost", "Reference as a ghost", "B", line=True),
    _switch("sides", "Tint left and right", "T"),
    Action("scene.trails", "Trails", _MENU,
           lambda w: w.session.update_scene(trail_frames=_next_trail(w.session.view.scene)), ("Y",),
           checked=lambda v: v.scene.trail_frames > 0, tip="Of wrists and ankles: off, 15, 30 or 60 frames."),
    _switch("floor", "Floor", "Shift+F"),
    _switch("axes", "Axes", "Shift+A"),
)  # fmt: skip
