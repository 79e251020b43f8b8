"""Words that several panels use for the same thing. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.conventions import ShoulderView
from core.metrics.alignment import Alignment

__all__ = ["ALIGNED", "POSITION_ERROR", "SHOULDER"]

POSITION_ERROR: Mapping[Alignment, str] = MappingProxyType({
    Alignment.NONE: "distance", Alignment.ROOT: "MPJPE", Alignment.SCALE: "N-MPJPE", Alignment.PROCRUSTES: "P-MPJPE",
})  # fmt: skip
"""What the position error under an alignment is called."""

ALIGNED: Mapping[Alignment, str] = MappingProxyType({
    Alignment.NONE: "not aligned", Alignment.ROOT: "aligned at the pelvis",
    Alignment.SCALE: "aligned at the pelvis and scaled", Alignment.PROCRUSTES: "aligned by Procrustes",
})  # fmt: skip
"""How skeletons are laid over the reference."""

SHOULDER: Mapping[ShoulderView, str] = MappingProxyType({
    ShoulderView.COMPONENTS: "flexion and abduction components", ShoulderView.RAW: "plane and elevation (Y-X-Y)",
    ShoulderView.PROJECTED: "projected flexion and abduction",
})  # fmt: skip
"""What the pair of numbers of the shoulder is in each view."""
