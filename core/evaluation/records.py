"""What goes into an evaluation besides files, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.angles.hip_centre import DEFAULT_REGRESSION
from core.angles.landmarks import LandmarkSet
from core.conventions import ShoulderView
from core.evaluation.orientation import Orientation
from core.metrics.position import PositionErrors
from core.records import Angles, Float32

__all__ = ["ALIGNMENT", "REFERENCE", "Evaluation", "EvaluationOptions", "Reference", "ReferenceKind"]

REFERENCE = "reference"
"""Name of the row that holds the floor: the estimator on the reference poses."""

ALIGNMENT = (
    "MPJPE: root-centred, 17 joints (root counts, with error 0); N-MPJPE: root-centred, best scale per frame; "
    "P-MPJPE: best similarity per frame; angles: none needed"
)
"""How positions are aligned, in words that go with every table."""


class ReferenceKind(StrEnum):
    """What the angles of a clip are held against; the column ``reference`` of every table.

    isb : ISB angles from labelled points. stand_in : the estimator on the reference poses, where a clip has no
    labelled points that can serve. Numbers of the two kinds mean different things and are never pooled.
    """

    ISB = "isb"
    STAND_IN = "stand_in"


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
    floor_error_deg : (T, 12) floor minus angles, signed, in the chosen view, wrapped where the angle is circular;
        NaN throughout where the floor stands in, because nothing measures it then.
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

    @property
    def kind(self) -> ReferenceKind:
        """Whether ISB angles or a stand-in."""
        return ReferenceKind.STAND_IN if self.stands_in else ReferenceKind.ISB


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All numbers about one source on one clip, per frame.

    source : lifter name, or :data:`REFERENCE` for the floor. angles : the estimator on the source's poses.
    error_deg : (T, 12) signed, source minus reference in the view of ``options``, wrapped where the angle is
        circular. arm_direction_deg : (T, 2) unsigned, left and right.
    positions : position errors per frame and joint; all NaN for the floor.
    notes : what was adapted or differs by definition. problems : what is wrong with the data but did not
        prevent a score. orientation : set where the poses fit far better mirrored or with their sides exchanged.
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
    orientation: Orientation | None = None

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return self.angles.n_frames
