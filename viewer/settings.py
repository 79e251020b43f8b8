"""What the window remembers between starts: one readable file, checked when it is read.

A file that cannot be read or does not fit means the defaults and one line that says so; it is kept beside as ``.bad``.
``ANGLESCOPE_CONFIG_DIR`` names another folder than the user's own.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec
import platformdirs

from core.conventions import ShoulderView
from core.errors import OutputError
from core.files import write_atomic
from core.metrics.alignment import Alignment
from viewer.figures.choices import FigureChoices
from viewer.film.options import FilmOptions
from viewer.memory import DatasetMemory
from viewer.view import PlotView, SceneView

__all__ = ["Settings", "load_settings", "remember_path", "save_settings", "settings_path"]

_RECENT = 12
THEMES = ("system", "dark", "light")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """Everything remembered.

    last, recent : paths that were opened, the newest first. theme : system, dark or light. geometry, state : of the
    window and its docks, as Qt gives them, base64. scene, plots : how things are drawn. alignment, shoulder, device :
    of the engine, for what was never open before. datasets : how each was left, the newest first; weights, rig and hip
    regression, which change numbers, belong to a dataset alone. every_frame : of playback. used : what was done by the
    palette lately. toured : the tour was seen or skipped. film, figure : how the last one was made.
    """

    last: str = ""
    recent: tuple[str, ...] = ()
    theme: str = "system"
    geometry: str = ""
    state: str = ""
    scene: SceneView = SceneView()
    plots: PlotView = PlotView()
    alignment: Alignment = Alignment.ROOT
    shoulder: ShoulderView = ShoulderView.COMPONENTS
    device: str = "auto"
    every_frame: bool = False
    datasets: tuple[DatasetMemory, ...] = ()
    used: tuple[str, ...] = ()
    toured: bool = False
    film: FilmOptions = FilmOptions()
    figure: FigureChoices = FigureChoices()


def settings_path() -> Path:
    """Where the file is."""
    folder = os.environ.get("ANGLESCOPE_CONFIG_DIR")
    return (Path(folder) if folder else Path(platformdirs.user_config_dir("anglescope"))) / "settings.json"


def load_settings(path: Path | None = None) -> tuple[Settings, str]:
    """What was remembered, and one line where the file could not be used (else an empty text)."""
    path = path or settings_path()
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        with suppress(OSError):
            path.replace(path.with_suffix(".bad"))
        return Settings(), f"{path}: not usable as settings ({error}); the defaults are used, it is kept as .bad"
    if found.theme not in THEMES:
        found = msgspec.structs.replace(found, theme="system")
    return found, ""


def save_settings(settings: Settings, path: Path | None = None) -> str:
    """Write the file atomically; returns one line where that failed (else an empty text)."""
    path = path or settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, msgspec.json.format(msgspec.json.encode(settings)) + b"\n")
    except (OSError, OutputError) as error:
        return f"settings could not be written: {error}"
    return ""


def remember_path(settings: Settings, path: Path) -> Settings:
    """The settings with ``path`` as the last one opened and first of the recent ones."""
    text = str(path)
    recent = (text, *(known for known in settings.recent if known != text))[:_RECENT]
    return msgspec.structs.replace(settings, last=text, recent=recent)
