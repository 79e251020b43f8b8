"""Numbers of the clip on screen as text for the clipboard: tab-separated, units in the heads. No Qt here."""

from __future__ import annotations

import numpy as np

from core.records import Float32
from viewer.content.records import ClipContent
from viewer.view import View

__all__ = ["angle_text"]

_FLOOR = "floor"


def angle_text(content: ClipContent, view: View) -> str:
    """The selected angle of every source that is shown, values and errors, a line per frame from in to out, or of the
    whole clip; an empty cell where there is no number.
    """
    column, name = view.angle, content.angles[view.angle].name
    first, last = view.span or (0, content.n_frames - 1)
    columns: list[tuple[str, Float32]] = []
    for track in content.everyone:
        if track.name in view.hidden:
            continue
        columns.append((f"{track.name}_{name}_deg", track.angles_deg[:, column]))
        if track.colour >= 0 and content.reference is not None:
            columns.append((f"{track.name}_{name}_error_deg", track.error_deg[:, column]))
    if _FLOOR not in view.hidden and content.reference is not None:
        columns.append((f"{_FLOOR}_{name}_deg", content.floor_deg[:, column]))
    lines = ["\t".join(["frame", "time_s", *(head for head, _ in columns)])]
    for frame in range(first, last + 1):
        cells = ("" if np.isnan(values[frame]) else f"{values[frame]:z.4f}" for _, values in columns)
        lines.append("\t".join([str(frame), f"{content.seconds_at(frame):.4f}", *cells]))
    return "\n".join(lines)
