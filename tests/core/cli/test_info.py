"""``anglescope info`` names every third-party file, and ends with one line on every broken one."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.cli.reports import report_on
from tests.core.inspection.walker import walker_mm

WORLD_Z, WORLD_Y = "world, Z up", "world, Y up"
CAMERA, PICTURE = "camera: x right, y down, z away", "picture: x right, y down"
EXPECTED = [
    # pattern below the data folder, name of the format in the report, units, axes (None: nothing to state)
    ("*/README.md", "a text file", None, None),
    ("*/LICENSE", "a text file", None, None),
    ("*.mp4", "an MP4 or QuickTime video", None, None),
    ("mocap/*.bvh", "(bvh)", "mm, rotations", WORLD_Y),
    ("lifter_outputs/mmpose_*/cameras.pkl", "(cameras_pickle)", None, None),
    ("lifter_outputs/mmpose_*/h36m_coco.json", "(coco_json)", "px", PICTURE),
    ("lifter_outputs/mmpose_*/test_h36m_2d_detection.npy", "(keypoints_npy)", "px", PICTURE),
    ("lifter_outputs/mmpose_*/*.npz", "(mmpose_h36m_npz)", "mm", CAMERA),
    ("lifter_outputs/motionbert_*/X3D.npy", "(motionbert_npy)", "nominal mm: 2.5D", CAMERA),
    ("lifter_outputs/motionbert_*/alphapose-results.json", "(alphapose_json)", "px", PICTURE),
    ("lifter_outputs/videopose3d_*/*.mp4.npz", "(detectron2_npz)", "px", PICTURE),
    ("lifter_outputs/videopose3d_*/*.npy", "(videopose3d_npy)", "mm", CAMERA),
    ("opensim_ap3d/cam_param.json", "(ap3d_cameras)", None, None),
    ("opensim_ap3d/data/*_coco.npy", "(ap3d_coco)", "px", PICTURE),
    ("opensim_ap3d/data/*_h36m.npy", "(ap3d_h36m)", "mm", WORLD_Z),
    ("opensim_ap3d/data/*.npy", "(ap3d_points)", "mm", WORLD_Z),
    ("opensim_ap3d/data/*.json", "(ap3d_info)", None, None),
    ("opensim_ap3d/reference/*_angles.csv", "a CSV table of angles", None, None),
    ("opensim_ap3d/reference/*_h36m_anatomical.npy", "(poses_npy)", "mm", WORLD_Z),
    ("opensim_ap3d/reference/*_osim.npz", "(points_npz)", "mm", WORLD_Z),
    ("opensim_ap3d/reference/index.json", "JSON with the keys", None, None),
    ("vicon_pig/*.c3d", "(c3d)", "mm", WORLD_Z),
    ("vicon_pig/reference/*_pig.csv", "a CSV table of angles", None, None),
    ("vicon_pig/reference/*_axes.npz", "(points_npz)", "mm", WORLD_Z),
]


def expectation(name: str) -> tuple[str, str | None, str | None]:
    return next(rest for pattern, *rest in EXPECTED if fnmatch(name, pattern))


def test_every_third_party_file_is_named_with_units_and_axes(shared_data):
    files = sorted(path for path in shared_data.rglob("*") if path.is_file())
    wrong = []
    for path in files:
        name = path.relative_to(shared_data).as_posix()
        report = report_on(path)
        first = report["items"][0]["facts"] if report["items"] else {}
        kind, units, axes = expectation(name)
        if kind not in report["facts"]["format"] or (first.get("units"), first.get("axes")) != (units, axes):
            wrong.append((name, report["facts"]["format"], first.get("units"), first.get("axes")))
    assert not wrong
    assert len(files) > 300


def test_no_third_party_file_is_suspected_of_what_it_is_not(shared_data):
    """Sides, units and vertical of real files are right; only what their READMEs tell may be found."""
    files = [*shared_data.glob("opensim_ap3d/**/*.npy"), *shared_data.glob("lifter_outputs/**/*.np[yz]")]
    serious = {"mirrored or left/right swapped", "left/right swap", "units", "upside down", "axes", "zeros for missing"}
    found = [
        (path.name, finding["message"])
        for path in files
        for item in report_on(path)["items"]
        for finding in item["findings"]
        if finding["kind"] in serious
    ]
    assert len(files) > 100
    assert not found


def info(*arguments: object):
    return CliRunner().invoke(app, ["info", *map(str, arguments)])


def test_a_dataset_is_summed_up(shared_data):
    result = info(shared_data / "opensim_ap3d", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["clips"], len(report["items"]), report["problems"]) == (28, 28, [])
    assert report["facts"]["athletes"].startswith("5: jump/S3, running/S1")
    assert {item["facts"]["landmark set"] for item in report["items"]} == {"athletepose3d_a", "athletepose3d_b"}
    odd = {item["key"] for item in report["items"] if item["findings"]}
    assert odd == {f"S3_Drop_jump_1_cam_{camera}" for camera in (1, 2, 3, 4)}


def test_text_and_json_tell_the_same(shared_data):
    path = shared_data / "lifter_outputs/motionbert_boxing/X3D.npy"
    text, report = info(path).stdout, json.loads(info(path, "--json").stdout)
    assert report["facts"]["sha256"] in text
    assert "frames" in text
    assert "301" in text
    for finding in report["items"][0]["findings"]:
        assert f"{finding['severity']}: {finding['message']}" in text
    assert "frame 243 does not follow frame 242" in text


def test_a_folder_of_files_lists_them_and_a_broken_one_fails_it(tmp_path):
    np.save(tmp_path / "walk.npy", walker_mm())
    (tmp_path / "notes.txt").write_text("a text")
    fine = info(tmp_path)
    assert fine.exit_code == 0
    assert "walk.npy" in fine.stdout
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY")
    broken = info(tmp_path)
    assert broken.exit_code == 1
    assert "walk.npy" in broken.stdout
    assert "broken.npy" in broken.stdout


def test_an_explicit_format_wins_and_an_unknown_one_is_wrong_usage(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, (walker_mm() / 1000).astype(np.float32))
    assert "(poses_npy)" in info(path, "--format", "poses_npy").stdout
    unknown = info(path, "--format", "nosuch")
    assert (unknown.exit_code, "unknown format 'nosuch'" in unknown.stderr) == (2, True)


# --- broken input: one line, exit code 1, no traceback, nothing run ---


def npy(array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array))
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return buffer.getvalue()


class Runs:
    """A pickle that would make a file if anything in it ran."""

    def __reduce__(self):
        return os.system, ("touch it_ran",)


def infinite():
    xyz = walker_mm()
    xyz[7, 2] = np.inf
    return xyz


BROKEN = {
    "empty.npy": b"",
    "truncated.npy": npy(walker_mm())[:-100],
    "header_only.npy": npy(walker_mm())[:20],
    "wrong_shape.npy": npy(np.zeros((5, 3))),
    "sixteen_joints.npy": npy(walker_mm()[:, :16]),
    "complex.npy": npy(walker_mm().astype(complex)),
    "infinite.npy": npy(infinite()),
    "all_nan.npy": npy(walker_mm() * np.nan),
    "integers.npy": npy(walker_mm().astype(int)),
    "text.npy": npy(np.array(["a", "b"])),
    "objects.npy": npy(np.array([{}], dtype=object)),
    "truncated.npz": zipped(reconstruction=npy(walker_mm()))[:-60],
    "bomb.npz": zipped(reconstruction=npy(np.zeros((3_000_000, 17, 3), np.float32))),
    "code.pkl": pickle.dumps(Runs()),
    "truncated.pkl": pickle.dumps([{"a": 1}] * 20)[:-30],
    "broken.json": b'{"fps": 60, "keypoint_name": [',
    "broken.bvh": b"HIERARCHY\nROOT Hips\n{\n",
    "broken.trc": b"PathFileType\t4\t(X/Y/Z)\n",
    "broken.c3d": b"\x02\x50" + bytes(600),
    "broken.mot": b"Coordinates\nversion=1\n",
    "noise.bin": bytes(range(256)) * 20,
    "a_number.csv": b"1,2,3\n4,5,6\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_ends_with_one_line_and_1(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(BROKEN[name])
    result = info(name)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert result.stderr.startswith(f"anglescope: error: {name}")
    assert result.stderr.count("\n") == 1
    assert not Path("it_ran").exists()


def test_a_missing_file_says_so():
    result = info("no/such/file.npy")
    assert (result.exit_code, "cannot be read (No such file" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("one_nan.npy", lambda xyz: put(xyz, (5, 3), np.nan), "gaps in 1 points: r_ankle 0.8%; frame 5"),
        ("one_frame.npy", lambda xyz: xyz[:1], "the clip has 1 frame"),
        ("zero_bone.npy", lambda xyz: put(xyz, (slice(None), 13), xyz[:, 12]), "no length in 120 frames"),
        ("mirrored.npy", lambda xyz: xyz * [1, -1, 1], "left and right are exchanged, or the body is mirrored"),
        ("frozen.npy", lambda xyz: put(xyz, slice(30, 34), xyz[29]), "4 frames repeat the frame before"),
    ],
)
def test_an_odd_clip_is_read_and_the_oddity_said(name, spoil, said, tmp_path):
    path = tmp_path / name
    np.save(path, spoil(walker_mm()))
    result = info(path, "--format", "poses_npy")
    assert (result.exit_code, said in result.stdout) == (0, True), result.output


LABELS = ["RASI", "LASI", "RPSI", "LPSI", "RKNE", "LKNE"]


def clip(folder: Path, stem: str = "Running_1_cam_1", n_frames: int = 30, **facts) -> Path:
    """A clip in AthletePose3D layout; ``facts`` replace those of its ``.json``."""
    place = folder / "data" / "test_set" / "S1"
    place.mkdir(parents=True, exist_ok=True)
    known = {"video_width": 1920, "video_height": 1080, "fps": 60, "cam": "c1", "type": "running",
             "source_file": "a.mp4", "keypoint_name": LABELS}  # fmt: skip
    (place / f"{stem}.json").write_text(json.dumps(known | facts))
    xyz = walker_mm(n_frames)
    np.save(place / f"{stem}.npy", xyz[:, [1, 4, 1, 4, 2, 5]].astype(np.float32))
    np.save(place / f"{stem}_h36m.npy", xyz.astype(np.float32))
    return place / stem


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"fps": 0}, "fps"),
        ({"fps": None}, "fps"),
        ({"keypoint_name": [*LABELS[:5], "RASI"]}, "RASI"),
        ({"keypoint_name": LABELS[:4]}, "expected (T, 4, 3)"),
        ({"cam": 7}, "cam"),
    ],
)
def test_a_json_that_does_not_fit_its_array_ends_with_one_line(facts, said, tmp_path):
    result = info(f"{clip(tmp_path, **facts)}.npy")
    assert result.exit_code == 1, result.output
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_one_broken_clip_among_many_is_a_problem_and_the_rest_is_reported(tmp_path):
    clip(tmp_path)
    clip(tmp_path, "Running_2_cam_1", keypoint_name=["unknown " + label for label in LABELS])
    Path(f"{clip(tmp_path, 'Running_3_cam_1')}_h36m.npy").write_bytes(b"\x93NUMPY")
    result = info(tmp_path, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [item["key"] for item in report["items"]] == ["S1_Running_1_cam_1", "S1_Running_2_cam_1"]
    assert ["S1_Running_3_cam_1" in problem or "Running_3" in problem for problem in report["problems"]] == [True]
    assert report["items"][1]["facts"]["landmark set"] == "none fits"


def put(array, where, value):
    array[where] = value
    return array
