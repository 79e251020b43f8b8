"""What the demo dataset holds: three athletes, eight clips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.body.anthropometry import Anthropometry, Sex, anthropometry
from core.body.landmarks import FIELD_LABELS, RUNNING_LABELS
from core.body.points import labelled_points, poses_in_rig
from core.body.posture import exact_angles, segment_motion
from core.demo.choreography import Performance, Plan, perform
from core.demo.running import RunStyle, running
from core.demo.shot_turn import ShotStyle, shot_turn
from core.demo.spin_jump import JumpStyle, spin_jump
from core.demo.stage import CAMERAS
from core.demo.throwing import ThrowStyle, throwing
from core.records import Angles, Camera, Points, Poses
from core.skeleton import AP3D_FIELD, AP3D_RUNNING

__all__ = ["ATHLETES", "CLIPS", "ClipPlan", "DemoClip", "Gap", "performance", "play"]

ATHLETES: Mapping[str, Anthropometry] = MappingProxyType(
    {
        "S1": anthropometry(1810.0, Sex.MALE, 1.0),
        "S2": anthropometry(1660.0, Sex.FEMALE, 0.94),
        "S3": anthropometry(1900.0, Sex.MALE, 1.12),
    }
)
"""Three invented athletes: a man of average build, a slender woman, a tall sturdy man."""

Style = RunStyle | JumpStyle | ThrowStyle | ShotStyle


@dataclass(frozen=True, slots=True)
class Gap:
    """Labels that are missing from frame ``start`` up to, not including, ``stop``."""

    labels: tuple[str, ...]
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """One clip: who does what, how it is filmed, and what is missing of it."""

    athlete: str
    activity: str
    trial: int
    style: Style
    camera: str
    fps: float
    n_frames: int
    gaps: tuple[Gap, ...] = ()

    @property
    def stem(self) -> str:
        """Name of its files, without ending."""
        return f"{self.activity}_{self.trial}_cam_{self.camera.rpartition('_')[2]}"

    @property
    def name(self) -> str:
        """Name in tables: athlete and stem."""
        return f"{self.athlete}_{self.stem}"


_SHOT_GAPS = (
    Gap(("RELB", "RELL", "RELM", "RFRA"), 70, 86),
    Gap(("LKNE", "LKNL", "LKNM", "LTHI"), 118, 131),
    Gap(("RWRT", "RWSL", "RWSM", "RHND", "RMP2", "RMP5"), 146, 152),
    Gap(("C7", "T10"), 190, 214),
)

CLIPS: tuple[ClipPlan, ...] = (
    ClipPlan("S1", "Running", 1, RunStyle(), "demo_camera_1", 120.0, 240),
    ClipPlan("S1", "Spin_jump", 1, JumpStyle(0.52), "demo_camera_3", 60.0, 220),
    ClipPlan("S1", "Throw", 1, ThrowStyle(), "demo_camera_4", 60.0, 230),
    ClipPlan("S2", "Running", 1, RunStyle(3.1, 0.32, 0.215, 7.0, 34.0, 84.0, -3.0), "demo_camera_2", 120.0, 240),
    ClipPlan("S2", "Spin_jump", 1, JumpStyle(0.46, 116.0), "demo_camera_3", 60.0, 210),
    ClipPlan("S3", "Throw", 1, ThrowStyle(54.0, 96.0, 100.0), "demo_camera_4", 60.0, 230),
    ClipPlan("S3", "Shot_turn", 1, ShotStyle(), "demo_camera_5", 60.0, 250),
    ClipPlan("S3", "Shot_turn", 2, ShotStyle(0.13, 34.0, 98.0), "demo_camera_5", 60.0, 250, _SHOT_GAPS),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class DemoClip:
    """A clip carried out.

    points, poses : with the clip's gaps. angles : exact, of every frame.
    """

    points: Points
    poses: Poses
    angles: Angles
    camera: Camera


def performance(plan: ClipPlan) -> Performance:
    """The motion of a clip."""
    body, style, seconds = ATHLETES[plan.athlete], plan.style, plan.n_frames / plan.fps
    return perform(body, _choreography(body, style, seconds), plan.fps, plan.n_frames)


def _choreography(body: Anthropometry, style: Style, seconds: float) -> Plan:
    if isinstance(style, RunStyle):
        return running(body, style, seconds)
    if isinstance(style, JumpStyle):
        return spin_jump(body, style, seconds)
    if isinstance(style, ThrowStyle):
        return throwing(body, style, seconds)
    return shot_turn(body, style, seconds)


def play(plan: ClipPlan) -> DemoClip:
    """Everything that is known about a clip."""
    done = performance(plan)
    motion = segment_motion(done.posture)
    runs = isinstance(plan.style, RunStyle)
    points = labelled_points(done.body, motion, RUNNING_LABELS if runs else FIELD_LABELS)
    rig = AP3D_RUNNING if runs else AP3D_FIELD
    poses = poses_in_rig(done.body, motion, rig.name)
    return DemoClip(
        _with_gaps(points, plan.gaps), _poses_with_gaps(poses, plan.gaps), exact_angles(done.posture),
        CAMERAS[plan.camera],
    )  # fmt: skip


def _with_gaps(points: Points, gaps: tuple[Gap, ...]) -> Points:
    xyz = np.array(points.xyz_mm)
    for gap in gaps:
        xyz[gap.start : gap.stop, [points.names.index(label) for label in gap.labels]] = np.nan
    return Points(xyz, points.names, points.fps, points.axes)


def _poses_with_gaps(poses: Poses, gaps: tuple[Gap, ...]) -> Poses:
    """Joints are missing where any label of their recipe is."""
    xyz = np.array(poses.xyz_mm)
    rig = AP3D_RUNNING if poses.rig == AP3D_RUNNING.name else AP3D_FIELD
    for gap in gaps:
        hit = [joint for joint, labels in enumerate(rig.labels) if set(labels) & set(gap.labels)]
        xyz[gap.start : gap.stop, hit] = np.nan
    return Poses(xyz, poses.fps, poses.axes, rig=poses.rig)
