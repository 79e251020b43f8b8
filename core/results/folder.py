"""The folder that a run writes: whose it is, what may be replaced, and its provenance in ``run.json``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import DataError, OutputError
from core.files import ensure_writable_folder, output_error, write_atomic

__all__ = ["CLIPS", "JOURNAL", "RUN", "claim", "is_finished", "prepare_folder", "read_run", "write_run"]

RUN = "run.json"
JOURNAL = ".progress"
"""Progress of an unfinished run; gone when the tables are written."""

_LOCKED_BYTE = 1 << 40
"""Windows locks bytes, not files: one that is never written."""

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
    present = _content(folder)
    ours = present & {RUN, JOURNAL}
    if present and not (ours and overwrite) and not (JOURNAL in present and resume):
        raise OutputError(_refusal(folder, ours, resume))
    if JOURNAL in ours:
        _refuse_if_claimed(folder / JOURNAL)
    if ours and overwrite:
        _remove_results(folder)
    ensure_writable_folder(folder / CLIPS if clip_csv else folder)
    for partial in (*folder.glob(".*.part"), *(folder / CLIPS).glob(".*.part")):
        partial.unlink(missing_ok=True)


def _content(folder: Path) -> set[str]:
    """Names in the folder, without what a run leaves that was killed before it began."""
    if not folder.is_dir():
        return set()
    try:
        names = {path.name for path in folder.iterdir() if path.suffix != ".part"}
        return names - {CLIPS} if not any((folder / CLIPS).glob("[!.]*")) else names
    except OSError as error:
        raise output_error(folder, error) from None


def _refusal(folder: Path, ours: set[str], resume: bool) -> str:
    if JOURNAL in ours:
        return f"{folder}: holds an unfinished run; use --resume to go on with it, or --overwrite to start again"
    if RUN in ours:
        what = "a finished run with other data or options" if resume else "the results of another run"
        return f"{folder}: holds {what}; choose another folder, or --overwrite to replace the results"
    return f"{folder}: is not empty and holds no results of anglescope; choose an empty or new folder"


def _refuse_if_claimed(journal: Path) -> None:
    try:
        with journal.open("r+b", buffering=0) as file:
            claim(file, journal)
    except OSError as error:
        raise output_error(journal, error) from None


def _remove_results(folder: Path) -> None:
    """Remove what runs write, and nothing else; what makes the folder ours goes last, should this be interrupted."""
    from core.results.reason_tables import REASON_FILES  # with it comes polars, which takes a while
    from core.results.tables import RESULT_FILES

    clips = folder / CLIPS
    try:
        for path in (
            *clips.glob("*.csv"),
            *(folder / name for name in (*RESULT_FILES, *REASON_FILES, RUN, JOURNAL)),
        ):
            path.unlink(missing_ok=True)
        if clips.is_dir() and not any(clips.iterdir()):
            clips.rmdir()
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


def claim(file: io.FileIO, path: Path) -> None:
    """Lock the progress file for this process; the lock ends with the process, however it ends.

    Raises :class:`OutputError` where another process holds it.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise OutputError(f"{path.parent}: another run is writing to this folder; wait for it to end") from None
