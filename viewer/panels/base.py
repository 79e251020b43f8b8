"""What every panel is to the window."""

from __future__ import annotations

from typing import Protocol

from viewer.content.records import ClipContent
from viewer.theme import Theme
from viewer.view import View

__all__ = ["Panel"]


class Panel(Protocol):
    """A widget that shows the session. It is made as ``Panel(session, theme)`` and knows no other panel.

    The window calls these; a panel never listens to the session itself, so that the order is the same every time:
    content, view, frame. What the user does in a panel goes to the session's writers and comes back through these.
    """

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, or the same one computed again; rare, may cost as the clip is long."""
        ...

    def show_view(self, new: View, old: View) -> None:
        """The view changed, the frame perhaps with it."""
        ...

    def show_frame(self, frame: int) -> None:
        """Only the frame changed; 60 times a second, at a cost that does not depend on the length of the clip."""
        ...

    def show_edit(self, content: ClipContent) -> None:
        """While a joint is dragged: the content with other numbers in the current frame. Cost as of a frame; a panel
        that shows the whole clip may wait for ``show_content``, which follows.
        """
        ...

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        ...
