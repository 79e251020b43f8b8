"""Networks of several rigs that share their residual blocks.

A joint stands for another point of the body in each rig, so each has its own first and last layer; what the body can
do between them is the same, so the blocks, 99 % of the numbers, are learnt once from all rigs and stored once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from core.network.model import AngleNet, NetConfig, outputs_from_head

__all__ = ["RigNetworks"]

_SHARED = ("blocks.", "norm.")
_SHARED_PREFIX = "shared."


class RigNetworks(nn.Module):
    """One :class:`core.network.model.AngleNet` per rig, with the same blocks and last norm.

    rigs : names, at least one. As mapping: ``networks[rig]`` is a network that works by itself.
    """

    def __init__(self, rigs: Sequence[str], config: NetConfig | None = None) -> None:
        super().__init__()
        self.config, self.rigs = config or NetConfig(), tuple(rigs)
        nets = [AngleNet(self.config) for _ in rigs]
        for net in nets[1:]:
            net.blocks, net.norm = nets[0].blocks, nets[0].norm
        self.nets = nn.ModuleDict(dict(zip(rigs, nets, strict=True)))

    def __getitem__(self, rig: str) -> AngleNet:
        return cast(AngleNet, self.nets[rig])

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Outputs (n, 32) of the features (n, 64) of each rig, in the order of ``rigs``; n may differ between rigs."""
        nets = [self[rig] for rig in self.rigs]
        x = torch.cat([net.stem_of(part) for net, part in zip(nets, features, strict=True)])
        parts = nets[0].norm(nets[0].blocks(x)).split([len(part) for part in features])
        return [outputs_from_head(net.head(part), own, net.sigma_scale)
                for net, part, own in zip(nets, parts, features, strict=True)]  # fmt: skip

    def tensors(self) -> dict[str, Tensor]:
        """All numbers by name, what is shared once: ``shared.<name>`` and ``<rig>.<name>``."""
        return dict(self._named())

    def _named(self) -> Iterator[tuple[str, Tensor]]:
        for index, rig in enumerate(self.rigs):
            for name, tensor in self[rig].state_dict().items():
                shared = name.startswith(_SHARED)
                if not shared or index == 0:
                    yield (_SHARED_PREFIX if shared else f"{rig}.") + name, tensor

    def load_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over numbers from :meth:`tensors` of networks of the same rigs and size."""
        with torch.no_grad():
            for name, tensor in self._named():
                tensor.copy_(tensors[name])
