"""From paths to a workspace: a dataset, clip, study or results folder with its lifters, or lifters' files alone."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.angles.geometry import METHOD
from core.cli.again import recorded_choices
from core.dataset.layout import find_layout
from core.errors import AmbiguousFileError, DataError, UsageError
from core.estimators import ESTIMATORS
from core.files import files_under
from core.formats.registry import detect, read
from core.pairing.manifest import reading_of, stated_beside
from core.pairing.sources import pose_items
from core.results.clip_table import read_rows
from core.results.folder import RUN, read_run
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob
from core.study_file import read_study
from viewer.jobs import Progress, Work
from viewer.view import EngineView
from viewer.workspace import ClipInfo, LoneSource, Workspace

__all__ = ["is_dataset", "open_workspace"]

_MOST_FILES = 500


def open_workspace(paths: Sequence[Path], engine: EngineView) -> Work[Workspace]:
    """Open what the paths name, as a job: yields progress, returns the :class:`Workspace`.

    The first path is a dataset, a clip of one, a study, a results folder, or a file of poses; what follows are
    lifters' predictions for it, or further files of poses where it stands alone. Raises
    :class:`core.errors.AnglescopeError` with one line where nothing can be shown.
    """
    first = Path(os.path.abspath(paths[0]))  # noqa: PTH100 - resolve() would follow links
    if not first.exists():
        raise DataError("no such file or folder", path=paths[0])
    yield Progress(0, 0, f"opening {first.name}")
    if (first / RUN).is_file():
        return _results(first)
    try:
        return _dataset(first, paths[1:], engine)
    except DataError as error:
        if first.suffix == ".toml" or (first.is_dir() and not any(_candidates(first))):
            raise
        not_a_dataset = error
    return (yield from _lone(first, paths, not_a_dataset))


def _dataset(path: Path, lifters: Sequence[Path], engine: EngineView) -> Workspace:
    named = tuple(f"{_lifter_name(lifter)}={_lifter_path(lifter)}" for lifter in lifters)
    # Every job that computes gets its estimator from engine_job; to open, the one that needs no libraries will do.
    job = build_job(Choices(path, lifters=named, angles=METHOD, device=engine.device))
    study = read_study(path) if path.suffix == ".toml" else None
    return _of_job(path, job, (study and study.angles) or ESTIMATORS[0])


def _lifter_name(path: Path) -> str:
    """``NAME=PATH`` names the lifter, a path alone its own last part."""
    name, separator, _ = str(path).partition("=")
    return name if separator else path.stem


def _lifter_path(path: Path) -> str:
    _, separator, place = str(path).partition("=")
    return place if separator else str(path)


def _of_job(path: Path, job: ScoreJob, estimator: str) -> Workspace:
    clips = tuple(ClipInfo(e.name, e.athlete, e.activity, e.n_frames, e.fps) for e in job.dataset.clips)
    messages = [problem.message for problem in job.dataset.problems]
    for pairing in job.pairings:
        messages += [problem.message for problem in pairing.problems]
        messages += pairing.cautions
    return Workspace(path, path.name or str(path), clips, job, estimator=estimator, messages=tuple(messages))


def _results(folder: Path) -> Workspace:
    """The dataset and lifters of a finished run, with the errors that it found where they still hold."""
    record = read_run(folder)
    choices = recorded_choices(record, folder / RUN)
    job = build_job(choices)
    workspace = _of_job(folder, job, choices.angles or ESTIMATORS[0])
    if job.fingerprint != record.get("run_fingerprint"):
        line = f"{folder}: data, weights or version changed since these results were written; clips are scored again"
        return replace(workspace, messages=(*workspace.messages, line))
    return replace(workspace, rows=read_rows(folder), results=folder)


def _candidates(folder: Path) -> Iterator[Path]:
    """Files below a folder that may hold poses."""
    for path in files_under(folder)[:_MOST_FILES]:
        try:
            if detect(path).holds == "poses":
                yield path
        except DataError:
            continue


def _lone(first: Path, paths: Sequence[Path], not_a_dataset: DataError) -> Work[Workspace]:
    """Files of poses without a reference; each record of them is a clip."""
    files = list(_candidates(first)) if first.is_dir() else [first]
    files += [Path(os.path.abspath(path)) for path in paths[1:]]  # noqa: PTH100
    stems = Counter(file.stem for file in files)
    shared = {stem for stem, count in stems.items() if count > 1}  # these are told apart by their folders
    lone: dict[str, LoneSource] = {}
    clips, messages = [], []
    for index, file in enumerate(files):
        yield Progress(index, len(files), file.name)
        try:
            for info, source in _records(file):
                name = _unique(info.name if file.stem not in shared else f"{file.parent.name}/{info.name}", lone)
                lone[name] = source
                clips.append(replace(info, name=name))
        except DataError as error:
            if len(files) == 1:
                raise _explained(error, not_a_dataset) from None
            messages.append(str(error))
    if not clips:
        raise DataError("holds no 3D poses", path=first, got=messages[0] if messages else None)
    title = first.name if len(files) == 1 else f"{first.name} ({len(files)} files)"
    return Workspace(first, title, tuple(clips), lone=lone, messages=tuple(messages))


def _records(file: Path) -> Iterator[tuple[ClipInfo, LoneSource]]:
    """The pose records of a file. Raises :class:`DataError` where there is none."""
    if file.suffix == ".safetensors":
        raise UsageError(f"{file}: is a file of weights; choose it with Angles > Weights while a clip is open")
    format_name, options = reading_of(file, stated_beside(file))
    content = read(file, format_name, options)
    items = pose_items(content)
    if not items:
        raise DataError("holds no 3D poses of 17 joints", path=file, got=f"format {content.format}",
                        hint="anglescope info says what it is; labelled points go to anglescope angles")  # fmt: skip
    for item, poses in items:
        name = f"{file.stem} {item.key}" if item.key else file.stem
        info = ClipInfo(name, item.subject, item.action, poses.n_frames, poses.fps or math.nan)
        yield info, LoneSource(file, item.key, content.format, options)


def _unique(name: str, taken: dict[str, LoneSource]) -> str:
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique


def _explained(error: DataError, not_a_dataset: DataError) -> DataError:
    """Which of the two errors to show: that of the reader, unless no format knows the file."""
    if isinstance(error, AmbiguousFileError) or error.path is not None:
        return error
    return not_a_dataset


def is_dataset(path: Path) -> bool:
    """True for what is opened rather than added: a study, a results folder, a dataset or a part of one."""
    if path.suffix == ".toml" or (path / RUN).is_file():
        return True
    try:
        return path.is_dir() and bool(find_layout(path, None).athletes)
    except DataError:
        return False
