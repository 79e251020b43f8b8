"""The hands that change poses: joints that are held and let go, edits of all kinds, and what a millimetre costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from core.editing import Edit, Move
from core.errors import AnglescopeError
from core.estimators import Estimator, estimator_named
from viewer.content.records import ClipContent
from viewer.playback import Playback
from viewer.session import Session
from viewer.view import SourceEdit, View
from viewer.whatif.costs import Costs, costs_at
from viewer.whatif.live import LiveFrame
from viewer.whatif.numbers import FrameNumbers, numbers_as_read
from viewer.whatif.placement import Placement, placement
from viewer.whatif.scope import Scope, frames_of

__all__ = ["WhatIf"]

_STILL_MS = 60


class WhatIf(QObject):
    """What is done to the poses of the lifter that is selected (:attr:`lifter`), through the session's view.

    A joint is held, dragged and let go; while it is held, the numbers of the frame are computed at every turn of the
    event loop, only for the newest place. Everything else is one edit. ``costs_changed(costs)`` follows once the frame
    has stood still for a moment, with :class:`viewer.whatif.costs.Costs` or None. scope : which frames an edit is of.
    """

    costs_changed = Signal(object)

    def __init__(self, session: Session, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scope = Scope.FRAME
        self._session, self._playback = session, playback
        self._estimators: dict[tuple[str, str], Estimator] = {}
        self._live: LiveFrame | None = None
        self._before: ClipContent | None = None
        self._held: tuple[str, int, bool] = ("", -1, False)
        self._placed: Placement | None = None
        self._by_mm = np.zeros(3)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)
        self._still = QTimer(self, singleShot=True, interval=_STILL_MS)
        self._still.timeout.connect(self._tell_costs)
        self._costs_wanted = False
        session.frame_changed.connect(lambda _: self._ask_costs())
        session.view_changed.connect(self._on_view)
        session.content_changed.connect(lambda _: self._ask_costs())

    @property
    def lifter(self) -> str:
        """The lifter that edits are of: the selected one, else the first that is drawn; empty without any."""
        content, view = self._session.content, self._session.view
        if content is None:
            return ""
        names = [track.name for track in content.tracks if content.poses_of(track.name) is not None]
        if view.lifter in names:
            return view.lifter
        return next((name for name in names if name not in view.hidden), "")

    @property
    def edits(self) -> tuple[SourceEdit, ...]:
        """Edits of the clip on screen."""
        return self._session.view.edits_of(self._session.view.clip)

    @property
    def holding(self) -> bool:
        """A joint is held."""
        return self._live is not None

    def want_costs(self, wanted: bool) -> None:
        """Whether anybody looks at what a millimetre costs."""
        self._costs_wanted = wanted
        self._ask_costs()

    def hold(self, name: str, joint: int, *, limb: bool) -> bool:
        """Take a joint of a lifter at the current frame, with all that hangs on it if ``limb``; False where it cannot
        be taken.
        """
        content, frame = self._session.content, self._session.frame
        if content is None or self.holding:
            return False
        self._playback.pause()
        try:
            live = LiveFrame(content, name, frame, self._estimator())
        except AnglescopeError as error:
            self._session.message.emit(str(error))
            return False
        drawn = live.content.track(name)
        self._placed = None if drawn is None else placement(live.poses.xyz_mm[frame], drawn.xyz_mm[frame])
        if self._placed is None or not np.isfinite(live.poses.xyz_mm[frame, joint]).all():
            return False
        self._before, self._live, self._held, self._by_mm = content, live, (name, joint, limb), np.zeros(3)
        self._session.update(joint=joint, lifter=name)
        return True

    def drag(self, drawn_mm: NDArray[Any]) -> None:
        """The held joint is so far, in the drawing, from where it was taken."""
        if self._placed is not None:
            self._by_mm = self._placed.to_pose(drawn_mm)
            self._soon.start()

    def let_go(self) -> None:
        """Make what was dragged an edit."""
        name, joint, limb = self._held
        moved, live = self._by_mm, self._live
        self._drop()
        if live is not None and moved.any():
            self._do(name, _move(joint, self._frames(live.frame), moved, limb), live.content)

    def cancel(self) -> None:
        """Let go of the joint as if it had not been taken."""
        before = self._before
        if self.holding and before is not None:
            self._drop()
            self._session.show_edit(before)

    def nudge(self, drawn_mm: NDArray[Any], *, limb: bool = False) -> None:
        """Move the selected joint by a vector of the drawing."""
        joint, name = self._session.view.joint, self.lifter
        if not (name and joint >= 0 and self.hold(name, joint, limb=limb)):
            self._session.message.emit("select a joint of a lifter first: click it in the scene")
            return
        assert self._placed is not None  # noqa: S101 - held
        self._by_mm = self._placed.to_pose(drawn_mm)
        self._show()
        self.let_go()

    def apply(self, edit: Edit) -> None:
        """Do something to the poses of the lifter."""
        if self.lifter:
            self._do(self.lifter, edit, None)

    def frames(self) -> tuple[int, int]:
        """First and last frame that an edit is of now."""
        return self._frames(self._session.frame)

    def as_read(self, name: str, frame: int) -> FrameNumbers | None:
        """Both errors of a lifter at a frame without its edits; None where it has none, or while frames are played."""
        content, view = self._session.content, self._session.view
        if content is None or self._playback.playing:
            return None
        try:
            return numbers_as_read(content, name, frame, view.joint, view.angle, self._estimator())
        except AnglescopeError:
            return None  # what is wrong was said when the clip was opened

    def remove(self, edit: SourceEdit) -> None:
        """Undo one edit of the clip, wherever it stands in the order."""
        edits = list(self._session.view.edits)
        if edit in edits:
            edits.remove(edit)
            self._session.update(edits=tuple(edits))

    def clear(self) -> None:
        """The clip's poses as they were read."""
        mine = self.edits
        self._session.update(edits=tuple(edit for edit in self._session.view.edits if edit not in mine))

    def _do(self, name: str, edit: Edit, shown: ClipContent | None) -> None:
        view = self._session.view
        edits = _followed_by(view.edits, SourceEdit(view.clip, name, edit))
        if shown is not None:
            self._session.show_edit(shown)
        self._session.update(edits=edits)

    def _frames(self, frame: int) -> tuple[int, int]:
        content, view = self._session.content, self._session.view
        return frames_of(self.scope, frame, view.span, 1 if content is None else content.n_frames)

    def _show(self) -> None:
        if self._live is None:
            return
        _, joint, limb = self._held
        x, y, z = self._by_mm.tolist()
        try:
            self._live.show(joint, (x, y, z), limb=limb)
        except AnglescopeError as error:
            self._session.message.emit(str(error))
            return
        self._session.show_edit(self._live.content)

    def _drop(self) -> None:
        self._soon.stop()
        self._live = self._placed = self._before = None

    def _on_view(self, new: View, old: View) -> None:
        if (new.angle, new.lifter, new.clip, new.engine) != (old.angle, old.lifter, old.clip, old.engine):
            self._ask_costs()

    def _ask_costs(self) -> None:
        if self._costs_wanted:
            self._still.start()

    def _tell_costs(self) -> None:
        content, view = self._session.content, self._session.view
        if not self._costs_wanted or content is None or self._playback.playing:
            return
        try:
            found: Costs | None = costs_at(content, self.lifter, view.frame, view.angle, self._estimator())
        except AnglescopeError as error:
            self._session.message.emit(str(error))
            found = None
        self.costs_changed.emit(found)

    def _estimator(self) -> Estimator:
        """One that keeps what it computes in memory only, since every place of a drag is another pose."""
        engine = self._session.view.engine
        key = (engine.estimator, engine.device)
        if key not in self._estimators:
            self._estimators[key] = estimator_named(engine.estimator, device=engine.device, threads=1)
        return self._estimators[key]


def _move(joint: int, frames: tuple[int, int], by_mm: NDArray[Any], limb: bool) -> Move:
    x, y, z = by_mm.tolist()
    return Move(joint, *frames, (x, y, z), limb)


def _followed_by(edits: Sequence[SourceEdit], new: SourceEdit) -> tuple[SourceEdit, ...]:
    """The edits with one more; a joint that is moved on is one edit."""
    last = edits[-1] if edits else None
    if last is not None and isinstance(last.edit, Move) and isinstance(new.edit, Move):
        a, b = last.edit, new.edit
        whole = msgspec.structs.replace(b, by_mm=tuple(p + q for p, q in zip(a.by_mm, b.by_mm, strict=True)))
        if last == SourceEdit(new.clip, new.source, msgspec.structs.replace(b, by_mm=a.by_mm)):
            return (*edits[:-1], SourceEdit(new.clip, new.source, whole))
    return (*edits, new)
