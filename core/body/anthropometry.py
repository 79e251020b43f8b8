"""Sizes of a body from stature, sex and build, after published tables.

* Leg and foot: Drillis & Contini 1966 (Technical Report 1166.03, New York University), as reproduced by Winter 2009
  (Biomechanics and Motor Control of Human Movement, 4th ed., figure 4.1): fractions of stature, both sexes.
* Arm, hand, trunk, head: de Leva 1996 (J Biomech 29:1223-1230, table 4), joint centre to joint centre, by sex,
  for statures of 1741 mm (men) and 1735 mm (women).
* Breadths: Ross & Wilson 1974 (Acta Paediatr Belg 28 Suppl:169-182), the unisex "phantom" of stature 1701.8 mm.
* Hip joint centre: Harrington et al. 2007 (J Biomech 40:595-602), pelvis width only, as fitted by Sangeux 2015
  (Gait Posture 42:402-405).

Ours, because these tables do not give it: breadths differ by +-3 % between the sexes; ``build`` multiplies every
breadth; trunk and head are stretched together so that the standing body has its stature; C7 lies 50 mm above the
sternal notch; widths and depths of pelvis and head are round fractions of stature near common adult means.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.errors import UsageError

__all__ = ["Anthropometry", "Sex", "anthropometry"]


class Sex(StrEnum):
    """Which column of the tables is used."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class Anthropometry:
    """Sizes of one body; every field in millimetres except ``sex`` and ``build``.

    Lengths run from joint centre to joint centre. ``hip_*`` is the right hip joint centre seen from the middle of
    the ASIS, ISB pelvis axes. ``xiphoid_up``, ``notch_up`` and ``c7_up`` are heights above the middle of the hips.
    """

    stature: float
    sex: Sex
    build: float
    ankle_height: float
    shank: float
    thigh: float
    foot: float
    foot_breadth: float
    upper_arm: float
    forearm: float
    palm: float
    hand: float
    hand_breadth: float
    pelvis_width: float
    pelvis_depth: float
    hip_anterior: float
    hip_up: float
    hip_right: float
    trochanter_breadth: float
    biacromial: float
    chest_breadth: float
    chest_depth: float
    xiphoid_up: float
    notch_up: float
    c7_up: float
    head_height: float
    head_length: float
    head_breadth: float
    knee_breadth: float
    ankle_breadth: float
    elbow_breadth: float
    wrist_breadth: float

    @property
    def hip_height(self) -> float:
        """Height of the hip joint centres above the sole when standing straight."""
        return self.ankle_height + self.shank + self.thigh


# Drillis & Contini: fraction of stature.
_LEG = {"ankle_height": 0.039, "shank": 0.246, "thigh": 0.245, "foot": 0.152, "foot_breadth": 0.055}
_TROCHANTER_BREADTH = 0.191

# de Leva: millimetres at the stature of the sample. Xiphoid and notch are sums of the trunk parts above mid-hip.
_DE_LEVA_STATURE = {Sex.MALE: 1741.0, Sex.FEMALE: 1735.0}
_DE_LEVA = {
    Sex.MALE: {"upper_arm": 281.7, "forearm": 268.9, "palm": 86.2, "xiphoid_up": 361.2, "notch_up": 531.9,
               "head_height": 242.9},
    Sex.FEMALE: {"upper_arm": 275.1, "forearm": 264.3, "palm": 78.0, "xiphoid_up": 386.8, "notch_up": 529.3,
                 "head_height": 243.7},
}  # fmt: skip
_C7_ABOVE_NOTCH_MM = 50.0

# Ross & Wilson: millimetres at stature 1701.8.
_PHANTOM_STATURE_MM = 1701.8
_PHANTOM = {"biacromial": 380.4, "chest_breadth": 279.2, "chest_depth": 175.0, "knee_breadth": 95.2,
            "ankle_breadth": 66.8, "elbow_breadth": 64.8, "wrist_breadth": 52.1, "hand_breadth": 82.8}  # fmt: skip
_BREADTH_OF_SEX = {Sex.MALE: 1.03, Sex.FEMALE: 0.97}

# Ours. ASIS to ASIS over stature, and mid-ASIS to mid-PSIS over that: adults of 1.75 m have about 240 and 150 mm.
_PELVIS_WIDTH = {Sex.MALE: 0.136, Sex.FEMALE: 0.141}
_PELVIS_DEPTH_OVER_WIDTH = 0.62
_HAND = 0.108  # Drillis & Contini
_HEAD_LENGTH, _HEAD_BREADTH = 0.113, 0.088


def anthropometry(stature_mm: float, sex: Sex | str, build: float = 1.0) -> Anthropometry:
    """A body of that stature and sex; ``build`` multiplies its breadths (0.9 slender, 1.1 sturdy), not its lengths.

    Raises :class:`UsageError` outside 1000-2300 mm or a build outside 0.7-1.4, where the tables mean nothing.
    """
    if not (1000 <= stature_mm <= 2300 and 0.7 <= build <= 1.4):
        raise UsageError(f"no body of stature {stature_mm} mm and build {build}: 1000-2300 mm and 0.7-1.4 are known")
    kind = Sex(sex)
    breadth = build * _BREADTH_OF_SEX[kind] * stature_mm / _PHANTOM_STATURE_MM
    leg = {name: fraction * stature_mm for name, fraction in _LEG.items()}
    return Anthropometry(
        stature=stature_mm,
        sex=kind,
        build=build,
        hand=_HAND * stature_mm,
        trochanter_breadth=build * _TROCHANTER_BREADTH * stature_mm,
        head_length=_HEAD_LENGTH * stature_mm,
        head_breadth=_HEAD_BREADTH * stature_mm,
        **leg,
        **{name: size * breadth for name, size in _PHANTOM.items()},
        **_pelvis(stature_mm, kind, build),
        **_trunk_and_arm(stature_mm, kind, stature_mm - leg["ankle_height"] - leg["shank"] - leg["thigh"]),
    )


def _pelvis(stature_mm: float, sex: Sex, build: float) -> dict[str, float]:
    width = _PELVIS_WIDTH[sex] * stature_mm * build
    return {
        "pelvis_width": width,
        "pelvis_depth": _PELVIS_DEPTH_OVER_WIDTH * width,
        "hip_anterior": -0.138 * width - 10.4,
        "hip_up": -0.305 * width - 10.9,
        "hip_right": 0.33 * width + 7.3,
    }


def _trunk_and_arm(stature_mm: float, sex: Sex, above_hips_mm: float) -> dict[str, float]:
    """Lengths of de Leva at this stature, those along the spine stretched to fill ``above_hips_mm``."""
    table = _DE_LEVA[sex]
    c7_up = table["notch_up"] + _C7_ABOVE_NOTCH_MM
    along_spine = above_hips_mm / (c7_up + table["head_height"])
    scale = stature_mm / _DE_LEVA_STATURE[sex]
    sizes = {name: table[name] * scale for name in ("upper_arm", "forearm", "palm")}
    sizes |= {name: table[name] * along_spine for name in ("xiphoid_up", "notch_up", "head_height")}
    return sizes | {"c7_up": c7_up * along_spine}
