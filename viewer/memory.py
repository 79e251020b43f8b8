"""What is remembered of each dataset: how its numbers were computed, what was shown, and where one was. No Qt here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from core.angles.hip_centre import DEFAULT_REGRESSION, REGRESSIONS
from core.conventions import ShoulderView
from core.errors import UsageError
from core.estimators import ESTIMATORS
from core.evaluation import REFERENCE
from core.files import sha256_hex
from core.metrics.alignment import Alignment
from core.results.dataset_grid import POSITION
from core.skeleton import RIGS
from viewer.view import DatasetView, EngineView, StudyView, View
from viewer.wording import SHOULDER
from viewer.workspace import Workspace

__all__ = ["MOST", "DatasetMemory", "as_left", "keep", "unusual", "usual_engine"]

MOST = 50
"""Datasets that are remembered."""
_ALWAYS_THERE = ("auto", "cpu")


class DatasetMemory(msgspec.Struct, frozen=True):
    """How one dataset was left. path, fingerprint : which; the others are fields of the view of the same names."""

    path: str
    fingerprint: str
    estimator: str = "network"
    device: str = "auto"
    rig: str = ""
    hip_regression: str = DEFAULT_REGRESSION
    shoulder: ShoulderView = ShoulderView.COMPONENTS
    alignment: Alignment = Alignment.ROOT
    hidden: tuple[str, ...] = ()
    clip: str = ""
    frame: int = 0
    dataset: DatasetView = DatasetView()
    study: StudyView = StudyView()


def keep(memories: Sequence[DatasetMemory], workspace: Workspace, view: View) -> tuple[DatasetMemory, ...]:
    """The memories with how a dataset is left now as the newest; the oldest beyond :data:`MOST` go."""
    engine = view.engine
    now = DatasetMemory(
        *_which(workspace), engine.estimator, engine.device, engine.rig, engine.hip_regression, engine.shoulder,
        engine.alignment, tuple(sorted(view.hidden)), view.clip, view.frame, view.dataset,
        view.study,
    )  # fmt: skip
    return (now, *(one for one in memories if one.path != now.path))[:MOST]


def as_left(memories: Sequence[DatasetMemory], workspace: Workspace, view: View) -> tuple[View, tuple[str, ...]]:
    """The view of a dataset that is opened as it was left, and what the user should know of that, one line each: what
    could not be taken up again, and options that change numbers.

    What is not there any more is left as in ``view``: a clip, a lifter, a file of weights, a device. A dataset whose
    files are others than then is a new one.
    """
    path, fingerprint = _which(workspace)
    found = next((one for one in memories if (one.path, one.fingerprint) == (path, fingerprint)), None)
    if found is None:
        return view, ()
    engine, lines = _engine(found, view.engine)
    known = {"reference", "floor", *workspace.identities}
    there = any(clip.name == found.clip for clip in workspace.clips)
    clip, frame = (found.clip, max(0, found.frame)) if there else (view.clip, view.frame)
    hidden = frozenset(found.hidden) & known
    differs = unusual(workspace, engine)
    if differs:
        told = "; ".join(differs)
        lines = (*lines, f"{workspace.title}: as you left it, with {told}; Edit > Usual options takes that back")
    there_still = found.study.pair is None or set(found.study.pair) <= known
    study = replace(found.study, pair=found.study.pair if there_still else None, left_out=found.study.left_out & known)
    return replace(view, engine=engine, hidden=hidden, clip=clip, frame=frame,
                   dataset=_dataset(found.dataset, known), study=study), lines  # fmt: skip


def usual_engine(workspace: Workspace, engine: EngineView) -> EngineView:
    """The engine's options for what was opened: a study or results folder brings its own."""
    if workspace.job is None:
        return replace(engine, rig="", fps=0.0)
    options, own = workspace.job.options, workspace.results is not None or workspace.path.suffix == ".toml"
    shoulder = options.shoulder if own else engine.shoulder
    return replace(engine, shoulder=shoulder, hip_regression=options.hip_regression, rig="",
                   fps=0.0, estimator=workspace.estimator)  # fmt: skip


def unusual(workspace: Workspace, engine: EngineView) -> tuple[str, ...]:
    """In which options that change numbers a dataset is shown otherwise than it would be without being remembered."""
    usual = usual_engine(workspace, EngineView())
    parts = (
        (engine.estimator != usual.estimator, f"angles by {Path(engine.estimator).name}"),
        (engine.shoulder is not usual.shoulder, f"shoulder as {SHOULDER[engine.shoulder]}"),
        (engine.rig != usual.rig, f"lifters' joints of {RIGS[engine.rig].title if engine.rig else 'their files'}"),
        (engine.hip_regression != usual.hip_regression, f"hip centres after {engine.hip_regression}"),
    )
    return tuple(text for differs, text in parts if differs)


def _dataset(found: DatasetView, known: Collection[str]) -> DatasetView:
    """The choices of the dataset heatmap, without sources and columns that do not exist."""
    there = {"", REFERENCE, *known}
    return replace(
        found, source=found.source if found.source in there else "",
        against=found.against if found.against in there else "",
        column=found.column if 0 <= found.column <= POSITION else DatasetView().column,
    )  # fmt: skip


def _engine(found: DatasetMemory, engine: EngineView) -> tuple[EngineView, tuple[str, ...]]:
    """The options that are still possible, and which are not."""
    estimator, device, lines = found.estimator, found.device, []
    if estimator not in ESTIMATORS and not Path(estimator).is_file():
        lines.append(f"{estimator}: weights used here before are not there any more; angles by {engine.estimator}")
        estimator = engine.estimator
    if not _present(device):
        lines.append(f"device {device}, used here before, is not on this machine; {engine.device} is used")
        device = engine.device
    rig = found.rig if found.rig in RIGS else ""
    regression = found.hip_regression if found.hip_regression in REGRESSIONS else engine.hip_regression
    taken = replace(engine, estimator=estimator, device=device, rig=rig, hip_regression=regression,
                    shoulder=found.shoulder, alignment=found.alignment)  # fmt: skip
    return taken, tuple(lines)


def _present(device: str) -> bool:
    if device in _ALWAYS_THERE:
        return True
    from core.network.running import choose_device  # with it comes torch, which takes a while

    try:
        choose_device(device)
    except UsageError:
        return False
    return True


def _which(workspace: Workspace) -> tuple[str, str]:
    """Path and fingerprint; of files that stand alone the latter is of their names and lengths."""
    if workspace.job is not None:
        return str(workspace.path), workspace.job.dataset.fingerprint
    listed = "\n".join(f"{clip.name} {clip.n_frames}" for clip in workspace.clips)
    return str(workspace.path), sha256_hex(listed.encode())
