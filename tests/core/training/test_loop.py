"""The loop on a network of a few thousand numbers: it learns, it resumes on the same curve, it says what is wrong."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch

from core.errors import DataError, UsageError
from core.network.model import NetConfig
from core.training.angles_job import network_deg
from core.training.evaluation import Measured, error_table, geometry_deg, markdown
from core.training.loop import TrainConfig, train
from core.training.pairs import Pairs, PairSource
from core.training.poses import postures_in_range
from core.training.sources import RecordedSupply

TINY = TrainConfig(seed=3, batch=64, chunk=512, chunks=6, keep_every=2, warm_up_steps=5, net=NetConfig(16, 2, 1))


@pytest.fixture(scope="module")
def supply():
    return PairSource(postures_in_range(300, np.random.default_rng(1)), "ap3d", 1, bodies=16)


@pytest.fixture(scope="module")
def held_out():
    return PairSource(postures_in_range(300, np.random.default_rng(2)), "ap3d", 9, bodies=16).chunk(0, 300)


def state(folder):
    return torch.load(folder / "checkpoint.pt", weights_only=True)


def test_a_killed_run_continues_on_the_same_curve_to_the_bit(supply, held_out, tmp_path):
    whole = train(supply, held_out, tmp_path / "whole", TINY)

    class KilledError(Exception):
        pass

    def kill(done):
        if done.step == 3 * 8:  # after the third chunk; the second was the last that was kept
            raise KilledError

    with pytest.raises(KilledError):
        train(supply, held_out, tmp_path / "cut", TINY, progress=kill)
    resumed = train(supply, held_out, tmp_path / "cut", TINY, resume=True)
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(tensor, resumed.model.state_dict()[name]), name
    lines = [[json.loads(line) for line in (tmp_path / name / "metrics.jsonl").read_text().splitlines()]
             for name in ("whole", "cut")]  # fmt: skip
    for line in (*lines[0], *lines[1]):
        line.pop("seconds")
    assert lines[0] == lines[1]
    assert [line["step"] for line in lines[0]] == [8, 16, 24, 32, 40, 48]
    ET.parse(tmp_path / "whole" / "curve.svg")  # noqa: S314 - our own file


def test_it_learns_what_geometry_cannot_know(supply, held_out, tmp_path):
    config = TrainConfig(seed=3, batch=128, chunk=1024, chunks=12, warm_up_steps=10, rate=3e-3, net=NetConfig(48, 2, 1))
    network = train(supply, held_out, tmp_path, config).model
    measured = Measured(held_out, np.zeros(len(held_out.deg), dtype=int))
    learnt = error_table(lambda xyz: network_deg(network, xyz), measured)
    geometry = error_table(lambda xyz: geometry_deg(xyz, "ap3d"), measured)
    assert learnt.mean[0] < 0.75 * geometry.mean[0]
    text = markdown("x", {"network": learnt, "geometry": geometry})
    assert f"**{learnt.mean[0]:.2f}**" in text


def test_faults_are_one_line(supply, held_out, tmp_path):
    with pytest.raises(UsageError, match="no checkpoint to resume from"):
        train(supply, held_out, tmp_path, TINY, resume=True)
    short = TrainConfig(**{**{f: getattr(TINY, f) for f in TINY.__slots__}, "chunks": 1})
    train(supply, held_out, tmp_path, short)
    with pytest.raises(UsageError, match=r"already holds a run. Pass --resume"):
        train(supply, held_out, tmp_path, short)
    with pytest.raises(UsageError, match="other settings: chunks differ"):
        train(supply, held_out, tmp_path, TINY, resume=True)
    (tmp_path / "checkpoint.pt").write_bytes((tmp_path / "checkpoint.pt").read_bytes()[:500])
    with pytest.raises(DataError, match="checkpoint cannot be read"):
        train(supply, held_out, tmp_path, short, resume=True)


def test_errors_wrap_and_offsets_come_out_per_clip():
    deg = np.zeros((6, 12), np.float32)
    deg[:, 0] = 179
    answer = deg.copy()
    answer[:, 0] = -179
    answer[:3, 5], answer[3:, 5] = 4, -4
    measured = Measured(Pairs(np.zeros((6, 17, 3), np.float32), deg), np.array([0, 0, 0, 1, 1, 1]))
    table = error_table(lambda _: answer, measured)
    assert table.mae[0] == pytest.approx(2)
    assert table.mae[5] == pytest.approx(4)
    assert table.offset_removed[[0, 5]] == pytest.approx([0, 0])
    assert table.bias[5] == pytest.approx(0)


def test_recorded_pairs_are_mirrored_with_their_angles(held_out):
    supply = RecordedSupply(held_out, 1)
    made = supply.chunk(4, 400)
    np.testing.assert_array_equal(made.deg, supply.chunk(4, 400).deg)
    estimate = geometry_deg(made.xyz_mm, "ap3d") - made.deg
    plain = geometry_deg(held_out.xyz_mm, "ap3d") - held_out.deg
    # Geometry errs alike on a pose and on its mirror image, so that no error may be new.
    known = np.sort(np.concatenate([plain[:, 10], plain[:, 11]]))
    nearest = np.abs(known[np.clip(np.searchsorted(known, estimate[:, 10]), 0, len(known) - 1)] - estimate[:, 10])
    assert np.percentile(nearest, 99) < 0.5
