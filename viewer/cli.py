"""The command ``anglescope``: everything of ``core.cli``, and the window. Qt is imported only when it is needed."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.cli.app import COMMANDS, Commands, build_app
from core.cli.output import note
from core.errors import UsageError
from viewer.display import has_screen, virtual_screen

__all__ = ["WindowCommands", "app", "main", "snapshot", "view"]


def view(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="A dataset, clip, study.toml, results folder or file of poses, then lifters' predictions "
                            "(NAME=PATH or PATH). Default: what was open last, else the demo."),
    ] = None,
    snapshots: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where there is no screen, draw pictures of the window into DIR instead."),
    ] = None,
) -> None:  # fmt: skip
    """Open the window: skeletons, angle traces, heatmaps and errors of a dataset and its lifters."""
    _require_qt()
    if has_screen():
        from viewer.application import run_window

        raise typer.Exit(run_window(paths or []))
    if snapshots is None:
        raise UsageError("no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set); draw the window into a picture "
                         "with: anglescope snapshot PATH --out PNG, or list the commands with: anglescope -h"
                         )  # fmt: skip
    note("no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): drawing pictures of the window instead")
    with _some_screen():
        from viewer.application import take_snapshots
        from viewer.gallery import gallery

        for written in take_snapshots(gallery(tuple(paths or ()), snapshots)):
            typer.echo(written)


def snapshot(
    path: Annotated[Path, typer.Argument(help="A dataset, clip, study.toml, results folder or file of poses.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="PNG to write.")],
    frame: Annotated[int, typer.Option(min=-1, help="0-based; -1 is the frame with the largest angle MAE.")] = 0,
    clip: Annotated[str, typer.Option(help="Name of the clip; default: the first.")] = "",
    lifter: Annotated[
        list[str] | None, typer.Option("--lifter", "-l", metavar="NAME=PATH", help="Predictions of a lifter; repeat.")
    ] = None,
    layout: Annotated[str, typer.Option(help="Skeletons in one place or side by side: overlay or grid.")] = "overlay",
    colour: Annotated[str, typer.Option(help="Colour of the skeletons: source, position or angle.")] = "source",
    alignment: Annotated[str, typer.Option(help="none, root, scale or procrustes.")] = "root",
    angle: Annotated[str, typer.Option(help="Selected angle, such as knee_flexion_l.")] = "hip_flexion_l",
    errors: Annotated[bool, typer.Option("--errors", help="Traces of errors instead of values.")] = False,
    theme: Annotated[str, typer.Option(help="dark or light.")] = "dark",
    width: Annotated[int, typer.Option(min=800, max=8000)] = 1600,
    height: Annotated[int, typer.Option(min=600, max=8000)] = 1000,
) -> None:
    """Draw the window into a PNG, without a person and without a screen."""
    _require_qt()
    from viewer.gallery import as_asked

    change = as_asked(layout=layout, colour=colour, alignment=alignment, angle=angle, errors=errors, theme=theme)
    with _some_screen():
        from viewer.application import Shot, take_snapshots

        paths = (path, *(Path(text) for text in lifter or ()))
        shot = Shot(paths, out, clip, frame, change, theme, (width, height))
        for written in take_snapshots([shot]):
            typer.echo(written)


def _require_qt() -> None:
    missing = [name for name in ("PySide6", "pyqtgraph", "vispy", "cmap", "superqt")
               if importlib.util.find_spec(name) is None]  # fmt: skip
    if missing:
        raise UsageError(f'the window needs {", ".join(missing)}: pip install "anglescope[viewer]"')


@contextmanager
def _some_screen() -> Iterator[None]:
    """The screen that is there, else a virtual one, else Qt's own platform without OpenGL."""
    if has_screen():
        yield
        return
    with virtual_screen() as there:
        if there:
            yield
            return
    note("Xvfb is not installed, so skeletons are drawn in 2D; with OpenGL: apt-get install xvfb")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    yield


class WindowCommands(Commands):
    """Without a command the window is meant."""

    fallback = "view"


app = build_app((view, snapshot, *COMMANDS), WindowCommands)


def main() -> None:
    """Entry point of the console script."""
    app(prog_name="anglescope")
