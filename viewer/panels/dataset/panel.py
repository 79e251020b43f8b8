"""The panel: choices on top, the heatmap, and below it the count and the colour bars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.conventions import angles_in
from core.evaluation import REFERENCE
from core.results.clip_table import ClipRow
from core.results.dataset_grid import MEAN, DatasetGrid
from viewer.content import ClipContent
from viewer.panels.dataset.board import Board, Numbers, board_of, numbers_of
from viewer.panels.dataset.canvas import GridCanvas
from viewer.panels.dataset.choices import Choices
from viewer.panels.dataset.lines import Facts
from viewer.panels.dataset.scales import scales_of
from viewer.panels.dataset.texts import copied, count_said
from viewer.panels.heatmaps.legend import Legend
from viewer.panels.worst import ToWorst
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import ClipOrder, View
from viewer.wording import POSITION_ERROR
from viewer.workspace import ClipInfo

__all__ = ["DatasetPanel"]

_SETTLE_MS = 300
"""Numbers that come within this time are shown together: rows that jump ten times a second cannot be read."""
_FIT_MS = 30
_MARGIN, _LOW_MARGIN, _LOW_PX = 6, 3, 270


class DatasetPanel(QWidget):
    """All clips by all angles. A click shows the clip and selects angle and lifter; a double click or Enter goes to the
    worst frame there, too. Nothing is arranged while the panel cannot be seen.

    choices, canvas, legends : the parts.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._grid, self._facts = DatasetGrid(), Facts()
        self._passing: NDArray[np.bool_] = np.ones(0, bool)
        self._numbers: Numbers | None = None
        self._stale, self._worst = True, ToWorst(session)
        self.choices = Choices(self)
        self.canvas = GridCanvas(session, theme, self)
        self.legends = Legend(theme), Legend(theme)
        self.count = QLabel()
        self._settle = self._timer(_SETTLE_MS, self._recompute)
        self._fit = self._timer(_FIT_MS, self._catch_up)
        self._arrange()
        self._connect()
        self.show_theme(theme)

    @property
    def board(self) -> Board | None:
        """What is shown."""
        return self.canvas.board

    def show_rows(self, clips: Sequence[ClipInfo], lifters: Collection[str], *, measured: bool = True) -> None:
        """Other clips or lifters, nothing of them scored yet. measured : False where there is no reference at all."""
        self._settle.stop()
        self._facts = Facts(clips)
        self._grid = DatasetGrid([clip.name for clip in clips], [*lifters, REFERENCE] if measured else [])
        if len(self._passing) != len(clips):
            self._passing = np.ones(len(clips), bool)
        self.canvas.show_names(tuple(clip.name for clip in clips))
        self._recompute()

    def forget_scores(self) -> None:
        """Take all numbers away, as they no longer hold."""
        self._settle.stop()
        self._grid = DatasetGrid(self._grid.clips, self._grid.sources)
        self._recompute()

    def show_score(self, row: ClipRow) -> None:
        """The numbers of one clip; they are shown a moment later, with others."""
        if self._grid.put([row]) and not self._settle.isActive():
            self._settle.start()

    def show_scores(self, rows: Sequence[ClipRow]) -> None:
        """The numbers of many clips at once."""
        self._grid.put(rows)
        self._recompute()

    def show_passing(self, passing: NDArray[np.bool_]) -> None:
        """(N) which clips the filter lets through."""
        if not np.array_equal(passing, self._passing):
            self._passing = passing
            self._rearrange()

    def show_content(self, content: ClipContent | None) -> None:
        """The clip that was asked for may be here now."""
        self._worst.show_content(content)

    def show_view(self, new: View, old: View) -> None:
        """Other choices, another clip or angle."""
        self._worst.show_view(new)
        theirs, before = new.dataset, old.dataset
        numbers = (theirs.source, theirs.against, theirs.measure, theirs.positions)
        if new.engine != old.engine or numbers != (before.source, before.against, before.measure, before.positions):
            self._recompute()
        elif theirs != before:
            self._rearrange()
        elif new.angle != old.angle:
            self.canvas.outdate()
        if new.clip != old.clip:
            self.canvas.reveal(self._grid.place(new.clip))
            self.canvas.viewport().update()

    def show_frame(self, frame: int) -> None:
        """Nothing to do: the heatmap knows clips, not frames."""

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the numbers of the dataset are those of its files."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.canvas.show_theme(theme)
        for legend in self.legends:
            legend.show_theme(theme)
        self.count.setStyleSheet(f"color: {theme.dim}")

    def copy(self) -> None:
        """Put the numbers that are shown on the clipboard."""
        if self._stale:
            self._recompute(even_hidden=True)
        if self.board is not None:
            QGuiApplication.clipboard().setText(copied(self.board))
            self._session.message.emit(f"copied: {len(self.board.lines.order):,} clips with their numbers")

    def change(self, **changes: object) -> None:
        """Other choices, into the view."""
        self._session.update(dataset=replace(self._session.view.dataset, **changes))  # type: ignore[arg-type]

    def next_source(self) -> None:
        """Show the next lifter; after the last one the floor."""
        sources = self._grid.sources
        if sources:
            here = max(0, self._grid.source(self._session.view.dataset.source))
            self.change(source=sources[(here + 1) % len(sources)])

    def sizeHint(self) -> QSize:  # noqa: N802 - name of Qt
        """As the table of clips."""
        return QSize(420, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """The bar of the position error is there where both have room; a low panel saves what it can for the rows."""
        super().resizeEvent(event)
        self._fit_legends()
        low = event.size().height() < _LOW_PX
        self.choices.show_low(low)
        layout, margin = self.layout(), _LOW_MARGIN if low else _MARGIN
        if layout is not None:
            layout.setContentsMargins(_MARGIN, margin, _MARGIN, margin)
            layout.setSpacing(margin)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name of Qt
        """Arrange what came while it could not be seen."""
        super().showEvent(event)
        self._catch_up()
        self.canvas.reveal(self._grid.place(self._session.view.clip))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - name of Qt
        """The same for a panel behind others, of which Qt tells nothing else when it comes to the front."""
        super().paintEvent(event)
        if self._stale:
            self._fit.start()

    def _seen(self) -> bool:
        """A panel behind others is visible to Qt, but none of it is."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def _catch_up(self) -> None:
        if self._stale:
            self._recompute()
            self.canvas.reveal(self._grid.place(self._session.view.clip))
        else:
            self._rearrange()

    def _recompute(self, *, even_hidden: bool = False) -> None:
        """Numbers, then lines."""
        self._stale = True
        if self._seen() or even_hidden:
            self._stale = False
            self._numbers = numbers_of(self._session.view, self._grid, self._facts)
            self._rearrange(even_hidden=even_hidden)

    def _rearrange(self, *, even_hidden: bool = False) -> None:
        """Lines of the numbers that are known."""
        if self._stale or not (self._seen() or even_hidden):
            self._stale = True
            return
        view, numbers = self._session.view, self._numbers
        if numbers is None:
            self.canvas.show_board(None, "Errors need a reference.\nOpen a dataset to see all its clips here.")
        else:
            room = self.canvas.room if view.dataset.overview else None
            board = board_of(view, numbers, self._passing, room)
            self.canvas.show_board(board, "" if len(board.lines) else "No clip passes the filter.")
        self._say()

    def _say(self) -> None:
        """Choices, count and colour bars as things are."""
        view, board = self._session.view, self.board
        self.choices.setEnabled(board is not None)
        scales = (None, None) if board is None else scales_of(board)
        for legend, scale in zip(self.legends, scales, strict=True):
            legend.show_scale(None if scale is None else scale[0])
            legend.setToolTip("" if scale is None else scale[1])
            legend.setVisible(scale is not None)
        if board is None:
            self.count.setText("")
            return
        chosen, sources = board.numbers.chosen, self._grid.sources
        shown = sources[chosen.source], sources[chosen.other] if chosen.is_difference else ""
        position = POSITION_ERROR[view.engine.alignment]
        self.choices.show_choices(view.dataset, sources, angles_in(view.engine.shoulder), position, shown)
        self.choices.show_filtered(len(board.lines.order), len(self._grid))
        self.count.setText(count_said(board))
        self._fit_legends()

    def _fit_legends(self) -> None:
        wanted = self.board is not None and self.board.numbers.chosen.positions
        needed = self.count.sizeHint().width() + sum(legend.minimumSizeHint().width() for legend in self.legends)
        self.legends[1].setVisible(wanted and needed + 5 * _MARGIN <= self.width())

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        rows.setSpacing(_MARGIN)
        below = QHBoxLayout()
        below.setSpacing(_MARGIN)
        below.addWidget(self.count)
        below.addStretch(1)
        for legend in self.legends:
            below.addWidget(legend)
        rows.addWidget(self.choices)
        rows.addWidget(self.canvas, 1)
        rows.addLayout(below)
        self.setMinimumWidth(260)
        self.setAccessibleName("Dataset")

    def _connect(self) -> None:
        self.choices.changed.connect(lambda chosen: self._session.update(dataset=chosen))
        self.choices.search.left.connect(self.canvas.setFocus)
        self.canvas.picked.connect(self._on_picked)
        self.canvas.sort_wanted.connect(self._on_sort)
        self.canvas.copy_wanted.connect(self.copy)
        self.canvas.overview_wanted.connect(lambda on: self.change(overview=on))
        self.canvas.resized.connect(self._on_resized)

    def _timer(self, milliseconds: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def _on_resized(self) -> None:
        if self._session.view.dataset.overview:
            self._fit.start()

    def _on_picked(self, place: int, column: int, worst: bool) -> None:
        """Show the clip, select angle and lifter, and perhaps go to the worst frame once its errors are there."""
        board, view = self.board, self._session.view
        if board is None:
            return
        name, source = self._grid.clips[place], self._grid.sources[board.numbers.chosen.source]
        changes: dict[str, object] = {} if name == view.clip else {"clip": name, "frame": 0}
        if 0 <= column < MEAN:
            changes["angle"] = column
        if source != REFERENCE:
            changes["lifter"] = source
        self._session.update(**changes)
        if worst:
            self._worst.ask(name, source, column if column >= 0 else MEAN)
        else:
            self._worst.forget()

    def _on_sort(self, column: int) -> None:
        """The worst first, then the best first, then as in the dataset; names from A on first."""
        view = self._session.view.dataset
        order = ClipOrder.NAME if column < 0 else ClipOrder.COLUMN
        first = order is ClipOrder.COLUMN
        same = view.order is order and (column < 0 or view.column == column)
        new = replace(view, order=order, column=max(column, 0) if first else view.column, descending=first)
        if same and view.descending is first:
            new = replace(view, descending=not first)
        elif same:
            new = replace(view, order=ClipOrder.DATASET, descending=False)
        self._session.update(dataset=new)
