"""``evaluate``: a clip, a source and an estimator in; every number about that source on that clip out.

The batch scorer, the viewer and the study all call it; there is no second path to a number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.angles.hip_centre import DEFAULT_REGRESSION
from core.angles.isb import isb_angles
from core.angles.landmarks import LandmarkSet
from core.angles.rigidity import not_rigid
from core.angles.views import arm_direction_error_deg, circular_columns, in_view, near_singular
from core.cameras import to_camera
from core.conventions import ShoulderView
from core.errors import DataError
from core.estimators import Estimator
from core.metrics.angle import angle_errors
from core.metrics.position import PositionErrors, position_errors
from core.records import Angles, Axes, Clip, Float32, Poses, Scale
from core.skeleton import BONES, JOINTS, RIGS

__all__ = ["ALIGNMENT", "REFERENCE", "Evaluation", "EvaluationOptions", "Reference", "evaluate", "evaluate_floor",
           "reference_of"]  # fmt: skip

REFERENCE = "reference"
"""Name of the row that holds the floor: the estimator on the reference poses."""

ALIGNMENT = (
    "MPJPE: root-centred, 17 joints (root counts, with error 0); N-MPJPE: root-centred, best scale per frame; "
    "P-MPJPE: best similarity per frame; angles: none needed"
)
"""How positions are aligned, in words that go with every table."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """Choices that change numbers; recorded with every result.

    shoulder : view in which shoulder errors are taken. hip_regression : for labels without hip joint centres.
    landmark_sets : None: the sets that ship.
    """

    shoulder: ShoulderView = ShoulderView.COMPONENTS
    hip_regression: str = DEFAULT_REGRESSION
    landmark_sets: tuple[LandmarkSet, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What every source of a clip is held against.

    angles : ISB angles from labelled points, or the floor where the clip has none (``stands_in``).
    floor : the estimator on the reference poses: what the instrument itself gets wrong.
    near_singular : (T, 12) frames in which the reference is ill-conditioned in the chosen view.
    """

    angles: Angles
    floor: Angles
    near_singular: NDArray[np.bool_]
    stands_in: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All numbers about one source on one clip, per frame.

    source : lifter name, or :data:`REFERENCE` for the floor. angles : the estimator on the source's poses.
    error_deg, floor_error_deg : (T, 12) signed, source (floor) minus reference in the view of ``options``,
        wrapped where the angle is circular. arm_direction_deg : (T, 2) unsigned, left and right.
    positions : position errors per frame and joint; all NaN for the floor.
    notes : what was adapted or differs by definition. problems : what is wrong with the data but did not
        prevent a score.
    """

    clip: str
    athlete: str
    activity: str
    fps: float
    source: str
    options: EvaluationOptions
    reference: Reference
    angles: Angles
    error_deg: Float32
    floor_error_deg: Float32
    arm_direction_deg: Float32
    positions: PositionErrors
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return self.angles.n_frames


def reference_of(clip: Clip, estimator: Estimator, options: EvaluationOptions | None = None) -> Reference:
    """Reference and floor of a clip; computed once, they serve every source.

    Raises :class:`DataError` where the reference poses hold no defined frame.
    """
    options = options or EvaluationOptions()
    if not np.isfinite(clip.poses.xyz_mm).any():
        raise DataError("reference poses hold no defined frame", path=clip.poses.origin.path or clip.name,
                        expected="numbers in at least one frame", got="NaN throughout")  # fmt: skip
    floor = estimator.angles(clip.poses)
    if clip.points is None:
        notes: tuple[str, ...] = (f"no labelled points: {estimator.name} on the reference poses stands in",)
        angles = floor
    else:
        sets, regression = options.landmark_sets, options.hip_regression
        angles = isb_angles(clip.points, landmark_sets=sets, hip_regression=regression)
        notes = (*angles.notes, *not_rigid(clip.points))
    singular = near_singular(angles, options.shoulder)
    return Reference(angles, floor, singular, clip.points is None, notes)


def evaluate(
    clip: Clip,
    source: Poses,
    estimator: Estimator,
    *,
    name: str,
    options: EvaluationOptions | None = None,
    reference: Reference | None = None,
) -> Evaluation:
    """Angle and position errors of one source on one clip.

    source : poses of the same frames. name : the lifter's name. reference : from :func:`reference_of` with the
    same clip, estimator and options, to compute it once for many sources.
    The reference poses are turned into the source's axes (camera axes need the clip's camera). For a source
    known up to scale, metric MPJPE and velocity stay empty.
    Raises :class:`DataError` for another number of frames, axes that cannot be matched, or no defined frame.
    """
    options = options or EvaluationOptions()
    reference = reference or reference_of(clip, estimator, options)
    _check_source(clip, source, name)
    truth, notes = _in_axes_of(source, clip)
    positions = position_errors(source.xyz_mm, truth.xyz_mm, clip.fps, metric=source.scale is Scale.METRIC)
    evaluation = _with_angles(clip, estimator.angles(source), reference, options, name, positions)
    return replace(
        evaluation, notes=(*clip.notes, *reference.notes, *source.notes, *notes, *_definition_notes(source, clip)),
        problems=_problems(source, name),
    )  # fmt: skip


def evaluate_floor(
    clip: Clip, estimator: Estimator, options: EvaluationOptions | None = None, reference: Reference | None = None
) -> Evaluation:
    """The estimator on the reference poses as if they were a source; it has no position errors."""
    options = options or EvaluationOptions()
    reference = reference or reference_of(clip, estimator, options)
    nothing = np.full(clip.poses.xyz_mm.shape[:2], np.nan, dtype=np.float32)
    positions = PositionErrors(nothing, nothing, nothing, nothing)
    evaluation = _with_angles(clip, reference.floor, reference, options, REFERENCE, positions)
    return replace(evaluation, notes=(*clip.notes, *reference.notes), problems=_problems(clip.poses, REFERENCE))


def _with_angles(
    clip: Clip, angles: Angles, reference: Reference, options: EvaluationOptions, name: str, positions: PositionErrors
) -> Evaluation:
    circular = circular_columns(options.shoulder)
    truth = in_view(reference.angles, options.shoulder)
    return Evaluation(
        clip=clip.name, athlete=clip.athlete, activity=clip.activity, fps=clip.fps, source=name, options=options,
        reference=reference, angles=angles,
        error_deg=angle_errors(in_view(angles, options.shoulder), truth, circular),
        floor_error_deg=angle_errors(in_view(reference.floor, options.shoulder), truth, circular),
        arm_direction_deg=arm_direction_error_deg(angles, reference.angles), positions=positions,
    )  # fmt: skip


def _check_source(clip: Clip, source: Poses, name: str) -> None:
    path = source.origin.path or name
    if source.n_frames != clip.n_frames:
        raise DataError(
            f"{name} and {clip.name} differ in length", path=path, expected=f"{clip.n_frames} frames",
            got=f"{source.n_frames} frames", hint="Give an offset or a trim policy if the file is meant for this clip",
        )  # fmt: skip
    if not np.isfinite(source.xyz_mm).any():
        raise DataError(f"poses of {name} for {clip.name} hold no defined frame", path=path, got="NaN throughout")


def _in_axes_of(source: Poses, clip: Clip) -> tuple[Poses, tuple[str, ...]]:
    """The reference poses in the source's axes, and what was done."""
    if source.axes is clip.poses.axes:
        return clip.poses, ()
    if source.axes is Axes.CAMERA:
        if clip.camera is None:
            raise DataError(
                f"{clip.name} has no camera, so poses in camera axes cannot be compared", path=source.origin.path,
                expected="an entry in cam_param.json", hint="Add the camera, or give the poses in world axes",
            )  # fmt: skip
        return to_camera(clip.poses, clip.camera), (f"reference turned into the axes of camera {clip.camera.name}",)
    if {source.axes, clip.poses.axes} == {Axes.WORLD_Z_UP, Axes.WORLD_Y_UP}:
        return _other_world(clip.poses), (f"reference turned from {clip.poses.axes} to {source.axes}",)
    raise DataError(f"axes of the poses do not fit {clip.name}", path=source.origin.path,
                    expected=str(clip.poses.axes), got=str(source.axes))  # fmt: skip


def _other_world(poses: Poses) -> Poses:
    """Exchange the two world conventions: (x, y, z) Y-up is (x, -z, y) Z-up, X forward in both."""
    x, y, z = np.moveaxis(poses.xyz_mm, -1, 0)
    if poses.axes is Axes.WORLD_Y_UP:
        return replace(poses, xyz_mm=np.stack([x, -z, y], axis=-1), axes=Axes.WORLD_Z_UP)
    return replace(poses, xyz_mm=np.stack([x, z, -y], axis=-1), axes=Axes.WORLD_Y_UP)


def _definition_notes(source: Poses, clip: Clip) -> tuple[str, ...]:
    """Differences of definition between source and reference that no lifter can help."""
    if source.rig == clip.poses.rig:
        return ()
    theirs, ours = RIGS[source.rig], RIGS[clip.poses.rig]
    note = f"joints of {theirs.title} against {ours.title}: they stand for different points"
    if theirs.hips_are_centres != ours.hips_are_centres:
        note += " (the hips by about 80 mm), part of the error is definition"
    return (note,)


def _problems(poses: Poses, name: str) -> tuple[str, ...]:
    """What is wrong with poses that can still be scored in part."""
    problems = []
    absent = ~np.isfinite(poses.xyz_mm).any(axis=(0, 2))
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
    return np.asarray((poses.xyz_mm[:, parents] == poses.xyz_mm[:, children]).all(axis=-1))
