"""Study files: every key, relative paths, and mistakes that are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core import study_file
from core.conventions import ShoulderView
from core.errors import DataError, UsageError
from core.estimators import ESTIMATORS
from core.formats.base import ReadOptions
from core.pairing import FitPolicy
from core.study_file import read_study

FULL = """
dataset = "../sets/ap3d"
split = "test_set"
angles = "geometry"
shoulder = "raw"
hip_regression = "hara"

[lifters.vp]
path = "out/vp"
title = "VideoPose3D"
format = "videopose3d_npy"
axes = "camera"
scale = "metric"
unit = "m"
rig = "h36m"
normalisation = "full image"
size_px = [1920, 1080]
fps = 50
offset = -3
resample = true

[lifters.vp.clips]
S1_Running_1_cam_1 = "a.npz#k"

[lifters.mb]
path = "/elsewhere/mb"
trim = "end"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_arrives(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, FULL))
    assert study.dataset == tmp_path / "../sets/ap3d"
    assert (study.split, study.angles, study.shoulder) == ("test_set", "geometry", ShoulderView.RAW)
    assert study.hip_regression == "hara"
    vp, mb = study.lifters
    assert (vp.name, vp.path, vp.options.title, vp.options.format) == (
        "vp", tmp_path / "out/vp", "VideoPose3D", "videopose3d_npy")  # fmt: skip
    assert vp.options.read == ReadOptions(50, "camera", "metric", "h36m", "full image", (1920, 1080), 1000.0)
    assert vp.options.fit == FitPolicy(offset=-3, resample=True)
    assert vp.options.clips == (("S1_Running_1_cam_1", "a.npz#k"),)
    assert (mb.path, mb.options.fit, mb.options.read) == (
        Path("/elsewhere/mb"), FitPolicy(trim="end"), ReadOptions())  # fmt: skip


def test_the_schema_in_the_module_text_is_valid(tmp_path: Path) -> None:
    lines = [line[4:] for line in (study_file.__doc__ or "").splitlines() if line.startswith("    ") or not line]
    schema = "\n".join(line for line in lines if not line.startswith("trim"))  # excludes offset
    study = read_study(written(tmp_path, schema))
    assert [lifter.name for lifter in study.lifters] == ["videopose3d"]
    named = set(re.findall(r"^(\w+) = ", "\n".join(lines), re.MULTILINE)) - {"S1_Running_1_cam_1"}
    assert named == (set(study_file._STUDY_KEYS) | set(study_file._LIFTER_KEYS)) - {"lifters", "clips"}


def test_the_estimators_are_those_of_the_engine() -> None:
    assert study_file._VALUES["angles"] == ESTIMATORS


def test_a_study_needs_only_a_dataset(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, 'dataset = "d"'))
    assert (study.split, study.angles, study.shoulder, study.lifters) == (None, None, None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# nothing", "key 'dataset' is missing"),
        ('datset = "x"', "unknown key 'datset'; did you mean dataset?"),
        ('dataset = "x"\nqqqqqq = 1', "unknown key 'qqqqqq'; known keys: dataset, split"),
        ("dataset = 1", "dataset must be str, got 1"),
        ('dataset = "x"\nsplit = "all"', "split = 'all' is not known; known: train, valid, test"),
        ('dataset = "x"\nangles = "isb"', "angles = 'isb' is not known; known: network, geometry"),
        ('dataset = "x"\nhip_regression = "x"', "hip_regression = 'x' is not known; known: harrington"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\nsize_px = [1]', "lifters.a.size_px must be [width, height] in whole"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\nsize_px = [1, 0]', "lifters.a.size_px must be [width, height]"),
        ('dataset = "x"\n[lifters.a]\ntitle = "t"', "key 'lifters.a.path' is missing"),
        ('dataset = "x"\n[lifters]\na = "p"', "lifters.a must be a table with a path"),
        ('dataset = "x"\n[lifters.a]\nofset = 1', "unknown key 'lifters.a.ofset'; did you mean lifters.a.offset?"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\noffset = true', "lifters.a.offset must be int, got True"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\nfps = 0', "lifters.a.fps must be positive, got 0"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\nfps = nan', "lifters.a.fps must be positive, got nan"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\nunit = "ft"', "lifters.a.unit = 'ft' is not known; known: mm, cm, m"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\noffset = 1\ntrim = "end"', "lifters.a: offset and trim exclude"),
        ('dataset = "x"\n[lifters.a]\npath = "p"\n[lifters.a.clips]\nc = 1', "lifters.a.clips.c must be a file name"),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        read_study(path)
    assert str(raised.value).startswith(f"{path}: {expected}")


def test_files_that_are_no_study(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"study.toml: not a TOML file \(Invalid value"):
        read_study(written(tmp_path, "dataset = "))
    with pytest.raises(DataError, match="cannot be read"):
        read_study(tmp_path / "absent.toml")
    (tmp_path / "study.toml").write_bytes(b"dataset = '\xff'")
    with pytest.raises(DataError, match="not a TOML file"):
        read_study(tmp_path / "study.toml")
