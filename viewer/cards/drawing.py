"""The drawing of a convention card: the figure at 0 and at a positive value, with the arc between, drawn by Qt."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.conventions import AngleDef
from core.records import Float64
from core.skeleton import BONES, JOINTS
from viewer.cards.posture import Sketch, sketch_of

__all__ = ["AngleDrawing", "label_places", "paint_sketch"]

_MARGIN_PX, _BODY_PX, _LIMB_PX, _ARC_PX, _ZERO_PX, _HEAD_PX = 16.0, 5.0, 5.5, 2.2, 1.4, 9.0
_ARROW_PX, _TEXT_OFF_PX = 8.0, 16.0
_NARROW_DEG, _LEAST_OFF_PX, _HALF_TEXT_PX, _ALONG_LIMB = 35.0, 4.0, np.array([17.0, 8.0]), 0.75
_HEAD = JOINTS.index("head")


class AngleDrawing(QWidget):
    """Shows one angle in the colours of the palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sketch: Sketch | None = None
        self.setMinimumSize(210, 260)

    @property
    def sketch(self) -> Sketch | None:
        """What is drawn."""
        return self._sketch

    def show_angle(self, angle: AngleDef) -> None:
        """Another angle."""
        self._sketch = sketch_of(angle)
        self.setAccessibleName(
            f"{angle.title}: a figure at 0 and at plus {self._sketch.deg:g} degrees, "
            f"seen from {self._sketch.sight.text}; plus is {angle.positive}"
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a person."""
        return QSize(230, 320)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The drawing."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._sketch is not None:
            paint_sketch(painter, QRectF(self.rect()), self._sketch, self.palette())
        painter.end()


def paint_sketch(painter: QPainter, rect: QRectF, sketch: Sketch, palette: QPalette) -> None:
    """Draw a sketch into a rectangle: the body pale, the limb at 0 dashed, turned in the accent, arc and sign."""
    line = QFontMetricsF(painter.font()).height()
    fit = _fit(sketch, rect, line)
    role = QPalette.ColorRole
    text, dim, accent = (palette.color(r) for r in (role.Text, role.PlaceholderText, role.Highlight))
    pale = _mixed(dim, palette.color(role.Base), 0.45)
    moving = set(sketch.moving)
    for start, end in BONES:
        if not {start, end} <= moving:
            _stroke(painter, fit.line(sketch.zero[[start, end]]), pale, _BODY_PX)
    for place in sketch.facing:
        _stroke(painter, fit.line(place), pale, _BODY_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(pale)
    painter.drawEllipse(QPointF(*fit.px(sketch.zero[_HEAD]).tolist()), _HEAD_PX, _HEAD_PX)
    limb = list(sketch.moving)
    _stroke(painter, fit.line(sketch.zero[limb]), dim, _ZERO_PX, Qt.PenStyle.DashLine)
    _stroke(painter, fit.line(sketch.proximal), dim, _ZERO_PX, Qt.PenStyle.DashLine)
    _stroke(painter, fit.line(sketch.posed[limb]), accent, _LIMB_PX)
    _paint_arc(painter, fit, sketch, text)
    painter.setPen(dim)
    foot = QRectF(rect.left(), rect.bottom() - line - 4.0, rect.width(), line)
    painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"seen from {sketch.sight.text}")


class _Fit:
    """From millimetres of a sketch to pixels."""

    def __init__(self, sketch: Sketch, room: QRectF) -> None:
        every = np.concatenate([sketch.zero, sketch.posed, sketch.arc, sketch.proximal, sketch.facing.reshape(-1, 2)])
        low, high = every.min(axis=0), every.max(axis=0)
        span = np.maximum(high - low, 1.0)
        self.scale = float(min(room.width() / span[0], room.height() / span[1]))
        self._middle = (low + high) / 2
        self._to = np.array([room.center().x(), room.center().y()])

    def px(self, mm: Float64) -> Float64:
        """(..., 2) pixels."""
        pixels: Float64 = self._to + (mm - self._middle) * (self.scale, -self.scale)
        return pixels

    def line(self, mm: Float64) -> QPolygonF:
        """Places (k, 2) as a line."""
        return _line(self.px(mm))


def _line(pixels: Float64) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in pixels.tolist()])


def _paint_arc(painter: QPainter, fit: _Fit, sketch: Sketch, colour: QColor) -> None:
    """The arc with its arrow, 0 where it begins and the value beside it."""
    pixels = fit.px(sketch.arc)
    _stroke(painter, fit.line(sketch.arc), colour, _ARC_PX)
    tip, along = pixels[-1], _unit(pixels[-1] - pixels[-4])
    across = np.array([-along[1], along[0]])
    for side in (-0.55, 0.55):
        end = tip - _ARROW_PX * (along - side * across)
        _stroke(painter, _line(np.stack([tip, end])), colour, _ARC_PX)
    painter.setPen(colour)
    for text, at in zip((f"+{sketch.deg:g}°", "0"), _label_places(fit, sketch), strict=True):
        box = QRectF(at[0] - 30.0, at[1] - 10.0, 60.0, 20.0)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _label_places(fit: _Fit, sketch: Sketch) -> tuple[Float64, Float64]:
    """Middles of the value and of 0, pixels. The value stands outside of the arc; where the legs of the arc are near
    each other, beyond the limb instead, where that has left the body.
    """
    pixels, centre, zero = fit.px(sketch.arc), fit.px(sketch.posed[sketch.moving[0]]), fit.px(sketch.proximal)
    middle = pixels[len(pixels) // 2]
    value = middle + _clear(_unit(middle - centre))
    if sketch.deg <= _NARROW_DEG:
        limb = fit.px(sketch.posed[[sketch.moving[0], sketch.moving[-1]]])
        far = limb[0] + _ALONG_LIMB * (limb[1] - limb[0])
        value = far + _clear(_unit(_away(limb[1] - limb[0], far - zero.mean(axis=0))), _LIMB_PX)
    nought = zero[1] - _TEXT_OFF_PX * _unit(zero[1] - zero[0]) + _away(zero[1] - zero[0], zero[1] - middle)
    return value, nought


def label_places(sketch: Sketch, rect: QRectF, line_px: float) -> tuple[Float64, Float64, Float64]:
    """Middles (2,) of the value and of 0 in a rectangle, and the limb that turns (k, 2), pixels. line_px : of text."""
    fit = _fit(sketch, rect, line_px)
    return *_label_places(fit, sketch), fit.px(sketch.posed[list(sketch.moving)])


def _fit(sketch: Sketch, rect: QRectF, line_px: float) -> _Fit:
    """Above a line of letters."""
    return _Fit(sketch, rect.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX - line_px))


def _clear(out: Float64, past_px: float = 0.0) -> Float64:
    """How far a value's middle is from what it stands beside, in a direction; past_px : of something thick."""
    offset: Float64 = (_LEAST_OFF_PX + past_px + np.abs(out) @ _HALF_TEXT_PX) * out
    return offset


def _unit(vector: Float64) -> Float64:
    direction: Float64 = vector / max(float(np.hypot(*vector)), 1e-9)
    return direction


def _away(along: Float64, toward: Float64) -> Float64:
    """Room for a text beside a line, on the side that something else is on."""
    across = _unit(np.array([-along[1], along[0]]))
    offset: Float64 = (_TEXT_OFF_PX if across @ toward >= 0 else -_TEXT_OFF_PX) * across
    return offset


def _stroke(painter: QPainter, line: QPolygonF, colour: QColor, width: float,
            style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:  # fmt: skip
    painter.setPen(QPen(colour, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(line)


def _mixed(colour: QColor, other: QColor, share: float) -> QColor:
    red, green, blue = (
        share * a + (1 - share) * b
        for a, b in ((colour.redF(), other.redF()), (colour.greenF(), other.greenF()), (colour.blueF(), other.blueF()))
    )
    return QColor.fromRgbF(red, green, blue)
