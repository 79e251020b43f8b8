"""Dialogs that ask or tell; none of them knows the window."""
