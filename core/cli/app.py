"""The application: its commands, and how every command ends (exit codes, one-line errors)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup

from core import __version__
from core.cli.angles import angles
from core.cli.convert import convert
from core.cli.demo import demo
from core.cli.doctor import doctor
from core.cli.info import info
from core.cli.lift import lift
from core.cli.normalisations import normalisations
from core.cli.report import report
from core.cli.score import score
from core.cli.train import train
from core.errors import AnglescopeError, UsageError

__all__ = ["COMMANDS", "GROUPS", "Commands", "app", "build_app", "main", "parsed_command"]

COMMANDS = (score, report, lift, angles, info, convert, normalisations, demo, doctor)
"""The commands in the order of the help; each is called like its function."""

GROUPS = {"train": train}
"""Commands that have commands, by name."""

INTERRUPTED = 130
"""Exit code after Ctrl-C (128 + SIGINT, as shells count)."""


_KEPT = {
    "score": "finished clips are kept, run again with --resume",
    "lift": "finished clips are kept, run again with --resume",
    "normalisations": "finished clips are kept, run again",
    "train": "the run is kept up to its last checkpoint, run again with --resume",
}
"""What an interrupted command has kept, and how to use it."""


class Commands(TyperGroup):
    """Turns the errors a user may see into one line and an exit code; our own bugs keep their traceback.

    fallback : name of the command that is meant where none is named: without arguments, and where the first of them
    is a path. None: the help is shown.
    """

    fallback: ClassVar[str | None] = None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front that is meant without being named."""
        if self.fallback and (not args or (args[0] not in self.commands and _is_path(args[0]))):
            args = [self.fallback, *args]
        return list(super().parse_args(ctx, args))

    def invoke(self, ctx: Any) -> Any:
        """Run the command and end it as the contract says."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # a closed pipe must show here, where typer ends it quietly, not at interpreter exit
        except AnglescopeError as error:
            typer.echo(f"anglescope: error: {error}", err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            typer.echo(f"\nanglescope: {_after_interrupt(ctx.invoked_subcommand)}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        return result


def _after_interrupt(command: str | None) -> str:
    kept = _KEPT.get(command or "")
    return f"interrupted; {kept} to go on" if kept else "interrupted; nothing half-written was left behind"


def _is_path(argument: str) -> bool:
    """True for what can only be a path: it exists, or has a separator or a suffix."""
    return not argument.startswith("-") and (
        Path(argument).exists() or bool({"/", os.sep, "."} & set(argument)) or "=" in argument
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anglescope {__version__}")
        raise typer.Exit


def _root(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback has answered already
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Compare 3D pose lifters by joint angles beside millimetres.

    Exit code 0: done, 1: something is wrong with the data, 2: wrong usage.
    Results go to stdout or files, progress and notes to stderr.
    """
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def build_app(commands: Sequence[Callable[..., None]], group: type[Commands] = Commands) -> typer.Typer:
    """An application of these commands, each called like its function, and of :data:`GROUPS`."""
    names = {"help_option_names": ["-h", "--help"]}
    built = typer.Typer(
        name="anglescope", cls=group, context_settings=names, invoke_without_command=True, add_completion=False,
        pretty_exceptions_enable=False, rich_markup_mode=None,
    )  # fmt: skip
    built.callback()(_root)
    for command in commands:
        built.command(command.__name__)(command)
    for name, several in GROUPS.items():
        built.add_typer(several, name=name)
    return built


def parsed_command(arguments: Sequence[str]) -> dict[str, Any]:
    """The options of a recorded command line (its name first, without ``anglescope``), defaults filled in.

    Raises :class:`core.errors.UsageError` where it cannot be understood.
    """
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    try:
        context = commands[arguments[0]].make_context(arguments[0], list(arguments[1:]), resilient_parsing=True)
    except Exception as error:  # those of the parser have no public name: typer may bring its own copy of click
        raise UsageError(f"cannot be understood as a command: {' '.join(arguments)} ({error})") from None
    return dict(context.params)


app = build_app(COMMANDS)


def main() -> None:
    """Run the commands that need no window."""
    app(prog_name="anglescope")
