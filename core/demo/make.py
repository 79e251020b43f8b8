"""Write the demo dataset: ``python -m core.demo.make DIR``. The same machine writes the same bytes again.

Clips, cameras and exact angles are written here; the predictions beside them are made by ``anglescope lift``, as the
dataset's README says.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.demo.programme import CLIPS, ClipPlan, play
from core.demo.stage import CAMERAS
from core.export.athletepose3d import write_cameras, write_clip
from core.export.tables import write_angles_csv
from core.files import ensure_writable_folder, write_atomic

__all__ = ["COMMAND", "README", "main", "make_demo"]

COMMAND = "python -m core.demo.make DIR"
_GROUP = "demo"
README = f"""# Demo dataset of anglescope

Three invented athletes in eight invented motions, no recording of anyone, and what three real lifters make of them.

Clips, cameras and angles are synthetic throughout. `{COMMAND}` writes them, and gives the same
numbers again:

* `data/test_set/S*/`, `cam_param.json`: AthletePose3D layout. World millimetres, Z up; 60 or 120 frames per second.
  Running clips have the 41 labels and 17 joints of the running dialect, all others the 84 labels of the field dialect.
  S2_Running_1 was filmed by a camera lying on its side; S3_Shot_turn_2 has gaps. There is no video.
* `exact_angles/<clip>_angles.csv`: the twelve joint angles that generated the points, of every frame.

The predictions are the output of models, from the clips' own 2D keypoints (`_coco.npy`: projected points, without a
detector's errors). These commands write them:

    anglescope lift resources/demo -m simplebaseline3d
    anglescope lift resources/demo -m videopose3d
    anglescope lift resources/demo -m motionbert

* `predictions/<model>-compact/`: root-relative millimetres in upright camera axes, joints of Human3.6M, no pose where
  keypoints are missing for more than 10 frames. `manifest.json` says which weights, which 2D normalisation and which
  software, and of each clip what was converted or filled.
* Each model is called what it is: a compact version of SimpleBaseline3D, VideoPose3D or MotionBERT that was trained for
  anglescope, on minutes of CMU and DeepMimic motion (how many is in the `title` of its manifest). None is the published
  model, and nothing here says how good that is.
* **Their errors are real ones, of another training domain**: the models learnt from walking and arm motion, of other
  bodies before other cameras, and meet running, jumping and throwing here. Their joints also stand for other points of
  the body than the reference's. That is what the demo is for: errors of a lifter taken out of its laboratory, as
  unevenly spread over joints, angles and motions as they come.

Licence: that of anglescope (BSD-3-Clause), the predictions included.
"""


def make_demo(directory: Path) -> None:
    """Write all clips, cameras and exact angles under ``directory``; predictions that are there stay as they are.

    Raises :class:`core.errors.OutputError` where it cannot be written.
    """
    ensure_writable_folder(directory / "exact_angles")
    write_atomic(directory / "README.md", README.encode())
    write_cameras(directory / "cam_param.json", CAMERAS.values())
    for plan in CLIPS:
        _write(directory, plan)


def _write(directory: Path, plan: ClipPlan) -> None:
    """One clip with its exact angles."""
    clip = play(plan)
    folder = directory / "data" / "test_set" / plan.athlete
    made = {"made_by": COMMAND, "synthetic": True}
    write_clip(folder, plan.stem, clip.points, clip.poses, clip.camera, _GROUP, made)
    write_angles_csv(directory / "exact_angles" / f"{plan.name}_angles.csv", clip.angles, plan.fps)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m core.demo.make", description=__doc__)
    parser.add_argument("directory", type=Path, help="folder to write into; made if absent")
    make_demo(parser.parse_args(arguments).directory)


if __name__ == "__main__":
    main()
