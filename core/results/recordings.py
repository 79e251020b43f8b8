"""What lies under a path that angles can be computed from: a dataset, or loose files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.dataset import Dataset, open_dataset
from core.dataset.layout import find_layout
from core.errors import DataError
from core.files import files_under
from core.formats.ap3d_clip import ROLES, stem_of

__all__ = ["ENDING", "RECORD", "LooseFiles", "count_recordings", "find_recordings", "has_dataset_layout"]

ENDING = "_angles.csv"
"""How the name of a CSV of angles ends, after the name of the recording."""
RECORD = "angles.json"
"""What lists the CSVs of a folder with their provenance."""


@dataclass(frozen=True, slots=True)
class LooseFiles:
    """Files in no dataset. root : the folder that was given, or that of the file.

    alone : one file was given by name, so one that holds no recording is a fault and not just another file.
    """

    root: Path
    paths: tuple[Path, ...]
    alone: bool = False


def has_dataset_layout(path: Path) -> bool:
    """Whether ``path`` is a folder in a dataset's layout, or a file of a clip (with its ``.json`` and an array)."""
    if path.is_dir():
        try:
            find_layout(path, None)
        except DataError:
            return False
        return True
    stem = stem_of(path)
    present = {role for role, ending in ROLES.items() if path.with_name(f"{stem.name}{ending}").is_file()}
    return stem != path and "info" in present and bool(present & {"points", "poses"})


def find_recordings(path: Path, split: str | None = None, out: Path | None = None) -> Dataset | LooseFiles:
    """A dataset in a known layout, else the files under ``path`` (or ``path`` itself), hidden ones left out.

    split : asks for a dataset; without one that has this split nothing else will do. out : CSVs and record that an
    earlier run left in this folder are no recordings. Raises :class:`DataError` where there is nothing and where a
    dataset cannot be opened, :class:`core.errors.UsageError` for an unknown split.
    """
    if split is not None or not path.exists() or has_dataset_layout(path):
        return open_dataset(path, split=split)
    if path.is_file():
        return LooseFiles(path.parent, (path,), alone=True)
    left = out.resolve() if out is not None else None
    paths = tuple(file for file in files_under(path) if not (_is_output(file) and file.parent.resolve() == left))
    if not paths:
        raise DataError("folder has no files", path=path)
    return LooseFiles(path, paths)


def _is_output(file: Path) -> bool:
    return file.name == RECORD or file.name.endswith(ENDING)


def count_recordings(found: Dataset | LooseFiles) -> int:
    """How many items :func:`core.results.angle_files.write_angle_files` will yield, one per file of loose files."""
    if isinstance(found, LooseFiles):
        return len(found.paths)
    return len(found) + sum(problem.excluded for problem in found.problems)
