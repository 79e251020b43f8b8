"""Those of the twelve angles that are coordinates of OpenSim's full-body models, under their names there.

Hip: the joint's Z-X-Y rotations are the ISB decomposition (flexion +, adduction + on both sides) in gait2392 and in
the models of Rajagopal et al. (2016, IEEE Trans Biomed Eng 63:2068-2079). Shoulder: ``arm_flex`` and ``arm_add`` of the
latter turn about Z and X of the torso (X against the midline on the left), so they are the projected flexion and minus
the projected abduction. Knee and elbow are not: OpenSim's pin joints turn about an axis of their own, while ours are
angles between three points, up to 1.2 degrees (knee) and 5 to 8 degrees (elbow) apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.angles.views import in_view
from core.conventions import ShoulderView, angle_names
from core.errors import DataError
from core.export.opensim import write_mot_table
from core.formats.base import Table
from core.records import Angles

__all__ = ["COORDINATES", "LEFT_OUT", "coordinates_of", "write_coordinates"]

COORDINATES: tuple[tuple[str, str, float], ...] = tuple(
    (f"{coordinate}_{side}", f"{angle}_{side}", sign)
    for coordinate, angle, sign in (
        ("hip_flexion", "hip_flexion", 1.0), ("hip_adduction", "hip_adduction", 1.0),
        ("arm_flex", "shoulder_flexion_projected", 1.0), ("arm_add", "shoulder_abduction_projected", -1.0),
    )
    for side in ("l", "r")
)  # fmt: skip
"""Name in OpenSim, our name in the projected view, and sign."""

LEFT_OUT = ("knee_angle_l", "knee_angle_r", "elbow_flex_l", "elbow_flex_r")
"""Coordinates that look alike and are not the same quantity."""

_SAID = (
    "Coordinates of OpenSim's Rajagopal models, the hips also of gait2392, that are the same quantity as an anglescope "
    "angle to 0.01 degrees on the same segment frames: hip_flexion and hip_adduction (ISB Z-X-Y), arm_flex (projected "
    "shoulder flexion) and arm_add (minus the projected shoulder abduction), arm_add always within 90 degrees.",
    "Left out: knee_angle and elbow_flex, because ours are angles between three points (up to 1.2 and 8 degrees from "
    "the coordinates), and rotations about long axes, which are not measured.",
    "Segment frames follow the ISB landmarks; a scaled model whose pelvis or torso frame is tilted against them shows "
    "that tilt as a constant offset.",
)


def coordinates_of(angles: Angles, fps: float) -> Table:
    """:data:`COORDINATES` over time in degrees, as OpenSim can load them: without coordinates that are undefined
    throughout and frames in which another is, since its ``Storage`` ends at the first ``nan``. Says so in the notes.

    Raises :class:`DataError` where nothing is left.
    """
    names, shown = angle_names(ShoulderView.PROJECTED), in_view(angles, ShoulderView.PROJECTED)
    values = np.stack([np.float32(sign) * shown[:, names.index(name)] for _, name, sign in COORDINATES], axis=1)
    known = ~np.isnan(values)
    columns = np.flatnonzero(known.any(axis=0))
    frames = np.flatnonzero(known[:, columns].all(axis=1))
    if not len(columns) or not len(frames):
        raise DataError("there is no frame with all coordinates of OpenSim's models")
    wanted = tuple(COORDINATES[column][0] for column in columns)
    gone = [coordinate for coordinate, _, _ in COORDINATES if coordinate not in wanted]
    notes = (*angles.notes, *((f"undefined throughout and left out: {', '.join(gone)}",) if gone else ()))
    if len(frames) < len(values):
        notes = (*notes, f"{len(values) - len(frames)} of {len(values)} frames left out: a coordinate is undefined")
    return Table(wanted, values[np.ix_(frames, columns)], ("deg",) * len(wanted), frames / fps, notes)


def write_coordinates(path: Path, angles: Angles, fps: float, comments: Sequence[str] = ()) -> None:
    """These coordinates as MOT or STO, what was left out said in its header. comments : further lines of it.

    Raises as :func:`coordinates_of`, and :class:`core.errors.OutputError` where the file cannot be written.
    """
    table = coordinates_of(angles, fps)
    write_mot_table(path, table, (*_SAID, f"Computed by: {angles.method}", *table.notes, *comments))
