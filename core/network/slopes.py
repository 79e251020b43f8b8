"""How many degrees a millimetre costs: derivatives of the network's angles by the joints."""

from __future__ import annotations

import torch
from torch import Tensor

from core.conventions import N_ANGLES
from core.network.features import defined_frames
from core.network.running import PoseToAngles, full_precision
from core.skeleton import N_JOINTS

__all__ = ["network_slopes"]

_BATCH_FRAMES = 64
"""Each frame is computed once per angle."""


def network_slopes(model: PoseToAngles, xyz_mm: Tensor) -> Tensor:
    """(N, 12, 17, 3) degrees per millimetre of poses (N, 17, 3) on the model's device; NaN where a frame is undefined.

    Exact derivatives of the angles as reported (:class:`core.network.running.PoseToAngles`, which must not be
    ``in_place``), by backward differentiation in the precision of model and poses.
    """
    if not len(xyz_mm):
        return xyz_mm.new_zeros((0, N_ANGLES, N_JOINTS, 3))
    with full_precision():
        slopes = torch.cat([_slopes(model, batch) for batch in torch.split(xyz_mm, _BATCH_FRAMES)])
    return torch.where(defined_frames(xyz_mm)[:, None, None, None], slopes, torch.nan)


def _slopes(model: PoseToAngles, xyz_mm: Tensor) -> Tensor:
    # A copy of the pose for every angle: one pass backwards then gives all twelve rows.
    copies = xyz_mm.repeat_interleave(N_ANGLES, 0).requires_grad_()
    angles: Tensor = torch.unflatten(model(copies)[:, :N_ANGLES], 0, (-1, N_ANGLES))
    (slopes,) = torch.autograd.grad(angles.diagonal(dim1=1, dim2=2).nansum(), copies)
    return torch.unflatten(slopes, 0, (-1, N_ANGLES))
