"""``anglescope demo``: a copy of the demo dataset to try things on."""

from __future__ import annotations

import importlib.resources
import secrets
import shutil
from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import note
from core.errors import OutputError
from core.files import output_error

__all__ = ["copy_demo", "demo"]


def demo(directory: Annotated[Path, typer.Argument(help="Folder to make; it must be absent or empty.")]) -> None:
    """Copy the demo dataset to DIRECTORY: eight synthetic clips with exact angles, and what three lifters make of them.

    No clip is recorded. The lifters are the compact ones that ship. Try: anglescope score DIRECTORY --out results
    """
    copy_demo(directory)
    typer.echo(str(directory))
    note(f"synthetic clips, lifted by three compact models; try: anglescope score {directory} --out results")


def copy_demo(directory: Path) -> None:
    """Put the packaged demo dataset at ``directory``, whole or not at all.

    It is copied beside its place and renamed. Raises :class:`OutputError` for a folder that holds anything, for a
    file of that name, for an unwritable place, and where the package came without its demo dataset.
    """
    if directory.is_dir() and any(directory.iterdir()):
        raise OutputError(f"{directory} is not empty: name a folder that does not exist yet")
    if directory.exists() and not directory.is_dir():
        raise OutputError(f"{directory} is a file: name a folder that does not exist yet")
    with importlib.resources.as_file(importlib.resources.files("resources") / "demo") as packaged:
        if not (packaged / "cam_param.json").is_file():
            raise OutputError("this installation came without its demo dataset: install anglescope again")
        _copy_whole(packaged, directory)


def _copy_whole(source: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, partial)
        if target.is_dir():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        raise output_error(target, _first(error)) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _first(error: OSError) -> OSError:
    """``shutil.Error`` wraps the reasons of many files in one list; the first says enough."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return OSError(None, str(error.args[0][0][2]))
    return error
