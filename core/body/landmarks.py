"""Where the labels sit on the segments.

The places are chosen so that ISB frames (Wu et al. 2002, 2005) built from the labels are the segment frames:
epicondyles lie symmetrically about the joint centre on the long axis, malleoli and styloids likewise; ASIS and PSIS
lie in one plane; the four thorax landmarks lie in the sagittal plane, and T8 and T10 equally far back, so that the
long axis is the same with either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.body.anthropometry import Anthropometry
from core.body.segments import SEGMENTS, mirrored, neck_in_thorax_mm, segment_offsets_mm, t12_up_mm
from core.records import Float64

__all__ = ["FIELD_LABELS", "RUNNING_LABELS", "SOLE", "Landmarks", "landmarks"]

_LEG_A = "{0}ASI {0}PSI {0}HIP {0}TRO {0}THI {0}KNE {0}KNM {0}KNL {0}_Medial~Tibial~Condyle {0}_Lateral~Tibial~Condyle \
{0}TIB {0}ANK {0}ANM {0}ANL {0}HEL {0}_Toe {0}BAM {0}MT5"
_ARM_A = "{0}_Shoulder~Joint {0}SHO {0}SHF {0}SHB {0}UPA {0}ELB {0}FRA {0}ELL {0}ELM {0}WRT {0}WSL {0}WSM {0}HND \
{0}MP2 {0}MP5"
_TRUNK_A = "Xiphoid T10 RRIB LRIB Manubrium CLAV C7 EARC Nasion BHED REAR LEAR Vertex"


def _labels(text: str) -> tuple[str, ...]:
    return tuple(label.replace("~", " ") for label in text.split())


FIELD_LABELS: tuple[str, ...] = _labels(
    f"PELVIS C_ASIS SACR C_HIP {_LEG_A.format('R')} {_LEG_A.format('L')} {_TRUNK_A} {_ARM_A.format('L')}"
    f" {_ARM_A.format('R')} RHIP_Z"
)
"""The 84 names of AthletePose3D's public rig ``ORIGINAL``, in its order."""

_SIDE_B = ("5th_MTP", "ASIS", "HEEL", "Hip Joint", "Lateral Ankle", "Lateral Elbow", "Lateral Femur",
           "Lateral Tibial Condyle", "Lateral Wrist", "Medial Ankle", "Medial Elbow", "Medial Femur",
           "Medial Tibial Condyle", "Medial Wrist", "PSIS", "Shoulder Joint", "Toe")  # fmt: skip
RUNNING_LABELS: tuple[str, ...] = tuple(
    sorted(
        (*(f"{side}_{name}" for side in "LR" for name in _SIDE_B), "C7", "Manubrium", "PELVIS", "T10", "T8", "Vertex",
         "Xiphoid"),
        key=str.lower,
    )
)  # fmt: skip
"""The 41 names of the running dialect, in case-insensitive alphabetical order."""

_ALSO = {"ASIS": "{0}ASI", "PSIS": "{0}PSI", "Hip Joint": "{0}HIP", "Lateral Femur": "{0}KNL",
         "Medial Femur": "{0}KNM", "Lateral Ankle": "{0}ANL", "Medial Ankle": "{0}ANM", "Lateral Elbow": "{0}ELL",
         "Medial Elbow": "{0}ELM", "Lateral Wrist": "{0}WSL", "Medial Wrist": "{0}WSM", "HEEL": "{0}HEL",
         "5th_MTP": "{0}MT5"}  # fmt: skip
"""Running names of places that the field names have as well."""

SOLE: tuple[str, ...] = ("Heel Sole", "Ball Sole", "Toe Sole")
"""Names, after ``L_`` or ``R_``, of the points of a foot that meet the ground; the ball is under the toe joints."""

_Rows = dict[str, tuple[str, float, float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Labels fixed to segments: names (K,), segment index (K,), offset (K, 3) mm in the segment frame."""

    names: tuple[str, ...]
    segment: tuple[int, ...]
    offset_mm: Float64

    def rows(self, wanted: tuple[str, ...]) -> list[int]:
        """Index of each wanted label; ``KeyError`` names the first that the body does not have."""
        index = {name: row for row, name in enumerate(self.names)}
        return [index[name] for name in wanted]


@lru_cache(maxsize=16)
def landmarks(body: Anthropometry) -> Landmarks:
    """Every label of both dialects, three joint centres of the trunk, and the soles (:data:`SOLE`)."""
    table: _Rows = {**_pelvis(body), **_trunk(body), **_head(body)}
    for side, letter in (("l", "L"), ("r", "R")):
        both = {**_leg(body), **_arm(body)}
        for name, (segment, *xyz) in both.items():
            x, y, z = mirrored(np.array(xyz), side)
            table[name.format(letter)] = (segment if segment in SEGMENTS else f"{segment}_{side}", x, y, z)
        for running, field in _ALSO.items():
            table[f"{letter}_{running}"] = table[field.format(letter)]
    offsets = np.array([row[1:] for row in table.values()])
    offsets.flags.writeable = False
    return Landmarks(tuple(table), tuple(SEGMENTS.index(row[0]) for row in table.values()), offsets)


def _pelvis(body: Anthropometry) -> _Rows:
    """Midline of the pelvis; its origin is the middle of the hips, ASIS and PSIS lie in one transverse plane."""
    x, y, depth = -body.hip_anterior, -body.hip_up, body.pelvis_depth
    return {
        "PELVIS": ("pelvis", x - depth / 2, y, 0.0),
        "C_ASIS": ("pelvis", x, y, 0.0),
        "SACR": ("pelvis", x - depth, y, 0.0),
        "C_HIP": ("pelvis", 0.0, 0.0, 0.0),
        # The public rig does not say what RHIP_Z is: here a point on the hip's Z axis, which shows its direction.
        "RHIP_Z": ("pelvis", 0.0, 0.0, body.hip_right + 100.0),
    }


def _trunk(body: Anthropometry) -> _Rows:
    depth, half = body.chest_depth, body.chest_breadth / 2
    base = t12_up_mm(body)
    px, ij, c7 = (up - base for up in (body.xiphoid_up, body.notch_up, body.c7_up))
    return {
        "Xiphoid": ("thorax", 0.56 * depth, px, 0.0),
        "T8": ("thorax", -0.38 * depth, px + 0.010 * body.stature, 0.0),
        "T10": ("thorax", -0.38 * depth, px - 0.018 * body.stature, 0.0),
        "Manubrium": ("thorax", 0.40 * depth, ij, 0.0),
        "C7": ("thorax", -0.22 * depth, c7, 0.0),
        "CLAV": ("thorax", 0.42 * depth, ij - 0.006 * body.stature, 0.0),
        "RRIB": ("thorax", 0.35 * depth, px - 0.035 * body.stature, 0.75 * half),
        "LRIB": ("thorax", 0.35 * depth, px - 0.035 * body.stature, -0.75 * half),
        "T12L1 Joint": ("thorax", 0.0, 0.0, 0.0),
        "Neck Joint": ("head", 0.0, 0.0, 0.0),
    }


def _head(body: Anthropometry) -> _Rows:
    vertex = body.stature - body.hip_height - t12_up_mm(body) - neck_in_thorax_mm(body)[1]
    middle, half = 0.014 * body.stature, body.head_length / 2
    ears = (middle - 0.004 * body.stature, vertex - 0.075 * body.stature)
    return {
        "Vertex": ("head", middle, vertex, 0.0),
        "Nasion": ("head", middle + half, vertex - 0.063 * body.stature, 0.0),
        "BHED": ("head", middle - half, vertex - 0.060 * body.stature, 0.0),
        "EARC": ("head", *ears, 0.0),
        "REAR": ("head", *ears, body.head_breadth / 2),
        "LEAR": ("head", *ears, -body.head_breadth / 2),
        "Nose": ("head", middle + half + 12.0, vertex - 0.087 * body.stature, 0.0),
    }


def _leg(body: Anthropometry) -> _Rows:
    """Right leg; ``{0}`` is the side's letter."""
    x, y = -body.hip_anterior, -body.hip_up
    knee, ankle = body.knee_breadth / 2, body.ankle_breadth / 2
    trochanter = body.trochanter_breadth / 2 - body.hip_right
    return {
        "{0}ASI": ("pelvis", x, y, body.pelvis_width / 2),
        "{0}PSI": ("pelvis", x - body.pelvis_depth, y, 0.19 * body.pelvis_width),
        "{0}HIP": ("femur", 0.0, 0.0, 0.0),
        "{0}TRO": ("femur", -0.01 * body.thigh, -0.03 * body.thigh, trochanter),
        "{0}THI": ("femur", 0.05 * body.thigh, -0.5 * body.thigh, 0.75 * trochanter),
        "{0}KNE": ("femur", 0.0, -body.thigh, 0.0),
        "{0}KNL": ("femur", 0.0, -body.thigh, knee),
        "{0}KNM": ("femur", 0.0, -body.thigh, -knee),
        "{0}_Lateral Tibial Condyle": ("tibia", 0.0, -0.06 * body.shank, 0.85 * knee),
        "{0}_Medial Tibial Condyle": ("tibia", 0.0, -0.06 * body.shank, -0.85 * knee),
        "{0}TIB": ("tibia", 0.03 * body.shank, -0.45 * body.shank, 0.8 * ankle),
        "{0}ANK": ("tibia", 0.0, -body.shank, 0.0),
        "{0}ANL": ("tibia", 0.0, -body.shank, ankle),
        "{0}ANM": ("tibia", 0.0, -body.shank, -ankle),
        **_foot(body),
    }


def _foot(body: Anthropometry) -> _Rows:
    """Foot with its origin at the ankle; the heel reaches back a quarter of its length, the ball lies at 0.72."""
    sole, half = -body.ankle_height, body.foot_breadth / 2
    heel, ball, toe = -0.25 * body.foot, 0.47 * body.foot, 0.75 * body.foot
    return {
        "{0}HEL": ("foot", heel, sole + 22.0, 0.0),
        "{0}_Toe": ("foot", toe - 8.0, sole + 12.0, -0.2 * half),
        "{0}BAM": ("foot", ball + 8.0, sole + 20.0, -0.9 * half),
        "{0}MT5": ("foot", ball - 14.0, sole + 14.0, 0.9 * half),
        "{0}_Heel Sole": ("foot", heel, sole, 0.0),
        "{0}_Ball Sole": ("foot", ball, sole, 0.0),
        "{0}_Toe Sole": ("foot", toe, sole, 0.0),
    }


def _arm(body: Anthropometry) -> _Rows:
    """Right arm; ``{0}`` is the side's letter. The shoulder's surface moves with the clavicle."""
    x, y, z = segment_offsets_mm(body)[SEGMENTS.index("humerus_r")]
    elbow, wrist, hand = body.elbow_breadth / 2, body.wrist_breadth / 2, body.hand_breadth / 2
    return {
        "{0}_Shoulder Joint": ("humerus", 0.0, 0.0, 0.0),
        "{0}SHO": ("clavicle", x, y + 0.024 * body.stature, z + 0.013 * body.stature),
        "{0}SHF": ("clavicle", x + 0.026 * body.stature, y + 0.006 * body.stature, z + 0.004 * body.stature),
        "{0}SHB": ("clavicle", x - 0.029 * body.stature, y + 0.006 * body.stature, z + 0.004 * body.stature),
        "{0}UPA": ("humerus", 0.0, -0.45 * body.upper_arm, 1.3 * elbow),
        "{0}ELB": ("humerus", 0.0, -body.upper_arm, 0.0),
        "{0}ELL": ("humerus", 0.0, -body.upper_arm, elbow),
        "{0}ELM": ("humerus", 0.0, -body.upper_arm, -elbow),
        "{0}FRA": ("forearm", 0.0, -0.45 * body.forearm, 1.2 * wrist),
        "{0}WRT": ("forearm", 0.0, -body.forearm, 0.0),
        "{0}WSL": ("forearm", 0.0, -body.forearm, wrist),
        "{0}WSM": ("forearm", 0.0, -body.forearm, -wrist),
        "{0}HND": ("hand", 0.0, -0.6 * body.palm, 0.0),
        "{0}MP2": ("hand", 0.0, -body.palm, 0.8 * hand),
        "{0}MP5": ("hand", 0.0, -0.88 * body.palm, -0.8 * hand),
    }
