"""A figure from what is on screen to bytes of a file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from math import ceil
from typing import Any

from core import __version__
from core.errors import UsageError
from viewer.figures.caption import caption_parts
from viewer.figures.choices import FigureChoices, FigureFormat, FigureKind
from viewer.figures.heatmaps import draw_heatmaps, draw_strips, least_heatmaps_pt, least_strips_pt
from viewer.figures.page import draw_page, least_page_pt
from viewer.figures.records import Subject
from viewer.figures.scene import draw_scene, least_scene_pt
from viewer.figures.sheet import MM, Box, Sheet, wrapped
from viewer.figures.table import draw_table, least_table_pt
from viewer.figures.traces import draw_traces, least_traces_pt

__all__ = ["drawn", "drawn_picture", "figure_record", "least_height_mm", "settled", "written_figure"]

_EDGE_PT = 3.0
_LEAST_MM, _MOST_MM = 20.0, 1200.0
_LEASTS = {
    FigureKind.PAGE: (least_page_pt, 1.0), FigureKind.TRACES: (least_traces_pt, 1.25),
    FigureKind.HEATMAPS: (least_heatmaps_pt, 2.0), FigureKind.STRIPS: (least_strips_pt, 1.05),
    FigureKind.TABLE: (least_table_pt, 1.02),
}  # fmt: skip
"""Height that each kind needs, and how much more suits it."""


def least_height_mm(subject: Subject, choices: FigureChoices) -> float:
    """A height in whole millimetres at which the figure of that width is read well."""
    sheet = Sheet(choices.width_mm, _LEAST_MM, choices.font_pt)
    width = sheet.box.width - 2 * _EDGE_PT
    if choices.kind is FigureKind.SCENE:
        needed = least_scene_pt(subject, sheet, width, choices.shots)
    else:
        least, factor = _LEASTS[choices.kind]
        needed = least(subject, sheet, width) * factor
    needed += 2 * _EDGE_PT + _caption_pt(sheet, subject, choices)
    return float(ceil(needed / MM))


def settled(subject: Subject, choices: FigureChoices) -> FigureChoices:
    """The choices with the height that suits, where that is asked for."""
    return replace(choices, height_mm=least_height_mm(subject, choices), fit=False) if choices.fit else choices


def _caption_pt(sheet: Sheet, subject: Subject, choices: FigureChoices) -> float:
    if not choices.caption:
        return 0.0
    return 1.3 * _size(sheet) * len(_caption(sheet, subject, choices)) + 0.6 * sheet.font


def _size(sheet: Sheet) -> float:
    """Of the caption's letters."""
    return max(0.75 * sheet.font, 5.0)


def _caption(sheet: Sheet, subject: Subject, choices: FigureChoices) -> tuple[str, ...]:
    return wrapped(caption_parts(subject, choices), _size(sheet), sheet.box.width - 2 * _EDGE_PT)


def drawn(subject: Subject, choices: FigureChoices) -> Sheet:
    """The figure. Raises :class:`UsageError` where its size cannot hold it, :class:`core.errors.DataError` where there
    is nothing to show.
    """
    if not (_LEAST_MM <= choices.width_mm <= _MOST_MM and _LEAST_MM <= choices.height_mm <= _MOST_MM):
        raise UsageError(f"a figure is {_LEAST_MM:g} to {_MOST_MM:g} mm wide and high")
    choices = settled(subject, choices)
    sheet = Sheet(choices.width_mm, choices.height_mm, choices.font_pt)
    box = sheet.box.without(_EDGE_PT, _EDGE_PT, _EDGE_PT, _EDGE_PT)
    if choices.caption:
        lines = _caption(sheet, subject, choices)
        size = _size(sheet)
        for number, line in enumerate(lines):
            sheet.text(box.left, box.bottom - (len(lines) - number - 0.78) * 1.3 * size, line, size=size,
                       colour=sheet.theme.dim, upright="baseline")  # fmt: skip
        box = box.without(bottom=_caption_pt(sheet, subject, choices))
    if box.height < 2 * sheet.line:
        raise UsageError(f"the figure is too low for letters of {choices.font_pt:g} points")
    try:
        _draw(sheet, box, subject, choices)
    except UsageError as error:
        suits = least_height_mm(subject, choices)
        if suits <= choices.height_mm:
            raise
        raise UsageError(f"{error}; {suits:g} mm of height would do") from None
    return sheet


def _draw(sheet: Sheet, box: Box, subject: Subject, choices: FigureChoices) -> None:
    if choices.kind is FigureKind.SCENE:
        draw_scene(sheet, box, subject, choices.shots)
        return
    {FigureKind.PAGE: draw_page, FigureKind.TRACES: draw_traces, FigureKind.HEATMAPS: draw_heatmaps,
     FigureKind.STRIPS: draw_strips, FigureKind.TABLE: draw_table}[choices.kind](sheet, box, subject)  # fmt: skip


def drawn_picture(subject: Subject, choices: FigureChoices, dpi: int) -> bytes:
    """The figure as PNG without provenance, for the eye; raises as :func:`drawn`."""
    return _saved(drawn(subject, choices), FigureFormat.PNG, dpi, {})


def figure_record(subject: Subject, choices: FigureChoices, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """What goes into the file and beside it: the figure's options and where its numbers come from."""
    view = subject.view
    options = {**asdict(settled(subject, choices)), "frame": view.frame, "first_frame": subject.frames[0],
               "last_frame": subject.frames[1], "angle": subject.content.angles[view.angle].name,
               "angles": [subject.content.angles[i].name for i in view.plots.angles], "single": view.plots.single,
               "quantity": str(view.plots.quantity), "rows": str(view.plots.rows), "signed": view.plots.signed,
               "colouring": str(view.scene.colouring), "hidden": sorted(view.hidden)}  # fmt: skip
    return {"anglescope_figure": 1, "figure": options, **provenance}


def written_figure(subject: Subject, choices: FigureChoices, provenance: Mapping[str, Any]) -> bytes:
    """The file's bytes, the record of :func:`figure_record` inside; raises as :func:`drawn`.

    PNG: text chunks; SVG: Dublin Core metadata; PDF: the information dictionary. The record is JSON under Description
    (Keywords in a PDF, which knows no other field for it).
    """
    record = json.dumps(figure_record(subject, choices, provenance), ensure_ascii=True)
    said = " · ".join(caption_parts(subject, choices))
    title, maker = f"{subject.content.name}: {choices.kind}", f"anglescope {__version__}"
    fields: dict[FigureFormat, dict[str, Any]] = {
        FigureFormat.PNG: {"Title": title, "Comment": said, "Software": maker, "Description": record},
        FigureFormat.SVG: {"Title": title, "Creator": maker, "Description": record, "Date": None, "Coverage": said},
        FigureFormat.PDF: {"Title": title, "Creator": maker, "Subject": said, "Keywords": record, "CreationDate": None},
    }
    return _saved(drawn(subject, choices), choices.format, choices.dpi, fields[choices.format])


def _saved(sheet: Sheet, kind: FigureFormat, dpi: int, metadata: dict[str, Any]) -> bytes:
    """Bytes of the figure; letters stay letters in SVG and PDF, and the same figure gives the same bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.BytesIO()
    if kind is FigureFormat.PNG:
        sheet.figure.set_dpi(dpi)
        FigureCanvasAgg(sheet.figure).print_png(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
        return buffer.getvalue()
    with mpl.rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "anglescope"}):
        if kind is FigureFormat.SVG:
            FigureCanvasSVG(sheet.figure).print_svg(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
        else:
            FigureCanvasPdf(sheet.figure).print_pdf(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
    return buffer.getvalue()
