"""The folder of a report: whose it is, what may be replaced, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from core.errors import OutputError
from core.files import ensure_writable_folder, output_error, write_atomic
from core.report.style import FORMATS

__all__ = ["FIGURES", "METHODS", "PAGE", "STUDY", "refuse_others", "write_report"]

PAGE, METHODS, STUDY, FIGURES = "report.html", "methods.txt", "study.json", "figures"


def refuse_others(folder: Path, *, overwrite: bool) -> None:
    """Raise :class:`OutputError` where the folder holds a report and ``overwrite`` is not given, or anything else."""
    try:
        present = {path.name for path in folder.iterdir() if path.suffix != ".part"} if folder.is_dir() else set()
    except OSError as error:
        raise output_error(folder, error) from None
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file; choose a folder")
    if STUDY in present and not overwrite:
        raise OutputError(f"{folder}: holds a report; choose another folder, or --overwrite to replace it")
    if present and STUDY not in present:
        raise OutputError(f"{folder}: is not empty and holds no report of anglescope; choose an empty or new folder")


def write_report(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, by their paths in the folder, in place of an earlier report; what makes it ours comes last.

    Raises :class:`OutputError` where that is not possible; then, or interrupted, nothing of the new report stays.
    """
    _remove(folder)
    ensure_writable_folder(folder / FIGURES)
    written: list[Path] = []
    try:
        for name, data in sorted(files.items(), key=lambda item: item[0] == STUDY):
            written.append(folder / name)
            write_atomic(folder / name, data)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        with suppress(OSError):
            (folder / FIGURES).rmdir()
        raise


def _remove(folder: Path) -> None:
    """What reports write, and nothing else; what makes the folder ours goes last."""
    figures = [path for kind in (*FORMATS, "csv") for path in (folder / FIGURES).glob(f"*.{kind}")]
    try:
        for path in (*figures, folder / PAGE, folder / METHODS, folder / STUDY):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise output_error(folder, error) from None
