"""The run behind a results folder, once more: dataset, lifters and options as they were, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import AnglescopeError, DataError

if TYPE_CHECKING:
    from core.scoring.opening import Choices
    from core.scoring.run import ScoreJob

__all__ = ["job_again", "recorded_choices"]


def recorded_choices(record: Mapping[str, Any], run: Path) -> Choices:
    """The options of a recorded command, its paths as seen from where it ran. record : of the file ``run``.

    Raises :class:`DataError` where the record does not hold them, :class:`core.errors.UsageError` where they cannot be
    understood.
    """
    from core.cli.app import parsed_command
    from core.scoring.opening import Choices

    command, where = record.get("command"), record.get("working_folder")
    if not isinstance(command, list) or not isinstance(where, str) or command[1:2] != ["score"]:
        raise DataError("does not say how it was made", path=run, expected="the command of anglescope score")
    options = parsed_command([str(part) for part in command[1:]])
    base = Path(where)
    lifters = tuple(f"{n}={base / p}" for n, _, p in (str(text).partition("=") for text in options["lifter"] or ()))
    angles = options["angles"]
    if angles is not None and str(angles).endswith(".safetensors"):
        angles = str(base / angles)
    return Choices(base / options["dataset"], base / options["out"], lifters, angles, options["shoulder"],
                   options["split"], options["hip_regression"], options["clip_csv"], options["device"],
                   reasons=options["reasons"])  # fmt: skip


def job_again(record: Mapping[str, Any], run: Path) -> ScoreJob:
    """The job of a finished run. record : of the file ``run``.

    Raises :class:`DataError` where its command, data or predictions are not what they were, since what is measured on
    others says nothing of these results.
    """
    from core.scoring.opening import build_job

    try:
        job = build_job(recorded_choices(record, run))
    except AnglescopeError as error:
        raise DataError(f"the dataset and predictions cannot be opened again: {error}") from None
    if job.fingerprint != record.get("run_fingerprint"):
        raise DataError("the dataset, the predictions or the version of anglescope are not those that were scored",
                        path=run, hint="Score again")  # fmt: skip
    return job
