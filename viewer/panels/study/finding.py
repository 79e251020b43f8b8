"""When a study is computed: beside the window, means at first, finely at last, and seldom while clips come in."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from core.results.clip_table import ClipRow
from core.study.study import Study, StudyOptions, study_steps
from core.study.words import several
from viewer.jobs import Jobs, Progress, Work

__all__ = ["FINE", "LIVE", "MEANS", "Asked", "Finding"]

MEANS, LIVE, FINE = 0, 1_000, 10_000
"""Resamples of what is shown first, while clips come in, and once all are there."""
_NOTHING = -1
_STEP_MS = 1_500
_REST = 2.0
"""Between two computations passes so many times what the last one took, so that the machine has room for scoring."""
_KIND = "study"
_OTHER_STEPS = 5
"""Of a study, beside one for each lifter."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is to be found. rows : of the clips that are scored, by name as a results folder has them. lifters : that
    are compared. by : position error. complete : no more will come. version : another one where rows from before no
    longer hold.
    """

    rows: tuple[ClipRow, ...]
    lifters: tuple[str, ...]
    by: str
    complete: bool
    version: int

    @property
    def question(self) -> tuple[str, tuple[str, ...]]:
        """Of the same rows another one has other answers."""
        return self.by, self.lifters


class Finding(QObject):
    """Computes what was asked for last, in stages. A finished study is kept until other rows come. Signals:
    ``found(Study)`` after each stage; ``failed(line)`` where nothing can be compared; ``stopped()`` where somebody has
    stopped the work.
    """

    found = Signal(object)
    failed = Signal(str)
    stopped = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked: Asked | None = None
        self._done = _NOTHING
        self._kept: dict[tuple[str, tuple[str, ...]], Study] = {}
        self._running: Asked | None = None
        self._began_s = self._took_s = 0.0
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._go)
        self._cut = QTimer(self, singleShot=True, interval=0)  # the end of a job is told before what it has found
        self._cut.timeout.connect(self.stopped)
        jobs.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether a finer study, or one of more clips, is to come."""
        return self._running is not None or self._next.isActive()

    @property
    def wanted(self) -> int:
        """Resamples of the study that is to come, now or once somebody says so; 0 where nothing is."""
        if self._asked is None or (not self.busy and self._stage() is None):
            return 0
        return FINE if self._asked.complete else LIVE

    def ask(self, asked: Asked) -> None:
        """Want this study; where one of fewer clips is shown already, a moment later."""
        before = self._asked
        if before is not None and _told(before) == _told(asked):
            return
        self._asked = asked
        if before is None or before.version != asked.version or len(before.rows) != len(asked.rows):
            self._kept.clear()
        if asked.question in self._kept:
            self._stop()
            self._done = FINE
            self.found.emit(self._kept[asked.question])
        elif before is None or (before.version, before.question) != (asked.version, asked.question):
            self._stop()
            self._done = _NOTHING
            self._go()
        else:
            self._done = min(self._done, MEANS)  # something is shown already, so that it need not be bare again
            if self._running is None and not self._next.isActive():
                self._next.start(self._wait_ms())

    def forget(self) -> None:
        """Nothing is wanted any more."""
        self._stop()
        self._asked, self._done = None, _NOTHING
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
        return next((stage for stage in (MEANS, LIVE, FINE) if self._done < stage <= last), None)

    def _go(self) -> None:
        asked, stage = self._asked, self._stage()
        if asked is None or stage is None or self._running is not None:
            return
        self._cut.stop()
        self._running, self._began_s = asked, time.monotonic()
        how = f"{stage:,} resamples" if stage else "means"
        self._jobs.run(
            _KIND, f"study of {several(len(asked.rows), 'clip')}, {how}", _work(asked, stage),
            lambda study: self._on_found(asked, study), lambda line: self._on_failed(asked, line),
        )  # fmt: skip

    def _stop(self) -> None:
        self._next.stop()
        self._cut.stop()
        if self._running is not None:
            self._running = None
            self._jobs.cancel(_KIND)

    def _on_ended(self, kind: str) -> None:
        """It came to its end, or somebody stopped it."""
        if kind == _KIND and self._running is not None:
            self._running = None
            self._cut.start()

    def _on_found(self, asked: Asked, study: Study) -> None:
        self._cut.stop()
        self._took_s = time.monotonic() - self._began_s
        if self._asked is not None and asked is not self._asked:  # more clips came meanwhile
            self._done = max(self._done, MEANS)
            self._next.start(self._wait_ms())
            self.found.emit(study)
            return
        self._done = study.resampling.n
        if self._done >= FINE:
            self._kept[asked.question] = study
        self._go()
        self.found.emit(study)

    def _on_failed(self, asked: Asked, line: str) -> None:
        self._cut.stop()
        self._done = FINE if asked is self._asked else self._done
        if asked is not self._asked:
            self._next.start(self._wait_ms())
        self.failed.emit(line)

    def _wait_ms(self) -> int:
        passed_s = time.monotonic() - self._began_s
        wanted_s = max(_STEP_MS / 1000, (1 + _REST) * self._took_s)
        return max(0, round(1000 * (wanted_s - passed_s)))


def _work(asked: Asked, resamples: int) -> Work[Study]:
    options = StudyOptions(asked.by, resamples=resamples) if resamples else StudyOptions(asked.by)
    steps = study_steps(asked.rows, asked.lifters, options, intervals=resamples > 0)
    total = len(asked.lifters) + _OTHER_STEPS
    done = 0
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            study: Study = ended.value
            return study
        done += 1
        yield Progress(min(done, total), total)


def _told(asked: Asked) -> tuple[int, int, tuple[str, tuple[str, ...]], bool]:
    """What tells two of them apart: within a version rows are added only."""
    return asked.version, len(asked.rows), asked.question, asked.complete
