"""What the panels draw of one clip: finished arrays in one order, one upright world and one alignment.

No Qt here. Every number comes from :func:`core.scoring.clip_evaluation.evaluate_clip`, the call behind ``score``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.conventions import AngleDef, ShoulderView
from core.evaluation import Evaluation, ReferenceKind
from core.metrics.alignment import Alignment
from core.records import Camera, Float32, Poses
from core.scoring.clip_evaluation import EvaluatedClip

__all__ = ["ClipContent", "Ground", "Track", "mean_of_defined"]


def mean_of_defined(values: Float32) -> Float32:
    """(T,) mean over the second axis of what is defined; NaN where nothing is."""
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean = np.where(there, values, 0).sum(axis=1, dtype=np.float64) / there.sum(axis=1)
    return np.asarray(mean, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One source of a clip (the reference, or a lifter) as it is drawn. T frames, arrays float32, NaN is missing.

    name : in tables; title : for people. colour : index into the theme's lifter colours, -1 for the reference,
    -2 for the floor.
    simulated : a simulation of an error, not a model.
    xyz_mm : (T, 17, 3) millimetres in the upright world (Z up), aligned as the content says.
    angles_deg : (T, 12) in the content's shoulder view; of the reference ISB angles, or what stands in for them.
    sigma_deg : (T, 12) standard deviation that the estimator gives, NaN where it gives none.
    error_deg : (T, 12) signed, source minus reference; NaN throughout for the reference and without one.
    position_mm : (T, 17) position error per joint under the content's alignment; NaN likewise.
    angle_mae_deg : (T,) mean of ``|error_deg|`` over the angles that are defined. mpjpe_mm : (T,) mean of
    ``position_mm`` over joints.
    notes, problems : sentences about the source. edited : its poses were changed by hand.
    """

    name: str
    title: str
    colour: int
    simulated: bool
    xyz_mm: Float32
    angles_deg: Float32
    sigma_deg: Float32
    error_deg: Float32
    position_mm: Float32
    angle_mae_deg: Float32
    mpjpe_mm: Float32
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    edited: bool = False

    @property
    def label(self) -> str:
        """Name for legends: of a lifter its name in tables, of the reference what its angles are."""
        if self.edited:
            return f"{self.name} (edited)"
        return self.title if self.colour < 0 else self.name


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the action is, in the upright world, millimetres: height of the floor, middle of the path of the pelvis,
    and radius of a sphere about that middle that holds every frame of the reference (of the first source without one).
    """

    floor_z_mm: float = 0.0
    centre_mm: tuple[float, float, float] = (0.0, 0.0, 900.0)
    radius_mm: float = 1200.0


@dataclass(frozen=True, slots=True, eq=False)
class ClipContent:
    """One clip with everything that is drawn of it.

    name, athlete, activity, fps, n_frames : of the clip; n_frames is at least 1.
    reference : its track, or None where there is none (a lifter's file opened alone). kind : what its angles are;
    None without a reference. tracks : the lifters, in the order of the workspace.
    floor_deg : (T, 12) the estimator on the reference poses; floor_sigma_deg : its calibrated standard deviation;
    floor_error_deg : floor minus reference angles, NaN where the floor stands in for them. near_singular : (T, 12).
    angles : the twelve definitions in the shown shoulder view. estimator : name; device : where it ran.
    seconds : that loading and inference took. evaluations : floor first, as for the CSV. ground : see there.
    camera : of the clip, or None. messages : what could not be shown and why, one line each. notes : on the clip.
    sources : (lifter, poses) as evaluated. found : records and evaluations that all this is of; None for a file
    alone. edited : names of the sources that were
    edited by hand. metric : lengths are millimetres of the athlete; False where a file alone is known up to scale only.
    """

    name: str
    athlete: str
    activity: str
    fps: float
    n_frames: int
    reference: Track | None
    kind: ReferenceKind | None
    tracks: tuple[Track, ...]
    floor_deg: Float32
    floor_sigma_deg: Float32
    floor_error_deg: Float32
    near_singular: NDArray[np.bool_]
    angles: tuple[AngleDef, ...]
    shoulder: ShoulderView
    alignment: Alignment
    estimator: str
    device: str
    seconds: float
    evaluations: tuple[Evaluation, ...] = ()
    ground: Ground = field(default_factory=Ground)
    camera: Camera | None = None
    messages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    metric: bool = True
    sources: tuple[tuple[str, Poses], ...] = ()
    found: EvaluatedClip | None = None
    edited: frozenset[str] = frozenset()

    @property
    def everyone(self) -> tuple[Track, ...]:
        """The reference, where there is one, then the lifters."""
        return (*(() if self.reference is None else (self.reference,)), *self.tracks)

    @property
    def measured(self) -> tuple[Track, ...]:
        """Whose errors there are: the lifters, or without any the floor, where labelled points measure it; nobody's
        without a reference.
        """
        if self.reference is None or (not self.tracks and self.kind is not ReferenceKind.ISB):
            return ()
        if self.tracks:
            return self.tracks
        error = self.floor_error_deg
        nothing = np.full(self.reference.position_mm.shape, np.nan, np.float32)
        mae = mean_of_defined(np.abs(error))
        return (Track("floor", "the estimator on the reference poses", -2, False, self.reference.xyz_mm, self.floor_deg,
                      self.floor_sigma_deg, error, nothing, mae, nothing[:, 0]),)  # fmt: skip

    def track(self, name: str) -> Track | None:
        """The track of that name, or None."""
        return next((track for track in self.everyone if track.name == name), None)

    def poses_of(self, name: str) -> Poses | None:
        """The poses of a lifter as evaluated, or None."""
        return dict(self.sources).get(name)

    def seconds_at(self, frame: int) -> float:
        """Time of a frame from the beginning of the clip."""
        return frame / self.fps
