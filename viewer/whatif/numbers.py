"""Both errors at a frame, as the poses were read and as they are now. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.estimators import Estimator
from core.evaluation import cut_poses
from viewer.content.records import ClipContent, Track
from viewer.whatif.live import drawn_frame

__all__ = ["FrameNumbers", "numbers_as_read", "numbers_now"]


@dataclass(frozen=True, slots=True)
class FrameNumbers:
    """Of one source at one frame; NaN where undefined.

    position_mm : MPJPE under the content's alignment. joint_mm : position error of one joint. angle_deg : value of one
    angle; error_deg : its error. mae_deg : mean of the twelve absolute errors.
    """

    position_mm: float
    joint_mm: float
    angle_deg: float
    error_deg: float
    mae_deg: float


def numbers_now(content: ClipContent, name: str, frame: int, joint: int, angle: int) -> FrameNumbers | None:
    """What is shown; None for a source that is not there."""
    track = content.track(name)
    return None if track is None else _of(track, frame, joint, angle)


def numbers_as_read(
    content: ClipContent, name: str, frame: int, joint: int, angle: int, estimator: Estimator
) -> FrameNumbers | None:
    """What would be shown without the edits; None for a source that has none."""
    poses = None if content.found is None else dict(content.found.unedited).get(name)
    if poses is None:
        return None
    return _of(drawn_frame(content, name, frame, cut_poses(poses, frame, frame), estimator), 0, joint, angle)


def _of(track: Track, frame: int, joint: int, angle: int) -> FrameNumbers:
    return FrameNumbers(
        float(track.mpjpe_mm[frame]), float(track.position_mm[frame, joint]) if joint >= 0 else np.nan,
        float(track.angles_deg[frame, angle]), float(track.error_deg[frame, angle]), float(track.angle_mae_deg[frame]),
    )  # fmt: skip
