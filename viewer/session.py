"""The one mutable thing of the window: the current view and content, with one writer and signals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from viewer.content.records import ClipContent
from viewer.view import Loop, View

__all__ = ["Session"]


class Session(QObject):
    """Current :class:`View` and :class:`ClipContent`. Panels read it, call its writers, and listen to its signals.

    A change computes the new view, compares, and then tells; an equal view is silent. Signals:
    ``frame_changed(frame)`` where only the frame changed (up to 60 times a second; cost must not depend on the length
    of the clip). ``view_changed(new, old)`` for any other change of the view, the frame perhaps with it.
    ``content_changed(content)`` with the clip's arrays, or None while there are none. ``edited(content)`` while a joint
    is dragged, many times a second: the arrays differ from those before in the current frame only. ``message(text)``
    one line for the message area.
    """

    frame_changed = Signal(int)
    view_changed = Signal(object, object)
    content_changed = Signal(object)
    edited = Signal(object)
    message = Signal(str)

    def __init__(self, view: View | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view or View()
        self._content: ClipContent | None = None

    @property
    def view(self) -> View:
        """What is shown now."""
        return self._view

    @property
    def content(self) -> ClipContent | None:
        """Arrays of the clip on screen, or None."""
        return self._content

    @property
    def frame(self) -> int:
        """The frame on screen."""
        return self._view.frame

    def update(self, **changes: Any) -> None:
        """Change fields of the view together; the frame is kept within the clip."""
        self.show(replace(self._view, **changes))

    def update_engine(self, **changes: Any) -> None:
        """Change what the numbers depend on."""
        self.update(engine=replace(self._view.engine, **changes))

    def update_scene(self, **changes: Any) -> None:
        """Change how the 3D scene is drawn."""
        self.update(scene=replace(self._view.scene, **changes))

    def update_plots(self, **changes: Any) -> None:
        """Change how traces and heatmaps are drawn."""
        self.update(plots=replace(self._view.plots, **changes))

    def seek(self, frame: int) -> None:
        """Go to a frame; beyond an end means that end."""
        self.update(frame=frame)

    def mark_span(self, first: int, last: int) -> None:
        """Make the frames from ``first`` to ``last``, both included, the span; the whole clip is no span."""
        whole = self._content is not None and (first, last) == (0, self._content.n_frames - 1)
        self.update(span=None if whole else (first, last))

    def show(self, view: View) -> None:
        """Make this the view."""
        old, new = self._view, replace(view, frame=self._within(view.frame))
        if new.clip != old.clip and new.span == old.span:
            loop = Loop.OFF if new.loop is Loop.SPAN else new.loop
            new = replace(new, span=None, loop=loop)  # in and out were marked in another clip
        if new == old:
            return
        self._view = new
        if new == replace(old, frame=new.frame):
            self.frame_changed.emit(new.frame)
        else:
            self.view_changed.emit(new, old)

    def show_content(self, content: ClipContent | None) -> None:
        """New arrays are there (or none): the same clip computed again keeps its frame."""
        self._content = content
        self._view = replace(self._view, frame=self._within(self._view.frame))
        self.content_changed.emit(content)

    def show_edit(self, content: ClipContent) -> None:
        """The content with other numbers in the current frame; what is kept follows with :meth:`show_content`."""
        self._content = content
        self.edited.emit(content)

    def _within(self, frame: int) -> int:
        if self._content is None:
            return max(0, frame)
        return min(max(0, frame), self._content.n_frames - 1)
