"""A rotational shot put with the right hand: wind-up, turn over the left foot, over the right foot, put, reverse."""

from __future__ import annotations

from dataclasses import dataclass

from core.body.anthropometry import Anthropometry
from core.demo.choreography import Plan
from core.demo.curves import Curve, keyed, through
from core.demo.footwork import Step, Via, toes_at

__all__ = ["ShotStyle", "shot_turn"]


@dataclass(frozen=True, slots=True)
class ShotStyle:
    """How an athlete puts the shot.

    depth_m : how deep the knees bend. windup_deg : turn back at the start. put_deg : height of the arm at the put.
    """

    depth_m: float = 0.15
    windup_deg: float = 24.0
    put_deg: float = 104.0


def shot_turn(body: Anthropometry, style: ShotStyle, duration_s: float) -> Plan:
    """A plan of a put along world X, begun with the back to it; one and a half turns to the left."""
    heading = keyed(((0.15, 180), (0.75, 180 - style.windup_deg), (1.2, 226), (1.75, 400), (2.15, 524), (2.5, 664),
                     (2.8, 728), (3.3, 732)), duration_s, 0.06)  # fmt: skip
    angles = _trunk(duration_s) | _right_arm(style, duration_s) | _left_arm(duration_s)
    return Plan(_pelvis(body, style, duration_s), heading, (_left(body), _right(body)), angles)


def _pelvis(body: Anthropometry, style: ShotStyle, end_s: float) -> Curve:
    k, h, deep = body.stature / 1750.0, body.hip_height / 1e3, style.depth_m
    rows = ((-0.6, -1.0, 0.0, -0.045), (0.1, -1.0, 0.0, -0.05), (0.7, -1.0, 0.04, -0.8 * deep),
            (1.15, -1.08, -0.17, -deep), (1.4, -1.02, -0.23, -deep), (1.55, -0.90, -0.21, -0.95 * deep),
            (1.75, -0.66, -0.15, -0.9 * deep), (2.0, -0.42, -0.06, -deep), (2.2, -0.28, 0.0, -deep),
            (2.4, -0.17, 0.05, -0.65 * deep), (2.56, -0.09, 0.06, -0.045), (2.75, -0.04, 0.04, -0.04),
            (3.1, -0.05, 0.0, -0.10), (3.6, -0.08, -0.02, -0.08), (5.5, -0.08, -0.02, -0.08))  # fmt: skip
    return through([(t, k * x, k * y, h + z) for t, x, y, z in rows], end_s)


def _left(body: Anthropometry) -> tuple[Step, ...]:
    around = (Via(0.42, -0.22, 0.06, -0.76, -50.0), Via(0.72, -0.30, -0.02, -0.78, -42.0))
    return (
        Step(-1.0, 1.57, toes_at(body, -1.0, -0.26, 192.0), turn=(0.85, 1.80, 165.0), push_deg=34.0, push_s=0.3,
             vias=around),
        Step(2.18, 9.0, toes_at(body, 0.14, 0.05, 570.0), turn=(2.18, 2.80, 125.0), strike_deg=-14.0, strike_s=0.10),
    )  # fmt: skip


def _right(body: Anthropometry) -> tuple[Step, ...]:
    sweep = (Via(0.33, -0.08, 0.27, -0.75, -40.0), Via(0.70, 0.16, 0.18, -0.76, -24.0))
    reverse = (Via(0.5, -0.12, 0.05, -0.83, -42.0),)
    return (
        Step(-1.0, 1.20, toes_at(body, -1.0, 0.26, 168.0), push_deg=34.0, push_s=0.25, vias=sweep),
        Step(1.72, 2.56, toes_at(body, -0.50, -0.12, 440.0), turn=(1.72, 2.62, 215.0), strike_deg=-12.0,
             push_deg=44.0, push_s=0.28, vias=reverse),
        Step(2.92, 9.0, toes_at(body, -0.02, -0.20, 716.0), strike_deg=-10.0),
    )  # fmt: skip


def _trunk(end_s: float) -> dict[str, Curve]:
    def keys(*pairs: tuple[float, float]) -> Curve:
        return keyed(pairs, end_s)

    return {
        "pelvis_tilt": keys((0.1, 6), (0.7, 14), (1.7, 14), (2.15, 12), (2.5, 0), (2.8, 10), (3.3, 12), (4.0, 6)),
        "lumbar_flexion": keys((0.1, 2), (0.7, 16), (1.7, 18), (2.15, 14), (2.5, -8), (2.85, 14), (3.3, 14), (4.0, 3)),
        "lumbar_rotation": keys((0.15, 0), (0.75, -32), (1.15, -4), (1.6, -22), (2.15, -36), (2.35, -20), (2.56, 22),
                                (2.9, 26), (3.8, 0)),
        "lumbar_bending": keys((0.3, 0), (2.1, 8), (2.54, -14), (3.0, -4), (3.8, 0)),
        "neck_flexion": keys((0.1, -6), (0.7, -20), (2.15, -18), (2.5, -14), (2.9, -16), (4.0, -6)),
        "neck_rotation": keys((0.2, 0), (0.75, -10), (1.2, 25), (1.7, 20), (2.15, -12), (2.5, 10), (2.8, -14),
                              (3.8, 0)),
    }  # fmt: skip


def _right_arm(style: ShotStyle, end_s: float) -> dict[str, Curve]:
    def keys(*pairs: tuple[float, float]) -> Curve:
        return keyed(pairs, end_s, 0.03)

    return {
        "shoulder_flexion_r": keys((0.0, 24), (2.3, 20), (2.42, 40), (2.56, style.put_deg), (2.75, 80), (3.2, 30),
                                   (4.0, 5)),
        "shoulder_abduction_r": keys((0.0, 58), (0.8, 62), (2.3, 72), (2.42, 66), (2.56, 42), (2.75, 26), (3.2, 24),
                                     (4.0, 13)),
        "shoulder_rotation_r": keys((0.0, -16), (2.3, -18), (2.56, 12), (3.2, 20), (4.0, 12)),
        "elbow_flexion_r": keys((0.0, 146), (2.36, 146), (2.46, 100), (2.56, 12), (2.8, 22), (3.2, 40), (4.0, 16)),
        "clavicle_elevation_r": keys((2.2, 4), (2.56, 20), (3.0, 0)),
        "wrist_flexion_r": keys((0.0, -45), (2.4, -45), (2.58, 25), (3.0, 5)),
        "pronation_r": keys((0.0, 30), (2.4, 40), (2.6, 100), (3.4, 60)),
    }  # fmt: skip


def _left_arm(end_s: float) -> dict[str, Curve]:
    def keys(*pairs: tuple[float, float]) -> Curve:
        return keyed(pairs, end_s, 0.03)

    return {
        "shoulder_flexion_l": keys((0.0, 10), (0.7, 52), (1.2, 24), (2.1, 40), (2.35, 18), (2.55, -12), (3.0, -8),
                                   (4.0, 3)),
        "shoulder_abduction_l": keys((0.0, 22), (0.7, 52), (1.2, 80), (2.1, 70), (2.35, 62), (2.55, 34), (3.0, 38),
                                     (4.0, 13)),
        "shoulder_rotation_l": keys((0.0, 20), (2.3, 15), (2.55, 35), (4.0, 15)),
        "elbow_flexion_l": keys((0.0, 30), (0.7, 34), (1.2, 20), (2.2, 30), (2.55, 110), (3.0, 70), (4.0, 16)),
        "pronation_l": keys((0.0, 60)),
    }  # fmt: skip
