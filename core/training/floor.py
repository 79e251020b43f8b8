"""The floor of the instrument: what trained networks get wrong on motion that they never saw, beside geometry.

Measured for whole sets, and on the held-out one also by what may matter: activity, body size, how high the arm is
raised, and noise in the joints. What the hips stand for is the rig's, so every figure is per rig.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from core.conventions import N_ANGLES
from core.network.card import WHOLE, Floor
from core.network.model import AngleNet
from core.network.rig_networks import RigNetworks
from core.network.running import answers
from core.records import Float32
from core.training.evaluation import Measured, error_table, errors_deg, geometry_deg, wrapped_deg
from core.training.pairs import Pairs

__all__ = ["MotionSet", "calibrate", "measure"]

_FEWEST = 200
"""A group of fewer frames, or of fewer on one side of the body, is not reported."""

_ELEVATION_DEG = (0, 30, 60, 90, 120, 150, 180)
_NOISE_MM = (0, 5, 10, 20)
_NOISE_FRAMES = 6000
_JUMP_DEG = 20.0
_ONE_SIGMA = 0.6827


@dataclass(frozen=True, slots=True)
class MotionSet:
    """Motion to measure on. by_rig : its poses and angles in each rig. detailed : report groups as well."""

    name: str
    by_rig: Mapping[str, Measured]
    detailed: bool = False


def calibrate(networks: RigNetworks, validation: Mapping[str, Measured]) -> None:
    """Set the ``sigma_scale`` of each network, so that 68 % of the errors on validation motion are within one sigma."""
    for rig, measured in validation.items():
        network = networks[rig]
        network.sigma_scale.fill_(1.0)
        deg, sigma = answers(network, measured.pairs.xyz_mm)
        ratio = np.abs(errors_deg(deg, measured)) / sigma
        network.sigma_scale.copy_(torch.from_numpy(np.nanquantile(ratio, _ONE_SIGMA, axis=0)))


def measure(networks: RigNetworks, sets: list[MotionSet]) -> Iterator[Floor]:
    """Floors of every set and rig that there is a network for, whole sets before their groups."""
    for test in sets:
        for rig, measured in test.by_rig.items():
            if rig in networks.rigs:
                yield from _floors(networks[rig], rig, test, measured)


@dataclass(frozen=True, slots=True, eq=False)
class _Answered:
    """A set with the network's angles and sigmas and the closed form's angles, (n, 12) degrees."""

    measured: Measured
    network: Float32
    sigma: Float32
    geometry: Float32


def _answered(network: AngleNet, rig: str, measured: Measured) -> _Answered:
    deg, sigma = answers(network, measured.pairs.xyz_mm)
    return _Answered(measured, deg, sigma, geometry_deg(measured.pairs.xyz_mm, rig))


def _floors(network: AngleNet, rig: str, test: MotionSet, measured: Measured) -> Iterator[Floor]:
    whole = _answered(network, rig, measured)
    yield _floor(whole, test.name, WHOLE, rig)
    if not test.detailed:
        return
    for group, rows in _groups(measured):
        if min(rows[:, 0].sum(), rows[:, 1].sum()) >= _FEWEST:
            yield _floor(whole, test.name, group, rig, rows)
    fewer = measured.thinned(_NOISE_FRAMES)
    for noise_mm in _NOISE_MM:
        noise = noise_mm * np.random.default_rng(noise_mm).standard_normal(fewer.pairs.xyz_mm.shape)
        noisy = replace(fewer, pairs=Pairs(fewer.pairs.xyz_mm + noise.astype(np.float32), fewer.pairs.deg))
        yield _floor(_answered(network, rig, noisy), test.name, f"joint noise: {noise_mm} mm", rig)


def _groups(measured: Measured) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Name and (n, 12) mask of each group; frames are chosen for the angles of each side of the body by themselves."""
    both = np.ones((1, N_ANGLES), bool)
    activity = np.array(measured.activity)[measured.clip]
    for name in sorted(set(measured.activity)):
        yield f"activity: {name}", (activity == name)[:, None] & both
    if np.isfinite(measured.stature_mm).all():
        thirds = np.quantile(measured.stature_mm, [0, 1 / 3, 2 / 3, 1])
        which = np.clip(np.searchsorted(thirds, measured.stature_mm, side="right") - 1, 0, 2)[measured.clip]
        for place, word in enumerate(("smallest", "middle", "largest")):
            name = f"stature: {word} third, {thirds[place] / 1000:.2f} to {thirds[place + 1] / 1000:.2f} m"
            yield name, (which == place)[:, None] & both
    flexion, abduction = measured.pairs.deg[:, 4:6], measured.pairs.deg[:, 6:8]  # components: left, right
    raised = np.tile(np.hypot(flexion, abduction), N_ANGLES // 2)
    for low, high in pairwise(_ELEVATION_DEG):
        yield f"arm elevation: {low} to {high} degrees", (raised >= low) & (raised < high)


def _floor(answered: _Answered, name: str, group: str, rig: str, rows: NDArray[np.bool_] | None = None) -> Floor:
    measured = answered.measured
    error, plain = (errors_deg(deg, measured) for deg in (answered.network, answered.geometry))
    for part in (error, plain):
        part[~np.isfinite(error) | ~np.isfinite(plain)] = np.nan  # the same frames for both
        if rows is not None:
            part[~rows] = np.nan
    network, geometry = error_table(error, measured.clip), error_table(plain, measured.clip)
    ratio = (np.abs(error) / answered.sigma)[np.isfinite(error)]
    return Floor(
        measured_on=name, group=group, rig=rig, frames=network.frames, mae_deg=_rounded(network.mae),
        offset_removed_deg=_rounded(network.offset_removed), p95_deg=_rounded(network.p95),
        geometry_mae_deg=_rounded(geometry.mae), geometry_offset_removed_deg=_rounded(geometry.offset_removed),
        within_sigma=round(float((ratio <= 1).mean()), 3), within_two_sigma=round(float((ratio <= 2).mean()), 3),
        jumps=_jumps(answered, np.isfinite(error)) if group == WHOLE else 0,
    )  # fmt: skip


def _rounded(values: NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def _jumps(answered: _Answered, counted: NDArray[np.bool_]) -> int:
    """Steps of over 20 degrees between neighbouring frames of which neither closed form nor truth shows half."""
    series = (answered.network, answered.geometry, answered.measured.pairs.deg)
    network, geometry, truth = (np.abs(wrapped_deg(np.diff(deg, axis=0))) for deg in series)
    neighbours = answered.measured.follows[1:, None] & counted[1:] & counted[:-1]
    return int(((network > _JUMP_DEG) & (np.maximum(geometry, truth) < network / 2) & neighbours).sum())
