"""ISB angles of every recording with labelled points under a path, one CSV each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from core import __version__
from core.angles.hip_centre import DEFAULT_REGRESSION
from core.angles.isb import isb_angles
from core.angles.landmarks import LandmarkSet, resolve
from core.angles.rigidity import not_rigid
from core.conventions import ShoulderView, angles_in
from core.dataset import Dataset, load_clip
from core.errors import DataError, OutputError
from core.export.naming import record_name
from core.export.tables import write_angles_csv
from core.files import ensure_writable_folder, read_bytes, write_atomic
from core.formats.registry import candidates, read
from core.records import Points
from core.results.recordings import ENDING, RECORD, LooseFiles

__all__ = ["AngleFile", "AngleOptions", "write_angle_files"]


@dataclass(frozen=True, slots=True)
class AngleOptions:
    """Choices that change the numbers, as in :func:`core.angles.isb.isb_angles`."""

    shoulder: ShoulderView = ShoulderView.COMPONENTS
    hip_regression: str = DEFAULT_REGRESSION
    landmark_sets: tuple[LandmarkSet, ...] | None = None


@dataclass(frozen=True, slots=True)
class AngleFile:
    """One recording or file done. path : its CSV; None where ``problem`` or ``skipped`` says why there is none.

    skipped : a file of a folder that has no angles to give, in a few words; nothing is wrong with it.
    """

    name: str
    path: Path | None = None
    n_frames: int = 0
    sha256: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    skipped: str = ""


class _Listed(msgspec.Struct):
    """One recording of an ``angles.json``: the name of its CSV."""

    file: str | None = None


class _Record(msgspec.Struct):
    """What this module needs of the ``angles.json`` of an earlier run."""

    recordings: list[_Listed]


def write_angle_files(
    found: Dataset | LooseFiles, out: Path, options: AngleOptions, *, overwrite: bool = False
) -> Iterator[AngleFile]:
    """Write ``<name>_angles.csv`` for every recording and, at the end, ``angles.json`` with their provenance.

    A recording that cannot be used, or would take the name of another, comes as an item with its problem; the rest go
    on. overwrite : the CSVs that an earlier run's ``angles.json`` lists are removed first, and nothing else. A run
    that is stopped lists what it wrote. Raises :class:`OutputError` where the folder already holds such files, or
    cannot be written.
    """
    if not overwrite and out.is_dir() and ((out / RECORD).exists() or any(out.glob(f"*{ENDING}"))):
        raise OutputError(f"{out}: holds angles of another run; choose another folder, or --overwrite to replace them")
    ensure_writable_folder(out)
    _remove_earlier(out)
    done: list[AngleFile] = []
    taken: set[str] = set()
    complete = False
    try:
        for name, points in _recordings(found, options.landmark_sets):
            item = _done(name, points, out, options, taken)
            done.append(item)
            yield item
        complete = True
    finally:
        _write_record(out, options, done, complete)


def _remove_earlier(out: Path) -> None:
    """Remove the CSVs that ``angles.json`` lists, then itself: what stays must not pass for a result of this run."""
    record = out / RECORD
    if not record.exists():
        return
    try:
        listed = msgspec.json.decode(read_bytes(record), type=_Record).recordings
    except (DataError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OutputError(
            f"{record}: cannot be read, so the files of the earlier run are not known ({error}). Choose another folder"
        ) from None
    names = {item.file for item in listed if item.file and Path(item.file).name == item.file}
    try:
        for name in sorted(name for name in names if name.endswith(ENDING)):
            (out / name).unlink(missing_ok=True)
        record.unlink()
    except OSError as error:
        raise OutputError(f"{out}: files of the earlier run cannot be removed ({error.strerror or error})") from None


def _recordings(
    found: Dataset | LooseFiles, sets: tuple[LandmarkSet, ...] | None
) -> Iterator[tuple[str, Points | AngleFile]]:
    """Name and labelled points of each recording, or the item that says why there are none."""
    if isinstance(found, LooseFiles):
        for path in found.paths:
            yield from _of_file(path, found, sets)
        return
    for problem in found.problems:
        if problem.excluded:
            yield problem.clip, AngleFile(problem.clip, problem=problem.message)
    for entry in found.clips:
        try:
            points = load_clip(entry, found).points
        except DataError as error:
            yield entry.name, AngleFile(entry.name, problem=str(error))
            continue
        why = f"{entry.name}: has no labelled points, so no ISB angles"
        yield entry.name, points or AngleFile(entry.name, problem=why)


def _of_file(
    path: Path, found: LooseFiles, sets: tuple[LandmarkSet, ...] | None
) -> Iterator[tuple[str, Points | AngleFile]]:
    """The recordings of one file; in a folder, a file that is none is skipped, alone it is a problem."""
    shown = path.relative_to(found.root).as_posix()
    try:
        known = bool(candidates(path))
        items = read(path).items if known or found.alone else ()
    except DataError as error:
        yield shown, AngleFile(shown, problem=str(error))
        return
    with_points = [(item.key, item.record) for item in items if isinstance(item.record, Points)]
    for key, points in with_points:
        if found.alone or resolve(points.names, sets).found:
            yield record_name(path, found.root, key), points
        else:
            yield shown, AngleFile(shown, skipped="no landmark set knows their labels")
    if not with_points and found.alone:
        yield shown, AngleFile(shown, problem=f"{path}: has no labelled points, so no ISB angles")
    elif not with_points:
        yield shown, AngleFile(shown, skipped="no labelled points")


def _done(name: str, points: Points | AngleFile, out: Path, options: AngleOptions, taken: set[str]) -> AngleFile:
    """The item of one recording, its CSV written unless its name is ``taken`` (which grows) or it cannot be used."""
    if isinstance(points, AngleFile):
        return points
    where = points.origin.path or name
    if name in taken:
        return AngleFile(name, problem=f"{where}: {name}{ENDING} was already written for another recording")
    sets, regression = options.landmark_sets, options.hip_regression
    mapping = resolve(points.names, sets)
    if not mapping.found:
        labels = ", ".join(points.names[:3])
        return AngleFile(name, problem=f"{where}: no landmark set knows its labels ({labels} ...)")
    if points.fps is None:
        return AngleFile(name, problem=f"{where}: frame rate is missing; expected fps > 0")
    angles = isb_angles(points, landmark_sets=sets, hip_regression=regression)
    path = out / f"{name}{ENDING}"
    write_angles_csv(path, angles, points.fps, options.shoulder)
    taken.add(name)
    notes = (*points.notes, *angles.notes, *not_rigid(points, mapping))
    return AngleFile(name, path, points.n_frames, points.origin.sha256, notes)


def _write_record(out: Path, options: AngleOptions, done: list[AngleFile], complete: bool) -> None:
    """Conventions and, per file, source hash and notes."""
    record = {
        "anglescope_angles": 1, "version": __version__, "complete": complete, "shoulder": str(options.shoulder),
        "hip_regression": options.hip_regression, "angles": [asdict(angle) for angle in angles_in(options.shoulder)],
        "recordings": [
            {"name": d.name, "file": d.path.name if d.path else None, "frames": d.n_frames, "sha256": d.sha256,
             "notes": list(d.notes), "problem": d.problem or None, "skipped": d.skipped or None}
            for d in done
        ],
    }  # fmt: skip
    write_atomic(out / RECORD, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())
