"""What the study panel says in words: rows beside the plot, and the line below it. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.evaluation import ReferenceKind
from core.study.correlation import Correlation
from core.study.pairs import Verdict
from core.study.study import Study
from core.study.words import POSITION, level_words, listed, number, of_chance, several
from viewer.panels.study.pair_words import by_groups, of_angle, others_of, pair_row
from viewer.panels.study.reported import Reported
from viewer.panels.study.row import WARNING, Kind, Row, held, note, with_range
from viewer.panels.study.titles import group_names, less
from viewer.view import StudyPlot
from viewer.wording import short_names

__all__ = ["PUBLISHED", "Around", "Kind", "Row", "rows_of", "summary", "with_range"]

PUBLISHED = "published for Human3.6M, not measured here"
_HEADS = {StudyPlot.ATHLETES: "athlete", StudyPlot.ACTIVITIES: "activity"}


@dataclass(frozen=True, slots=True)
class Around:
    """What words beside the plot depend on, but for the numbers. plot, angle, title : what is looked at; the angle and
    its name where it is one. aligned : the position error is that of the alignment of the skeletons. left_out : lifters
    that are not compared because the user says so. reported : what a report of the same clips says. unlike : by lifter,
    how its joints differ from the reference's.
    """

    plot: StudyPlot = StudyPlot.ALL
    angle: int | None = None
    title: str = ""
    aligned: bool = True
    left_out: tuple[str, ...] = ()
    reported: Reported = field(default_factory=Reported)
    unlike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def rows_of(study: Study, around: Around) -> tuple[Row, ...]:
    """Everything beside the plot."""
    short = short_names(study.scores.lifters)
    of = f" in {around.title.lower()}" if around.title else ""
    pairs = _pairs(study, around, short) or [note("With one lifter there is nothing to compare.")]
    drawn = study.resampling.n > 0
    return (
        *_by_group(study, around, short),
        _head(f"Do fewer mm mean fewer degrees{of}?"), *_reservations(study, around), *pairs, *_between(study),
        _head("Do clips with more mm have more degrees?"), *(_lifter(one, short, drawn=drawn) for one in study.within),
        _head("How this was found"), *map(note, _notes(study, around)),
    )  # fmt: skip


def _few(study: Study) -> str:
    """Who are too few for intervals, '' where there are enough."""
    resampling = study.resampling
    if not resampling.few:
        return ""
    return several(resampling.n_athletes, "athlete") if resampling.n_athletes > 1 else (
        f"{several(resampling.n_takes, 'take')} of one athlete")  # fmt: skip


def _head(text: str) -> Row:
    return Row(Kind.HEAD, text, said=text)


def _reservations(study: Study, around: Around) -> Iterator[Row]:
    """What makes every verdict less than it seems, in short; in full where the mouse is."""
    short, full = [], []
    if study.kind is ReferenceKind.STAND_IN:
        short.append("no ISB angles: the estimator on the reference poses stands in")
        full.append("No clip has labelled points that can serve: every angle error is against the estimator on the "
                    "reference poses, not against ISB angles.")  # fmt: skip
    if study.resampling.n_takes == 1:
        short.append("one take alone gives no intervals")
        full.append("Intervals come from drawing whole athletes and takes anew; a single one is always the same.")
    elif few := _few(study):
        short.append(f"{few}: intervals are mostly too narrow")
        full.append(f"Few clusters ({study.resampling.stages}): percentile intervals of fewer than ten are unreliable, "
                    "most often too narrow. Verdicts speak of these athletes, not of others.")  # fmt: skip
    if unlike := list(dict.fromkeys(line for name in study.scores.lifters for line in around.unlike.get(name, ()))):
        short.append("lifters' joints are other points than the reference's")
        full += [f"Unlike joints: {line}." for line in unlike]
    if study.pairs and any(around.reported.changes(pair) is None for pair in study.pairs):
        short.append("confounders are not taken out: anglescope report does that")
        full.append("anglescope report measures the clips of a results folder again with what is not the lifter taken "
                    "out, and says which verdicts hang on it; they are marked here once that is done, for the same "
                    "clips, lifters and position error.")  # fmt: skip
    if short:
        text = "; ".join(short)
        yield note(f"{WARNING} {text[0].upper()}{text[1:]}.", "\n".join(full))


def _pairs(study: Study, around: Around, short: Mapping[str, str]) -> list[Row]:
    rows = []
    for pair in study.pairs:
        changes = around.reported.changes(pair) if around.angle is None else ()
        rows.append(pair_row(of_angle(pair, around.angle), others_of(study, pair, around.angle), short,
                             angle=around.title, changes=changes or (), athletes=pair.athletes,
                             drawn=study.resampling.n > 0))  # fmt: skip
    return rows


def _lifter(one: Correlation, short: Mapping[str, str], *, drawn: bool) -> Row:
    numbers = _correlations(one, drawn=drawn)
    return Row(Kind.LIFTER, short[one.of], (held(numbers),), (one.of,),
               said=f"{one.of}, {several(one.n, 'clip')}: Kendall's tau and Spearman's rho {numbers}")  # fmt: skip


def _correlations(one: Correlation, *, drawn: bool) -> str:
    """Drawn : intervals are computed."""
    tau, rho = (with_range(of, 2, "") if drawn else number(of.value, 2) for of in (one.kendall, one.spearman))
    return f"τ {tau} · ρ {rho}"


def _between(study: Study) -> Iterator[Row]:
    """How the order of the lifters by millimetres agrees with that by degrees, where there are several."""
    one = study.between[0]
    if one.n < 2:
        return
    title = f"Ranks of the {one.n} lifters by mm and by degrees"
    chance = f"An opposite order comes by chance in {of_chance(one.chance)}"
    numbers = _correlations(one, drawn=study.resampling.n > 0)
    yield Row(Kind.NOTE, title, (held(numbers), held(chance)), said=f"{title}: Kendall's tau and Spearman's rho "
              f"{numbers}. {chance}.")  # fmt: skip


def _by_group(study: Study, around: Around, short: Mapping[str, str]) -> Iterator[Row]:
    what = _HEADS.get(around.plot)
    if what is None or not study.pairs:
        return
    points = study.by_athlete if around.plot is StudyPlot.ATHLETES else study.by_activity
    labels = group_names({point.group for point in points}, blanks=around.plot is StudyPlot.ACTIVITIES)
    yield _head(f"By {what}, of means without intervals")
    yield from by_groups(study, points, around.angle, labels, what, short)


def _notes(study: Study, around: Around) -> Iterator[str]:
    resampling = study.resampling
    if resampling.n:
        yield (f"{level_words(study.options.level)} intervals: {resampling.stages}, {resampling.n:,} resamples, seed "
               f"{resampling.seed}.")  # fmt: skip
    stand_in = "the estimator on the reference poses, which stands in: no clip has ISB angles"
    yield f"Held against {stand_in if study.kind is ReferenceKind.STAND_IN else 'ISB angles'}."
    chosen = "that of the alignment of the skeletons" if around.aligned else "chosen here"
    yield f"Position error: {POSITION[study.options.by]}; {chosen}."
    if study.pairs:
        yield (f"Both intervals leave out 0, in opposite directions: {Verdict.REVERSED}; in the same: "
               f"{Verdict.AGREES}; one holds 0: {Verdict.UNDECIDED}. Flip: on a clip the lifter with fewer mm has more "
               f"degrees. Alike: the 90 % interval lies within ±{study.options.margin_deg:g}°.")  # fmt: skip
    if around.left_out:
        yield f"Not compared, as you chose: {listed(around.left_out)}."
    yield from (f"Left out: {line}." for line in study.left_out)


def summary(study: Study, around: Around, pair: tuple[str, str] | None) -> str:
    """The verdicts in a line, for where there is no room for rows. pair : that alone."""
    pairs = [of_angle(each, around.angle) for each in study.pairs if pair in (None, (each.fewer_mm, each.other))]
    if not pairs:
        return "one lifter: nothing to compare"
    if not study.resampling.n:
        return "computing intervals…"
    warned = bool(list(_reservations(study, around)))
    if len(pairs) == 1:
        said = f"{less((pairs[0].fewer_mm, pairs[0].other))}: {pairs[0].verdict}"
    else:
        counts = ((verdict, sum(each.verdict is verdict for each in pairs)) for verdict in Verdict)
        told = [f"{n} {verdict}" for verdict, n in counts if n]
        said = f"{several(len(pairs), 'pair')}: {', '.join(told)}"
    return f"{said}\u00a0{WARNING}" if warned else said
