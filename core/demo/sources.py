"""Three simulated sources, each one kind of error added to the true poses. None of them is a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.ndimage import gaussian_filter1d

from core.cameras import world_to_camera
from core.demo.programme import DemoClip
from core.records import Float32, Float64

__all__ = ["SEED", "SOURCES", "SimulatedSource"]

SEED = 20020518
_DEPTH_MM, _DEPTH_S = 48.0, 0.12
_SMOOTH_S = 0.15
_HIPS = (1, 4)


@dataclass(frozen=True, slots=True)
class SimulatedSource:
    """One kind of error. rig : a name, or ``clip`` for that of each clip.

    poses : clip and its number to (T, 17, 3) root-relative mm in upright camera axes.
    """

    name: str
    title: str
    rig: str
    parameters: tuple[tuple[str, float | str], ...]
    poses: Callable[[DemoClip, int], Float32]


def _seen(clip: DemoClip, xyz_mm: Float32) -> Float64:
    """World poses in upright camera axes."""
    return world_to_camera(clip.camera, xyz_mm)


def _root_relative(xyz_mm: Float64) -> Float32:
    return (xyz_mm - xyz_mm[:, :1]).astype(np.float32)


def _depth_noise(clip: DemoClip, number: int) -> Float32:
    """Noise along the line of sight, smooth in time, independent between joints; what one camera sees worst."""
    seen = _seen(clip, clip.whole.xyz_mm)
    white = np.random.default_rng([SEED, number]).standard_normal(seen.shape[:2])
    white[:, 0] = 0.0  # the root is where all poses are fixed: noise there would move the whole body
    smooth = gaussian_filter1d(white, _DEPTH_S * float(clip.whole.fps or 1.0), axis=0, mode="reflect")
    seen[..., 2] += _DEPTH_MM * smooth / smooth.std()
    return _root_relative(seen)


def _over_smooth(clip: DemoClip, number: int) -> Float32:  # noqa: ARG001 - nothing random here
    """Root-relative poses after a strong temporal low-pass: fast extremes are lost, slow motion stays exact."""
    seen = _seen(clip, clip.whole.xyz_mm)
    relative = seen - seen[:, :1]
    smooth = gaussian_filter1d(relative, _SMOOTH_S * float(clip.whole.fps or 1.0), axis=0, mode="nearest")
    return smooth.astype(np.float32)


def _hip_offset(clip: DemoClip, number: int) -> Float32:  # noqa: ARG001 - nothing random here
    """True poses whose joints 1 and 4 are the hip joint centres, not the mean of ASIS and PSIS."""
    xyz = np.array(clip.whole.xyz_mm)
    xyz[:, _HIPS] = clip.centres.xyz_mm[:, _HIPS]
    return _root_relative(_seen(clip, xyz))


SOURCES: Mapping[str, SimulatedSource] = MappingProxyType(
    {
        source.name: source
        for source in (
            SimulatedSource("sim_depth_noise", "simulation of noise in depth, not a model", "clip",
                            (("sd_mm", _DEPTH_MM), ("kernel_sd_s", _DEPTH_S)), _depth_noise),
            SimulatedSource("sim_over_smooth", "simulation of too much smoothing over time, not a model", "clip",
                            (("kernel_sd_s", _SMOOTH_S),), _over_smooth),
            SimulatedSource("sim_hip_offset", "simulation of another hip definition, not a model", "h36m",
                            (("moved", "joints 1 and 4 to the hip joint centres"),), _hip_offset),
        )
    }
)  # fmt: skip
"""By name, which starts with ``sim_``."""
