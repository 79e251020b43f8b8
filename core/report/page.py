"""The report as one page that needs nothing else: figures inside, no script, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from core.evaluation import ReferenceKind
from core.report.facts import counts_words, dataset_words, estimator_words, reference_words, simulated
from core.report.in_short import verdict_lines, warnings_of
from core.report.methods import methods, references
from core.report.records import Section, Subject, Table
from core.results.notes import note_lines
from core.study.words import BY, listed

__all__ = ["inline_svg", "page_html"]

_ADDRESSES = re.compile(r'(\bid="|href="#|url\(#)')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_PIECES = re.compile(r"[\s-]+")
_SHORT, _LONG, _LONG_NUMBER, _MOST_SPANS = 10, 20, 12, 4
"""Letters of cells that are never broken; of pieces of words that may be broken anywhere, lest their column widens a
table beyond the page; and how many columns of intervals that are kept on one line a page has room for."""


def page_html(subject: Subject, short: Section, sections: Sequence[Section], svgs: Mapping[str, bytes]) -> bytes:
    """The page. svgs : of every drawing, by its name."""
    drawn = [(drawing.name, section.title) for section in sections for drawing in section.drawings]
    record, study = subject.record, subject.study
    kinds = [str(pair.verdict) for pair in study.pairs] or ["undecided"] * len(study.points)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.globals |= {"kind": _kind, "together": _together}
    template = environment.from_string(files("core.report").joinpath("page.html").read_text(encoding="utf-8"))
    text = template.render(
        title=f"Millimetres and degrees: {dataset_words(record).split()[0]}",
        about=_about(subject), loud=_loud(subject), question=_question(subject), short=short, sections=list(sections),
        verdicts=list(zip(kinds, verdict_lines(subject), strict=True)), warnings=warnings_of(subject),
        svgs={name: Markup(inline_svg(svgs[name], name, f"Figure {k}: {title}"))  # noqa: S704 - ours
              for k, (name, title) in enumerate(drawn, 1)},
        numbers={name: k for k, (name, _) in enumerate(drawn, 1)},
        methods=methods(subject), references=references(subject), version=record["versions"]["anglescope"],
        notes=note_lines(record["notes"], len(record["lifters"])), problems=record["problems"],
        versions=", ".join(f"{name} {version}" for name, version in record["versions"].items()),
        command=" ".join(record["command"]),
    )  # fmt: skip
    return text.encode()


def inline_svg(svg: bytes, name: str, title: str) -> str:
    """A figure's file as an element of the page: without its head, its addresses its own. title : what is read out."""
    text = svg.decode()
    text = _METADATA.sub("", text[text.index("<svg") :]).strip()
    text = _ADDRESSES.sub(lambda match: f"{match[1]}{name}-", text)
    said = str(Markup.escape(title)).replace("&#34;", "&quot;")
    text = _TITLE.sub(lambda _: f"<title>{said}</title>", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)


def _kind(text: str, number: bool) -> str:
    """The classes of a cell."""
    longest = max(map(len, _PIECES.split(text)))
    broken = "long" if longest > (_LONG_NUMBER if number else _LONG) else "short" if len(text) <= _SHORT else ""
    return f"{'number ' * number}{broken}".strip()


def _together(table: Table) -> Iterable[tuple[str, ...]]:
    """Its rows, both ends of an interval kept on one line where there are few columns of them."""
    spans = max((sum(" to " in text for text in row) for row in table.rows), default=0)
    to = "\u00a0to\u00a0" if spans <= _MOST_SPANS else " to "
    return (tuple(text.replace(" to ", to) for text in row) for row in table.rows)


def _about(subject: Subject) -> str:
    record = subject.record
    return (f"{counts_words(subject)} of {dataset_words(record)}; {listed(list(subject.lifters))}; angles by "
            f"{estimator_words(record)}, shoulder as {record['conventions']['shoulder']}, against "
            f"{reference_words(subject)}.")  # fmt: skip


def _loud(subject: Subject) -> str:
    """What no reader may overlook."""
    said = ["angles are held against a stand-in for ISB angles"] if subject.study.kind is not ReferenceKind.ISB else []
    said += [f"simulated: {listed(made)}"] if (made := simulated(subject)) else []
    return "; ".join(said)


def _question(subject: Subject) -> str:
    by = BY[subject.study.options.by]
    if not subject.study.pairs:
        return f"How large are position error ({by}) and joint-angle error?"
    return f"Does the lifter with the lower position error ({by}) also have the better joint angles?"
