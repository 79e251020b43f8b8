"""What the normalisation of the 2D input alone does to angles: the same model and clips under each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError

__all__ = ["Normalised", "read_normalisations", "spread_deg"]

_COLUMNS = ("model", "normalisation", "as_trained", "frames", "mpjpe_mm", "angle_mae_deg")


@dataclass(frozen=True, slots=True)
class Normalised:
    """One model under one normalisation, as ``anglescope normalisations`` measured it. as_trained : it was trained so.
    NaN where undefined.
    """

    model: str
    normalisation: str
    as_trained: bool
    frames: int
    mpjpe_mm: float
    mae_deg: float


def read_normalisations(folder: Path) -> tuple[Normalised, ...]:
    """The rows of ``normalisations.csv``. Raises :class:`DataError` where there is none that can be read."""
    import polars as pl

    from core.scoring.normalisations import TABLE  # brings torch

    path = folder / TABLE if folder.is_dir() else folder
    if not path.is_file():
        raise DataError("holds no experiment", path=folder, expected=f"a folder with {TABLE}",
                        hint="anglescope normalisations DATASET --out DIR makes one")  # fmt: skip
    try:
        table = pl.read_csv(path, schema_overrides={"model": pl.String}, infer_schema_length=None).select(_COLUMNS)
        table = table.with_columns(pl.col("mpjpe_mm", "angle_mae_deg").cast(pl.Float64).fill_null(float("nan")))
        return tuple(Normalised(*row) for row in table.with_columns(pl.col("frames").fill_null(0)).iter_rows())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"cannot be read ({(str(error).splitlines() or [''])[0]})", path=path) from None


def spread_deg(rows: tuple[Normalised, ...], model: str) -> float:
    """Between the best and the worst normalisation of a model; NaN for fewer than two with angles."""
    known = [row.mae_deg for row in rows if row.model == model and row.mae_deg == row.mae_deg]
    return max(known) - min(known) if len(known) > 1 else float("nan")
