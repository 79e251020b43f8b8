"""When a study is computed: beside the window, roughly at first, finely at last, and seldom while clips come in."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from core.results.clip_table import ClipRow
from core.study.study import Study, StudyOptions, study_steps
from viewer.jobs import Jobs, Progress, Work

__all__ = ["FINE", "LIVE", "ROUGH", "Asked", "Finding"]

ROUGH, LIVE, FINE = 100, 1_000, 10_000
"""Resamples of what is shown first, while clips come in, and once all are there."""
_STEP_MS = 1_500
_REST = 2.0
"""Between two computations passes so many times what the last one took, so that the machine has room for scoring."""
_KIND = "study"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is to be found. rows : of the clips that are scored, by name as a results folder has them. by : position
    error. complete : no more will come. version : another one where rows from before no longer hold.
    """

    rows: tuple[ClipRow, ...]
    lifters: tuple[str, ...]
    by: str
    complete: bool
    version: int


class Finding(QObject):
    """Computes what was asked for last, in stages. A finished study is kept until other rows come. Signals:
    ``found(Study)`` after each stage; ``failed(line)`` where nothing can be compared.
    """

    found = Signal(object)
    failed = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked: Asked | None = None
        self._done = 0
        self._kept: dict[str, Study] = {}
        self._running: Asked | None = None
        self._began_s = self._took_s = 0.0
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._go)
        jobs.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether a finer study, or one of more clips, is to come."""
        return self._running is not None or self._next.isActive()

    def ask(self, asked: Asked) -> None:
        """Want this study; where one of fewer clips is shown already, a moment later."""
        before = self._asked
        if before is not None and _told(before) == _told(asked):
            return
        self._asked = asked
        if before is None or before.version != asked.version or len(before.rows) != len(asked.rows):
            self._kept.clear()
        if asked.by in self._kept:
            self._stop()
            self._done = FINE
            self.found.emit(self._kept[asked.by])
        elif before is None or (before.version, before.by) != (asked.version, asked.by):
            self._stop()
            self._done = 0
            self._go()
        else:
            self._done = min(self._done, ROUGH)  # something is shown already, so that it need not be rough again
            if self._running is None and not self._next.isActive():
                self._next.start(self._wait_ms())

    def forget(self) -> None:
        """Nothing is wanted any more."""
        self._stop()
        self._asked, self._done = None, 0
        self._kept.clear()

    def resume(self) -> None:
        """Go on where somebody has stopped the work."""
        if self._asked is not None and not self.busy and self._stage() is not None:
            self._go()

    def _stage(self) -> int | None:
        """Resamples of the next study of what is asked for, or None where it is done."""
        if self._asked is None:
            return None
        last = FINE if self._asked.complete else LIVE
        if self._done >= last:
            return None
        first = ROUGH if self._done == 0 else LIVE
        return last if self._done >= first else first

    def _go(self) -> None:
        asked, stage = self._asked, self._stage()
        if asked is None or stage is None or self._running is not None:
            return
        self._running, self._began_s = asked, time.monotonic()
        several = f"{len(asked.rows):,} clip{'' if len(asked.rows) == 1 else 's'}"
        self._jobs.run(
            _KIND, f"study of {several}, {stage:,} resamples", _work(asked, stage),
            lambda study: self._on_found(asked, study), lambda line: self._on_failed(asked, line),
        )  # fmt: skip

    def _stop(self) -> None:
        self._next.stop()
        if self._running is not None:
            self._running = None
            self._jobs.cancel(_KIND)

    def _on_ended(self, kind: str) -> None:
        """It came to its end, or somebody stopped it."""
        if kind == _KIND:
            self._running = None

    def _on_found(self, asked: Asked, study: Study) -> None:
        self._took_s = time.monotonic() - self._began_s
        if self._asked is not None and asked is not self._asked:  # more clips came meanwhile
            self._done = max(self._done, ROUGH)
            self.found.emit(study)
            self._next.start(self._wait_ms())
            return
        self._done = study.options.resamples
        if self._done >= FINE:
            self._kept[asked.by] = study
        self.found.emit(study)
        self._go()

    def _on_failed(self, asked: Asked, line: str) -> None:
        self._done = FINE if asked is self._asked else self._done
        self.failed.emit(line)
        if asked is not self._asked:
            self._next.start(self._wait_ms())

    def _wait_ms(self) -> int:
        passed_s = time.monotonic() - self._began_s
        wanted_s = max(_STEP_MS / 1000, (1 + _REST) * self._took_s)
        return max(0, round(1000 * (wanted_s - passed_s)))


def _work(asked: Asked, resamples: int) -> Work[Study]:
    steps = study_steps(asked.rows, asked.lifters, StudyOptions(asked.by, resamples=resamples))
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            study: Study = ended.value
            return study
        yield Progress()


def _told(asked: Asked) -> tuple[int, int, str, bool]:
    """What tells two of them apart: within a version rows are added only."""
    return asked.version, len(asked.rows), asked.by, asked.complete
