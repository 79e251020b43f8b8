"""Running the network over many frames: which device, how many frames at a time, in which precision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from core.conventions import N_ANGLES
from core.errors import AnglescopeError, UsageError
from core.network.features import pose_features
from core.network.model import AngleNet, angles_from_outputs, sigma_from_outputs
from core.records import Float32

__all__ = ["BATCH_FRAMES", "PoseToAngles", "answers", "choose_device", "full_precision", "is_out_of_memory",
           "run_batched", "thread_limit"]  # fmt: skip

BATCH_FRAMES = {"cpu": 1024, "mps": 8192, "cuda": 32768}
"""Frames at a time: on a CPU as many as keep the matrix products near their full rate while their temporaries stay
small, on a GPU as many as fill it; out of memory halves them."""

_FEWEST_FRAMES = 16
"""Where not even these fit, memory is not the batch's fault."""

_HINGES = slice(8, 12)


class PoseToAngles(nn.Module):
    """Poses (N, 17, 3) to (N, 24): twelve angles as reported, then their standard deviations, in degrees.

    Everything between joints and numbers, so that it can be exported as one graph. Undefined frames are NaN
    throughout; elbow and knee are at least 0, as the reference reads them. in_place : the faster way through the
    network, for float32 or float64 under ``torch.inference_mode()``.
    """

    def __init__(self, network: AngleNet, *, in_place: bool = False) -> None:
        super().__init__()
        self.network, self.in_place = network, in_place

    def forward(self, xyz: Tensor) -> Tensor:
        """(N, 17, 3) to (N, 24)."""
        features = pose_features(xyz)
        outputs = self.network.infer(features) if self.in_place else self.network(features)
        angles, sigma = angles_from_outputs(outputs), sigma_from_outputs(outputs)
        return torch.cat([angles[..., : _HINGES.start], angles[..., _HINGES].clamp(min=0), sigma], -1)


def answers(network: AngleNet, xyz_mm: Float32) -> tuple[Float32, Float32]:
    """Angles and their standard deviations, (n, 12) degrees each, of poses (n, 17, 3), on the CPU, as reported."""
    result = run_batched(PoseToAngles(network, in_place=True), torch.from_numpy(xyz_mm), torch.device("cpu")).numpy()
    return result[:, :N_ANGLES], result[:, N_ANGLES:]


def choose_device(wish: str) -> torch.device:
    """``auto``: CUDA, then Apple's MPS, then the CPU. Raises :class:`UsageError` for a device that is not here."""
    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wish == "auto":
        return torch.device(next(name for name, present in here.items() if present))
    kind, _, index = wish.partition(":")
    if kind not in here or (index and not (kind == "cuda" and index.isdigit())):
        raise UsageError(f"unknown device {wish!r}; known: auto, {', '.join(here)}")
    if not here[kind] or (index and int(index) >= torch.cuda.device_count()):
        raise UsageError(f"no {wish} device on this machine; use --device auto or cpu")
    return torch.device(wish)


def run_batched(model: nn.Module, xyz: Tensor, device: torch.device, *, bf16: bool = False) -> Tensor:
    """``model`` over poses (N, 17, 3) float32 on the CPU, a batch at a time; results (N, 24) float32 on the CPU.

    Batches are of equal size, at most :data:`BATCH_FRAMES`, halved as often as memory runs out. float32 throughout,
    never TF32; ``bf16`` runs matrix products in bfloat16, errors of some tenths of a degree: for previews.
    Raises :class:`AnglescopeError` where even a few frames do not fit.
    """
    limit = BATCH_FRAMES[device.type]
    while True:
        try:
            with torch.inference_mode(), full_precision(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                batches = xyz.chunk(max(1, -(-len(xyz) // limit)))
                return torch.cat([_run(model, batch, device) for batch in batches])
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            if limit <= _FEWEST_FRAMES:
                raise AnglescopeError(f"out of memory on {device}: not even {limit} frames fit; use another --device") \
                    from None  # fmt: skip
            limit //= 2


def _run(model: nn.Module, xyz: Tensor, device: torch.device) -> Tensor:
    result: Tensor = model(xyz.to(device)).float().cpu()
    return result


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch ran out of memory, on whichever device."""
    text = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in text or "can't allocate memory" in text


@contextmanager
def full_precision() -> Iterator[None]:
    """No TF32 on CUDA, whatever a training elsewhere in this process has switched on."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@contextmanager
def thread_limit(threads: int | None) -> Iterator[None]:
    """At most so many processor threads for matrix products; None: as torch is set."""
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        if threads is not None:
            torch.set_num_threads(before)
