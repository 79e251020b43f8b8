"""The three models against forward passes written down again in plain numpy, and against what is documented of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.errors import DataError
from core.lifters.layouts import LAYOUTS
from core.lifters.models import build_model, count_parameters
from core.lifters.motionbert import MotionBERT
from core.lifters.simplebaseline3d import SimpleBaseline3D
from core.lifters.videopose3d import VideoPose3D
from tests.lifter_checkpoints import documented, random_state

Array = NDArray[np.float64]
Get = Callable[[str], Array]


def randomised(model: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """In double precision, ready to run, random numbers in every tensor, running statistics among them."""
    state = random_state({name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}, seed)
    model.load_state_dict(dict(state))
    return model.double().eval()


def numbers(model: torch.nn.Module) -> Get:
    state = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    return state.__getitem__


def normed(x: Array, get: Get, name: str) -> Array:
    """Batch norm of one vector by running statistics."""
    mean, variance = get(f"{name}.running_mean"), get(f"{name}.running_var")
    return (x - mean) / np.sqrt(variance + 1e-5) * get(f"{name}.weight") + get(f"{name}.bias")


def relu(x: Array) -> Array:
    return np.where(x > 0, x, 0.0)


@pytest.mark.parametrize("bias", [0, 1])
def test_simplebaseline3d_by_hand(bias):
    model = randomised(SimpleBaseline3D(joints_in=5, joints_out=4, width=7, stages=3, bias=bias))
    get = numbers(model)

    def layer(x: Array, linear: str, norm: str) -> Array:
        y = get(f"{linear}.weight") @ x + (get(f"{linear}.bias") if bias else 0.0)
        return relu(normed(y, get, norm))

    rng = np.random.default_rng(0)
    joints = rng.normal(size=(6, 5, 2))
    expected = np.empty((6, 4, 3))
    for n, frame in enumerate(joints):
        x = layer(np.array([c for joint in frame for c in joint]), "w1", "batch_norm1")
        for stage in range(3):
            name = f"linear_stages.{stage}"
            x = x + layer(layer(x, f"{name}.w1", f"{name}.batch_norm1"), f"{name}.w2", f"{name}.batch_norm2")
        out = get("w2.weight") @ x + get("w2.bias")
        expected[n] = [[out[3 * joint + axis] for axis in range(3)] for joint in range(4)]
    np.testing.assert_allclose(model(torch.from_numpy(joints)).detach().numpy(), expected, atol=1e-9)


def videopose3d_by_hand(joints: Array, get: Get, levels: int) -> Array:
    """(T, joints, 2) to (T - R + 1, joints, 3): each frame of each layer from its three of the layer below."""
    first_layer = get("expand_conv.weight")
    x = [relu(normed(sum(first_layer[:, :, k] @ joints[t + k].ravel() for k in range(3)), get, "expand_bn"))
         for t in range(len(joints) - 2)]  # fmt: skip
    for level in range(1, levels + 1):
        step, first, second = 3**level, 2 * level - 2, 2 * level - 1
        wide, narrow = get(f"layers_conv.{first}.weight"), get(f"layers_conv.{second}.weight")
        outs = []
        for t in range(len(x) - 2 * step):
            inner = relu(normed(sum(wide[:, :, k] @ x[t + k * step] for k in range(3)), get, f"layers_bn.{first}"))
            outs.append(x[t + step] + relu(normed(narrow[:, :, 0] @ inner, get, f"layers_bn.{second}")))
        x = outs
    return np.stack([(get("shrink.weight")[:, :, 0] @ frame + get("shrink.bias")).reshape(-1, 3) for frame in x])


def test_videopose3d_by_hand():
    model = randomised(VideoPose3D(joints_in=4, joints_out=3, channels=6, levels=2))
    joints = np.random.default_rng(1).normal(size=(2, 40, 4, 2))
    got = model(torch.from_numpy(joints)).detach().numpy()
    assert got.shape == (2, 14, 3, 3)
    for one, clip in zip(got, joints, strict=True):
        np.testing.assert_allclose(one, videopose3d_by_hand(clip, numbers(model), 2), atol=1e-9)


def erf_gelu(x: Array) -> Array:
    return np.vectorize(lambda v: v * 0.5 * (1 + math.erf(v / math.sqrt(2))))(x)


def layer_normed(x: Array, get: Get, name: str, eps: float = 1e-6) -> Array:
    centred = x - x.mean()
    return centred / math.sqrt((centred**2).mean() + eps) * get(f"{name}.weight") + get(f"{name}.bias")


def linear(x: Array, get: Get, name: str) -> Array:
    return get(f"{name}.weight") @ x + get(f"{name}.bias")


def attended(tokens: list[Array], get: Get, name: str, heads: int) -> list[Array]:
    """Every token from all tokens of its row, head by head."""
    width = len(tokens[0])
    own = width // heads
    qkv = [linear(token, get, f"{name}.qkv") for token in tokens]
    outs = [np.empty(width) for _ in tokens]
    for head in range(heads):
        part = slice(head * own, (head + 1) * own)
        query, key, value = ([one[n * width : (n + 1) * width][part] for one in qkv] for n in range(3))
        for i, asked in enumerate(query):
            weight = np.exp([asked @ other / math.sqrt(own) for other in key])
            outs[i][part] = sum(w * v for w, v in zip(weight / weight.sum(), value, strict=True))
    return [linear(out, get, f"{name}.proj") for out in outs]


def block(x: Array, get: Get, name: str, order: str, heads: int, eps: float) -> Array:
    """(T, joints, width): attention and perceptron over joints (s) and frames (t) in this order."""
    x = x.copy()
    frames, joints = x.shape[:2]
    for part in order:
        rows = [[(t, j) for j in range(joints)] for t in range(frames)]
        if part == "t":
            rows = [[(t, j) for t in range(frames)] for j in range(joints)]
        change = np.empty_like(x)
        for row in rows:
            tokens = [layer_normed(x[at], get, f"{name}.norm1_{part}", eps) for at in row]
            for at, out in zip(row, attended(tokens, get, f"{name}.attn_{part}", heads), strict=True):
                change[at] = out
        x += change
        for at in np.ndindex(frames, joints):
            inner = linear(layer_normed(x[at], get, f"{name}.norm2_{part}", eps), get, f"{name}.mlp_{part}.fc1")
            x[at] += linear(erf_gelu(inner), get, f"{name}.mlp_{part}.fc2")
    return x


def motionbert_by_hand(joints: Array, get: Get, depth: int, heads: int, eps: float = 1e-6) -> Array:
    """(T, joints, 3) to the same."""
    frames, n_joints = joints.shape[:2]
    x = np.stack([[linear(joints[t, j], get, "joints_embed") + get("pos_embed")[0, j] + get("temp_embed")[0, t, 0]
                   for j in range(n_joints)] for t in range(frames)])  # fmt: skip
    for n in range(depth):
        st = block(x, get, f"blocks_st.{n}", "st", heads, eps)
        ts = block(x, get, f"blocks_ts.{n}", "ts", heads, eps)
        for at in np.ndindex(frames, n_joints):
            share = np.exp(linear(np.concatenate([st[at], ts[at]]), get, f"ts_attn.{n}"))
            x[at] = (st[at] * share[0] + ts[at] * share[1]) / share.sum()
    return np.stack([[
        linear(np.tanh(linear(layer_normed(x[t, j], get, "norm", eps), get, "pre_logits.fc")), get, "head")
        for j in range(n_joints)] for t in range(frames)])  # fmt: skip


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
        np.testing.assert_allclose(one, motionbert_by_hand(clip, numbers(model), 2, 4), atol=1e-9)
        other = motionbert_by_hand(clip, numbers(model), 2, 4, eps=1e-5)
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
