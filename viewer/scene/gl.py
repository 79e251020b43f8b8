"""Drawing by OpenGL through vispy: strokes as rectangles whose shader makes round ends, rims and smooth edges.

Lines wider than a pixel are not to be had from many drivers, and every visual of vispy's scene graph costs Python time
at each frame, so one small program draws all strokes of a cell at once. Imported only where OpenGL works.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import vispy
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QOffscreenSurface, QOpenGLContext, QPainter, QPaintEvent
from PySide6.QtOpenGL import QOpenGLFramebufferObject
from PySide6.QtWidgets import QWidget

from viewer.scene.eye import Rect
from viewer.scene.scales import rgb
from viewer.scene.strokes import Drawing
from viewer.scene.surface import Picture

vispy.use("pyside6")

from vispy import gloo  # noqa: E402 - the binding is chosen before
from vispy.gloo.context import FakeCanvas, set_current_canvas  # noqa: E402

__all__ = ["GLSurface"]

_VERTEX = """
attribute vec2 a_start;
attribute vec2 a_end;
attribute float a_radius;
attribute float a_rim_px;
attribute vec4 a_fill;
attribute vec4 a_rim;
attribute vec2 a_corner;
uniform vec2 u_size;    // of the cell, device pixels
uniform float u_ratio;  // device pixels per logical pixel
varying vec2 v_at;      // along and across the stroke, device pixels
varying vec3 v_shape;   // length, radius, radius without rim
varying vec4 v_fill;
varying vec4 v_rim;
void main() {
    vec2 start = a_start * u_ratio;
    vec2 span = a_end * u_ratio - start;
    float length_px = length(span);
    vec2 along = length_px > 1e-4 ? span / length_px : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    float radius = a_radius * u_ratio;
    float reach = radius + 1.0;
    v_at = vec2(a_corner.x < 0.0 ? -reach : length_px + reach, a_corner.y * reach);
    v_shape = vec3(length_px, radius, radius - a_rim_px * u_ratio);
    v_fill = a_fill;
    v_rim = a_rim;
    vec2 at = start + along * v_at.x + across * v_at.y;
    gl_Position = vec4(2.0 * at.x / u_size.x - 1.0, 1.0 - 2.0 * at.y / u_size.y, 0.0, 1.0);
}
"""

_FRAGMENT = """
varying vec2 v_at;
varying vec3 v_shape;
varying vec4 v_fill;
varying vec4 v_rim;
void main() {
    float off = length(vec2(v_at.x - clamp(v_at.x, 0.0, v_shape.x), v_at.y));
    // Thinner than a pixel is a pixel that is fainter.
    float cover = clamp(max(v_shape.y, 0.5) - off + 0.5, 0.0, 1.0) * min(2.0 * v_shape.y, 1.0);
    if (cover <= 0.0) discard;
    vec4 colour = mix(v_rim, v_fill, clamp(v_shape.z - off + 0.5, 0.0, 1.0));
    if (v_shape.z >= v_shape.y) colour = v_fill;
    gl_FragColor = vec4(colour.rgb, colour.a * cover);
}
"""

_ROW = np.dtype([
    ("a_start", "f4", 2), ("a_end", "f4", 2), ("a_radius", "f4"), ("a_rim_px", "f4"), ("a_fill", "f4", 4),
    ("a_rim", "f4", 4), ("a_corner", "f4", 2),
])  # fmt: skip
_CORNERS = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
_TRIANGLES = np.array([0, 1, 2, 0, 2, 3], np.uint32)
_BLEND = ("src_alpha", "one_minus_src_alpha", "one", "one_minus_src_alpha")
_FIRST_CAPACITY = 256
_OPAQUE = {
    QImage.Format.Format_ARGB32_Premultiplied: QImage.Format.Format_RGB32,
    QImage.Format.Format_RGBA8888_Premultiplied: QImage.Format.Format_RGBX8888,
}
"""What OpenGL's pictures are read as, and the same bytes without transparency."""


class GLSurface(QWidget):
    """The picture by OpenGL. source : gives it; asked when the widget is painted.

    It is drawn off the screen and painted like any other picture. A widget of OpenGL in the window would make Qt
    compose the whole window anew at every repaint of any panel, which by software costs more than all drawing.
    ``failed(reason)`` is told once when drawing does not work; the widget then stays empty.
    """

    failed = Signal(str)

    def __init__(self, source: Callable[[], Picture], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._studio: _Studio | None = None

    def start(self) -> None:
        """Make what draws; raises whatever vispy or the driver raises where that does not work."""
        self._studio = _Studio()

    def release(self) -> None:
        """Let go of what OpenGL holds, in the thread that made it; the widget is empty from then on."""
        if self._studio is not None:
            self._studio.release()
            self._studio = None

    @property
    def n_batches(self) -> int:
        """Buffers on the graphics card, one a cell; never more than the most cells there were."""
        return len(self._studio.batches) if self._studio is not None else 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw the picture; what goes wrong is told once."""
        picture = self._source()
        painter = QPainter(self)
        image = self._drawn(picture)
        if image is None:
            painter.fillRect(self.rect(), QColor(picture.base))
        else:
            painter.drawImage(0, 0, image)
        painter.end()

    def _drawn(self, picture: Picture) -> QImage | None:
        if self._studio is None:
            return None
        try:
            return self._studio.drawn(picture, (self.width(), self.height()), self.devicePixelRatioF())
        except Exception as error:
            self.release()
            self.failed.emit(str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__)
            return None


class _Studio:
    """A context of OpenGL without a window, and one batch of strokes per cell, drawn in the cell's viewport.

    Raises ``RuntimeError`` where no context can be made.
    """

    def __init__(self) -> None:
        self._context, self._surface = QOpenGLContext(), QOffscreenSurface()
        if not self._context.create():
            raise RuntimeError("no context can be made")
        self._surface.setFormat(self._context.format())
        self._surface.create()
        self._canvas = FakeCanvas()
        self._buffer: QOpenGLFramebufferObject | None = None
        self.batches: list[_Batch] = []

    def drawn(self, picture: Picture, size: tuple[int, int], ratio: float) -> QImage:
        """The picture as an image of that size in logical pixels."""
        width, height = max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))
        if not self._context.makeCurrent(self._surface):
            raise RuntimeError("the context cannot be used")
        set_current_canvas(self._canvas)
        if self._buffer is None or (self._buffer.width(), self._buffer.height()) != (width, height):
            self._buffer = QOpenGLFramebufferObject(width, height)
        # gloo queues its commands; this one makes it draw into the buffer.
        self._canvas.context.glir.command("CURRENT", 0, self._buffer.handle())
        self._draw(picture, width, height, ratio)
        self._canvas.flush()
        image = self._buffer.toImage()
        opaque = _OPAQUE.get(image.format())
        if opaque is not None:
            image.reinterpretAsFormat(opaque)  # everything is drawn opaque: nothing need be blended
        image.setDevicePixelRatio(ratio)
        self._context.doneCurrent()
        return image

    def release(self) -> None:
        """Destroy the buffer, the context and its surface now, not when Python finds that nobody has them."""
        if self._context.makeCurrent(self._surface):
            self._buffer = None
            self._context.doneCurrent()
        self._surface.destroy()
        self._context.deleteLater()

    def _draw(self, picture: Picture, width: int, height: int, ratio: float) -> None:
        while len(self.batches) < len(picture.cells):
            self.batches.append(_Batch())
        gloo.set_state(blend=True, blend_func=_BLEND, depth_test=False, cull_face=False, scissor_test=False)
        gloo.set_viewport(0, 0, width, height)
        gloo.clear(color=(*rgb(picture.gap), 1.0))
        gloo.set_state(scissor_test=True)
        for batch, (place, drawing) in zip(self.batches, picture.cells, strict=False):
            left, bottom, wide, high = _device(place, height, ratio)
            gloo.set_viewport(left, bottom, wide, high)
            gloo.set_scissor(left, bottom, wide, high)
            gloo.clear(color=(*rgb(picture.base), 1.0))
            if len(drawing.ends_px):
                batch.draw(drawing, (wide, high), ratio)


class _Batch:
    """The strokes of one cell on the graphics card; the buffers grow by doubling and never shrink."""

    def __init__(self) -> None:
        self._program = gloo.Program(_VERTEX, _FRAGMENT)
        self._grow(_FIRST_CAPACITY)

    def draw(self, drawing: Drawing, size: tuple[int, int], ratio: float) -> None:
        """Send the strokes and draw them in the viewport, device pixels."""
        n = len(drawing.ends_px)
        if n > len(self._rows):
            self._grow(2 ** int(np.ceil(np.log2(n))))
        self._fill(drawing, n)
        self._vertices.set_data(self._rows.reshape(-1))
        self._program["u_size"] = size
        self._program["u_ratio"] = ratio
        self._program.draw("triangles", self._indices)

    def _fill(self, drawing: Drawing, n: int) -> None:
        rows = self._rows
        for name, values in (
            ("a_start", drawing.ends_px[:, 0]), ("a_end", drawing.ends_px[:, 1]), ("a_radius", drawing.radius_px),
            ("a_rim_px", drawing.rim_px), ("a_fill", drawing.fill), ("a_rim", drawing.rim),
        ):  # fmt: skip
            rows[name][:n] = np.asarray(values)[:, None]
        # What is left of the buffer has no width and no colour, and no length from an earlier picture.
        rows["a_radius"][n:] = 0.0
        rows["a_fill"][n:] = 0.0
        rows["a_end"][n:] = rows["a_start"][n:]

    def _grow(self, capacity: int) -> None:
        self._rows: NDArray[np.void] = np.zeros((capacity, 4), _ROW)
        self._rows["a_corner"] = _CORNERS
        self._vertices = gloo.VertexBuffer(self._rows.reshape(-1))
        self._program.bind(self._vertices)
        first = np.arange(capacity, dtype=np.uint32)[:, None] * np.uint32(4)
        self._indices = gloo.IndexBuffer((first + _TRIANGLES).reshape(-1))


def _device(place: Rect, height: int, ratio: float) -> tuple[int, int, int, int]:
    """A cell as OpenGL wants it: left, bottom, width and height in device pixels, from the bottom of the canvas."""
    left, top, wide, high = (value * ratio for value in place)
    x, y = round(left), round(top)
    return x, height - round(top + high), round(left + wide) - x, round(top + high) - y
