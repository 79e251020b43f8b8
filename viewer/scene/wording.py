"""What the scene says in words: the caption, names of cells, and what stands at a joint under the mouse. No Qt."""

from __future__ import annotations

from html import escape

import numpy as np

from core.skeleton import joint_name
from viewer.content.records import ClipContent, Track
from viewer.scene.floor import CELL_MM
from viewer.theme import Theme
from viewer.view import Colouring, View, Viewpoint
from viewer.wording import ALIGNED, POSITION_ERROR

__all__ = ["caption", "caption_tip", "tip_html"]

_SEEN = {
    Viewpoint.FRONT: "from the front",
    Viewpoint.SIDE: "from the right",
    Viewpoint.TOP: "from above",
    Viewpoint.CAMERA: "as the clip's camera sees it (zoomed)",
}
_WITHOUT_CAMERA = "along the lifter's camera (+Y)"
_HANDLING = (
    "Drag turns, right drag or Shift+drag moves, the wheel zooms; a click on a joint selects it, a double click"
    " beside the joints frames the athlete again."
)
_LONGEST = 32


def caption(content: ClipContent | None, view: View) -> tuple[str, ...]:
    """What the picture is, in a few phrases, the weightiest first: alignment and its error, viewpoint, world."""
    if content is None:
        return ()
    scene = view.scene
    edited = ", ".join(sorted(content.edited))
    parts = [*((f"edited by hand: {edited}",) if edited else ()), _placed(content)]
    if all(track.name in view.hidden for track in content.everyone):
        parts.append("all sources are hidden")
    if scene.colouring is not Colouring.SOURCE and (content.reference is None or not content.tracks):
        parts.append("no errors to colour by")
    if scene.viewpoint is Viewpoint.CAMERA and content.camera is None:
        parts.append(_WITHOUT_CAMERA)
    elif scene.viewpoint is not Viewpoint.FREE:
        parts.append(_SEEN[scene.viewpoint])
    if scene.orthographic:
        parts.append("orthographic")
    parts.append("Z up")
    if not content.metric:
        parts.append("scale unknown")
    elif scene.floor:
        parts.append(f"grid {CELL_MM / 1000:g} m")
    return tuple(parts)


def caption_tip(content: ClipContent | None, view: View) -> str:
    """The same at length, and what the mouse does."""
    if content is None:
        return ""
    scene, said = view.scene, [*caption(content, view)]
    if scene.viewpoint is Viewpoint.FREE:
        said.append("free view")
    if scene.viewpoint is Viewpoint.CAMERA and content.camera is not None:
        said.append(f"camera {content.camera.name}, its place and direction, cut out about the athlete")
    if not scene.orthographic:
        said.append("perspective")
    if content.reference is None:
        said.append("lowest ankles on the floor, middle of the path at the origin")
    return f"{' · '.join(said)}\n{_HANDLING}"


def _placed(content: ClipContent) -> str:
    if content.reference is None:
        return "no reference: placed on the floor"
    if not content.tracks:
        return "reference alone"
    return f"{ALIGNED[content.alignment]}: {POSITION_ERROR[content.alignment]}"


def tip_html(joint: int, hit: Track, tracks: tuple[Track, ...], frame: int, theme: Theme) -> str:
    """The joint's name, the source under the mouse, and the position error of every source of the cell there."""
    rows = [f"<b>{joint_name(joint)}</b>"]
    for track in tracks:
        if track.colour < 0 and track is not hit:
            continue
        rows.append(_named(track, _short(_title(track)), theme, bold=track is hit) + _error(track, frame, joint))
    return "<br>".join(rows)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"


def _title(track: Track) -> str:
    return "reference" if track.colour < 0 else track.title


def _named(track: Track, title: str, theme: Theme, bold: bool) -> str:
    name = escape(title).replace(" ", "&nbsp;")
    return f'<span style="color:{theme.lifter(track.colour)}">●</span>&nbsp;{f"<b>{name}</b>" if bold else name}'


def _error(track: Track, frame: int, joint: int) -> str:
    if track.colour < 0:
        return ""
    if not np.isfinite(track.xyz_mm[frame, joint]).all():
        return ": missing"
    error = float(track.position_mm[frame, joint])
    return f": {error:.1f}&nbsp;mm" if np.isfinite(error) else ":&nbsp;no&nbsp;reference"
