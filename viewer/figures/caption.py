"""What a figure says of itself in a line of small letters."""

from __future__ import annotations

from core import __version__
from core.evaluation import ReferenceKind
from viewer.figures.choices import FigureChoices, FigureKind
from viewer.figures.records import Subject, spread_frames
from viewer.view import HeatRows, Quantity
from viewer.wording import ALIGNED, POSITION_ERROR, SHOULDER

__all__ = ["caption_parts"]

_OVER_TIME = (FigureKind.TRACES, FigureKind.HEATMAPS, FigureKind.STRIPS, FigureKind.PAGE)
_REFERENCE = {
    ReferenceKind.ISB: "reference: ISB angles from labelled points",
    ReferenceKind.STAND_IN: "reference: the estimator on the reference poses stands in for ISB angles",
    None: "no reference",
}


def caption_parts(subject: Subject, choices: FigureChoices) -> tuple[str, ...]:
    """Clip, frames, unit, alignment, shoulder, estimator and kind of reference, in phrases."""
    content = subject.content
    parts = [content.name, f"n = {content.n_frames} frames at {content.fps:g} fps", *_moments(subject, choices)]
    parts.append(_unit(subject, choices.kind))
    if content.reference is not None and content.tracks:
        parts.append(f"{ALIGNED[content.alignment]}: {POSITION_ERROR[content.alignment]}")
    parts.append(f"shoulder: {SHOULDER[content.shoulder]}")
    weights = f" (weights {subject.fingerprint[:12]})" if subject.fingerprint else ""
    parts += [f"angles by {content.estimator}{weights}", _REFERENCE[content.kind]]
    if any(track.simulated for track in subject.shown):
        parts.append("simulated errors: " + ", ".join(t.name for t in subject.shown if t.simulated))
    if content.edited:
        parts.append("edited by hand: " + ", ".join(sorted(content.edited)))
    if choices.kind in (FigureKind.TRACES, FigureKind.PAGE) and content.near_singular[subject.part].any():
        parts.append("shaded: near-singular")
    return (*parts, f"anglescope {__version__}")


def _moments(subject: Subject, choices: FigureChoices) -> list[str]:
    """Which frames are seen."""
    first, last = subject.frames
    span = "all frames" if subject.n_frames == subject.content.n_frames else f"frames {first} to {last}"
    if choices.kind is FigureKind.SCENE:
        frames = spread_frames(subject, choices.shots)
        return [f"frame{'s' if len(frames) > 1 else ''} {', '.join(map(str, frames))}"]
    if choices.kind is FigureKind.TABLE:
        return [f"frame {subject.view.frame}"]
    return [span, f"frame {subject.view.frame} in scene and table"] if choices.kind is FigureKind.PAGE else [span]


def _unit(subject: Subject, kind: FigureKind) -> str:
    """What the numbers are and their unit."""
    plots = subject.view.plots
    if kind is FigureKind.TRACES:
        return "errors in degrees, lifter minus reference" if plots.quantity is Quantity.ERROR else "angles in degrees"
    if kind is FigureKind.HEATMAPS:
        return "errors in mm" if plots.rows is HeatRows.JOINTS else "errors in degrees"
    if kind is FigureKind.SCENE:
        return "positions in mm" if subject.content.metric else "scale unknown"
    return "mean absolute angle error in degrees" if kind is FigureKind.STRIPS else "degrees and mm"
