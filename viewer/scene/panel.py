"""The panel of the 3D scene: by OpenGL, or drawn without it and saying why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from viewer.content.records import ClipContent
from viewer.scene.area import SceneArea
from viewer.scene.colour_bar import ColourBar
from viewer.scene.wording import caption, caption_tip
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View

if TYPE_CHECKING:
    from viewer.scene.gl import GLSurface

__all__ = ["ScenePanel"]

_SPACE_PX = 10
_BETWEEN = " · "


class ScenePanel(QWidget):
    """Skeletons of the clip, a caption that says how they were aligned and are seen, and the colour bar.

    reason_for_2d : why OpenGL is not to be tried, as :func:`viewer.scene.opengl.opengl_problem` says it, or None.
    Where OpenGL fails later, the panel goes on without it. :meth:`snapshot` is its picture.
    """

    def __init__(self, session: Session, theme: Theme, reason_for_2d: str | None,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._content: ClipContent | None = None
        self._why = ""
        self._area = SceneArea(session, theme, self)
        self._caption = _Caption(self)
        foot = QHBoxLayout()
        foot.setContentsMargins(_SPACE_PX, 4, _SPACE_PX, 4)
        foot.addWidget(self._caption, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._area, 1)
        box.addLayout(foot)
        self._by_opengl: GLSurface | None = None
        self._choose_surface(reason_for_2d)
        self.show_theme(theme)
        self.show_content(session.content)

    @property
    def area(self) -> SceneArea:
        """The part with the skeletons."""
        return self._area

    @property
    def bar(self) -> ColourBar:
        """The colour bar; hidden where colours show the source."""
        return self._area.bar

    @property
    def reason_for_2d(self) -> str:
        """Why the scene is drawn without OpenGL; empty where it is drawn with it."""
        return self._why

    @property
    def caption(self) -> str:
        """The whole caption, however much of it there is room for."""
        return self._caption.text()

    @property
    def caption_tip(self) -> str:
        """The caption at length, and what the mouse does."""
        return self._caption.toolTip()

    def frame_again(self) -> None:
        """Back to the viewpoint of the view with everything in the picture, as a double click beside the joints."""
        self._area.frame_again()

    def snapshot(self) -> QImage:
        """The panel as it is now, what OpenGL draws and the letters over it included."""
        return self.grab().toImage()

    def about(self) -> str:
        """One line on how the scene is drawn."""
        return f"Scene drawn without OpenGL: {self._why}." if self._why else "Scene drawn by OpenGL through vispy."

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, or the same one computed again."""
        self._content = content
        self._area.show_content(content)
        self._describe()

    def show_view(self, new: View, old: View) -> None:
        """The view changed."""
        self._area.show_view(new, old)
        self._describe()

    def show_frame(self, frame: int) -> None:
        """Only the frame changed."""
        self._area.show_frame(frame)

    def show_edit(self, content: ClipContent) -> None:
        """A joint is being dragged."""
        self._content = content
        self._area.show_edit(content)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._area.show_theme(theme)
        self._caption.setStyleSheet(f"color: {theme.dim};")
        self._describe()

    def release(self) -> None:
        """Let go of what OpenGL holds: the window closes."""
        if self._by_opengl is not None:
            self._by_opengl.release()

    def _describe(self) -> None:
        drawn = (f"2D: no OpenGL ({self._why})",) if self._why else ()
        self._caption.show_parts((*drawn, *caption(self._content, self._session.view)))
        tip = caption_tip(self._content, self._session.view)
        self._caption.setToolTip("\n".join((*drawn, *((tip,) if tip else ()))))

    def _choose_surface(self, reason: str | None) -> None:
        """By OpenGL, unless there is a reason against it or it cannot even be set up."""
        if reason is None:
            try:
                # Only now: importing vispy's canvas needs OpenGL's libraries.
                from viewer.scene.gl import GLSurface

                surface = GLSurface(self._area.picture)
                surface.failed.connect(self._without_opengl, Qt.ConnectionType.QueuedConnection)
                surface.start()
            except Exception as error:  # whatever a driver or a missing library raises, the window has to work
                reason = str(error) or type(error).__name__
            else:
                self._by_opengl = surface
                self._area.set_surface(surface)
                return
        self._without_opengl(reason)

    def _without_opengl(self, reason: str) -> None:
        self._why = reason
        self._area.set_surface(self._area.painted())
        self._describe()


class _Caption(QLabel):
    """One dim line of several phrases; those at the end that there is no room for are left out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parts: tuple[str, ...] = ()
        self.setObjectName("caption")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_parts(self, parts: tuple[str, ...]) -> None:
        """Other phrases."""
        self._parts = parts
        self.setText(_BETWEEN.join(parts))

    @property
    def shown(self) -> str:
        """What there is room for."""
        shown, metrics = list(self._parts), self.fontMetrics()
        while len(shown) > 1 and metrics.horizontalAdvance(_BETWEEN.join(shown)) > self.width():
            shown.pop()
        text = _BETWEEN.join(shown)
        return text if len(shown) > 1 else metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        # Any width will do.
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown)
        painter.end()
