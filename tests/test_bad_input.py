"""Bad input through the real command line: one clear line, exit code 1, and every other clip scored in full."""

from __future__ import annotations

import csv
import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import core.files
from core.skeleton import JOINTS
from tests.scored_runs import Ended, score, write_scored

BROKEN = "S1_Axel_0_cam_1"
STEM = "data/test_set/S1/Axel_0_cam_1"
SOURCE = f"predictions/good/{BROKEN}.npy"
N_CLIPS = 4


@pytest.fixture(scope="module")
def healthy(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("bad") / "dataset", N_CLIPS)


@pytest.fixture(scope="module")
def expected(healthy, tmp_path_factory) -> dict[tuple[str, str], list[str]]:
    out = tmp_path_factory.mktemp("healthy") / "out"
    ended = score(healthy, out)
    assert ended.returncode == 0
    assert all(line.startswith("anglescope: note: ") for line in ended.stderr.splitlines()), ended.stderr
    return rows_by_clip(out)


@pytest.fixture
def dataset(healthy, tmp_path) -> Path:
    return Path(shutil.copytree(healthy, tmp_path / "dataset"))


def rows_by_clip(out: Path) -> dict[tuple[str, str], list[str]]:
    """(lifter, clip) -> its 15 rows of by_clip.csv as text."""
    rows: dict[tuple[str, str], list[str]] = {}
    with (out / "by_clip.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["lifter"], row["group"]), []).append(",".join(row.values()))
    return rows


def run(dataset: Path, tmp_path: Path, *more: str) -> tuple[Ended, Path]:
    out = tmp_path / "out"
    return score(dataset, out, *more), out


def problems_of(ended: Ended) -> list[str]:
    return [line.removeprefix("anglescope: problem: ") for line in ended.stderr.splitlines() if "problem: " in line]


def check(
    ended: Ended, out: Path, expected: dict, without: set[tuple[str, str]], partly: set[tuple[str, str]], *said: str
) -> None:
    """One line that says all of ``said``; the scores of everything but ``without`` and ``partly`` as ever."""
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr + ended.stdout
    (line,) = [problem for problem in problems_of(ended) if all(part in problem for part in said)] or [ended.stderr]
    assert all(part in line for part in said), ended.stderr
    assert len(line.splitlines()) == 1
    rows = rows_by_clip(out)
    assert rows.keys() == expected.keys() - without
    for key in rows.keys() - partly:
        assert rows[key] == expected[key], key
    assert json.loads((out / "run.json").read_text())["problems"] == problems_of(ended)
    assert {file.stem for file in (out / "clips").iterdir()} == {clip for _, clip in rows}
    assert not list(out.rglob("*.part"))


def all_rows(expected: dict, clip: str = BROKEN) -> set[tuple[str, str]]:
    return {key for key in expected if key[1] == clip}


def changed_array(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        np.save(path, change(np.load(path)))

    return apply


def with_value(index: tuple, value: float) -> Callable[[Path], None]:
    def change(xyz: np.ndarray) -> np.ndarray:
        xyz[index] = value
        return xyz

    return changed_array(change)


ARRAYS: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:-100]), "truncated"),
    "cut in the header": (lambda path: path.write_bytes(path.read_bytes()[:40]), "header"),
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "text": (lambda path: path.write_text("x,y,z\n"), "not a numpy"),
    "wrong shape": (changed_array(lambda xyz: xyz[:, :16]), "shape"),
    "two axes": (changed_array(lambda xyz: xyz[..., :2]), "shape"),
    "complex": (changed_array(lambda xyz: xyz.astype(complex)), "complex128"),
    "integers": (changed_array(lambda xyz: xyz.astype(int)), "int64"),
    "all NaN": (with_value((...,), np.nan), "NaN"),
    "infinite": (with_value((7, 3, 1), np.inf), "frame 7"),
    "objects": (changed_array(lambda xyz: xyz.astype(object)), ""),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_a_broken_prediction(dataset, expected, tmp_path, case):
    damage, said = ARRAYS[case]
    if case == "objects":
        np.save(dataset / SOURCE, np.load(dataset / SOURCE).astype(object), allow_pickle=True)
    else:
        damage(dataset / SOURCE)
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, {("good", BROKEN)}, set(), f"{BROKEN}.npy", said)


@pytest.mark.parametrize("ending", ["_h36m.npy", ".npy"])
@pytest.mark.parametrize("case", [case for case in ARRAYS if case != "objects"])
def test_a_broken_reference(dataset, expected, tmp_path, case, ending):
    damage, said = ARRAYS[case]
    damage(dataset / f"{STEM}{ending}")
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, all_rows(expected), set(), f"Axel_0_cam_1{ending}", said)


@pytest.mark.parametrize(
    ("index", "value", "said"),
    [
        ((slice(None), JOINTS.index("l_wrist")), np.nan, "joint l_wrist is missing in every frame"),
        ((slice(3, 5), JOINTS.index("l_ankle")), None, "l_knee to l_ankle has no length in 2 frames, first frame 3"),
    ],
)
def test_what_can_be_scored_in_part_is_and_is_reported(dataset, expected, tmp_path, index, value, said):
    xyz = np.load(dataset / SOURCE)
    xyz[index] = xyz[3:5, JOINTS.index("l_knee")] if value is None else value
    np.save(dataset / SOURCE, xyz)
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, set(), {("good", BROKEN)}, BROKEN, "good", said)


def test_a_clip_of_one_frame_is_scored_and_reported(dataset, expected, tmp_path):
    for name in (f"{STEM}.npy", f"{STEM}_h36m.npy", SOURCE, SOURCE.replace("good", "poor")):
        changed_array(lambda xyz: xyz[:1])(dataset / name)
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, set(), all_rows(expected), BROKEN, "good", "a single frame")
    counts = {row.split(",")[2]: row.split(",")[3] for row in rows_by_clip(out)["good", BROKEN]}
    assert (counts["knee_flexion_l"], counts["elbow_flexion_r"]) == ("1", "1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fps": 0}, ("Axel_0_cam_1.json", "fps > 0", "fps = 0")),
        ({"fps": -60}, ("Axel_0_cam_1.json", "fps > 0")),
        ({"fps": None}, ("Axel_0_cam_1.json", "fps")),
        ({"fps": "fast"}, ("Axel_0_cam_1.json", "fps")),
        ({"keypoint_name": ["RASI", "LASI"]}, ("Axel_0_cam_1.npy", "2 labels", "23")),
        ({"keypoint_name": ["RASI"] * 23}, ("Axel_0_cam_1.json", "'RASI' occurs twice")),
        ({"cam": None}, ("Axel_0_cam_1.json", "cam")),
    ],
)
def test_clip_information_that_cannot_be_used(dataset, expected, tmp_path, changes, said):
    path = dataset / f"{STEM}.json"
    info = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in info.items() if value is not None}))
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, all_rows(expected), set(), *said)


def test_clip_information_that_is_missing_or_broken(dataset, expected, tmp_path):
    (dataset / f"{STEM}.json").write_text('{"fps": 60, ')
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, all_rows(expected), set(), "Axel_0_cam_1.json")
    (dataset / f"{STEM}.json").unlink()
    ended, out = run(dataset, tmp_path, "--overwrite")
    check(ended, out, expected, all_rows(expected), set(), "Axel_0_cam_1.json", "missing")


def test_labels_that_no_landmark_set_knows_leave_the_floor_to_stand_in(dataset, expected, tmp_path):
    path = dataset / f"{STEM}.json"
    info = json.loads(path.read_text())
    info["keypoint_name"] = [f"marker {k}" for k in range(len(info["keypoint_name"]))]
    path.write_text(json.dumps(info))
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, set(), all_rows(expected), BROKEN, "labels", "stands in")


def test_an_unknown_camera_matters_only_to_poses_that_need_it(dataset, expected, tmp_path):
    info = dataset / f"{STEM}.json"
    info.write_text(json.dumps({**json.loads(info.read_text()), "cam": "nowhere"}))
    manifest = dataset / "predictions/good/manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "axes": "camera"}))
    ended, out = run(dataset, tmp_path)
    others = {key for key in expected if key[0] == "good"}
    check(ended, out, expected, set(), others, BROKEN, "good", "no camera", "cam_param.json", "MPJPE")
    for row in csv.DictReader((out / "by_clip.csv").read_text(encoding="utf-8").splitlines()):
        if (row["lifter"], row["group"], row["angle"]) == ("good", BROKEN, "all"):
            assert row["mpjpe_mm"] == row["n_mpjpe_mm"] == row["velocity_mm_s"] == ""
            assert float(row["p_mpjpe_mm"]) > 0
            assert float(row["mae_deg"]) > 0


def test_a_prediction_of_another_length(dataset, expected, tmp_path):
    changed_array(lambda xyz: xyz[:-4])(dataset / SOURCE)
    ended, out = run(dataset, tmp_path)
    check(ended, out, expected, {("good", BROKEN)}, set(), f"{BROKEN}.npy", "expected 30 frames", "got 26 frames")


def test_a_missing_prediction_is_listed(dataset, expected, tmp_path):
    (dataset / SOURCE).unlink()
    ended, out = run(dataset, tmp_path)
    assert (ended.returncode, problems_of(ended)) == (0, [])
    assert f"good: no prediction for 1 clip ({BROKEN})" in ended.stderr
    assert "no ranks among lifters (isb): they cover different clips, good 3, poor 4" in ended.stderr
    rows = rows_by_clip(out)
    assert rows == {key: row for key, row in expected.items() if key != ("good", BROKEN)}
    assert json.loads((out / "run.json").read_text())["lifters"]["good"]["missing"] == [BROKEN]


class Bomb:
    """Pickles to a call that leaves a file behind."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.witness,)


@pytest.mark.parametrize("wrapping", ["pkl", "npy", "npz"])
def test_a_pickle_that_runs_code_runs_nothing(dataset, tmp_path, wrapping):
    witness = tmp_path / "ran"
    bomb = pickle.dumps([Bomb(witness)])
    folder = tmp_path / "lifter"
    folder.mkdir()
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    if wrapping == "pkl":
        (folder / f"{BROKEN}.pkl").write_bytes(bomb)
    elif wrapping == "npy":
        (folder / f"{BROKEN}.npy").write_bytes(header.getvalue() + bomb)
    else:
        with zipfile.ZipFile(folder / f"{BROKEN}.npz", "w") as archive:
            archive.writestr("reconstruction.npy", header.getvalue() + bomb)
    ended, _ = run(dataset, tmp_path, "--lifter", f"evil={folder}")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert f"{BROKEN}.{wrapping}" in ended.stderr
    assert not witness.exists()
    pickle.loads(bomb)  # what it would have done
    assert witness.exists()


def test_a_zip_bomb_is_refused(dataset, expected, tmp_path):
    folder = tmp_path / "lifter"
    folder.mkdir()
    for file in (dataset / "predictions/good").glob("*.npy"):
        np.savez(folder / file.stem, reconstruction=np.load(file) / 1000)
    header = io.BytesIO()
    shape = (200_000_000 // (17 * 3 * 4), 17, 3)
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(folder / f"{BROKEN}.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("reconstruction.npy", header.getvalue() + bytes(200_000_000))
    assert (folder / f"{BROKEN}.npz").stat().st_size < 1_000_000
    ended, out = run(dataset, tmp_path, "--lifter", f"zipped={folder}")
    assert ended.returncode == 1
    (line,) = [problem for problem in problems_of(ended) if f"{BROKEN}.npz" in problem]
    assert "zip bomb" in line
    rows = rows_by_clip(out)
    assert {key for key in rows if key[0] == "zipped"} == {
        ("zipped", clip) for _, clip in expected.keys() - all_rows(expected)
    }
    assert {key: row for key, row in rows.items() if key[0] != "zipped"} == expected


def test_a_file_that_changes_while_it_is_read(dataset, expected, tmp_path, monkeypatch):
    """The file really grows between opening and reading: its own reader is slowed down to let that happen."""
    target = dataset / SOURCE
    real_fstat = core.files.os.fstat
    seen = []

    def growing(descriptor: int):
        status = real_fstat(descriptor)
        same = (status.st_ino, status.st_dev) == (target.stat().st_ino, target.stat().st_dev)
        if same and not seen:
            seen.append(descriptor)
            with target.open("ab") as file:
                file.write(b"more")
        return status

    monkeypatch.setattr(core.files.os, "fstat", growing)
    ended, out = run(dataset, tmp_path)
    assert seen
    check(ended, out, expected, {("good", BROKEN)}, set(), f"{BROKEN}.npy", "changed while it was read")


def test_two_clips_of_one_name_are_both_scored_and_told_apart(dataset, expected, tmp_path):
    shutil.copytree(dataset / "data/test_set/S1", dataset / "data/train_set/S1")
    shutil.rmtree(dataset / "predictions")
    ended, out = run(dataset, tmp_path)
    assert ended.returncode == 1
    (line,) = [problem for problem in problems_of(ended) if f"several clips are called {BROKEN}" in problem]
    assert "train_set" in line
    assert "test_set" in line
    clips = {clip for _, clip in rows_by_clip(out)}
    assert {f"test_{BROKEN}", f"train_{BROKEN}"} <= clips
    assert BROKEN not in clips


def test_nothing_usable_is_one_line(dataset, tmp_path):
    for file in (dataset / "data").rglob("*_h36m.npy"):
        with_value((...,), np.nan)(file)
    ended, out = run(dataset, tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(problems_of(ended)) == N_CLIPS
    assert not (out / "summary.csv").exists()
    again = score(dataset, out, "--resume")
    assert again.returncode == 1
    assert problems_of(again) == problems_of(ended)


def test_a_dataset_that_is_not_there_or_empty_is_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    for place in ("empty", "missing"):
        ended = score(tmp_path / place, tmp_path / "out")
        assert ended.returncode == 1
        assert len(ended.stderr.splitlines()) == 1
        assert place in ended.stderr
    assert not (tmp_path / "out").exists()
