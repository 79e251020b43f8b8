"""The selected angle on the bodies of a cell: what is measured at a frame, and the strokes that show it. No Qt.

Bold is the number of the tables: an arc from the direction that reads 0, with an arrow at its end. Thin is the body as
it is drawn: its distal segment, and what else of the turn leads there. Where the two part, the estimator and the closed
form differ. The zero direction is dashed. More than two arcs at one joint cannot be read: the numbers of the other
lifters are ticks on the arc of the first source, which goes on thinly as far as they lie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.angles.arcs import Arcs, Axes3D, anatomical_axes, arcs_of, between
from core.angles.bodies import Bodies, bodies_of_joints, joined_bodies, point_reader
from core.angles.vectors import Vectors, norm
from core.conventions import AngleDef
from core.evaluation import ReferenceKind
from core.records import Float32
from viewer.content.placing import upright_xyz
from viewer.content.records import ClipContent, Track
from viewer.scene.eye import Eye, Size
from viewer.scene.figures import Figure
from viewer.scene.floor import AXIS_COLOURS, letter_px
from viewer.scene.scales import rgb
from viewer.scene.strokes import Drawing, Layer, Strokes, joined, same_look
from viewer.theme import Theme
from viewer.view import View

__all__ = ["LEG_REACH", "MOST_ARCS", "BodyArcs", "Measured", "arc_look", "arc_strokes", "axes_letters",
           "axes_of_bodies", "radii_mm", "reference_bodies"]  # fmt: skip

MOST_ARCS = 4
"""Lifters of one cell that are measured while none is selected: more could not be told apart."""
LEG_REACH = 1.12
"""How far the legs of an arc reach, of its radius."""

_ARC_STEPS, _PATH_STEPS, _DASHES, _ARROW_STROKES = 24, 10, 5, 2
_ALONG = np.linspace(0.0, 1.0, _ARC_STEPS + 1)[:, None]
_DASH_PARTS = np.linspace(0.0, 1.0, 2 * _DASHES).reshape(-1, 1, 2, 1)
_ARC_PX, _LEG_PX, _THIN_PX, _HALO_PX = 1.7, 1.0, 0.8, 1.3
_HALO_ALPHA, _THIN_ALPHA = 0.8, 0.75
# Parts of the length of the segment.
_RADIUS, _NEXT_RADIUS = 0.42, 0.07
_LEAST_RADIUS_PX, _LEAST_STEP_PX, _ARROW_PX, _TICK_PX = 26.0, 7.0, 7.5, 7.0
_MOST_AXES = 2
_AXES_MM, _AXIS_PX, _AXIS_RIM_PX, _REFERENCE_AXIS_PX, _LETTER_WIDTH_PX = 130.0, 1.2, 0.6, 2.0, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One angle of n sources at a frame. deg, error_deg : (n,) as in the tables, NaN where there is none. arcs : where
    that is on their bodies. n_arcs : of the first so many, the others have a tick on the arc of the first. axes :
    frames of the proximal and the distal segment, where they are drawn.
    """

    tracks: tuple[Track, ...]
    deg: Float32
    error_deg: Float32
    arcs: Arcs
    n_arcs: int
    axes: tuple[Axes3D, ...] = ()


class BodyArcs:
    """The selected angle of a cell, measured at one frame after the other; the last is kept, because it is drawn, and
    its numbers are written beside it. look : of its strokes.
    """

    def __init__(self, figures: tuple[Figure, ...], content: ClipContent, view: View, theme: Theme,
                 reference: Bodies | None) -> None:  # fmt: skip
        self.angle: AngleDef = content.angles[view.angle]
        self.tracks: tuple[Track, ...] = _measured_tracks(figures, view.lifter)
        self._n_arcs = sum(track.colour < 0 for track in self.tracks[:1]) + 1
        self._n_arcs = min(self._n_arcs, len(self.tracks))
        self.look: Strokes = arc_look(self.tracks, self._n_arcs, theme)
        self._column, self._content, self._with_axes = view.angle, content, view.scene.frames
        of_points = reference is not None and bool(self.tracks) and self.tracks[0] is content.reference
        self._reference = reference if of_points else None
        self._posed = self.tracks[1:] if of_points else self.tracks
        self._kept: tuple[int, Measured] | None = None

    def at(self, frame: int) -> Measured | None:
        """What is measured at a frame; None where nobody is."""
        if not self.tracks:
            return None
        if self._kept is None or self._kept[0] != frame:
            self._kept = (frame, self._measured(frame))
        return self._kept[1]

    def near_singular(self, frame: int) -> bool:
        """Whether the reference is where the angle is ill-conditioned."""
        return bool(self._content.near_singular[frame, self._column])

    def _measured(self, frame: int) -> Measured:
        parts = [] if self._reference is None else [self._reference.part(slice(frame, frame + 1))]
        if self._posed:
            parts.append(bodies_of_joints(np.stack([track.xyz_mm[frame] for track in self._posed])))
        bodies = joined_bodies(*parts)
        deg, error = (
            np.array([series[frame, self._column] for series in of_all], np.float32)
            for of_all in (
                [track.angles_deg for track in self.tracks],
                [track.error_deg for track in self.tracks],
            )
        )
        axes = anatomical_axes(bodies, self.angle) if self._with_axes else ()
        return Measured(self.tracks, deg, error, arcs_of(bodies, self.angle), self._n_arcs, axes)


def reference_bodies(content: ClipContent | None) -> Bodies | None:
    """The athlete at every frame by the labelled points that the reference angles of a clip are of, in the upright
    world; None where they are of something else.
    """
    if content is None or content.found is None or content.kind is not ReferenceKind.ISB:
        return None
    points, options = content.found.clip.points, content.found.evaluations[0].options
    if points is None:
        return None
    reader = point_reader(points, landmark_sets=options.landmark_sets, hip_regression=options.hip_regression)
    return reader.bodies(upright_xyz(points.xyz_mm, points.axes, content.camera))


def _measured_tracks(figures: tuple[Figure, ...], lifter: str) -> tuple[Track, ...]:
    """The reference, and the selected lifter; of a cell without that one the first lifters."""
    tracks = [figure.track for figure in figures]
    reference = tuple(track for track in tracks if track.colour < 0)
    lifters = tuple(track for track in tracks if track.colour >= 0)
    chosen = tuple(track for track in lifters if track.name == lifter)
    return (*reference, *(chosen or lifters[:MOST_ARCS]))


def radii_mm(measured: Measured, px_per_mm: float) -> Float32:
    """(n,) of the arcs of each source, growing so that they do not lie over each other; large enough to be seen. Of
    sources that have a tick only, that of the first.
    """
    lengths = norm(measured.arcs.segment_mm)
    known = lengths[np.isfinite(lengths)]
    length = float(known.mean()) if len(known) else 0.0
    least = max(_RADIUS * length, _LEAST_RADIUS_PX / px_per_mm)
    step = max(_NEXT_RADIUS * length, _LEAST_STEP_PX / px_per_mm)
    places = np.arange(len(measured.tracks))
    return np.asarray(least + step * np.where(places < measured.n_arcs, places, 0), np.float32)


def arc_strokes(measured: Measured, px_per_mm: float, look: Strokes) -> Strokes:
    """Arc, arrow and legs of the first sources, ticks of the others; NaN, so not drawn, where a number is missing.

    px_per_mm : of the picture, for what must not get too small in it. look : of :func:`arc_look` for these sources.
    """
    n, radius = measured.n_arcs, radii_mm(measured, px_per_mm)
    arcs, radii = measured.arcs.part(slice(n)), radius[:n]
    deg = measured.deg[:n].astype(np.float64)
    centre = np.where(np.isfinite(deg), arcs.centre_mm, np.nan)
    longest = LEG_REACH * radii.max()
    segment = arcs.segment_mm * (longest / norm(arcs.segment_mm))
    arrow = _arrow(arcs, centre, radii, deg, _ARROW_PX / px_per_mm)
    end = _leg(centre, longest * arcs.directions(deg[None]))
    haloed = [_chained(centre, radii * arcs.directions(_ALONG * deg)), arrow, end,
              _dashed(centre, longest * arcs.zero)]  # fmt: skip
    path = _chained(centre, radii * between(arcs.path[0], arcs.path[1], _PATH_STEPS))
    ends = np.concatenate([*haloed, *haloed, _leg(centre, segment[:, None]), path]).reshape(-1, 2, 3)
    if len(measured.tracks) > n:
        ends = np.concatenate([ends, _ticked(measured, float(radius[0]), px_per_mm)])
    return replace(look, ends_mm=ends.astype(np.float32))


def _ticked(measured: Measured, radius_mm: float, px_per_mm: float) -> Vectors:
    """(2 m + steps, 2, 3) ticks of the m sources without an arc, twice, and the rest of the dial that they are on."""
    first = measured.arcs.part(slice(1))
    start = float(measured.deg[0])
    off = (measured.deg[measured.n_arcs :].astype(np.float64) - start + 180.0) % 360.0 - 180.0
    half = min(_TICK_PX / px_per_mm, 0.3 * radius_mm)
    ways = np.moveaxis(first.directions((start + off)[:, None]), 0, -1)[:, 0]
    centre = first.centre_mm[:, 0]
    ticks = centre + np.stack([(radius_mm - half) * ways, (radius_mm + half) * ways], axis=1)
    reach = np.concatenate([off[np.isfinite(off)], [0.0, -start]])
    dial = start + np.linspace(reach.min(), reach.max(), _ARC_STEPS + 1)[:, None]
    rest = _chained(first.centre_mm, radius_mm * first.directions(dial))
    return np.concatenate([ticks, ticks, rest.reshape(-1, 2, 3)])


def arc_look(tracks: tuple[Track, ...], n_arcs: int, theme: Theme) -> Strokes:
    """How :func:`arc_strokes` of these sources look, without where they are: what is bold over a halo in the colour of
    the background, then what is thin; ticks in the same way.
    """
    colours = np.array([(*rgb(theme.lifter(track.colour)), 1.0) for track in tracks]).reshape(-1, 4)
    bold_px = np.concatenate([np.full(_ARC_STEPS + _ARROW_STROKES, _ARC_PX), np.full(1 + _DASHES, _LEG_PX)])
    arcs = _haloed_look(np.repeat(bold_px, n_arcs), np.tile(colours[:n_arcs], (len(bold_px), 1)),
                        np.tile(colours[:n_arcs], (1 + _PATH_STEPS, 1)), theme)  # fmt: skip
    others, dial = colours[n_arcs:], np.tile(colours[:1], (_ARC_STEPS, 1))
    return joined(arcs, _haloed_look(np.full(len(others), _ARC_PX), others, dial, theme)) if len(others) else arcs


def _haloed_look(bold_px: Vectors, bold: Vectors, thin: Vectors, theme: Theme) -> Strokes:
    """Halos of bold strokes, these, and thin ones. bold_px : (k,) half widths. bold, thin : (k, 4), (m, 4) RGBA."""
    halo, fine = bold.copy(), thin.copy()
    halo[:, :3], halo[:, 3], fine[:, 3] = rgb(theme.base), _HALO_ALPHA, _THIN_ALPHA
    fill = np.concatenate([halo, bold, fine])
    radius = np.concatenate([bold_px + _HALO_PX, bold_px, np.full(len(fine), _THIN_PX)])
    look = same_look(np.zeros((len(fill), 2, 3), np.float32), radius, fill, Layer.MARKS)
    layer = np.where(np.arange(len(fill)) < len(bold), np.float32(Layer.HALOS), look.layer)
    return replace(look, layer=layer.astype(np.float32))


def _chained(centre: Vectors, places: Vectors) -> Vectors:
    """(m - 1, n, 2, 3) strokes from each of the places (3, m, n) about a centre to the next."""
    points = np.moveaxis(centre[:, None] + places, 0, -1)
    return np.stack([points[:-1], points[1:]], axis=2)


def _leg(centre: Vectors, places: Vectors) -> Vectors:
    """(m, n, 2, 3) strokes from a centre (3, n) to places (3, m, n) about it."""
    points = np.moveaxis(centre[:, None] + places, 0, -1)
    return np.stack([np.broadcast_to(centre.T, points.shape), points], axis=2)


def _dashed(centre: Vectors, leg: Vectors) -> Vectors:
    """(m, n, 2, 3) pieces of a leg (3, n)."""
    places: Vectors = centre.T[:, None] + _DASH_PARTS * leg.T[:, None]
    return places


def _arrow(arcs: Arcs, centre: Vectors, radius: Float32, deg: Vectors, size_mm: float) -> Vectors:
    """(2, n, 2, 3) the two strokes of the arrow at the end of each arc, shorter than the arc."""
    back = np.sign(deg) * np.minimum(np.degrees(size_mm / radius), 0.5 * np.abs(deg))
    tip, tail = arcs.directions(deg[None]), arcs.directions((deg - back)[None])
    wide = 0.55 * radius * np.radians(np.abs(back))
    ends = np.concatenate([(radius + wide) * tail, (radius - wide) * tail], axis=1)
    start = np.moveaxis(centre[:, None] + radius * np.repeat(tip, 2, axis=1), 0, -1)
    return np.stack([start, np.moveaxis(centre[:, None] + ends, 0, -1)], axis=2)


def axes_of_bodies(measured: Measured, theme: Theme) -> list[Strokes]:
    """The frames of both segments, X red, Y green, Z blue: of the reference, and with a rim in its colour of the first
    lifter; those of more could not be told apart.
    """
    ends = _axes_ends(measured)
    tracks = measured.tracks[:_MOST_AXES]
    n = len(tracks)
    wide = np.array([_REFERENCE_AXIS_PX if track.colour < 0 else _AXIS_PX for track in tracks])
    rims = np.array([(*rgb(theme.lifter(track.colour)), 0.9) for track in tracks])
    rim_px = np.array([0.0 if track.colour < 0 else _AXIS_RIM_PX for track in tracks])
    fill = np.repeat([(*rgb(colour), 1.0) for colour in AXIS_COLOURS], n, axis=0)
    return [
        same_look(ends.reshape(-1, 2, 3), np.tile(wide + rim_px, 6), np.tile(fill, (2, 1)), Layer.MARKS,
                  np.tile(rim_px, 6), np.tile(rims, (6, 1))),
    ]  # fmt: skip


def _axes_ends(measured: Measured) -> Vectors:
    """(2, 3, n, 2, 3) proximal and distal segment, axis, the first sources, origin and tip."""
    parts, known = [], np.isfinite(measured.deg[:_MOST_AXES])
    for axes in measured.axes:
        origin = np.where(known, axes.origin_mm[:, :_MOST_AXES], np.nan)
        tips = np.moveaxis(origin[None] + _AXES_MM * axes.frame.axes[..., :_MOST_AXES], 1, -1)
        parts.append(np.stack([np.broadcast_to(origin.T, tips.shape), tips], axis=2))
    return np.stack(parts)


def axes_letters(measured: Measured, eye: Eye, size: Size) -> Drawing:
    """The letters at the tips of the frames of the first source, in pixels of a cell."""
    pixels, _ = eye.project(_axes_ends(measured)[:, :, 0], size)
    lines, colours = [np.zeros((0, 2, 2))], [np.zeros((0, 4))]
    for segment in pixels:
        for axis, (origin, tip) in enumerate(segment):
            if np.isfinite([origin, tip]).all():
                letter = letter_px(axis, origin, tip)
                lines.append(letter)
                colours.append(np.tile((*rgb(AXIS_COLOURS[axis]), 1.0), (len(letter), 1)))
    ends, fill = np.concatenate(lines).astype(np.float32), np.concatenate(colours).astype(np.float32)
    width = np.full(len(ends), _LETTER_WIDTH_PX, np.float32)
    return Drawing(ends, width, np.zeros_like(width), fill, np.zeros_like(fill))
