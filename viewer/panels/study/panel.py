"""The panel: choices on top, the plot, and beside or below it pairs of lifters and correlations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from core.conventions import N_ANGLES, angles_in
from core.results.clip_table import ClipRow
from core.study.study import Study
from viewer.content import ClipContent
from viewer.jobs import Jobs
from viewer.panels.dataset.worst import worst_frame
from viewer.panels.study.canvas import StudyCanvas
from viewer.panels.study.choices import Choices
from viewer.panels.study.finding import Asked, Finding
from viewer.panels.study.plots import plot_of, position_of, published_fits
from viewer.panels.study.rows import RowList
from viewer.panels.study.tables import csv_of
from viewer.panels.study.targets import Target
from viewer.panels.study.texts import rows_of, scored_said
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import StudyPlot, View
from viewer.workspace import ClipInfo

__all__ = ["StudyPanel"]

_MARGIN = 6
_WIDE_PX, _WIDE_HIGH_PX, _HIGH_PX, _WIDER_THAN_HIGH = 620, 240, 400, 1.3
"""From which size on plot and rows stand side by side, or one above the other."""
_NOTHING = "Errors need a reference.\nOpen a dataset to hold millimetres against degrees here."
_WAITING = "No clip is scored yet."


class StudyPanel(QWidget):
    """See :class:`viewer.panels.base.Panel`. The study of the clips that are scored, as the report has it. A click on a
    clip's point shows it at the worst frame of its lifter, on a large point or a row of correlations selects the
    lifter, on a row of two lifters plots their differences. Nothing is computed while the panel cannot be seen.

    choices, canvas, list : the parts. study : what is shown. ``csv_asked()`` the numbers shall be written to a file.
    """

    csv_asked = Signal()

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self._clips: tuple[ClipInfo, ...] = ()
        self._lifters: tuple[str, ...] = ()
        self._rows: dict[str, ClipRow] = {}
        self._measured, self._version, self._stale, self._page = False, 0, True, "plot"
        self._problem = ""
        self._seek = ("", "", 0)
        self.study: Study | None = None
        self.choices, self.canvas, self.list = Choices(self), StudyCanvas(session, theme, self), RowList(theme, self)
        self.count = QLabel()
        self._finding = Finding(jobs, self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._catch_up)
        self._arrange()
        self._connect()
        self.show_theme(theme)

    # -- what the window tells -----------------------------------------------------------------------------------
    def show_rows(self, clips: Sequence[ClipInfo], lifters: Collection[str], *, measured: bool = True) -> None:
        """Other clips or lifters, nothing of them scored yet. measured : False where there is no reference at all."""
        self._clips, self._lifters, self._measured = tuple(clips), tuple(lifters), measured
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
        self._rows[row.clip] = row
        self._say()
        self._ask()

    def show_scores(self, rows: Sequence[ClipRow]) -> None:
        """The numbers of many clips at once."""
        self._rows |= {row.clip: row for row in rows}
        self._ask()

    def show_content(self, content: ClipContent | None) -> None:
        """The clip that was asked for may be here now: go to its worst frame."""
        clip, lifter, column = self._seek
        if content is not None and content.name == clip:
            self._seek = ("", "", 0)
            frame = worst_frame(content, lifter, column)
            if frame is not None:
                self._session.seek(frame)

    def show_view(self, new: View, old: View) -> None:
        """Another alignment, plot, angle, or another selection in it."""
        if new.clip != self._seek[0]:
            self._seek = ("", "", 0)
        if position_of(new.engine.alignment) != position_of(old.engine.alignment):
            self._ask()
        of_angle = StudyPlot.ANGLE in (new.study.plot, old.study.plot)
        if new.study != old.study or new.engine.shoulder != old.engine.shoulder:
            self._show()
        elif new.angle != old.angle:
            self._show() if of_angle else self._say()
        if (new.clip, new.lifter) != (old.clip, old.lifter):
            self.list.show_chosen(new.study.pair, new.lifter)
            self.canvas.update()

    def show_frame(self, frame: int) -> None:
        """Nothing to do: a study knows clips, not frames."""

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the numbers of the study are those of the files."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.choices.show_theme(theme)
        self.canvas.show_theme(theme)
        self.list.show_theme(theme)
        self.count.setStyleSheet(f"color: {theme.dim}")

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
        """The same for a panel behind others, of which Qt tells nothing else when it comes to the front."""
        super().paintEvent(event)
        if self._stale:
            self._later.start()

    def _seen(self) -> bool:
        """A panel behind others is visible to Qt, but none of it is."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def _catch_up(self) -> None:
        if self._stale:
            self._ask()
        self._finding.resume()

    def _ask(self) -> None:
        """Want the study of the rows that are there."""
        self._stale = not self._seen()
        if self._stale or not self._rows:
            return
        rows = tuple(self._rows[name] for name in sorted(self._rows))
        by = position_of(self._session.view.engine.alignment)
        self._finding.ask(Asked(rows, self._lifters, by, len(rows) >= len(self._clips), self._version))

    def _on_found(self, study: Study) -> None:
        self.study, self._problem = study, ""
        self._show()

    def _on_failed(self, line: str) -> None:
        self.study, self._problem = None, line
        self._show()

    def _show(self) -> None:
        """Everything anew from the numbers that are there."""
        view, study = self._session.view, self.study
        colours = {name: place for place, name in enumerate(self._lifters)}
        if study is None:
            said = (self._problem or _WAITING) if self._measured else _NOTHING
            self.canvas.show_plot(None, colours, said)
            self.list.show_rows((), colours)
        else:
            plot = plot_of(view, study)
            self.canvas.show_plot(plot, colours)
            title = "" if plot.angle is None else angles_in(view.engine.shoulder)[plot.angle].title
            self.list.show_rows(rows_of(study, plot.angle, title), colours)
        self.list.show_chosen(view.study.pair, view.lifter)
        self._say()

    def _say(self) -> None:
        """Choices and count as things are."""
        view, study = self._session.view, self.study
        angle = angles_in(view.engine.shoulder)[view.angle].title
        fits = study is not None and published_fits(view, study)
        self.choices.show_choices(view.study, angle, some=study is not None, fits=fits)
        self.count.setText(scored_said(study, len(self._rows), len(self._clips)) if self._measured else "")
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= max(_WIDE_PX, _WIDER_THAN_HIGH * self.height()) and self.height() >= _WIDE_HIGH_PX
        small = not wide and self.height() < _HIGH_PX
        self.split.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        self.canvas.setVisible(not small or self._page == "plot")
        self.list.setVisible(not small or self._page == "rows")
        self.count.setVisible(not small or len(self._rows) < len(self._clips))
        self.choices.show_small(small, self._page, self.width() - 2 * _MARGIN)

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
        rows.addWidget(self.count)
        self.setMinimumWidth(260)
        self.setAccessibleName("Study")

    def _connect(self) -> None:
        self._finding.found.connect(self._on_found)
        self._finding.failed.connect(self._on_failed)
        self.choices.changed.connect(lambda chosen: self._session.update(study=chosen))
        self.choices.page_wanted.connect(self.show_page)
        self.choices.copy_wanted.connect(self.copy)
        self.choices.csv_wanted.connect(self.csv_asked)
        self.canvas.picked.connect(self._on_picked)
        self.canvas.copy_wanted.connect(self.copy)
        self.list.copied.connect(self.copy)
        self.list.lifter_chosen.connect(self._on_lifter)
        self.list.pair_chosen.connect(self._on_pair)

    def _on_picked(self, target: Target) -> None:
        """A lifter is selected, or a clip shown at its worst frame once its errors are there."""
        if target.published:
            return
        if not target.clip:
            if target.lifter:
                self._on_lifter(target.lifter)
            return
        view, lifter = self._session.view, target.lifter or self._worse(target.clip)
        changes: dict[str, object] = {} if target.clip == view.clip else {"clip": target.clip, "frame": 0}
        self._session.update(lifter=lifter, hidden=view.hidden - {lifter}, **changes)
        column = view.angle if view.study.plot is StudyPlot.ANGLE else N_ANGLES
        self._seek = (target.clip, lifter, column)
        content = self._session.content
        if content is not None and content.name == target.clip:
            self.show_content(content)

    def _worse(self, clip: str) -> str:
        """Which of the two lifters whose differences are shown has more degrees on a clip."""
        plot = self.canvas.plot
        assert plot is not None and plot.pair is not None  # noqa: S101 - it was clicked
        dots, place = plot.dots, plot.study.scores.clips.index(clip)
        return plot.pair.fewer_mm if float(dots.y[dots.clips == place][0]) > 0 else plot.pair.other

    def _on_lifter(self, name: str) -> None:
        self._session.update(lifter=name, hidden=self._session.view.hidden - {name})

    def _on_pair(self, one: str, other: str) -> None:
        """Plot their differences; once more, all lifters again."""
        shown = self._session.view.study.pair
        self.change(pair=None if shown is not None and set(shown) == {one, other} else (one, other))
        if self._page == "rows":
            self.show_page("plot")
