"""Write the demo dataset: ``python -m core.demo.make DIR``. The same machine writes the same bytes again."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from core.demo.programme import CLIPS, ClipPlan, DemoClip, play
from core.demo.sources import SEED, SOURCES, SimulatedSource
from core.demo.stage import CAMERAS
from core.export.athletepose3d import write_cameras, write_clip, write_npy
from core.export.tables import write_angles_csv
from core.files import ensure_writable_folder, write_atomic

__all__ = ["COMMAND", "main", "make_demo"]

COMMAND = "python -m core.demo.make DIR"
_GROUP = "demo"


def make_demo(directory: Path) -> None:
    """Write all clips, cameras, simulated sources and exact angles under ``directory``.

    Raises :class:`core.errors.OutputError` where it cannot be written.
    """
    ensure_writable_folder(directory / "exact_angles")
    write_cameras(directory / "cam_param.json", CAMERAS.values())
    for source in SOURCES.values():
        ensure_writable_folder(directory / "predictions" / source.name)
        manifest = json.dumps(_manifest(source), indent=1)
        write_atomic(directory / "predictions" / source.name / "manifest.json", manifest.encode())
    for number, plan in enumerate(CLIPS):
        _write(directory, plan, number, play(plan))


def _write(directory: Path, plan: ClipPlan, number: int, clip: DemoClip) -> None:
    """One clip with its exact angles and the simulated sources' poses for it."""
    folder = directory / "data" / "test_set" / plan.athlete
    made = {"made_by": COMMAND, "synthetic": True}
    write_clip(folder, plan.stem, clip.points, clip.poses, clip.camera, _GROUP, made)
    write_angles_csv(directory / "exact_angles" / f"{plan.name}_angles.csv", clip.angles, plan.fps)
    for source in SOURCES.values():
        write_npy(directory / "predictions" / source.name / f"{plan.name}.npy", source.poses(clip, number))


def _manifest(source: SimulatedSource) -> dict[str, object]:
    return {
        "anglescope_predictions": 1, "lifter": source.name, "title": source.title, "simulated": True,
        "format": "poses_npy", "axes": "camera", "scale": "metric", "unit": "mm", "rig": source.rig,
        "normalisation": None, "fps": None, "made_by": COMMAND, "seed": SEED, "parameters": dict(source.parameters),
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m core.demo.make", description=__doc__)
    parser.add_argument("directory", type=Path, help="folder to write into; made if absent")
    make_demo(parser.parse_args(arguments).directory)


if __name__ == "__main__":
    main()
