"""Skeletons as strokes: who is drawn in a cell and how, bones and joints at a frame, marks and trails. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.records import Float32
from core.skeleton import BONES, JOINTS, LEFT, N_JOINTS, RIGHT
from viewer.content.records import ClipContent, Track
from viewer.scene.scales import ErrorScale, rgb
from viewer.scene.strokes import Layer, Strokes, same_look
from viewer.theme import Theme
from viewer.view import Layout, View

__all__ = ["PAIRS", "TIPS", "Figure", "cells_of", "figure_strokes", "figures_of", "ring_strokes", "trail_strokes"]

PAIRS = np.array([*BONES, *((joint, joint) for joint in range(N_JOINTS))])
"""(33, 2) ends of the strokes of one skeleton: sixteen bones, then seventeen joints."""

TIPS: tuple[int, ...] = tuple(JOINTS.index(name) for name in ("r_ankle", "l_ankle", "l_wrist", "r_wrist"))
"""Joints that leave trails."""

_N_BONES = len(BONES)
_IS_BONE = np.arange(len(PAIRS)) < _N_BONES
_BONE_PX, _JOINT_PX, _RIM_PX = 2.6, 4.8, 1.1
# Where the fill says the error it has to be wide, and a rim that says the source no wider than a pixel at the most.
_ERROR_BONE_PX, _ERROR_JOINT_PX, _SOURCE_RIM_PX = 3.6, 5.2, 0.75
_LONE_BONE_PX, _LONE_JOINT_PX = 4.6, 6.0
_GHOST_BONE_PX, _GHOST_JOINT_PX, _GHOST_SIDE_PX = 6.0, 6.0, 7.0
_TRAIL_PX = 1.1
_GHOST_SHARE = 0.30
_DIM_SHARE = 0.42
_SIDE_SHARE, _GHOST_SIDE_SHARE = 0.75, 0.6
_SELECTED = 1.35
_RIM_ALPHA = 0.85
_OPAQUE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """How one source is drawn, the same at every frame. track : its arrays. ghost : pale and thick, behind the others.

    sided : its joints are in the colours of the sides.
    fill, rim : (33, 4) RGBA; radius_px, rim_px : (33,), all in the order of :data:`PAIRS`.
    """

    track: Track
    ghost: bool
    sided: bool
    fill: Float32
    rim: Float32
    radius_px: Float32
    rim_px: Float32


def cells_of(content: ClipContent, view: View) -> tuple[tuple[Track, ...], ...]:
    """Who stands in which cell: one cell with all, or one per visible lifter, each with the reference."""
    shown = [track for track in content.everyone if track.name not in view.hidden]
    lifters = [track for track in shown if track is not content.reference]
    if view.scene.layout is Layout.OVERLAY or len(lifters) < 2:
        return (tuple(shown),)
    reference = [track for track in shown if track is content.reference]
    return tuple((*reference, lifter) for lifter in lifters)


def figures_of(tracks: tuple[Track, ...], view: View, scale: ErrorScale | None, theme: Theme) -> tuple[Figure, ...]:
    """How the sources of a cell are drawn; a lone reference is no ghost.

    One of them says left and right by its joints, the reference or who stands alone: many tinted skeletons over each
    other would leave no colour that says whose they are.
    """
    n_lifters = sum(track.colour >= 0 for track in tracks)
    figures = []
    for track in tracks:
        if track.colour < 0 and n_lifters and view.scene.ghost:
            figure = _ghost(track, theme)
        else:
            own = scale if track.colour >= 0 else None
            figure = _figure(track, view, own, scale is not None, n_lifters > 1, theme)
        says_sides = view.scene.sides and scale is None and (track.colour < 0 or len(tracks) == 1)
        figures.append(_tinted(figure, theme) if says_sides else figure)
    return tuple(figures)


def figure_strokes(figures: tuple[Figure, ...], frame: int, scale: ErrorScale | None) -> list[Strokes]:
    """Bones and joints of each figure at a frame: 33 strokes each; a bone with a missing end is NaN."""
    return [_strokes(figure, frame, scale) for figure in figures]


def ring_strokes(figures: tuple[Figure, ...], frame: int, joint: int, lifter: str, theme: Theme) -> list[Strokes]:
    """A ring about the selected joint of every figure, that of the selected lifter twice as strong."""
    if not 0 <= joint < N_JOINTS or not figures:
        return []
    ends = np.stack([figure.track.xyz_mm[frame, (joint, joint)] for figure in figures])
    chosen = np.array([figure.track.name == lifter for figure in figures])
    rim = np.where(chosen, 2.4, 1.4)
    ink = (*rgb(theme.mark), _OPAQUE)
    return [same_look(ends, np.where(chosen, 9.5, 8.5), (*ink[:3], 0.0), Layer.MARKS, rim, ink)]


def trail_strokes(figures: tuple[Figure, ...], frame: int, n_frames: int, theme: Theme) -> list[Strokes]:
    """Where wrists and ankles came from: the last frames up to this one, fading; N frames give N strokes a joint."""
    first = max(0, frame - n_frames)
    if n_frames <= 0 or first == frame:
        return []
    # Fading into the background, and opaque: see-through pieces would show beads where they meet.
    age = np.linspace(0.0, 0.9, n_frames + 1)[1:][-(frame - first) :, None]
    base = np.array(rgb(theme.base))
    strokes = []
    for figure in figures:
        path = figure.track.xyz_mm[first : frame + 1, TIPS]
        ends = np.stack([path[:-1], path[1:]], axis=2).reshape(-1, 2, 3)
        colour = age * np.array(_source(figure.track, figure.ghost, theme)) + (1 - age) * base
        fill = np.column_stack([np.repeat(colour, len(TIPS), axis=0), np.ones(len(ends))])
        strokes.append(same_look(ends, _TRAIL_PX, fill, Layer.BEHIND))
    return strokes


def _strokes(figure: Figure, frame: int, scale: ErrorScale | None) -> Strokes:
    fill, n = figure.fill, len(PAIRS)
    if scale is not None and figure.track.colour >= 0:
        errors = scale.errors(figure.track, frame)
        belongs = np.concatenate([scale.bones, scale.joints])
        # The mean of both ends for a bone, the joint itself for a joint; undefined where an end is.
        fill = np.where(belongs[:, None], scale.colours(errors[PAIRS].mean(axis=1)), fill)
    layer = np.full(n, Layer.BEHIND if figure.ghost else Layer.FIGURES, np.float32)
    return Strokes(figure.track.xyz_mm[frame, PAIRS], figure.radius_px, figure.rim_px, fill, figure.rim, layer)


def _ghost(track: Track, theme: Theme) -> Figure:
    # Opaque and pale, since strokes that shine through each other would show dark spots where they meet.
    fill = _rgba(_source(track, True, theme))
    radius = np.where(_IS_BONE, _GHOST_BONE_PX, _GHOST_JOINT_PX).astype(np.float32)
    return Figure(track, True, False, fill, fill, radius, np.zeros(len(PAIRS), np.float32))


def _figure(
    track: Track, view: View, scale: ErrorScale | None, dimmed: bool, among_lifters: bool, theme: Theme
) -> Figure:
    """A skeleton in the colour of its source; where a scale colours it, its rim says the source among several."""
    source, base = np.array(_source(track, False, theme)), np.array(rgb(theme.base))
    fill = _rgba(tuple(_DIM_SHARE * source + (1 - _DIM_SHARE) * base) if dimmed else tuple(source))
    rim = np.broadcast_to(np.array([*base, _RIM_ALPHA], np.float32), fill.shape).copy()
    radius, rim_px = np.where(_IS_BONE, _BONE_PX, _JOINT_PX), np.full(len(PAIRS), _RIM_PX)
    if scale is not None:
        belongs = np.concatenate([scale.bones, scale.joints])
        bone, joint = (_ERROR_BONE_PX, _ERROR_JOINT_PX) if among_lifters else (_LONE_BONE_PX, _LONE_JOINT_PX)
        radius = np.where(belongs, np.where(_IS_BONE, bone, joint), radius)
        if among_lifters:
            rim[belongs] = (*source, _OPAQUE)
            rim_px[belongs] = _SOURCE_RIM_PX
    grown = _SELECTED if track.name == view.lifter else 1.0
    return Figure(track, False, False, fill, rim, (radius * grown).astype(np.float32), rim_px.astype(np.float32))


def _tinted(figure: Figure, theme: Theme) -> Figure:
    """Joints of the sides in the colours of the sides; bones keep that of the source, which says whose they are."""
    fill, radius = figure.fill.copy(), figure.radius_px.copy()
    share = _GHOST_SIDE_SHARE if figure.ghost else _SIDE_SHARE
    for joints, colour in ((LEFT, theme.left), (RIGHT, theme.right)):
        rows = _N_BONES + np.array(joints)
        fill[rows, :3] = share * np.array(rgb(colour)) + (1 - share) * fill[rows, :3]
        if figure.ghost:
            radius[rows] = _GHOST_SIDE_PX  # seen around the joints of lifters that are right
    return replace(figure, sided=True, fill=fill, radius_px=radius)


def _source(track: Track, ghost: bool, theme: Theme) -> tuple[float, float, float]:
    """Colour of a source, that of a ghost nearer to the background."""
    colour, base = np.array(rgb(theme.lifter(track.colour))), np.array(rgb(theme.base))
    red, green, blue = _GHOST_SHARE * colour + (1 - _GHOST_SHARE) * base if ghost else colour
    return float(red), float(green), float(blue)


def _rgba(colour: tuple[float, ...]) -> Float32:
    """(33, 4) of one opaque colour."""
    return np.tile(np.array([*colour, _OPAQUE], np.float32), (len(PAIRS), 1))
