"""The panel of clips: filter, table, and a line that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.results.clip_table import ClipRow
from viewer.content import ClipContent, Identity
from viewer.panels.clips.columns import position_kind
from viewer.panels.clips.filters import FilterBar
from viewer.panels.clips.grid import ClipGrid
from viewer.panels.clips.model import ClipModel
from viewer.panels.clips.table import Filter
from viewer.panels.clips.texts import count_text
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View
from viewer.workspace import ClipInfo

__all__ = ["ClipsPanel"]

_SETTLE_MS = 300
"""Numbers that come within this time are sorted in together: rows that jump ten times a second cannot be read."""
_VISIBLE_MS = 150
_MARGIN, _LOW_MARGIN, _LOW_PX = 6, 3, 270


class ClipsPanel(QWidget):
    """The clips of what is open. A click, an arrow key or Enter shows a clip, from its first frame.

    The selected row is that of the clip in the view, whatever sorting, filtering and filling do. Signal:
    ``visible_changed()`` a moment after other clips can be seen, so that they can be scored first.
    """

    visible_changed = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = ClipModel(self)
        self.filters = FilterBar(self)
        self.grid = ClipGrid(self.model, theme, self)
        self.count = QLabel()
        self._visible: tuple[str, ...] = ()
        self._settle = self._timer(_SETTLE_MS, self._on_settle)
        self._look = self._timer(_VISIBLE_MS, self._on_look)
        self._reveal = self._timer(0, lambda: self._select(reveal=True))
        self._arrange()
        self.filters.changed.connect(self._on_filter)
        self.filters.left.connect(self.grid.setFocus)
        self.grid.chosen.connect(self._on_chosen)
        self.grid.moved.connect(self._look.start)
        self.model.layoutChanged.connect(self._on_layout)
        self.model.modelReset.connect(self._on_columns)
        self.show_theme(theme)

    def show_rows(self, clips: Sequence[ClipInfo], lifters: Mapping[str, Identity]) -> None:
        """Other clips or lifters (name to title and colour, in order); nothing of them is scored yet."""
        self._settle.stop()
        self.model.show_position(position_kind(self._session.view.engine.alignment))
        self.model.show_rows(clips, lifters)

    def forget_scores(self) -> None:
        """Take all numbers away, as they no longer hold; clips, order, filter and selection stay."""
        self._settle.stop()
        self.model.forget_scores()
        self._say()

    def show_score(self, row: ClipRow) -> None:
        """The numbers of one clip; of a clip that is not in the table, nothing happens."""
        if self.model.show_score(row):
            self.count.setText(count_text(self.model.table, self.model.rowCount()))
            if self.model.table.scored == len(self.model.table):
                self._settle.stop()
                self._on_settle()
            elif not self._settle.isActive():
                self._settle.start()

    def show_scores(self, rows: Sequence[ClipRow]) -> None:
        """The numbers of many clips at once, as from a results folder."""
        self.model.show_scores(rows)
        self._say()

    def visible_names(self) -> tuple[str, ...]:
        """Clips that can be seen, from the top."""
        return tuple(self.model.name(row) for row in self.grid.visible_rows())

    def next_clip(self) -> bool:
        """Show the clip below, in the shown order; False where there is none."""
        return self._step(1)

    def previous_clip(self) -> bool:
        """Show the clip above, in the shown order; False where there is none."""
        return self._step(-1)

    def focus_filter(self) -> None:
        """Let the user type what to look for."""
        self.filters.focus_text()

    def reveal(self) -> None:
        """Scroll to the clip in the view, once the panel has its size."""
        self._reveal.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A low panel saves what it can for the rows."""
        super().resizeEvent(event)
        low = event.size().height() < _LOW_PX
        self.filters.show_low(low)
        layout, margin = self.layout(), _LOW_MARGIN if low else _MARGIN
        if layout is not None:
            layout.setContentsMargins(_MARGIN, margin, _MARGIN, margin)
            layout.setSpacing(margin)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the name and the errors of one lifter or two."""
        return QSize(420, 480)

    def show_content(self, content: ClipContent | None) -> None:
        """Nothing to do: the table knows clips, not frames."""

    def show_frame(self, frame: int) -> None:
        """Nothing to do: the table knows clips, not frames."""

    def show_view(self, new: View, old: View) -> None:
        """Select the clip of the view, and show the position error of its alignment."""
        if new.engine.alignment is not old.engine.alignment:
            self.model.show_position(position_kind(new.engine.alignment))
            self.grid.fit_columns()  # its name may be longer or shorter
            self._show_choices()
            self._say()
        if new.clip != old.clip:
            self._select(reveal=True)

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the table knows clips, not frames."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.grid.show_theme(theme)
        self.count.setStyleSheet(f"color: {theme.dim}")

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        rows.setSpacing(_MARGIN)
        rows.addWidget(self.filters)
        rows.addWidget(self.grid, 1)
        rows.addWidget(self.count)
        self.setMinimumWidth(260)
        self.setAccessibleName("Clips")
        self.grid.setAccessibleName("Clips")

    def _timer(self, milliseconds: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def _step(self, step: int) -> bool:
        name = self.model.neighbour(self._session.view.clip, step)
        if name:
            self._session.update(clip=name, frame=0)
        return bool(name)

    def _on_chosen(self, row: int) -> None:
        name = self.model.name(row)
        if name != self._session.view.clip:
            self._session.update(clip=name, frame=0)

    def _on_columns(self) -> None:
        """Other clips or lifters, or the floor in their place."""
        self._show_choices()
        self.grid.fit_columns()
        self._say()
        self._select(reveal=True)

    def _show_choices(self) -> None:
        clips = self.model.table.clips
        errors = [column for column in self.model.columns if column.is_error]
        chosen = self.filters.chosen.column
        if chosen is not None and chosen.is_position and chosen.lifter in self.model.table.lifters:
            errors += [chosen] if chosen not in errors else []  # it still holds, under its name
        self.filters.show_choices([c.athlete for c in clips], [c.activity for c in clips], errors)

    def _on_filter(self, chosen: Filter) -> None:
        self.model.show_filter(chosen)
        self._say()
        self._select(reveal=True)

    def _on_layout(self) -> None:
        """Rows went elsewhere, or away: the selection stays with the clip."""
        self._select(reveal=False)

    def _on_settle(self) -> None:
        self.model.settle()
        self._say()

    def _on_look(self) -> None:
        names = self.visible_names()
        if names != self._visible:
            self._visible = names
            self.visible_changed.emit()

    def _say(self) -> None:
        self.count.setText(count_text(self.model.table, self.model.rowCount()))
        column = self.filters.chosen.column
        if column is not None:
            self.filters.show_extent(self.model.table.values(column))

    def _select(self, *, reveal: bool) -> None:
        self.grid.select(self.model.row_of(self._session.view.clip), reveal=reveal)
