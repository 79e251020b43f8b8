"""The numpy border of the network: poses in, angles and their standard deviations out.

Each rig has its network, because a joint stands for another point of the body in each. What was computed once for the
same poses, weights and options is not computed again. Torch is imported where something is computed, not before: a
worker process that finds everything in the cache does without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from core.conventions import N_ANGLES
from core.errors import DataError
from core.files import sha256_hex
from core.network.cache import AngleCache
from core.network.shipped import shipped_weights
from core.records import Angles, Float32, Poses

if TYPE_CHECKING:
    from core.network.card import Card
    from core.network.running import PoseToAngles

__all__ = ["METHOD", "NetworkEstimator"]

METHOD = "network"
_PREVIEW = "network, bf16 preview"
_VERSION = "network/2"
_FEW_FRAMES = 64
"""Fewer are computed by one thread: on a busy machine, threads wait for each other longer than they work."""


class NetworkEstimator:
    """The pose→angle network as an estimator (:class:`core.estimators.Estimator`).

    weights : files, each for the rigs in its card; a later file replaces an earlier one for the rigs of both.
    device : ``auto``, ``cuda``, ``mps`` or ``cpu``. threads : processor threads on the CPU, None as torch is set.
    preview : matrix products in bfloat16; errors of some tenths of a degree, and the method's name says so.
    cache : of finished series; None for one in memory only.

    Numbers are float32 and within 0.001° of float64. How many frames or clips are computed together changes them by
    less than 1e-4° (with one thread and Intel's MKL, from 16 frames on, not at all). Picklable: another process loads
    the same files; those that ship from its own installation.
    Raises :class:`DataError` for unusable weights, :class:`core.errors.UsageError` for a device that is not here.
    """

    def __init__(
        self,
        weights: Sequence[Path],
        *,
        device: str = "auto",
        threads: int | None = None,
        preview: bool = False,
        cache: AngleCache | None = None,
    ) -> None:
        from core.network.running import choose_device
        from core.network.weights import load_weights

        if not weights:
            raise DataError("no weights given for the network")
        self._device, self._threads, self._preview = choose_device(device).type, threads, preview
        self._device_name = str(choose_device(device))
        self._cache = AngleCache() if cache is None else cache
        loaded = {rig: found for found in (load_weights(path) for path in weights) for rig in found.card.rigs}
        self._files = {rig: (found.path, found.sha256) for rig, found in sorted(loaded.items())}
        self._cards = {rig: found.card for rig, found in sorted(loaded.items())}

    def __getstate__(self) -> dict[str, Any]:
        """Without the cards, which are large, stand in the files, and are needed to tell of it, not to compute."""
        return {name: value for name, value in self.__dict__.items() if name != "_cards"}

    @cached_property
    def _cards(self) -> dict[str, Card]:
        from core.network.weights import load_weights

        return {rig: load_weights(_here(path)).card for rig, (path, _) in self._files.items()}

    @property
    def name(self) -> str:
        """``network``; a preview says so."""
        return _PREVIEW if self._preview else METHOD

    @property
    def fingerprint(self) -> str:
        """Of code version, weights of every rig, precision and kind of device."""
        return sha256_hex(msgspec.json.encode([self._options, {rig: sha for rig, (_, sha) in self._files.items()}]))

    @property
    def facts(self) -> dict[str, Any]:
        """For provenance: device, and hash and card of the weights per rig, of its floors those of whole sets."""
        weights = {rig: {"sha256": self._files[rig][1], "card": msgspec.to_builtins(card.told_of(rig))}
                   for rig, card in self._cards.items()}  # fmt: skip
        return {"device": self._device_name, "weights": weights}

    @property
    def rigs(self) -> tuple[str, ...]:
        """Rigs that there are weights for."""
        return tuple(self._files)

    @property
    def own_files(self) -> tuple[Path, ...]:
        """Weights that do not ship with anglescope."""
        return tuple(sorted({path for path, _ in self._files.values()} - set(shipped_weights())))

    @property
    def _options(self) -> tuple[str, bool, str]:
        return _VERSION, self._preview, self._device

    def angles(self, poses: Poses) -> Angles:
        """The twelve angles of every frame; NaN, and counted in the notes, where the features are undefined."""
        return self.angles_many([poses])[0]

    def angles_many(self, clips: Sequence[Poses]) -> list[Angles]:
        """:meth:`angles` of several clips computed together."""
        return [Angles(series[:, :N_ANGLES], self.name, _notes(series)) for series in self._series(clips)]

    def uncertainty_deg(self, poses: Poses) -> Float32:
        """(T, 12) standard deviation of each angle of every frame, degrees; NaN where undefined.

        As learnt in training, times the ``sigma_scale`` of the weights, calibrated on takes that were not trained
        on: 68 % of the errors there are smaller. The card's floors say how it held on other motion.
        """
        return self._series([poses])[0][:, N_ANGLES:]

    def slopes_deg_per_mm(self, poses: Poses) -> Float32:
        """(T, 12, 17, 3) derivatives of the angles by the joints, degrees per millimetre; NaN where undefined."""
        import torch

        from core.network.running import PoseToAngles, thread_limit
        from core.network.slopes import network_slopes

        self._key(poses)  # raises for a rig without weights
        device = torch.device(self._device_name)
        network = _model(*self._files[poses.rig], poses.rig, self._device_name, self._preview).network
        with thread_limit(1 if poses.n_frames < _FEW_FRAMES else self._threads):
            slopes = network_slopes(PoseToAngles(network), torch.from_numpy(poses.xyz_mm.copy()).to(device))
        found: Float32 = slopes.cpu().numpy()
        return found

    def _series(self, clips: Sequence[Poses]) -> list[Float32]:
        """(T, 24) of each clip: from the cache, or computed with the others of its rig."""
        keys = [self._key(poses) for poses in clips]
        known = {key: series for key in dict.fromkeys(keys) if (series := self._cache.get(key)) is not None}
        missing = {key: poses for key, poses in zip(keys, clips, strict=True) if key not in known}
        for rig in dict.fromkeys(poses.rig for poses in missing.values()):
            mine = {key: poses for key, poses in missing.items() if poses.rig == rig}
            computed = self._compute(rig, list(mine.values()))
            for key, series in zip(mine, computed, strict=True):
                self._cache.put(key, series)
                known[key] = series
        return [known[key] for key in keys]

    def _key(self, poses: Poses) -> str:
        """Of everything that the numbers depend on."""
        if poses.rig not in self._files:
            raise DataError(f"no weights for poses of rig {poses.rig!r}", path=poses.origin.path or None,
                            expected=" or ".join(self._files))  # fmt: skip
        digest = hashlib.sha256(repr((*self._options, poses.rig, self._files[poses.rig][1])).encode())
        digest.update(poses.xyz_mm.data)
        return digest.hexdigest()

    def _compute(self, rig: str, clips: Sequence[Poses]) -> list[Float32]:
        import torch

        from core.network.running import run_batched, thread_limit

        model = _model(*self._files[rig], rig, self._device_name, self._preview)
        joined = torch.from_numpy(np.concatenate([poses.xyz_mm for poses in clips]))
        with thread_limit(1 if len(joined) < _FEW_FRAMES else self._threads):
            result = run_batched(model, joined, torch.device(self._device_name), bf16=self._preview).numpy()
        borders = np.cumsum([poses.n_frames for poses in clips])[:-1]
        return [series.copy() for series in np.split(result, borders)]


@lru_cache(maxsize=6)
def _model(path: Path, sha256: str, rig: str, device: str, preview: bool) -> PoseToAngles:
    """The network of a file, kept by each process; the file must still be the one that was checked."""
    from core.network.running import PoseToAngles
    from core.network.weights import load_weights

    weights = load_weights(_here(path))
    if weights.sha256 != sha256:
        raise DataError("weights changed while they were in use", path=path, hint="Run again")
    return PoseToAngles(weights.network(rig), in_place=not preview).to(device)


def _here(path: Path) -> Path:
    """The file, or its namesake in this installation where the file belongs to one on another machine."""
    return path if path.is_file() else next((own for own in shipped_weights() if own.name == path.name), path)


def _notes(series: Float32) -> tuple[str, ...]:
    undefined = int(np.isnan(series[:, 0]).sum())
    if not undefined:
        return ()
    return (f"{undefined} of {len(series)} frames undefined: a joint missing, a bone without length or a trunk without "
            "direction",)  # fmt: skip
