"""The page in print and for who cannot see it: tables that cannot widen it, heads of rows, figures with titles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import zip_longest

import pytest

from core.report.in_short import in_short
from core.report.page import inline_svg, page_html
from core.report.records import Section, Table
from core.report.style import text_width_mm

ROOM_MM = 210 - 2 * 18
PADDING_MM = 14 / 96 * 25.4
LETTERS_PT = {"": 8.0, "many": 6.5}


@dataclass
class Grid:
    """A table: its class, and (tag, scope, class, text) of the cells of each row."""

    kind: str
    rows: list[list[list[str]]] = field(default_factory=list)


class Tables(HTMLParser):
    """All tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Grid] = []
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.found.append(Grid(given.get("class", "")))
        elif tag == "tr":
            self.found[-1].rows.append([])
        elif tag in ("th", "td"):
            self.cell = [tag, given.get("scope", ""), given.get("class", ""), ""]
            self.found[-1].rows[-1].append(self.cell)

    def handle_endtag(self, tag: str) -> None:
        self.cell = None if tag in ("th", "td") else self.cell

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell[3] += data


def tables_of(page: bytes) -> list[Grid]:
    found = Tables()
    found.feed(page.decode())
    return found.found


def least_mm(grid: Grid) -> float:
    """The width below which the table cannot go: of every column what is never broken, in letters that are wider than
    those of the page.
    """
    columns = zip_longest(*grid.rows, fillvalue=["td", "", "", ""])
    return sum(PADDING_MM + max(_unbroken_mm(cell, grid.kind) for cell in column) for column in columns)


def _unbroken_mm(cell: list[str], kind: str) -> float:
    _, _, classes, text = cell
    if kind == "many" or "long" in classes:
        pieces = list(text)
    elif "short" in classes:
        pieces = [text]
    else:
        pieces = re.split(r" |(?<=-)", text)
    return max(
        (text_width_mm(piece.replace("\u00a0", " "), LETTERS_PT[kind]) for piece in pieces if piece), default=0.0
    )


@pytest.fixture(scope="module")
def grids(folder) -> list[Grid]:
    return tables_of((folder / "report.html").read_bytes())


def test_no_table_can_be_wider_than_a4(grids):
    """A browser shrinks all pages of a print to the widest thing on one of them."""
    assert len(grids) >= 7
    for grid in grids:
        assert least_mm(grid) <= ROOM_MM, grid.rows[0]


@pytest.mark.parametrize("lifters", [2, 4, 8, 24])
def test_no_table_of_long_names_can_be_wider_than_a4(subject, lifters):
    heads = ("angle", *(f"a_lifter_with_quite_a_long_name_{k}, °" for k in range(lifters)))
    row = (f"{'sha256' * 12} of {heads[1]}", *["−147.95 (−130.25 to −160.15)"] * lifters)
    section = Section("made", "Made", (), tables=(Table("Made.", heads, (row,), numbers=lifters),))
    (grid,) = tables_of(page_html(subject, section, [], {}))
    assert least_mm(grid) <= ROOM_MM
    kept = "−147.95 (−130.25\u00a0to\u00a0−160.15)" if lifters <= 4 else row[1]
    assert {cell[3] for cell in grid.rows[1][1:]} == {kept}


def test_only_short_cells_are_never_broken(folder, grids):
    style = re.search(r"<style>(.*?)</style>", (folder / "report.html").read_text(encoding="utf-8"), re.DOTALL)
    assert style and re.findall(r"([^{}]*?)\s*\{[^{}]*nowrap", style[1]) == ["\n.short"]
    assert ".long, .many { overflow-wrap: anywhere; }" in style[1]
    short = [cell[3] for grid in grids for row in grid.rows for cell in row if "short" in cell[2]]
    assert "undecided" in short and max(map(len, short)) <= 10


def test_sections_flow_and_only_figures_tables_and_heads_hold_together(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "break-before" not in page
    assert re.search(r"figure \{[^}]*break-inside: avoid", page) and re.search(r"h2 \{[^}]*break-after: avoid", page)


def test_every_cell_has_heads(grids):
    for grid in grids:
        heads, *rows = grid.rows
        assert all(cell[:2] == ["th", "col"] and cell[3].strip() for cell in heads)
        assert rows and all(row[0][:2] == ["th", "row"] and row[0][3].strip() for row in rows)
        assert all(cell[0] == "td" for row in rows for cell in row[1:])
        assert {len(row) for row in rows} == {len(heads)}


def test_the_angle_error_stands_beside_the_name(grids, subject):
    (errors,) = (grid for grid in grids if grid.rows[0][0][3] == "lifter")
    assert [cell[3] for cell in errors.rows[0]][:2] == ["lifter", "angle MAE, °"]
    assert [row[0][3] for row in errors.rows[1:]] == [*subject.lifters, "floor of the estimator"]
    assert re.fullmatch(r"1\.62 \(1\.\d\d\sto\s1\.\d\d\)", errors.rows[-1][1][3])


def test_figures_are_titled_by_their_number_and_section(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    titles = re.findall(r"<title>(.*?)</title>", page)[1:]
    numbers = re.findall(r"<b>Figure (\d+)\.</b>", page)
    assert [title.split(":")[0] for title in titles] == [f"Figure {number}" for number in numbers]
    assert titles[:2] == ["Figure 1: Position error against angle error", "Figure 2: Angle by angle"]
    assert re.findall(r'<svg role="img" aria-label="(.*?)"', page) == titles


def test_what_a_figure_is_called_is_escaped():
    made = inline_svg(b'<?xml?><svg width="1"><title>name</title><g id="a"/></svg>', "name", 'Figure 1: <b> & "c"')
    assert made.count("Figure 1: &lt;b&gt; &amp; &quot;c&quot;") == 2 and 'id="name-a"' in made
    assert "<title>name" not in made


def test_sections_without_tables_have_none(subject):
    assert tables_of(page_html(subject, Section("made", "Made", ("Words.",)), [], {})) == []
    assert len(tables_of(page_html(subject, in_short(subject), [], {}))) == 1
