"""What ``anglescope info`` reports, as plain data: the same for the text and for ``--json``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.cli.output import tracked
from core.cli.weights_report import weights_report
from core.dataset import Dataset, load_clip, open_dataset
from core.dataset.entries import ClipEntry
from core.errors import DataError
from core.files import files_under, read_bytes, sha256_hex
from core.formats.base import Content, Item, Record
from core.formats.registry import candidates, format_named, read
from core.inspection import Finding, inspect
from core.inspection.other_files import name_other_file
from core.inspection.summary import summarise
from core.results.recordings import has_dataset_layout

__all__ = ["Report", "report_on"]

Report = dict[str, Any]
"""``path``, ``facts``, ``notes``, ``items`` (each ``key``, ``facts``, ``notes``, ``findings``), and for a dataset
``clips`` and ``problems``. Holds only what JSON holds."""


def report_on(path: Path, format_name: str | None = None) -> Report:
    """Report on a file, a dataset or another folder.

    Raises :class:`DataError` for a file that is missing, broken, of no known kind or of several.
    """
    if not path.is_dir():
        weights = None if format_name else weights_report(path)
        return _file(path, format_name) if weights is None else weights
    return _dataset(path, open_dataset(path)) if has_dataset_layout(path) else _folder(path)


def _file(path: Path, format_name: str | None) -> Report:
    other = None if format_name or candidates(path) else name_other_file(path)
    if other is not None:
        data = read_bytes(path)
        facts = {"format": f"{other} (not read as motion)", "bytes": len(data), "sha256": sha256_hex(data)}
        return {"path": str(path), "facts": facts, "notes": [], "items": []}
    content = read(path, format_name)
    known = format_named(content.format)
    facts = {"format": f"{known.title} ({known.name})", **dict(content.facts), "sha256": content.sha256}
    items = [_item(item, content) for item in content.items]
    return {"path": str(path), "facts": facts, "notes": list(content.notes), "items": items}


def _item(item: Item, content: Content) -> Report:
    named = {"subject": item.subject, "action": item.action, "camera": item.camera}
    facts = {**{name: value for name, value in named.items() if value}, **summarise(item.record)}
    notes = [note for note in _notes(item.record) if note not in content.notes]
    return {"key": item.key, "facts": facts, "notes": notes, "findings": _findings(inspect(item.record))}


def _notes(record: Record) -> tuple[str, ...]:
    return getattr(record, "notes", ())


def _findings(findings: Sequence[Finding]) -> list[Report]:
    return [
        {"kind": str(f.kind), "severity": str(f.severity), "message": f.message, "frames": [list(s) for s in f.frames]}
        for f in findings
    ]


def _dataset(path: Path, dataset: Dataset) -> Report:
    items, problems = [], [problem.message for problem in dataset.problems]
    for entry in tracked(dataset.clips, len(dataset), "inspecting"):
        try:
            items.append(_clip(entry, dataset))
        except DataError as error:
            problems.append(str(error))
    return {"path": str(path), "facts": _dataset_facts(dataset), "notes": list(dataset.notes), "clips": len(dataset),
            "problems": problems, "items": items}  # fmt: skip


def _dataset_facts(dataset: Dataset) -> Report:
    clips = dataset.clips
    rates = sorted({clip.fps for clip in clips})
    return {
        "format": "dataset in AthletePose3D layout",
        "clips": len(clips),
        "frames": sum(clip.n_frames for clip in clips),
        "seconds": round(sum(clip.n_frames / clip.fps for clip in clips), 1),
        "athletes": _counted(clip.athlete for clip in clips),
        "activities": _counted(clip.activity for clip in clips),
        "splits": _counted(clip.split for clip in clips),
        "cameras": len(dataset.cameras),
        "fps": ", ".join(f"{rate:g}" for rate in rates),
        "labels": ", ".join(str(n) for n in sorted({clip.n_labels for clip in clips})),
        "fingerprint": dataset.fingerprint,
    }


def _counted(values: Any) -> str:
    names = sorted({value for value in values if value})
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{len(names)}: {', '.join(names[:12])}{more}" if names else "none"


def _clip(entry: ClipEntry, dataset: Dataset) -> Report:
    """One clip: the facts of its poses, and of its labelled points where it has them."""
    clip = load_clip(entry, dataset)
    facts = summarise(clip.poses)
    findings = list(inspect(clip.poses))
    if clip.points is not None:
        points = summarise(clip.points)
        facts |= {"labels": points["labels"], "landmark set": points["landmark set"]}
        said = {finding.kind for finding in findings}
        findings += [finding for finding in inspect(clip.points) if finding.kind not in said]
    return {"key": clip.name, "facts": facts, "notes": list(clip.notes), "findings": _findings(findings)}


def _folder(path: Path) -> Report:
    """A folder that is no dataset: its files, each named; a broken one is a problem and not the end."""
    items, problems = [], []
    files = files_under(path)
    if not files:
        raise DataError("folder has no files", path=path)
    for file in tracked(files, len(files), "reading"):
        try:
            report = _file(file, None)
        except DataError as error:
            problems.append(str(error))
            continue
        items.append(_as_item(report, file.relative_to(path).as_posix()))
    facts = {"format": "folder of files, no dataset", "files": len(files), "broken": len(problems)}
    return {"path": str(path), "facts": facts, "notes": [], "problems": problems, "items": items}


def _as_item(report: Report, key: str) -> Report:
    """One line of a folder's report: the file's format, and what it holds where it holds one record."""
    records = report["items"]
    facts = {"format": report["facts"]["format"], "records": len(records)}
    if len(records) == 1:
        facts |= {name: records[0]["facts"].get(name) for name in ("frames", "fps", "axes", "units")}
    findings = [finding for record in records for finding in record["findings"]]
    return {"key": key, "facts": facts, "notes": report["notes"], "findings": findings}
