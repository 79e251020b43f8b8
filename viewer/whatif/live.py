"""The content of a clip while one of its frames is changed: the engine on that frame, everything else as it was.

No Qt here. Every number comes from :func:`core.evaluation.evaluate_part`, which is the evaluation of the whole clip cut
to the frame.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from core.editing import Move, edited
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation import EvaluationOptions, cut_clip, cut_poses, cut_reference, evaluate_part
from core.records import Poses
from viewer.content.build import Identity, lone_content, track_of
from viewer.content.placing import upright
from viewer.content.records import ClipContent, Track

__all__ = ["LiveFrame", "drawn_frame"]


class LiveFrame:
    """One frame of one source, changed again and again.

    content : a copy of the clip's content whose arrays of that source are written in the frame; nobody else's arrays
    change. Raises :class:`DataError` for a source that is not there or has no poses.
    """

    def __init__(self, content: ClipContent, name: str, frame: int, estimator: Estimator) -> None:
        poses, track = content.poses_of(name), content.track(name)
        if poses is None or track is None:
            raise DataError(f"no poses of {name!r} to change", path=content.name)
        self.poses, self.frame = poses, frame
        self._base, self._estimator = content, estimator
        own: dict[str, Any] = {part: getattr(track, part).copy() for part in _arrays(track)}
        self._track: Track = replace(track, edited=True, **own)
        tracks = tuple(self._track if other.name == name else other for other in content.tracks)
        self.content: ClipContent = replace(content, tracks=tracks, edited=content.edited | {name})

    def show(self, joint: int, by_mm: tuple[float, float, float], *, limb: bool) -> None:
        """Write what the frame is with a joint displaced by a vector in the axes of the poses."""
        pose = cut_poses(self.poses, self.frame, self.frame)
        moved = edited(pose, [Move(joint, 0, 0, by_mm, limb)])
        changed = drawn_frame(self._base, self._track.name, self.frame, moved, self._estimator)
        for part in _arrays(self._track):
            getattr(self._track, part)[self.frame] = getattr(changed, part)[0]


def drawn_frame(content: ClipContent, name: str, frame: int, pose: Poses, estimator: Estimator) -> Track:
    """A source as it would be with another pose (one frame) at ``frame``: a track of that frame alone.

    content : whose other numbers hold. Raises what :func:`core.evaluation.evaluate_part` raises.
    """
    track = content.track(name)
    assert track is not None  # noqa: S101 - the caller has its poses
    identity = Identity(track.title, track.colour, track.simulated)
    if content.found is None or content.reference is None:
        options = EvaluationOptions(content.shoulder)
        alone = lone_content(name, replace(pose, fps=content.fps), identity, estimator, options).tracks[0]
        mine = dict(content.sources)[name]
        drawn = track.xyz_mm[frame] + upright(pose, None) - upright(cut_poses(mine, frame, frame), None)
        return replace(alone, xyz_mm=drawn.astype(np.float32))
    found = content.found
    evaluation = evaluate_part(found.clip, pose, estimator, name=name, first=frame, last=frame,
                               options=found.evaluations[0].options, reference=found.reference)  # fmt: skip
    part = replace(found, clip=cut_clip(found.clip, frame, frame),
                   reference=cut_reference(found.reference, frame, frame))  # fmt: skip
    world = content.reference.xyz_mm[frame : frame + 1].astype(np.float64)
    return track_of(name, pose, evaluation, identity, part, world, estimator, content.alignment)


def _arrays(track: Track) -> list[str]:
    """Names of what a track has per frame."""
    return [part.name for part in fields(track) if isinstance(getattr(track, part.name), np.ndarray)]
