"""The panel: controls, what was done, both errors as read and now, and what a millimetre of each joint costs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
)

from core.editing import HipDefinition, Noise, ScaleBone, SwapSides
from core.skeleton import N_JOINTS, joint_name
from viewer.content.records import ClipContent
from viewer.panels.halves import Halves
from viewer.panels.whatif.tables import CostsTable, NumbersTable
from viewer.panels.whatif.tools import Tools
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import SourceEdit, View
from viewer.whatif.controller import WhatIf
from viewer.whatif.costs import Costs
from viewer.whatif.numbers import numbers_now
from viewer.whatif.scope import Scope
from viewer.wording import POSITION_ERROR, span_text

__all__ = ["WhatIfPanel"]


class WhatIfPanel(Halves):
    """Changes poses through :class:`viewer.whatif.WhatIf`. ``save_asked()`` where the edited poses are to be saved."""

    save_asked = Signal()

    def __init__(self, session: Session, theme: Theme, whatif: WhatIf) -> None:
        super().__init__()
        self._session, self._theme, self._whatif = session, theme, whatif
        self._content: ClipContent | None = None
        self._costs: Costs | None = None
        self.tools = Tools()
        self.state = QLabel(wordWrap=True)
        self.done = QListWidget()
        self.done.setAccessibleName("Edits of this clip")
        self.remove = QPushButton("Remove")
        self.clear = QPushButton("Remove all")
        self.save = QPushButton("Save as a source…")
        self.numbers = NumbersTable()
        self.angle = QLabel()
        self.costs = CostsTable()
        self.about = QLabel(wordWrap=True)
        self._lay_out()
        self._connect()
        self.setAccessibleName("What-if")
        self.show_theme(theme)
        self.show_content(session.content)

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, or the same with other edits."""
        self._content = content
        self.setEnabled(content is not None and bool(content.sources))
        self._show_choices()
        self._show_done()
        self._show_numbers()

    def show_view(self, new: View, old: View) -> None:
        """Another joint, lifter or angle, or other edits."""
        if (new.joint, new.lifter, new.whatif, new.hidden, new.scene) != (
            old.joint, old.lifter, old.whatif, old.hidden, old.scene
        ):  # fmt: skip
            self._show_choices()
            self.costs.select(new.joint)
        if new.edits != old.edits or new.clip != old.clip:
            self._show_done()
        if new.angle != old.angle or new.lifter != old.lifter or new.scene.arrows != old.scene.arrows:
            self._want_costs()
        self._show_numbers()

    def show_frame(self, frame: int) -> None:  # noqa: ARG002 - the session has it
        """Numbers of another frame."""
        self._show_numbers()

    def show_edit(self, content: ClipContent) -> None:
        """A joint is being dragged."""
        self._content = content
        self._show_numbers()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.about.setStyleSheet(f"color: {theme.dim};")
        self._show_done()

    def show_costs(self, costs: Costs | None) -> None:
        """What a millimetre costs at the frame that has stood still."""
        self._costs = costs
        self.costs.show_costs(costs, self._session.view.joint)
        self._say_costs()

    def showEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Now somebody looks at what a millimetre costs."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._want_costs()
        self._show_numbers()

    def hideEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Nobody looks any more, unless at the arrows."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self._want_costs()

    def _lay_out(self) -> None:
        self.done.setMinimumHeight(48)
        self.done.setMaximumHeight(90)
        self.costs.setMinimumHeight(120)
        buttons = QHBoxLayout()
        for button in (self.remove, self.clear, self.save):
            buttons.addWidget(button)
        left, right = self.left, self.right
        left.addWidget(self.tools)
        left.addWidget(self.state)
        left.addWidget(self.done)
        left.addLayout(buttons)
        left.addStretch(1)
        self.first.addWidget(self.angle)
        self.first.addWidget(self.numbers)
        right.addWidget(self.about)
        right.addWidget(self.costs)

    def _connect(self) -> None:
        tools, session, whatif = self.tools, self._session, self._whatif
        tools.follow.clicked.connect(lambda on: session.update(whatif=on))
        tools.arrows.clicked.connect(lambda on: session.update_scene(arrows=on))
        tools.lifter.activated.connect(lambda: session.update(lifter=tools.lifter.currentData()))
        tools.joint.activated.connect(lambda: session.update(joint=tools.joint.currentData()))
        tools.scope.activated.connect(self._choose_scope)
        tools.noise.clicked.connect(self._noise)
        tools.scale.clicked.connect(self._scale)
        tools.swap.clicked.connect(lambda: whatif.apply(SwapSides(*whatif.frames())))
        tools.hips.activated.connect(lambda: whatif.apply(HipDefinition(tools.hips.currentData())))
        self.remove.clicked.connect(self._remove)
        self.clear.clicked.connect(whatif.clear)
        self.save.clicked.connect(self.save_asked)
        self.costs.cellClicked.connect(lambda row, _: session.update(joint=self.costs.joints[row]))
        whatif.costs_changed.connect(self.show_costs)

    def _choose_scope(self) -> None:
        self._whatif.scope = Scope(self.tools.scope.currentData())

    def _noise(self) -> None:
        joint = self._session.view.joint
        joints = (joint,) if joint >= 0 else tuple(range(N_JOINTS))
        first, last = self._whatif.frames()
        seed = 1 + len(self._whatif.edits)  # two noises are not the same one
        self._whatif.apply(Noise(joints, first, last, self.tools.noise_mm.value(), seed))

    def _scale(self) -> None:
        joint = self._session.view.joint
        if joint < 1:
            self._session.message.emit("select the joint in which the bone ends first")
            return
        self._whatif.apply(ScaleBone(joint, *self._whatif.frames(), self.tools.factor.value()))

    def _remove(self) -> None:
        item = self.done.currentItem()
        if item is not None:
            self._whatif.remove(item.data(Qt.ItemDataRole.UserRole))

    def _want_costs(self) -> None:
        self._whatif.want_costs(self.isVisible() or self._session.view.scene.arrows)

    def _show_choices(self) -> None:
        content, view, tools = self._content, self._session.view, self.tools
        tools.follow.setChecked(view.whatif)
        tools.arrows.setChecked(view.scene.arrows)
        lifter = self._whatif.lifter
        names = [] if content is None else [name for name, _ in content.sources]
        tools.show_lifters(names, lifter)
        tools.choose(tools.joint, view.joint)
        poses = None if content is None else content.poses_of(lifter)
        tools.show_hips("" if poses is None else poses.rig)

    def _show_done(self) -> None:
        """What was done to this clip, newest below, and the mark that it was."""
        edits = self._whatif.edits
        self.done.clear()
        for edit in edits:
            item = QListWidgetItem(_told(edit), self.done)
            item.setData(Qt.ItemDataRole.UserRole, edit)
            item.setToolTip(item.text())
        self.done.setCurrentRow(len(edits) - 1)
        for button in (self.remove, self.clear, self.save):
            button.setEnabled(bool(edits))
        names = ", ".join(dict.fromkeys(edit.source for edit in edits))
        self.state.setText(f"Edited by hand: {names}" if edits else "Nothing is edited in this clip.")
        self.state.setStyleSheet(f"color: {self._theme.warning if edits else self._theme.dim}; font-weight: bold;"
                                 if edits else f"color: {self._theme.dim};")  # fmt: skip

    def _show_numbers(self) -> None:
        content, view = self._content, self._session.view
        if content is None or not self.isVisible():
            return
        name = self._whatif.lifter
        frame = min(view.frame, content.n_frames - 1)
        now = numbers_now(content, name, frame, view.joint, view.angle)
        joint = joint_name(view.joint) if view.joint >= 0 else "joint"
        names = (f"{POSITION_ERROR[content.alignment]}, mm", f"{joint}, mm", "angle, °", "its error, °", "angle MAE, °")
        self.angle.setText(content.angles[view.angle].title)
        self.numbers.show_numbers(names, self._whatif.as_read(name, frame), now)
        if self._costs is not None and self._costs.frame != frame:
            self.show_costs(None)

    def _say_costs(self) -> None:
        costs, content = self._costs, self._content
        if costs is None or content is None:
            self.about.setText("")
            return
        most, total = float(np.nanmax(costs.per_mm)), float(np.nansum(costs.explained_deg))
        self.about.setText(
            f"Frame {costs.frame}, longest arrow {most:.3f} °/mm. To first order the errors of all joints make "
            f"{total:+.1f}°; far from the reference that is no more than a hint."
        )


def _told(edit: SourceEdit) -> str:
    frames = ""
    first, last = getattr(edit.edit, "first", None), getattr(edit.edit, "last", None)
    if first is not None and last is not None:
        frames = f", {span_text(first, last)}"
    return f"{edit.source}: {edit.edit.text()}{frames}"
