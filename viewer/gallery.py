"""Pictures of the window that show what it can do, and views as a command asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core.conventions import ANGLES
from core.errors import UsageError
from core.metrics.alignment import Alignment
from viewer.view import Colouring, Layout, PlotView, Quantity, View

if TYPE_CHECKING:
    from viewer.application import Shot

__all__ = ["as_asked", "gallery"]

_Choice = TypeVar("_Choice", bound=StrEnum)
_KNEE = 10


def as_asked(
    *, layout: str = "overlay", colour: str = "source", alignment: str = "root", angle: str = "hip_flexion_l",
    errors: bool = False, theme: str = "dark",
) -> Callable[[View], View]:  # fmt: skip
    """How a view is changed by the options of ``anglescope snapshot``. Raises :class:`UsageError` for a wrong one."""
    chosen_layout, chosen_colour = _chosen(Layout, layout, "layout"), _chosen(Colouring, colour, "colour")
    chosen_alignment = _chosen(Alignment, alignment, "alignment")
    names = [definition.name for definition in ANGLES]
    if angle not in names:
        raise UsageError(f"unknown angle {angle!r}; known: {', '.join(names)}")
    if theme not in ("dark", "light"):
        raise UsageError(f"unknown theme {theme!r}; known: dark, light")
    quantity = Quantity.ERROR if errors else Quantity.VALUE

    def change(view: View) -> View:
        return replace(
            view, angle=names.index(angle), engine=replace(view.engine, alignment=chosen_alignment),
            scene=replace(view.scene, layout=chosen_layout, colouring=chosen_colour),
            plots=replace(view.plots, quantity=quantity),
        )  # fmt: skip

    return change


def _chosen(kind: type[_Choice], name: str, what: str) -> _Choice:
    try:
        return kind(name)
    except ValueError:
        raise UsageError(f"unknown {what} {name!r}; known: {', '.join(kind)}") from None


def gallery(paths: tuple[Path, ...], folder: Path) -> list[Shot]:
    """Pictures of what is opened, or of the demo: overlay, side by side by error, and light with errors."""
    from viewer.application import Shot
    from viewer.asking import demo_folder

    opened = paths or (demo_folder(),)
    errors = PlotView(quantity=Quantity.ERROR)
    return [
        Shot(opened, folder / "overlay.png", frame=-1),
        Shot(opened, folder / "side_by_side.png", frame=-1,
             change=lambda view: replace(view, angle=_KNEE, scene=replace(
                 view.scene, layout=Layout.GRID, colouring=Colouring.POSITION))),
        Shot(opened, folder / "light_errors.png", frame=-1, theme="light",
             change=lambda view: replace(view, plots=errors)),
    ]  # fmt: skip
