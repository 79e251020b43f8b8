"""Datasets with a known answer to "do fewer millimetres mean better angles?", made of pieces of the demo's clips.

Each athlete performs other pieces of the demo's motion. Two lifters are made from the true poses:

* ``inverse``: *near* has little noise where it turns bones, *scaled* is a quarter too large, which turns none.
* ``independent``: both turn bones alike, and one is larger than the other.
* ``definition``: *exact* has the true poses with hip joint centres where the reference has the middle of ASIS and PSIS;
  *scaled* has the reference's joints, turned a little and too large. Only the definition makes *exact* look worse.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.demo.programme import CLIPS
from core.results.clip_table import ClipRow, clip_row
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob, tasks_of
from core.scoring.work import score_clip
from tests.simulated_sources import DEMO, rig_of, true_poses_mm

ATHLETES, TAKES, FRAMES = 8, 3, 24
UNEVEN = "videopose3d-compact"
_ENDS = (2, 3, 5, 6, 9, 10, 12, 13, 15, 16)
Poses = NDArray[np.float64]
Lifter = Callable[[Poses, Poses, np.random.Generator], Poses]
"""From the true poses in the reference's rig and in Human3.6M's to a lifter's."""


def turned(sd_mm: float) -> Lifter:
    """Noise on knees, ankles, elbows, wrists and head, which turns bones."""

    def poses(reference: Poses, _: Poses, rng: np.random.Generator) -> Poses:
        noise = np.zeros_like(reference)
        noise[:, _ENDS] = rng.normal(0, sd_mm, (len(reference), len(_ENDS), 3))
        return reference + noise

    return poses


def larger(factor: float, lifter: Lifter) -> Lifter:
    """The same, larger."""
    return lambda reference, exact, rng: factor * lifter(reference, exact, rng)


def as_h36m(lifter: Lifter) -> Lifter:
    """The same done to the joints of Human3.6M."""
    return lambda _, exact, rng: lifter(exact, exact, rng)


PLANTED: dict[str, dict[str, tuple[str, Lifter]]] = {
    "inverse": {"near": ("clip", turned(22)), "scaled": ("clip", larger(1.25, turned(4)))},
    "independent": {"near": ("clip", turned(12)), "scaled": ("clip", larger(1.25, turned(12)))},
    "definition": {"exact": ("clip", as_h36m(turned(1))), "scaled": ("clip", larger(1.3, turned(4)))},
}


def planted_dataset(root: Path, name: str, seed: int = 1) -> Path:
    """Write one of :data:`PLANTED`; returns its root."""
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("data", "predictions", "exact_angles", "README.md"))
    rng = np.random.default_rng(seed)
    for lifter, (rig, _) in PLANTED[name].items():
        folder = root / "predictions" / lifter
        folder.mkdir(parents=True)
        manifest = {"anglescope_predictions": 1, "lifter": lifter, "format": "poses_npy", "axes": "camera",
                    "scale": "metric", "unit": "mm", "rig": rig}  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest))
    for athlete, take, number, frames in _pieces():
        plan = CLIPS[number]
        stem = f"{plan.name.split('_', 1)[1].rsplit('_', 3)[0]}_{take + 1}_cam_1"
        to = root / "data" / "test_set" / f"S{athlete + 1}"
        _piece(plan.name, to / stem, frames)
        reference, exact = (true_poses_mm(plan, rig)[frames] for rig in (rig_of(plan), "h36m"))
        for lifter, (_, make) in PLANTED[name].items():
            poses = make(reference, exact, rng)
            np.save(root / "predictions" / lifter / f"S{athlete + 1}_{stem}.npy", poses.astype(np.float32))
    return root


def uneven_dataset(root: Path, frames: Sequence[int]) -> Path:
    """The first clips of the demo and one of its lifters, each cut to so many frames; returns its root."""
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("data", "predictions", "exact_angles", "README.md"))
    folder = root / "predictions" / UNEVEN
    folder.mkdir(parents=True)
    manifest = {"anglescope_predictions": 1, "lifter": UNEVEN, "format": "poses_npy", "axes": "camera",
                "scale": "metric", "unit": "mm", "rig": "h36m"}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for plan, n in zip(CLIPS, frames, strict=False):
        athlete, stem = plan.name.split("_", 1)
        _piece(plan.name, root / "data" / "test_set" / athlete / stem, slice(0, n))
        np.save(folder / f"{plan.name}.npy", np.load(DEMO / "predictions" / UNEVEN / f"{plan.name}.npy")[:n])
    return root


def _pieces() -> Iterator[tuple[int, int, int, slice]]:
    """Athlete, take, number of the clip, frames: whole of the demo, none of them twice."""
    usable = [number for number, plan in enumerate(CLIPS) if rig_of(plan) == "ap3d"]
    for athlete in range(ATHLETES):
        for take in range(TAKES):
            start = 5 + FRAMES * athlete
            yield athlete, take, usable[take], slice(start, start + FRAMES)


def _piece(name: str, to: Path, frames: slice) -> None:
    athlete, stem = name.split("_", 1)
    source = DEMO / "data" / "test_set" / athlete / stem
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source.with_name(f"{stem}.json"), to.with_name(f"{to.name}.json"))
    for ending in (".npy", "_h36m.npy"):
        np.save(to.with_name(f"{to.name}{ending}"), np.load(source.with_name(f"{stem}{ending}"))[frames])


def scored(root: Path, angles: str = "network") -> tuple[ScoreJob, list[ClipRow]]:
    """By geometry, whose angles of the reference poses differ from the reference by definition alone."""
    job = build_job(Choices(root, angles=angles, jobs=1))
    return job, [clip_row(score_clip(task)) for task in tasks_of(job)]
