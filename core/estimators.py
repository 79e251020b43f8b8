"""Estimators: what turns 17-joint poses into the twelve angles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.angles.geometry import METHOD, geometric_angles, geometric_angles_many
from core.errors import UsageError
from core.records import Angles, Poses

__all__ = ["ESTIMATORS", "Estimator", "GeometryEstimator", "estimator_named"]


class Estimator(Protocol):
    """Poses in, angles out; picklable, so that worker processes can hold one."""

    @property
    def name(self) -> str:
        """As chosen on the command line."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever its numbers may change."""
        ...

    def angles(self, poses: Poses) -> Angles:
        """The twelve angles of every frame; NaN where undefined."""
        ...

    def angles_many(self, clips: Sequence[Poses]) -> list[Angles]:
        """:meth:`angles` of several clips computed together; every number equals the single call's."""
        ...


class GeometryEstimator:
    """Closed form from 17 joints (:func:`core.angles.geometry.geometric_angles`); no weights, CPU only."""

    name = METHOD
    fingerprint = "geometry/1"

    def angles(self, poses: Poses) -> Angles:
        """The twelve angles of every frame."""
        return geometric_angles(poses)

    def angles_many(self, clips: Sequence[Poses]) -> list[Angles]:
        """The same for several clips, faster than one by one."""
        return geometric_angles_many(clips)


ESTIMATORS: tuple[str, ...] = (METHOD,)
"""Names that :func:`estimator_named` knows."""


def estimator_named(name: str) -> Estimator:
    """A fresh estimator; :class:`UsageError` lists the known names otherwise."""
    if name == METHOD:
        return GeometryEstimator()
    raise UsageError(f"unknown estimator {name!r}; known: {', '.join(ESTIMATORS)}")
