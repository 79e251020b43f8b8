"""The panel of clips on a screen, with made-up numbers, for its tests."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.results.clip_table import ClipRow
from core.results.lifter_numbers import LifterNumbers, Sums
from core.results.scores import Failure
from viewer.content import Identity
from viewer.panels.clips import ClipsPanel
from viewer.panels.clips.columns import Column, Kind
from viewer.session import Session
from viewer.theme import DARK
from viewer.view import View
from viewer.workspace import ClipInfo

NAN = float("nan")
LIFTERS = ("first", "second", "third")
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
TIP = Qt.ItemDataRole.ToolTipRole


def identities(*names: str) -> dict[str, Identity]:
    return {name: Identity(f"{name} of all", colour) for colour, name in enumerate(names)}


def infos(count: int) -> list[ClipInfo]:
    """Clips of four athletes and three activities; names are not in their natural order."""
    activities = ("Axel", "Running", "Throw")
    return [
        ClipInfo(f"S{i % 4 + 1}_{activities[i % 3]}_{i}", f"S{i % 4 + 1}", activities[i % 3], 100 + 37 * i % 900, 60.0)
        for i in range(count)
    ]


def sums_of(frames: int, mm: float, deg: float, floor: float = 1.5) -> Sums:
    """Sums whose means are these, N-MPJPE 0.9 and P-MPJPE 0.7 of the MPJPE; no sum where a mean is undefined."""
    counts = 17.0 * frames, 12.0 * frames
    pairs = [(0.0, 0.0) if np.isnan(value) else (value * count, count)
             for value, count in ((deg, counts[1]), (floor, counts[1]), (mm, counts[0]), (0.9 * mm, counts[0]),
                                  (0.7 * mm, counts[0]))]  # fmt: skip
    return Sums(frames, frames, frames, *pairs)


def row_of(
    clip: ClipInfo, errors: dict[str, tuple[float, float]], failures: tuple[Failure, ...] = (), **more
) -> ClipRow:
    """A scored clip with MPJPE and angle MAE per lifter, ranked as they are; P-MPJPE ranks the other way round."""

    def rank(value: float, which: int, sign: int = 1) -> int | None:
        return None if np.isnan(value) else 1 + sum(sign * other[which] < sign * value for other in errors.values())

    numbers = tuple(
        LifterNumbers(
            name, mm, 0.9 * mm, 0.7 * mm, deg, 1.5, rank(mm, 0), rank(mm, 0), rank(mm, 0, -1), rank(deg, 1),
            sums=sums_of(clip.n_frames, mm, deg),
        )
        for name, (mm, deg) in errors.items()
    )  # fmt: skip
    floor = LifterNumbers("reference", angle_mae_deg=1.5, floor_mae_deg=1.5, sums=sums_of(clip.n_frames, NAN, 1.5))
    return ClipRow(clip.name, clip.athlete, clip.activity, clip.fps, clip.n_frames, lifters=numbers, floor=floor,
                   failures=failures, **more)  # fmt: skip


def synthetic(clips: list[ClipInfo]) -> list[ClipRow]:
    """Errors with many equal ones and some undefined; every tenth clip is left unscored."""
    rng = np.random.default_rng(4)
    mm = rng.integers(20, 90, (len(clips), 3)).astype(float)
    mm[rng.random(mm.shape) < 0.1] = NAN
    deg = rng.integers(2, 20, mm.shape).astype(float)
    return [row_of(clip, dict(zip(LIFTERS, zip(mm[i], deg[i], strict=True), strict=True)))
            for i, clip in enumerate(clips) if i % 10]  # fmt: skip


def made(qtbot: QtBot, clips: list[ClipInfo], rows: list[ClipRow], lifters=LIFTERS) -> ClipsPanel:
    session = Session()
    panel = ClipsPanel(session, DARK)
    session.view_changed.connect(panel.show_view)
    panel.show_rows(clips, identities(*lifters))
    panel.show_scores(rows)
    panel.resize(640, 420)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def six(qtbot: QtBot) -> ClipsPanel:
    """Six clips with MPJPE 60, 50, ... 10 mm and angle MAE 3, 4, ... 8 degrees of the only lifter."""
    clips = infos(6)
    return made(qtbot, clips, [row_of(c, {"first": (60.0 - 10 * i, 3.0 + i)}) for i, c in enumerate(clips)], ("first",))


def view_of(panel: ClipsPanel) -> View:
    return panel._session.view


def shown(panel: ClipsPanel) -> list[str]:
    return [panel.model.name(row) for row in range(panel.model.rowCount())]


def selected(panel: ClipsPanel) -> list[str]:
    return [panel.model.name(index.row()) for index in panel.grid.selectionModel().selectedRows()]


def column(panel: ClipsPanel, kind: Kind, lifter: str = "") -> int:
    return panel.model.columns.index(Column(kind, lifter))


def click(qtbot: QtBot, panel: ClipsPanel, row: int, section: int) -> None:
    """Click a cell where the user sees it: in the view that lies on top there."""
    view = panel.grid._names if section == 0 else panel.grid
    at = view.visualRect(panel.model.index(row, section)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def click_head(qtbot: QtBot, panel: ClipsPanel, section: int) -> None:
    head = (panel.grid._names if section == 0 else panel.grid).horizontalHeader()
    at = QPoint(head.sectionViewportPosition(section) + head.sectionSize(section) // 2, head.height() - 6)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)


def cell(panel: ClipsPanel, row: int, kind: Kind, lifter: str = "", role=Qt.ItemDataRole.DisplayRole):
    return panel.model.index(row, column(panel, kind, lifter)).data(role)
