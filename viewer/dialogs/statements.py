"""Fields in which the user states what a lifter's numbers mean, against or beside what the files say."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QWidget

from core.formats.base import ReadOptions
from core.formats.registry import FORMATS
from core.inspection.summary import AXES_IN_WORDS
from core.pairing import CLIP_RIG, TRIMS, UNITS_MM, FitPolicy, LifterOptions
from core.records import Scale
from core.skeleton import RIGS

__all__ = ["Statements"]

_AS_FILE = "as the file says"
_OFFSET = "offset"
_LONGEST = 1_000_000
_FASTEST_FPS = 10_000.0
_LARGEST_PX = 16_384


class Statements(QObject):
    """One field for each fact; ``changed`` whenever any of them says something else.

    fields : by key of :data:`viewer.dialogs.understood.FACTS`, to be placed in a form.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        formats = {known.name: f"{known.title} ({known.name})" for known in FORMATS if known.holds == "poses"}
        self._format = self._choice("Format", formats, "as detected")
        self._axes = self._choice("Axes", {str(axes): words for axes, words in AXES_IN_WORDS.items()})
        self._scale = self._choice("Scale", {str(scale): str(scale).replace("_", " ") for scale in Scale})
        self._unit = self._choice("Unit", {unit: unit for unit in UNITS_MM})
        rigs = {rig.name: f"{rig.title} ({rig.name})" for rig in RIGS.values()}
        self._rig = self._choice("Rig", rigs | {CLIP_RIG: "as each clip's reference"})
        self._fps = self._rate()
        self._normalisation = self._line("2D normalisation")
        self._width, self._height = self._pixels("Width of the picture"), self._pixels("Height of the picture")
        self._length = self._choice("Length", self._lengths(), "must be the clip's")
        self._offset = self._whole("Clip frame of the first frame", -_LONGEST, _LONGEST)
        self._resample = QCheckBox("resample to the clip's rate")
        self._resample.toggled.connect(self.changed)
        self._length.currentIndexChanged.connect(self._enable_offset)
        self._enable_offset()
        self.fields: Mapping[str, QWidget] = {
            "format": self._format, "axes": self._axes, "scale": self._scale, "unit": self._unit, "rig": self._rig,
            "fps": _side_by_side(self._fps, self._resample), "normalisation": self._normalisation,
            "size_px": _side_by_side(self._width, QLabel("×"), self._height),
            "length": _side_by_side(self._length, self._offset),
        }  # fmt: skip

    def options(self, clips: tuple[tuple[str, str], ...] = ()) -> LifterOptions:
        """What is stated; None and empty where the files decide. clips : explicit pairs of clip and file."""
        unit, trim = self._unit.currentData(), self._length.currentData()
        size = (self._width.value(), self._height.value())
        read = ReadOptions(
            fps=self._fps.value() or None, axes=self._axes.currentData(), scale=self._scale.currentData(),
            rig=self._rig.currentData(), normalisation=self._normalisation.text().strip() or None,
            size_px=size if all(size) else None, mm_per_unit=None if unit is None else UNITS_MM[unit],
        )  # fmt: skip
        fit = FitPolicy(self._offset.value() if trim == _OFFSET else None, None if trim == _OFFSET else trim,
                        self._resample.isChecked())  # fmt: skip
        return LifterOptions(self._format.currentData(), read, fit, clips=clips)

    @staticmethod
    def _lengths() -> dict[str, str]:
        cuts = {trim: f"cut or fill at the {trim}" for trim in TRIMS}
        cuts["centre"] = "cut or fill at both ends"
        return cuts | {_OFFSET: "begins at clip frame"}

    def _choice(self, name: str, values: Mapping[str, str], otherwise: str = _AS_FILE) -> QComboBox:
        """A list whose first entry states nothing."""
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItem(otherwise, None)
        for value, words in values.items():
            box.addItem(words, value)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(20)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _rate(self) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setAccessibleName("Frame rate")
        box.setRange(0, _FASTEST_FPS)
        box.setDecimals(3)
        box.setSpecialValueText(_AS_FILE)
        box.setSuffix(" fps")
        box.valueChanged.connect(self.changed)
        return box

    def _pixels(self, name: str) -> QSpinBox:
        box = self._whole(name, 0, _LARGEST_PX)
        box.setSpecialValueText("as the camera")
        return box

    def _whole(self, name: str, least: int, most: int) -> QSpinBox:
        box = QSpinBox()
        box.setAccessibleName(name)
        box.setRange(least, most)
        box.valueChanged.connect(self.changed)
        return box

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(_AS_FILE)
        line.textChanged.connect(self.changed)
        return line

    def _enable_offset(self) -> None:
        self._offset.setVisible(self._length.currentData() == _OFFSET)


def _side_by_side(*widgets: QWidget) -> QWidget:
    """Widgets in a row; fields share the width, words take what they need."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget, 0 if isinstance(widget, QLabel | QCheckBox) else 1)
    return whole
