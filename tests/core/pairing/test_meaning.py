"""Unit and axes of a lifter's plain arrays: settled once, whatever posture or fault a single file shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.dataset import Dataset, load_clip, open_dataset
from core.errors import AmbiguousFileError, DataError
from core.estimators import GeometryEstimator
from core.evaluation import evaluate
from core.formats.base import ReadOptions
from core.formats.posture import leg_bone
from core.formats.registry import detect
from core.pairing import LifterOptions, Pairing, load_source, pair_lifter
from core.pairing.reference_fit import ClipPoses, misfits
from core.records import Axes, Scale
from tests.ap3d_layout import poses_of, walking_points, write_clip, write_dataset

Array = NDArray[np.float64]
UPRIGHT, ON_HANDS, LYING = "upright", "on hands", "lying"


def posed(posture: str, seed: int) -> Array:
    """(T, 17, 3) world millimetres, Z up: the walking figure, turned about its path (X) by 0, 180 or 90 degrees."""
    x, y, z = np.moveaxis(poses_of(walking_points(12, seed)).astype(np.float64), -1, 0)
    turned = {UPRIGHT: (x, y, z), ON_HANDS: (x, -y, 1900 - z), LYING: (x, z - 900, 200 - y)}[posture]
    return np.stack(turned, axis=-1)


def camera_mm(world: Array) -> Array:
    """Seen from -5 m on X, 1.2 m up, looking along +X: right is -Y, down is -Z (the camera of the test dataset)."""
    x, y, z = np.moveaxis(world, -1, 0)
    return np.stack((-y, 1200 - z, x + 5000), axis=-1)


def world_y_up_mm(world: Array) -> Array:
    x, y, z = np.moveaxis(world, -1, 0)
    return np.stack((x, z, -y), axis=-1)


def rooted(poses: Array) -> Array:
    return poses - poses[:, :1]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Dataset, Path]]:
    """Writes a dataset of one clip per posture, and a lifter that says ``written(reference)`` of each of them."""
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / "cache"))

    def make(postures: list[str], written: Callable[[Array], Array]) -> tuple[Dataset, Path]:
        root, lifter = write_dataset(tmp_path / "set", {}), tmp_path / "lifter"
        lifter.mkdir()
        for trial, posture in enumerate(postures, start=1):
            stem = write_clip(root / "data/test_set/S1", f"Flip_{trial}_cam_1", 12)
            world = posed(posture, trial)
            np.save(f"{stem}_h36m.npy", world.astype(np.float32))
            np.save(lifter / f"S1_{stem.name}.npy", written(world).astype(np.float32))
        return open_dataset(root), lifter

    return make


def mpjpe_mm(dataset: Dataset, pairing: Pairing) -> list[float]:
    """Mean root-centred position error of every clip; NaN where the source is known up to scale."""
    results = []
    for entry in dataset:
        clip = load_clip(entry, dataset)
        source = load_source(pairing.sources[entry.name], clip)
        results.append(evaluate(clip, source, GeometryEstimator(), name="x").positions.mpjpe_mm)
    return [float(np.mean(values)) for values in results]


@pytest.mark.parametrize("written", [camera_mm, lambda w: rooted(camera_mm(w)), lambda w: rooted(camera_mm(w)) / 1000])
@pytest.mark.parametrize(
    "postures",
    [
        [UPRIGHT] * 6 + [ON_HANDS] * 2,
        [ON_HANDS] * 2 + [UPRIGHT] * 6,
        [ON_HANDS, UPRIGHT, LYING],
        [ON_HANDS] * 4,
        [LYING] * 2,
        [UPRIGHT, ON_HANDS],
    ],
)
def test_the_reference_itself_in_camera_axes_has_no_error_in_any_posture(
    made: Callable[..., tuple[Dataset, Path]], postures: list[str], written: Callable[[Array], Array]
) -> None:
    """Read by its own posture, an athlete on the hands in camera axes is a world with Y up: 1.2 m of error."""
    dataset, lifter = made(postures, written)
    pairing = pair_lifter(dataset, "x", lifter)
    assert not pairing.problems
    np.testing.assert_allclose(mpjpe_mm(dataset, pairing), 0, atol=0.01)


@pytest.mark.parametrize("postures", [[UPRIGHT] * 3, [ON_HANDS] * 3, [LYING] * 2 + [UPRIGHT]])
@pytest.mark.parametrize(("written", "axes"), [(lambda w: w, Axes.WORLD_Z_UP), (world_y_up_mm, Axes.WORLD_Y_UP)])
def test_world_axes_are_found_by_the_reference_too(
    made: Callable[..., tuple[Dataset, Path]], postures: list[str], written: Callable[[Array], Array], axes: Axes
) -> None:
    dataset, lifter = made(postures, written)
    pairing = pair_lifter(dataset, "x", lifter)
    assert {ref.options.axes for ref in pairing.sources.values()} == {str(axes)}
    np.testing.assert_allclose(mpjpe_mm(dataset, pairing), 0, atol=0.01)


def test_a_format_told_by_posture_is_doubted_where_the_reference_contradicts_it(
    made: Callable[..., tuple[Dataset, Path]],
) -> None:
    """On the hands, metres with Y up and the root at 0 look exactly like what VideoPose3D exports."""
    dataset, lifter = made([ON_HANDS] * 3, lambda world: rooted(world_y_up_mm(world)) / 1000)
    assert {detect(file).name for file in lifter.iterdir()} == {"videopose3d_npy"}
    pairing = pair_lifter(dataset, "x", lifter)
    assert {(ref.format, ref.options.axes) for ref in pairing.sources.values()} == {("poses_npy", "world_y_up")}
    np.testing.assert_allclose(mpjpe_mm(dataset, pairing), 0, atol=0.01)
    assert "not read as videopose3d_npy after all: the reference contradicts its axes, camera" in pairing.notes
    stated = pair_lifter(dataset, "x", lifter, LifterOptions(format="videopose3d_npy"))
    assert {ref.format for ref in stated.sources.values()} == {"videopose3d_npy"}


def test_one_note_says_what_was_concluded_from_how_many_files(made: Callable[..., tuple[Dataset, Path]]) -> None:
    dataset, lifter = made([UPRIGHT] * 3, camera_mm)
    pairing = pair_lifter(dataset, "x", lifter)
    assert [note for note in pairing.notes if "concluded" in note] == [
        "unit and axes concluded from 3 of 3 files: camera, millimetres"
    ]
    clip = load_clip(dataset.clips[0], dataset)
    notes = load_source(pairing.sources[clip.name], clip).notes
    assert [note for note in notes if "stated" in note or "concluded" in note] == ["rig not stated: Human3.6M assumed"]


def test_where_the_reference_decides_the_note_gives_its_evidence(made: Callable[..., tuple[Dataset, Path]]) -> None:
    dataset, lifter = made([ON_HANDS] * 3, camera_mm)
    (note,) = [note for note in pair_lifter(dataset, "x", lifter).notes if "concluded" in note]
    assert "camera (the poses fit the reference in these axes: relative error 0.00 against" in note
    assert "feet to head: 3 along world_y_up" in note


def test_a_joint_that_was_never_found_leaves_the_unit_of_its_clip(made: Callable[..., tuple[Dataset, Path]]) -> None:
    """A zero-length thigh halves the mean thigh, which then has the length of one in pixels."""
    dataset, lifter = made([UPRIGHT] * 3, camera_mm)
    broken = np.load(lifter / "S1_Flip_2_cam_1.npy")
    broken[:, 2] = broken[:, 1]
    np.save(lifter / "S1_Flip_2_cam_1.npy", broken)
    pairing = pair_lifter(dataset, "x", lifter)
    assert {ref.options.mm_per_unit for ref in pairing.sources.values()} == {1.0}
    errors = mpjpe_mm(dataset, pairing)
    assert errors[::2] == pytest.approx([0, 0], abs=0.01)
    assert 20 < errors[1] < 40  # one of 17 joints is about 450 mm off


def test_a_file_alone_with_a_zero_length_thigh_is_still_in_millimetres(
    made: Callable[..., tuple[Dataset, Path]],
) -> None:
    dataset, lifter = made([UPRIGHT], camera_mm)
    poses = np.load(lifter / "S1_Flip_1_cam_1.npy")
    poses[:, 5] = poses[:, 4]
    np.save(lifter / "S1_Flip_1_cam_1.npy", poses)
    assert np.isfinite(mpjpe_mm(dataset, pair_lifter(dataset, "x", lifter)))


@pytest.mark.parametrize(("factor", "name"), [(0.25, "pixels"), (0.0005, "a normalised box, of unknown size")])
def test_sizes_that_are_not_metric_stay_arbitrary_for_every_file(
    made: Callable[..., tuple[Dataset, Path]], factor: float, name: str
) -> None:
    dataset, lifter = made([UPRIGHT, UPRIGHT, ON_HANDS], lambda world: rooted(camera_mm(world)) * factor)
    pairing = pair_lifter(dataset, "x", lifter)
    assert any(note.endswith(name) for note in pairing.notes)
    assert {ref.options.scale for ref in pairing.sources.values()} == {str(Scale.ARBITRARY)}
    assert np.isnan(mpjpe_mm(dataset, pairing)).all()


def test_a_file_in_another_unit_is_named_and_not_scored(made: Callable[..., tuple[Dataset, Path]]) -> None:
    dataset, lifter = made([UPRIGHT] * 5, camera_mm)
    odd = lifter / "S1_Flip_4_cam_1.npy"
    np.save(odd, np.load(odd) / 1000)
    pairing = pair_lifter(dataset, "x", lifter)
    assert [problem.message for problem in pairing.problems] == [
        "x: files are in different units: 4 millimetres (S1_Flip_1_cam_1.npy), 1 metres (S1_Flip_4_cam_1.npy)"
    ]
    clip = load_clip(dataset.entry("S1_Flip_4_cam_1"), dataset)
    with pytest.raises(DataError, match=r"Flip_4_cam_1.npy: not in the unit of the lifter's other files; .* got 0\.4"):
        load_source(pairing.sources[clip.name], clip)


def test_files_with_and_without_the_path_of_the_root_are_named(made: Callable[..., tuple[Dataset, Path]]) -> None:
    dataset, lifter = made([UPRIGHT] * 5, camera_mm)
    odd = lifter / "S1_Flip_4_cam_1.npy"
    np.save(odd, rooted(np.load(odd)))
    assert [problem.message for problem in pair_lifter(dataset, "x", lifter).problems] == [
        "x: files differ in the treatment of the root: 4 moving (S1_Flip_1_cam_1.npy), "
        "1 fixed at the origin (S1_Flip_4_cam_1.npy)"
    ]


def test_units_without_a_majority_are_asked_about(made: Callable[..., tuple[Dataset, Path]]) -> None:
    dataset, lifter = made([UPRIGHT] * 4, camera_mm)
    for trial in (1, 2):
        np.save(lifter / f"S1_Flip_{trial}_cam_1.npy", np.load(lifter / f"S1_Flip_{trial}_cam_1.npy") / 1000)
    with pytest.raises(AmbiguousFileError) as raised:
        pair_lifter(dataset, "x", lifter)
    assert re.search(r"2 in metres \(0\.4\d* units in S1_Flip_1.*2 in millimetres .*State unit", str(raised.value))
    stated = pair_lifter(dataset, "x", lifter, LifterOptions(read=ReadOptions(mm_per_unit=1.0)))
    assert len(stated.sources) == 4


def test_axes_that_neither_posture_nor_reference_tells_are_asked_about(
    made: Callable[..., tuple[Dataset, Path]],
) -> None:
    """Turned half round about the vertical, an athlete who lies resembles the reference in no axes."""
    dataset, lifter = made([LYING] * 2, lambda world: rooted(camera_mm(world)) * (-1, 1, -1))
    with pytest.raises(AmbiguousFileError, match=r"axes of x cannot be told .* feet to head: .*State axes \(world_z"):
        pair_lifter(dataset, "x", lifter)
    (lifter / "manifest.json").write_text(json.dumps({"anglescope_predictions": 1, "axes": "camera"}))
    assert {ref.options.axes for ref in pair_lifter(dataset, "x", lifter).sources.values()} == {"camera"}


def test_what_is_stated_is_not_concluded(made: Callable[..., tuple[Dataset, Path]]) -> None:
    dataset, lifter = made([ON_HANDS] * 2, camera_mm)
    stated = {"anglescope_predictions": 1, "axes": "world_y_up", "unit": "mm"}
    (lifter / "manifest.json").write_text(json.dumps(stated))
    pairing = pair_lifter(dataset, "x", lifter)
    assert not any("concluded" in note for note in pairing.notes)
    assert {ref.options.axes for ref in pairing.sources.values()} == {"world_y_up"}
    assert not any(ref.unit_concluded for ref in pairing.sources.values())


def test_misfit_is_the_relative_residual_after_the_best_scale(made: Callable[..., tuple[Dataset, Path]]) -> None:
    """Held against numpy's least squares on the one unknown scale."""
    dataset, _ = made([UPRIGHT], camera_mm)
    truth = rooted(np.load(dataset.root / "data/test_set/S1/Flip_1_cam_1_h36m.npy").astype(np.float64))
    source = 0.3 * truth + np.random.default_rng(1).normal(0, 30, truth.shape)
    found = misfits([ClipPoses(dataset.clips[0], source.astype(np.float32))], dataset)[Axes.WORLD_Z_UP]
    a, b = rooted(source).ravel(), truth.ravel()
    _, residual, _, _ = np.linalg.lstsq(a[:, None], b, rcond=None)
    assert found == pytest.approx(np.sqrt(residual[0] / (b @ b)), rel=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**31), st.floats(0, 0.9))
def test_leg_bone_is_the_upper_median_of_the_bones_medians(n_frames: int, seed: int, absent: float) -> None:
    """Held against numpy's median over the frames in which a bone has a length; NaN and collapsed ones left out."""
    rng = np.random.default_rng(seed)
    poses = rng.normal(0, 300, (n_frames, 17, 3)).astype(np.float32)
    poses[rng.random((n_frames, 17)) < absent / 2] = np.nan
    collapsed = rng.random(n_frames) < absent
    poses[collapsed, 2] = poses[collapsed, 1]
    medians = []
    for upper, lower in ((1, 2), (4, 5), (2, 3), (5, 6)):
        lengths = np.linalg.norm(poses[:, upper].astype(float) - poses[:, lower], axis=-1)
        lengths = lengths[lengths > 0]
        medians += [float(np.median(lengths))] if len(lengths) else []
    expected = sorted(medians)[len(medians) // 2] if medians else 0.0
    assert leg_bone(poses) == pytest.approx(expected, rel=1e-9)
