"""MotionBERT's DSTformer: attention over joints and over time, in both orders, blended joint by joint.

Zhu, Ma, Liu, Liu, Wu & Wang 2023, MotionBERT: a unified perspective on learning human motion representations (ICCV).
Names of layers as in its reference implementation.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["MotionBERT"]

_NORM_EPS = 1e-6


class _Attention(nn.Module):
    """Multi-head self-attention over the second last axis."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., N, width) to (..., N, width)."""
        rows = x.flatten(0, -3)  # torch's fast way through attention takes four axes, not five
        query, key, value = torch.unflatten(self.qkv(rows), -1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value)
        out: Tensor = self.proj(mixed.transpose(1, 2).flatten(-2)).view(x.shape)
        return out


class _Perceptron(nn.Module):
    def __init__(self, width: int, factor: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, factor * width)
        self.fc2 = nn.Linear(factor * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to (..., width)."""
        out: Tensor = self.fc2(nn.functional.gelu(self.fc1(x)))
        return out


class _Block(nn.Module):
    """Attention and perceptron over joints (s) and over time (t); ``space_first`` says in which order."""

    def __init__(self, width: int, heads: int, factor: int, space_first: bool) -> None:
        super().__init__()
        self.space_first = space_first
        for part in "st":
            setattr(self, f"norm1_{part}", nn.LayerNorm(width, _NORM_EPS))
            setattr(self, f"attn_{part}", _Attention(width, heads))
            setattr(self, f"norm2_{part}", nn.LayerNorm(width, _NORM_EPS))
            setattr(self, f"mlp_{part}", _Perceptron(width, factor))

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, joints, width) to the same."""
        for part in "st" if self.space_first else "ts":
            norm1, attention, norm2, perceptron = (
                getattr(self, f"{name}_{part}") for name in ("norm1", "attn", "norm2", "mlp")
            )
            attended = norm1(x) if part == "s" else norm1(x).transpose(1, 2)
            attended = attention(attended)
            x = x + (attended if part == "s" else attended.transpose(1, 2))
            x = x + perceptron(norm2(x))
        return x


class MotionBERT(nn.Module):
    """2D joints with confidence (B, T, joints, 3) in screen coordinates to 3D (B, T, joints, 3), T at most ``frames``.

    The output is in the unit of the training labels: screen coordinates with relative depth in the published models.
    width, factor, depth, heads, representation : 512, 2, 5, 8, 512 in the full model, 256, 4, 5, 8, 512 in the lite.
    """

    def __init__(self, joints: int = 17, width: int = 512, factor: int = 2, depth: int = 5, heads: int = 8,
                 representation: int = 512, frames: int = 243) -> None:  # fmt: skip
        super().__init__()
        self.frames = frames
        self.joints_embed = nn.Linear(3, width)
        self.temp_embed = nn.Parameter(torch.zeros(1, frames, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, joints, width))
        self.blocks_st = nn.ModuleList(_Block(width, heads, factor, True) for _ in range(depth))
        self.blocks_ts = nn.ModuleList(_Block(width, heads, factor, False) for _ in range(depth))
        self.ts_attn = nn.ModuleList(nn.Linear(2 * width, 2) for _ in range(depth))
        self.norm = nn.LayerNorm(width, _NORM_EPS)
        self.pre_logits = nn.Sequential()
        self.pre_logits.add_module("fc", nn.Linear(width, representation))
        self.pre_logits.add_module("act", nn.Tanh())
        self.head = nn.Linear(representation, 3)
        self._initialise()

    @property
    def receptive_field(self) -> int:
        """Frames that one window may have; every frame of a window sees all of it."""
        return self.frames

    def _initialise(self) -> None:
        """Small normal weights, and both orders of attention blended evenly, as published."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        for embedding in (self.temp_embed, self.pos_embed):
            nn.init.trunc_normal_(embedding, std=0.02)
        for blend in self.ts_attn:
            assert isinstance(blend, nn.Linear)  # noqa: S101 - for the type checker
            nn.init.zeros_(blend.weight)
            nn.init.constant_(blend.bias, 0.5)

    def forward(self, joints: Tensor) -> Tensor:
        """(B, T, joints, 3) to (B, T, joints, 3). ``ValueError`` for more frames than it has places for."""
        if joints.shape[1] > self.frames:
            raise ValueError(f"a window has at most {self.frames} frames, not {joints.shape[1]}")
        x = self.joints_embed(joints) + self.pos_embed[:, None] + self.temp_embed[:, : joints.shape[1]]
        for space_first, time_first, blend in zip(self.blocks_st, self.blocks_ts, self.ts_attn, strict=True):
            one, other = space_first(x), time_first(x)
            share = blend(torch.cat([one, other], -1)).softmax(-1)
            x = one * share[..., :1] + other * share[..., 1:]
        out: Tensor = self.head(self.pre_logits(self.norm(x)))
        return out
