"""Which AthletePose3D recipe made the 17 joints of a clip: found by recomputing them from the labelled points.

The recipes are :data:`core.skeleton.AP3D_FIELD` (skating, track and field) and :data:`core.skeleton.AP3D_RUNNING`;
running clips use other labels for most joints and other meanings of joints 0 and 7 to 10.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from core.errors import DataError
from core.records import Float32, Float64, Points, Poses
from core.skeleton import AP3D_FIELD, AP3D_RUNNING, JOINTS, N_JOINTS, Rig

__all__ = ["joints_from_labels", "missing_labels", "poses_from_points", "rig_by_labels", "verified_rig"]

_TOLERANCE_MM = 1.0
_RIGS = (AP3D_FIELD, AP3D_RUNNING)


def missing_labels(rig: Rig, names: Collection[str]) -> tuple[str, ...]:
    """Labels that the rig's recipe needs and that are not among ``names``, in order of use, each once."""
    have = set(names)
    return tuple(dict.fromkeys(label for joint in rig.labels for label in joint if label not in have))


def rig_by_labels(names: Collection[str]) -> Rig:
    """The AthletePose3D rig whose recipe lacks fewer of its labels; the field rig where both are equal."""
    return min(_RIGS, key=lambda rig: len(missing_labels(rig, names)))


def joints_from_labels(points: Points, rig: Rig) -> Float64:
    """The 17 joints as means of labels: (T, 17, 3) float64 millimetres; NaN where a label is absent or missing."""
    column = {name: index for index, name in enumerate(points.names)}
    joints = np.full((points.n_frames, N_JOINTS, 3), np.nan)
    for joint, labels in enumerate(rig.labels):
        columns = [column.get(label, -1) for label in labels]
        if columns and min(columns) >= 0:
            total = points.xyz_mm[:, columns[0]].astype(np.float64)
            for k in columns[1:]:
                total += points.xyz_mm[:, k]
            joints[:, joint] = total / len(columns)
    return joints


def poses_from_points(points: Points) -> Poses:
    """Reference poses made from labelled points by the recipe that fits the labels.

    Raises :class:`DataError` naming a missing label where neither recipe is complete.
    """
    rig = rig_by_labels(points.names)
    lacking = missing_labels(rig, points.names)
    if lacking:
        raise DataError("there are no reference poses, and they cannot be made from the labelled points",
                        path=points.origin.path or None, expected=f"labels of rig {rig.name}",
                        got=f"no {', '.join(lacking[:4])}{' ...' if len(lacking) > 4 else ''}")  # fmt: skip
    note = f"17 joints made from the labelled points by the recipe of rig {rig.name}, as there is no _h36m.npy"
    xyz = joints_from_labels(points, rig)
    return Poses(xyz.astype(np.float32), points.fps, points.axes, rig=rig.name, origin=points.origin, notes=(note,))


def verified_rig(points: Points, xyz_mm: Float32) -> tuple[Rig, tuple[str, ...]]:
    """The rig of reference poses, verified on every frame against their labelled points.

    xyz_mm : (T, 17, 3) reference poses, same frames as the points. Returns the rig with more joints within 1 mm of
    its recipe, and notes naming the joints (and mm) that are not, or the labels without which they are unverified.
    """
    rig = rig_by_labels(points.names)
    deviation = _deviation_mm(joints_from_labels(points, rig), xyz_mm)
    if (deviation > _TOLERANCE_MM).any():
        other = next(candidate for candidate in _RIGS if candidate is not rig)
        others = _deviation_mm(joints_from_labels(points, other), xyz_mm)
        if (others <= _TOLERANCE_MM).sum() > (deviation <= _TOLERANCE_MM).sum():
            rig, deviation = other, others
    notes = []
    wrong = np.flatnonzero(deviation > _TOLERANCE_MM)
    if len(wrong):
        listed = ", ".join(f"{JOINTS[j]} {deviation[j]:.1f} mm" for j in wrong[:4])
        notes.append(f"reference joints differ from the labelled points of rig {rig.name} by up to: {listed}"
                     + (f" and {len(wrong) - 4} more" if len(wrong) > 4 else ""))  # fmt: skip
    lacking = missing_labels(rig, points.names)
    if lacking:
        notes.append(f"rig {rig.name} could not be verified on all joints: no label {', '.join(lacking[:4])}"
                     + (" ..." if len(lacking) > 4 else ""))  # fmt: skip
    return rig, tuple(notes)


def _deviation_mm(recomputed: Float64, xyz_mm: Float32) -> Float64:
    """Largest coordinate difference per joint over all frames, (17,); NaN where nothing can be compared."""
    largest: Float64 = np.fmax.reduce(np.fmax.reduce(np.abs(recomputed - xyz_mm), axis=0), axis=1)
    return largest
