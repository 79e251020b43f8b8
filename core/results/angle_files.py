"""ISB angles of every recording with labelled points under a path, one CSV each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core import __version__
from core.angles.hip_centre import DEFAULT_REGRESSION
from core.angles.isb import isb_angles
from core.angles.landmarks import LandmarkSet, resolve
from core.angles.rigidity import not_rigid
from core.conventions import ShoulderView, angles_in
from core.dataset import Dataset, load_clip, open_dataset
from core.errors import DataError, OutputError
from core.export.tables import write_angles_csv
from core.files import ensure_writable_folder, write_atomic
from core.formats.registry import candidates, read
from core.records import Points

__all__ = ["AngleFile", "AngleOptions", "count_recordings", "find_recordings", "write_angle_files"]

_ENDING = "_angles.csv"
_RECORD = "angles.json"


@dataclass(frozen=True, slots=True)
class AngleOptions:
    """Choices that change the numbers, as in :func:`core.angles.isb.isb_angles`."""

    shoulder: ShoulderView = ShoulderView.COMPONENTS
    hip_regression: str = DEFAULT_REGRESSION
    landmark_sets: tuple[LandmarkSet, ...] | None = None


@dataclass(frozen=True, slots=True)
class AngleFile:
    """One recording done. path : its CSV, or None where ``problem`` says why there is none.

    skipped : the file lay in the folder but holds no labelled points; nothing is wrong with it.
    """

    name: str
    path: Path | None
    n_frames: int = 0
    sha256: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    skipped: bool = False


def find_recordings(path: Path, split: str | None = None) -> Dataset | tuple[Path, ...]:
    """A dataset in a known layout, else the files under ``path`` (or ``path`` itself), hidden ones left out.

    Raises :class:`DataError` where there is nothing.
    """
    try:
        return open_dataset(path, split=split)
    except DataError:
        if path.is_file():
            return (path,)
        files = tuple(file for file in sorted(path.rglob("*")) if file.is_file() and file.name[0] != ".")
        if not path.is_dir() or not files:
            raise
        return files


def count_recordings(found: Dataset | Sequence[Path]) -> int:
    """How many items :func:`write_angle_files` will yield."""
    return len(found) + (sum(p.excluded for p in found.problems) if isinstance(found, Dataset) else 0)


def write_angle_files(
    found: Dataset | Sequence[Path], out: Path, options: AngleOptions, *, overwrite: bool = False
) -> Iterator[AngleFile]:
    """Write ``<name>_angles.csv`` for every recording and, at the end, ``angles.json`` with their provenance.

    A recording that cannot be used comes as an item with its problem; the rest go on. Raises
    :class:`OutputError` where the folder already holds such files, or cannot be written.
    """
    if not overwrite and out.is_dir() and any(out.glob(f"*{_ENDING}")):
        raise OutputError(f"{out}: holds angles of another run; choose another folder, or --overwrite to replace them")
    ensure_writable_folder(out)
    done = []
    for name, points in _recordings(found):
        item = points if isinstance(points, AngleFile) else _write(name, points, out, options)
        done.append(item)
        yield item
    _write_record(out, options, done)


def _recordings(found: Dataset | Sequence[Path]) -> Iterator[tuple[str, Points | AngleFile]]:
    """Name and labelled points of each recording, or the item that says why there are none."""
    if not isinstance(found, Dataset):
        for path in found:
            yield from _of_file(path, among_others=len(found) > 1)
        return
    for problem in found.problems:
        if problem.excluded:
            yield problem.clip, AngleFile(problem.clip, None, problem=problem.message)
    for entry in found.clips:
        try:
            points = load_clip(entry, found).points
        except DataError as error:
            yield entry.name, AngleFile(entry.name, None, problem=str(error))
            continue
        why = f"{entry.name}: has no labelled points, so no ISB angles"
        yield entry.name, points or AngleFile(entry.name, None, problem=why)


def _of_file(path: Path, *, among_others: bool) -> Iterator[tuple[str, Points | AngleFile]]:
    """The recordings of one file; in a folder, a file of another kind is skipped, alone it is a problem."""
    try:
        known = bool(candidates(path))
        items = read(path).items if known or not among_others else ()
    except DataError as error:
        yield path.stem, AngleFile(path.name, None, problem=str(error))
        return
    found = [(item.key, item.record) for item in items if isinstance(item.record, Points)]
    for key, points in found:
        yield "_".join(filter(None, (path.stem, key))), points
    if not found:
        why = f"{path}: has no labelled points, so no ISB angles"
        yield path.stem, AngleFile(path.name, None, problem=why, skipped=among_others)


def _write(name: str, points: Points, out: Path, options: AngleOptions) -> AngleFile:
    if points.fps is None:
        return AngleFile(name, None, problem=f"{points.origin.path or name}: frame rate is missing; expected fps > 0")
    sets, regression = options.landmark_sets, options.hip_regression
    mapping = resolve(points.names, sets)
    if not mapping.found:
        problem = f"{points.origin.path or name}: no landmark set knows its labels ({', '.join(points.names[:3])} ...)"
        return AngleFile(name, None, problem=problem)
    angles = isb_angles(points, landmark_sets=sets, hip_regression=regression)
    path = out / f"{name}{_ENDING}"
    write_angles_csv(path, angles, points.fps, options.shoulder)
    notes = (*points.notes, *angles.notes, *not_rigid(points, mapping))
    return AngleFile(name, path, points.n_frames, points.origin.sha256, notes)


def _write_record(out: Path, options: AngleOptions, done: Sequence[AngleFile]) -> None:
    """Conventions and, per file, source hash and notes."""
    record = {
        "anglescope_angles": 1, "version": __version__, "shoulder": str(options.shoulder),
        "hip_regression": options.hip_regression, "angles": [asdict(angle) for angle in angles_in(options.shoulder)],
        "recordings": [
            {"name": d.name, "file": d.path.name if d.path else None, "frames": d.n_frames, "sha256": d.sha256,
             "notes": list(d.notes), "problem": d.problem or None}
            for d in done
        ],
    }  # fmt: skip
    write_atomic(out / _RECORD, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())
