"""Figures fit for print of what the window shows: drawn anew with matplotlib, to size, as vectors, with their sources.

Nothing here touches a widget, so that figures are drawn on a worker. Matplotlib is imported where a figure is drawn.
"""
