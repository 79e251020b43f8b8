"""What the scene says in words: the caption, names of cells, and what stands at a joint under the mouse. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from core.metrics.alignment import Alignment
from core.skeleton import JOINTS
from viewer.content.records import ClipContent, Track
from viewer.scene.floor import CELL_MM
from viewer.theme import Theme
from viewer.view import Colouring, View, Viewpoint

__all__ = ["caption", "joint_name", "legend_html", "tip_html"]

_ALIGNED = {
    Alignment.NONE: "not aligned: positions as given",
    Alignment.ROOT: "aligned at the pelvis (MPJPE)",
    Alignment.SCALE: "aligned at the pelvis and scaled (N-MPJPE)",
    Alignment.PROCRUSTES: "Procrustes-aligned (P-MPJPE)",
}
_SEEN = {
    Viewpoint.FREE: "free view",
    Viewpoint.FRONT: "from the athlete's front",
    Viewpoint.SIDE: "from the athlete's right",
    Viewpoint.TOP: "from above",
    Viewpoint.CAMERA: "from the camera",
}
_LONGEST = 32
_SIDES = {"l": "left", "r": "right"}


def joint_name(joint: int) -> str:
    """Name of a joint for people, such as ``left knee``."""
    side, _, rest = JOINTS[joint].partition("_")
    return f"{_SIDES[side]} {rest}" if rest else side


def caption(content: ClipContent | None, view: View) -> str:
    """One line on what the picture is: alignment and its error, viewpoint, projection, world."""
    if content is None:
        return ""
    scene = view.scene
    parts = [_ALIGNED[content.alignment] if content.tracks else "reference alone"]
    if content.reference is None:
        parts = ["no reference: positions as given"]
    if scene.colouring is not Colouring.SOURCE and (content.reference is None or not content.tracks):
        parts.append("no errors to colour by: colours show the source")
    if all(track.name in view.hidden for track in content.everyone):
        parts.append("all sources are hidden")
    seen = _SEEN[scene.viewpoint]
    if scene.viewpoint is Viewpoint.CAMERA:
        camera = content.camera
        seen = f"from camera {camera.name}" if camera is not None else "as the lifter's camera looks (+Y)"
    parts += [seen, "orthographic" if scene.orthographic else "perspective", "Z up"]
    if scene.floor:
        parts.append(f"grid {CELL_MM:.0f} mm")
    return "  ·  ".join(parts)


def legend_html(tracks: Sequence[Track], titles: Sequence[str], theme: Theme) -> str:
    """Titles of sources, shortened where need be, one below the other, each beside a dot in its source's colour."""
    return "<br>".join(_named(*pair, theme, bold=False) for pair in zip(tracks, titles, strict=True))


def tip_html(joint: int, hit: Track, tracks: tuple[Track, ...], frame: int, theme: Theme) -> str:
    """The joint's name, the source under the mouse, and the position error of every source of the cell there."""
    rows = [f"<b>{joint_name(joint)}</b>"]
    for track in tracks:
        if track.colour < 0 and track is not hit:
            continue
        rows.append(_named(track, _short(track.title), theme, bold=track is hit) + _error(track, frame, joint))
    return "<br>".join(rows)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"


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
