"""What is remembered: comes back equal, and a file that does not fit costs one line, never the start."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.conventions import ShoulderView
from viewer.settings import Settings, load_settings, remember_path, save_settings, settings_path
from viewer.view import Layout, PlotView, SceneView


def test_settings_come_back_equal(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    settings = Settings(
        last="/data", recent=("/data", "/other"), theme="light", geometry="AAA=", scene=SceneView(layout=Layout.GRID),
        plots=PlotView(angles=(3, 4), single=True), shoulder=ShoulderView.RAW,
    )  # fmt: skip
    assert save_settings(settings, path) == ""
    assert load_settings(path) == (settings, "")


def test_without_a_file_there_are_the_defaults(tmp_path):
    assert load_settings(tmp_path / "none.json") == (Settings(), "")


@pytest.mark.parametrize(
    "text",
    ["{bad", "\xff", '{"theme": 3}', '{"scene": {"layout": "sphere"}}', '{"plots": {"angles": [99]}}',
     '{"plots": {"angles": []}}'],
)  # fmt: skip
def test_a_file_that_does_not_fit_costs_one_line_and_is_kept(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("latin-1"))
    settings, line = load_settings(path)
    assert settings == Settings()
    assert line.startswith(str(path)) and "\n" not in line
    assert path.with_suffix(".bad").read_bytes() == text.encode("latin-1")


def test_an_unknown_theme_follows_the_desktop(tmp_path):
    path = tmp_path / "settings.json"
    path.write_bytes(msgspec.json.encode({"theme": "purple", "of_a_newer_version": 1}))
    assert load_settings(path) == (Settings(), "")


def test_recent_paths_are_unique_newest_first_and_few():
    settings = Settings()
    for number in range(20):
        settings = remember_path(settings, Path(f"/d/{number}"))
    settings = remember_path(settings, Path("/d/15"))
    assert settings.last == "/d/15"
    assert settings.recent[:3] == ("/d/15", "/d/19", "/d/18")
    assert len(settings.recent) == len(set(settings.recent)) == 12


def test_an_unwritable_place_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    line = save_settings(Settings(), tmp_path / "file" / "settings.json")
    assert line.startswith("settings could not be written")


def test_the_place_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("ANGLESCOPE_CONFIG_DIR", str(tmp_path))
    assert settings_path() == tmp_path / "settings.json"
