"""What the window shows at a moment: one frozen record, changed whole. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from core.angles.hip_centre import DEFAULT_REGRESSION
from core.conventions import N_ANGLES, ShoulderView
from core.editing import Edit
from core.metrics.alignment import Alignment
from core.results.angle_numbers import Measure
from core.study.pairs import MARGIN_DEG
from core.study.scores import POSITIONS

__all__ = [
    "ClipOrder",
    "Colouring",
    "DatasetView",
    "EngineView",
    "HeatRows",
    "Layout",
    "Loop",
    "PlotView",
    "Quantity",
    "SceneView",
    "SourceEdit",
    "StudyPlot",
    "StudyView",
    "View",
    "Viewpoint",
]  # fmt: skip


class Layout(StrEnum):
    """How the skeletons stand: all in one place, or each lifter in its own cell with linked cameras."""

    OVERLAY = "overlay"
    GRID = "grid"


class Colouring(StrEnum):
    """What the colour of joints and bones means: whose they are, position error, or error of the selected angle."""

    SOURCE = "source"
    POSITION = "position"
    ANGLE = "angle"


class Viewpoint(StrEnum):
    """From where the scene is seen. free : wherever the mouse has turned it."""

    FREE = "free"
    FRONT = "front"
    SIDE = "side"
    TOP = "top"
    CAMERA = "camera"


class Loop(StrEnum):
    """What is played again and again: nothing, the whole clip, or the span between in and out."""

    OFF = "off"
    ALL = "all"
    SPAN = "span"


class Quantity(StrEnum):
    """What plots and heatmaps show of an angle. value, error : traces. signed, absolute : heatmaps."""

    VALUE = "value"
    ERROR = "error"


class HeatRows(StrEnum):
    """Rows of the heatmaps: twelve angles in degrees, or seventeen joints in millimetres."""

    ANGLES = "angles"
    JOINTS = "joints"


@dataclass(frozen=True, slots=True)
class EngineView:
    """What the numbers of a clip depend on besides its files; a change computes them again.

    estimator : ``network``, ``geometry`` or a weights file. device : auto, cuda, mps or cpu. shoulder : view of the
    pair. hip_regression : hip joint centres without a label. rig : of the lifters' poses, empty as their files say.
    alignment : of the skeletons and of the position errors that are shown. fps : frames per second of a file that
    stands alone, 0 as it says.
    """

    estimator: str = "network"
    device: str = "auto"
    shoulder: ShoulderView = ShoulderView.COMPONENTS
    hip_regression: str = DEFAULT_REGRESSION
    rig: str = ""
    alignment: Alignment = Alignment.ROOT
    fps: float = 0.0


@dataclass(frozen=True, slots=True)
class SceneView:
    """How the 3D scene is drawn.

    ghost : reference drawn pale and thick behind the lifters. sides : left and right tinted. trail_frames : length of
    the trails behind wrists and ankles, 0 none. axes, floor : world axes and grid. orthographic : no perspective.
    follow : the camera goes with the pelvis. arcs : the selected angle drawn on the body. frames : the anatomical
    frames that it is measured in. arrows : which way each joint of the selected lifter changes it most.
    """

    layout: Layout = Layout.OVERLAY
    colouring: Colouring = Colouring.SOURCE
    viewpoint: Viewpoint = Viewpoint.FREE
    ghost: bool = True
    sides: bool = True
    trail_frames: int = 0
    axes: bool = True
    floor: bool = True
    orthographic: bool = False
    follow: bool = True
    arcs: bool = True
    frames: bool = False
    arrows: bool = False


@dataclass(frozen=True, slots=True)
class PlotView:
    """How traces and heatmaps are drawn.

    quantity : of the traces. angles : columns with a plot of their own, in order. single : only the selected angle,
    large. rows, signed : of the heatmaps. Raises ``ValueError`` for a column that does not exist.
    """

    quantity: Quantity = Quantity.VALUE
    angles: tuple[int, ...] = tuple(range(N_ANGLES))
    single: bool = False
    rows: HeatRows = HeatRows.ANGLES
    signed: bool = False

    def __post_init__(self) -> None:
        if not self.angles or not all(0 <= column < N_ANGLES for column in self.angles):
            raise ValueError(f"angles must be columns from 0 to {N_ANGLES - 1}, at least one, not {self.angles}")


class ClipOrder(StrEnum):
    """By what the clips of the dataset heatmap are sorted, or grouped: words, or the numbers of a column."""

    DATASET = "dataset"
    NAME = "name"
    ATHLETE = "athlete"
    ACTIVITY = "activity"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class DatasetView:
    """How the heatmap of all clips is drawn.

    source : whose numbers, ``reference`` for the floor, empty for the first lifter. against : whose are taken from
    them, empty for nobody's. measure : of the errors of an angle. order, column : how clips are sorted, the column
    being an angle (0 to 11), their mean (12) or the position error (13); descending : the largest first. groups :
    by athlete, activity or, with the order of the dataset, not at all. positions : the position error beside the
    angles. overview : all clips at once, however low the rows get.
    """

    source: str = ""
    against: str = ""
    measure: Measure = Measure.MAE
    order: ClipOrder = ClipOrder.DATASET
    column: int = N_ANGLES
    descending: bool = False
    groups: ClipOrder = ClipOrder.DATASET
    positions: bool = True
    overview: bool = False


class StudyPlot(StrEnum):
    """Which degrees the plot of the study holds against millimetres: over all angles, of the selected one, or over all
    of each athlete or activity.
    """

    ALL = "all"
    ANGLE = "angle"
    ATHLETES = "athletes"
    ACTIVITIES = "activities"


@dataclass(frozen=True, slots=True)
class StudyView:
    """What is compared in the study, and how it is drawn. pair : names of two lifters whose differences on every clip
    take the place of the plot, or None. published : beside what is measured, the table that the question comes from.
    by : column of the position error, empty for the one of the alignment of the skeletons. margin_deg : within which
    errors are alike. left_out : names of lifters that are not compared. Raises ``ValueError`` for another position
    error, and a margin that is not above 0.
    """

    plot: StudyPlot = StudyPlot.ALL
    pair: tuple[str, str] | None = None
    published: bool = False
    by: str = ""
    margin_deg: float = MARGIN_DEG
    left_out: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.by not in ("", *POSITIONS):
            raise ValueError(f"unknown position error {self.by!r}; known: {', '.join(POSITIONS)}")
        if not self.margin_deg > 0:
            raise ValueError(f"a margin must be above 0 degrees, not {self.margin_deg:g}")


@dataclass(frozen=True, slots=True)
class SourceEdit:
    """What was done to one source of one clip; see :mod:`core.editing`."""

    clip: str
    source: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the window shows, except where its panels stand.

    clip : name, empty for none. frame : 0-based. angle : selected column of the twelve. joint : selected, or -1.
    lifter : selected source, empty for none. hidden : names of sources that are not drawn (``reference``, ``floor``
    or a lifter). span : (in, out) frames, both included, or None. speed : 1 is real time, negative backwards.
    every_frame : playback shows every frame however long it takes, instead of keeping to the clock. edits : what was
    done by hand to the poses of lifters, in order. whatif : joints follow the mouse. aim_deg : azimuth and elevation to
    which the eye of a free viewpoint was last turned by other than the mouse, or None.
    """

    clip: str = ""
    frame: int = 0
    angle: int = 0
    joint: int = -1
    lifter: str = ""
    hidden: frozenset[str] = frozenset()
    span: tuple[int, int] | None = None
    loop: Loop = Loop.OFF
    speed: float = 1.0
    every_frame: bool = False
    edits: tuple[SourceEdit, ...] = ()
    whatif: bool = False
    aim_deg: tuple[float, float] | None = None
    engine: EngineView = field(default_factory=EngineView)
    scene: SceneView = field(default_factory=SceneView)
    plots: PlotView = field(default_factory=PlotView)
    dataset: DatasetView = field(default_factory=DatasetView)
    study: StudyView = field(default_factory=StudyView)

    def edits_of(self, clip: str) -> tuple[SourceEdit, ...]:
        """Those of one clip."""
        return tuple(edit for edit in self.edits if edit.clip == clip)
