"""The folder that a run writes: whose it is, what may be replaced, and its provenance in ``run.json``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import DataError, OutputError
from core.files import ensure_writable_folder, write_atomic
from core.results.tables import RESULT_FILES

__all__ = ["CLIPS", "JOURNAL", "RUN", "is_finished", "prepare_folder", "read_run", "write_run"]

RUN = "run.json"
JOURNAL = ".progress"
"""Progress of an unfinished run; gone when the tables are written."""

CLIPS = "clips"


def is_finished(folder: Path, fingerprint: str) -> bool:
    """True where the folder holds the finished results of the very run that has this fingerprint."""
    return (folder / RUN).is_file() and read_run(folder).get("run_fingerprint") == fingerprint


def prepare_folder(folder: Path, *, resume: bool, overwrite: bool, clip_csv: bool) -> None:
    """Make the folder ready for a run.

    A folder with results, with an unfinished run or with anything else in it is refused unless ``resume`` (go on
    with an unfinished run) or ``overwrite`` (remove the earlier results, nothing else) is given.
    Raises :class:`OutputError` where it is refused or cannot be written.
    """
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    ours = present & {RUN, JOURNAL, CLIPS, *RESULT_FILES}
    if overwrite:
        _remove(folder, ours)
    elif present and not (resume and JOURNAL in present):
        raise OutputError(_refusal(folder, ours, resume))
    ensure_writable_folder(folder / CLIPS if clip_csv else folder)
    for partial in (*folder.glob(".*.part"), *(folder / CLIPS).glob(".*.part")):
        partial.unlink(missing_ok=True)


def _refusal(folder: Path, ours: set[str], resume: bool) -> str:
    if JOURNAL in ours:
        return f"{folder}: holds an unfinished run; use --resume to go on with it, or --overwrite to start again"
    if RUN in ours:
        what = "a finished run with other data or options" if resume else "the results of another run"
        return f"{folder}: holds {what}; choose another folder, or --overwrite to replace the results"
    return f"{folder}: is not empty and holds no results of anglescope; choose an empty or new folder"


def _remove(folder: Path, names: set[str]) -> None:
    try:
        for name in sorted(names):
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise OutputError(f"{folder}: earlier results cannot be removed ({error.strerror or error})") from None


def write_run(folder: Path, provenance: Mapping[str, Any]) -> None:
    """Write ``run.json``, last of all files: a folder that has it is complete."""
    text = json.dumps(provenance, indent=2, ensure_ascii=False, default=str) + "\n"
    write_atomic(folder / RUN, text.encode())


def read_run(folder: Path) -> dict[str, Any]:
    """The provenance of a finished run; :class:`DataError` where the folder holds none."""
    path = folder / RUN
    if not path.is_file():
        raise DataError("holds no finished run", path=folder, expected=f"a folder with {RUN}")
    try:
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"cannot be read ({error})", path=path) from None
    return run
