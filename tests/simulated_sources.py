"""Three simulated sources for the demo's clips, each one kind of error added to the true poses. None is a model.

What a test must know of an error (along the line of sight, in fast motion, in the definition of the hips) is known of
these, and of no model's output.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.ndimage import gaussian_filter1d

import resources
from core.body.points import poses_in_rig
from core.body.posture import segment_motion
from core.cameras import world_to_camera
from core.demo.programme import CLIPS, ClipPlan, performance
from core.demo.running import RunStyle
from core.demo.stage import CAMERAS
from core.records import Float32, Float64

DEMO = Path(resources.__file__).parent / "demo"
SEED = 20020518
DEPTH_MM, DEPTH_S = 48.0, 0.12
SMOOTH_S = 0.15
HIPS = (1, 4)


@dataclass(frozen=True, slots=True)
class SimulatedSource:
    """One kind of error. rig : a name, or ``clip`` for that of each clip.

    poses : number of a clip to (T, 17, 3) root-relative mm in upright camera axes.
    """

    name: str
    title: str
    rig: str
    poses: Callable[[int], Float32]


def rig_of(plan: ClipPlan) -> str:
    """The rig of the clip's reference poses."""
    return "ap3d_running" if isinstance(plan.style, RunStyle) else "ap3d"


def true_poses_mm(plan: ClipPlan, rig: str) -> Float64:
    """(T, 17, 3) without gaps, root-relative, in upright camera axes."""
    done = performance(plan)
    whole = poses_in_rig(done.body, segment_motion(done.posture), rig)
    return _root_relative(world_to_camera(CAMERAS[plan.camera], whole.xyz_mm))


def _root_relative(xyz_mm: Float64) -> Float64:
    return xyz_mm - xyz_mm[:, :1]


def _depth_noise(number: int) -> Float32:
    """Noise along the line of sight, smooth in time, independent between joints; what one camera sees worst."""
    plan = CLIPS[number]
    seen = true_poses_mm(plan, rig_of(plan))
    white = np.random.default_rng([SEED, number]).standard_normal(seen.shape[:2])
    white[:, 0] = 0.0  # the root is where all poses are fixed: noise there would move the whole body
    smooth = gaussian_filter1d(white, DEPTH_S * plan.fps, axis=0, mode="reflect")
    seen[..., 2] += DEPTH_MM * smooth / smooth.std()
    return _root_relative(seen).astype(np.float32)


def _over_smooth(number: int) -> Float32:
    """Root-relative poses after a strong temporal low-pass: fast extremes are lost, slow motion stays exact."""
    plan = CLIPS[number]
    seen = true_poses_mm(plan, rig_of(plan))
    return gaussian_filter1d(seen, SMOOTH_S * plan.fps, axis=0, mode="nearest").astype(np.float32)


def _hip_offset(number: int) -> Float32:
    """True poses whose joints 1 and 4 are the hip joint centres, not the mean of ASIS and PSIS."""
    plan = CLIPS[number]
    done = performance(plan)
    motion = segment_motion(done.posture)
    whole, centres = (poses_in_rig(done.body, motion, rig).xyz_mm for rig in (rig_of(plan), "h36m"))
    xyz = np.array(whole)
    xyz[:, HIPS] = centres[:, HIPS]
    return _root_relative(world_to_camera(CAMERAS[plan.camera], xyz)).astype(np.float32)


SOURCES: Mapping[str, SimulatedSource] = MappingProxyType({
    source.name: source
    for source in (
        SimulatedSource("sim_depth_noise", "simulation of noise in depth, not a model", "clip", _depth_noise),
        SimulatedSource("sim_over_smooth", "simulation of too much smoothing over time, not a model", "clip",
                        _over_smooth),
        SimulatedSource("sim_hip_offset", "simulation of another hip definition, not a model", "h36m", _hip_offset),
    )
})  # fmt: skip
"""By name, which starts with ``sim_``."""


def write_simulated(folder: Path, name: str) -> Path:
    """The predictions of one source for all clips, with a manifest; returns ``folder``."""
    source = SOURCES[name]
    folder.mkdir(parents=True)
    manifest = {"anglescope_predictions": 1, "lifter": name, "title": source.title, "simulated": True,
                "format": "poses_npy", "axes": "camera", "scale": "metric", "unit": "mm",
                "rig": source.rig}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for number, plan in enumerate(CLIPS):
        np.save(folder / f"{plan.name}.npy", source.poses(number))
    return folder


def simulated_demo(root: Path) -> Path:
    """A copy of the demo dataset with the three simulated sources in the place of its lifters; returns ``root``."""
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("predictions"))
    for name in SOURCES:
        write_simulated(root / "predictions" / name, name)
    return root
