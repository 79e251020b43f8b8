"""Matching predictions to clips, the manifest, loading sources, and fitting lengths and frame rates."""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dataset import Dataset, load_clip, open_dataset
from core.dataset.entries import ClipEntry
from core.errors import DataError, UsageError
from core.formats.base import ReadOptions
from core.formats.native import write_native
from core.pairing import (
    FitPolicy,
    LifterOptions,
    SourceRef,
    find_predictions,
    fit_to_clip,
    load_source,
    pair_lifter,
    resample_poses,
)
from core.pairing.matching import ClipMatcher
from core.records import Axes, Clip, Poses, Scale
from tests.ap3d_layout import poses_of, walking_points, write_clip, write_dataset

CLIPS = {"data/test_set/S1": ["Discus_1_cam_1", "Discus_1_cam_2"], "data/test_set/S2": ["Discus_1_cam_1"]}
NAMES = ["S1_Discus_1_cam_1", "S1_Discus_1_cam_2", "S2_Discus_1_cam_1"]


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / "cache"))
    return open_dataset(write_dataset(tmp_path / "set", CLIPS))


def camera_metres(n_frames: int = 8, seed: int = 0) -> np.ndarray:
    """(T, 17, 3) as VideoPose3D exports: metres, camera axes, root at the origin."""
    world = poses_of(walking_points(n_frames, seed)).astype(np.float64)
    camera = np.stack((-world[..., 1], -world[..., 2], world[..., 0]), axis=-1) / 1000
    return (camera - camera[:, :1]).astype(np.float32)


def put(folder: Path, *names: str, n_frames: int = 8) -> Path:
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        np.save(folder / name, camera_metres(n_frames, seed))
    return folder


@pytest.mark.parametrize(
    "pattern",
    [
        "{folder}/{stem}.npy",
        "{folder}_{stem}.npy",
        "test_set/{folder}/{stem}.npy",
        "{folder}/{stem}_vp3d.npy",
        "vp3d_{folder}_{stem}.npy",
        "{folder}/vp3d_{stem}.npy",
        "{folder}/{stem}/X3D.npy",
        "{folder}-{stem}.mp4.npy",
    ],
)
def test_names_that_mean_a_clip(dataset: Dataset, tmp_path: Path, pattern: str) -> None:
    files = [pattern.format(folder=clip.folder, stem=clip.stem) for clip in dataset]
    pairing = pair_lifter(dataset, "vp3d", put(tmp_path / "vp3d", *files))
    assert list(pairing.sources) == NAMES
    for clip, file in zip(dataset, files, strict=True):
        ref = pairing.sources[clip.name]
        assert ref.path == tmp_path / "vp3d" / file
        assert ref.format == "videopose3d_npy"
        assert pickle.loads(pickle.dumps(ref)) == ref
    assert (pairing.missing, pairing.extra, pairing.other_length, pairing.problems) == ((), (), (), ())
    assert "format videopose3d_npy detected on" in pairing.notes[0]


def test_missing_extra_and_other_length_are_listed(dataset: Dataset, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", "S1_Discus_1_cam_1.npy", "S9_Discus_1_cam_1.npy", "S1_Spin_discus_1_cam_2.npy")
    put(folder, "S2/Discus_1_cam_1.npy", n_frames=9)
    pairing = pair_lifter(dataset, "p", folder)
    assert list(pairing.sources) == ["S1_Discus_1_cam_1", "S2_Discus_1_cam_1"]
    assert pairing.missing == ("S1_Discus_1_cam_2",)
    assert pairing.extra == ("S1_Spin_discus_1_cam_2.npy", "S9_Discus_1_cam_1.npy")
    assert pairing.other_length == ("S2_Discus_1_cam_1: S2/Discus_1_cam_1.npy has 9 frames, the clip 8",)
    assert pairing.problems == ()
    assert list(pairing.cautions) == [
        "p: no prediction for 1 clip (S1_Discus_1_cam_2)",
        "p: 2 predictions (S1_Spin_discus_1_cam_2.npy; S9_Discus_1_cam_1.npy) without a clip in the dataset",
        "p: 1 source (S2_Discus_1_cam_1: S2/Discus_1_cam_1.npy has 9 frames, the clip 8) of another length",
    ]


def test_longer_motion_names_are_not_taken_for_shorter_ones(tmp_path: Path) -> None:
    """``Spin_discus_1_cam_1`` ends in the whole stem of another clip; so do ``Glide_shot_put`` and ``cam_12``."""
    entries = [_entry("S1", "Discus_1_cam_1"), _entry("S1", "Spin_discus_1_cam_1"), _entry("S1", "Shot_put_1_cam_1")]
    matcher = ClipMatcher(entries, "lifter")
    found = {name: [clip.name for clip in matcher.by_name(name)[0]] for name in (
        "Spin_discus_1_cam_1", "S1_Spin_discus_1_cam_1", "Discus_1_cam_1", "Glide_shot_put_1_cam_1",
        "S1_Glide_shot_put_1_cam_1", "Shot_put_1_cam_12", "Shot_put_11_cam_1", "S11_Shot_put_1_cam_1",
    )}  # fmt: skip
    spin = ["S1_Spin_discus_1_cam_1"]
    assert found == {
        "Spin_discus_1_cam_1": spin, "S1_Spin_discus_1_cam_1": spin, "Discus_1_cam_1": ["S1_Discus_1_cam_1"],
        "Glide_shot_put_1_cam_1": [], "S1_Glide_shot_put_1_cam_1": [], "Shot_put_1_cam_12": [],
        "Shot_put_11_cam_1": [], "S11_Shot_put_1_cam_1": [],
    }  # fmt: skip


def _entry(folder: str, stem: str, split: str = "test") -> ClipEntry:
    return ClipEntry(f"{folder}_{stem}", f"tf/{folder}", folder, stem, stem.split("_1_")[0], "1", stem[-1], split,
                     f"{split}/{folder}/{stem}", "cam", "tf", 8, 60.0, 0, (10, 10), False, None, (), "")  # fmt: skip


def test_one_name_in_two_splits_is_told_apart_by_the_split() -> None:
    clips = [replace(_entry("S1", "Axel_1_cam_1", split), name=f"{split}_S1") for split in ("train", "valid")]
    matcher = ClipMatcher(clips, "x")
    assert [clip.name for clip in matcher.by_name("valid_set/S1/Axel_1_cam_1")[0]] == ["valid_S1"]
    assert [clip.name for clip in matcher.by_name("S1/Axel_1_cam_1")[0]] == ["train_S1", "valid_S1"]


def test_what_may_mean_several_clips_or_several_files_is_listed_and_the_rest_is_paired(
    dataset: Dataset, tmp_path: Path
) -> None:
    pairing = pair_lifter(dataset, "a", put(tmp_path / "a", "Discus_1_cam_1.npy", "S1/Discus_1_cam_2.npy"))
    assert list(pairing.sources) == ["S1_Discus_1_cam_2"]
    assert [problem.clip for problem in pairing.problems] == ["S1_Discus_1_cam_1", "S2_Discus_1_cam_1"]
    assert "may belong to several clips; got S1_Discus_1_cam_1 and S2_Discus_1_cam_1" in pairing.problems[0].message
    files = ["S1/Discus_1_cam_2.npy", "S1_Discus_1_cam_2.npy", "S2/Discus_1_cam_1.npy"]
    pairing = pair_lifter(dataset, "b", put(tmp_path / "b", *files))
    assert list(pairing.sources) == ["S2_Discus_1_cam_1"]
    assert pairing.problems[0].clip == "S1_Discus_1_cam_2"
    assert "several predictions of b; got S1/Discus_1_cam_2.npy and S1_Disc" in pairing.problems[0].message


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00", b"no array"])
def test_a_broken_first_file_does_not_keep_the_others_from_being_read(
    dataset: Dataset, tmp_path: Path, content: bytes
) -> None:
    folder = put(tmp_path / "p", *(f"{name}.npy" for name in NAMES))
    (folder / f"{NAMES[0]}.npy").write_bytes(content)
    pairing = pair_lifter(dataset, "p", folder)
    assert list(pairing.sources) == NAMES
    assert {ref.format for ref in pairing.sources.values()} == {"videopose3d_npy"}
    clips = [load_clip(entry, dataset) for entry in dataset]
    with pytest.raises(DataError, match=NAMES[0]):
        load_source(pairing.sources[NAMES[0]], clips[0])
    assert [load_source(pairing.sources[clip.name], clip).n_frames for clip in clips[1:]] == [8, 8]


def test_where_no_file_can_be_read_the_reason_is_listed(dataset: Dataset, tmp_path: Path) -> None:
    folder = put(tmp_path / "p", *(f"{name}.npy" for name in NAMES))
    for file in folder.iterdir():
        file.write_bytes(b"")
    pairing = pair_lifter(dataset, "p", folder)
    assert pairing.missing == tuple(NAMES)
    assert re.fullmatch(
        r"p: 3 files like S1_Discus_1_cam_1.npy left aside: .*S1_Discus_1_cam_1.npy: file is empty",
        pairing.problems[0].message,
    )


@pytest.mark.parametrize("fit", [FitPolicy(trim="end"), FitPolicy(offset=1), FitPolicy(resample=True)])
def test_another_length_is_not_listed_where_the_user_said_what_to_do(
    dataset: Dataset, tmp_path: Path, fit: FitPolicy
) -> None:
    folder = put(tmp_path / "p", *(f"{name}.npy" for name in NAMES), n_frames=9)
    assert len(pair_lifter(dataset, "p", folder).other_length) == 3
    pairing = pair_lifter(dataset, "p", folder, LifterOptions(fit=fit))
    assert (pairing.other_length, pairing.problems) == ((), ())


def test_reference_folder_serves_as_a_source_and_other_files_are_left_aside(dataset: Dataset) -> None:
    pairing = pair_lifter(dataset, "truth", dataset.root / "data")
    assert list(pairing.sources) == NAMES
    assert any("3 files like test_set/S1/Discus_1_cam_1.json left aside" in note for note in pairing.notes)
    for entry in dataset:
        clip = load_clip(entry, dataset)
        np.testing.assert_array_equal(load_source(pairing.sources[entry.name], clip).xyz_mm, clip.poses.xyz_mm)


def test_sources_load_in_millimetres_with_the_clips_frame_rate(dataset: Dataset, tmp_path: Path) -> None:
    pairing = pair_lifter(dataset, "v", put(tmp_path / "v", "S1/Discus_1_cam_1.npy"))
    clip = load_clip(dataset.entry(NAMES[0]), dataset)
    poses = load_source(pairing.sources[NAMES[0]], clip)
    np.testing.assert_allclose(poses.xyz_mm, camera_metres() * 1000, rtol=1e-6)
    assert (poses.fps, poses.axes) == (60, Axes.CAMERA)
    assert "frame rate taken from the clip: 60" in poses.notes


def test_picture_size_comes_from_the_clips_camera_upright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / "cache"))
    root = write_dataset(tmp_path / "set", {})
    write_clip(root / "data/test_set/S1", "Running_1_cam_1", rotation_ccw_90=True)
    dataset = open_dataset(root)
    file = tmp_path / "S1_Running_1_cam_1.npz"
    np.savez(file, reconstruction=camera_metres())
    clip = load_clip(dataset.clips[0], dataset)
    poses = load_source(pair_lifter(dataset, "r", file).sources[clip.name], clip)
    assert poses.scale is Scale.WEAK_PERSPECTIVE
    assert any("768x1280" in note for note in poses.notes)


def test_manifest_states_the_meaning_and_the_user_wins(dataset: Dataset, tmp_path: Path) -> None:
    folder = put(tmp_path / "m", "S1/Discus_1_cam_1.npy")
    manifest = {"anglescope_predictions": 1, "title": "A simulation", "simulated": True, "format": "poses_npy",
                "axes": "camera", "unit": "m", "rig": "ap3d", "normalisation": "crop", "fps": 30,
                "checkpoint": "x"}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    pairing = pair_lifter(dataset, "m", folder, LifterOptions(read=ReadOptions(fps=60)))
    assert (pairing.title, pairing.simulated, pairing.extra) == ("A simulation", True, ())
    poses = load_source(pairing.sources[NAMES[0]], load_clip(dataset.entry(NAMES[0]), dataset))
    assert (poses.rig, poses.normalisation, poses.fps) == ("ap3d", "crop", 60)
    np.testing.assert_allclose(poses.xyz_mm, camera_metres() * 1000, rtol=1e-6)


@pytest.mark.parametrize(("stated", "expected"), [("clip", "ap3d"), ("ap3d_running", "ap3d_running"), (None, "h36m")])
def test_rig_clip_means_the_rig_of_the_clips_reference(
    dataset: Dataset, tmp_path: Path, stated: str | None, expected: str
) -> None:
    folder = put(tmp_path / "preds", "S1_Discus_1_cam_1.npy")
    (folder / "manifest.json").write_text(json.dumps({"anglescope_predictions": 1, "rig": stated}))
    pairing = pair_lifter(dataset, "net", folder)
    clip = load_clip(dataset.entry("S1_Discus_1_cam_1"), dataset)
    assert load_source(pairing.sources[clip.name], clip).rig == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "manifest cannot be used"),
        ('{"anglescope_predictions": 2}', "expected anglescope_predictions = 1, got 2"),
        ('{"anglescope_predictions": 1, "axes": "up"}', "unknown axes 'up'; expected world_z_up or"),
        ('{"anglescope_predictions": 1, "unit": "inch"}', "unknown unit 'inch'; expected mm or cm or m"),
        ('{"lifter": "x"}', "anglescope_predictions"),
    ],
)
def test_unusable_manifest_is_one_line(dataset: Dataset, tmp_path: Path, content: str, expected: str) -> None:
    folder = put(tmp_path / "m", "S1/Discus_1_cam_1.npy")
    (folder / "manifest.json").write_text(content)
    with pytest.raises(DataError) as raised:
        pair_lifter(dataset, "m", folder)
    assert expected in str(raised.value)
    assert "manifest.json" in str(raised.value)


def test_explicit_pairs_win_over_names(dataset: Dataset, tmp_path: Path) -> None:
    folder = put(tmp_path / "e", "one.npy", "S2_Discus_1_cam_1.npy")
    options = LifterOptions(clips=(("S2_Discus_1_cam_1", "one.npy"),))
    pairing = pair_lifter(dataset, "e", folder, options)
    assert {name: ref.path.name for name, ref in pairing.sources.items()} == {"S2_Discus_1_cam_1": "one.npy"}
    with pytest.raises(UsageError, match="no clip is called 'S3_X'"):
        pair_lifter(dataset, "e", folder, LifterOptions(clips=(("S3_X", "one.npy"),)))
    with pytest.raises(DataError, match=r"two.npy: file of an explicit pair not found"):
        pair_lifter(dataset, "e", folder, LifterOptions(clips=(("S2_Discus_1_cam_1", "two.npy"),)))


def _data_3d(path: Path, tree: dict[str, dict[str, np.ndarray]]) -> Path:
    np.savez(path, positions_3d=np.array(tree, dtype=object))
    return path


def world_metres(seed: int, n_frames: int = 8) -> np.ndarray:
    return poses_of(walking_points(n_frames, seed)) / 1000


@pytest.mark.parametrize("action", ["Discus 1", "Discus_1", "discus 1"])
def test_records_of_one_file_are_matched_by_subject_and_action(dataset: Dataset, tmp_path: Path, action: str) -> None:
    """VideoPose3D's data_3d has no cameras: one record serves all cameras of a trial."""
    tree = {"S1": {action: world_metres(0), "Walking": world_metres(2)}, "S2": {action: world_metres(1, 9)}}
    file = _data_3d(tmp_path / "data_3d_x.npz", tree)
    pairing = pair_lifter(dataset, "vp", file)
    keys = {name: ref.key for name, ref in pairing.sources.items()}
    assert keys == {NAMES[0]: f"S1/{action}", NAMES[1]: f"S1/{action}", NAMES[2]: f"S2/{action}"}
    assert pairing.extra == ("data_3d_x.npz#S1/Walking",)
    assert len(pairing.other_length) == 1
    poses = load_source(pairing.sources[NAMES[1]], load_clip(dataset.entry(NAMES[1]), dataset))
    np.testing.assert_allclose(poses.xyz_mm, world_metres(0) * 1000, rtol=1e-6)
    with pytest.raises(DataError, match="differ in length; expected 8 frames as in clip S2_Discus_1_cam_1, got 9"):
        load_source(pairing.sources[NAMES[2]], load_clip(dataset.entry(NAMES[2]), dataset))
    with pytest.raises(DataError, match="no record 'S3/x'"):
        load_source(replace(pairing.sources[NAMES[2]], key="S3/x"), load_clip(dataset.entry(NAMES[2]), dataset))


def test_cameras_of_records_by_id_by_number_and_from_zero() -> None:
    clips = [replace(_entry("S1", f"Discus_1_cam_{n}"), camera_id=f"fs_camera_{n}") for n in (1, 2, 3)]
    matcher = ClipMatcher(clips, "x")

    def found(camera: str, *all_cameras: str) -> list[str]:
        return [clip.camera_index for clip in matcher.by_keys("S1", "Discus 1", camera, frozenset(all_cameras))]

    assert found("fs_camera_2", "fs_camera_2") == ["2"]
    assert found("2", "1", "2", "3") == ["2"]
    assert found("2", "0", "1", "2") == ["3"]
    assert found("3", "0", "1", "2", "3") == []
    assert found("", "") == ["1", "2", "3"]
    assert matcher.by_keys("S2", "Discus 1", "", frozenset()) == ()


def test_a_lone_file_serves_a_lone_clip(dataset: Dataset, tmp_path: Path) -> None:
    single = open_dataset(dataset.root / "data/test_set/S1/Discus_1_cam_2.json")
    folder = put(tmp_path / "lone", "X3D.npy")
    for path in (folder, folder / "X3D.npy"):
        pairing = pair_lifter(single, "lone", path)
        assert list(pairing.sources) == ["S1_Discus_1_cam_2"]
        assert pairing.notes == ("the only record of X3D.npy serves the only clip",)
        assert pairing.cautions == (
            "lone: X3D.npy serves S1_Discus_1_cam_2 as the only file for the only clip; its name does not say so",
        )
        assert not pairing.problems
    named = put(tmp_path / "named", "S1_Discus_1_cam_2.npy")
    assert pair_lifter(single, "named", named).cautions == ()
    several = pair_lifter(dataset, "lone", folder)
    assert several.sources == {}
    assert several.missing == tuple(NAMES)
    assert several.extra == ("X3D.npy",)
    assert "no prediction under" in several.problems[0].message


def test_other_files_beside_a_lone_source_are_extra(dataset: Dataset, tmp_path: Path) -> None:
    single = open_dataset(dataset.root / "data/test_set/S1/Discus_1_cam_2.json")
    folder = put(tmp_path / "lone", "X3D.npy")
    (folder / "detections.json").write_text('{"some": "thing"}')
    pairing = pair_lifter(single, "lone", folder)
    assert pairing.sources["S1_Discus_1_cam_2"].path == folder / "X3D.npy"
    assert pairing.extra == ("detections.json",)
    put(folder, "second.npy")
    assert pair_lifter(single, "lone", folder).missing == ("S1_Discus_1_cam_2",)


def test_nothing_to_pair_is_one_line(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="predictions of x not found"):
        pair_lifter(dataset, "x", tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no predictions of x; expected files ending in"):
        pair_lifter(dataset, "x", tmp_path / "empty")
    with pytest.raises(UsageError, match="unknown format 'vp'"):
        pair_lifter(dataset, "x", put(tmp_path / "p", "a.npy"), LifterOptions(format="vp"))


def test_predictions_of_a_dataset_are_found(dataset: Dataset) -> None:
    assert find_predictions(dataset.root) == {}
    for name in ("b", "a", ".hidden"):
        put(dataset.root / "predictions" / name, "S1_Discus_1_cam_1.npy")
    assert list(find_predictions(dataset.root)) == ["a", "b"]
    assert [clip.name for clip in open_dataset(dataset.root)] == NAMES


# --- fitting -----------------------------------------------------------------------------------------------------


def a_clip(n_frames: int = 10, fps: float = 60) -> Clip:
    return Clip("c", "a", "b", fps, Poses(np.zeros((n_frames, 17, 3)), fps, Axes.WORLD_Z_UP))


def counting(n_frames: int, fps: float | None = 60) -> Poses:
    """Every coordinate is the frame's number."""
    return Poses(np.arange(n_frames, dtype=float)[:, None, None] * np.ones((1, 17, 3)), fps, Axes.CAMERA)


def shown(poses: Poses) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in poses.xyz_mm[:, 3, 1]]


@pytest.mark.parametrize(
    ("n_frames", "policy", "expected"),
    [
        (7, FitPolicy(trim="end"), [0, 1, 2, 3, 4]),
        (7, FitPolicy(trim="start"), [2, 3, 4, 5, 6]),
        (7, FitPolicy(trim="centre"), [1, 2, 3, 4, 5]),
        (3, FitPolicy(trim="end"), [0, 1, 2, None, None]),
        (3, FitPolicy(trim="start"), [None, None, 0, 1, 2]),
        (3, FitPolicy(trim="centre"), [None, 0, 1, 2, None]),
        (3, FitPolicy(offset=1), [None, 0, 1, 2, None]),
        (7, FitPolicy(offset=-2), [2, 3, 4, 5, 6]),
        (7, FitPolicy(offset=0), [0, 1, 2, 3, 4]),
        (5, FitPolicy(offset=2), [None, None, 0, 1, 2]),
        (5, FitPolicy(), [0, 1, 2, 3, 4]),
        (5, FitPolicy(trim="centre"), [0, 1, 2, 3, 4]),
    ],
)
def test_lengths_are_fitted_as_asked(n_frames: int, policy: FitPolicy, expected: list[float | None]) -> None:
    fitted = fit_to_clip(counting(n_frames), a_clip(5), policy)
    assert shown(fitted) == expected
    moved = n_frames != 5 or bool(policy.offset)
    assert len(fitted.notes) == moved
    if moved:
        unused, absent = n_frames - sum(v is not None for v in expected), expected.count(None)
        assert fitted.notes[0].endswith(f"{unused} source frames unused, {absent} clip frames missing")


def test_other_lengths_and_rates_are_errors_naming_both() -> None:
    with pytest.raises(DataError, match=r"expected 10 frames as in clip c, got 9 frames\. State an offset or a trim"):
        fit_to_clip(counting(9), a_clip(), FitPolicy())
    with pytest.raises(DataError, match=r"expected 60 frames per second as in clip c, got 50"):
        fit_to_clip(counting(10, 50), a_clip(), FitPolicy(trim="end"))
    with pytest.raises(DataError, match="no frame in common"):
        fit_to_clip(counting(10), a_clip(), FitPolicy(offset=10))
    with pytest.raises(UsageError, match="unknown trim 'middle'"):
        FitPolicy(trim="middle")
    with pytest.raises(UsageError, match="exclude each other"):
        FitPolicy(offset=1, trim="end")


def test_nearly_equal_rates_are_one() -> None:
    assert fit_to_clip(counting(10, 59.94), a_clip(), FitPolicy()).n_frames == 10


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([(50, 60), (60, 50), (30, 120), (120, 30), (25, 60), (60, 60)]), st.integers(5, 80))
def test_resampled_cubic_motion_is_exact(rates: tuple[int, int], n_frames: int) -> None:
    """A not-a-knot cubic spline reproduces a cubic polynomial; resampling must therefore return its values."""
    source_fps, fps = rates
    t = np.arange(n_frames) / source_fps
    poses = Poses((100 * t**3 - 50 * t**2 + 10 * t)[:, None, None] * np.ones((1, 17, 3)), source_fps, Axes.CAMERA)
    resampled = resample_poses(poses, fps)
    again = np.arange(resampled.n_frames) / fps
    assert again[-1] <= t[-1] + 1e-9 < again[-1] + 1 / fps
    expected = 100 * again**3 - 50 * again**2 + 10 * again
    np.testing.assert_allclose(resampled.xyz_mm[:, 0, 0], expected, atol=1e-4 * max(1, np.abs(expected).max()))
    assert resampled.fps == fps


def test_resampling_keeps_gaps_and_does_not_spread_them() -> None:
    poses = counting(9, 30)
    xyz = poses.xyz_mm.copy()
    xyz[4, 3] = np.nan
    fitted = fit_to_clip(replace(poses, xyz_mm=xyz), a_clip(18), FitPolicy(resample=True))
    half = [None if i in (7, 8, 9) else i / 2 for i in range(17)]
    assert shown(fitted) == [*half, None]
    np.testing.assert_allclose(fitted.xyz_mm[:17, 0, 0], np.arange(17) / 2, atol=1e-5)
    assert fitted.fps == 60
    assert any("resampled from 30 to 60 frames per second as asked" in note for note in fitted.notes)


def test_resampled_source_of_another_duration_is_still_an_error() -> None:
    with pytest.raises(DataError, match=r"expected 30 frames as in clip c, got 17 frames"):
        fit_to_clip(counting(9, 30), a_clip(30), FitPolicy(resample=True))


def test_own_archive_as_a_source(dataset: Dataset, tmp_path: Path) -> None:
    write_native(tmp_path / "S2_Discus_1_cam_1.npz", counting(8))
    ref = SourceRef(tmp_path / "S2_Discus_1_cam_1.npz")
    assert shown(load_source(ref, load_clip(dataset.entry(NAMES[2]), dataset))) == list(range(8))


def test_every_one_of_thousands_of_names_finds_its_own_clip() -> None:
    clips = [_entry(f"S{k % 5}", f"Discus_{k}_cam_1") for k in range(5000)]
    matcher = ClipMatcher(clips, "x")
    assert all(matcher.by_name(f"out/{clip.folder}/{clip.stem}_x")[0] == (clip,) for clip in clips)
