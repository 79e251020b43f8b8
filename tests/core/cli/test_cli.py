"""How commands begin and end: help, exit codes, one-line errors, quiet pipes, nothing heavy before it is needed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from core import __version__
from core.cli.app import COMMANDS, Commands, app
from core.cli.output import print_table
from core.errors import AnglescopeError, DataError, OutputError, UsageError

ROOT = Path(__file__).parents[3]
RUN = [sys.executable, "-c", "from core.cli import main; main()"]
NAMES = [command.__name__ for command in COMMANDS]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RUN, *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False, **options)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", NAMES)
def test_every_command_explains_itself(command, option):
    result = CliRunner().invoke(app, [command, option])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output
    assert len(plain(result.output)) > 300


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_the_bare_program_prints_its_help(arguments):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert all(name in result.output for name in NAMES)


def test_version():
    assert CliRunner().invoke(app, ["--version"]).output == f"anglescope {__version__}\n"


@pytest.mark.parametrize("arguments", [["nosuchcommand"], ["doctor", "--nosuchoption"], ["info"], ["info", "a", "b"]])
def test_wrong_usage_ends_with_2(arguments):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def failing(error: BaseException, name: str = "fail") -> typer.Typer:
    """The application's own group around a command that raises."""
    made = typer.Typer(cls=Commands, invoke_without_command=True, pretty_exceptions_enable=False)
    made.callback()(lambda: None)

    def fail() -> None:
        raise error

    made.command(name)(fail)
    return made


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataError("bad", path="a.npy", frame=3, expected="x", got="y"), 1),
        (OutputError("disk is full"), 1),
        (UsageError("no such rig"), 2),
        (AnglescopeError("odd"), 1),
    ],
)
def test_errors_for_users_are_one_line_on_stderr(error, code):
    result = CliRunner().invoke(failing(error), ["fail"])
    assert (result.exit_code, result.stderr, result.stdout) == (code, f"anglescope: error: {error}\n", "")


@pytest.mark.parametrize(("name", "hint"), [("score", "--resume"), ("info", "nothing half-written")])
def test_ctrl_c_ends_with_130_and_says_how_to_go_on(name, hint):
    result = CliRunner().invoke(failing(KeyboardInterrupt(), name), [name])
    assert result.exit_code == 130
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


def test_our_own_bugs_keep_their_traceback():
    result = CliRunner().invoke(failing(ZeroDivisionError("ours")), ["fail"])
    assert isinstance(result.exception, ZeroDivisionError)


def test_a_broken_file_ends_the_real_program_with_one_line(tmp_path):
    broken = tmp_path / "broken.npy"
    broken.write_bytes(b"")
    ended = run("info", str(broken))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"anglescope: error: {broken}: file is empty\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGPIPE-like pipes")
def test_a_closed_pipe_is_quiet():
    read_end, write_end = os.pipe()
    os.close(read_end)
    ended = subprocess.run([*RUN, "doctor", "--json"], env=ENVIRONMENT, stdout=write_end, stderr=subprocess.PIPE,
                           text=True, check=False)  # fmt: skip
    os.close(write_end)
    assert "Traceback" not in ended.stderr
    assert "BrokenPipe" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent another way")
def test_a_real_interrupt_has_no_traceback(tmp_path):
    pipe = tmp_path / "never_written.npy"
    os.mkfifo(pipe)
    process = subprocess.Popen([*RUN, "info", str(pipe)], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2.5)  # until it hangs on the pipe that nobody writes
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors


def test_help_loads_nothing_heavy():
    heavy = ("numpy", "scipy", "polars", "ezc3d", "dask", "distributed", "msgspec")
    script = f"import sys, core.cli; print([m for m in {heavy!r} if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_tables_in_a_pipe_are_plain_whole_and_aligned(capsys):
    print_table(["name", "value"], [["x" * 200, "1.5"], ["[bold]y", "12.25"]], title="Title", numbers=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["Title", "name".ljust(200) + "  value", "x" * 200 + "    1.5", "[bold]y".ljust(200) + "  12.25"]
