"""Estimators: what turns 17-joint poses into the twelve angles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from core.angles.geometry import METHOD, geometric_angles, geometric_angles_many, geometric_slopes
from core.errors import DataError, UsageError
from core.network.shipped import shipped_weights
from core.records import Angles, Float32, Poses
from core.skeleton import RIGS

__all__ = ["ESTIMATORS", "WEIGHTS_SUFFIX", "Estimator", "GeometryEstimator", "estimator_named"]

NETWORK = "network"
WEIGHTS_SUFFIX = ".safetensors"
"""Of files of weights."""


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

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a reader of its numbers must know, as plain JSON: at least ``device``."""
        ...

    @property
    def rigs(self) -> tuple[str, ...]:
        """Rigs whose poses it can take; poses of another raise :class:`core.errors.DataError`."""
        ...

    @property
    def own_files(self) -> tuple[Path, ...]:
        """Files of the user's that it reads; a process on another machine must find them under the same path."""
        ...

    def angles(self, poses: Poses) -> Angles:
        """The twelve angles of every frame; NaN where undefined."""
        ...

    def angles_many(self, clips: Sequence[Poses]) -> list[Angles]:
        """:meth:`angles` of several clips computed together; every number equals the single call's.

        Of a network: within 1e-4 degrees.
        """
        ...

    def uncertainty_deg(self, poses: Poses) -> Float32 | None:
        """(T, 12) standard deviation of each angle of every frame, or None where it gives none."""
        ...

    def slopes_deg_per_mm(self, poses: Poses) -> Float32:
        """(T, 12, 17, 3) derivatives of the angles (shoulder as components) by the joints; NaN where undefined.

        Degrees per millimetre in the axes and unit of the poses.
        """
        ...


class GeometryEstimator:
    """Closed form from 17 joints (:func:`core.angles.geometry.geometric_angles`); no weights, CPU only."""

    name = METHOD
    fingerprint = "geometry/1"
    rigs = tuple(RIGS)
    own_files: tuple[Path, ...] = ()

    @property
    def facts(self) -> Mapping[str, Any]:
        """It runs on the CPU."""
        return {"device": "cpu"}

    def angles(self, poses: Poses) -> Angles:
        """The twelve angles of every frame."""
        return geometric_angles(poses)

    def angles_many(self, clips: Sequence[Poses]) -> list[Angles]:
        """The same for several clips, faster than one by one."""
        return geometric_angles_many(clips)

    def uncertainty_deg(self, poses: Poses) -> None:  # noqa: ARG002 - as every estimator is asked
        """None: a closed form knows nothing of its error."""
        return

    def slopes_deg_per_mm(self, poses: Poses) -> Float32:
        """Derivatives of the angles by the joints (:func:`core.angles.geometry.geometric_slopes`)."""
        return geometric_slopes(poses)


ESTIMATORS: tuple[str, ...] = (NETWORK, METHOD)
"""Names that :func:`estimator_named` knows, beside files of weights; the first is the default."""


def estimator_named(
    name: str, *, device: str = "auto", threads: int | None = None, cache_folder: Path | None = None
) -> Estimator:
    """A fresh estimator: ``network`` with the weights that ship, ``geometry``, or the path of a weights file.

    A file serves the rigs in its card; the weights that ship serve the others. device : ``auto``, ``cuda``, ``mps`` or
    ``cpu``. threads : processor threads of the network, None: all. cache_folder : where the network keeps what it
    computed, None: in memory only.
    Raises :class:`UsageError` for an unknown name, a device that is not here and where torch is not installed,
    :class:`DataError` for unusable weights, and for ``network`` where none ship.
    """
    if name == METHOD:
        if device not in ("auto", "cpu"):
            raise UsageError(f"unknown device {device!r}: the geometry estimator runs on the CPU (auto or cpu)")
        return GeometryEstimator()
    if name != NETWORK and Path(name).suffix != WEIGHTS_SUFFIX:
        known = ", ".join((*ESTIMATORS, f"or a {WEIGHTS_SUFFIX} file"))
        raise UsageError(f"unknown estimator {name!r}; known: {known}")
    own = () if name == NETWORK else (Path(name).absolute(),)
    weights = (*shipped_weights(), *own)
    if not weights:
        raise DataError("the weights of the network are missing from this installation",
                        hint="Install anglescope again, or use --angles geometry")  # fmt: skip
    try:
        # Torch takes seconds to import, which geometry and the help texts need not wait for.
        from core.network.cache import AngleCache
        from core.network.estimator import NetworkEstimator

        return NetworkEstimator(weights, device=device, threads=threads, cache=AngleCache(cache_folder))
    except ModuleNotFoundError as error:
        line = f"the network needs {error.name}: pip install {error.name}, or use --angles geometry"
        raise UsageError(line) from None
