"""``anglescope info``: what a file or folder is, and what is odd in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.output import print_json, print_table

__all__ = ["info"]

MOST_ITEMS = 30
"""Records and clips listed in the text report; JSON lists all."""


def info(
    path: Annotated[Path, typer.Argument(help="A file, a dataset folder, or any folder of files.")],
    format_name: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="Read PATH as this format instead of detecting it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say what a file or folder is: format, clips, frames, rig, axes, units, and what is odd in it.

    Every clip of a dataset is read and looked at: swapped or mirrored sides, wrong units, frozen or missing frames,
    breaks, bones that change. Of a file that holds no motion only the kind is named. Exit code 1 where a file is
    broken, or fits several formats (name one with --format); what is merely odd ends with 0.
    """
    from core.cli.reports import report_on

    report = report_on(path, format_name)
    if as_json:
        print_json(report)
    else:
        _print(report)
    if report.get("problems"):
        raise typer.Exit(1)


def _print(report: dict[str, Any]) -> None:
    typer.echo(report["path"])
    items = report.get("items", [])
    if len(items) == 1 and not report.get("clips"):
        _print_facts({**report["facts"], **items[0]["facts"]})
        _print_list("notes", [*report["notes"], *items[0]["notes"]])
        _print_findings(items)
        return
    _print_facts(report["facts"])
    _print_list("notes", report["notes"])
    _print_list("problems", report.get("problems", []))
    _print_items(items)
    _print_grouped("notes on records", [(note, i["key"]) for i in items for note in i["notes"]], len(items))
    _print_findings(items)


def _print_facts(facts: dict[str, Any]) -> None:
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        typer.echo(f"  {name:<{width}}  {'not stated' if value is None else _short(value)}")


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print_list(title: str, lines: list[str]) -> None:
    if lines:
        typer.echo(f"{title}:")
        for line in lines:
            typer.echo(f"  - {line}")


def _print_items(items: list[dict[str, Any]]) -> None:
    """One row per record: the facts in which they differ."""
    if not items:
        return
    names = list(dict.fromkeys(name for item in items for name in item["facts"]))
    rows = [[item["key"], *(_cell(item["facts"].get(name)) for name in names)] for item in items[:MOST_ITEMS]]
    alike = [i for i in range(1, len(names) + 1) if len(rows) > 1 and len({row[i] for row in rows}) == 1]
    same = [f"{names[i - 1]} {rows[0][i]}" for i in alike if rows[0][i]]
    if same:
        typer.echo(f"all {len(items)} records: {', '.join(same)}")
    shown = [i for i in range(len(names) + 1) if i not in alike]
    print_table([["record", *names][i] for i in shown], [[row[i] for i in shown] for row in rows])
    if len(items) > MOST_ITEMS:
        typer.echo(f"... and {len(items) - MOST_ITEMS} more (--json lists all)")


def _cell(value: object) -> str:
    return "" if value is None else _short(value)


def _print_findings(items: list[dict[str, Any]]) -> None:
    """What is odd, the worst first."""
    if not items:
        return
    found = [(finding, item["key"]) for item in items for finding in item["findings"]]
    found.sort(key=lambda pair: _RANK[pair[0]["severity"]])
    lines = [(f"{finding['severity']}: {finding['message']}", key) for finding, key in found]
    _print_grouped("odd", lines, len(items))
    if not lines:
        typer.echo("odd: nothing found")


def _print_grouped(title: str, lines: list[tuple[str, str]], n_items: int) -> None:
    """Lines said of records: what several share once, with their names."""
    places: dict[str, list[str]] = {}
    for line, key in lines:
        places.setdefault(line, []).append(key)
    _print_list(title, [line + _where(keys, n_items) for line, keys in places.items()])


_RANK = {"error": 0, "warning": 1, "note": 2}


def _where(keys: list[str], n_items: int) -> str:
    if n_items == 1:
        return ""
    if len(keys) == n_items:
        return f" [all {n_items}]"
    return f" [{', '.join(keys[:3])}" + (f" and {len(keys) - 3} more]" if len(keys) > 3 else "]")
