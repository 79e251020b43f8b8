"""``clips/<clip>.csv`` read again: what every lifter's errors were in every frame of a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.conventions import N_ANGLES, ShoulderView, angle_names
from core.errors import DataError
from core.evaluation import REFERENCE
from core.records import Float64
from core.results.folder import CLIPS

__all__ = ["ClipFrames", "read_clip_frames"]

_SERIES = ("reference", "floor", "error")


@dataclass(frozen=True, slots=True, eq=False)
class ClipFrames:
    """One clip of T frames and L lifters; NaN where undefined.

    reference_deg, floor_deg : (T, 12) in ``view``; the floor is NaN where it stands in for the reference. error_deg :
    (L, T, 12) signed, lifter minus reference, the short way round where circular. position_mm : (L, T) mean of one
    position error over the joints that have it; joints : (L, T) how many these are.
    """

    clip: str
    lifters: tuple[str, ...]
    view: ShoulderView
    reference_deg: Float64
    floor_deg: Float64
    error_deg: Float64
    position_mm: Float64
    joints: NDArray[np.intp]

    @property
    def n_frames(self) -> int:
        """Length of the clip in frames."""
        return len(self.reference_deg)


def read_clip_frames(folder: Path, clip: str, lifters: Sequence[str], view: ShoulderView, by: str) -> ClipFrames:
    """One clip of a results folder. by : the column of the position error.

    Raises :class:`DataError` where the clip has no CSV, one that cannot be read, or not these lifters on all frames.
    """
    path = folder / CLIPS / f"{clip}.csv"
    angles = [f"{name}_{series}_deg" for series in _SERIES for name in angle_names(view)]
    if not path.is_file():
        raise DataError("numbers of single frames are not there", path=path, expected="a CSV of every scored clip",
                        hint="score again without --no-clip-csv")  # fmt: skip
    names = ("frame", "joints", by, *angles)
    of_rows, numbers = _read(path, names)
    series = np.stack([_of_lifter(of_rows, numbers, name, path) for name in (REFERENCE, *lifters)])
    deg = series[..., 3:].reshape(*series.shape[:2], len(_SERIES), N_ANGLES)
    return ClipFrames(clip, tuple(lifters), view, deg[0, :, 0], deg[0, :, 1], deg[1:, :, 2], series[1:, :, 2],
                      np.nan_to_num(series[1:, :, 1]).astype(np.intp))  # fmt: skip


def _read(path: Path, names: Sequence[str]) -> tuple[NDArray[np.object_], Float64]:
    """(rows) lifters and (rows, names) numbers."""
    import polars as pl  # takes longer to load than a window to open

    try:
        table = pl.read_csv(path, columns=["lifter", *names], schema_overrides=dict.fromkeys(names, pl.Float64))
        return table["lifter"].to_numpy(), table.select(names).to_numpy()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"cannot be read ({str(error).splitlines()[0]})", path=path,
                        expected="a CSV that this version of anglescope wrote") from None  # fmt: skip


def _of_lifter(of_rows: NDArray[np.object_], numbers: Float64, lifter: str, path: Path) -> Float64:
    """(T, names) rows of one lifter, which must be there on as many frames as the first."""
    rows: Float64 = numbers[of_rows == lifter]
    if len(rows) != np.count_nonzero(of_rows == of_rows[0]) or not np.array_equal(rows[:, 0], np.arange(len(rows))):
        raise DataError(f"{lifter} is not there on all frames", path=path, expected="one row per frame and lifter")
    return rows
