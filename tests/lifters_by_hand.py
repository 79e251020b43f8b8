"""The forward passes of the three models written down again in plain numpy, one joint, frame and head at a time.

Weights are asked for by the names of the reference implementations.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Get = Callable[[str], Array]


def normed(x: Array, get: Get, name: str) -> Array:
    """Batch norm of one vector by running statistics."""
    mean, variance = get(f"{name}.running_mean"), get(f"{name}.running_var")
    return (x - mean) / np.sqrt(variance + 1e-5) * get(f"{name}.weight") + get(f"{name}.bias")


def relu(x: Array) -> Array:
    return np.where(x > 0, x, 0.0)


def simplebaseline3d(joints: Array, get: Get, stages: int, bias: bool) -> Array:
    """(N, joints, 2) to (N, joints, 3)."""

    def layer(x: Array, linear: str, norm: str) -> Array:
        y = get(f"{linear}.weight") @ x + (get(f"{linear}.bias") if bias else 0.0)
        return relu(normed(y, get, norm))

    outs = []
    for frame in joints:
        x = layer(np.array([c for joint in frame for c in joint]), "w1", "batch_norm1")
        for stage in range(stages):
            name = f"linear_stages.{stage}"
            x = x + layer(layer(x, f"{name}.w1", f"{name}.batch_norm1"), f"{name}.w2", f"{name}.batch_norm2")
        flat = get("w2.weight") @ x + get("w2.bias")
        outs.append([[flat[3 * joint + axis] for axis in range(3)] for joint in range(len(flat) // 3)])
    return np.array(outs)


def videopose3d(joints: Array, get: Get, levels: int) -> Array:
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


def motionbert(joints: Array, get: Get, depth: int, heads: int, eps: float = 1e-6) -> Array:
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
