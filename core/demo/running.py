"""Running at constant speed: periodic, with a flight phase between steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.body.anthropometry import Anthropometry
from core.demo.choreography import Plan
from core.demo.curves import GRAVITY, Curve
from core.demo.footwork import Step, Toes, Via
from core.records import Float64

__all__ = ["RunStyle", "running"]


@dataclass(frozen=True, slots=True)
class RunStyle:
    """How an athlete runs.

    step_s : from one touch-down to the next of the other foot. contact_s : one foot on the ground. lean_deg : of the
    trunk. arm_deg : amplitude of the arm swing. elbow_deg : mean bend. start_x_m : where the clip begins.
    """

    speed_m_s: float = 3.4
    step_s: float = 0.33
    contact_s: float = 0.21
    lean_deg: float = 8.0
    arm_deg: float = 38.0
    elbow_deg: float = 92.0
    start_x_m: float = -3.4


def running(body: Anthropometry, style: RunStyle, duration_s: float) -> Plan:
    """A plan of running along world X; the right foot touches down at time 0."""
    stride_s = 2 * style.step_s
    count = int(np.ceil(duration_s / stride_s)) + 2
    steps = []
    for offset, lateral in ((style.step_s, 0.045), (0.0, -0.045)):
        steps.append([_step(body, style, (k - 1) * stride_s + offset, lateral) for k in range(count + 1)])
    return Plan(
        _pelvis_path(body, style), lambda t: np.zeros(len(t)), (steps[0], steps[1]), _upper_body(style, stride_s)
    )


def _step(body: Anthropometry, style: RunStyle, on_s: float, y_m: float) -> Step:
    """One contact; the ankle lands ahead of the hip by three tenths of the way travelled in stance."""
    ahead = 0.30 * style.speed_m_s * style.contact_s
    toe = style.start_x_m + style.speed_m_s * on_s + ahead + 0.75 * body.foot / 1e3
    vias = (Via(0.30, -0.46, 0.0, -0.60, -75.0), Via(0.56, 0.02, 0.01, -0.52, -40.0),
            Via(0.80, 0.43, 0.0, -0.70, 2.0))  # fmt: skip
    toes = Toes(toe, y_m, 4.0 * float(np.sign(y_m)))
    return Step(on_s, on_s + style.contact_s, toes, None, 9.0, 0.06, 33.0, 0.16, vias)


def _pelvis_path(body: Anthropometry, style: RunStyle) -> Curve:
    """Vertical force in contact is a squared sine whose mean over a step carries the weight; none in flight."""
    contact, step = style.contact_s, style.step_s
    flight = step - contact
    peak = 2 * GRAVITY * step / contact
    touch = (body.hip_height - 0.018 * body.stature) / 1e3

    def path(t: Float64) -> Float64:
        phase = np.mod(t, step)
        on = np.minimum(phase, contact)
        push = peak * (on**2 / 4 + contact**2 / (8 * np.pi**2) * (np.cos(2 * np.pi * on / contact) - 1))
        gained = peak * contact / 2 * np.maximum(phase - contact, 0.0)
        up = touch - GRAVITY * flight / 2 * phase - GRAVITY * phase**2 / 2 + push + gained
        side = 0.012 * np.cos(np.pi * (t - contact / 2) / step)
        return np.column_stack([style.start_x_m + style.speed_m_s * t, -side, up])

    return path


def _upper_body(style: RunStyle, stride_s: float) -> dict[str, Curve]:
    """Arms swing against the legs; the thorax turns against the pelvis; the head looks ahead."""

    def wave(mean: float, amplitude: float, delay: float = 0.0, beats: int = 1) -> Curve:
        # Time 0 is touch-down of the right foot; a tenth of a stride before, the left arm was furthest in front.
        return lambda t: mean + amplitude * np.cos(2 * np.pi * beats * (t / stride_s - delay))

    arm, elbow = style.arm_deg, style.elbow_deg
    return {
        "pelvis_yaw": wave(0.0, 6.0, 0.0),
        "pelvis_tilt": wave(style.lean_deg, 2.0, 0.1, 2),
        "pelvis_list": wave(0.0, 4.0, 0.35),
        "lumbar_flexion": wave(1.0, 2.0, 0.3, 2),
        "lumbar_bending": wave(0.0, 3.0, 0.85),
        "lumbar_rotation": wave(0.0, 19.0, 0.42),
        "neck_flexion": wave(-0.8 * style.lean_deg, 2.0, 0.35, 2),
        "neck_rotation": wave(0.0, 12.0, 0.0),
        "shoulder_flexion_r": wave(-10.0, arm, 0.40),
        "shoulder_flexion_l": wave(-10.0, arm, -0.10),
        "shoulder_abduction_r": wave(19.0, 5.0, -0.10),
        "shoulder_abduction_l": wave(19.0, 5.0, 0.40),
        "shoulder_rotation_r": wave(28.0, 10.0, 0.40),
        "shoulder_rotation_l": wave(28.0, 10.0, -0.10),
        "elbow_flexion_r": wave(elbow, 14.0, 0.42),
        "elbow_flexion_l": wave(elbow, 14.0, -0.08),
        "pronation_r": wave(70.0, 0.0),
        "pronation_l": wave(70.0, 0.0),
        "wrist_flexion_r": wave(8.0, 0.0),
        "wrist_flexion_l": wave(8.0, 0.0),
    }
