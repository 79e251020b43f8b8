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
        str | None, typer.Option("--format", metavar="NAME", help="Read the file as this format, undetected.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say what a file or folder is: format, clips, frames, rig, axes, units, and what is odd in it.

    A dataset's clips are all read and inspected. A file that is no motion is named. Exit code 1 for a file that is
    broken, or fits several formats: name one with --format.
    """
    from core.cli.reports import report_on

    report = report_on(path, format_name)
    if as_json:
        print_json(report)
    else:
        _print(report)


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
    varied = [i for i in range(len(names) + 1) if i == 0 or len({row[i] for row in rows}) > 1 or len(rows) == 1]
    for index in (i for i in range(1, len(names) + 1) if i not in varied):
        typer.echo(f"  every one: {names[index - 1]} {rows[0][index]}")
    print_table([["", *names][i] for i in varied], [[row[i] for i in varied] for row in rows])
    if len(items) > MOST_ITEMS:
        typer.echo(f"... and {len(items) - MOST_ITEMS} more (--json lists all)")


def _cell(value: object) -> str:
    return "" if value is None else _short(value)


def _print_findings(items: list[dict[str, Any]]) -> None:
    """What is odd; the same finding of several records once, with the records it was made in."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in items:
        for finding in item["findings"]:
            places.setdefault((finding["severity"], finding["message"]), []).append(item["key"])
    if not places:
        typer.echo("odd: nothing found" if any("findings" in item for item in items) else "")
        return
    typer.echo("odd:")
    for (severity, message), keys in sorted(places.items(), key=lambda entry: _RANK[entry[0][0]]):
        typer.echo(f"  {severity}: {_where(keys, len(items))}{message}")


_RANK = {"error": 0, "warning": 1, "note": 2}


def _where(keys: list[str], n_items: int) -> str:
    if n_items == 1:
        return ""
    shown = ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
    return f"{shown}: "
