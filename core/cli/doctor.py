"""``anglescope doctor``: what this installation can do, what is missing and how to get it."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.resources
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from core import __version__
from core.cli.output import print_json, print_table
from core.errors import DataError, OutputError
from core.network.shipped import shipped_weights

__all__ = ["Check", "State", "doctor", "examine"]

State = str
"""``ok``, ``missing`` (scoring does not work without it) or ``optional`` (absent, not needed for scoring)."""

REQUIRED = ("numpy", "scipy", "polars", "msgspec", "rich", "platformdirs", "torch", "safetensors")
OPTIONAL = (
    *((name, "viewer", "the window") for name in ("PySide6", "pyqtgraph", "vispy", "cmap", "superqt")),
    ("lightning_fabric", "train", "training the network"),
    ("onnx", "onnx", "the network as ONNX"),
    ("dask", "cluster", "scoring on a cluster"),
    ("matplotlib", "report", "the study's report"),
)
"""Import name, extra that brings it, what it is for."""

_OPENGL_QUESTION = """
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
surface = QOffscreenSurface(); surface.create()
context = QOpenGLContext()
if not (context.create() and context.makeCurrent(surface)):
    raise SystemExit("no OpenGL context on the platform " + app.platformName())
GL_RENDERER, GL_VERSION = 0x1F01, 0x1F02
functions = context.functions()
print(functions.glGetString(GL_VERSION), "by", functions.glGetString(GL_RENDERER))
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: what was looked at, its state, what was found, the command that mends it."""

    name: str
    state: State
    found: str
    remedy: str = ""


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False) -> None:
    """Show versions, processor, GPU, OpenGL and shipped data; say what is missing and how to get it.

    Exit code 0 if clips can be scored, 1 if something needed for that is missing.
    """
    checks = examine()
    if as_json:
        print_json({"works": _works(checks), "checks": [asdict(check) for check in checks]})
    else:
        print_table(["", "", "found", "to get it"], [[c.name, c.state, c.found, c.remedy] for c in checks])
        typer.echo("\nScoring works." if _works(checks) else "\nScoring does not work: see what is marked missing.")
    if not _works(checks):
        raise typer.Exit(1)


def examine() -> tuple[Check, ...]:
    """Look at everything; never raises for what is absent."""
    return (
        Check("python", "ok", f"{platform.python_version()} at {sys.executable}"),
        Check("anglescope", "ok", __version__),
        *(_required(name) for name in REQUIRED),
        *(_optional(*row) for row in OPTIONAL),
        Check("processor", "ok", f"{_cores()} cores, {platform.machine()}, {platform.system()}"),
        _gpu(),
        *_opengl(),
        _weights(),
        _landmark_sets(),
        _demo(),
        _cache(),
    )


def _works(checks: tuple[Check, ...]) -> bool:
    return all(check.state != "missing" for check in checks)


def _required(name: str) -> Check:
    try:
        importlib.import_module(name)
    except (ImportError, OSError) as error:  # OSError: a shared library is missing
        return Check(name, "missing", str(error), f"pip install {name}")
    return Check(name, "ok", importlib.metadata.version(name))


def _optional(name: str, extra: str, purpose: str) -> Check:
    if importlib.util.find_spec(name) is None:
        return Check(name, "optional", f"not installed; for {purpose}", f'pip install "anglescope[{extra}]"')
    return Check(name, "ok", _distribution_version(name))


def _distribution_version(name: str) -> str:
    """Version of the distribution that brings the package (PySide6 comes as PySide6-Essentials)."""
    owners = importlib.metadata.packages_distributions().get(name, [name])
    return importlib.metadata.version(owners[0])


def _cores() -> int:
    """Processor cores this process may use, where the system tells; all of them otherwise."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gpu() -> Check:
    """The accelerator that torch would use."""
    if importlib.util.find_spec("torch") is None:
        return Check("gpu", "optional", "not looked for: torch is not installed")
    try:
        torch = importlib.import_module("torch")
    except (ImportError, OSError) as error:  # OSError: a shared library of torch is missing
        return Check("gpu", "optional", f"torch cannot be loaded: {error}", "pip install --force-reinstall torch")
    if torch.cuda.is_available():
        return Check("gpu", "ok", f"CUDA {torch.version.cuda}: {torch.cuda.get_device_name(0)}")
    if torch.backends.mps.is_available():
        return Check("gpu", "ok", "Apple MPS")
    return Check("gpu", "optional", "none that torch can use; the processor is used")


def _opengl() -> Iterator[Check]:
    """OpenGL as Qt sees it, asked in another process because a broken driver may end the process that asks."""
    if importlib.util.find_spec("PySide6") is None:
        return
    environment = os.environ if _has_screen() else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    try:
        answer = subprocess.run(  # noqa: S603 - our own text, run by the interpreter we run in
            [sys.executable, "-c", _OPENGL_QUESTION], capture_output=True, text=True, timeout=60, env=environment,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        yield Check("opengl", "optional", "the driver did not answer in 60 s", "update the graphics driver")
        return
    if answer.returncode == 0:
        yield Check("opengl", "ok", answer.stdout.strip())
        return
    last = (answer.stderr.strip().splitlines() or [f"ended with code {answer.returncode}"])[-1]
    yield Check("opengl", "optional", f"not usable: {last}", _opengl_remedy())


def _opengl_remedy() -> str:
    if not _has_screen():
        return "no screen here: sudo apt-get install -y xvfb, then xvfb-run -a anglescope doctor"
    return "sudo apt-get install -y libgl1 libegl1 libopengl0" if sys.platform == "linux" else "update the driver"


def _has_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _landmark_sets() -> Check:
    folder = importlib.resources.files("resources") / "landmarks"
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if not names:
        return Check("landmark sets", "missing", "none", "pip install --force-reinstall --no-deps anglescope")
    return Check("landmark sets", "ok", ", ".join(names))


def _weights() -> Check:
    """The weights that ship, read and checked as scoring does."""
    reinstall = "pip install --force-reinstall --no-deps anglescope"
    paths = shipped_weights()
    if not paths:
        return Check("weights", "missing", "none", reinstall)
    try:
        from core.network.weights import load_weights

        card = load_weights(paths[0]).card
    except (ImportError, OSError) as error:
        return Check("weights", "missing", f"cannot be opened: {error}", "install what is missing above")
    except DataError as error:
        return Check("weights", "missing", str(error), reinstall)
    return Check("weights", "ok", f"rigs {', '.join(card.rigs)}; seed {card.seed}")


def _demo() -> Check:
    """The demo dataset, opened as any dataset is."""
    reinstall = "pip install --force-reinstall --no-deps anglescope"
    try:
        from core.dataset import open_dataset

        with importlib.resources.as_file(importlib.resources.files("resources") / "demo") as folder:
            clips = len(open_dataset(folder))
    except ImportError as error:
        return Check("demo dataset", "missing", f"cannot be opened: {error}", "install what is missing above")
    except DataError as error:
        return Check("demo dataset", "optional", str(error), reinstall)
    return Check("demo dataset", "ok", f"{clips} clips")


def _cache() -> Check:
    """The folder for dataset indexes; without it every start indexes anew."""
    try:
        from core.dataset.index import cache_folder
        from core.files import ensure_writable_folder
    except ImportError as error:
        return Check("cache folder", "missing", f"not known: {error}", "install what is missing above")
    folder = cache_folder()
    try:
        ensure_writable_folder(folder)
    except OutputError as error:
        return Check("cache folder", "optional", str(error), f"make {folder} writable, or set ANGLESCOPE_CACHE_DIR")
    return Check("cache folder", "ok", str(folder))
