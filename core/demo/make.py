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

__all__ = ["COMMAND", "README", "main", "make_demo"]

COMMAND = "python -m core.demo.make DIR"
_GROUP = "demo"
README = f"""# Demo dataset of anglescope

Synthetic throughout: three invented athletes, eight invented motions, no recording of anyone. Written by
`{COMMAND}`, which gives the same numbers again.

* `data/test_set/S*/`, `cam_param.json`: AthletePose3D layout. World millimetres, Z up; 60 or 120 frames per second.
  Running clips have the 41 labels and 17 joints of the running dialect, all others the 84 labels of the field dialect.
  S2_Running_1 was filmed by a camera lying on its side; S3_Shot_turn_2 has gaps. There is no video.
* `exact_angles/<clip>_angles.csv`: the twelve joint angles that generated the points, of every frame.
* `predictions/sim_*`: **simulations of one kind of error each, not the output of any model**, root-relative
  millimetres in upright camera axes. `sim_depth_noise`: noise along the line of sight. `sim_over_smooth`: too much
  smoothing over time. `sim_hip_offset`: joints 1 and 4 at the hip joint centres. Apart from that, joints are those of
  the clip's own rig.

Licence: that of anglescope (BSD-3-Clause).
"""


def make_demo(directory: Path) -> None:
    """Write all clips, cameras, simulated sources and exact angles under ``directory``.

    Raises :class:`core.errors.OutputError` where it cannot be written.
    """
    ensure_writable_folder(directory / "exact_angles")
    write_atomic(directory / "README.md", README.encode())
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
