"""What a lifter gets wrong on motion that it never saw, beside two baselines on the same frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.lifters.card import Measured
from core.lifters.running import Runner
from core.metrics.position import position_errors_many
from core.records import Float32
from core.training.floor_tables import markdown_table
from core.training.lifters.baselines import Baselines
from core.training.lifters.motion import FPS
from core.training.lifters.sources import UnseenSet
from core.training.lifters.views import Views, whole_views

__all__ = ["INPUTS", "errors_markdown", "lifted_mm", "measured"]

INPUTS: tuple[tuple[str, float], ...] = (("projected", 0.0), ("typical noise", 1.0))
"""2D that lifters are measured with, and the amount of noise in it."""

_CAMERAS = 2
_SEED = 1_000_000_007  # of the cameras and the noise that something is measured with


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """2D of one sequence, in screen coordinates already."""

    screen: Float32
    centre_x: float = 0.0

    def place(self, rows: slice) -> Float32:
        """(n, 17, 2) of some frames."""
        return self.screen[rows]


def lifted_mm(runner: Runner, views: Views) -> Float32:
    """(N, 17, 3) root-relative millimetres, each sequence lifted as a clip of its own."""
    blocks: list[Float32] = []
    for first, end in zip(views.starts, views.ends, strict=True):
        blocks += runner.poses(_Placed(views.screen[first:end]), views.confidence[first:end], int(end - first))
    return np.concatenate(blocks)


def measured(runner: Runner, baselines: Baselines, sets: Sequence[UnseenSet]) -> Iterator[Measured]:
    """Errors on each set with each kind of 2D."""
    for tested in sets:
        for name, amount in INPUTS:
            yield _measured(runner, baselines, tested, name, amount)


def _measured(runner: Runner, baselines: Baselines, tested: UnseenSet, name: str, amount: float) -> Measured:
    views = whole_views(tested.sequences, _SEED, cameras=_CAMERAS, amount=amount)
    mean = np.broadcast_to(baselines.mean_mm.astype(np.float32), views.xyz_mm.shape)
    answers = [lifted_mm(runner, views), mean, baselines.linear_mm(views.screen)]
    errors = position_errors_many([(answer, views.xyz_mm, FPS, True) for answer in answers])
    mpjpe, mean_pose, linear = (round(float(error.mpjpe_mm.mean(dtype=np.float64)), 2) for error in errors)
    n_mpjpe, p_mpjpe = (round(float(np.nanmean(part, dtype=np.float64)), 2)
                        for part in (errors[0].n_mpjpe_mm, errors[0].p_mpjpe_mm))  # fmt: skip
    return Measured(measured_on=tested.name, domain=tested.domain, input=name, frames=len(views), mpjpe_mm=mpjpe,
                    n_mpjpe_mm=n_mpjpe, p_mpjpe_mm=p_mpjpe, mean_pose_mm=mean_pose, linear_mm=linear)  # fmt: skip


def errors_markdown(errors: Sequence[Measured]) -> str:
    """Errors as a Markdown table."""
    head = ["measured on", "domain", "2D", "frames", "MPJPE", "N-MPJPE", "P-MPJPE", "mean pose", "linear"]
    rows = [
        [error.measured_on, error.domain, error.input, f"{error.frames:,}", f"**{error.mpjpe_mm:.1f}**",
         f"{error.n_mpjpe_mm:.1f}", f"{error.p_mpjpe_mm:.1f}", f"{error.mean_pose_mm:.1f}", f"{error.linear_mm:.1f}"]
        for error in errors
    ]  # fmt: skip
    return markdown_table("Millimetres, means over frames and the 17 joints; the last two columns are MPJPE of "
                          "baselines", head, rows)  # fmt: skip
