"""Films, in the menu *Play*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.actions.records import Action

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["FILM"]


def _film(window: Window) -> None:
    from viewer.dialogs.film import ask_film  # what paints films takes a while to load

    ask_film(window)


FILM: tuple[Action, ...] = (
    Action("film.make", "Make a film…", "Play", _film, ("Alt+P",), line=True,
           tip="MP4 or GIF of a span: the skeletons as they are seen, traces and errors over time."),
)  # fmt: skip
