"""What is written in a figure, as matplotlib measures it."""

from __future__ import annotations


def letters_of(sheet):
    """Texts that are drawn, with their rectangles in points from the lower left, as matplotlib measures them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    sheet.figure.set_dpi(300)
    canvas = FigureCanvasAgg(sheet.figure)
    sheet.figure.draw_without_rendering()
    found = []
    for axes in sheet.figure.axes:
        ticks = [label for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels()]
        ticks = [] if not axes.axison else ticks
        for text in (*axes.texts, *ticks):
            if text.get_visible() and text.get_text():
                # Letters proper: half of the height that is kept for accents and tails is empty.
                box = text.get_window_extent(canvas.get_renderer())
                inset = 0.2 * box.height
                edges = (box.x0, box.y0 + inset, box.x1, box.y1 - inset)
                found.append((text, tuple(edge * 72 / 300 for edge in edges)))
    return found


def texts_of(sheet):
    """Texts alone."""
    return [text.get_text() for text, _ in letters_of(sheet)]
