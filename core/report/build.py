"""From a folder of results to all files of its report."""

from __future__ import annotations

import io
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DataError, UsageError
from core.report.folder import FIGURES, METHODS, PAGE, STUDY
from core.report.in_short import in_short
from core.report.methods import methods_text
from core.report.page import page_html
from core.report.records import Drawing, Section, SectionMaker, Subject
from core.report.sections import SECTIONS
from core.report.style import FORMATS, figure_bytes, styled
from core.report.typed import study_json
from core.results.clip_table import read_rows
from core.results.folder import read_run
from core.scoring.executors import HERE, Workers, unordered
from core.study.study import StudyOptions, study_of

__all__ = ["STEPS", "files_of", "read_subject"]

STEPS = len(SECTIONS) + 1
"""How many times :func:`files_of` says that something is done."""


def read_subject(folder: Path, options: StudyOptions, lifters: Sequence[str] = ()) -> Subject:
    """The study of a folder that ``anglescope score`` wrote. lifters : which, in which order; by default all.

    Raises :class:`DataError` where it holds no finished run or nothing to report on, and :class:`UsageError` for a
    lifter that it does not have.
    """
    record = read_run(folder)
    known = list(record["lifters"])
    if not known:
        raise DataError("holds the floor alone, no lifter", path=folder, expected="results of at least one lifter",
                        hint="Score with --lifter NAME=PATH, or make predictions with anglescope lift")  # fmt: skip
    if unknown := [name for name in lifters if name not in known]:
        raise UsageError(f"no lifter {unknown[0]!r} in {folder}; known: {', '.join(known)}")
    rows = read_rows(folder)
    try:
        return Subject(study_of(rows, tuple(dict.fromkeys(lifters)) or known, options), record, folder)
    except DataError as error:
        raise DataError(error.what, path=folder, expected=error.expected, got=error.got, hint=error.hint) from None


def files_of(
    subject: Subject, makers: Sequence[SectionMaker] = SECTIONS, workers: Workers = HERE
) -> Generator[str, None, dict[str, bytes]]:
    """All files by their paths, made section after section; yields what was made.

    The last ones come first: they have the most panels, and whoever begins with them is not waited for at the end.
    """
    made: dict[int, _Made] = {}
    for of_one in unordered(_made, [(k, maker, subject) for k, maker in enumerate(makers)][::-1], workers):
        made[of_one.index] = of_one
        yield makers[of_one.index].__name__ if of_one.section is None else of_one.section.title
    in_order = [made[k] for k in sorted(made)]
    sections = [of_one.section for of_one in in_order if of_one.section is not None]
    files = {name: data for of_one in in_order for name, data in of_one.files.items()}
    svgs = {name.removeprefix(f"{FIGURES}/").removesuffix(".svg"): data
            for name, data in files.items() if name.endswith(".svg")}  # fmt: skip
    files[PAGE] = page_html(subject, in_short(subject), sections, svgs)
    files[METHODS] = methods_text(subject).encode()
    files[STUDY] = study_json(subject)
    yield "page"
    return files


@dataclass(frozen=True, slots=True)
class _Made:
    """What became of a section: it, with figures that are empty by now, and the files of its figures by their paths."""

    index: int
    section: Section | None
    files: Mapping[str, bytes]


def _made(asked: tuple[int, SectionMaker, Subject]) -> _Made:
    index, maker, subject = asked
    files: dict[str, bytes] = {}
    with styled():
        section = maker(subject)
        for drawing in () if section is None else section.drawings:
            files |= _figure_files(drawing)
    return _Made(index, section, files)


def _figure_files(drawing: Drawing) -> dict[str, bytes]:
    """The figure in every format and its numbers; the figure is let go of then."""
    found: dict[str, Any] = {kind: figure_bytes(drawing.figure, drawing.name, kind) for kind in FORMATS}
    buffer = io.BytesIO()
    drawing.numbers.write_csv(buffer)
    drawing.figure.clear()
    return {f"{FIGURES}/{drawing.name}.{kind}": data for kind, data in (found | {"csv": buffer.getvalue()}).items()}
