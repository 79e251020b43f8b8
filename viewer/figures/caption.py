"""What a figure says of itself in lines of small letters: what it is of, how it was made, and what its marks mean."""

from __future__ import annotations

from core import __version__
from core.evaluation import ReferenceKind
from viewer.figures.choices import FigureChoices, FigureKind
from viewer.figures.inks import FLOOR
from viewer.figures.records import Subject, spread_frames
from viewer.view import Colouring, HeatRows, Quantity
from viewer.wording import ALIGNED, POSITION_ERROR, SHOULDER, span_text

__all__ = ["caption_parts"]

_REFERENCE = {
    ReferenceKind.ISB: "reference: ISB angles from labelled points",
    ReferenceKind.STAND_IN: "reference: the estimator on the reference poses stands in for ISB angles",
    None: "no reference",
}
_WITH_FLOOR = (FigureKind.PAGE, FigureKind.TRACES, FigureKind.TABLE)


def caption_parts(subject: Subject, choices: FigureChoices) -> tuple[str, ...]:
    """Clip, frames, unit, alignment, shoulder, estimator, kind of reference, and what the marks mean, in phrases."""
    content, kind = subject.content, choices.kind
    parts = [content.name, f"n = {content.n_frames} frames at {content.fps:g} fps", *_moments(subject, choices)]
    parts.append(_unit(subject, kind))
    if content.reference is not None and content.tracks and _shows_positions(subject, kind):
        parts.append(f"{ALIGNED[content.alignment]}: {POSITION_ERROR[content.alignment]}")
    parts.append(f"shoulder: {SHOULDER[content.shoulder]}")
    weights = f" (weights {subject.fingerprint[:12]})" if subject.fingerprint else ""
    parts += [f"angles by {content.estimator}{weights}", _REFERENCE[content.kind]]
    if kind in _WITH_FLOOR and FLOOR not in subject.view.hidden and content.reference is not None:
        parts.append(f"floor: {content.estimator} on the reference poses, its own error")
    parts += [*_marks(subject, kind), *_exceptions(subject)]
    return (*parts, f"anglescope {__version__}")


def _exceptions(subject: Subject) -> list[str]:
    """Sources that are no models' predictions as they came."""
    simulated, edited = [track.name for track in subject.shown if track.simulated], sorted(subject.content.edited)
    found = [f"simulated errors: {', '.join(simulated)}"] if simulated else []
    return [*found, f"edited by hand: {', '.join(edited)}"] if edited else found


def _shows_positions(subject: Subject, kind: FigureKind) -> bool:
    if kind is FigureKind.HEATMAPS:
        return subject.view.plots.rows is HeatRows.JOINTS
    return kind in (FigureKind.SCENE, FigureKind.TABLE, FigureKind.PAGE)


def _marks(subject: Subject, kind: FigureKind) -> list[str]:
    """What the marks mean, as far as these are in the figure."""
    page = kind is FigureKind.PAGE
    found = [*(_scene_marks(subject, numbers=not page) if page or kind is FigureKind.SCENE else ())]
    errors = any(track.name not in subject.view.hidden for track in subject.content.measured)
    first, last = subject.frames
    if errors and kind in (FigureKind.STRIPS, FigureKind.PAGE) and first <= subject.view.frame <= last:
        found.append(f"triangle: frame {subject.view.frame}")
    if errors and kind in (FigureKind.HEATMAPS, FigureKind.PAGE):
        found.append("rows in pairs: left above right")
    if kind is FigureKind.TABLE or page:
        found.append("errors: source minus reference")
    if kind is FigureKind.STRIPS or page:
        found.append("MAE: mean absolute error")
    return found


def _scene_marks(subject: Subject, *, numbers: bool) -> list[str]:
    """The same of the scene. numbers : it has those of the selected angle."""
    scene, content = subject.view.scene, subject.content
    found = []
    if scene.arcs:
        angle = content.angles[subject.view.angle].title.lower()
        error = " (error)" if numbers and content.reference is not None and content.tracks else ""
        what = "arc and number" if numbers else "arc"
        found += [f"{what}: {angle}{error}, from the dashed direction of 0°", "thin line: the segment as posed"]
    if scene.frames:
        found.append("X, Y, Z: anatomical frames (anterior, superior, right)")
    if scene.trail_frames:
        found.append(f"trails: the last {scene.trail_frames} frames")
    if subject.slopes is not None:
        found.append("arrows: where the joint would raise the angle most, length in proportion")
    if scene.colouring is not Colouring.SOURCE and len([t for t in subject.shown if t.colour >= 0]) > 1:
        found.append("marks at the joints say whose they are")
    return found


def _moments(subject: Subject, choices: FigureChoices) -> list[str]:
    """Which frames are seen."""
    if choices.kind is FigureKind.SCENE:
        frames = spread_frames(subject, choices.shots)
        return [f"frame{'s' if len(frames) > 1 else ''} {', '.join(map(str, frames))}"]
    if choices.kind is FigureKind.TABLE:
        return [f"frame {subject.view.frame}"]
    span = "all frames" if subject.n_frames == subject.content.n_frames else span_text(*subject.frames)
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
