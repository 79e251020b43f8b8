"""The only list of the twelve angles, and the views of the shoulder pair.

Everything that names, orders, signs, documents or heads a column of angles reads this table.
Axes of every anatomical frame: X anterior, Y superior, Z right on both sides
(Wu et al. 2002, J Biomech 35:543-548; Wu et al. 2005, J Biomech 38:981-992).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from core.errors import UsageError

__all__ = ["ANGLES", "ARM_DIRECTIONS", "KINDS", "N_ANGLES", "SHOULDER_COLUMNS", "AngleDef", "AngleFacts",
           "ShoulderView", "angle_facts", "angle_names", "angles_in", "column_names", "markdown_table",
           "shoulder_view"]  # fmt: skip


class ShoulderView(StrEnum):
    """Which pair of numbers is shown for the shoulder; all three hold the same arm direction.

    components : elevation*sin(plane), elevation*cos(plane); the default.
    raw : ISB Y-X-Y plane of elevation and elevation.
    projected : flexion in the sagittal plane and abduction out of it (a Z-X-Y-like pair).
    """

    COMPONENTS = "components"
    RAW = "raw"
    PROJECTED = "projected"


def shoulder_view(name: str) -> ShoulderView:
    """The view of that name; :class:`UsageError` lists the known ones otherwise."""
    try:
        return ShoulderView(name)
    except ValueError:
        raise UsageError(f"unknown shoulder view {name!r}; known: {', '.join(ShoulderView)}") from None


@dataclass(frozen=True, slots=True)
class AngleDef:
    """One of the twelve angles.

    name : ``<kind>_<side>``, the name in files; kind ``hip_flexion`` and so on; side ``l`` or ``r``.
    joint : hip, shoulder, elbow, knee.
    sequence : how it is decomposed: ``ZXY`` Cardan, ``YXY`` Euler, or ``vector`` (three points).
    positive : direction of the positive sign, in words.
    zero : the posture that reads 0.
    range_deg : smallest and largest value it can take.
    circular : True where +180 and -180 are the same posture, so that errors wrap.
    singular : where the pair is ill-conditioned, in words; empty where it never is.
    """

    name: str
    kind: str
    side: str
    joint: str
    sequence: str
    positive: str
    zero: str
    range_deg: tuple[float, float]
    circular: bool
    singular: str

    @property
    def title(self) -> str:
        """Name for people, such as ``Left hip flexion``."""
        return f"{'Left' if self.side == 'l' else 'Right'} {self.kind.replace('_', ' ')}"

    @property
    def column(self) -> str:
        """Header of its column in a file: the name with its unit."""
        return f"{self.name}_deg"


_HIP = ("hip", "ZXY")
_SHOULDER = ("shoulder", "YXY")
_VECTOR_ZERO = "straight limb (180 degrees minus the included angle)"
_KIND_ROWS: tuple[tuple[str, str, str, str, str, tuple[float, float], bool, str], ...] = (
    ("hip_flexion", *_HIP, "thigh forward", "femur parallel to the pelvis long axis", (-180, 180), True,
     "|adduction| above 75 degrees"),
    ("hip_adduction", *_HIP, "thigh toward the midline", "femur in the sagittal plane of the pelvis", (-90, 90), False,
     "|adduction| above 75 degrees"),
    ("shoulder_flexion", *_SHOULDER, "arm forward: elevation*sin(plane)", "arm hanging along the thorax", (-180, 180),
     False, "elevation above 150 degrees"),
    ("shoulder_abduction", *_SHOULDER, "arm out to the side: elevation*cos(plane)", "arm hanging along the thorax",
     (-180, 180), False, "elevation above 150 degrees"),
    ("elbow_flexion", "elbow", "vector", "forearm toward the upper arm", _VECTOR_ZERO, (0, 180), False, ""),
    ("knee_flexion", "knee", "vector", "shank toward the thigh", _VECTOR_ZERO, (0, 180), False, ""),
)  # fmt: skip

KINDS: tuple[str, ...] = tuple(row[0] for row in _KIND_ROWS)
"""The six kinds, in order."""

ANGLES: tuple[AngleDef, ...] = tuple(
    AngleDef(f"{row[0]}_{side}", row[0], side, row[1], row[2], row[3], row[4], row[5], row[6], row[7])
    for row in _KIND_ROWS
    for side in ("l", "r")
)
"""The twelve angles in the order of every (T,12) array: by kind, left first. Shoulder as *components*."""

N_ANGLES = len(ANGLES)
SHOULDER_COLUMNS: tuple[tuple[int, int], ...] = ((4, 6), (5, 7))
"""Columns of the shoulder pair (first, second), left then right."""

ARM_DIRECTIONS: tuple[str, str] = ("arm_direction_l", "arm_direction_r")
"""Names of the convention-free arm-direction error: the angle between two humerus directions in the thorax."""

_VIEW_ROWS = {
    ShoulderView.RAW: (
        ("shoulder_plane", "from abduction toward forward flexion", "arm raised sideways (90 is forward)",
         (-180, 180), True, "elevation within 15 degrees of 0 or 180"),
        ("shoulder_elevation", "arm away from hanging", "arm hanging along the thorax", (0, 180), False, ""),
    ),
    ShoulderView.PROJECTED: (
        ("shoulder_flexion_projected", "arm forward in the sagittal plane", "arm hanging along the thorax",
         (-180, 180), True, "|projected abduction| above 75 degrees"),
        ("shoulder_abduction_projected", "arm out of the sagittal plane", "arm in the sagittal plane", (-90, 90), False,
         "|projected abduction| above 75 degrees"),
    ),
}  # fmt: skip


def angles_in(view: ShoulderView = ShoulderView.COMPONENTS) -> tuple[AngleDef, ...]:
    """The twelve definitions with the shoulder pair in ``view``, same order of columns."""
    table = list(ANGLES)
    for pair in SHOULDER_COLUMNS:
        for column, row in zip(pair, _VIEW_ROWS.get(view, ()), strict=False):
            kind, positive, zero, span, circular, singular = row
            table[column] = replace(
                table[column], name=f"{kind}_{table[column].side}", kind=kind, positive=positive, zero=zero,
                range_deg=span, circular=circular, singular=singular,
            )  # fmt: skip
    return tuple(table)


def angle_names(view: ShoulderView = ShoulderView.COMPONENTS) -> tuple[str, ...]:
    """The twelve names in ``view``."""
    return tuple(angle.name for angle in angles_in(view))


def column_names(view: ShoulderView = ShoulderView.COMPONENTS) -> tuple[str, ...]:
    """The twelve column headers in ``view``, with the unit."""
    return tuple(angle.column for angle in angles_in(view))


def markdown_table() -> str:
    """The angles as a Markdown table for people: the twelve, one line per kind, then the other shoulder views."""
    rows = [
        "| name, each with `_l` and `_r` | from | + means | 0 is | range | near-singular |",
        "|---|---|---|---|---|---|",
    ]
    listed = [*ANGLES, *angles_in(ShoulderView.RAW), *angles_in(ShoulderView.PROJECTED)]
    for angle in {angle.kind: angle for angle in listed}.values():
        low, high = angle.range_deg
        source = {"ZXY": "Z-X-Y Cardan", "YXY": "Y-X-Y Euler"}.get(angle.sequence, "three points")
        cells = (f"`{angle.kind}`", source, angle.positive, angle.zero, f"{low} to {high}°", angle.singular or "never")
        rows.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(rows)


@dataclass(frozen=True, slots=True)
class AngleFacts:
    """What an angle is made of, in words for people.

    sequence : how it is decomposed. turn : about which axis a positive value turns, and in which plane. why_singular :
    what happens there; where it never is, what makes it worse near an end of its range. segments : of
    :data:`core.angles.landmarks.SEGMENTS` whose landmarks it needs, with ``{}`` for the side. joints : which of the 17
    joints it is taken from where there are no labelled points. sources : literature. axes : of the anatomical frames.
    """

    sequence: str
    turn: str
    why_singular: str
    segments: tuple[str, ...]
    joints: str
    sources: tuple[str, ...]
    axes: str


_WU_2002 = "Wu et al. 2002, J Biomech 35:543-548 (pelvis and femur)"
_WU_2005 = "Wu et al. 2005, J Biomech 38:981-992 (thorax and humerus)"
_OF_HIP = (("pelvis", "femur_{}"), "hips, pelvis and spine for the pelvis; hip to knee for the thigh",
           (_WU_2002, "Grood & Suntay 1983, J Biomech Eng 105:136-144 (the sequence)"))  # fmt: skip
_OF_SHOULDER = (("thorax", "humerus_{}"), "shoulders, spine and thorax for the thorax; shoulder to elbow for the arm",
                (_WU_2005,))  # fmt: skip
_OF_HINGE = "without a frame: the angle between two segments is the same in any axes"
_ISB_AXES = "X forward, Y up, Z right on both sides"
_HINGE_AXES = ("the angle needs none: it is the unsigned angle between the long axes of two segments; frames that are "
               "drawn have Y along a segment and Z right, across the epicondyles of the {}")  # fmt: skip
_UNSIGNED = ("{} is unsigned: within about 10 degrees of that, noise of the joints reads as {}, so that errors there "
             "have a positive bias")  # fmt: skip
_STRAIGHT = _UNSIGNED.format("a straight limb", "flexion")
_HIP_SEQUENCE = "Z-X-Y Cardan of the femur in the pelvis: flexion, adduction, internal rotation"
_ARM_SEQUENCE = "Y-X-Y Euler of the humerus in the thorax: plane of elevation, elevation, axial rotation"
_PAIR = f"{_ARM_SEQUENCE}; plane and elevation as two components"
_PROJECTED = f"{_ARM_SEQUENCE}; the same arm direction read as flexion, then abduction"
_OVERHEAD = ("overhead, all ways to raise the arm meet: an error of one degree in direction counts 1.6 degrees at 90 "
             "of elevation, 5 at 150 and 17 at 170")  # fmt: skip
_SIDEWAYS = "the arm lies along the axis that flexion turns about: small errors turn flexion far, up to 180 degrees"
_FACTS = {
    "hip_flexion": (_HIP_SEQUENCE, "about Z of the pelvis, in its sagittal plane",
                    "the thigh lies along the axis that flexion turns about: small errors turn it far", *_OF_HIP),
    "hip_adduction": (_HIP_SEQUENCE, "about the floating axis, from the sagittal plane toward the midline",
                      "flexion, which places the plane that this is measured from, is ill-conditioned", *_OF_HIP),
    "shoulder_flexion": (_PAIR, "about Z of the thorax, as part of the smallest turn that raises the hanging arm",
                         _OVERHEAD, *_OF_SHOULDER),
    "shoulder_abduction": (_PAIR, "about X of the thorax, as part of the smallest turn that raises the hanging arm",
                           _OVERHEAD, *_OF_SHOULDER),
    "shoulder_plane": (_ARM_SEQUENCE, "about Y of the thorax, in its transverse plane",
                       "an arm that hangs or points up is in every plane: small errors turn it far", *_OF_SHOULDER),
    "shoulder_elevation": (_ARM_SEQUENCE, "in the plane of elevation, whichever way the arm is raised",
                           _UNSIGNED.format("a hanging arm", "elevation"),
                           *_OF_SHOULDER),
    "shoulder_flexion_projected": (_PROJECTED, "about Z of the thorax, in its sagittal plane", _SIDEWAYS,
                                   *_OF_SHOULDER),
    "shoulder_abduction_projected": (_PROJECTED, "about the floating axis, from the sagittal plane outward",
                                     "it cannot exceed 90 degrees: an arm raised further reads less again",
                                     *_OF_SHOULDER),
    "elbow_flexion": ("three points", "about the normal of upper arm and forearm, in the plane of the two; unsigned: "
                      "hyperextension reads as flexion", _STRAIGHT, ("arm_{}",), "shoulder, elbow, wrist",
                      (_OF_HINGE,)),
    "knee_flexion": ("three points", "about the normal of thigh and shank, in the plane of the two; unsigned: "
                     "hyperextension reads as flexion", _STRAIGHT, ("leg_{}",), "hip, knee, ankle", (_OF_HINGE,)),
}  # fmt: skip


def angle_facts(angle: AngleDef) -> AngleFacts:
    """What one of the angles, in any view of the shoulder, is made of."""
    bone = {"elbow": "humerus", "knee": "femur"}.get(angle.joint)
    return AngleFacts(*_FACTS[angle.kind], axes=_HINGE_AXES.format(bone) if bone else _ISB_AXES)
