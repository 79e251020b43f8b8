"""What a convention card says of an angle: heads and sentences, from the one list of conventions. No Qt."""

from __future__ import annotations

from html import escape

from core.angles.landmarks import SEGMENTS, LandmarkMap, resolve
from core.conventions import AngleDef, angle_facts
from core.evaluation import ReferenceKind
from viewer.content.records import ClipContent
from viewer.numbers import short_text
from viewer.wording import SHOULDER

__all__ = ["Line", "card_html", "card_lines", "card_text"]

Line = tuple[str, str]
"""Head and sentence."""

_ERROR = "source − reference, in degrees"
_WORDS = {
    "asis": "anterior superior iliac spine", "psis": "middle of the posterior iliac spines", "ij": "jugular notch",
    "px": "xiphoid", "c7": "C7", "t8": "T8", "hip": "hip joint centre", "femur_distal": "middle of the epicondyles",
    "knee": "knee", "ankle": "ankle", "shoulder": "glenohumeral centre",
    "humerus_distal": "middle of the epicondyles", "elbow": "elbow", "wrist": "wrist",
}  # fmt: skip


def card_lines(angle: AngleDef, content: ClipContent | None) -> tuple[Line, ...]:
    """Everything about an angle, and what the clip on screen takes it from."""
    facts = angle_facts(angle)
    low, high = map(short_text, angle.range_deg)
    lines: list[Line] = [("From", facts.sequence)]
    if angle.joint == "shoulder" and content is not None:
        lines.append(("Shown as", SHOULDER[content.shoulder]))
    lines += [
        ("Axes", facts.axes),
        ("Turns", facts.turn),
        ("+ means", f"{angle.positive}; left and right read alike"),
        ("0 is", angle.zero),
        ("Range", f"{low} to {high}°" + (", −180 and 180 are one posture" if angle.circular else "")),
        ("Near-singular", f"{angle.singular}: {facts.why_singular}" if angle.singular else _never(facts.why_singular)),
        ("Errors", _ERROR + (", the short way round" if angle.circular else "")),
        ("Landmarks", _landmarks(angle, content)),
        ("17 joints", f"{facts.joints}; for lifters and where there are no labelled points"),
        *_here(angle, content),
        ("After", "; ".join(facts.sources)),
    ]
    return tuple(lines)


def _never(why: str) -> str:
    return f"never, but {why}" if why else "never"


def _landmarks(angle: AngleDef, content: ClipContent | None) -> str:
    """By segment, with the labels of the clip where it has them."""
    mapping, names = _mapping(content)
    segments = [segment.format(angle.side) for segment in angle_facts(angle).segments]
    return "; ".join(
        f"{_plain(segment)}: {', '.join(_landmark(segment, name, mapping, names) for name in SEGMENTS[segment])}"
        for segment in segments
    )


def _landmark(segment: str, name: str, mapping: LandmarkMap | None, names: tuple[str, ...]) -> str:
    root, _, side = name.rpartition("_")
    words = f"{_WORDS[root]} {side.upper()}" if side in ("l", "r") and root in _WORDS else _WORDS[name]
    found = None if mapping is None else mapping.found.get((segment, name))
    return words if found is None else f"{words} ({' + '.join(names[column] for column in found.columns)})"


def _plain(segment: str) -> str:
    return segment[:-2] if segment.endswith(("_l", "_r")) else segment


def _mapping(content: ClipContent | None) -> tuple[LandmarkMap | None, tuple[str, ...]]:
    """Labels of the clip on screen and what they serve, where its reference is of them."""
    if content is None or content.found is None or content.kind is not ReferenceKind.ISB:
        return None, ()
    points = content.found.clip.points
    if points is None:
        return None, ()
    return resolve(points.names, content.found.evaluations[0].options.landmark_sets), points.names


def _here(angle: AngleDef, content: ClipContent | None) -> list[Line]:
    """What the numbers on screen are of, and what was put in place of what."""
    if content is None:
        return []
    by = f"lifters: {content.estimator} on 17 joints"
    kinds = {ReferenceKind.ISB: "reference: labelled points", None: "no reference",
             ReferenceKind.STAND_IN: f"reference: a stand-in, {content.estimator} on the reference poses"}  # fmt: skip
    lines = [("In this clip", f"{kinds[content.kind]}; {by}")]
    mapping, _ = _mapping(content)
    if mapping is not None:
        wanted = [segment.format(angle.side) for segment in angle_facts(angle).segments]
        said = dict.fromkeys(r.says for (segment, _), r in mapping.found.items() if segment in wanted and r.says)
        if angle.joint in ("hip", "knee") and content.reference is not None:
            said |= dict.fromkeys(note for note in content.reference.notes if "regression" in note)
        if said:
            lines.append(("Substituted", "; ".join(said)))
    return lines


def card_html(angle: AngleDef, content: ClipContent | None) -> str:
    """The card as a table of two columns."""
    rows = "".join(
        f"<tr><td style='padding-right:10px'><b>{escape(head)}</b></td><td>{escape(text)}</td></tr>"
        for head, text in card_lines(angle, content)
    )
    return f"<table cellpadding=3 cellspacing=0>{rows}</table>"


def card_text(angle: AngleDef, content: ClipContent | None) -> str:
    """The card as plain text, one line each, for the clipboard."""
    return "\n".join([angle.title, *(f"{head}: {text}" for head, text in card_lines(angle, content))]) + "\n"
