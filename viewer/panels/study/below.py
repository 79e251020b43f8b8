"""The line below the plot of the study: of how many clips it is, how far the intervals are, and what to do about it.

No Qt here.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.study.study import Study
from core.study.words import listed, several

__all__ = ["Standing", "below_said"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far things are. scored, total : clips. passing : of those compared how many pass the filter of the clip
    table, None where it lets all through. hidden : lifters that are compared, though not drawn in other panels.
    wanted : resamples of the study that is to come, or was stopped; stopped : somebody stopped it; failed : nothing can
    be compared.
    """

    scored: int = 0
    total: int = 0
    passing: int | None = None
    hidden: tuple[str, ...] = ()
    wanted: int = 0
    stopped: bool = False
    failed: bool = False


def below_said(study: Study | None, standing: Standing) -> str:
    """In a line, what is out of the ordinary first, as its end may have no room."""
    parts = [_clips(study, standing)]
    how_far = "" if standing.failed else _resamples(study, standing)
    parts += [how_far] if standing.wanted else []
    if study is not None and standing.passing is not None:
        compared = len(study.scores)
        parts.append(f"{standing.passing:,} of {compared:,} pass the filter; numbers are of all {compared:,}")
    if standing.hidden:
        parts.append(f"hidden elsewhere, compared here: {listed(standing.hidden)}")
    parts += [] if standing.wanted else [how_far]
    return " · ".join(filter(None, parts))


def _clips(study: Study | None, standing: Standing) -> str:
    total = several(standing.total, "clip")
    waiting = standing.scored < standing.total
    if study is None:
        return f"{standing.scored:,} of {total} scored" if waiting else total
    compared = len(study.scores)
    said = f"{standing.scored:,} of {total} scored" if waiting else total
    if study.left_out:
        why = "; ".join(study.left_out)
        return f"{said}, {compared:,} compared ({why})" if waiting else f"{compared:,} of {total} compared ({why})"
    return f"{said}, numbers of {compared:,} so far" if compared < standing.scored else said


def _resamples(study: Study | None, standing: Standing) -> str:
    n = 0 if study is None else study.resampling.n
    if standing.stopped:
        return f"stopped at {n:,} of {standing.wanted:,} resamples"
    if not standing.wanted:
        return f"{n:,} resamples" if n else ""
    if not n:
        return "computing intervals…"
    return f"{n:,}{f' of {standing.wanted:,}' if n < standing.wanted else ''} resamples, computing…"
