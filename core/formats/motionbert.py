"""MotionBERT's output ``X3D.npy``: unit-box coordinates, or pixels with ``--pixel``.

Source: github.com/Walter0807/MotionBERT (``infer_wild.py``). The lifter works on the picture: x and y are picture
positions, z is depth in the same unit, and nothing says how many millimetres that is. Lengths are brought to a
*nominal* size by one constant factor, so that proportions and angles are untouched: 1000 mm per unit for the box,
4 mm per pixel for pixels (the factor that MMPose's codec assumes).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.formats.arrays import as_poses_array, load_npy
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.posture import MOTIONBERT_CHUNK, Evidence, evidence_of, evidence_of_file, first_pose
from core.records import Axes, Origin, Poses, Scale

__all__ = ["FORMATS"]

_MM_PER_BOX_UNIT = 1000.0
_MM_PER_PIXEL = 4.0


def _fits(seen: Evidence | None) -> bool:
    """Depth of the root is exactly 0 where chunks begin, its place in the picture is not, and nobody stands upside."""
    if seen is None or seen.root_at_zero or seen.third_is_confidence:
        return False
    return seen.chunk_root_z and seen.axes in (Axes.CAMERA, None)


def _sniff(path: Path, head: bytes) -> Match | None:
    first = first_pose(path, head)
    if first is not None and first[0, 2] != 0:
        return None
    seen = evidence_of_file(path, head)
    if seen is None or not _fits(seen):
        return None
    unit = "unit box" if seen.in_unit_box else "pixels"
    return Match(True, f"(T, 17, 3), {unit}, root depth exactly 0 where {MOTIONBERT_CHUNK}-frame chunks begin")


def _read(path: Path, options: ReadOptions) -> Content:
    """(T, 17, 3), camera axes, weak perspective, nominal size."""
    array, sha256 = load_npy(path)
    poses = as_poses_array(array, path)
    boxed = evidence_of(poses).in_unit_box
    factor = options.mm_per_unit or (_MM_PER_BOX_UNIT if boxed else _MM_PER_PIXEL)
    unit = "unit-box coordinates" if boxed else "pixels"
    with np.errstate(over="ignore"):
        xyz_mm = (poses.astype(np.float64) * factor).astype(np.float32)
    seams = range(MOTIONBERT_CHUNK, len(poses), MOTIONBERT_CHUNK)
    record = Poses(
        xyz_mm, None, Axes.CAMERA, Scale.WEAK_PERSPECTIVE,
        normalisation="whole-clip box" if boxed else "picture centre and half of its shorter side",
        origin=Origin(str(path), sha256, NPY.name),
        notes=(f"{unit} multiplied by {factor:g} to a nominal size; true scale is unknown",
               "the file does not say its frame rate", *_seam_note(seams)),
    )  # fmt: skip
    facts = (("units", unit), ("chunk borders", ", ".join(map(str, seams[:20])) or "none"))
    return Content(NPY.name, path, sha256, (Item(record),), facts)


def _seam_note(seams: range) -> tuple[str, ...]:
    if not seams:
        return ()
    return (f"lifted in chunks of {MOTIONBERT_CHUNK} frames: root depth restarts at {len(seams)} frame(s), "
            f"first at {seams[0]}; jumps there are the lifter's",)  # fmt: skip


NPY = Format("motionbert_npy", "MotionBERT X3D.npy", (".npy",), "poses", _sniff, _read)
FORMATS = (NPY,)
