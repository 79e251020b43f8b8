"""The read-out as text for the clipboard: tab-separated, every column whatever is on screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.records import Float32
from viewer import wording
from viewer.content.records import ClipContent
from viewer.panels.readout.columns import MEAN_LABEL, POSITION_LABELS, Group, Kind, groups_of, written

__all__ = ["aside_texts", "frame_text", "row_text", "table_text"]

_HEADS = {Kind.VALUE: "°", Kind.ERROR: "error °", Kind.SIGMA: "sigma °"}


def frame_text(content: ClipContent, frame: int) -> str:
    """Which frame of which, and its time."""
    return wording.frame_text(frame, content.fps, content.n_frames)


def aside_texts(content: ClipContent, n_hidden: int, left_out: Collection[Kind]) -> tuple[str, ...]:
    """What there is to say besides, in ever fewer words. n_hidden : sources that are hidden. left_out : kinds of
    numbers for which the panel is too narrow.
    """
    gone = ", ".join({Kind.VALUE: "values"}.get(kind, str(kind)) for kind in left_out)
    also = [
        f"{n_hidden} source{'' if n_hidden == 1 else 's'} hidden" if n_hidden else "",
        "" if content.reference is not None else "no reference",
    ]
    wide, short = (f"{gone} hidden: widen the panel", f"no {gone}") if gone else ("", "")
    every = [[wide, *also, f"{content.fps:g} fps"], [wide, *also], [short, *also], [short]]
    return tuple("  ·  ".join(part for part in parts if part) for parts in every)


def table_text(content: ClipContent, frame: int) -> str:
    """Clip, frame and time; heads; a line for each angle; lines of position and mean angle error."""
    groups = groups_of(content)
    lines = [f"{content.name}\tframe {frame}\t{content.seconds_at(frame):.3f} s", _head(content, groups)]
    lines += [_row(content, groups, frame, index) for index in range(len(content.angles))]
    if content.reference is not None:
        lines.append(_means(POSITION_LABELS[content.alignment], groups, [group.mpjpe_mm for group in groups], frame))
        lines.append(_means(MEAN_LABEL, groups, [group.mae_deg for group in groups], frame))
    return "\n".join(lines)


def row_text(content: ClipContent, frame: int, index: int) -> str:
    """Heads and the line of one angle."""
    groups = groups_of(content)
    return f"{_head(content, groups)}\n{_row(content, groups, frame, index)}"


def _head(content: ClipContent, groups: tuple[Group, ...]) -> str:
    """Names and units; of a lifter that was changed by hand they say so."""
    names = {track.name: track.label for track in content.tracks}
    heads = (f"{names.get(group.name, group.name)} {_HEADS[c.kind]}" for group in groups for c in group.columns)
    return "\t".join(["angle", *heads])


def _row(content: ClipContent, groups: tuple[Group, ...], frame: int, index: int) -> str:
    numbers = (written(c.kind, float(c.values[frame, index])) for group in groups for c in group.columns)
    return "\t".join([content.angles[index].title, *numbers])


def _means(label: str, groups: tuple[Group, ...], means: Sequence[Float32 | None], frame: int) -> str:
    """The mean of each source under its errors."""
    cells = [label]
    for group, mean in zip(groups, means, strict=True):
        for column in group.columns:
            if mean is not None and column.kind is Kind.ERROR:
                cells.append(written(Kind.VALUE, float(mean[frame])))
            else:
                cells.append("")
    return "\t".join(cells)
