"""``anglescope demo``: whole or not at all, never over what is there."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import resources
from core.cli.app import app
from core.cli.demo import copy_demo
from core.errors import OutputError

SHIPPED = Path(resources.__file__).parent / "demo"


def run(*arguments: object):
    return CliRunner().invoke(app, ["demo", *map(str, arguments)])


def same(one: Path, two: Path) -> bool:
    compared = filecmp.dircmp(one, two)
    if compared.left_only or compared.right_only or compared.diff_files or compared.funny_files:
        return False
    return all(same(one / name, two / name) for name in compared.common_dirs)


@pytest.mark.parametrize("prepared", ["absent", "empty", "deep"])
def test_the_dataset_is_copied_whole(tmp_path, prepared):
    target = tmp_path / "a" / "b" / "demo" if prepared == "deep" else tmp_path / "demo"
    if prepared == "empty":
        target.mkdir()
    result = run(target)
    assert result.exit_code == 0, result.output
    assert same(SHIPPED, target)
    assert [path.name for path in target.parent.iterdir()] == ["demo"]


def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "is not empty" in result.output and result.output.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "demo").write_text("mine")
    result = run(tmp_path / "demo")
    assert result.exit_code == 1 and "is a file" in result.output
    assert (tmp_path / "demo").read_text() == "mine"


def test_nothing_is_left_behind_when_copying_fails(tmp_path, monkeypatch):
    def full(source, target, *_, **__):
        Path(target).mkdir()
        (Path(target) / "half").write_text("half")
        raise shutil.Error([("a", "b", "no space left")])

    monkeypatch.setattr("core.cli.demo.shutil.copytree", full)
    with pytest.raises(OutputError, match="no space left"):
        copy_demo(tmp_path / "demo")
    assert not list(tmp_path.iterdir())


def test_a_target_under_a_file_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    result = run(tmp_path / "file" / "demo")
    assert result.exit_code == 1 and "cannot be written" in result.output
