"""The scene in print, at one frame or at several side by side, as the window sees it, with a key to all that is drawn.

Above the pictures stands who is who and what the marks mean, below each picture the numbers of the selected angle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from core.errors import UsageError
from core.skeleton import BONES, LEFT, RIGHT
from viewer.content.records import Track
from viewer.figures.bodies import PX_PER_PT, draw_bodies, printed_stage
from viewer.figures.inks import Ink, ghost_ink
from viewer.figures.legend import Entry, Sample, draw_legend, entries_of, legend_height, legend_width
from viewer.figures.records import Subject, spread_frames
from viewer.figures.sheet import Box, Sheet
from viewer.numbers import with_minus
from viewer.scene.eye import Eye, followed
from viewer.scene.scales import error_limit
from viewer.scene.stage import Stage, staged
from viewer.scene.viewpoints import anchor_mm, pelvis_path
from viewer.view import View
from viewer.wording import frame_text

__all__ = ["draw_scene", "least_scene_pt", "printed_view", "scene_key"]

_LEAST_PT = 30.0
_TALL, _FLAT, _MOST_PT = 1.45, 0.72, 200.0
"""Height over width of a picture of a person: of a narrow one up to so many points, of a wide one."""
_KEY_WIDTH = 0.9
_DASHED = (0, (3.0, 1.6))


def printed_view(view: View) -> View:
    """What of the scene belongs in print: no ring of selection, no axes in a corner."""
    return replace(view, joint=-1, scene=replace(view.scene, axes=False))


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """What is drawn. frames : of the pictures. heads : who is who. key : what the marks mean. numbers : those of the
    selected angle, by cell and frame. columns, rows : of pictures.
    """

    stage: Stage
    frames: tuple[int, ...]
    heads: tuple[Entry, ...]
    key: tuple[Entry, ...]
    numbers: Mapping[tuple[int, int], tuple[Entry, ...]]
    columns: int
    rows: int

    def head_pt(self, sheet: Sheet, width: float) -> float:
        """Room above the pictures."""
        gap = 0.3 * sheet.font if self.heads and self.key else 0.0
        heads, key = (legend_height(entries, sheet, width, size) for entries, size in
                      ((self.heads, sheet.font), (self.key, sheet.small)))  # fmt: skip
        return heads + gap + key

    def numbers_pt(self, sheet: Sheet, width: float) -> float:
        """Room below a picture of that width for the numbers of any of them."""
        heights = (legend_height(entries, sheet, width, sheet.small, columns=True) for entries in self.numbers.values())
        return max(heights, default=0.0)

    def bar_pt(self, sheet: Sheet) -> float:
        """Room for the bar of colours."""
        return 0.0 if self.stage.scale is None else sheet.bar_height() + 0.4 * sheet.font


def _planned(subject: Subject, sheet: Sheet, width: float, shots: int, *, legend: bool) -> _Plan:
    """What is drawn; with a legend the sources are named and their numbers written, which other panels do else."""
    content, view = subject.content, printed_view(subject.view)
    stage = printed_stage(staged(content, view, sheet.theme, error_limit(content, view.scene.colouring)))
    frames = spread_frames(subject, shots)
    # A column per moment and a row per cell; cells of one moment stand side by side.
    columns, rows = (len(stage.cells), 1) if len(frames) == 1 else (len(frames), len(stage.cells))
    heads = _named(subject, sheet) if legend else ()
    numbers = _numbers(sheet, stage, subject, frames, _KEY_WIDTH * width / columns) if legend else {}
    return _Plan(stage, frames, heads, scene_key(subject, stage, sheet, named=legend), numbers, columns, rows)


def _named(subject: Subject, sheet: Sheet) -> tuple[Entry, ...]:
    """Legend of skeletons: in their colours without dashes, the reference as the ghost that it is."""
    found = []
    for entry, track in zip(entries_of(subject, sheet, floor=False, markers=True), subject.shown, strict=True):
        ghost = track.colour < 0 and subject.view.scene.ghost and len(subject.shown) > 1
        ink = ghost_ink(track, sheet) if ghost else replace(entry.ink, dash="solid", width=1.6)
        found.append(replace(entry, ink=ink))
    return tuple(found)


def scene_key(subject: Subject, stage: Stage, sheet: Sheet, *, named: bool) -> tuple[Entry, ...]:
    """What the marks on the bodies mean. named : the sources are named beside it, the reference among them."""
    figures = [figure for cell in stage.cells for figure in cell]
    ghost = next((figure.track for figure in figures if figure.ghost), None)
    black, found = Ink(sheet.theme.text, "solid", 0.9), []
    if ghost is not None and not named:
        found.append(Entry("reference", ghost_ink(ghost, sheet)))
    if stage.view.scene.arcs and any(arcs.tracks for arcs in stage.arcs):
        found += [Entry(stage.arcs[0].angle.title, black, Sample.ARC), Entry("0°", replace(black, dash=_DASHED))]
    sided = next((figure for figure in figures if figure.sided), None)
    if sided is not None:
        for side, joints, sample in (("left", LEFT, Sample.MARK), ("right", RIGHT, Sample.OPEN)):
            row = len(BONES) + joints[0]
            colour = (sided.fill if sample is Sample.MARK else sided.rim)[row, :3]
            text = "#" + "".join(f"{round(255 * part):02x}" for part in colour.tolist())
            found.append(Entry(side, Ink(text, "solid", 1.0), sample, "o"))
    if subject.slopes is not None:
        found.append(Entry("raises it most", Ink(sheet.theme.mark, "solid", 1.2), Sample.ARROW))
    return tuple(found)


def _numbers(
    sheet: Sheet, stage: Stage, subject: Subject, frames: tuple[int, ...], width: float
) -> dict[tuple[int, int], tuple[Entry, ...]]:
    """The selected angle of everybody who has an arc, with the error where there is room for it in all pictures."""
    if not stage.view.scene.arcs:
        return {}
    named = entries_of(subject, sheet, floor=False, markers=True)
    samples = {track.name: replace(entry, ink=replace(entry.ink, dash="solid"))
               for entry, track in zip(named, subject.shown, strict=True)}  # fmt: skip
    found: dict[tuple[int, int], tuple[Entry, ...]] = {}
    for with_error in (True, False):
        for cell in range(len(stage.cells)):
            for frame in frames:
                measured = stage.measured(cell, frame)
                if measured is not None:
                    found[cell, frame] = tuple(
                        replace(samples[track.name], text=_number(track, deg, error if with_error else np.nan))
                        for track, deg, error in zip(measured.tracks, measured.deg, measured.error_deg, strict=True)
                    )  # fmt: skip
        if all(legend_width(entries, sheet, sheet.small) <= width for entries in found.values()):
            break
    return found


def _number(track: Track, deg: float, error_deg: float) -> str:
    """An angle, and in brackets its error."""
    value = f"{'ref. ' if track.colour == -1 else ''}{f'{deg:z.1f}°' if np.isfinite(deg) else '–'}"
    error = f" ({error_deg:+z.1f})" if np.isfinite(error_deg) else ""
    return with_minus(f"{value}{error}")


def least_scene_pt(subject: Subject, sheet: Sheet, width: float, shots: int = 1, *, legend: bool = True) -> float:
    """Height in points at which people are seen well in a scene of that width."""
    plan = _planned(subject, sheet, width, shots, legend=legend)
    picture = width / plan.columns
    tall = max(min(_TALL * picture, _MOST_PT), _FLAT * min(picture, 2 * _MOST_PT), 1.2 * _LEAST_PT)
    each = ceil(tall) + plan.numbers_pt(sheet, picture)
    return plan.head_pt(sheet, width) + sheet.line + plan.rows * each + plan.bar_pt(sheet)


def draw_scene(sheet: Sheet, box: Box, subject: Subject, shots: int = 1, *, legend: bool = True) -> None:
    """A row of pictures, one per frame; a row per lifter where the window shows them side by side."""
    plan = _planned(subject, sheet, box.width, shots, legend=legend)
    draw_legend(plan.heads, sheet, box)
    head = plan.head_pt(sheet, box.width)
    key_pt = legend_height(plan.key, sheet, box.width, sheet.small)
    draw_legend(plan.key, sheet, box.without(top=head - key_pt), sheet.small)
    box = box.without(top=head)
    if plan.stage.scale is not None:
        scale = plan.stage.scale
        bar = Box(box.left, box.bottom - sheet.bar_height(), box.width, 0.7 * sheet.font)
        labels = ((0.0, "0"), (1.0, f"{'≥ ' if scale.exceeded else ''}{scale.limit:g} {scale.unit}"))
        sheet.colour_bar(bar, (scale.table * 255).round(), labels, scale.title)
        box = box.without(bottom=plan.bar_pt(sheet))
    _draw_pictures(sheet, box, subject, plan)
    _times(sheet, box, subject, plan.frames)


def _draw_pictures(sheet: Sheet, box: Box, subject: Subject, plan: _Plan) -> None:
    """One per cell and frame, its numbers below it."""
    width, pitch = box.width / plan.columns, (box.height - sheet.line) / plan.rows
    height = pitch - plan.numbers_pt(sheet, width)
    if min(width, height) < _LEAST_PT:
        raise UsageError(f"the figure is too small for {plan.columns} × {plan.rows} pictures of the scene")
    for place, frame in enumerate(plan.frames):
        eye = _eye_at(subject, frame)
        for cell in range(len(plan.stage.cells)):
            column, row = (place, cell) if len(plan.frames) > 1 else (cell, 0)
            picture = Box(box.left + column * width, box.top + row * pitch, width, height)
            size = (width * PX_PER_PT, height * PX_PER_PT)
            axes = sheet.axes(picture)
            axes.set_axis_off()
            axes.set_xlim(0, size[0])
            axes.set_ylim(size[1], 0)
            draw_bodies(axes, plan.stage, cell, frame, eye, size, subject.slopes)
            below = Box(picture.left, picture.bottom, width, pitch - height)
            draw_legend(plan.numbers.get((cell, frame), ()), sheet, below, sheet.small, columns=True)


def _eye_at(subject: Subject, frame: int) -> Eye:
    """The window's eye, carried with the pelvis to another frame where it follows."""
    path = pelvis_path(subject.content)
    before, now = anchor_mm(path, subject.view.frame), anchor_mm(path, frame)
    if not subject.view.scene.follow or before is None or now is None:
        return subject.eye
    return followed(subject.eye, before, now)


def _times(sheet: Sheet, box: Box, subject: Subject, frames: tuple[int, ...]) -> None:
    """Frame and time under each moment, the time alone where there is little room."""
    width = box.width / len(frames)
    texts = [frame_text(frame, subject.content.fps) for frame in frames]
    if max(sheet.width_of(text, sheet.small) for text in texts) > width - 0.5 * sheet.font:
        texts = [f"{subject.content.seconds_at(frame):.2f} s" for frame in frames]
    for i, text in enumerate(texts):
        sheet.text(box.left + (i + 0.5) * width, box.bottom - 0.3 * sheet.font, text, size=sheet.small, align="center",
                   upright="baseline", colour=sheet.theme.dim)  # fmt: skip
