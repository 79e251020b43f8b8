"""evaluate(): its numbers against formulas written out here, on a stick figure and on real motion."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.angles.isb import isb_angles
from core.cameras import world_to_camera
from core.conventions import ShoulderView
from core.dataset import load_clip, open_dataset
from core.errors import DataError
from core.estimators import GeometryEstimator
from core.evaluation import REFERENCE, EvaluationOptions, evaluate, evaluate_floor, evaluate_sources, reference_of
from core.records import Axes, Clip, Poses, Scale
from core.skeleton import JOINTS, MIRROR
from tests.ap3d_layout import write_dataset

GEOMETRY = GeometryEstimator()
# Labels beside one of the stick figure, in mm: with them all twelve angles are defined.
BESIDE = {"Manubrium": ("CLAV", (10, 0, -15)), "C7": ("CLAV", (-120, 0, 50))} | {
    f"{side}{joint}{end}": (f"{side}{near}", (0, sign * width, 0))
    for side in "RL"
    for joint, near, width in (("KN", "KNE", 45), ("EL", "ELB", 30))
    for end, sign in (("L", -1 if side == "R" else 1), ("M", 1 if side == "R" else -1))
}


@pytest.fixture(scope="module")
def walker(tmp_path_factory) -> Clip:
    dataset = open_dataset(write_dataset(tmp_path_factory.mktemp("walk"), {"data/test_set/S1": ["Axel_1_cam_1"]}, 40))
    clip = load_clip(dataset.clips[0], dataset)
    column = {name: k for k, name in enumerate(clip.points.names)}
    added = [clip.points.xyz_mm[:, column[near]] + np.array(offset) for near, offset in BESIDE.values()]
    xyz = np.concatenate([clip.points.xyz_mm, np.stack(added, axis=1)], axis=1)
    points = dataclasses.replace(clip.points, xyz_mm=xyz, names=(*clip.points.names, *BESIDE))
    return dataclasses.replace(clip, points=points)


@pytest.fixture(scope="module")
def real(shared_data) -> dict[str, Clip]:
    """One upright and one rolled camera of a real run, and a squat."""
    dataset = open_dataset(shared_data / "opensim_ap3d")
    wanted = ("S1_Running_1_cam_1", "S1_Running_1_cam_4", "S4_Squat_1_cam_1")
    return {name: load_clip(dataset.entry(name), dataset) for name in wanted}


def source_of(clip: Clip, xyz=None, **changes) -> Poses:
    xyz = clip.poses.xyz_mm if xyz is None else xyz
    return dataclasses.replace(clip.poses, xyz_mm=np.asarray(xyz, np.float32), notes=(), **changes)


def noisy(clip: Clip, sigma_mm: float = 30.0, seed: int = 0) -> Poses:
    noise = np.random.default_rng(seed).normal(0, sigma_mm, clip.poses.xyz_mm.shape)
    return source_of(clip, clip.poses.xyz_mm + noise)


def knee_flexion(xyz: np.ndarray, hip: int, knee: int, ankle: int) -> np.ndarray:
    """180 less the included angle, by the cosine (the engine uses atan2)."""
    u, v = xyz[:, hip] - xyz[:, knee], xyz[:, ankle] - xyz[:, knee]
    cosine = (u * v).sum(-1) / np.linalg.norm(u, axis=-1) / np.linalg.norm(v, axis=-1)
    return 180 - np.degrees(np.arccos(cosine))


def kabsch_mm(source: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """P-MPJPE of one frame, (17,), through scipy's rotation fit."""
    x, y = source - source.mean(0), reference - reference.mean(0)
    turn, _ = Rotation.align_vectors(y, x)
    turned = turn.apply(x)
    factor = (turned * y).sum() / (x * x).sum()
    return np.linalg.norm(factor * turned - y, axis=-1)


def test_positions_equal_the_formulas(walker):
    source = noisy(walker)
    got = evaluate(walker, source, GEOMETRY, name="a").positions
    x, y = source.xyz_mm.astype(float), walker.poses.xyz_mm.astype(float)
    x, y = x - x[:, :1], y - y[:, :1]
    np.testing.assert_allclose(got.mpjpe_mm, np.linalg.norm(x - y, axis=-1), atol=1e-4)
    factor = (x * y).sum((1, 2), keepdims=True) / (x * x).sum((1, 2), keepdims=True)
    np.testing.assert_allclose(got.n_mpjpe_mm, np.linalg.norm(factor * x - y, axis=-1), atol=1e-4)
    np.testing.assert_allclose(got.p_mpjpe_mm, [kabsch_mm(a, b) for a, b in zip(x, y, strict=True)], atol=1e-4)
    velocity = np.linalg.norm(np.diff(x - y, axis=0), axis=-1) * walker.fps
    np.testing.assert_allclose(got.velocity_mm_s[1:], velocity, rtol=1e-4, atol=0.01)
    assert np.isnan(got.velocity_mm_s[0]).all()


def test_angle_errors_are_source_less_reference(walker):
    source = noisy(walker)
    got = evaluate(walker, source, GEOMETRY, name="a")
    reference = isb_angles(walker.points).deg.astype(float)
    difference = (GEOMETRY.angles(source).deg - reference + 180) % 360 - 180
    assert np.isfinite(got.error_deg).all()
    # Flexion of the hip wraps; so would no other difference here.
    np.testing.assert_allclose(got.error_deg, difference, atol=1e-4)
    names = {name: k for k, name in enumerate(JOINTS)}
    for column, side in ((10, "l"), (11, "r")):
        joints = [names[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle")]
        of_source = knee_flexion(source.xyz_mm.astype(float), *joints)
        np.testing.assert_allclose(got.angles.deg[:, column], of_source, atol=1e-3)
        expected = of_source - got.reference.angles.deg[:, column]
        np.testing.assert_allclose(got.error_deg[:, column], expected, atol=1e-3)


def test_the_reference_as_source_has_no_position_error_and_the_error_of_the_floor(real):
    for clip in real.values():
        got, floor = evaluate(clip, source_of(clip), GEOMETRY, name="truth"), evaluate_floor(clip, GEOMETRY)
        assert np.nanmax(got.positions.mpjpe_mm) == 0
        assert np.nanmax(got.positions.p_mpjpe_mm) < 1e-3
        assert np.isfinite(got.error_deg).all()
        np.testing.assert_array_equal(got.error_deg, floor.error_deg)
        np.testing.assert_array_equal(got.reference.floor_error_deg, floor.error_deg)
        np.testing.assert_array_equal(got.arm_direction_deg, floor.arm_direction_deg)
        assert (floor.source, floor.problems) == (REFERENCE, ())
        assert np.isnan(floor.positions.mpjpe_mm).all()
        assert np.isnan(floor.positions.velocity_mm_s).all()


def test_reference_angles_are_those_of_opensim(real, shared_data):
    clip = real["S4_Squat_1_cam_1"]
    columns = np.genfromtxt(shared_data / "opensim_ap3d/reference/S4_Squat_1_angles.csv", delimiter=",", names=True)
    got = evaluate_floor(clip, GEOMETRY).reference.angles.deg
    start = open_dataset(shared_data / "opensim_ap3d").entry(clip.name).source_start_frame
    theirs = columns[start : start + clip.n_frames]
    for column, name in (
        (0, "L_hip_flexion_deg"),
        (1, "R_hip_flexion_deg"),
        (2, "L_hip_adduction_deg"),
        (3, "R_hip_adduction_deg"),
    ):
        np.testing.assert_allclose(got[:, column], theirs[name], atol=0.01)


def test_moving_turning_and_scaling_the_source_changes_only_what_it_must(real):
    clip = real["S4_Squat_1_cam_1"]
    source = noisy(clip)
    before = evaluate(clip, source, GEOMETRY, name="a")
    turn = Rotation.from_euler("zyx", [40, -20, 70], degrees=True).as_matrix()
    moved = evaluate(clip, source_of(clip, source.xyz_mm + np.array([500, -300, 200])), GEOMETRY, name="a")
    np.testing.assert_allclose(moved.positions.mpjpe_mm, before.positions.mpjpe_mm, atol=2e-3)
    scaled = evaluate(clip, source_of(clip, 1.2 * source.xyz_mm), GEOMETRY, name="a")
    np.testing.assert_allclose(scaled.positions.n_mpjpe_mm, before.positions.n_mpjpe_mm, atol=2e-3)
    assert scaled.positions.mpjpe_mm.mean() > before.positions.mpjpe_mm.mean() + 50
    turned = evaluate(clip, source_of(clip, source.xyz_mm @ turn.T), GEOMETRY, name="a")
    assert turned.positions.n_mpjpe_mm.mean() > before.positions.n_mpjpe_mm.mean() + 50
    for other in (moved, scaled, turned):
        np.testing.assert_allclose(other.positions.p_mpjpe_mm, before.positions.p_mpjpe_mm, atol=5e-3)
        np.testing.assert_allclose(other.error_deg, before.error_deg, atol=0.01)


@pytest.mark.parametrize("name", ["S1_Running_1_cam_1", "S1_Running_1_cam_4"])
def test_camera_poses_of_a_world_reference(real, name):
    clip = real[name]
    assert clip.camera.rotated_ccw_90 == name.endswith("4")
    in_world = noisy(clip)
    # The camera model as formats.md states it: Xc = R (Xw - position); turned video: (x, y) -> (y, -x).
    seen = (in_world.xyz_mm.astype(float) - clip.camera.position_mm) @ clip.camera.rotation.T
    if clip.camera.rotated_ccw_90:
        seen = np.stack([seen[..., 1], -seen[..., 0], seen[..., 2]], axis=-1)
    np.testing.assert_allclose(world_to_camera(clip.camera, in_world.xyz_mm), seen, atol=1e-6)
    one = evaluate(clip, in_world, GEOMETRY, name="a")
    other = evaluate(clip, source_of(clip, seen - seen[:, :1], axes=Axes.CAMERA), GEOMETRY, name="a")
    np.testing.assert_allclose(other.positions.mpjpe_mm, one.positions.mpjpe_mm, atol=0.02)
    np.testing.assert_allclose(other.error_deg, one.error_deg, atol=0.02)
    assert any("reference turned into the axes of" in note for note in other.notes)


def test_y_up_source_of_a_z_up_reference(walker):
    x, y, z = np.moveaxis(walker.poses.xyz_mm, -1, 0)
    got = evaluate(walker, source_of(walker, np.stack([x, z, -y], -1), axes=Axes.WORLD_Y_UP), GEOMETRY, name="a")
    assert got.positions.mpjpe_mm.max() == 0


@pytest.mark.parametrize("scale", [Scale.ARBITRARY, Scale.WEAK_PERSPECTIVE])
def test_a_source_without_size_has_no_metric_error(walker, scale):
    metric = evaluate(walker, noisy(walker), GEOMETRY, name="a")
    got = evaluate(walker, dataclasses.replace(noisy(walker), scale=scale), GEOMETRY, name="a")
    assert np.isnan(got.positions.mpjpe_mm).all()
    assert np.isnan(got.positions.velocity_mm_s).all()
    np.testing.assert_array_equal(got.positions.n_mpjpe_mm, metric.positions.n_mpjpe_mm)
    np.testing.assert_array_equal(got.error_deg, metric.error_deg)


def test_without_labelled_points_the_floor_stands_in_and_says_so(walker):
    bare = dataclasses.replace(walker, points=None)
    got = evaluate(bare, noisy(walker), GEOMETRY, name="a")
    assert got.reference.stands_in
    assert any("stands in" in note for note in got.notes)
    assert (got.reference.kind, evaluate_floor(walker, GEOMETRY).reference.kind) == ("stand_in", "isb")
    np.testing.assert_array_equal(got.reference.angles.deg, GEOMETRY.angles(walker.poses).deg)
    assert np.isfinite(got.error_deg).all()
    floor = evaluate_floor(bare, GEOMETRY)
    for undefined in (got.reference.floor_error_deg, floor.error_deg, floor.arm_direction_deg):
        assert np.isnan(undefined).all()  # not 0: nothing measures the instrument here


def test_a_missing_joint_leaves_empty_what_needs_it_and_nothing_else(walker):
    xyz = noisy(walker).xyz_mm.copy()
    whole = evaluate(walker, source_of(walker, xyz), GEOMETRY, name="a")
    xyz[:, JOINTS.index("l_ankle")] = np.nan
    got = evaluate(walker, source_of(walker, xyz), GEOMETRY, name="a")
    assert np.isnan(got.error_deg[:, 10]).all()
    others = [column for column in range(12) if column != 10]
    assert np.isfinite(got.error_deg[:, others]).all()
    np.testing.assert_array_equal(got.error_deg[:, others], whole.error_deg[:, others])
    kept = [j for j in range(17) if JOINTS[j] != "l_ankle"]
    np.testing.assert_array_equal(got.positions.mpjpe_mm[:, kept], whole.positions.mpjpe_mm[:, kept])
    assert np.isnan(got.positions.mpjpe_mm[:, JOINTS.index("l_ankle")]).all()
    assert [line for line in got.problems if "l_ankle is missing in every frame" in line]
    assert whole.problems == ()


def test_a_gap_is_no_problem_but_a_bone_without_length_and_a_single_frame_are(walker):
    xyz = walker.poses.xyz_mm.copy()
    xyz[0, 5] = np.nan
    assert evaluate(walker, source_of(walker, xyz), GEOMETRY, name="a").problems == ()
    xyz[[7, 9], 16] = xyz[[7, 9], 15]
    (line,) = evaluate(walker, source_of(walker, xyz), GEOMETRY, name="a").problems
    assert all(part in line for part in ("r_elbow to r_wrist", "2 frames", "frame 7"))
    short = dataclasses.replace(
        walker, points=None, poses=dataclasses.replace(walker.poses, xyz_mm=walker.poses.xyz_mm[:1])
    )
    (line,) = evaluate(short, short.poses, GEOMETRY, name="a").problems
    assert "single frame" in line


def test_the_wrong_length_names_both(walker):
    source = dataclasses.replace(walker.poses, xyz_mm=walker.poses.xyz_mm[:-3])
    with pytest.raises(DataError, match=r"expected 40 frames, got 37 frames"):
        evaluate(walker, source, GEOMETRY, name="a")


def test_camera_poses_without_camera_keep_what_needs_no_axes(real):
    clip = real["S1_Running_1_cam_4"]
    seen = source_of(clip, world_to_camera(clip.camera, noisy(clip).xyz_mm), axes=Axes.CAMERA)
    whole = evaluate(clip, seen, GEOMETRY, name="a")
    got = evaluate(dataclasses.replace(clip, camera=None), seen, GEOMETRY, name="a")
    for empty in ("mpjpe_mm", "n_mpjpe_mm", "velocity_mm_s"):
        assert np.isnan(getattr(got.positions, empty)).all()
    np.testing.assert_allclose(got.positions.p_mpjpe_mm, whole.positions.p_mpjpe_mm, atol=1e-4)
    np.testing.assert_array_equal(got.error_deg, whole.error_deg)
    (line,) = got.problems
    assert "no camera" in line
    assert "MPJPE, N-MPJPE and velocity stay empty" in line
    assert whole.problems == ()


@pytest.mark.parametrize("away_m", [0, 20])
def test_positions_in_camera_axes_equal_float64_however_far_the_athlete_is(real, away_m):
    near = real["S1_Running_1_cam_4"]
    clip = dataclasses.replace(
        near, poses=source_of(near, near.poses.xyz_mm + np.array([away_m * 1e3, -away_m * 1e3, 0]))
    )
    source = source_of(near, world_to_camera(near.camera, noisy(near).xyz_mm), axes=Axes.CAMERA)
    got = evaluate(clip, source, GEOMETRY, name="a").positions
    x = source.xyz_mm.astype(float)
    y = clip.poses.xyz_mm.astype(float) @ near.camera.rotation.T  # the camera's place does not matter
    y = np.stack([y[..., 1], -y[..., 0], y[..., 2]], axis=-1)
    x, y = x - x[:, :1], y - y[:, :1]
    np.testing.assert_allclose(got.mpjpe_mm, np.linalg.norm(x - y, axis=-1), atol=1e-4, rtol=0)
    velocity = np.linalg.norm(np.diff(x - y, axis=0), axis=-1) * clip.fps
    np.testing.assert_allclose(got.velocity_mm_s[1:], velocity, atol=0.01, rtol=0)


def test_a_reference_without_its_root_still_gives_p_mpjpe_in_camera_axes(real):
    clip = real["S1_Running_1_cam_4"]
    seen = source_of(clip, world_to_camera(clip.camera, noisy(clip).xyz_mm), axes=Axes.CAMERA)
    whole = evaluate(clip, seen, GEOMETRY, name="a").positions
    rootless = clip.poses.xyz_mm.copy()
    rootless[3:6, 0] = np.nan
    got = evaluate(dataclasses.replace(clip, poses=source_of(clip, rootless)), seen, GEOMETRY, name="a").positions
    assert np.isnan(got.mpjpe_mm[3:6]).all()
    assert np.isfinite(got.p_mpjpe_mm[3:6, 1:]).all()
    np.testing.assert_allclose(got.p_mpjpe_mm[3:6, 1:], whole.p_mpjpe_mm[3:6, 1:], atol=5)
    np.testing.assert_array_equal(np.delete(got.p_mpjpe_mm, [3, 4, 5], 0), np.delete(whole.p_mpjpe_mm, [3, 4, 5], 0))


@pytest.mark.parametrize(
    ("way", "reflect", "exchange"),
    [("reflected", True, False), ("with sides exchanged", False, True),
     ("reflected and with sides exchanged", True, True)],
)  # fmt: skip
def test_mirrored_or_exchanged_poses_are_noticed_and_measured(real, way, reflect, exchange):
    clip = real["S1_Running_1_cam_1"]
    true = noisy(clip, 15.0).xyz_mm
    wrong = true[:, MIRROR] if exchange else true
    wrong = wrong * np.array([1, -1, 1]) if reflect else wrong
    gaps = wrong.copy()
    gaps[:, 10] = np.nan
    gaps[::3] = np.nan
    assert evaluate(clip, source_of(clip, true), GEOMETRY, name="a").orientation is None
    for poses in (wrong, gaps):
        got = evaluate(clip, source_of(clip, poses), GEOMETRY, name="a").orientation
        assert got.way == way
    found = evaluate(clip, source_of(clip, wrong), GEOMETRY, name="a").orientation
    frames = np.linspace(0, clip.n_frames - 1, 16).astype(int)
    for said, poses in ((found.given_mm, wrong), (found.better_mm, true)):
        kabsch = [kabsch_mm(poses[t].astype(float), clip.poses.xyz_mm[t].astype(float)) for t in frames]
        assert said == pytest.approx(np.mean(kabsch), abs=1e-3)


def test_foreign_axes_are_refused(walker):
    lost = dataclasses.replace(walker, camera=None)
    in_camera = dataclasses.replace(lost, poses=dataclasses.replace(walker.poses, axes=Axes.CAMERA))
    with pytest.raises(DataError, match="expected camera, got world_z_up"):
        evaluate(in_camera, source_of(walker), GEOMETRY, name="a")


def test_nothing_defined_is_refused(walker):
    nothing = np.full_like(walker.poses.xyz_mm, np.nan)
    with pytest.raises(DataError, match="no defined frame"):
        evaluate(walker, source_of(walker, nothing), GEOMETRY, name="a")
    with pytest.raises(DataError, match="no defined frame"):
        reference_of(dataclasses.replace(walker, poses=source_of(walker, nothing)), GEOMETRY)


def test_another_rig_is_noted_as_a_matter_of_definition(walker):
    got = evaluate(walker, source_of(walker, rig="h36m"), GEOMETRY, name="a")
    assert any("80 mm" in note and "definition" in note for note in got.notes)
    assert not any("definition" in note for note in evaluate(walker, source_of(walker), GEOMETRY, name="a").notes)


@pytest.mark.parametrize("view", ShoulderView)
def test_every_view_of_the_shoulder(real, view):
    clip = real["S1_Running_1_cam_1"]
    source = source_of(clip, noisy(clip).xyz_mm[:, MIRROR])
    got = evaluate(clip, source, GEOMETRY, name="a", options=EvaluationOptions(shoulder=view))
    plain = evaluate(clip, source, GEOMETRY, name="a")
    expected = []
    for angles in (got.angles, got.reference.angles):
        flexion, abduction = angles.deg[:, [4, 5]].astype(float), angles.deg[:, [6, 7]].astype(float)
        elevation, plane = np.hypot(flexion, abduction), np.arctan2(flexion, abduction)
        e = np.radians(elevation)
        u = np.sin(e) * np.sin(plane), -np.cos(e), np.sin(e) * np.cos(plane)  # forward, up, outward
        projected = np.degrees(np.arctan2(u[0], -u[1])), np.degrees(np.arcsin(np.clip(u[2], -1, 1)))
        shown = {"components": (flexion, abduction), "raw": (np.degrees(plane), elevation), "projected": projected}
        expected.append(np.hstack(shown[view]))
    difference = expected[0] - expected[1]
    if view != ShoulderView.COMPONENTS:
        difference[:, :2] = (difference[:, :2] + 180) % 360 - 180
    np.testing.assert_allclose(got.error_deg[:, 4:8], difference, atol=0.01)
    others = [*range(4), *range(8, 12)]
    np.testing.assert_array_equal(got.error_deg[:, others], plain.error_deg[:, others])
    np.testing.assert_array_equal(got.arm_direction_deg, plain.arm_direction_deg)


def test_sources_together_equal_one_by_one_and_a_bad_one_harms_no_other(real):
    clip = real["S1_Running_1_cam_4"]
    camera = source_of(clip, world_to_camera(clip.camera, noisy(clip, seed=2).xyz_mm), axes=Axes.CAMERA)
    gaps = noisy(clip, seed=3).xyz_mm.copy()
    gaps[np.random.default_rng(0).random(gaps.shape[:2]) < 0.1] = np.nan
    short = dataclasses.replace(clip.poses, xyz_mm=clip.poses.xyz_mm[:-1])
    sources = [("a", noisy(clip)), ("short", short), ("b", camera), ("c", source_of(clip, gaps))]
    together = evaluate_sources(clip, sources, GEOMETRY)
    assert isinstance(together[1], DataError)
    for place in (0, 2, 3):
        name, poses = sources[place]
        alone, beside = evaluate(clip, poses, GEOMETRY, name=name), together[place]
        assert (beside.source, beside.notes, beside.problems) == (name, alone.notes, alone.problems)
        np.testing.assert_array_equal(beside.error_deg, alone.error_deg)
        np.testing.assert_array_equal(beside.arm_direction_deg, alone.arm_direction_deg)
        for field in dataclasses.fields(alone.positions):
            one, other = getattr(alone.positions, field.name), getattr(beside.positions, field.name)
            np.testing.assert_array_equal(one, other)


def test_order_of_labels_does_not_matter(walker):
    order = np.random.default_rng(4).permutation(len(walker.points.names))
    points = dataclasses.replace(
        walker.points, xyz_mm=walker.points.xyz_mm[:, order], names=tuple(walker.points.names[k] for k in order)
    )
    one, other = (evaluate(clip, noisy(walker), GEOMETRY, name="a")
                  for clip in (walker, dataclasses.replace(walker, points=points)))  # fmt: skip
    assert np.isfinite(one.error_deg).all()
    np.testing.assert_array_equal(one.error_deg, other.error_deg)
