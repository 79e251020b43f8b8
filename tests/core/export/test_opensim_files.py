"""Files for OpenSim: the names and numbers that go out, and that OpenSim itself reads them back."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.angles.isb import isb_angles
from core.angles.views import in_view
from core.conventions import ANGLES, ShoulderView, angle_names
from core.dataset import load_clip, open_dataset
from core.errors import DataError
from core.export.opensim import write_mot
from core.export.opensim_coordinates import COORDINATES, LEFT_OUT, coordinates_of, write_coordinates
from core.formats.registry import read
from core.records import Angles

FPS = 120.0

READ = """
import json, sys
import opensim
opensim.Logger.setLevelString("Off")
path = sys.argv[1]
table, storage = opensim.TimeSeriesTable(path), opensim.Storage(path)
labels = storage.getColumnLabels()
print(json.dumps({
    "names": list(table.getColumnLabels()), "time": list(table.getIndependentColumn()),
    "values": [[table.getDependentColumn(n)[i] for n in table.getColumnLabels()] for i in range(table.getNumRows())],
    "degrees": table.getTableMetaDataString("inDegrees"), "storage_degrees": storage.isInDegrees(),
    "storage_names": [labels.get(i) for i in range(labels.getSize())], "storage_rows": storage.getSize(),
}))
"""

# The shoulder joints of Models/Rajagopal/Rajagopal2016.osim in opensim-org/opensim-models: axes in turn.
SHOULDER = """
import json, sys
import numpy as np
import opensim
opensim.Logger.setLevelString("Off")
poses = json.loads(sys.argv[1])
model = opensim.Model()
torso = opensim.Body("torso", 1, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
model.addBody(torso)
fixed = opensim.WeldJoint("fixed", model.getGround(), torso)
model.addJoint(fixed)
kept = [fixed, torso]  # the model holds them without telling Python
for side, sign in (("r", 1), ("l", -1)):
    arm = opensim.Body("humerus_" + side, 1, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
    model.addBody(arm)
    turns = opensim.SpatialTransform()
    axes = (("flex", (0, 0, 1)), ("add", (sign, 0, 0)), ("rot", (0, sign, 0)))
    for i, (name, axis) in enumerate(axes):
        turn = turns.updTransformAxis(i)
        turn.setCoordinateNames(opensim.ArrayStr("arm_" + name + "_" + side, 1))
        turn.setAxis(opensim.Vec3(*axis))
        line = opensim.LinearFunction(1, 0)
        turn.set_function(line)
        kept.append(line)
    joint = opensim.CustomJoint("acromial_" + side, torso, arm, turns)
    model.addJoint(joint)
    kept += [turns, joint, arm]
state = model.initSystem()
found = []
for pose in poses:
    for name, degrees in pose.items():
        model.getCoordinateSet().get(name).setValue(state, np.deg2rad(degrees), False)
    model.realizePosition(state)
    row = []
    for side in "lr":
        turned = model.getBodySet().get("humerus_" + side).getTransformInGround(state).R()
        row.append([turned.get(i, 1) for i in range(3)])
    found.append(row)
print(json.dumps(found))
"""


@lru_cache
def has_opensim(python):
    looked = "import importlib.util, sys; sys.exit(importlib.util.find_spec('opensim') is None)"
    return subprocess.run([python, "-c", looked], capture_output=True, check=False).returncode == 0


def asked_of_opensim(tmp_path, script, *arguments):
    """What a script says in a Python that has OpenSim: this one, or ANGLESCOPE_OPENSIM_PYTHON; skipped without."""
    python = os.environ.get("ANGLESCOPE_OPENSIM_PYTHON", sys.executable)
    if not has_opensim(python):
        pytest.skip("the package opensim is missing: pip install opensim, or name a Python that has it in "
                    "ANGLESCOPE_OPENSIM_PYTHON")  # fmt: skip
    answer = subprocess.run(
        [python, "-c", script, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


@pytest.fixture
def angles() -> Angles:
    """Half a second of made-up angles within their ranges, one of them missing for a while."""
    random = np.random.default_rng(6)
    low, high = (np.array([angle.range_deg[end] for angle in ANGLES]) for end in (0, 1))
    deg = (low + (high - low) * (0.5 + 0.3 * random.uniform(-1, 1, (60, 12)))).astype(np.float32)
    deg[10:20, 3] = np.nan
    return Angles(deg, "isb", ("a note = with an equals sign", "endheader"))


@pytest.mark.parametrize("view", ShoulderView)
@pytest.mark.parametrize("suffix", ["mot", "sto"])
def test_what_is_written_is_read_back(angles, tmp_path, view, suffix):
    path = tmp_path / f"clip_source_angles.{suffix}"
    write_mot(path, angles, FPS, view, ("Clip: x",))
    table = read(path).items[0].record
    assert table.names == angle_names(view) and set(table.units) == {"deg"}
    np.testing.assert_allclose(table.values, in_view(angles, view), atol=6e-5, equal_nan=True)
    head = path.read_text().partition("endheader\n")[0]
    assert "inDegrees=yes" in head and "# Clip: x" in head and "NOT the coordinates knee_angle" in head


@pytest.fixture
def whole(angles) -> Angles:
    """Without gaps."""
    return Angles(np.nan_to_num(angles.deg), angles.method, angles.notes)


@pytest.mark.parametrize("suffix", ["mot", "sto"])
def test_opensim_reads_names_times_values_and_degrees(angles, whole, tmp_path, suffix):
    """Times and names by both of its readers; gaps by the newer one; the older one stops, as the header says."""
    path = tmp_path / f"clip_source_angles.{suffix}"
    write_mot(path, whole, FPS)
    said = asked_of_opensim(tmp_path, READ, str(path))
    assert said["names"] == list(angle_names()) and said["storage_names"] == ["time", *angle_names()]
    assert said["degrees"] == "yes" and said["storage_degrees"] is True and said["storage_rows"] == 60
    np.testing.assert_allclose(said["time"], np.arange(60) / FPS, atol=1e-9)
    np.testing.assert_allclose(np.array(said["values"], float), whole.deg, atol=6e-5)
    write_mot(path, angles, FPS)
    said = asked_of_opensim(tmp_path, READ, str(path))
    np.testing.assert_allclose(np.array(said["values"], float), angles.deg, atol=6e-5, equal_nan=True)
    assert said["storage_rows"] < 60 and "10 frames hold nan" in path.read_text()


def test_opensim_reads_the_coordinates(angles, tmp_path):
    path = tmp_path / "clip_source_coordinates.mot"
    write_coordinates(path, angles, FPS)
    said = asked_of_opensim(tmp_path, READ, str(path))
    assert said["names"] == [name for name, _, _ in COORDINATES] and said["degrees"] == "yes"
    table = coordinates_of(angles, FPS)
    np.testing.assert_allclose(np.array(said["values"], float), table.values, atol=6e-5)
    np.testing.assert_allclose(said["time"], table.time_s, atol=1e-9)
    assert said["storage_rows"] == len(table.values) == 50 and "10 of 60 frames left out" in path.read_text()
    assert not set(LEFT_OUT) & set(said["names"])


def test_coordinates_that_are_never_known_are_left_out(whole, tmp_path):
    deg = whole.deg.copy()
    deg[:, 4] = np.nan
    table = coordinates_of(Angles(deg, "isb"), FPS)
    assert table.names == tuple(name for name, _, _ in COORDINATES if name not in ("arm_flex_l", "arm_add_l"))
    assert len(table.values) == 60 and "left out: arm_flex_l, arm_add_l" in table.notes[-1]
    with pytest.raises(DataError, match="no frame with all coordinates"):
        write_coordinates(tmp_path / "x.mot", Angles(np.full_like(deg, np.nan), "isb"), FPS)
    assert not list(tmp_path.iterdir())


def test_the_header_says_what_was_left_out(angles, tmp_path):
    path = tmp_path / "c.mot"
    write_coordinates(path, angles, FPS)
    head = path.read_text().partition("endheader\n")[0]
    for part in ("0.01 degrees", "Left out: knee_angle and elbow_flex", "up to 1.2 and 8 degrees", "Rajagopal"):
        assert part in head


def test_shoulders_of_a_real_opensim_joint(tmp_path):
    """Random poses of the joint in OpenSim; the humerus axis that it gives, as angles of ours, gives them back."""
    random = np.random.default_rng(7)
    poses = [
        {f"arm_{name}_{side}": float(random.uniform(-limit, limit))
         for name, limit in (("flex", 170), ("add", 85), ("rot", 80)) for side in "lr"} for _ in range(40)
    ]  # fmt: skip
    axes = np.array(asked_of_opensim(tmp_path, SHOULDER, json.dumps(poses)))
    down = -axes * np.array([[[1, 1, -1]], [[1, 1, 1]]]).reshape(2, 3)  # the left arm mirrored
    elevation = np.degrees(np.arccos(np.clip(-down[..., 1], -1, 1)))
    plane = np.arctan2(down[..., 0], down[..., 2])
    deg = np.zeros((len(poses), 12), np.float32)
    deg[:, 4:6], deg[:, 6:8] = elevation * np.sin(plane), elevation * np.cos(plane)
    table = coordinates_of(Angles(deg, "opensim"), FPS)
    for column, name in enumerate(table.names):
        if name.startswith("arm_"):
            np.testing.assert_allclose(table.values[:, column], [pose[name] for pose in poses], atol=0.01)


COLUMNS = {"hip_flexion": ("hip_flexion", 1), "hip_adduction": ("hip_adduction", 1), "arm_flex": ("shoulder_FEproj", 1),
           "arm_add": ("shoulder_AAproj", -1)}  # fmt: skip


def clips_with_reference(shared_data):
    """Clip, its frames' rows in OpenSim's own table."""
    root = shared_data / "opensim_ap3d"
    dataset = open_dataset(root)
    for entry in dataset.clips:
        athlete, _, rest = entry.name.partition("_")
        motion = rest.rpartition("_cam_")[0].removesuffix("_osim_run").removesuffix("_osim_sprint")
        table = root / "reference" / f"{athlete}_{motion}_angles.csv"
        about = root / "data" / "test_set" / athlete / f"{rest}.json"
        if table.exists() and about.exists():
            first = json.loads(about.read_text())["source_start_frame"]
            with table.open() as file:
                yield load_clip(entry, dataset), list(csv.DictReader(file))[first:]


def test_coordinates_equal_those_of_opensims_own_models(shared_data):
    """Recorded motion posed by OpenSim: hips are its coordinates, the arms its projected pair; knee, elbow are not."""
    seen, apart = 0, {"knee": 0.0, "elbow": 0.0}
    for clip, rows in clips_with_reference(shared_data):
        angles = isb_angles(clip.points)
        table = coordinates_of(angles, clip.fps)
        rows = rows[: clip.n_frames]
        for column, name in enumerate(table.names):
            kind, side = name[:-2], name[-1].upper()
            theirs, sign = COLUMNS[kind]
            expected = sign * np.array([float(row[f"{side}_{theirs}_deg"]) for row in rows])
            # Within 1 degree of a purely abducted arm the projected flexion has no meaning.
            clear = np.abs(np.array([float(row[f"{side}_shoulder_AAproj_deg"]) for row in rows])) < 89
            assert len(table.values) == clip.n_frames
            off = np.abs((table.values[:, column] - expected + 180) % 360 - 180)
            assert np.nanmax(off[clear]) < 0.01, (clip.name, name)
            seen += 1
        for joint, column in (("knee", "knee_angle_osim"), ("elbow", "elbow_flex_osim")):
            ours = angles.deg[:, angle_names().index(f"{joint}_flexion_r")]
            theirs = np.array([float(row[f"R_{column}_deg"]) for row in rows])
            apart[joint] = max(apart[joint], float(np.nanmax(np.abs(ours - theirs))))
    assert seen >= 8 * 5
    assert apart["knee"] > 0.5 and apart["elbow"] > 4


@given(st.floats(0.5, 149), st.floats(-179, 179))
def test_coordinates_hold_the_whole_direction_of_the_arm(elevation, plane):
    deg = np.zeros((1, 12), np.float32)
    deg[0, 5], deg[0, 7] = elevation * np.sin(np.radians(plane)), elevation * np.cos(np.radians(plane))
    flex, add = (
        np.radians(float(coordinates_of(Angles(deg, "x"), FPS).values[0, [n for n, _, _ in COORDINATES].index(name)]))
        for name in ("arm_flex_r", "arm_add_r")
    )
    down = (np.sin(flex) * np.cos(add), -np.cos(flex) * np.cos(add), -np.sin(add))
    angle = np.degrees(np.arccos(np.clip(-down[1], -1, 1)))
    assert angle == pytest.approx(elevation, abs=0.02)
