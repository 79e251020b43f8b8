"""From label columns to arrays of landmarks: what happens between a file's points and the geometry of angles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.angles.landmarks import SEGMENTS, LandmarkMap
from core.angles.long_axes import Limbs
from core.angles.vectors import Vectors
from core.records import Float32

__all__ = ["Key", "Plan", "plan_for"]

Key = tuple[str, str]
"""(segment, landmark): the same landmark may come from other labels in another segment."""

_KEYS: tuple[Key, ...] = tuple((segment, landmark) for segment, names in SEGMENTS.items() for landmark in names)
_LIMBS: tuple[tuple[str, str, str], ...] = tuple(
    (f"{segment}_{side}", f"{start}_{side}", f"{end}_{side}")
    for segment, start, end in (
        ("femur", "hip", "femur_distal"),
        ("humerus", "shoulder", "humerus_distal"),
        ("arm", "shoulder", "elbow"),
        ("leg", "hip", "knee"),
        ("arm", "elbow", "wrist"),
        ("leg", "knee", "ankle"),
    )
    for side in "lr"
)
"""Segment, start and end of each limb direction, in the order of the fields of :class:`core.angles.long_axes.Limbs`."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How to gather the landmarks of clips with one list of labels.

    flat : columns of the flattened (T, K*3) points to read, all x before all y before all z.
    n_labels : labels read. means : rows of labels whose mean is one more row. After these come a row of NaN, shared
    by all absent landmarks, and two rows for left and right hip centres that no label has, NaN until set.
    rows : row of each (segment, landmark). starts, ends : rows of the limbs.
    """

    flat: NDArray[np.intp]
    n_labels: int
    means: tuple[tuple[int, ...], ...]
    rows: dict[Key, int]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]

    def gather(self, pieces: Sequence[Float32]) -> Float32:
        """Landmark rows (3, rows, n) of pieces (T, K, 3) laid end to end."""
        n = sum(len(piece) for piece in pieces)
        marks = np.empty((3, self.n_labels + len(self.means) + 3, n), dtype=np.float32)
        start = 0
        for piece in pieces:
            columns = piece.reshape(len(piece), 3 * piece.shape[1]).T[self.flat]
            marks[:, : self.n_labels, start : start + len(piece)] = columns.reshape(3, self.n_labels, len(piece))
            start += len(piece)
        for row, rows in enumerate(self.means, start=self.n_labels):
            marks[:, row] = sum((marks[:, other] for other in rows[1:]), start=marks[:, rows[0]]) / len(rows)
        marks[:, -3:] = np.nan
        return marks

    def segment(self, marks: Vectors, name: str) -> list[Vectors]:
        """The landmarks of a segment in the order of :data:`core.angles.landmarks.SEGMENTS`, (3, n) each."""
        return [marks[:, self.rows[name, landmark]] for landmark in SEGMENTS[name]]

    def limbs(self, marks: Vectors) -> Limbs:
        """Directions of the limbs."""
        limbs = marks[:, self.ends] - marks[:, self.starts]
        return Limbs(limbs[:, 0:2], limbs[:, 2:4], limbs[:, 4:8], limbs[:, 8:12])


@lru_cache(maxsize=64)
def plan_for(mapping: LandmarkMap, *, hips_from_pelvis: bool = False) -> Plan:
    """The plan that reads each label of a mapping once.

    hips_from_pelvis : hip centres are not read but set by the caller, in the last two rows.
    """
    needed = {key: mapping.found[key].columns for key in _KEYS if key in mapping.found}
    labels = sorted({column for columns in needed.values() for column in columns})
    place = {column: row for row, column in enumerate(labels)}
    sources = {key: tuple(place[column] for column in columns) for key, columns in needed.items()}
    means = tuple(dict.fromkeys(source for source in sources.values() if len(source) > 1))
    row_of: dict[tuple[int, ...], int] = {(row,): row for row in range(len(labels))}
    row_of |= {source: row for row, source in enumerate(means, start=len(labels))}
    absent = len(labels) + len(means)
    rows = {key: row_of[sources[key]] if key in sources else absent for key in _KEYS}
    if hips_from_pelvis:
        rows |= {
            (f"{segment}_{side}", f"hip_{side}"): absent + 1 + index
            for index, side in enumerate("lr")
            for segment in ("femur", "leg")
        }
    flat = (np.arange(3)[:, None] + 3 * np.array(labels, dtype=np.intp)).ravel()
    starts, ends = (np.array([rows[limb[0], limb[which]] for limb in _LIMBS]) for which in (1, 2))
    return Plan(flat, len(labels), means, rows, starts, ends)
