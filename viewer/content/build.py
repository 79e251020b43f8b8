"""From a clip on disk to what the panels draw; runs on a worker thread."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from core.angles.views import in_view, sigma_in_view
from core.conventions import N_ANGLES, angles_in
from core.dataset import ClipEntry, Dataset
from core.editing import Edit
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation import REFERENCE, Evaluation, EvaluationOptions
from core.metrics.alignment import Alignment
from core.metrics.position import PositionErrors
from core.pairing import SourceRef
from core.records import Angles, Float32, Float64, Poses, Scale
from core.scoring.clip_evaluation import EvaluatedClip, evaluate_clip
from core.skeleton import N_JOINTS
from viewer.content.placing import ground_of, on_floor, over_reference, upright
from viewer.content.records import ClipContent, Track, mean_of_defined

__all__ = ["Identity", "build_content", "lone_content"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a source is: title for people, index of its colour, whether it is a simulation."""

    title: str
    colour: int
    simulated: bool = False


def build_content(
    entry: ClipEntry,
    dataset: Dataset,
    sources: tuple[tuple[str, SourceRef], ...],
    identities: Mapping[str, Identity],
    estimator: Estimator,
    options: EvaluationOptions,
    alignment: Alignment,
    edits: Mapping[str, Sequence[Edit]] = MappingProxyType({}),
) -> ClipContent:
    """Load, evaluate, place and align one clip with its sources. edits : of sources by hand, by name.

    Raises :class:`core.errors.DataError` where the clip itself cannot be used; a source that cannot be used becomes a
    message.
    """
    started = time.perf_counter()
    found = evaluate_clip(entry, dataset, sources, estimator, options, edits)
    clip, reference = found.clip, found.reference
    world = upright(clip.poses, clip.camera)
    evaluated = {evaluation.source: evaluation for evaluation in found.evaluations}
    tracks = tuple(
        replace(
            track_of(name, poses, evaluated[name], identities[name], found, world, estimator, alignment),
            edited=bool(edits.get(name)),
        )
        for name, poses in found.sources
        if name in evaluated
    )
    floor = evaluated[REFERENCE]
    return ClipContent(
        clip.name, clip.athlete, clip.activity, clip.fps, clip.n_frames, _reference(found, world), reference.kind,
        tracks, in_view(reference.floor, options.shoulder), _sigma(estimator, clip.poses, reference.floor, options),
        floor.error_deg,
        reference.near_singular, angles_in(options.shoulder), options.shoulder, alignment, estimator.name,
        str(estimator.facts["device"]), time.perf_counter() - started, found.evaluations, ground_of(world), clip.camera,
        tuple(failure.message for failure in found.failures), (*clip.notes, *reference.notes), sources=found.sources,
        found=found, edited=frozenset(name for name in evaluated if edits.get(name)),
    )  # fmt: skip


def lone_content(
    name: str,
    poses: Poses,
    identity: Identity,
    estimator: Estimator,
    options: EvaluationOptions,
    cautions: tuple[str, ...] = (),
) -> ClipContent:
    """A lifter's poses without any reference: skeleton and angles, and no errors at all.

    poses : with a frame rate. cautions : what was assumed about the file, told as messages.
    Raises :class:`core.errors.DataError` where the poses have no frame rate.
    """
    if poses.fps is None:
        raise DataError("frame rate is not known", path=poses.origin.path or name, expected="frames per second")
    started = time.perf_counter()
    angles = estimator.angles(poses)
    xyz = on_floor(upright(poses, None))
    nothing, no_angles, no_positions = _undefined(poses.n_frames)
    track = Track(name, identity.title, identity.colour, identity.simulated, xyz, in_view(angles, options.shoulder),
                  _sigma(estimator, poses, angles, options), no_angles, no_positions, nothing, nothing,
                  (*poses.notes, *angles.notes))  # fmt: skip
    return ClipContent(
        name, "", "", poses.fps, poses.n_frames, None, None, (track,), no_angles, no_angles, no_angles,
        np.zeros(no_angles.shape, bool), angles_in(options.shoulder), options.shoulder, Alignment.NONE, estimator.name,
        str(estimator.facts["device"]), time.perf_counter() - started, ground=ground_of(xyz),
        messages=cautions, notes=("no reference: angles of the estimator, and no errors",),
        metric=poses.scale is Scale.METRIC, sources=((name, poses),),
    )  # fmt: skip


def _reference(found: EvaluatedClip, world: Float64) -> Track:
    """The reference as a track: ISB angles, or what stands in for them."""
    nothing, no_angles, no_positions = _undefined(found.clip.n_frames)
    title = "stand-in reference" if found.reference.stands_in else "reference (ISB)"
    shown = in_view(found.reference.angles, found.evaluations[0].options.shoulder)
    return Track(REFERENCE, title, -1, False, world.astype(np.float32), shown, no_angles, no_angles, no_positions,
                 nothing, nothing, found.reference.notes, found.reference.problems)  # fmt: skip


def track_of(
    name: str, poses: Poses, evaluation: Evaluation, identity: Identity, found: EvaluatedClip,
    world: Float64, estimator: Estimator, alignment: Alignment,
) -> Track:  # fmt: skip
    """A source as it is drawn, from its poses and evaluation of the same frames as ``found`` and ``world``.

    world : (T, 17, 3) the reference in the upright world.
    """
    xyz, said = over_reference(poses, found.clip, world, alignment)
    position = _position(evaluation.positions, alignment, xyz, world)
    shown = in_view(evaluation.angles, evaluation.options.shoulder)
    notes = (*evaluation.notes, *((said,) if said else ()))
    return Track(name, identity.title, identity.colour, identity.simulated, xyz, shown,
                 _sigma(estimator, poses, evaluation.angles, evaluation.options),
                 evaluation.error_deg, position, mean_of_defined(np.abs(evaluation.error_deg)),
                 mean_of_defined(position), notes, evaluation.problems)  # fmt: skip


def _position(
    errors: PositionErrors, alignment: Alignment, xyz: Float32,
    world: Float64,
) -> Float32:  # fmt: skip
    """(T, 17) errors of the tables for that alignment; unaligned, which no table has, the plain distance."""
    if alignment is Alignment.NONE:
        distance: Float32 = np.linalg.norm(xyz - world, axis=2).astype(np.float32)
        return distance
    return {Alignment.ROOT: errors.mpjpe_mm, Alignment.SCALE: errors.n_mpjpe_mm,
            Alignment.PROCRUSTES: errors.p_mpjpe_mm}[alignment]  # fmt: skip


def _sigma(estimator: Estimator, poses: Poses, angles: Angles, options: EvaluationOptions) -> Float32:
    """(T, 12) standard deviations in the shown view; NaN where the estimator gives none."""
    sigma = estimator.uncertainty_deg(poses)
    if sigma is None:
        return np.full((poses.n_frames, N_ANGLES), np.nan, np.float32)
    return sigma_in_view(angles, sigma, options.shoulder)


def _undefined(frames: int) -> tuple[Float32, Float32, Float32]:
    """NaN per frame, per angle and per joint."""
    return (np.full(frames, np.nan, np.float32), np.full((frames, N_ANGLES), np.nan, np.float32),
            np.full((frames, N_JOINTS), np.nan, np.float32))  # fmt: skip
