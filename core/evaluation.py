"""``evaluate``: a clip, a source and an estimator in; every number about that source on that clip out.

The batch scorer, the viewer and the study all call it; there is no second path to a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.angles.hip_centre import DEFAULT_REGRESSION
from core.angles.isb import isb_angles
from core.angles.landmarks import LandmarkSet, resolve
from core.angles.rigidity import not_rigid
from core.angles.views import arm_direction_error_deg, circular_columns, in_view, near_singular
from core.cameras import to_camera
from core.conventions import ShoulderView
from core.errors import DataError
from core.estimators import Estimator
from core.metrics.angle import angle_errors
from core.metrics.position import PositionErrors, position_errors_many
from core.records import Angles, Axes, Clip, Float32, Poses, Scale
from core.skeleton import BONES, JOINTS, RIGS

__all__ = ["ALIGNMENT", "REFERENCE", "Evaluation", "EvaluationOptions", "Reference", "evaluate", "evaluate_floor",
           "evaluate_sources", "reference_of"]  # fmt: skip

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

    angles : ISB angles from labelled points, or the floor where no points can serve (``stands_in``).
    floor : the estimator on the reference poses: what the instrument itself gets wrong.
    floor_error_deg : (T, 12) floor minus angles, signed, in the chosen view, wrapped where the angle is circular.
    near_singular : (T, 12) frames in which the reference is ill-conditioned in the chosen view.
    notes : what was substituted. problems : what is wrong with the reference but did not prevent a score.
    """

    angles: Angles
    floor: Angles
    floor_error_deg: Float32
    near_singular: NDArray[np.bool_]
    stands_in: bool
    notes: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All numbers about one source on one clip, per frame.

    source : lifter name, or :data:`REFERENCE` for the floor. angles : the estimator on the source's poses.
    error_deg : (T, 12) signed, source minus reference in the view of ``options``, wrapped where the angle is
        circular. arm_direction_deg : (T, 2) unsigned, left and right.
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
    angles, notes, problems = _reference_angles(clip, floor, options)
    floor_error = _compared([floor], angles, options.shoulder)[0]
    singular = near_singular(angles, options.shoulder)
    return Reference(angles, floor, floor_error, singular, angles is floor, notes, problems)


def _reference_angles(
    clip: Clip, floor: Angles, options: EvaluationOptions
) -> tuple[Angles, tuple[str, ...], tuple[str, ...]]:
    """ISB angles of the labelled points, or the floor where there are none that can serve; notes and problems."""
    if clip.points is None:
        return floor, (f"no labelled points: {floor.method} on the reference poses stands in",), ()
    mapping = resolve(clip.points.names, options.landmark_sets)
    if not mapping.found:
        first = ", ".join(clip.points.names[:3])
        problem = (f"no landmark set knows its {len(clip.points.names)} labels ({first} ...); "
                   f"{floor.method} on the reference poses stands in for the reference angles")  # fmt: skip
        return floor, (), (problem,)
    sets, regression = options.landmark_sets, options.hip_regression
    angles = isb_angles(clip.points, landmark_sets=sets, hip_regression=regression)
    return angles, (*angles.notes, *not_rigid(clip.points, mapping)), ()


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
    result = evaluate_sources(clip, [(name, source)], estimator, options, reference)[0]
    if isinstance(result, DataError):
        raise result
    return result


def evaluate_sources(
    clip: Clip,
    sources: Sequence[tuple[str, Poses]],
    estimator: Estimator,
    options: EvaluationOptions | None = None,
    reference: Reference | None = None,
) -> list[Evaluation | DataError]:
    """:func:`evaluate` of several (name, poses) computed together; every number equals the single call's.

    A source that cannot be compared with the clip comes as its error.
    """
    options = options or EvaluationOptions()
    reference = reference or reference_of(clip, estimator, options)
    fitted = [_fitted(clip, name, poses, reference) for name, poses in sources]
    good = [source for source in fitted if isinstance(source, _Fitted)]
    angles = estimator.angles_many([source.poses for source in good])
    errors = _compared(angles, reference.angles, options.shoulder)
    arms = _arm_directions(angles, reference.angles)
    positions = position_errors_many(
        (source.poses.xyz_mm, source.truth.xyz_mm, clip.fps, source.poses.scale is Scale.METRIC) for source in good
    )
    done = iter([
        Evaluation(
            clip.name, clip.athlete, clip.activity, clip.fps, source.name, options, reference, series, error, arm,
            place, source.notes, _problems(source.poses, source.name),
        )
        for source, series, error, arm, place in zip(good, angles, errors, arms, positions, strict=True)
    ])  # fmt: skip
    return [next(done) if isinstance(source, _Fitted) else source for source in fitted]


def evaluate_floor(
    clip: Clip, estimator: Estimator, options: EvaluationOptions | None = None, reference: Reference | None = None
) -> Evaluation:
    """The estimator on the reference poses as if they were a source; it has no position errors."""
    options = options or EvaluationOptions()
    reference = reference or reference_of(clip, estimator, options)
    nothing = np.full(clip.poses.xyz_mm.shape[:2], np.nan, dtype=np.float32)
    return Evaluation(
        clip.name, clip.athlete, clip.activity, clip.fps, REFERENCE, options, reference, reference.floor,
        reference.floor_error_deg, arm_direction_error_deg(reference.floor, reference.angles),
        PositionErrors(nothing, nothing, nothing, nothing), (*clip.notes, *reference.notes),
        (*reference.problems, *_problems(clip.poses, REFERENCE)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A source that can be compared, and the reference poses in its axes."""

    name: str
    poses: Poses
    truth: Poses
    notes: tuple[str, ...]


def _fitted(clip: Clip, name: str, source: Poses, reference: Reference) -> _Fitted | DataError:
    try:
        _check_source(clip, source, name)
        truth, turned = _in_axes_of(source, clip)
    except DataError as error:
        return error
    notes = (*clip.notes, *reference.notes, *source.notes, *turned, *_definition_notes(source, clip))
    return _Fitted(name, source, truth, notes)


def _compared(angles: Sequence[Angles], truth: Angles, view: ShoulderView) -> list[Float32]:
    """(T, 12) signed errors of each against the truth."""
    if not angles:
        return []
    shown = np.tile(in_view(truth, view), (len(angles), 1))
    return np.split(angle_errors(in_view(_joined(angles), view), shown, circular_columns(view)), len(angles))


def _arm_directions(angles: Sequence[Angles], truth: Angles) -> list[Float32]:
    """(T, 2) arm-direction errors of each against the truth."""
    if not angles:
        return []
    return np.split(arm_direction_error_deg(_joined(angles), _joined([truth] * len(angles))), len(angles))


def _joined(angles: Sequence[Angles]) -> Angles:
    """Several series one after the other, because one pass over all of them costs little more than over one."""
    return angles[0] if len(angles) == 1 else replace(angles[0], deg=np.concatenate([a.deg for a in angles]))


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
        return to_camera(clip.poses, clip.camera), ("reference turned into the axes of the clip's camera",)
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
