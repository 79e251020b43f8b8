"""Position errors against formulas written here from the papers, frame by frame, and their properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.errors import DataError
from core.metrics.position import PositionErrors, position_errors, position_errors_many, position_kernel

Array = NDArray[np.float64]
FIELDS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "velocity_mm_s")


def procrustes(source: Array, reference: Array) -> Array:
    """Distances per joint of one frame after the best similarity: Umeyama 1991 (IEEE PAMI 13:376-380), eq. 40-42."""
    mean_s, mean_r = source.mean(axis=0), reference.mean(axis=0)
    s, r = source - mean_s, reference - mean_r
    u, d, vt = np.linalg.svd(r.T @ s)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    rotation = u @ np.diag(sign) @ vt
    scale = (d * sign).sum() / (s**2).sum()
    return np.linalg.norm(scale * s @ rotation.T - r, axis=1)


def by_the_formulas(source: Array, reference: Array, fps: float) -> Array:
    """(4,T,17), one frame after the other."""
    s, r = source - source[:, :1], reference - reference[:, :1]
    result = np.full((4, *source.shape[:2]), np.nan)
    result[0] = np.linalg.norm(s - r, axis=-1)
    for t in range(len(source)):
        result[1, t] = np.linalg.norm((np.vdot(r[t], s[t]) / np.vdot(s[t], s[t])) * s[t] - r[t], axis=-1)
        result[2, t] = procrustes(source[t], reference[t])
    result[3, 1:] = np.linalg.norm(np.diff(s, axis=0) - np.diff(r, axis=0), axis=-1) * fps
    return result


def clouds(kind: str, frames: int = 60) -> tuple[Array, Array]:
    random = np.random.default_rng(11)
    body = random.standard_normal((17, 3)) * (150, 150, 450)
    reference = body + 60 * random.standard_normal((frames, 17, 3))
    source = reference + 40 * random.standard_normal((frames, 17, 3))
    if kind == "random":
        source = 500 * random.standard_normal((frames, 17, 3))
    elif kind == "turned":
        source = np.einsum("tij,tkj->tki", Rotation.random(frames, rng=3).as_matrix(), 0.01 * source)
    elif kind == "reflected":
        source = source * (-1, 1, 1)
    elif kind == "planar":
        source, reference = source * (1, 1, 0), reference * (1, 0, 1)
    elif kind == "nearly planar":
        source = source * (1, 1, 1e-5)
    elif kind == "nearly collinear":
        source = source * (1e-3, 1e-3, 1)
    elif kind == "collinear":
        source = source * (0, 0, 1)
    elif kind == "far":
        source, reference = source + np.array([3e4, -2e4, 9e4]), reference + np.array([-5e4, 1e5, 7e4])
    elif kind == "equal":
        source = reference.copy()
    return source, reference


KINDS = ("near", "random", "turned", "reflected", "planar", "nearly planar", "nearly collinear", "collinear",
         "far", "equal")  # fmt: skip


def rate(frames: int, fps: float = 50.0) -> Array:
    return np.where(np.arange(frames) == 0, np.nan, fps)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_to_the_formulas_to_a_millionth_of_a_millimetre(kind: str) -> None:
    source, reference = clouds(kind)
    ours = position_kernel(source, reference, rate(len(source)), np.float64)
    np.testing.assert_allclose(ours, by_the_formulas(source, reference, 50.0), rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_in_and_out_is_the_same_rounded_once(kind: str) -> None:
    source, reference = (pose.astype(np.float32) for pose in clouds(kind))
    ours = position_errors(source, reference, 50.0, metric=True)
    expected = by_the_formulas(source.astype(float), reference.astype(float), 50.0)
    for field, wanted in zip(FIELDS, expected, strict=True):
        assert getattr(ours, field).dtype == np.float32
        np.testing.assert_allclose(getattr(ours, field), wanted, rtol=6e-8, atol=1e-6)


def test_a_small_case_by_hand() -> None:
    reference = np.zeros((2, 17, 3), np.float32)
    reference[:, 1] = (100, 0, 0)
    reference[:, 2] = (0, 200, 0)
    source = reference + np.float32(1000)
    source[0, 1, 0] += 30
    source[0, 1, 1] += 40
    errors = position_errors(source, reference, 10.0, metric=True)
    assert errors.mpjpe_mm[0].tolist() == [0, 50] + [0] * 15
    assert errors.mpjpe_mm[1].tolist() == [0] * 17
    assert np.isnan(errors.velocity_mm_s[0]).all()
    assert errors.velocity_mm_s[1].tolist() == [0, 500] + [0] * 15
    # Root-centred source (130,40,0) and (0,200,0): factor (13000 + 40000) / (16900 + 1600 + 40000).
    factor = 53000 / 58500
    assert errors.n_mpjpe_mm[0, 2] == pytest.approx(200 * (1 - factor))
    assert errors.n_mpjpe_mm[0, 1] == pytest.approx(np.hypot(130 * factor - 100, 40 * factor))


def test_without_metric_scale_metric_errors_are_empty() -> None:
    source, reference = (pose.astype(np.float32) for pose in clouds("near"))
    metric = position_errors(source, reference, 50.0, metric=True)
    scaled = position_errors(source, reference, 50.0, metric=False)
    assert np.isnan(scaled.mpjpe_mm).all()
    assert np.isnan(scaled.velocity_mm_s).all()
    np.testing.assert_array_equal(scaled.p_mpjpe_mm, metric.p_mpjpe_mm)
    np.testing.assert_array_equal(scaled.n_mpjpe_mm, metric.n_mpjpe_mm)


def test_a_missing_joint_is_missing_alone_and_weighs_nothing() -> None:
    source, reference = clouds("near", 5)
    source[2, 6, 1] = np.nan
    reference[2, 9] = np.nan
    ours = position_kernel(source, reference, rate(5), np.float64)
    kept = np.delete(np.arange(17), [6, 9])
    np.testing.assert_allclose(ours[2, 2, kept], procrustes(source[2, kept], reference[2, kept]), rtol=0, atol=1e-6)
    s, r = (pose[2, kept] - pose[2, 0] for pose in (source, reference))
    fitted = np.linalg.norm((s * r).sum() / (s * s).sum() * s - r, axis=-1)
    np.testing.assert_allclose(ours[1, 2, kept], fitted, rtol=0, atol=1e-6)
    missing = np.isnan(ours)
    assert missing[:3, 2, [6, 9]].all()
    assert missing[3, 2:4][:, [6, 9]].all()
    missing[:3, 2, [6, 9]] = False
    missing[3, 2:4, [[6], [9]]] = False
    missing[3, 0] = False
    assert not missing.any()


def test_without_the_root_only_procrustes_is_left() -> None:
    source, reference = clouds("far", 4)
    source[1, 0] = np.nan
    ours = position_kernel(source, reference, rate(4), np.float64)
    assert np.isnan(ours[:2, 1]).all()
    np.testing.assert_allclose(ours[2, 1, 1:], procrustes(source[1, 1:], reference[1, 1:]), rtol=0, atol=1e-6)
    whole = by_the_formulas(*clouds("far", 4), 50.0)
    np.testing.assert_allclose(ours[:3, [0, 2, 3]], whole[:3, [0, 2, 3]], rtol=0, atol=1e-6)


def test_too_few_joints_or_no_extent_have_no_procrustes_error() -> None:
    source, reference = clouds("near", 4)
    source[0, 2:] = np.nan  # two joints
    source[1, 3:] = np.nan  # three
    source[2] = 7.0  # one point
    source[3] = np.nan
    ours = position_kernel(source, reference, rate(4), np.float64)
    assert np.isnan(ours[2, [0, 2, 3]]).all()
    np.testing.assert_allclose(ours[2, 1, :3], procrustes(source[1, :3], reference[1, :3]), rtol=0, atol=1e-6)
    assert np.isnan(ours[:, 3]).all()


def same_bits(a: PositionErrors, b: PositionErrors) -> bool:
    return all(getattr(a, field).tobytes() == getattr(b, field).tobytes() for field in FIELDS)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_neither_chunks_nor_neighbours_change_a_bit(lengths: list[int], chunk: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    clips = []
    for length in lengths:
        source, reference = random.standard_normal((2, length, 17, 3)).astype(np.float32) * 300
        source[random.random((length, 17)) < 0.02] = np.nan
        clips.append((source, reference, 60.0, bool(random.random() < 0.7)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.metrics.position._CHUNK", chunk)
        together = position_errors_many(clips)
    for (source, reference, fps, metric), joined in zip(clips, together, strict=True):
        assert same_bits(position_errors(source, reference, fps, metric=metric), joined)


def test_a_frame_alone_has_the_bits_it_has_in_company() -> None:
    source, reference = (pose.astype(np.float32) for pose in clouds("reflected", 1500))
    whole = position_errors(source, reference, 50.0, metric=True)
    for frame in (0, 1, 700, 1022, 1023, 1024, 1499):
        alone = position_errors(source[frame : frame + 1], reference[frame : frame + 1], 50.0, metric=True)
        assert whole.p_mpjpe_mm[frame].tobytes() == alone.p_mpjpe_mm[0].tobytes()
        assert whole.n_mpjpe_mm[frame].tobytes() == alone.n_mpjpe_mm[0].tobytes()
        assert whole.mpjpe_mm[frame].tobytes() == alone.mpjpe_mm[0].tobytes()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 50))
def test_invariances(seed: int, factor: float) -> None:
    source, reference = clouds("near", 3)
    random = np.random.default_rng(seed)
    turn, shift = Rotation.random(rng=random).as_matrix(), random.standard_normal(3) * 2000
    plain = position_kernel(source, reference, rate(3), np.float64)
    moved = position_kernel(factor * source @ turn.T + shift, reference, rate(3), np.float64)
    np.testing.assert_allclose(moved[2], plain[2], rtol=0, atol=1e-6)
    scaled = position_kernel(factor * source + shift, reference, rate(3), np.float64)
    np.testing.assert_allclose(scaled[1:3], plain[1:3], rtol=0, atol=1e-6)
    both = position_kernel(source @ turn.T + shift, reference @ turn.T - shift, rate(3), np.float64)
    np.testing.assert_allclose(both, plain, rtol=0, atol=1e-6)
    mirrored = position_kernel(source * (-1, 1, 1), reference * (-1, 1, 1), rate(3), np.float64)
    np.testing.assert_allclose(mirrored, plain, rtol=0, atol=1e-6)
    order = np.r_[0, 1 + random.permutation(16)]
    shuffled = position_kernel(source[:, order], reference[:, order], rate(3), np.float64)
    np.testing.assert_allclose(shuffled, plain[:, :, order], rtol=0, atol=1e-6)


def test_bad_input_is_one_clear_line() -> None:
    source, reference = (pose.astype(np.float32) for pose in clouds("near", 3))
    with pytest.raises(DataError, match="3 frames as in the reference, got 2 frames"):
        position_errors(source[:2], reference, 50.0, metric=True)
    with pytest.raises(DataError, match=r"expected \(T, 17, 3\), got \(3, 16, 3\)"):
        position_errors(source[:, :16], reference, 50.0, metric=True)
    with pytest.raises(DataError, match="fps > 0"):
        position_errors(source, reference, 0.0, metric=True)
    source[1, 4, 2] = np.inf
    with pytest.raises(DataError, match="frame 1: infinite coordinate in the source poses"):
        position_errors(source, reference, 50.0, metric=True)


def test_no_frames_and_no_clips() -> None:
    empty = np.empty((0, 17, 3), np.float32)
    assert position_errors(empty, empty, 50.0, metric=True).p_mpjpe_mm.shape == (0, 17)
    assert position_errors_many([]) == []
