"""``anglescope`` with its window: what is meant without a command, what happens without a screen or without Qt."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from typer.testing import CliRunner

from tests.viewer.conftest import DEMO, ROOT
from tests.viewer.whole import pixels
from viewer import application, cli
from viewer.theme import DARK, LIGHT

RUN = [sys.executable, "-c", "from viewer.cli import main; main()"]
CLIP = DEMO / "data" / "test_set" / "S2" / "Running_1_cam_2.npy"
GUI = ("PySide6", "shiboken6", "pyqtgraph", "vispy", "cmap", "superqt")
HEAVY = (*GUI, "torch", "numpy", "scipy", "polars", "safetensors", "distributed", "lightning_fabric", "matplotlib")
MUCH = 60
"""How far a pixel must be from another colour to be seen as different, of 255."""


@pytest.fixture
def no_screen(monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def without_screen(*arguments: object, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """The program on a machine without a screen. path : where it looks for programs such as Xvfb."""
    dropped = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run([*RUN, *map(str, arguments)], env={**environment, "PYTHONPATH": str(ROOT), "PATH": path},
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip


def invoked(*arguments: object):
    """The program in this process, on the screen of the tests."""
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def one_line(text: str) -> str:
    (line,) = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    return line


def picture(path: Path) -> np.ndarray:
    image = QImage(str(path))
    assert not image.isNull(), path
    return pixels(image)


def has_ink(shown: np.ndarray, colour: str, least: int) -> bool:
    """Whether so many pixels have about that colour."""
    return int((np.abs(shown - QColor(colour).getRgb()[:3]).max(axis=2) < 12).sum()) >= least


def scene_of(shown: np.ndarray) -> np.ndarray:
    """The middle of the window, where the skeletons are."""
    high, wide = shown.shape[:2]
    return shown[high // 8 : high * 3 // 4, wide * 3 // 10 : wide * 58 // 100]


# What is meant


@pytest.mark.parametrize("arguments", [[], [DEMO], ["view"], ["view", DEMO], ["./nothing"], ["mine=/data/poses"]])
def test_without_a_command_the_window_is_meant(no_screen, arguments):
    answer = invoked(*arguments)
    assert answer.exit_code == 2
    line = one_line(answer.stderr)
    assert line.startswith("anglescope: error: no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    assert "anglescope snapshot PATH --out PNG" in line


def test_paths_go_to_the_window(monkeypatch):
    opened = []
    monkeypatch.setattr(application, "run_window", lambda paths: opened.append(list(paths)) or 0)
    assert invoked(DEMO, "mine=/data/poses").exit_code == 0
    assert invoked().exit_code == 0
    assert opened == [[DEMO, Path("mine=/data/poses")], []]


def test_other_words_are_commands():
    answer = invoked("scroe")
    assert answer.exit_code == 2 and "scroe" in answer.stderr and "No such command" in answer.stderr
    listed = invoked("-h").stdout
    assert all(f"\n  {name}" in listed for name in ("view", "snapshot", "score", "info", "convert", "train", "doctor"))
    assert invoked("--version").stdout.startswith("anglescope ")
    assert "Usage:" in invoked("snapshot", "-h").stdout


def test_nothing_heavy_is_imported_before_it_is_needed():
    code = f"import sys, viewer.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "[]", ended.stdout + ended.stderr


# What is wrong


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--layout", "sphere"], "unknown layout 'sphere'; known: overlay, grid"),
        (["--colour", "mood"], "unknown colour 'mood'; known: source, position, angle"),
        (["--alignment", "sideways"], "unknown alignment 'sideways'; known: none, root, scale, procrustes"),
        (["--angle", "wrist"], "unknown angle 'wrist'; known: hip_flexion_l"),
        (["--theme", "pink"], "unknown theme 'pink'; known: dark, light"),
    ],
)
def test_a_wrong_option_is_one_line(tmp_path, options, said):
    answer = invoked("snapshot", DEMO, "--out", tmp_path / "x.png", *options)
    assert answer.exit_code == 2
    assert one_line(answer.stderr).startswith(f"anglescope: error: {said}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("options", [["--width", "10"], ["--height", "9000"], ["--frame", "x"], []])
def test_a_value_out_of_range_and_a_missing_one_are_wrong_usage(tmp_path, options):
    needed = ["--out", tmp_path / "x.png"] if options else []
    answer = invoked("snapshot", DEMO, *needed, *options)
    assert answer.exit_code == 2 and "Usage:" in answer.stderr


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        (CLIP, ["--frame", "9999"], "no frame 9999"),
        (DEMO, ["--clip", "S9_Swimming"], "no clip is called 'S9_Swimming'"),
        (DEMO / "nothing", [], "no such file or folder"),
    ],
)
def test_what_is_not_there_is_one_line(qapp, tmp_path, path, options, said):
    answer = invoked("snapshot", path, "--out", tmp_path / "x.png", *options)
    assert answer.exit_code == 1
    assert one_line(answer.stderr).startswith("anglescope: error: ") and said in answer.stderr
    assert not list(tmp_path.iterdir())


# Pictures


def test_a_picture_is_drawn_without_a_screen(tmp_path):
    out = tmp_path / "deep" / "shot.png"
    ended = without_screen("snapshot", CLIP, "--out", out, "--frame", "60", "--width", "1200", "--height", "800")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"{out}\n"
    shown = picture(out)
    assert shown.shape == (800, 1200, 3)
    assert has_ink(shown, DARK.window, 50_000)
    for colour in DARK.lifters[:3]:
        assert has_ink(scene_of(shown), colour, 150), colour
        assert has_ink(shown, colour, 500), colour
    assert (np.abs(scene_of(shown) - QColor(DARK.base).getRgb()[:3]).max(axis=2) > MUCH).mean() > 0.01


def test_without_opengl_skeletons_are_drawn_all_the_same_and_it_says_so(tmp_path):
    out = tmp_path / "shot.png"
    ended = without_screen("snapshot", CLIP, "--out", out, "--theme", "light", path=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert one_line(ended.stderr) == (
        "anglescope: Xvfb is not installed, so skeletons are drawn in 2D; with OpenGL: apt-get install xvfb"
    )
    shown = picture(out)
    assert shown.shape == (1000, 1600, 3)
    assert has_ink(shown, LIGHT.window, 50_000)
    assert all(has_ink(scene_of(shown), colour, 150) for colour in LIGHT.lifters[:3])


def test_view_without_a_screen_draws_three_pictures_when_asked(tmp_path):
    ended = without_screen(CLIP, "--snapshots", tmp_path / "shots")
    assert ended.returncode == 0, ended.stderr
    assert "no screen here" in one_line(ended.stderr) and "drawing pictures" in ended.stderr
    drawn = [Path(line) for line in ended.stdout.splitlines()]
    assert sorted(path.name for path in drawn) == ["light_errors.png", "overlay.png", "side_by_side.png"]
    shown = {path.stem: picture(path) for path in drawn}
    assert shown["light_errors"].mean() > 170 > 90 > shown["overlay"].mean()
    differing = np.abs(scene_of(shown["overlay"]) - scene_of(shown["side_by_side"])).max(axis=2) > MUCH
    assert differing.mean() > 0.02


# Without Qt


@pytest.mark.parametrize("missing", ["PySide6", "vispy"])
def test_without_a_library_of_the_window_it_says_what_to_install(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    for arguments in ([], ["snapshot", DEMO, "--out", "x.png"]):
        answer = invoked(*arguments)
        assert answer.exit_code == 2
        line = one_line(answer.stderr)
        assert line == f'anglescope: error: the window needs {missing}: pip install "anglescope[viewer]"'


def test_commands_without_a_window_need_no_qt(tmp_path):
    hidden = f"import sys; sys.modules.update(dict.fromkeys({GUI!r})); from viewer.cli import main; main()"
    arguments = ["score", str(CLIP), "--out", str(tmp_path / "r"), "--angles", "geometry", "--jobs", "1"]
    ended = subprocess.run([sys.executable, "-c", hidden, *arguments], cwd=ROOT, capture_output=True, text=True,
                           check=False, timeout=120)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "r" / "summary.csv").read_text().count("\n") == 5
