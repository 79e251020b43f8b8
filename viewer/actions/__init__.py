"""The one table of everything a user can do; menus, tool bar, shortcuts and the key sheet are made from it."""

from viewer.actions.records import Action, Needs
from viewer.actions.table import ACTIONS, MENUS, MOUSE

__all__ = ["ACTIONS", "MENUS", "MOUSE", "Action", "Needs"]
