"""The panel of the 3D scene: by OpenGL, or drawn without it and saying why."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from viewer.content.records import ClipContent
from viewer.scene.area import SceneArea
from viewer.scene.colour_bar import ColourBar
from viewer.scene.wording import caption
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View

__all__ = ["ScenePanel"]

_SPACE_PX = 10


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

    def frame_again(self) -> None:
        """Back to the viewpoint of the view with everything in the picture, as a double click beside the joints."""
        self._area.frame_again()

    def snapshot(self) -> QImage:
        """The panel as it is now, what OpenGL draws and the letters over it included."""
        return self.grab().toImage()

    def snapshot_position(self, window: QWidget) -> QPoint:
        """Where the snapshot belongs in a picture of the window."""
        return self.mapTo(window, QPoint(0, 0))

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

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._area.show_theme(theme)
        self._caption.setStyleSheet(f"color: {theme.dim};")
        self._describe()

    def _describe(self) -> None:
        drawn = (f"2D: no OpenGL ({self._why})",) if self._why else ()
        said = caption(self._content, self._session.view)
        self._caption.setText("  ·  ".join((*drawn, *((said,) if said else ()))))
        self._caption.setToolTip(self._caption.text())

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
                self._area.set_surface(surface)
                return
        self._without_opengl(reason)

    def _without_opengl(self, reason: str) -> None:
        self._why = reason
        self._area.set_surface(self._area.painted())
        self._describe()


class _Caption(QLabel):
    """One dim line that is cut with an ellipsis where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        # Any width will do.
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        painter.end()
