"""From the options of ``anglescope score`` to a job: dataset or study file, lifters, estimator, checked together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.angles.hip_centre import regression_named
from core.cli.output import shoulder_view
from core.conventions import ShoulderView
from core.dataset import Dataset, open_dataset
from core.dataset.index import cache_folder
from core.errors import DataError, UsageError
from core.estimators import estimator_named
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
    """The options of the command, as given."""

    dataset: Path
    out: Path
    lifters: tuple[str, ...]
    angles: str
    shoulder: str | None
    split: str | None
    hip_regression: str
    clip_csv: bool
    device: str
    jobs: int | None
    cluster: str | None


def build_job(choices: Choices) -> ScoreJob:
    """Open the dataset, pair the lifters, and check every option before anything is written.

    Raises :class:`UsageError` for options that do not exist or fit, :class:`DataError` for an unusable dataset.
    """
    study = read_study(choices.dataset) if choices.dataset.suffix == ".toml" else None
    options = EvaluationOptions(_shoulder(choices, study), regression_named(choices.hip_regression).name)
    split = choices.split or (study.split if study else None)
    dataset = open_dataset(study.dataset if study else choices.dataset, split=split)
    if not dataset.clips:
        reason = dataset.problems[0].message if dataset.problems else "no clips found"
        raise DataError(f"nothing to score: {reason}", path=dataset.root)
    pairings = tuple(_pair(dataset, lifter) for lifter in _lifters(choices, study, dataset))
    # One thread per worker process: numbers then do not depend on how many workers share the work.
    estimator = estimator_named(
        (study and study.angles) or choices.angles, device=choices.device,
        threads=1 if len(dataset.clips) > 1 else None, cache_folder=cache_folder() / "angles",
    )  # fmt: skip
    csv_folder = _absolute(choices.out) / CLIPS if choices.clip_csv else None
    return ScoreJob(dataset, pairings, estimator, options, csv_folder, choices.jobs or default_jobs(), choices.cluster)


def _shoulder(choices: Choices, study: Study | None) -> ShoulderView:
    if choices.shoulder is None:
        return (study and study.shoulder) or ShoulderView.COMPONENTS
    return shoulder_view(choices.shoulder)


def _lifters(choices: Choices, study: Study | None, dataset: Dataset) -> list[Lifter]:
    """Lifters of the dataset's own predictions, then of the study file, then of the command line; names unique."""
    found = {name: Lifter(name, path, LifterOptions()) for name, path in find_predictions(dataset.root).items()}
    found |= {lifter.name: lifter for lifter in (study.lifters if study else ())}
    given: dict[str, Lifter] = {}
    for text in choices.lifters:
        name, separator, path = text.partition("=")
        if not (name and separator and path):
            raise UsageError(f"--lifter {text!r} is not NAME=PATH")
        if name in given:
            raise UsageError(f"two lifters are called {name!r}")
        given[name] = Lifter(name, _absolute(Path(path)), LifterOptions())
    for name in (found | given).keys() & RESERVED_NAMES:
        raise UsageError(f"a lifter cannot be called {name!r}: the tables use that name")
    return list((found | given).values())


def _absolute(path: Path) -> Path:
    """Without following links. Workers may have another current folder, and a run may be resumed from another."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def _pair(dataset: Dataset, lifter: Lifter) -> Pairing:
    return pair_lifter(dataset, lifter.name, lifter.path, lifter.options)
