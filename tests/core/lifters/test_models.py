"""The three models against forward passes written down again in plain numpy, and against what is documented of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
import torch

from core.errors import DataError
from core.lifters.layouts import LAYOUTS
from core.lifters.models import build_model, count_parameters
from core.lifters.motionbert import MotionBERT
from core.lifters.simplebaseline3d import SimpleBaseline3D
from core.lifters.videopose3d import VideoPose3D
from tests import lifters_by_hand as by_hand
from tests.lifter_checkpoints import documented, random_state


def randomised(model: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """In double precision, ready to run, random numbers in every tensor, running statistics among them."""
    state = random_state({name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}, seed)
    model.load_state_dict(dict(state))
    return model.double().eval()


def numbers(model: torch.nn.Module) -> by_hand.Get:
    state = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    return state.__getitem__


@pytest.mark.parametrize("bias", [0, 1])
def test_simplebaseline3d_by_hand(bias):
    model = randomised(SimpleBaseline3D(joints_in=5, joints_out=4, width=7, stages=3, bias=bias))
    joints = np.random.default_rng(0).normal(size=(6, 5, 2))
    got = model(torch.from_numpy(joints)).detach().numpy()
    np.testing.assert_allclose(got, by_hand.simplebaseline3d(joints, numbers(model), 3, bool(bias)), atol=1e-9)


@pytest.mark.parametrize("bias", [0, 1])
def test_simplebaseline3d_folded_gives_the_same_and_leaves_the_model_alone(bias):
    model = randomised(SimpleBaseline3D(joints_in=5, joints_out=4, width=7, stages=3, bias=bias))
    joints = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 5, 2)))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    folded = model.folded()
    assert not any(isinstance(part, torch.nn.BatchNorm1d) for part in folded.modules())
    np.testing.assert_allclose(folded(joints).numpy(), model(joints).detach().numpy(), atol=1e-9)
    assert all((tensor == before[name]).all() for name, tensor in model.state_dict().items())


def test_videopose3d_by_hand():
    model = randomised(VideoPose3D(joints_in=4, joints_out=3, channels=6, levels=2))
    joints = np.random.default_rng(1).normal(size=(2, 40, 4, 2))
    got = model(torch.from_numpy(joints)).detach().numpy()
    assert got.shape == (2, 14, 3, 3)
    for one, clip in zip(got, joints, strict=True):
        np.testing.assert_allclose(one, by_hand.videopose3d(clip, numbers(model), 2), atol=1e-9)


def small_motionbert() -> MotionBERT:
    model = MotionBERT(joints=5, width=8, factor=3, depth=2, heads=4, representation=6, frames=7)
    randomised(model)
    with torch.no_grad():  # inputs of the first norms so small that their epsilon shows
        for embedding in (model.joints_embed.weight, model.joints_embed.bias, model.pos_embed, model.temp_embed):
            embedding *= 0.01
    return model


def test_motionbert_by_hand():
    model = small_motionbert()
    joints = np.random.default_rng(2).normal(size=(2, 6, 5, 3))
    got = model(torch.from_numpy(joints)).detach().numpy()
    for one, clip in zip(got, joints, strict=True):
        np.testing.assert_allclose(one, by_hand.motionbert(clip, numbers(model), 2, 4), atol=1e-9)
        other = by_hand.motionbert(clip, numbers(model), 2, 4, eps=1e-5)
        assert np.abs(one - other).max() > 1e-4, "another epsilon would not have been noticed"


PUBLISHED = {
    "3d_pose_baseline_pytorch": (4_291_632, {"joints_in": 16, "joints_out": 16, "width": 1024, "stages": 2, "bias": 1}),
    "mmpose-simplebaseline3d": (4_288_560, {"joints_in": 17, "joints_out": 16, "width": 1024, "stages": 2, "bias": 0}),
    "videopose3d": (16_952_371, {}),
    "mmpose-videopose3d": (16_952_371, {}),
    "motionbert": (42_466_317, {}),
    "mmpose-motionbert": (42_466_317, {}),
    "lite": (16_001_549, {"width": 256, "factor": 4}),
}
"""Parameters of the published models, counted from the layers in their papers and code, and our arguments for them."""


@pytest.mark.parametrize("published", PUBLISHED)
def test_counts_of_parameters_are_those_published(published):
    count, config = PUBLISHED[published]
    layout = LAYOUTS["motionbert" if published == "lite" else published]
    assert count_parameters(layout.model, config) == count
    if published != "lite":
        learnt = [shape for name, shape in documented(published).items()
                  if "running_" not in name and not name.endswith("num_batches_tracked")]  # fmt: skip
        assert sum(math.prod(shape) for shape in learnt) == count


@pytest.mark.parametrize(("model", "layout"), [(SimpleBaseline3D, "3d_pose_baseline_pytorch"),
                                               (VideoPose3D, "videopose3d"), (MotionBERT, "motionbert")])  # fmt: skip
def test_names_and_shapes_are_those_of_the_reference_implementations(model, layout):
    with torch.device("meta"):
        state = model().state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == documented(layout)


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_strided_and_dilated_convolutions_give_the_same(levels):
    model = randomised(VideoPose3D(joints_in=5, joints_out=6, channels=8, levels=levels))
    field = model.receptive_field
    assert field == 3 ** (levels + 1)
    joints = torch.randn(2, 4 * field, 5, 2, dtype=torch.float64)
    with torch.inference_mode():
        dilated = model(joints)
        assert dilated.shape == (2, 3 * field + 1, 6, 3)
        torch.testing.assert_close(model.strided(joints), dilated[:, ::field], rtol=0, atol=1e-12)


def test_a_frame_of_videopose3d_sees_243_frames_and_no_other():
    model = randomised(VideoPose3D(channels=6))
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.bias.data.fill_(1000.0)  # no unit is cut off, so that whatever is connected has a gradient
    joints = torch.randn(1, 400, 17, 2, dtype=torch.float64, requires_grad=True)
    out = model(joints)
    assert out.shape[1] == 400 - 242
    for frame in (0, 77, out.shape[1] - 1):
        (gradient,) = torch.autograd.grad(out[0, frame].sum(), joints, retain_graph=True)
        seen = gradient[0].abs().sum((1, 2)).nonzero().ravel().tolist()
        assert seen == list(range(frame, frame + 243))


def test_videopose3d_moves_with_time():
    model = randomised(VideoPose3D(channels=6, levels=2))
    joints = torch.randn(1, 80, 17, 2, dtype=torch.float64)
    with torch.inference_mode():
        torch.testing.assert_close(model(joints[:, 13:]), model(joints)[:, 13:], rtol=0, atol=1e-12)
        assert not torch.allclose(model(joints)[:, :-1], model(joints)[:, 1:])


def test_motionbert_has_places_for_so_many_frames():
    model = small_motionbert()
    joints = torch.randn(1, 8, 5, 3, dtype=torch.float64)
    assert model.receptive_field == 7
    assert model(joints[:, :7]).shape == (1, 7, 5, 3)
    assert model(joints[:, :1]).shape == (1, 1, 5, 3)
    with pytest.raises(ValueError, match="at most 7 frames, not 8"):
        model(joints)


def test_frames_of_simplebaseline3d_are_alone():
    model = randomised(SimpleBaseline3D(width=9))
    joints = torch.randn(20, 16, 2, dtype=torch.float64)
    with torch.inference_mode():
        torch.testing.assert_close(model(joints[7:8]), model(joints)[7:8], rtol=0, atol=1e-12)


BAD_SIZES: Mapping[str, tuple[str, dict[str, int]]] = {
    "unknown model": ("poseformer", {}),
    "unknown size": ("videopose3d", {"depth": 3}),
    "negative": ("simplebaseline3d", {"width": -1}),
}


@pytest.mark.parametrize("case", BAD_SIZES)
def test_what_cannot_be_built_is_refused_with_one_line(case):
    with pytest.raises(DataError) as caught:
        build_model(*BAD_SIZES[case])
    assert "\n" not in str(caught.value)
