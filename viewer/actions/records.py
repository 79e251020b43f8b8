"""What an action is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from viewer.view import View

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["Action", "Needs"]


class Needs(Enum):
    """What must be open for an action to make sense. LONE : a file without a dataset."""

    NOTHING = 0
    CLIP = 1
    REFERENCE = 2
    DATASET = 3
    LONE = 4


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    id : stable, ``menu.verb``. text : in menus, without mnemonics. menu : ``Menu`` or ``Menu/Submenu``. run : does it.
    keys : shortcuts, the first is shown. checked : for a switch or a choice, whether it is on in a view. tip : one
    sentence where the text does not say all. bar : also in the tool bar, under this short text. line : a separating
    line before it. lifter : of a switch for one lifter, its place; text, check mark and whether it can be used then
    follow the lifters that are open. live : the text that says what it would do now, empty where that is nothing and it
    cannot be used.
    """

    id: str
    text: str
    menu: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    needs: Needs = Needs.CLIP
    checked: Callable[[View], bool] | None = None
    tip: str = ""
    bar: str = ""
    line: bool = False
    lifter: int = -1
    live: Callable[[Window], str] | None = None
