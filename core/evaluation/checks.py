"""What is odd about a source beside its clip: refused, a problem to report, or a note."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.records import Clip, Poses
from core.skeleton import BONES, JOINTS, RIGS

__all__ = ["DIFFERENT_POINTS", "check_source", "definition_notes", "problems_of", "wrong_axes"]

DIFFERENT_POINTS = "they stand for different points"
"""By these words a note of :func:`definition_notes` is found again among others."""


def check_source(clip: Clip, source: Poses, name: str, rigs: tuple[str, ...]) -> None:
    """Raise :class:`DataError` for another number of frames than the clip has, and for poses without a number.

    rigs : that the estimator can take; poses of another raise as well.
    """
    path = source.origin.path or name
    if source.rig not in rigs:
        raise DataError(f"the estimator has no weights for poses of rig {source.rig!r}", path=path,
                        expected=" or ".join(rigs))  # fmt: skip
    if source.n_frames != clip.n_frames:
        raise DataError(
            f"{name} and {clip.name} differ in length", path=path, expected=f"{clip.n_frames} frames",
            got=f"{source.n_frames} frames", hint="Give an offset or a trim policy if the file is meant for this clip",
        )  # fmt: skip
    if not np.isfinite(source.xyz_mm).any():
        raise DataError(f"poses of {name} for {clip.name} hold no defined frame", path=path, got="NaN throughout")


def wrong_axes(clip: Clip, source: Poses) -> DataError:
    """The error of a source whose axes cannot be those of the clip."""
    return DataError(f"axes of the poses do not fit {clip.name}", path=source.origin.path,
                     expected=str(clip.poses.axes), got=str(source.axes))  # fmt: skip


def definition_notes(source: Poses, clip: Clip) -> tuple[str, ...]:
    """Differences of definition between source and reference that no lifter can help."""
    if source.rig == clip.poses.rig:
        return ()
    theirs, ours = RIGS[source.rig], RIGS[clip.poses.rig]
    note = f"joints of {theirs.title} against {ours.title}: {DIFFERENT_POINTS}"
    if theirs.hips_are_centres != ours.hips_are_centres:
        note += " (the hips by about 80 mm), part of the error is definition"
    return (note,)


def problems_of(poses: Poses, name: str) -> tuple[str, ...]:
    """What is wrong with poses that can still be scored in part."""
    problems = []
    absent = np.isnan(poses.xyz_mm[0]).any(axis=1)
    if absent.any():
        absent = np.isnan(poses.xyz_mm).any(axis=2).all(axis=0)
    if absent.any():
        joint = JOINTS[int(np.argmax(absent))]
        problems.append(f"{name}: joint {joint} is missing in every frame; what needs it stays empty")
    collapsed = _zero_length_bones(poses)
    if collapsed.any():
        bone = int(np.argmax(collapsed.any(axis=0)))
        names = " to ".join(JOINTS[joint] for joint in BONES[bone])
        problems.append(f"{name}: bone {names} has no length in {int(collapsed[:, bone].sum())} frames, first frame "
                        f"{int(np.argmax(collapsed[:, bone]))}; its angles stay empty there")  # fmt: skip
    if poses.n_frames == 1:
        problems.append(f"{name}: a single frame; velocity, range of motion and r are undefined")
    return tuple(problems)


def _zero_length_bones(poses: Poses) -> NDArray[np.bool_]:
    """(T, 16) True where both ends of a bone are at exactly one place."""
    parents, children = np.array(BONES).T
    same_x = np.asarray(poses.xyz_mm[:, parents, 0] == poses.xyz_mm[:, children, 0])
    if not same_x.any():
        return same_x
    return np.asarray((poses.xyz_mm[:, parents] == poses.xyz_mm[:, children]).all(axis=-1))
