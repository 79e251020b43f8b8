"""The controls of the panel: whose joints, which frames, and what can be done to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from core.skeleton import JOINTS, RIGS, joint_name
from viewer.whatif.scope import Scope

__all__ = ["Tools"]

SCOPES: Mapping[Scope, str] = MappingProxyType({
    Scope.FRAME: "this frame", Scope.SPAN: "in to out", Scope.CLIP: "whole clip",
})  # fmt: skip


class Tools(QWidget):
    """Widgets in a form; the panel connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follow = QCheckBox("Joints follow the mouse (Q)")
        self.follow.setToolTip("Drag a joint of a lifter in the scene; with Shift all that hangs on it.")
        self.arrows = QCheckBox("Arrows (Shift+Q)")
        self.arrows.setToolTip("Which way each joint changes the selected angle; the longest is the dearest.")
        self.lifter = _combo("Lifter that is changed")
        self.joint = _combo("Joint that is changed")
        self.joint.addItem("no joint", -1)
        for joint in range(len(JOINTS)):
            self.joint.addItem(joint_name(joint), joint)
        self.scope = _combo("Frames that are changed")
        for scope, text in SCOPES.items():
            self.scope.addItem(text, str(scope))
        self.noise_mm = _spin("Noise per axis", 10.0, (0.1, 500.0), " mm", 1)
        self.noise = _button("Add noise", "To the joint, or to all where none is chosen.")
        self.factor = _spin("Length of the bone", 1.10, (0.1, 5.0), "×", 2)
        self.factor.setSingleStep(0.05)
        self.scale = _button("Scale bone", "The bone that ends in the joint; what hangs on it moves along.")
        self.swap = _button("Swap left and right", "Left and right joints exchange their names.")
        self.hips = _combo("Definition of the hips")
        self.hips.setToolTip("Hips and pelvis as another rig defines them, in the whole clip.")
        self._lay_out()

    def show_lifters(self, names: Sequence[str], chosen: str) -> None:
        """The lifters that can be changed."""
        _fill(self.lifter, [(name, name) for name in names], chosen)

    def show_hips(self, rig: str) -> None:
        """The rig of the poses, and the others that their hips can be those of."""
        _fill(self.hips, [(found.title, found.name) for found in RIGS.values()], rig)

    def choose(self, combo: QComboBox, data: object) -> None:
        """Show a choice that was made elsewhere, silently."""
        combo.blockSignals(True)
        combo.setCurrentIndex(max(combo.findData(data), 0))
        combo.blockSignals(False)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_row(self.follow, self.arrows))
        form.addRow("Of", self.lifter)
        form.addRow("Joint", _row(self.joint, self.scope))
        form.addRow("Noise", _row(self.noise_mm, self.noise))
        form.addRow("Bone", _row(self.factor, self.scale))
        form.addRow("Hips", _row(self.hips, self.swap))


def _fill(combo: QComboBox, items: Sequence[tuple[str, str]], chosen: str) -> None:
    combo.blockSignals(True)
    combo.clear()
    for text, data in items:
        combo.addItem(text, data)
    combo.setCurrentIndex(combo.findData(chosen))
    combo.setEnabled(bool(items))
    combo.blockSignals(False)


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(10)
    return combo


def _spin(name: str, value: float, within: tuple[float, float], unit: str, digits: int) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setAccessibleName(name)
    spin.setDecimals(digits)
    spin.setRange(*within)
    spin.setSuffix(unit)
    spin.setValue(value)
    return spin


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part, 1)
    return row
