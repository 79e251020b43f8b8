"""The 17-joint skeleton (H36M order), its 16 bones, mirror pairs, and rigs: what each joint stands for.

Order and parents: Human3.6M as used by VideoPose3D, MotionBERT, MMPose and AthletePose3D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import UsageError

__all__ = [
    "AP3D_FIELD",
    "AP3D_RUNNING",
    "BONES",
    "H36M",
    "JOINTS",
    "LEFT",
    "MIRROR",
    "N_JOINTS",
    "PARENTS",
    "RIGHT",
    "RIGS",
    "Rig",
    "joint_name",
    "rig_named",
]

JOINTS: tuple[str, ...] = (
    "pelvis", "r_hip", "r_knee", "r_ankle", "l_hip", "l_knee", "l_ankle", "spine", "thorax", "neck", "head",
    "l_shoulder", "l_elbow", "l_wrist", "r_shoulder", "r_elbow", "r_wrist",
)  # fmt: skip
"""Names of the 17 joints; the index is the column in every (T,17,3) array."""

N_JOINTS = len(JOINTS)
PARENTS: tuple[int, ...] = (-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15)
BONES: tuple[tuple[int, int], ...] = tuple((p, j) for j, p in enumerate(PARENTS) if p >= 0)
"""The 16 bones as (parent, child)."""

_SIDES: Mapping[str, str] = MappingProxyType({"l": "left", "r": "right"})
LEFT: tuple[int, ...] = (4, 5, 6, 11, 12, 13)
RIGHT: tuple[int, ...] = (1, 2, 3, 14, 15, 16)
MIRROR: tuple[int, ...] = (0, 4, 5, 6, 1, 2, 3, 7, 8, 9, 10, 14, 15, 16, 11, 12, 13)
"""``xyz[:, MIRROR]`` exchanges left and right joints."""


@dataclass(frozen=True, slots=True)
class Rig:
    """What each of the 17 joints anatomically is.

    name : identifier in files and tables.
    title : for people.
    meaning : one phrase per joint, in the order of :data:`JOINTS`.
    labels : per joint the labels whose mean (repeats weigh) is the joint, or empty where a rig
        has no label recipe. AthletePose3D recipes: its ``utils/rig.json``.
    hips_are_centres : True where joints 1 and 4 are hip joint centres; False where they are the mean
        of ASIS and PSIS, about 80 mm above (a difference of definition that changes hip angles).
    """

    name: str
    title: str
    meaning: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    hips_are_centres: bool


def _recipe(text: str) -> tuple[tuple[str, ...], ...]:
    """Split ``A, B | C`` into one label tuple per joint; ``2*A`` counts a label twice."""
    joints = []
    for part in text.split("|"):
        labels: list[str] = []
        for item in (piece.strip() for piece in part.split(",")):
            weight, _, label = item.rpartition("*")
            labels += [label] * int(weight or 1)
        joints.append(tuple(labels))
    return tuple(joints)


AP3D_FIELD = Rig(
    "ap3d",
    "AthletePose3D skating and track & field",
    ("pelvis centre", "mean of right ASIS and PSIS", "right knee centre", "right ankle centre",
     "mean of left ASIS and PSIS", "left knee centre", "left ankle centre", "mean of xiphoid and T10",
     "clavicle notch", "mean of clavicle notch and nasion", "mean of vertex and ear centre",
     "left glenohumeral centre", "left elbow centre", "left wrist centre",
     "right glenohumeral centre", "right elbow centre", "right wrist centre"),
    _recipe("PELVIS | RASI, RPSI | RKNE | RANK | LASI, LPSI | LKNE | LANK | Xiphoid, T10 | CLAV | CLAV, Nasion"
            " | Vertex, EARC | L_Shoulder Joint | LELB | LWRT | R_Shoulder Joint | RELB | RWRT"),
    hips_are_centres=False,
)  # fmt: skip

_PELVIS4 = "R_ASIS, R_PSIS, L_ASIS, L_PSIS"
_LEG = ("{0}_Lateral Femur, {0}_Medial Femur, {0}_Lateral Tibial Condyle, {0}_Medial Tibial Condyle"
        " | {0}_Lateral Ankle, {0}_Medial Ankle")  # fmt: skip
_ARM = "{0}_Shoulder Joint | {0}_Lateral Elbow, {0}_Medial Elbow | {0}_Lateral Wrist, {0}_Medial Wrist"
_SHOULDERS = "R_Shoulder Joint, L_Shoulder Joint"
_SHOULDERS2 = "2*R_Shoulder Joint, 2*L_Shoulder Joint"

AP3D_RUNNING = Rig(
    "ap3d_running",
    "AthletePose3D running",
    ("mean of the four pelvis spines", "mean of right ASIS and PSIS", "mean of right femoral and tibial condyles",
     "mean of right malleoli", "mean of left ASIS and PSIS", "mean of left femoral and tibial condyles",
     "mean of left malleoli", "midway between pelvis spines and shoulders", "shoulders towards the vertex (1:4)",
     "shoulders towards the vertex (1:2)", "shoulders towards the vertex (2:1)",
     "left glenohumeral centre", "mean of left humeral epicondyles", "mean of left wrist styloids",
     "right glenohumeral centre", "mean of right humeral epicondyles", "mean of right wrist styloids"),
    _recipe(f"{_PELVIS4} | R_ASIS, R_PSIS | {_LEG.format('R')} | L_ASIS, L_PSIS | {_LEG.format('L')}"
            f" | {_PELVIS4}, {_SHOULDERS2} | {_SHOULDERS2}, Vertex | {_SHOULDERS}, Vertex | {_SHOULDERS}, 4*Vertex"
            f" | {_ARM.format('L')} | {_ARM.format('R')}"),
    hips_are_centres=False,
)  # fmt: skip

H36M = Rig(
    "h36m",
    "Human3.6M",
    ("midpoint of the hip joint centres", "right hip joint centre", "right knee centre", "right ankle centre",
     "left hip joint centre", "left knee centre", "left ankle centre", "mid spine", "neck base (thorax)",
     "nose or upper neck", "top of the head", "left glenohumeral centre", "left elbow centre", "left wrist centre",
     "right glenohumeral centre", "right elbow centre", "right wrist centre"),
    ((),) * N_JOINTS,
    hips_are_centres=True,
)  # fmt: skip

RIGS: Mapping[str, Rig] = MappingProxyType({rig.name: rig for rig in (AP3D_FIELD, AP3D_RUNNING, H36M)})


def joint_name(joint: int) -> str:
    """Name of a joint for people, such as ``left knee``."""
    side, _, rest = JOINTS[joint].partition("_")
    return f"{_SIDES[side]} {rest}" if rest else side


def rig_named(name: str) -> Rig:
    """The rig of that name; :class:`UsageError` names the known ones otherwise."""
    try:
        return RIGS[name]
    except KeyError:
        raise UsageError(f"unknown rig {name!r}; known: {', '.join(RIGS)}") from None
