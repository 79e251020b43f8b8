"""The panel: choices and colour bar on top, the heatmaps below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from viewer.content.records import ClipContent
from viewer.panels.heatmaps.canvas import HeatCanvas
from viewer.panels.heatmaps.legend import Legend, Scale
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import HeatRows, View
from viewer.wording import ALIGNED, POSITION_ERROR

__all__ = ["HeatmapsPanel"]

_SIGNED_TIP = "Lifter minus reference: which way the error goes"


class HeatmapsPanel(QWidget):
    """Error of every visible lifter over the clip, angles or joints by frames, in colours with one limit for all.

    canvas, legend : the parts, buttons : ``angles``, ``joints``, ``absolute``, ``signed``.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.canvas = HeatCanvas(session, theme)
        self.legend = Legend(theme)
        self.buttons = {
            "angles": _button("Angles", "Rows are the twelve angles, degrees"),
            "joints": _button("Joints", "Rows are the seventeen joints, millimetres"),
            "absolute": _button("Absolute", "Size of the error"),
            "signed": _button("Signed", _SIGNED_TIP),
        }
        scroll = QScrollArea()
        scroll.setWidget(self.canvas)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header())
        column.addWidget(scroll, 1)
        self.setMinimumHeight(120)  # the width is that of the buttons and of the numbers at the colour bar
        self.show_theme(theme)
        self._show_choices(session.view)

    def _header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setContentsMargins(8, 3, 12, 3)
        header.setSpacing(0)
        for names in (("angles", "joints"), ("absolute", "signed")):
            group = QButtonGroup(self)
            for name in names:
                group.addButton(self.buttons[name])
                header.addWidget(self.buttons[name])
            header.addSpacing(6)
        header.addStretch(1)
        header.addWidget(self.legend)
        update = self._session.update_plots
        self.buttons["angles"].clicked.connect(lambda: update(rows=HeatRows.ANGLES))
        self.buttons["joints"].clicked.connect(lambda: update(rows=HeatRows.JOINTS))
        self.buttons["absolute"].clicked.connect(lambda: update(signed=False))
        self.buttons["signed"].clicked.connect(lambda: update(signed=True))
        return header

    def show_content(self, content: ClipContent | None) -> None:
        """Heatmaps of another clip, or none."""
        self.canvas.show_content(content)
        self._show_choices(self._session.view)

    def show_view(self, new: View, old: View) -> None:
        """Other rows, sign, lifters, selection or span."""
        self.canvas.show_view(new, old)
        self._show_choices(new)

    def show_frame(self, frame: int) -> None:
        """Only the cursor moves."""
        self.canvas.move_cursor(frame)

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the heatmap follows with the whole clip, once the joint is let go."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.canvas.show_theme(theme)
        self.legend.show_theme(theme)
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid {theme.grid}; padding: 2px 4px; color: {theme.dim};"
            f" background: {theme.window}; font-size: 11px; }}"
            f"QToolButton:hover {{ color: {theme.text}; }}"
            f"QToolButton:checked {{ background: {theme.raised}; color: {theme.text}; border-color: {theme.dim}; }}"
            f"QToolButton:disabled {{ color: {_pale(theme.dim)}; }}"
        )

    def _show_choices(self, view: View) -> None:
        """Buttons and bar as the view is; a distance has no sign."""
        joints = view.plots.rows is HeatRows.JOINTS
        signed = view.plots.signed and not joints
        for name, on in (("joints", joints), ("angles", not joints), ("signed", signed), ("absolute", not signed)):
            self.buttons[name].setChecked(on)
        self.buttons["signed"].setEnabled(not joints)
        self.buttons["signed"].setToolTip("A distance has no sign" if joints else _SIGNED_TIP)
        self.legend.show_scale(self._scale(joints, signed))

    def _scale(self, joints: bool, signed: bool) -> Scale | None:
        """What the bar says; None where there is nothing."""
        numbers, content = self.canvas.numbers, self._session.content
        if numbers is None or content is None:
            return None
        if joints:
            how, mean = ALIGNED[content.alignment], POSITION_ERROR[content.alignment]
            explained = f"Position error of every joint, {how}; its mean over joints is the {mean}"
            return Scale(numbers.limit, "joint error", numbers.unit, signed, explained)
        if signed:
            return Scale(numbers.limit, "error", numbers.unit, signed, "Error of every angle: lifter minus reference")
        explained = "Size of the error of every angle: |lifter minus reference|"
        return Scale(numbers.limit, "|error|", numbers.unit, signed, explained)


def _pale(colour: str) -> str:
    """The colour as a style sheet says it, nearly faded."""
    shade = QColor(colour)
    return f"rgba({shade.red()}, {shade.green()}, {shade.blue()}, 110)"


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
