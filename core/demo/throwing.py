"""A javelin-like throw with the right hand: run-up, withdrawal, plant of the left leg, arm whip, recovery step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.body.anthropometry import Anthropometry
from core.demo.choreography import Plan
from core.demo.curves import Curve, keyed, through
from core.demo.footwork import Step, Toes, Via, toes_at

__all__ = ["ThrowStyle", "throwing"]

_PLANT = 1.71


@dataclass(frozen=True, slots=True)
class ThrowStyle:
    """How an athlete throws.

    withdrawal_deg : how far the pelvis turns away. elbow_deg : bend of the elbow before the whip. arm_deg : how high
    the upper arm goes at release (abduction component).
    """

    withdrawal_deg: float = 62.0
    elbow_deg: float = 85.0
    arm_deg: float = 108.0


def throwing(body: Anthropometry, style: ThrowStyle, duration_s: float) -> Plan:
    """A plan of a throw along world X; release is about 0.2 s after the plant at 1.71 s."""
    return Plan(_pelvis(body, duration_s), lambda t: np.zeros(len(t)), (_left(body), _right(body)),
                _trunk(style, duration_s) | _arms(style, duration_s))  # fmt: skip


def _pelvis(body: Anthropometry, end_s: float) -> Curve:
    k, h = body.stature / 1750.0, body.hip_height / 1e3
    rows = (
        (-0.4, -4.15, 0.0, -0.055), (0.0, -3.45, 0.0, -0.055), (0.4, -2.72, 0.0, -0.05), (0.8, -1.93, 0.0, -0.06),
        (1.15, -1.2, 0.0, -0.055), (1.45, -0.5, 0.0, -0.09), (1.74, 0.1, 0.0, -0.125), (1.95, 0.45, 0.01, -0.085),
        (2.2, 0.7, 0.02, -0.07), (2.5, 0.98, 0.0, -0.08), (2.85, 1.22, -0.04, -0.11), (3.3, 1.27, -0.01, -0.06),
        (4.0, 1.25, 0.0, -0.035), (5.0, 1.25, 0.0, -0.035),
    )  # fmt: skip
    return through([(t, k * x, k * y, h + z) for t, x, y, z in rows], end_s)


def _swing(back: float = -0.30, lift: float = -0.78) -> tuple[Via, ...]:
    return (Via(0.3, back, 0.0, lift, -55.0), Via(0.6, 0.10, 0.0, -0.80, -20.0), Via(0.82, 0.32, 0.0, -0.90, 8.0))


def _stride(on_s: float, off_s: float, at: Toes, vias: tuple[Via, ...]) -> Step:
    """A step of the run-up, from the heel over the toes."""
    return Step(on_s, off_s, at, strike_deg=12.0, push_deg=32.0, vias=vias)


def _left(body: Anthropometry) -> tuple[Step, ...]:
    over = (Via(0.35, -0.20, 0.02, -0.82, -35.0), Via(0.7, 0.22, 0.03, -0.84, 5.0))
    block = (Via(0.35, -0.38, 0.04, -0.80, -45.0), Via(0.72, -0.05, 0.05, -0.88, -20.0))
    return (
        _stride(-0.60, -0.27, toes_at(body, -4.25, 0.07, 4.0), _swing()),
        _stride(0.18, 0.51, toes_at(body, -2.85, 0.07, 4.0), _swing()),
        _stride(0.95, 1.28, toes_at(body, -1.27, 0.10, -12.0), over),
        Step(_PLANT, 2.36, toes_at(body, 0.44, 0.10, -8.0), strike_deg=16.0, push_deg=40.0, push_s=0.26, vias=block),
        Step(3.06, 9.0, toes_at(body, 1.20, 0.15, 8.0), strike_deg=-12.0, strike_s=0.12),
    )  # fmt: skip


def _right(body: Anthropometry) -> tuple[Step, ...]:
    cross = (
        Via(0.3, -0.22, 0.04, -0.82, -45.0),
        Via(0.62, 0.14, 0.13, -0.78, -20.0),
        Via(0.85, 0.22, 0.10, -0.86, 0.0),
    )
    recovery = (Via(0.25, -0.42, 0.04, -0.78, -62.0), Via(0.5, -0.20, 0.04, -0.78, -45.0),
                Via(0.8, 0.22, 0.02, -0.84, -5.0))  # fmt: skip
    return (
        _stride(-0.20, 0.12, toes_at(body, -3.50, -0.07, -4.0), _swing()),
        _stride(0.57, 0.89, toes_at(body, -2.10, -0.07, -14.0), cross),
        Step(1.36, 1.72, toes_at(body, -0.47, -0.15, -42.0), turn=(1.50, 1.76, 28.0), strike_deg=8.0, push_deg=46.0,
             push_s=0.25, vias=recovery),
        Step(2.37, 9.0, toes_at(body, 1.24, -0.12, -14.0), strike_deg=8.0),
    )  # fmt: skip


def _trunk(style: ThrowStyle, end_s: float) -> dict[str, Curve]:
    away = -style.withdrawal_deg

    def keys(*pairs: tuple[float, float]) -> Curve:
        return keyed(pairs, end_s)

    return {
        "pelvis_yaw": keys((0.2, 0), (0.75, 0.35 * away), (1.15, away), (1.55, away), (1.78, 0.4 * away), (1.95, 14),
                           (2.25, 34), (2.7, 16), (3.3, 0)),
        "pelvis_tilt": keys((0.5, 7), (1.2, 2), (1.6, -5), (1.85, 2), (2.1, 15), (2.4, 24), (2.9, 16), (3.6, 6)),
        "lumbar_rotation": keys((0.3, 0), (1.0, -22), (1.55, -30), (1.80, -30), (1.98, 20), (2.25, 28), (2.8, 12),
                                (3.5, 0)),
        "lumbar_flexion": keys((0.5, 2), (1.5, -4), (1.82, -16), (2.0, 8), (2.3, 30), (2.8, 24), (3.6, 2)),
        "lumbar_bending": keys((0.6, 0), (1.2, 10), (1.6, 12), (1.95, -18), (2.3, -12), (3.0, 0)),
        "neck_rotation": keys((0.3, 0), (1.1, 58), (1.6, 62), (1.82, 45), (2.0, -10), (2.3, -25), (3.3, 0)),
        "neck_flexion": keys((0.5, -6), (1.6, -2), (2.0, -14), (2.4, -30), (2.9, -22), (3.6, -4)),
    }  # fmt: skip


def _arms(style: ThrowStyle, end_s: float) -> dict[str, Curve]:
    high = style.arm_deg

    def keys(*pairs: tuple[float, float]) -> Curve:
        return keyed(pairs, end_s, 0.025)

    return {
        "shoulder_flexion_r": keys((0.35, 62), (0.95, -12), (1.6, -14), (1.84, -8), (1.96, 32), (2.12, 72), (2.4, 52),
                                   (2.9, 26), (3.5, 4)),
        "shoulder_abduction_r": keys((0.35, 38), (0.95, 84), (1.6, 92), (1.84, 98), (1.96, high), (2.12, 52),
                                     (2.4, -14), (2.9, 4), (3.5, 12)),
        "shoulder_rotation_r": keys((0.35, -20), (0.95, -35), (1.6, -55), (1.84, -98), (1.96, -62), (2.12, 18),
                                    (2.4, 40), (3.5, 12)),
        "elbow_flexion_r": keys((0.35, 118), (0.95, 24), (1.6, 20), (1.80, 45), (1.87, style.elbow_deg), (1.97, 32),
                                (2.06, 14), (2.4, 38), (3.5, 14)),
        "clavicle_elevation_r": keys((0.5, 0), (1.6, 8), (1.96, 20), (2.4, 0)),
        "wrist_flexion_r": keys((1.6, -10), (1.86, -35), (2.0, 30), (2.4, 10)),
        "pronation_r": keys((0.4, 40), (1.6, 0), (1.9, 10), (2.1, 95), (3.0, 60)),
        "shoulder_flexion_l": keys((0.0, -22), (0.38, 18), (0.78, 10), (1.15, 34), (1.6, 40), (1.84, 16), (2.0, -10),
                                   (2.4, 8), (3.0, 10), (3.6, 3)),
        "shoulder_abduction_l": keys((0.4, 16), (0.78, 40), (1.15, 78), (1.6, 80), (1.84, 42), (2.0, 34), (2.4, 30),
                                     (3.0, 18), (3.6, 12)),
        "shoulder_rotation_l": keys((0.4, 25), (1.2, 20), (1.84, 30), (2.4, 20), (3.6, 15)),
        "elbow_flexion_l": keys((0.0, 70), (0.6, 65), (1.15, 22), (1.55, 18), (1.84, 85), (2.05, 104), (2.5, 60),
                                (3.6, 14)),
        "pronation_l": keys((0.0, 60)),
    }  # fmt: skip
