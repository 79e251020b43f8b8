"""What the table of clips says in words: cells, and what the mouse is told over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.evaluation import ReferenceKind
from core.results.clip_table import ClipRow
from core.results.lifter_numbers import LifterNumbers
from viewer.content import Identity
from viewer.panels.clips.columns import FLOOR, METRICS, POSITIONS, Column, Kind
from viewer.panels.clips.table import Cell, Table
from viewer.workspace import ClipInfo

__all__ = ["MARK", "NOTHING", "WAITING", "WARNING", "cell_text", "cell_tip", "count_text", "number_lines",
           "number_text", "order_text", "seconds_text"]  # fmt: skip

MARK, WARNING, WAITING, NOTHING = "⇄", "⚠", "…", "–"
_POSITION_NAMES = {kind: Column(kind).lines[0] for kind in POSITIONS}


def number_text(value: float, column: Column) -> str:
    """An error as it is shown; a dash where it is undefined."""
    return NOTHING if value != value else f"{value:.{column.decimals}f}"


def seconds_text(clip: ClipInfo) -> str:
    """Length of a clip; a dash where its frame rate is not known."""
    return f"{clip.n_frames / clip.fps:.2f}" if clip.fps > 0 else NOTHING


def cell_text(table: Table, place: int, column: Column) -> str:
    """A cell in plain text; an error with its rank in brackets."""
    clip = table.clips[place]
    if column.kind is Kind.WORST:
        return WAITING if table.rows[place] is None else number_text(table.value(place, column), column)
    if column.is_error:
        return _error_text(table, place, column)
    if column.kind is Kind.MARK:
        return MARK if table.value(place, column) > 0 else ""
    words = {Kind.NAME: clip.name, Kind.ATHLETE: clip.athlete, Kind.ACTIVITY: clip.activity,
             Kind.FRAMES: str(clip.n_frames), Kind.SECONDS: seconds_text(clip)}  # fmt: skip
    return words[column.kind]


def _error_text(table: Table, place: int, column: Column) -> str:
    lifter = table.lifter(column.lifter)
    cell = table.cells[place, lifter]
    if cell != Cell.SCORED:
        return {Cell.WAITING: WAITING, Cell.MISSING: NOTHING, Cell.FAILED: WARNING}[Cell(cell)]
    rank = int(table.ranks[place, lifter, column.metric])
    value = number_text(table.errors[place, lifter, column.metric], column)
    return f"{value} ({rank})" if rank and len(table.lifters) > 1 else value


def cell_tip(table: Table, place: int, column: Column, identities: Mapping[str, Identity]) -> str:
    """What the mouse is told over a cell."""
    clip, row = table.clips[place], table.rows[place]
    if row is None:
        return "\n".join([*_clip_lines(clip), "not scored yet"])
    if column.kind is Kind.WORST:
        worst, value = table.worst(place, column), cell_text(table, place, column)
        return f"worst of all lifters on {clip.name}\n{worst}: angle MAE {value}°" if worst else ""
    if column.is_error:
        return "\n".join(_lifter_lines(row, column, identities[column.lifter], len(table.lifters)))
    if column.kind is Kind.MARK:
        return order_text(row.lifters, table.position) if row.disagreements(f"{table.position}_mm") else ""
    return "\n".join([*_clip_lines(clip), *_troubles(row)])


def _clip_lines(clip: ClipInfo) -> list[str]:
    rate = f"at {clip.fps:g} fps" if clip.fps > 0 else "(frame rate not stated)"
    facts = [clip.athlete, clip.activity, f"{clip.n_frames} frames {rate}"]
    return [clip.name, " · ".join(fact for fact in facts if fact)]


def _troubles(row: ClipRow) -> Iterator[str]:
    """What is wrong, and what the angles are held against where it is not the usual."""
    for failure in row.failures:
        yield f"{WARNING} {failure.message}"
    for numbers in row.lifters:
        for problem in numbers.problems:
            yield f"{WARNING} {numbers.lifter}: {problem}"
    if row.kind is ReferenceKind.STAND_IN:
        yield "No labelled points: the estimator's own angles of the reference poses stand in for ISB angles."


def _lifter_lines(row: ClipRow, column: Column, identity: Identity, among: int) -> Iterator[str]:
    lifter = column.lifter
    yield f"{column.whose} on {row.clip}"
    if identity.title != lifter:
        yield identity.title
    numbers = next((numbers for numbers in row.sources if numbers.lifter == lifter), None)
    failures = [f for f in row.failures if f.source in ("", lifter)]
    for failure in failures:
        yield f"{WARNING} {failure.message}"
    if numbers is None:
        if not failures:
            yield "no prediction for this clip"
        return
    yield from number_lines(numbers, row.kind, among)
    yield from row.unranked
    yield from (f"{WARNING} {problem}" for problem in numbers.problems)


def number_lines(numbers: LifterNumbers, kind: ReferenceKind, among: int) -> Iterator[str]:
    """All errors of a lifter with their ranks among so many, one line each."""
    if numbers.lifter != FLOOR:
        yield from _position_lines(numbers, among)
    if kind is ReferenceKind.STAND_IN and numbers.lifter == FLOOR:
        yield "no floor: without labelled points there are no ISB angles to hold it against"
        return
    yield f"angle MAE {numbers.angle_mae_deg:.2f}°{_rank(numbers.rank_angle_mae, among)}"
    if kind is ReferenceKind.STAND_IN:
        yield "against the estimator's own angles of the reference poses, not ISB angles"
    elif numbers.floor_mae_deg == numbers.floor_mae_deg and numbers.lifter != FLOOR:
        yield f"floor {numbers.floor_mae_deg:.2f}° (the estimator on the reference poses)"


def _position_lines(numbers: LifterNumbers, among: int) -> Iterator[str]:
    if numbers.mpjpe_mm != numbers.mpjpe_mm:
        yield "MPJPE undefined: the poses have no metric scale"
    for kind, metric in zip(POSITIONS, METRICS, strict=False):
        value = numbers.value(metric)
        if value == value:
            yield f"{_POSITION_NAMES[kind]} {value:.2f} mm{_rank(numbers.rank(metric), among)}"


def _rank(rank: int | None, among: int) -> str:
    return f", rank {rank}" if rank and among > 1 else ""


def order_text(lifters: Sequence[LifterNumbers], position: Kind) -> str:
    """Both orders of the lifters that have both ranks, the best first."""
    metric = f"{position}_mm"
    ranked = [n for n in lifters if n.rank(metric) and n.rank_angle_mae]
    by_mm = _in_order([(n.rank(metric) or 0, n.lifter) for n in ranked])
    by_deg = _in_order([(n.rank_angle_mae or 0, n.lifter) for n in ranked])
    return f"The ranks disagree, best first.\n{_POSITION_NAMES[position]}: {by_mm}\nangles: {by_deg}"


def _in_order(ranked: list[tuple[int, str]]) -> str:
    text = ""
    for place, (rank, lifter) in enumerate(ordered := sorted(ranked, key=lambda item: item[0])):
        joined = " = " if place and ordered[place - 1][0] == rank else " < "
        text += lifter if not place else joined + lifter
    return text


def count_text(table: Table, shown: int) -> str:
    """How many clips are shown, scored, ranked differently, and failed."""
    total = len(table)
    parts = [f"{shown:,} of {total:,} clip{'' if total == 1 else 's'}"]
    if table.lifters:
        parts.append(f"{table.scored:,} of {total:,} scored")
    if table.differing:
        parts.append(f"{MARK} {table.differing:,}")
    if table.failed:
        parts.append(f"{WARNING} {table.failed:,}")
    return " · ".join(parts)
