"""One clip with all its sources read, fitted and evaluated: what ``score`` sums up and what the window shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.dataset import ClipEntry, Dataset, load_clip
from core.editing import Edit, edited
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation import Evaluation, EvaluationOptions, Reference, evaluate_floor, evaluate_sources, reference_of
from core.pairing import SourceRef, load_source
from core.records import Clip, Poses
from core.results.scores import Failure

__all__ = ["EvaluatedClip", "evaluate_clip"]


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedClip:
    """A clip and everything known about it.

    evaluations : the floor first, then every source that could be evaluated, in order. sources : (lifter, poses) of
    all that could be read. refused : of these, why one could not be evaluated. failures : one line for every source
    that could not be read or evaluated. unedited : (lifter, poses) of those that were edited, as they were read.
    """

    clip: Clip
    reference: Reference
    evaluations: tuple[Evaluation, ...]
    sources: tuple[tuple[str, Poses], ...]
    refused: frozenset[str]
    failures: tuple[Failure, ...]
    unedited: tuple[tuple[str, Poses], ...] = ()


def evaluate_clip(
    entry: ClipEntry,
    dataset: Dataset,
    sources: tuple[tuple[str, SourceRef], ...],
    estimator: Estimator,
    options: EvaluationOptions,
    edits: Mapping[str, Sequence[Edit]] = MappingProxyType({}),
) -> EvaluatedClip:
    """Load a clip and its sources and evaluate each of them.

    edits : what is done to the poses of a source by its name, after they were read and before they are evaluated.
    Raises :class:`DataError` where the clip itself cannot be used; what is wrong with a source is a failure of it.
    """
    clip = load_clip(entry, dataset)
    reference = reference_of(clip, estimator, options)
    read: list[tuple[str, Poses]] = []
    unedited: list[tuple[str, Poses]] = []
    failures = []
    for lifter, ref in sources:
        try:
            poses = load_source(ref, clip)
            read.append((lifter, edited(poses, edits.get(lifter, ()))))
            if edits.get(lifter):
                unedited.append((lifter, poses))
        except DataError as error:
            failures.append(Failure(clip.name, lifter, str(error)))
    evaluations = [evaluate_floor(clip, estimator, options, reference)]
    refused = set()
    for (lifter, _), result in zip(read, evaluate_sources(clip, read, estimator, options, reference), strict=True):
        if isinstance(result, DataError):
            failures.append(Failure(clip.name, lifter, str(result)))
            refused.add(lifter)
        else:
            evaluations.append(result)
    return EvaluatedClip(clip, reference, tuple(evaluations), tuple(read), frozenset(refused), tuple(failures),
                         tuple(unedited))  # fmt: skip
