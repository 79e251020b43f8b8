"""Hip joint centres in the pelvis frame by regression, for label sets that have none.

Origin mid-ASIS, millimetres, ISB axes, right side z +. Inputs per person: pelvis width (between the ASIS),
pelvis depth (mid-ASIS to mid-PSIS), leg length (ASIS to ankle through the knee).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import UsageError

__all__ = ["DEFAULT_REGRESSION", "REGRESSIONS", "BodySize", "Regression", "regression_named"]


@dataclass(frozen=True, slots=True)
class BodySize:
    """Pelvis width and depth and leg length in millimetres: medians over a clip."""

    pelvis_width_mm: float
    pelvis_depth_mm: float
    leg_length_mm: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A published regression; ``right_mm`` gives (x, y, z) of the right centre."""

    name: str
    source: str
    right_mm: Callable[[BodySize], tuple[float, float, float]]


def _harrington(b: BodySize) -> tuple[float, float, float]:
    width, depth, leg = b.pelvis_width_mm, b.pelvis_depth_mm, b.leg_length_mm
    return -0.24 * depth - 9.9, -0.16 * width - 0.04 * leg - 7.1, 0.28 * depth + 0.16 * width + 7.9


def _harrington_width(b: BodySize) -> tuple[float, float, float]:
    width = b.pelvis_width_mm
    return -0.138 * width - 10.4, -0.305 * width - 10.9, 0.33 * width + 7.3


def _harrington_leg(b: BodySize) -> tuple[float, float, float]:
    leg = b.leg_length_mm
    return -0.041 * leg - 6.3, -0.083 * leg - 7.9, 0.0874 * leg + 5.4


def _hara(b: BodySize) -> tuple[float, float, float]:
    leg = b.leg_length_mm
    return 11 - 0.063 * leg, -9 - 0.078 * leg, 8 + 0.086 * leg


def _bell(b: BodySize) -> tuple[float, float, float]:
    width = b.pelvis_width_mm
    return -0.19 * width, -0.30 * width, 0.36 * width


REGRESSIONS: Mapping[str, Regression] = MappingProxyType(
    {
        r.name: r
        for r in (
            Regression("harrington", "Harrington et al. 2007, J Biomech 40:595-602", _harrington),
            Regression("harrington_width", "Sangeux 2015, Gait Posture 42:402-405", _harrington_width),
            Regression("harrington_leg", "Sangeux 2015, Gait Posture 42:402-405", _harrington_leg),
            Regression("hara", "Hara et al. 2016, Sci Rep 6:37707", _hara),
            Regression("bell", "Bell et al. 1990, J Biomech 23:617-621", _bell),
        )
    }
)
DEFAULT_REGRESSION = "harrington"


def regression_named(name: str) -> Regression:
    """The regression of that name; :class:`UsageError` lists the known ones otherwise."""
    try:
        return REGRESSIONS[name]
    except KeyError:
        raise UsageError(f"unknown hip centre regression {name!r}; known: {', '.join(REGRESSIONS)}") from None
