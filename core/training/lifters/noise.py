"""2D as a detector gives it: a stated model of what is wrong with it.

Errors of detectors are larger at the ends of the limbs, last for some frames (a joint is seen wrongly as long as it is
seen from there) with a smaller part that is new in every frame, are now and then gross, and sometimes a whole leg or
arm is taken for the other. The model, per joint and axis of the picture, all in shares of the person's size there (the
longer side of the box round the 17 joints):

    error = amount x SD(joint) x (sqrt(slow) a_t + sqrt(1 - slow) w_t),   a_t = exp(-1 / (50 x memory)) a_(t-1) + ...

with a and w of unit variance, w white. What the constants rest on:

* SD: 0.8 to 1.8 % of the size, a mean distance of 1.5 %, which is 6 pixels for a person of 400 in a picture of
  Human3.6M: detectors are off by 5 to 9 pixels there (four frames of detections in MMPose's test data, against the
  truth beside them: 1.7 at the head to 9.3 at a wrist, 4.2 in the mean, of people 165 to 336 pixels tall);
* white part: a real track (AlphaPose, 301 frames of one boxer, third differences) has 0.3 to 0.8 % of the size in
  joints of the body; a third of the variance is 0.5 to 1.0 %;
* memory: 0.2 s, chosen: an error that outlives a stride would be a constant, a shorter one is white;
* outliers (0.4 % of joints and frames, six times as large) and exchanged limbs (once in 20 s for legs and arms each,
  for 2 to 8 frames): chosen.

``amount`` is drawn for each sequence from none to twice the typical, rates of gross errors along with it.

The confidence says what a good detector would know: 1 less 10 times the length of the joint's displacement over the
size, at least 0.1. Exchanged limbs leave it as it is: a detector does not know.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from core.records import Float32, Float64
from core.training.lifters.motion import FPS

__all__ = ["JOINT_SD", "Detected", "NoiseModel", "detected", "undisturbed"]

_HIP, _KNEE, _ANKLE = 0.010, 0.012, 0.016
_SHOULDER, _ELBOW, _WRIST = 0.010, 0.013, 0.018
JOINT_SD: tuple[float, ...] = (0.009, _HIP, _KNEE, _ANKLE, _HIP, _KNEE, _ANKLE, 0.009, 0.008, 0.008, 0.009,
                               _SHOULDER, _ELBOW, _WRIST, _SHOULDER, _ELBOW, _WRIST)  # fmt: skip
"""Standard deviation of each joint along each axis, over the person's size."""

_LIMBS = (((1, 2, 3), (4, 5, 6)), ((11, 12, 13), (14, 15, 16)))


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """As in the text above. slow : share of the variance. Rates : per joint and frame, per limb and second."""

    slow: float = 2 / 3
    memory_s: float = 0.2
    outlier_rate: float = 0.004
    outlier_times: float = 6.0
    swap_rate_s: float = 0.05
    swap_frames: tuple[int, int] = (2, 8)
    most: float = 2.0
    confidence_per_size: float = 10.0
    least_confidence: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Detected:
    """screen : (N, 17, 2) as in :class:`core.training.lifters.cameras.Seen`. confidence : (N, 17), 0 to 1."""

    screen: Float32
    confidence: Float32


def undisturbed(screen: Float32) -> Detected:
    """2D as it is, all of it certain."""
    return Detected(screen, np.ones(screen.shape[:2], np.float32))


def detected(
    screen: Float32, starts: NDArray[np.intp], rng: np.random.Generator, amount: float | None = None,
    model: NoiseModel | None = None,
) -> Detected:  # fmt: skip
    """2D of S sequences (N, 17, 2) with a detector's errors; amount : of all, None: of each its own, up to twice."""
    model = model or NoiseModel()
    lengths = np.diff(np.append(starts, len(screen)))
    amounts = rng.uniform(0, model.most, len(starts)) if amount is None else np.full(len(starts), amount)
    each = np.repeat(amounts.astype(np.float32), lengths)[:, None]
    size = np.ptp(screen, axis=1).max(axis=1)[:, None, None]
    sd = each[..., None] * np.array(JOINT_SD, np.float32)[:, None]
    error = sd * _lasting(screen.shape, model, rng)
    gross = rng.random(screen.shape[:2], np.float32) < each * model.outlier_rate
    rows, joints = np.nonzero(gross)
    error[rows, joints] += sd[rows, joints] * model.outlier_times * rng.standard_normal((len(rows), 2), np.float32)
    doubt = np.minimum(model.confidence_per_size * np.linalg.norm(error, axis=-1), 1 - model.least_confidence)
    moved = screen + size * error
    _exchange(moved, starts, lengths, amounts, model, rng)
    return Detected(moved, (1 - doubt).astype(np.float32))


def _lasting(shape: tuple[int, ...], model: NoiseModel, rng: np.random.Generator) -> Float32:
    """Errors of unit variance: a slow part and a white one. They run on over the borders of sequences."""
    keep = math.exp(-1 / (FPS * model.memory_s))
    slow = rng.standard_normal(shape, np.float32) * np.float32(math.sqrt(model.slow * (1 - keep**2)))
    slow[:1] /= math.sqrt(1 - keep**2)
    slow = lfilter(np.ones(1, np.float32), np.array([1, -keep], np.float32), slow, axis=0)
    total: Float32 = slow + rng.standard_normal(shape, np.float32) * np.float32(math.sqrt(1 - model.slow))
    return total


def _exchange(
    screen: Float32, starts: NDArray[np.intp], lengths: NDArray[np.intp], amounts: Float64, model: NoiseModel,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Exchange left and right limbs for short times, in place."""
    for one, other in _LIMBS:
        counts = rng.poisson(amounts * model.swap_rate_s * lengths / FPS)
        for sequence in np.repeat(np.arange(len(starts)), counts):
            first = starts[sequence] + rng.integers(lengths[sequence])
            frames = int(rng.integers(model.swap_frames[0], model.swap_frames[1] + 1))
            rows = slice(first, min(first + frames, starts[sequence] + lengths[sequence]))
            screen[rows, one + other] = screen[rows, other + one]
