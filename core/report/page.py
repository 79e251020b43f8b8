"""The report as one page that needs nothing else: figures inside, no script, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from core.evaluation import ReferenceKind
from core.report.facts import counts_words, dataset_words, estimator_words, reference_words, simulated
from core.report.in_short import verdict_lines, warnings_of
from core.report.methods import methods, references
from core.report.records import Section, Subject
from core.report.words import BY, listed
from core.results.notes import note_lines

__all__ = ["inline_svg", "page_html"]

_ADDRESSES = re.compile(r'(\bid="|href="#|url\(#)')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


def page_html(subject: Subject, short: Section, sections: Sequence[Section], svgs: Mapping[str, bytes]) -> bytes:
    """The page. svgs : of every drawing, by its name."""
    drawings = [drawing for section in sections for drawing in section.drawings]
    record, study = subject.record, subject.study
    kinds = [str(pair.verdict) for pair in study.pairs] or ["undecided"] * len(study.points)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    template = environment.from_string(files("core.report").joinpath("page.html").read_text(encoding="utf-8"))
    text = template.render(
        title=f"Millimetres and degrees: {dataset_words(record).split()[0]}",
        about=_about(subject), loud=_loud(subject), question=_question(subject), short=short, sections=list(sections),
        verdicts=list(zip(kinds, verdict_lines(subject), strict=True)), warnings=warnings_of(subject),
        svgs={d.name: Markup(inline_svg(svgs[d.name], d.name, d.caption)) for d in drawings},  # noqa: S704 - ours
        numbers={drawing.name: k for k, drawing in enumerate(drawings, 1)},
        methods=methods(subject), references=references(subject), version=record["versions"]["anglescope"],
        notes=note_lines(record["notes"], len(record["lifters"])), problems=record["problems"],
        versions=", ".join(f"{name} {version}" for name, version in record["versions"].items()),
        command=" ".join(record["command"]),
    )  # fmt: skip
    return text.encode()


def inline_svg(svg: bytes, name: str, label: str) -> str:
    """A figure's file as an element of the page: without its head, its addresses its own. label : what is read out."""
    text = svg.decode()
    text = _METADATA.sub("", text[text.index("<svg") :]).strip()
    text = _ADDRESSES.sub(lambda match: f"{match[1]}{name}-", text)
    said = str(Markup.escape(label)).replace("&#34;", "&quot;")
    return text.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)


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
