"""Many different adults at once: sizes, sides that differ, and where the labels of each really sit.

A bank starts from the tables of :mod:`core.body.anthropometry` and adds what tables leave out. Standard deviations,
with what they rest on:

* stature: ANSUR II (Gordon et al. 2014, NATICK/TR-15/007), men 1756 +- 69, women 1629 +- 64 mm;
* proportions over stature: 3 % for a whole leg or arm, 2 % more for each of its bones (coefficients of variation of
  limb lengths over stature there are 3-4 %; of shin over thigh and forearm over upper arm 3 %, Trinkaus 1981, in
  Stringer, Aspects of Human Evolution), 3 % for the trunk, 6 % across (breadths there: 5-7 %);
* left against right: 1 % of a limb's length (Auerbach & Ruff 2006, J Hum Evol 50:203-218);
* palpated spines of the pelvis and landmarks of the thorax: 6 mm per axis, epicondyles, malleoli and styloids 3 mm
  (between examiners; Della Croce et al. 2005, Gait Posture 21:226-237, lists 2-25 mm);
* hip joint centre about a regression from the spines: 8 mm per axis (Harrington's regression against CT in 67 people:
  12.3 +- 5.9 mm in space, Mantovani et al. 2016, Gait Posture 44:48-54); glenohumeral centre 6 mm per axis (Campbell
  et al. 2009, J Biomech 42:1527-1532);
* inclination of the pelvis in standing: 4.3 degrees in all about its mean (Levine & Whittle 1996, J Orthop Sports Phys
  Ther 24:130-135; 5 on cadaver pelves, Preece et al. 2008, J Man Manip Ther 16:113-117): 2.6 of posture, which turn
  the whole pelvis, 2.5 of its spines alone, and the 2.3 that 6 mm of the labels make;
* spine, thorax and neck joints of Human3.6M, which nobody has defined by anatomy: 6 to 20 mm forward and up, a third
  of the distance between the places that data sets and body models take for them (T12/L1 or the middle of xiphoid and
  T10, C7/T1 or the middle of the notch and C7, nose or the middle of nasion and ears);
* inclination of the thorax' landmarks about their middle: 2.5 degrees (a part of the spread of thoracic kyphosis).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.body.anthropometry import Anthropometry, Sex, anthropometry
from core.body.landmarks import landmarks
from core.body.segments import PARENTS, SEGMENTS, segment_offsets_mm
from core.records import Float32, Float64

__all__ = ["BodyBank", "body_bank", "sampled_sizes"]

_STATURE_MM = {Sex.MALE: (1756.0, 69.0), Sex.FEMALE: (1629.0, 64.0)}
_BUILD_SD = 0.07
_LIMB_SD, _BONE_SD, _TRUNK_SD, _ACROSS_SD, _SIDE_SD = 0.03, 0.02, 0.03, 0.06, 0.01
_SPINE_MM, _CHEST_MM, _EPICONDYLE_MM, _CENTRE_MM, _HEAD_MM = 6.0, 6.0, 3.0, 3.0, 8.0
_HIP_MM, _SHOULDER_MM = 8.0, 6.0
_POSTURE_SD, _SPINES_TILT_SD, _THORAX_TILT_SD = 2.6, 2.5, 2.5
_PELVIS_BLOCK = ("ASI", "PSI", "PELVIS", "SACR", "ASIS", "PSIS")
_CENTRES = ("KNE", "ANK", "ELB", "WRT", "C_HIP", "T12L1 Joint", "Neck Joint")
_HUMAN36M_MM = {"T12L1 Joint": (8.0, 20.0, 3.0), "Neck Joint": (6.0, 8.0, 3.0), "Nose": (20.0, 12.0, 3.0)}


@dataclass(frozen=True, slots=True, eq=False)
class BodyBank:
    """B bodies. labels : K names. segment : (K,) index of each label's segment.

    label_mm : (B, K, 3) places in the segment. joint_mm : (B, 18, 3) origin of each segment in its parent.
    pelvis_tilt_deg : (B,) of each in standing, against the mean of all; ASIS up is positive.
    stature_mm : (B,).
    """

    labels: tuple[str, ...]
    segment: tuple[int, ...]
    label_mm: Float32
    joint_mm: Float32
    pelvis_tilt_deg: Float32
    stature_mm: Float32

    @property
    def size(self) -> int:
        """Number of bodies B."""
        return len(self.label_mm)


def sampled_sizes(rng: np.random.Generator) -> Anthropometry:
    """One adult from the tables: sex, stature and build at random."""
    sex = (Sex.MALE, Sex.FEMALE)[int(rng.integers(2))]
    mean, sd = _STATURE_MM[sex]
    build = float(np.clip(np.exp(_BUILD_SD * rng.standard_normal()), 0.75, 1.35))
    return anthropometry(float(np.clip(mean + sd * rng.standard_normal(), 1400, 2150)), sex, build)


def body_bank(labels: tuple[str, ...], size: int, rng: np.random.Generator) -> BodyBank:
    """``size`` bodies with the given labels of :func:`core.body.landmarks.landmarks`.

    Left and right differ, proportions vary, labels are displaced. The same labels and generator give the same bank.
    ``KeyError`` names a label that the body does not have.
    """
    places, joints, stature_mm = [], [], []
    for _ in range(size):
        body = sampled_sizes(rng)
        table = landmarks(body)
        rows = table.rows(labels)
        places.append(table.offset_mm[rows])
        joints.append(segment_offsets_mm(body))
        stature_mm.append(body.stature)
    segment = tuple(table.segment[row] for row in rows)
    scale = _scales(size, rng)
    label_mm = np.array(places) * scale[:, segment]
    joint_mm = np.array(joints) * scale[:, np.maximum(PARENTS, 0)]
    _displace_joints(joint_mm, rng)
    label_mm = _tilted(label_mm, labels, segment, rng)
    label_mm += rng.standard_normal(label_mm.shape) * np.array([_noise(label) for label in labels])
    tilt_deg = rng.normal(0.0, _POSTURE_SD, size)
    return BodyBank(
        labels, segment, *(a.astype(np.float32) for a in (label_mm, joint_mm, tilt_deg, np.array(stature_mm)))
    )


def _scales(size: int, rng: np.random.Generator) -> Float64:
    """(B, 18, 3) factors on what is fixed to each segment: both sides together, then each by itself."""
    scale = np.empty((size, len(SEGMENTS), 3))
    legs, arms = 1 + _LIMB_SD * rng.standard_normal((2, size))
    for index, name in enumerate(SEGMENTS):
        if name.endswith("_r"):
            left = scale[:, SEGMENTS.index(name[:-1] + "l")]
            scale[:, index] = left * (1 + _SIDE_SD * rng.standard_normal((size, 3)))
        else:
            limb = {"femur_l": legs, "tibia_l": legs, "humerus_l": arms, "forearm_l": arms}.get(name)
            along = _TRUNK_SD if limb is None else _BONE_SD
            scale[:, index] = 1 + np.array([_ACROSS_SD, along, _ACROSS_SD]) * rng.standard_normal((size, 3))
            scale[:, index, 1] *= 1.0 if limb is None else limb
    return np.clip(scale, 0.75, 1.25)


def _displace_joints(joint_mm: Float64, rng: np.random.Generator) -> None:
    """Move hip and shoulder centres in their parents, in place."""
    for name, sd in (("femur", _HIP_MM), ("humerus", _SHOULDER_MM)):
        common = sd * rng.standard_normal((len(joint_mm), 3))
        for side, sign in (("l", -1.0), ("r", 1.0)):
            own = 0.3 * sd * rng.standard_normal((len(joint_mm), 3))
            joint_mm[:, SEGMENTS.index(f"{name}_{side}")] += (common + own) * np.array([1.0, 1.0, sign])


def _tilted(label_mm: Float64, labels: tuple[str, ...], segment: tuple[int, ...], rng: np.random.Generator) -> Float64:
    """Labels of pelvis and thorax turned about a right-pointing axis through their middle, each body by its own."""
    result = label_mm.copy()
    pelvis = [k for k, label in enumerate(labels) if label.endswith(_PELVIS_BLOCK)]
    thorax = [k for k, index in enumerate(segment) if SEGMENTS[index] == "thorax" and labels[k] not in _CENTRES]
    for rows, sd in ((pelvis, _SPINES_TILT_SD), (thorax, _THORAX_TILT_SD)):
        angle = np.deg2rad(sd * rng.standard_normal((len(label_mm), 1)))
        if rows:
            middle = label_mm[:, rows].mean(axis=1, keepdims=True)
            x, y = np.moveaxis(label_mm[:, rows] - middle, -1, 0)[:2]
            turned = np.stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], axis=-1)
            result[:, rows, :2] = turned + middle[..., :2]
    return result


def _noise(label: str) -> Float64:
    """(3,) standard deviation of a label's place, millimetres. The hip and shoulder centres are joints already."""
    if label in _HUMAN36M_MM:
        return np.array(_HUMAN36M_MM[label])
    if label.endswith(("HIP", "Hip Joint", "Shoulder Joint")) and label != "C_HIP":
        return np.zeros(3)
    if label in ("Xiphoid", "T8", "T10", "Manubrium", "C7", "CLAV"):
        return np.array([_CHEST_MM, _CHEST_MM, _CHEST_MM / 3])
    if label.endswith(("ASI", "PSI", "ASIS", "PSIS")):
        return np.full(3, _SPINE_MM)
    if label in ("Vertex", "Nasion", "EARC", "Nose"):
        return np.array([_HEAD_MM, _HEAD_MM, _HEAD_MM / 3])
    if label.endswith(_CENTRES) or label == "PELVIS":
        return np.full(3, _CENTRE_MM)
    return np.full(3, _EPICONDYLE_MM)
