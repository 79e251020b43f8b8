"""CSVs of single frames, read again as they were written."""

from __future__ import annotations

import numpy as np
import pytest

from core.angles.views import in_view
from core.conventions import ShoulderView
from core.demo.programme import CLIPS, play
from core.errors import DataError
from core.estimators import GeometryEstimator
from core.evaluation import REFERENCE, EvaluationOptions, evaluate_sources, reference_of
from core.records import Axes, Clip, Poses, Scale
from core.results.clip_csv import write_clip_csv
from core.results.clip_frames import read_clip_frames

LIFTERS = ("shaken", "torn")
PLAN = CLIPS[7]


def demo_clip() -> Clip:
    made = play(PLAN)
    return Clip(PLAN.name, PLAN.athlete, PLAN.activity, PLAN.fps, made.poses, made.points, made.camera)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "clips").mkdir()
    return tmp_path / "clips" / "a.csv"


def evaluated(view):
    clip, estimator, options = demo_clip(), GeometryEstimator(), EvaluationOptions(view)
    rng = np.random.default_rng(2)
    shaken = clip.poses.xyz_mm + rng.normal(0, 20, clip.poses.xyz_mm.shape)
    torn = np.where(rng.random(shaken.shape[:2])[..., None] < 0.1, np.nan, shaken)
    sources = [(REFERENCE, clip.poses)]
    sources += [
        (name, Poses(xyz.astype(np.float32), clip.fps, Axes.WORLD_Z_UP, Scale.METRIC, clip.poses.rig))
        for name, xyz in zip(LIFTERS, (shaken, torn), strict=True)
    ]
    return evaluate_sources(clip, sources, estimator, options, reference_of(clip, estimator, options))


@pytest.mark.parametrize("view", ShoulderView)
def test_what_was_written_comes_back(tmp_path, path, view):
    results = evaluated(view)
    write_clip_csv(path, results)
    frames = read_clip_frames(tmp_path, "a", LIFTERS[::-1], view, "n_mpjpe_mm")
    assert (frames.lifters, frames.n_frames) == (("torn", "shaken"), PLAN.n_frames)
    reference = results[0].reference
    half = {"abs": 6e-5, "nan_ok": True}
    assert frames.reference_deg == pytest.approx(in_view(reference.angles, view), **half)
    assert frames.floor_deg == pytest.approx(in_view(reference.floor, view), **half)
    for k, of in enumerate((results[2], results[1])):
        assert frames.error_deg[k] == pytest.approx(of.error_deg, **half)
        known = np.isfinite(of.positions.n_mpjpe_mm)
        rooted = known.any(axis=1)
        assert np.array_equal(frames.joints[k][rooted], known[rooted].sum(axis=1))
        expected = [np.mean(row[there]) if there.any() else np.nan
                    for row, there in zip(of.positions.n_mpjpe_mm, known, strict=True)]  # fmt: skip
        assert frames.position_mm[k] == pytest.approx(np.array(expected), abs=1e-3, nan_ok=True)
    assert np.isnan(frames.error_deg[0]).any() and not np.isnan(frames.error_deg[0]).all()


def test_what_is_not_there_is_told_in_one_line(tmp_path, path):
    view = ShoulderView.COMPONENTS
    with pytest.raises(DataError, match=r"single frames are not there.*score again without --no-clip-csv"):
        read_clip_frames(tmp_path, "a", LIFTERS, view, "mpjpe_mm")
    write_clip_csv(path, evaluated(view))
    with pytest.raises(DataError, match="nobody is not there on all frames"):
        read_clip_frames(tmp_path, "a", ("nobody",), view, "mpjpe_mm")
    with pytest.raises(DataError, match="cannot be read"):
        read_clip_frames(tmp_path, "a", LIFTERS, ShoulderView.RAW, "mpjpe_mm")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-9]))
    with pytest.raises(DataError):
        read_clip_frames(tmp_path, "a", LIFTERS, view, "mpjpe_mm")
