"""The runs of a sweep, one after the other; what is finished stays, what was interrupted goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.errors import DataError, UsageError
from core.estimators import Estimator, estimator_named
from core.files import ensure_writable_folder, read_bytes, write_atomic
from core.lifters.running import Runner
from core.records import Float64
from core.training.lifters.exact_clips import exact_clips
from core.training.lifters.job import written_lifter
from core.training.lifters.loop import LifterProgress, train_lifter
from core.training.lifters.losses import angle_network
from core.training.lifters.measuring import lifted_mm
from core.training.lifters.sources import LifterSource, MotionSplit, lifter_source, motion_split
from core.training.running import told
from core.training.sweep.measuring import MeasuredClip, RunSums, floor_sums, referenced, run_sums
from core.training.sweep.plan import Run, SweepPlan

__all__ = ["DOMAINS", "Finished", "Sweep", "SweepData", "described", "sweep_data"]

DOMAINS: tuple[str, ...] = ("in", "out")
"""``in``: held-out takes of the set that is trained on. ``out``: the takes of the other set."""

_RUNS, _DONE = "runs", "measured.json"
_SEED = 1_000_000_007  # of the bodies, cameras and noise that every run is measured with


@dataclass(frozen=True, slots=True, eq=False)
class SweepData:
    """paths : folders of motion. wanted : set of takes that is trained on. clips : that runs are measured on, by
    domain.
    """

    paths: tuple[Path, ...]
    wanted: str
    split: MotionSplit
    clips: dict[str, tuple[MeasuredClip, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A run and what it gets wrong: by domain, (C, N_SUMS). trained : False where it had been finished before."""

    run: Run
    sums: dict[str, Float64]
    trained: bool


def sweep_data(paths: Sequence[Path], wanted: str, bodies: Sequence[int], estimator: Estimator) -> SweepData:
    """Motion divided, and the clips that every run is measured on. bodies : for each take, by domain.

    Raises what :func:`core.training.lifters.sources.motion_split` raises, and :class:`DataError` where no take is
    outside the set.
    """
    split = motion_split(paths, wanted)
    if not split.outside:
        raise DataError("no takes of another set to measure on", path=paths[0], expected="lab and athletic takes")
    parts = zip(DOMAINS, (split.test, split.outside), bodies, strict=True)
    clips = {domain: referenced(exact_clips(takes, count, _SEED + number), estimator)
             for number, (domain, takes, count) in enumerate(parts)}  # fmt: skip
    return SweepData(tuple(paths), wanted, split, clips)


class Sweep:
    """A sweep in a folder. command, licence : for the cards of the weights. accelerator : where to train.

    Raises :class:`DataError` where the network that reads angles is missing.
    """

    def __init__(
        self, plan: SweepPlan, data: SweepData, folder: Path, *, command: str, licence: str, accelerator: str = "cpu"
    ) -> None:
        self.plan, self.data, self.folder = plan, data, folder
        self.command, self.licence, self.accelerator = command, licence, accelerator
        self.estimator = estimator_named("network", device=accelerator)
        self.network_sha256 = angle_network()[1]
        self._source = lru_cache(maxsize=1)(self._source_of)

    def runs(self, progress: Callable[[Run, LifterProgress], None] | None = None) -> Iterator[Finished]:
        """Every run as it is finished; those that were finished before come at once.

        progress : called after each chunk of a training.
        Raises :class:`UsageError` for a folder with runs of other settings, and what training raises.
        """
        for run in self.plan.runs():
            kept = self._kept(run)
            yield kept or self._made(run, progress)

    def floor(self) -> dict[str, Float64]:
        """The network on the true joints, by domain, (C, N_SUMS)."""
        return {domain: floor_sums(clips, self.estimator) for domain, clips in self.data.clips.items()}

    def _settings(self, run: Run) -> dict[str, Any]:
        config = run.config(self.plan.base)
        if config.lambda_angle:
            config = replace(config, angle_network=self.network_sha256)
        measured = ", ".join(f"{len(clips)} {domain}" for domain, clips in self.data.clips.items())
        return told(config, {**self.data.split.data, "set": self.data.wanted, "measured clips": measured})

    def _kept(self, run: Run) -> Finished | None:
        path = self.folder / _RUNS / run.folder / _DONE
        if not path.exists():
            return None
        try:
            kept = msgspec.json.decode(read_bytes(path), type=RunSums)
        except msgspec.DecodeError as error:
            raise DataError(f"cannot be read ({error})", path=path, hint="Remove it to measure again") from None
        mine = self._settings(run)
        if kept.settings != mine:
            changed = sorted(key for key in mine if kept.settings.get(key) != mine[key])
            raise UsageError(f"{path} is of a run with other settings: {', '.join(changed)} differ")
        return Finished(run, {domain: np.array(sums) for domain, sums in kept.sums.items()}, trained=False)

    def _made(self, run: Run, progress: Callable[[Run, LifterProgress], None] | None) -> Finished:
        folder = self.folder / _RUNS / run.folder
        ensure_writable_folder(folder)
        source, config = self._source(run.seed), run.config(self.plan.base)

        def shown(done: LifterProgress) -> None:
            if progress is not None:
                progress(run, done)

        trained = train_lifter(source.supply, source.validation, folder, config,
                               data={**source.data, "split": source.split}, accelerator=self.accelerator,
                               resume=(folder / "checkpoint.pt").exists(), progress=shown)  # fmt: skip
        weights = written_lifter(trained, source, folder, config, self.command, self.licence)
        runner = Runner(weights, device=self.accelerator)
        sums = {domain: run_sums((lifted_mm(runner, clip.exact.views) for clip in clips), clips, self.estimator)
                for domain, clips in self.data.clips.items()}  # fmt: skip
        kept = RunSums(self._settings(run), {domain: found.tolist() for domain, found in sums.items()})
        write_atomic(folder / _DONE, msgspec.json.encode(kept))
        return Finished(run, sums, trained=True)

    def _source_of(self, seed: int) -> LifterSource:
        return lifter_source(self.data.paths, self.data.wanted, seed)


def described(sweep: Sweep) -> Mapping[str, Any]:
    """What a sweep depends on, as plain JSON."""
    data, base = sweep.data, sweep.plan.base
    return {
        "command": sweep.command, "model": base.model, "size": base.size, "frames": base.frames,
        "lambdas_angle_mm_per_deg": sorted({0.0, *sweep.plan.angle_mm}),
        "lambdas_bone_mm_per_deg": sorted({0.0, *sweep.plan.bone_mm}),
        "seeds": list(range(base.seed, base.seed + sweep.plan.seeds)), "settings": told(base, None),
        "angle_network_sha256": sweep.network_sha256, "data": data.split.data, "set": data.wanted,
        "held_out": sorted(take.name for take in data.split.test),
        "out_of_domain": sorted(take.name for take in data.split.outside),
        "measured_frames": {domain: sum(clip.bare.n_frames for clip in clips) for domain, clips in data.clips.items()},
    }  # fmt: skip
