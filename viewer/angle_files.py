"""The angles of the clip on screen as files: reference, floor and every lifter, one file each, and where they are from.

No Qt here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from core.conventions import ShoulderView
from core.errors import DataError
from core.evaluation import REFERENCE, Reference
from core.export.opensim import write_mot
from core.export.opensim_coordinates import write_coordinates
from core.export.tables import write_angles_csv
from core.files import write_atomic
from core.records import Angles
from viewer.content import ClipContent
from viewer.exporting import clip_provenance
from viewer.jobs import Progress, Work
from viewer.view import EngineView, SourceEdit
from viewer.workspace import Workspace, estimator_for, load_content

__all__ = ["AngleFormat", "angle_paths", "angles_of", "export_angles"]


_UNSAFE = re.compile(r"[^\w.\-]+")


class AngleFormat(StrEnum):
    """How angles are written. coordinates : MOT with those that OpenSim's models know, under their names there."""

    MOT = "mot"
    STO = "sto"
    CSV = "csv"
    COORDINATES = "coordinates"


def angles_of(content: ClipContent) -> dict[str, Angles]:
    """Angles by the name of their source, the reference first, then the floor where there is one. Of a file alone,
    whose content must be in the view ``components``, its own.
    """
    if content.found is None:
        return {track.name: Angles(track.angles_deg, content.estimator, track.notes) for track in content.tracks}
    reference: Reference = content.found.reference
    found = {REFERENCE: reference.angles}
    if not reference.stands_in:
        found["floor"] = reference.floor
    return found | {e.source: e.angles for e in content.evaluations if e.source != REFERENCE}


def angle_paths(content: ClipContent, folder: Path, kind: AngleFormat) -> tuple[Path, ...]:
    """Every file that would be written, the record last."""
    names = angles_of(content)
    suffix = "_coordinates.mot" if kind is AngleFormat.COORDINATES else f"_angles.{kind}"
    stem = _safe(content.name)
    return (*(folder / f"{stem}_{_safe(name)}{suffix}" for name in names), folder / f"{stem}{suffix}.json")


def _safe(name: str) -> str:
    """A name as a part of a file's."""
    return _UNSAFE.sub("_", name)


def export_angles(
    content: ClipContent, workspace: Workspace, engine: EngineView, edits: Sequence[SourceEdit], folder: Path,
    kind: AngleFormat,
) -> Work[Path]:  # fmt: skip
    """Write ``<clip>_<source>_angles.<suffix>`` for each source, and a record of where they are from.

    The shoulder is in the view that is shown, in the file's names and header; coordinates need none. Raises
    :class:`DataError` where there are no angles and :class:`core.errors.OutputError` where the disk says no.
    """
    *paths, beside = angle_paths(content, folder, kind)
    yield Progress(0, len(paths) + 1, "angles")
    stored = content
    if content.found is None and content.shoulder is not ShoulderView.COMPONENTS:
        plain = replace(engine, shoulder=ShoulderView.COMPONENTS)
        stored = load_content(workspace, content.name, plain, estimator_for(plain, len(workspace.clips)), edits)
    found = angles_of(stored)
    if not found:
        raise DataError("has no angles to export", path=content.name)
    for done, (path, (name, angles)) in enumerate(zip(paths, found.items(), strict=True)):
        yield Progress(done, len(paths) + 1, path.name)
        _write(path, angles, content, kind, name)
    files = dict(zip(found, (path.name for path in paths), strict=True))
    record = {"anglescope_angle_files": 1, "format": str(kind), "files": files}
    record |= clip_provenance(content, workspace, engine)
    write_atomic(beside, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())
    return beside


def _write(path: Path, angles: Angles, content: ClipContent, kind: AngleFormat, name: str) -> None:
    said = (f"Clip: {content.name}; source: {name}{' (edited by hand)' if name in content.edited else ''}",)
    if kind is AngleFormat.CSV:
        write_angles_csv(path, angles, content.fps, content.shoulder)
    elif kind is AngleFormat.COORDINATES:
        write_coordinates(path, angles, content.fps, said)
    else:
        write_mot(path, angles, content.fps, content.shoulder, said)
