"""The panel: choices on top, the plot, and beside or below it pairs of lifters and correlations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from core.conventions import angles_in
from core.results.clip_table import ClipRow
from core.study.margin import with_margin
from core.study.study import Study
from viewer.content import ClipContent
from viewer.jobs import Jobs
from viewer.panels.study.below import Standing, below_said
from viewer.panels.study.canvas import StudyCanvas
from viewer.panels.study.choices import Choices
from viewer.panels.study.compared import Comparable
from viewer.panels.study.finding import Asked, Finding
from viewer.panels.study.foot import Foot
from viewer.panels.study.leading import Leading
from viewer.panels.study.plots import pair_shown, plot_of, position_of, published_fits
from viewer.panels.study.reported import Reported, read_reported, unlike_joints
from viewer.panels.study.rows import RowList
from viewer.panels.study.tables import csv_of
from viewer.panels.study.targets import Target
from viewer.panels.study.texts import Around, rows_of, summary
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import StudyPlot, View
from viewer.workspace import ClipInfo

__all__ = ["StudyPanel"]

_MARGIN = 6
_WIDE_PX, _WIDE_HIGH_PX, _HIGH_PX, _WIDER_THAN_HIGH = 620, 240, 400, 1.3
"""From which size on plot and rows stand side by side, or one above the other."""
_CLOSED = "Open a dataset and lifters' predictions to hold millimetres against degrees here."
_NO_REFERENCE = "Errors need a reference.\nOpen a dataset to hold millimetres against degrees here."
_NO_LIFTER = "No lifter is loaded.\nAdd one: File > Add lifter… (Ctrl+L)."
_WAITING, _COMPUTING = "No clip is scored yet.", "Computing the means…"


class StudyPanel(QWidget):
    """See :class:`viewer.panels.base.Panel`. The study of the clips that are scored, as the report has it. A click on a
    clip's point shows it at the worst frame of its lifter, on a row of correlations selects the lifter, on a row of two
    lifters plots their differences. Nothing is computed while the panel cannot be seen.

    choices, canvas, list, foot : the parts. study : what is shown. ``csv_asked()`` the numbers shall be written to a
    file.
    """

    csv_asked = Signal()

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self._clips: tuple[ClipInfo, ...] = ()
        self._lifters: tuple[str, ...] = ()
        self._rows: dict[str, ClipRow] = {}
        self._passing: frozenset[str] | None = None
        self._reported = Reported()
        self._unlike: Mapping[str, tuple[str, ...]] = {}
        self._none_said, self._problem = _CLOSED, ""
        self._version, self._stale, self._page = 0, True, "plot"
        self._leading = Leading(session)
        self.study: Study | None = None
        self.choices, self.canvas, self.list = Choices(self), StudyCanvas(session, theme, self), RowList(theme, self)
        self.foot = Foot(self)
        self._finding = Finding(jobs, self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._catch_up)
        self._arrange()
        self._connect()
        self.show_theme(theme)
        self._show()

    # -- what the window tells -----------------------------------------------------------------------------------
    def show_rows(
        self, clips: Sequence[ClipInfo], lifters: Collection[str], *, measured: bool = True, results: Path | None = None
    ) -> None:
        """Other clips or lifters, nothing of them scored yet. measured : False where there is no reference at all.
        results : the folder that they were scored into, with its report, or None.
        """
        self._clips, self._lifters, self._passing = tuple(clips), tuple(lifters), None
        self._none_said = _NO_REFERENCE if not measured else "" if self._lifters else _NO_LIFTER
        self._reported, self._unlike = read_reported(results), {}
        self.forget_scores()

    def forget_scores(self) -> None:
        """Take all numbers away, as they no longer hold."""
        self._rows.clear()
        self._version += 1
        self.study, self._problem = None, ""
        self._finding.forget()
        self._show()

    def show_score(self, row: ClipRow) -> None:
        """The numbers of one clip; they are shown a moment later, with others."""
        self.show_scores((row,))

    def show_scores(self, rows: Sequence[ClipRow]) -> None:
        """The numbers of many clips at once."""
        self._rows |= {row.clip: row for row in rows}
        self._ask()
        self._show() if self.study is None else self._say()

    def show_passing(self, passing: NDArray[np.bool_]) -> None:
        """(N) which clips the filter of the clip table lets through: the others are pale, numbers are of all."""
        names = frozenset(clip.name for clip, passes in zip(self._clips, passing.tolist(), strict=False) if passes)
        new = None if len(names) >= len(self._clips) else names
        if new != self._passing:
            self._passing = new
            self._show()

    def show_content(self, content: ClipContent | None) -> None:
        """The clip that was asked for may be here now: go to its worst frame."""
        unlike = {**self._unlike, **unlike_joints(content)}
        if unlike != self._unlike:
            self._unlike = unlike
            self._show()
        self._leading.show_content(content)

    def show_view(self, new: View, old: View) -> None:
        """Another alignment, plot, angle, or another selection in it."""
        self._leading.show_view(new)
        if self._question(new) != self._question(old):
            self._ask()
        of_angle = StudyPlot.ANGLE in (new.study.plot, old.study.plot)
        if (new.study, new.engine.shoulder, new.hidden) != (old.study, old.engine.shoulder, old.hidden):
            self._show()
        elif new.angle != old.angle:
            self._show() if of_angle else self._say()
        elif new.engine.alignment != old.engine.alignment:
            self._say()
        if (new.clip, new.lifter) != (old.clip, old.lifter):
            self.list.show_chosen(new.study.pair, new.lifter)
            self.canvas.update()

    def show_front(self, front: bool) -> None:
        """The panel came to the front, or went behind another: what was stopped goes on."""
        if front:
            self._later.start()

    def show_frame(self, frame: int) -> None:
        """Nothing to do: a study knows clips, not frames."""

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the numbers of the study are those of the files."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        for part in (self.choices, self.canvas, self.list, self.foot):
            part.show_theme(theme)

    # -- what the user does --------------------------------------------------------------------------------------
    def change(self, **changes: object) -> None:
        """Other choices, into the view."""
        self._session.update(study=replace(self._session.view.study, **changes))  # type: ignore[arg-type]

    def show_page(self, page: str) -> None:
        """``plot`` or ``rows``, where only one of them has room."""
        self._page = page
        self._fit()

    def table(self, delimiter: str = ",") -> str:
        """What is shown as a table with heads, empty where there is nothing."""
        view = self._session.view
        if self.canvas.plot is None:
            return ""
        return csv_of(self.canvas.plot, view.study.plot, angles_in(view.engine.shoulder), delimiter)

    def copy(self) -> None:
        """Put the numbers that are shown on the clipboard."""
        if self.canvas.plot is not None:
            QGuiApplication.clipboard().setText(self.table("\t"))
            self._session.message.emit(f"copied: the study of {len(self.canvas.plot.study.scores):,} clips")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As the table of clips."""
        return QSize(420, 480)

    # -- inside --------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Plot and rows side by side, one above the other, or one at a time."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Compute what came while it could not be seen."""
        super().showEvent(event)
        self._later.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The same for a panel behind others that comes to the front."""
        super().paintEvent(event)
        if self._stale:
            self._later.start()

    def _seen(self) -> bool:
        """A panel behind others is visible to Qt, but none of it is."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def _catch_up(self) -> None:
        if self._stale:
            self._ask()
        if self._seen():
            self._go_on()

    def _go_on(self) -> None:
        self._finding.resume()
        self._say()

    def _question(self, view: View) -> tuple[str, tuple[str, ...]]:
        """By which position error which lifters are compared."""
        compared = tuple(name for name in self._lifters if name not in view.study.left_out)
        return view.study.by or position_of(view.engine.alignment), compared or self._lifters

    def _ask(self) -> None:
        """Want the study of the rows that are there."""
        self._stale = not self._seen()
        if self._stale or not self._rows or not self._lifters:
            return
        rows = tuple(self._rows[name] for name in sorted(self._rows))
        by, lifters = self._question(self._session.view)
        self._finding.ask(Asked(rows, lifters, by, len(rows) >= len(self._clips), self._version))

    def _on_found(self, study: Study) -> None:
        self.study, self._problem = study, ""
        self._show()

    def _on_failed(self, line: str) -> None:
        self.study, self._problem = None, line
        self._show()

    def _show(self) -> None:
        """Everything anew from the numbers that are there."""
        view = self._session.view
        colours = {name: place for place, name in enumerate(self._lifters)}
        if self.study is None:
            said = self._none_said or self._problem or (_COMPUTING if self._rows else _WAITING)
            self.canvas.show_plot(None, colours, said)
            self.list.show_rows((), colours)
        else:
            self.study = with_margin(self.study, view.study.margin_deg)
            self.canvas.show_plot(plot_of(view, self.study, self._passing), colours)
            self.list.show_rows(rows_of(self.study, self._around()), colours)
        self.list.show_chosen(view.study.pair, view.lifter)
        self._say()

    def _around(self) -> Around:
        """What words depend on beside the numbers."""
        view = self._session.view
        angle = view.angle if view.study.plot is StudyPlot.ANGLE else None
        title = "" if angle is None else angles_in(view.engine.shoulder)[angle].title
        return Around(
            view.study.plot, angle, title, not view.study.by,
            tuple(name for name in self._lifters if name in view.study.left_out),
            self._reported, self._reported.unlike or self._unlike,
        )  # fmt: skip

    def _pair(self) -> tuple[str, str] | None:
        """The two whose differences are plotted, the one with fewer millimetres first."""
        pair = None if self.study is None else pair_shown(self._session.view, self.study)
        return None if pair is None else (pair.fewer_mm, pair.other)

    def _say(self) -> None:
        """Choices as things are, and how far they are."""
        view, study = self._session.view, self.study
        angle = angles_in(view.engine.shoulder)[view.angle].title
        fits = study is not None and published_fits(view, study)
        of = Comparable(position_of(view.engine.alignment), self._lifters, view.hidden & set(self._lifters))
        self.choices.show_choices(view.study, of, angle, self._pair(), some=study is not None, fits=fits)
        self._fit()

    def _standing(self) -> Standing:
        wanted, passing, hidden = self._finding.wanted, self._passing, self._session.view.hidden
        clips, lifters = ((), ()) if self.study is None else (self.study.scores.clips, self.study.scores.lifters)
        return Standing(
            len(self._rows), len(self._clips), None if passing is None else sum(name in passing for name in clips),
            tuple(name for name in lifters if name in hidden), wanted, bool(wanted) and not self._finding.busy,
            bool(self._problem),
        )  # fmt: skip

    def _fit(self) -> None:
        wide = self.width() >= max(_WIDE_PX, _WIDER_THAN_HIGH * self.height()) and self.height() >= _WIDE_HIGH_PX
        small = not wide and self.height() < _HIGH_PX
        self.split.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        none = self.study is None
        self.canvas.setVisible(none or not small or self._page == "plot")
        self.list.setVisible(not none and (not small or self._page == "rows"))
        self.choices.show_small(small, self._page, self.width() - 2 * _MARGIN)
        standing = self._standing()
        said = "" if self._none_said else below_said(self.study, standing)
        if small and self._page == "plot" and self.study is not None:
            said = f"{summary(self.study, self._around(), self._pair())} · {said}"
        self.foot.show_text(said, stopped=standing.stopped, lines=2 if small else 3)

    def _arrange(self) -> None:
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        for part, share in ((self.list, 4), (self.canvas, 5)):  # Tab goes to what was put in last
            self.split.insertWidget(0, part)
            self.split.setStretchFactor(0, share)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        rows.setSpacing(_MARGIN)
        rows.addWidget(self.choices)
        rows.addWidget(self.split, 1)
        rows.addWidget(self.foot)
        self.setMinimumWidth(260)
        self.setAccessibleName("Study")

    def _connect(self) -> None:
        self._finding.found.connect(self._on_found)
        self._finding.failed.connect(self._on_failed)
        self._finding.stopped.connect(self._say)
        self.foot.go_on_wanted.connect(self._go_on)
        self.choices.changed.connect(lambda chosen: self._session.update(study=chosen))
        self.choices.page_wanted.connect(self.show_page)
        self.choices.copy_wanted.connect(self.copy)
        self.choices.csv_wanted.connect(self.csv_asked)
        self.canvas.picked.connect(self._on_picked)
        self.canvas.copy_wanted.connect(self.copy)
        self.list.copied.connect(self.copy)
        self.list.lifter_chosen.connect(self._leading.lifter)
        self.list.pair_chosen.connect(self._on_pair)

    def _on_picked(self, target: Target) -> None:
        if self.canvas.plot is not None:
            self._leading.follow(target, self.canvas.plot)

    def _on_pair(self, one: str, other: str) -> None:
        """Plot their differences; once more, all lifters again."""
        shown = self._session.view.study.pair
        self.change(pair=None if shown is not None and set(shown) == {one, other} else (one, other))
        if self._page == "rows":
            self.show_page("plot")
