"""The dialog that makes a figure fit for print: what, which frames, how large, with a live preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPalette, QPixmap, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer.content.records import ClipContent
from viewer.dialogs.latest import Latest
from viewer.figures.choices import FigureChoices, FigureFormat, FigureKind, FrameRange
from viewer.figures.drawing import drawn_picture, settled
from viewer.figures.records import Subject, frames_of
from viewer.scene.arrows import SlopesAt
from viewer.scene.eye import Eye
from viewer.view import View

__all__ = ["SIZES", "FigureDialog"]

SIZES: tuple[tuple[str, float, float], ...] = (
    ("One column, 85 mm wide", 85.0, 0.0), ("One and a half columns, 120 mm wide", 120.0, 0.0),
    ("Two columns, 180 mm wide", 180.0, 0.0),
    ("Slide, 254 × 143 mm", 254.0, 143.0),
)  # fmt: skip
"""Name, width and height in millimetres; height 0 is that which suits the figure."""

_KINDS = {
    FigureKind.PAGE: "All panels on one page", FigureKind.TRACES: "Traces", FigureKind.HEATMAPS: "Heatmaps",
    FigureKind.STRIPS: "Timeline strips", FigureKind.SCENE: "Skeletons", FigureKind.TABLE: "Table of this frame",
}  # fmt: skip
_FORMATS = {FigureFormat.PDF: "PDF (vector)", FigureFormat.SVG: "SVG (vector)", FigureFormat.PNG: "PNG (pixels)"}
_RANGES = {
    FrameRange.WHOLE: "The whole clip", FrameRange.SPAN: "From in to out", FrameRange.ZOOM: "What the traces show",
}  # fmt: skip
_PREVIEW_PX = (560, 640)
_PAUSE_MS = 200
_OWN_SIZE = "Custom size"
_E = TypeVar("_E", bound=StrEnum)


class FigureDialog(QDialog):
    """Asks for a figure of a clip as it is on screen when the dialog opens.

    Signals: ``chosen(subject, choices)`` when the user wants a file, ``copied(image)`` for the clipboard,
    ``remembered(choices)`` when it closes.
    """

    chosen = Signal(object, object)
    copied = Signal(QImage)
    remembered = Signal(object)

    def __init__(
        self, content: ClipContent, view: View, eye: Eye, zoom_s: tuple[float, float],
        provenance: Callable[[], Mapping[str, Any]], choices: FigureChoices, parent: QWidget | None = None,
        slopes: SlopesAt | None = None,
    ) -> None:  # fmt: skip
        """zoom_s : seconds that the traces show. provenance : of the numbers; asked for once, on a worker. slopes : the
        arrows on screen.
        """
        super().__init__(parent)
        self._content, self._view, self._eye, self._zoom_s = content, view, eye, zoom_s
        self._provenance, self._fingerprint, self._slopes = provenance, "", slopes
        self._copying = False
        self.setWindowTitle("Make a figure")
        self.kind, self.range = self._combo(_KINDS, "Content"), self._combo(_RANGES, "Frames")
        self.format, self.size_ = self._combo(_FORMATS, "Format"), QComboBox(self)
        self.shots = QSpinBox(self, minimum=1, maximum=12)
        self.width_mm, self.height_mm = self._length(), self._length()
        self.fit = QCheckBox("automatic", self)
        self.font_pt = QDoubleSpinBox(self, minimum=5.0, maximum=24.0, singleStep=0.5, decimals=1, suffix=" pt")
        self.dpi = QSpinBox(self, minimum=72, maximum=1200, singleStep=50, suffix=" dpi")
        self.caption = QCheckBox("Caption: what is shown, how it was computed", self)
        self.data = QCheckBox("Also save its numbers as CSV", self)
        self.preview, self.verdict = QLabel(self), QLabel(self)
        self.save, self.copy = QPushButton("Save…", self), QPushButton("Copy as picture", self)
        self._latest, self._pause = Latest(self), QTimer(self)
        self._arrange()
        self._fill(choices)
        self._connect()
        self._look()

    @property
    def choices(self) -> FigureChoices:
        """What is chosen now."""
        # Qt keeps members of a StrEnum as plain texts.
        return FigureChoices(
            FigureKind(self.kind.currentData()), FigureFormat(self.format.currentData()), self.width_mm.value(),
            self.height_mm.value(), self.fit.isChecked(), self.font_pt.value(), self.dpi.value(),
            FrameRange(self.range.currentData()), self.shots.value(), self.caption.isChecked(), self.data.isChecked(),
        )  # fmt: skip

    @property
    def subject(self) -> Subject:
        """What it is drawn from."""
        frames = frames_of(self._content, self._view, self.choices.range, self._zoom_s)
        return Subject(self._content, self._view, self._eye, frames, self._fingerprint, self._slopes)

    def done(self, result: int) -> None:
        """Close; a worker that still draws is not waited for."""
        self._pause.stop()
        self._latest.drop()
        self.remembered.emit(self.choices)
        super().done(result)

    # -- building ------------------------------------------------------------------------------------------------
    def _combo(self, texts: Mapping[_E, str], name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        for value, text in texts.items():
            box.addItem(text, value)
        return box

    def _length(self) -> QDoubleSpinBox:
        return QDoubleSpinBox(self, minimum=20.0, maximum=1000.0, singleStep=5.0, decimals=0, suffix=" mm")

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        height = QHBoxLayout()
        height.addWidget(self.height_mm)
        height.addWidget(self.fit)
        self.size_.setAccessibleName("Size")
        for name, *_ in SIZES:
            self.size_.addItem(name)
        self.size_.addItem(_OWN_SIZE)
        rows: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            ("Content", self.kind), ("Frames", self.range), ("Snapshots", self.shots), ("Format", self.format),
            ("Size", self.size_), ("Width", self.width_mm), ("Height", height), ("Font size", self.font_pt),
            ("Resolution", self.dpi), ("", self.caption), ("", self.data),
        )  # fmt: skip
        for text, field in rows:
            if isinstance(field, QWidget):
                form.addRow(text, field)
            else:
                form.addRow(text, field)
        self.shots.setToolTip("How many frames the skeletons are drawn at, spread over the range; 1: this frame")
        self.preview.setFixedSize(*_PREVIEW_PX)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName("Preview of the figure")
        self.preview.setStyleSheet("background: #8a8f96;")  # around a white page in both themes
        self.verdict.setWordWrap(True)
        self.verdict.setAccessibleName("Remark")
        self.verdict.setMinimumHeight(2 * self.fontMetrics().height())
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).clicked.connect(self.reject)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addStretch(1)
        left.addWidget(self.verdict)
        left.addWidget(buttons)
        row = QHBoxLayout(self)
        row.addLayout(left)
        row.addWidget(self.preview)
        self.save.setDefault(True)

    def _fill(self, choices: FigureChoices) -> None:
        for box, value in ((self.kind, choices.kind), (self.format, choices.format), (self.range, choices.range)):
            box.setCurrentIndex(max(0, box.findData(value)))
        if self._view.span is None:
            self._switch_off(self.range.findData(FrameRange.SPAN))
        self.shots.setValue(choices.shots)
        self.width_mm.setValue(choices.width_mm)
        self.height_mm.setValue(choices.height_mm)
        self.fit.setChecked(choices.fit)
        self.font_pt.setValue(choices.font_pt)
        self.dpi.setValue(choices.dpi)
        self.caption.setChecked(choices.caption)
        self.data.setChecked(choices.data)
        self._name_size()
        self._refresh()

    def _switch_off(self, item: int) -> None:
        """An entry of the ranges that cannot be chosen."""
        model = self.range.model()
        if isinstance(model, QStandardItemModel):
            model.item(item).setEnabled(False)
        if self.range.currentIndex() == item:
            self.range.setCurrentIndex(0)

    def _connect(self) -> None:
        for box in (self.kind, self.range, self.format):
            box.currentIndexChanged.connect(self._changed)
        for number in (self.width_mm, self.height_mm, self.font_pt, self.shots, self.dpi):
            number.valueChanged.connect(self._changed)
        for check in (self.fit, self.caption):
            check.toggled.connect(self._changed)
        self.size_.activated.connect(self._preset)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        self._latest.ended.connect(self._on_drawn)
        self.save.clicked.connect(self._on_save)
        self.copy.clicked.connect(self._on_copy)

    # -- what happens --------------------------------------------------------------------------------------------
    def _preset(self, index: int) -> None:
        """One of the sizes."""
        if index < len(SIZES):
            _, width, height = SIZES[index]
            self.width_mm.setValue(width)
            self.fit.setChecked(height == 0)
            if height:
                self.height_mm.setValue(height)

    def _name_size(self) -> None:
        """Which of the sizes the numbers are."""
        found = (i for i, (_, width, height) in enumerate(SIZES) if width == self.width_mm.value()
                 and (self.fit.isChecked() if height == 0 else not self.fit.isChecked()
                      and height == self.height_mm.value()))  # fmt: skip
        self.size_.setCurrentIndex(next(found, len(SIZES)))

    def _refresh(self) -> None:
        """What can be chosen now."""
        choices = self.choices
        kind = choices.kind
        self.shots.setEnabled(kind is FigureKind.SCENE)
        self.dpi.setEnabled(choices.format is FigureFormat.PNG)
        self.range.setEnabled(kind is not FigureKind.TABLE and (kind is not FigureKind.SCENE or choices.shots > 1))
        self.height_mm.setEnabled(not choices.fit)

    def _changed(self) -> None:
        self._name_size()
        self._refresh()
        self._pause.start(_PAUSE_MS)

    def _look(self) -> None:
        """Draw the preview on a worker."""
        self._draw(copying=False)

    def _draw(self, *, copying: bool) -> None:
        subject, choices, ratio = self.subject, self.choices, self.devicePixelRatioF()
        self._latest.run(lambda: self._drawn(subject, choices, ratio, copying))

    def _drawn(
        self, subject: Subject, choices: FigureChoices, ratio: float, copying: bool
    ) -> tuple[FigureChoices, bytes, bool]:
        """On a worker: choices with their height, and the picture."""
        if not self._fingerprint:
            self._fingerprint = str(self._provenance().get("estimator", {}).get("fingerprint", ""))
        subject = replace(subject, fingerprint=self._fingerprint)
        choices = settled(subject, choices)
        wide, high = (room / 25.4 for room in (choices.width_mm, choices.height_mm))
        dpi = choices.dpi if copying else int(ratio * min(_PREVIEW_PX[0] / wide, _PREVIEW_PX[1] / high))
        return choices, drawn_picture(subject, choices, dpi), copying

    def _on_drawn(self, result: tuple[FigureChoices, bytes, bool] | None, error: str) -> None:
        good = result is not None
        self.save.setEnabled(good)
        self.copy.setEnabled(good)
        self.verdict.setText(error)
        self.verdict.setForegroundRole(QPalette.ColorRole.BrightText if error else QPalette.ColorRole.WindowText)
        if result is None:
            self.preview.clear()
            return
        choices, png, copying = result
        image = QImage.fromData(png)
        if copying:
            self.copied.emit(image)
            self.verdict.setText(f"Copied, {image.width()} × {image.height()} pixels.")
            return
        if choices.width_mm == self.width_mm.value() and self.fit.isChecked():
            self.height_mm.blockSignals(True)
            self.height_mm.setValue(choices.height_mm)
            self.height_mm.blockSignals(False)
        pixels = QPixmap.fromImage(image)
        pixels.setDevicePixelRatio(self.devicePixelRatioF())
        self.preview.setPixmap(pixels)

    def _on_save(self) -> None:
        self.chosen.emit(self.subject, self.choices)

    def _on_copy(self) -> None:
        """Draw it at its full resolution, then hand it over."""
        self.verdict.setText("Drawing…")
        self._draw(copying=True)
