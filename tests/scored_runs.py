"""Small datasets with predictions, and the real command line on them, for tests of scoring."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from typer.testing import CliRunner

from core.cli.app import app
from tests.ap3d_layout import write_dataset

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from core.cli import main; main()"]
MANIFEST = {"anglescope_predictions": 1, "format": "poses_npy", "axes": "world_z_up", "scale": "metric", "unit": "mm",
            "rig": "ap3d"}  # fmt: skip


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "ANGLESCOPE_CACHE_DIR": str(cache)}


def write_scored(root: Path, n_clips: int, n_frames: int = 30) -> Path:
    """A dataset of ``n_clips`` over three athletes, with the predictions of two lifters inside it."""
    stems: dict[str, list[str]] = {}
    for number in range(n_clips):
        stem = f"{('Axel', 'Loop')[number % 2]}_{number}_cam_1"
        stems.setdefault(f"data/test_set/S{number % 3 + 1}", []).append(stem)
    write_dataset(root, stems, n_frames)
    for lifter, sigma in (("good", 5.0), ("poor", 60.0)):
        folder = root / "predictions" / lifter
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps(MANIFEST))
        for seed, file in enumerate(sorted((root / "data").rglob("*_h36m.npy"))):
            xyz = np.load(file)
            noise = np.random.default_rng(seed).normal(0, sigma, xyz.shape)
            name = f"{file.parent.name}_{file.name.replace('_h36m', '')}"
            np.save(folder / name, (xyz + noise).astype(np.float32))
    return root


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def score(dataset: Path, out: Path, *more: str) -> Ended:
    """``anglescope score`` through the whole command line, in this process.

    One worker and geometry, whose numbers can be worked out, unless said otherwise.
    """
    jobs = () if "--jobs" in more else ("--jobs", "1")
    angles = () if "--angles" in more or dataset.suffix == ".toml" else ("--angles", "geometry")
    surroundings = {"ANGLESCOPE_CACHE_DIR": str(out.parent / "cache")}
    result = CliRunner().invoke(
        app, ["score", str(dataset), "--out", str(out), *jobs, *angles, *more], env=surroundings
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # what a user would see as a traceback
    return Ended(result.exit_code, result.stdout, result.stderr)


def files_of(out: Path) -> dict[str, bytes]:
    """Everything in a results folder; of ``run.json`` all but what was typed, where and when."""
    found = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    record = json.loads(found["run.json"])
    del record["times"], record["command"], record["working_folder"]
    found["run.json"] = json.dumps(record).encode()
    return found
