"""A jump with a full turn in the air: two steps, take-off from the left foot, landing on the right."""

from __future__ import annotations

from dataclasses import dataclass

from core.body.anthropometry import Anthropometry
from core.demo.choreography import Plan
from core.demo.curves import Curve, flight_path, keyed, ramp
from core.demo.footwork import Step, Via, toes_at

__all__ = ["TAKE_OFF_S", "JumpStyle", "spin_jump"]

TAKE_OFF_S = 1.80


@dataclass(frozen=True, slots=True)
class JumpStyle:
    """flight_s : time in the air, which gravity turns into height. tuck_deg : bend of the elbows in the air."""

    flight_s: float = 0.50
    tuck_deg: float = 125.0


def spin_jump(body: Anthropometry, style: JumpStyle, duration_s: float) -> Plan:
    """A plan that starts and ends standing, facing world X."""
    land = TAKE_OFF_S + style.flight_s
    return Plan(
        _pelvis(body, land, duration_s),
        lambda t: -25.0 * ramp(t, 0.95, 1.45) + 385.0 * ramp(t, 1.40, land + 0.25),
        (_left_steps(body, land), _right_steps(body, land)),
        _angles(style, land, duration_s),
    )


def _pelvis(body: Anthropometry, land: float, duration_s: float) -> Curve:
    k, h = body.stature / 1750.0, body.hip_height / 1e3
    before = [(0.0, -0.98, 0.0, h - 0.015), (0.45, -0.97, 0.0, h - 0.02), (0.8, -0.77, -0.03, h - 0.05),
              (1.1, -0.42, 0.0, h - 0.06), (1.45, -0.10, 0.04, h - 0.13),
              (TAKE_OFF_S, 0.12, 0.05, h + 0.055)]  # fmt: skip
    after = [(land, 0.54, -0.02, h + 0.02), (land + 0.22, 0.58, -0.08, h - 0.19), (land + 0.7, 0.56, -0.11, h - 0.07),
             (land + 1.2, 0.54, -0.11, h - 0.03), (duration_s + 0.7, 0.54, -0.11, h - 0.03)]  # fmt: skip
    scaled = [[(t, k * x, k * y, z) for t, x, y, z in keys] for keys in (before, after)]
    return flight_path(scaled[0], (TAKE_OFF_S, land), scaled[1], duration_s)


def _left_steps(body: Anthropometry, land: float) -> tuple[Step, ...]:
    stride = (Via(0.4, -0.12, 0.0, -0.88, -35.0), Via(0.75, 0.22, 0.0, -0.93, 8.0))
    trailing = (Via(0.18, -0.10, 0.03, -0.90, -34.0), Via(0.42, -0.08, 0.03, -0.88, -35.0),
                Via(0.60, -0.18, 0.08, -0.82, -40.0), Via(0.80, -0.14, 0.10, -0.83, -28.0))  # fmt: skip
    return (
        Step(-1.0, 0.84, toes_at(body, -1.0, 0.09, 5.0), push_deg=32.0, vias=stride),
        Step(1.30, TAKE_OFF_S, toes_at(body, 0.06, 0.07, -8.0), turn=(1.45, 1.95, 66.0), strike_deg=10.0,
             push_deg=40.0, push_s=0.3, vias=trailing),
        Step(land + 0.55, 9.0, toes_at(body, 0.54, 0.0, 365.0), strike_deg=-18.0, strike_s=0.15),
    )  # fmt: skip


def _right_steps(body: Anthropometry, land: float) -> tuple[Step, ...]:
    stride = (Via(0.5, 0.06, 0.0, -0.92, -8.0),)
    knee_up = (
        Via(0.34, 0.04, 0.12, -0.76, -28.0), Via(0.47, 0.25, 0.09, -0.73, -25.0), Via(0.66, 0.10, 0.05, -0.87, -26.0),
        Via(0.85, 0.06, 0.04, -0.90, -24.0),
    )  # fmt: skip
    return (
        Step(-1.0, 0.42, toes_at(body, -1.0, -0.09, -5.0), push_deg=15.0, vias=stride),
        Step(0.82, 1.34, toes_at(body, -0.50, -0.11, 0.0), strike_deg=6.0, push_deg=30.0, vias=knee_up),
        Step(land, 9.0, toes_at(body, 0.55, -0.105, 325.0), turn=(land + 0.02, land + 0.30, 30.0), strike_deg=-26.0,
             strike_s=0.15),
    )  # fmt: skip


def _angles(style: JumpStyle, land: float, end_s: float) -> dict[str, Curve]:
    off, tuck = TAKE_OFF_S, style.tuck_deg

    def keys(*pairs: tuple[float, float]) -> Curve:
        return keyed(pairs, end_s)

    arms: dict[str, Curve] = {}
    # In the air the right forearm lies over the left; on landing the right arm opens wider.
    for side, lead, over, open_, bent in (("l", 0.0, 26.0, 58.0, 42.0), ("r", 1.0, 60.0, 76.0, 24.0)):
        arms |= {
            f"shoulder_flexion_{side}": keys((0.3, 2), (0.9, 14 * (1 - 2 * lead)), (1.35, -34), (1.55, -20),
                (off, 60), (off + 0.16, over), (land - 0.08, over), (land + 0.2, 22), (land + 1.1, 3)),
            f"shoulder_abduction_{side}": keys((0.3, 11), (1.35, 26), (off, 24), (off + 0.16, 16), (land - 0.08, 16),
                (land + 0.22, open_), (land + 0.55, 0.86 * open_), (land + 1.3, 11)),
            f"shoulder_rotation_{side}": keys((0.3, 15), (1.35, 10), (off, 25), (off + 0.16, 46), (land - 0.08, 46),
                (land + 0.22, 5), (land + 1.3, 15)),
            f"elbow_flexion_{side}": keys((0.3, 14), (1.35, bent), (off, 75), (off + 0.16, tuck), (land - 0.08, tuck),
                (land + 0.22, bent), (land + 1.3, 14)),
            f"pronation_{side}": keys((0.0, 60)),
            f"wrist_flexion_{side}": keys((0.0, 8)),
        }  # fmt: skip
    return arms | {
        "pelvis_tilt": keys((0.4, 6), (1.35, 14), (off, 2), (land, 3), (land + 0.2, 16), (land + 1.0, 6)),
        "lumbar_flexion": keys((0.4, 0), (1.35, 14), (off, -3), (land, 2), (land + 0.22, 18), (land + 1.0, 0)),
        "lumbar_rotation": keys((0.9, 0), (1.40, -26), (off, 12), (off + 0.2, 10), (land, 0), (land + 0.25, -8),
                                (land + 0.9, 0)),
        "neck_flexion": keys((0.4, -4), (1.35, -18), (off, -2), (land, 0), (land + 0.22, -20), (land + 1.0, -4)),
        "neck_rotation": keys((0.9, 0), (1.45, 30), (off, 30), (land - 0.15, 34), (land + 0.3, 10), (land + 0.8, 0)),
    }  # fmt: skip
