"""Clips of a study that are evaluated once more, in workers: which they are, and what comes of each."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Protocol, TypeVar

from core.scoring.run import ScoreJob, tasks_of
from core.scoring.work import Task

__all__ = ["OfClip", "gathered", "tasks_again"]


class OfClip(Protocol):
    """What was found on a clip. index : of the clip in its dataset."""

    @property
    def index(self) -> int:
        """From 0."""


_Found = TypeVar("_Found", bound=OfClip)


def tasks_again(job: ScoreJob, clips: Iterable[str]) -> list[Task]:
    """The tasks of these clips of a job, in the order of its dataset."""
    wanted = set(clips)
    return [task for task in tasks_of(job) if task.entry.name in wanted]


def gathered(
    job: ScoreJob, results: Iterable[_Found | str], done: int = 0
) -> Generator[int, None, tuple[dict[str, _Found], tuple[str, ...]]]:
    """What was found by name of the clip, and a line for each that could not be measured; yields how many are done,
    ``done`` before these included. results : as they finish, a text in place of what could not be found.
    """
    found: dict[str, _Found] = {}
    failed: list[str] = []
    for number, result in enumerate(results, start=done + 1):
        if isinstance(result, str):
            failed.append(result)
        else:
            found[job.dataset.clips[result.index].name] = result
        yield number
    return found, tuple(sorted(failed))
