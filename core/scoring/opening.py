"""From options to a job: dataset or study file, lifters, estimator, checked together; for command and window."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.angles.hip_centre import DEFAULT_REGRESSION, regression_named
from core.conventions import ShoulderView, shoulder_view
from core.dataset import Dataset, Problem, open_dataset
from core.dataset.index import cache_folder
from core.errors import DataError, UsageError
from core.estimators import ESTIMATORS, estimator_named
from core.evaluation import EvaluationOptions
from core.pairing import LifterOptions, Pairing, find_predictions, pair_lifter
from core.results.folder import CLIPS
from core.scoring.executors import default_jobs
from core.scoring.run import ScoreJob
from core.scoring.work import RESERVED_NAMES
from core.study_file import Lifter, Study, read_study

__all__ = ["Choices", "build_job"]


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of ``anglescope score``, as given; None where the study file or the default decides.

    out : folder for results, or None where nothing is to be written. lifters : ``NAME=PATH`` each.
    only_named : leave out the lifters that the dataset and the study file bring along. reasons : look for them as well.
    """

    dataset: Path
    out: Path | None = None
    lifters: tuple[str, ...] = ()
    angles: str | None = None
    shoulder: str | None = None
    split: str | None = None
    hip_regression: str | None = None
    clip_csv: bool = True
    device: str = "auto"
    jobs: int | None = None
    cluster: str | None = None
    only_named: bool = False
    reasons: bool = False


def build_job(choices: Choices) -> ScoreJob:
    """Open the dataset, pair the lifters, and check every option before anything is written.

    What the command line says wins over the study file. Raises :class:`UsageError` for options that do not exist or
    fit, :class:`DataError` for an unusable dataset and for predictions that are not there. Predictions that cannot be
    used become the problems of a pairing without sources, so that the other lifters are scored.
    """
    study = read_study(choices.dataset) if choices.dataset.suffix == ".toml" else None
    regression = choices.hip_regression or (study and study.hip_regression) or DEFAULT_REGRESSION
    options = EvaluationOptions(_shoulder(choices, study), regression_named(regression).name)
    split = choices.split or (study.split if study else None)
    dataset = open_dataset(study.dataset if study else choices.dataset, split=split)
    if not dataset.clips:
        reason = dataset.problems[0].message if dataset.problems else "no clips found"
        raise DataError(f"nothing to score: {reason}", path=dataset.root)
    # One thread per worker process: numbers then do not depend on how many workers share the work.
    estimator = estimator_named(
        choices.angles or (study and study.angles) or ESTIMATORS[0], device=choices.device,
        threads=1 if len(dataset.clips) > 1 else None, cache_folder=cache_folder() / "angles",
    )  # fmt: skip
    lifters = _lifters(choices, study, dataset)
    for lifter in lifters:
        if not lifter.path.exists():
            raise DataError(f"predictions of {lifter.name} not found", path=lifter.path)
    pairings = tuple(_pair(dataset, lifter) for lifter in lifters)
    csv_folder = _absolute(choices.out) / CLIPS if choices.out is not None and choices.clip_csv else None
    return ScoreJob(dataset, pairings, estimator, options, csv_folder, choices.jobs or default_jobs(), choices.cluster,
                    choices.reasons)  # fmt: skip


def _shoulder(choices: Choices, study: Study | None) -> ShoulderView:
    if choices.shoulder is None:
        return (study and study.shoulder) or ShoulderView.COMPONENTS
    return shoulder_view(choices.shoulder)


def _lifters(choices: Choices, study: Study | None, dataset: Dataset) -> list[Lifter]:
    """Lifters of the dataset's own predictions, then of the study file, then of the command line; names unique.

    Raises :class:`UsageError` for a name that means two places: which of them a row of the tables shows must not
    depend on an order of precedence. A study may state options for the dataset's own folder of that name.
    """
    found = [Lifter(name, path, LifterOptions()) for name, path in find_predictions(dataset.root).items()]
    brought = () if choices.only_named else (*found, *(study.lifters if study else ()))
    lifters: dict[str, Lifter] = {}
    for lifter in (*brought, *map(_named, choices.lifters)):
        known = lifters.get(lifter.name)
        if known is not None and not _same_place(known, lifter):
            raise UsageError(f"two lifters are called {lifter.name!r}: {known.path} and {lifter.path}; rename one")
        if known is None or lifter.options != LifterOptions():
            lifters[lifter.name] = lifter
    for name in lifters.keys() & RESERVED_NAMES:
        raise UsageError(f"a lifter cannot be called {name!r}: the tables use that name")
    return list(lifters.values())


def _named(text: str) -> Lifter:
    """The lifter of one ``--lifter NAME=PATH``."""
    name, separator, path = text.partition("=")
    if not (name and separator and path):
        raise UsageError(f"--lifter {text!r} is not NAME=PATH")
    return Lifter(name, _absolute(Path(path)), LifterOptions())


def _same_place(one: Lifter, other: Lifter) -> bool:
    return os.path.realpath(one.path) == os.path.realpath(other.path)


def _absolute(path: Path) -> Path:
    """Without following links. Workers may have another current folder, and a run may be resumed from another."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def _pair(dataset: Dataset, lifter: Lifter) -> Pairing:
    """The pairing of a lifter; what makes all of its predictions unusable is its problem alone."""
    try:
        return pair_lifter(dataset, lifter.name, lifter.path, lifter.options)
    except DataError as error:
        missing = tuple(clip.name for clip in dataset.clips)
        problem = Problem(f"{lifter.name}: {error}")
        return Pairing(lifter.name, lifter.path, {}, missing, problems=(problem,),
                       title=lifter.options.title or lifter.name)  # fmt: skip
