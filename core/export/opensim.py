"""Writers of OpenSim's text files: TRC labelled points and MOT tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.angles.views import in_view
from core.conventions import ShoulderView, angle_names
from core.errors import DataError
from core.export.csvblock import format_rows
from core.files import write_atomic
from core.formats.base import Table
from core.records import Angles, Axes, Float32, Points

__all__ = ["table_of_angles", "write_mot", "write_mot_table", "write_trc", "y_up"]

_TRC_KEYS = ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
             "OrigNumFrames")  # fmt: skip
_END = re.compile("endheader", re.IGNORECASE)
"""OpenSim ends the header wherever a line holds it."""
_SHOULDER = MappingProxyType({
    ShoulderView.COMPONENTS: "ISB Y-X-Y as components elevation*sin(plane) and elevation*cos(plane)",
    ShoulderView.RAW: "ISB Y-X-Y plane of elevation and elevation",
    ShoulderView.PROJECTED: "flexion projected on the sagittal plane and abduction out of it",
})  # fmt: skip
_CONVENTION = (
    "Anglescope angles: hip ISB Z-X-Y Cardan (flexion +, adduction + toward the midline); shoulder {}; knee and "
    "elbow_flexion are 180 degrees minus the included angle of three points. They are NOT the coordinates knee_angle, "
    "elbow_flex or arm_flex of OpenSim."
)


def y_up(xyz_mm: Float32, axes: Axes) -> Float32:
    """(T, K, 3) points turned to OpenSim's ground, Y up: from Z up (x, z, -y), from camera axes (x, -y, -z)."""
    if axes == Axes.WORLD_Y_UP:
        return xyz_mm
    x, y, z = np.moveaxis(xyz_mm, -1, 0)
    return np.stack((x, z, -y) if axes == Axes.WORLD_Z_UP else (x, -y, -z), axis=-1)


def write_trc(path: Path, points: Points) -> None:
    """Labelled points as TRC: millimetres, Y up, an empty cell where a point is missing, four decimals.

    Read back they equal :func:`y_up` of the points to 0.00005 mm. Raises :class:`DataError` where the frame rate is not
    known or a label holds a tab or line end, :class:`OutputError` where the file cannot be written.
    """
    if points.fps is None:
        raise DataError("TRC needs a frame rate", path=points.origin.path or None, hint="State it (--fps)")
    if any(set("\t\r\n") & set(name) or not name.strip() for name in points.names):
        raise DataError("a label cannot be written to TRC", expected="labels without tab or line end, not empty")
    n_frames, n_points = points.xyz_mm.shape[:2]
    rate = f"{points.fps:.10g}"
    settings = [rate, rate, str(n_frames), str(n_points), "mm", rate, "1", str(n_frames)]
    header = ["\t".join(("PathFileType", "4", "(X/Y/Z)", path.name)), "\t".join(_TRC_KEYS), "\t".join(settings)]
    header.append("Frame#\tTime\t" + "\t".join(f"{name}\t\t" for name in points.names))
    header.append("\t\t" + "\t".join(f"X{k}\tY{k}\tZ{k}" for k in range(1, n_points + 1)) + "\n")
    values = y_up(points.xyz_mm, points.axes).reshape(n_frames, -1)
    frames = np.arange(1, n_frames + 1)
    times = [f"{second:.6f}" for second in (np.arange(n_frames) / points.fps).tolist()]
    write_atomic(path, ("\n".join(header) + "\n").encode() + format_rows([frames, times], values, separator="\t"))


def table_of_angles(angles: Angles, fps: float, view: ShoulderView = ShoulderView.COMPONENTS) -> Table:
    """The twelve angles as a table over time. view : of the shoulder pair."""
    time_s = np.arange(angles.n_frames, dtype=np.float64) / fps
    names = angle_names(view)
    return Table(names, in_view(angles, view), ("deg",) * len(names), time_s, angles.notes)


def write_mot(path: Path, angles: Angles, fps: float, view: ShoulderView = ShoulderView.COMPONENTS,
              comments: Sequence[str] = ()) -> None:  # fmt: skip
    """The twelve angles as MOT or STO (one format, two suffixes) in degrees under their own names, ``nan`` where
    undefined. view : of the shoulder pair. comments : further lines of the header.

    The names are not renamed to OpenSim coordinates, because knee and elbow are vector angles; the header says so.
    Raises :class:`OutputError` where the file cannot be written.
    """
    table = table_of_angles(angles, fps, view)
    gaps = int(np.isnan(table.values).any(axis=1).sum())
    stops = (f"{gaps} frames hold nan: OpenSim's TimeSeriesTable reads them, its older Storage stops at the first",)
    said = (_CONVENTION.format(_SHOULDER[view]), f"Computed by: {angles.method}", *angles.notes, *comments)
    write_mot_table(path, table, (*said, *(stops if gaps else ())))


def write_mot_table(path: Path, table: Table, comments: Sequence[str] = ()) -> None:
    """Any table as MOT, ``inDegrees=yes``; columns of other units keep their numbers (translations in metres).

    Times have nine decimals: with six, who divides by one step finds 120.005 frames per second where 120 were meant.
    """
    times = [f"{second:.9f}" for second in table.time_s.tolist()]
    rows = format_rows([times], table.values, separator="\t", missing="nan")
    header = [
        path.stem,
        "version=1",
        f"nRows={len(table.values)}",
        f"nColumns={len(table.names) + 1}",
        "inDegrees=yes",
        "",
    ]
    header += [_one_line(comment) for comment in comments]
    header += ["endheader", "\t".join(("time", *table.names))]
    write_atomic(path, ("\n".join(header) + "\n").encode() + rows)


def _one_line(comment: str) -> str:
    """A comment that no reader can take for a ``key=value`` line or the end of the header."""
    return "# " + " ".join(_END.sub("end of the header", comment.replace("=", " is ")).split())
