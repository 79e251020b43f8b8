"""BVH: forward kinematics against scipy, joint by joint; facts of the corpus; damaged files."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.errors import DataError
from core.formats.base import ReadOptions
from core.formats.bvh import FORMAT
from core.records import Axes

BODY = """HIERARCHY
ROOT hip
{
  OFFSET 0 100 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT knee
  {
    OFFSET 0 -45 1
    CHANNELS 1 Zrotation
    End Site
    {
      OFFSET 0 -40 0
    }
  }
  JOINT chest
  {
    OFFSET 1 2 3
    CHANNELS 6 Zposition Xposition Yposition Yrotation Xrotation Zrotation
  }
}
MOTION
Frames: 2
Frame Time: 0.016667
1 2 3 10 20 30 -40 30 5 50 7 8 9
0 0 0 -170 80 100 -1e1 30 5 50 1 2 3
"""
CLIPS = ["cmu/002_01.bvh", "cmu/007_03.bvh", "cmu_expmap/train_running_1.bvh", "deepmimic/humanoid3d_run.bvh",
         "bandai_namco/dataset-1_bow_normal_001.bvh"]  # fmt: skip


def read(path, **options):
    return FORMAT.read(path, ReadOptions(**options)).items[0].record


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "body.bvh"
        path.write_text(text)
        return path

    return write


def slow_positions_cm(path: Path, frame: int) -> dict[str, np.ndarray]:
    """World positions of one frame by recursion over the text, rotations by scipy; written from the BVH description."""
    words = path.read_text().split()
    motion = words.index("MOTION")
    rows = np.array(words[motion + 6 :], float).reshape(int(words[motion + 2]), -1)
    values = iter(rows[frame])
    tokens = iter(words[:motion])
    found: dict[str, np.ndarray] = {}

    def body(name, parent, position, rotation, is_root):
        assert next(tokens) == "{"
        assert next(tokens) == "OFFSET"
        local = np.array([float(next(tokens)) for _ in range(3)])
        turn, word = Rotation.identity(), next(tokens)
        if word == "CHANNELS":
            moved = {}
            for channel in [next(tokens) for _ in range(int(next(tokens)))]:
                value = next(values)
                if channel.endswith("position"):
                    moved["XYZ".index(channel[0])] = value
                else:
                    turn = turn * Rotation.from_euler(channel[0].lower(), value, degrees=True)
            for axis, value in moved.items():
                local[axis] = local[axis] + value if is_root else value
            word = next(tokens)
        here = position + rotation.apply(local)
        found[name] = here
        while word != "}":
            child = next(tokens)
            body(f"{name}_end" if word == "End" else child, name, here, rotation * turn, False)
            word = next(tokens)

    assert next(tokens) == "HIERARCHY"
    assert next(tokens) == "ROOT"
    body(next(tokens), None, np.zeros(3), Rotation.identity(), True)
    return found


def test_small_body_against_scipy(file):
    path = file(BODY)
    motion = read(path)
    assert motion.names == ("hip", "knee", "knee_end", "chest")
    assert motion.parents == (-1, 0, 1, 0)
    for frame in range(2):
        slow = slow_positions_cm(path, frame)
        np.testing.assert_allclose(motion.positions_mm[frame], [10 * slow[n] for n in motion.names], atol=2e-4)
    np.testing.assert_allclose(motion.translations_mm[0], [[10, 1020, 30], [0, -450, 10], [0, -400, 0], [50, 500, 300]])
    np.testing.assert_allclose(
        motion.rotations[1, 0], Rotation.from_euler("ZXY", [-170, 80, 100], degrees=True).as_matrix(), atol=1e-6
    )
    assert any("OFFSET (0, 100, 0) added" in note for note in motion.notes)
    assert any("1 joints below the root replace" in note for note in motion.notes)


def test_rate_unit_and_axes_by_the_user(file):
    path = file(BODY)
    assert read(path).fps == 60
    stated = read(path, fps=25.0, mm_per_unit=1.0, axes="world_z_up")
    assert (stated.fps, stated.axes) == (25.0, Axes.WORLD_Z_UP)
    np.testing.assert_allclose(stated.positions_mm * 10, read(path).positions_mm, rtol=1e-6)
    assert read(file(BODY.replace("0.016667", "0.0123"))).fps == pytest.approx(1 / 0.0123)


@pytest.mark.parametrize("clip", CLIPS)
def test_real_clips_against_the_slow_reader(shared_data, clip):
    path = shared_data / "mocap" / clip
    motion = read(path)
    for frame in (0, len(motion.positions_mm) // 2, -1):
        slow = slow_positions_cm(path, frame)
        assert set(slow) == set(motion.names)
        np.testing.assert_allclose(motion.positions_mm[frame], [10 * slow[n] for n in motion.names], atol=0.01)
    parents = np.array(motion.parents)
    child = np.flatnonzero(parents >= 0)
    child = child[parents[child] != (0 if "bandai" in clip else -1)]
    lengths = np.linalg.norm(motion.positions_mm[:, child] - motion.positions_mm[:, parents[child]], axis=2)
    assert np.ptp(lengths, axis=0).max() < (1.5 if "bandai" in clip else 0.01)
    assert motion.axes == Axes.WORLD_Y_UP


@pytest.mark.parametrize(
    ("clip", "joint", "height_mm", "fps", "n_joints"),
    [("cmu/002_01.bvh", "CC_Base_Hip", 1052, 60, 101), ("cmu/007_02.bvh", "CC_Base_Hip", 1052, 60, 100),
     ("deepmimic/humanoid3d_sideflip.bvh", "root", 900, 16, 13),
     ("bandai_namco/dataset-1_walk_normal_001.bvh", "Head", 1380, 30, 22)],
)  # fmt: skip
def test_facts_of_the_corpus(shared_data, clip, joint, height_mm, fps, n_joints):
    content = FORMAT.read(shared_data / "mocap" / clip, ReadOptions())
    motion = content.items[0].record
    height = np.median(motion.positions_mm[:, motion.names.index(joint), 1])
    assert height == pytest.approx(height_mm, abs=150)
    assert motion.fps == fps
    assert dict(content.facts)["joints in file"] == str(n_joints)
    assert motion.positions_mm[..., 1].min() > -150


def test_t_pose_in_front_is_noted_and_kept(shared_data):
    with_pose, without = (read(shared_data / "mocap/cmu" / f"{clip}.bvh") for clip in ("007_03", "007_02"))
    assert any("frame 0 is a pose apart" in note for note in with_pose.notes)
    assert not any("pose apart" in note for note in without.notes)
    assert (len(with_pose.positions_mm), len(without.positions_mm)) == (208, 164)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("Frames: 2", "Frames: 3", "truncated"), ("-1e1 30", "-1e1 x30", "frame 1: not a number.*column 8"),
     ("50 1 2 3", "50 1 2", "frame 1: rows of numbers are incomplete"), ("0.016667", "0", "must be positive"),
     ("0.016667", "soon", "no number"), ("MOTION", "MOTIF", "without a MOTION"),
     ("OFFSET 1 2 3", "OFFSET 1 2", "line 15"),
     ("CHANNELS 1 Zrotation", "CHANNELS 2 Zrotation", "near line 6"),
     ("Zrotation\n    End", "Wrotation\n    End", "line 6"),
     ("}\nMOTION", "MOTION", "not complete"), ("-170 80", "-170 inf", "frame 1: infinite")],
)  # fmt: skip
def test_damage_is_named_in_one_line(file, old, new, expected):
    assert old in BODY
    with pytest.raises(DataError, match=expected) as caught:
        read(file(BODY.replace(old, new)))
    assert "\n" not in str(caught.value)


def test_more_frames_than_stated_are_used_and_said(file):
    motion = read(file(BODY.replace("Frames: 2", "Frames: 1")))
    assert len(motion.positions_mm) == 2
    assert any("says 1 frames, 2 are in the file" in note for note in motion.notes)


def test_detection_is_by_content():
    assert FORMAT.sniff(Path("x.txt"), b"\r\nHIERARCHY\r\nROOT").sure
    assert FORMAT.sniff(Path("x.bvh"), b"PathFileType") is None
