"""What a lifter has to beat: the mean pose of the training data, and linear regression from the same 2D."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.records import Float32, Float64
from core.training.lifters.views import Views

__all__ = ["Baselines", "fitted_baselines"]

_RIDGE = 1e-3
"""Added to the variance of each input, over the mean variance: enough for coordinates that nearly repeat others."""


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """mean_mm : (17, 3) mean pose, root-relative, camera axes. weights : (35, 51) of the regression, the constant last.

    The regression reads the 34 screen coordinates as they are.
    """

    mean_mm: Float64
    weights: Float64

    def linear_mm(self, screen: Float32) -> Float32:
        """(N, 17, 3) poses for 2D (N, 17, 2)."""
        poses: Float32 = (_inputs(screen) @ self.weights).reshape(-1, 17, 3).astype(np.float32)
        return poses


def fitted_baselines(views: Views) -> Baselines:
    """Both from training views, by ridge regression."""
    inputs, targets = _inputs(views.screen), views.xyz_mm.reshape(len(views), -1).astype(np.float64)
    ridge = _RIDGE * len(inputs) * float(inputs[:, :-1].var(axis=0).mean()) * np.eye(inputs.shape[1])
    ridge[-1, -1] = 0
    weights = np.linalg.solve(inputs.T @ inputs + ridge, inputs.T @ targets).astype(np.float64)
    return Baselines(views.xyz_mm.astype(np.float64).mean(axis=0), weights)


def _inputs(screen: Float32) -> Float64:
    flat = screen.reshape(len(screen), -1).astype(np.float64)
    return np.column_stack([flat, np.ones(len(flat))])
