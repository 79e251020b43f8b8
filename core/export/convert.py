"""Converting files: every record of every file read becomes one file of the wanted format, or one line of why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.angles.isb import isb_angles
from core.angles.landmarks import resolve
from core.body.rigs_bvh import JointMap
from core.errors import DataError
from core.estimators import GeometryEstimator
from core.export.motion_dataset import MotionDataset
from core.export.opensim import write_mot, write_mot_table, write_trc
from core.export.tables import columns_of, write_columns_csv, write_parquet
from core.export.targets import Target
from core.files import ensure_writable_folder
from core.formats.base import Content, Item, JointMotion, ReadOptions, Record, Table
from core.formats.native import write_native
from core.formats.registry import candidates, read
from core.records import Angles, Axes, Camera, Origin, Points, Poses, Poses2D, Scale
from core.skeleton import JOINTS

__all__ = ["Converted", "convert_files", "points_of", "write_record"]

_UNSAFE = re.compile(r"[^\w.\-]+")
_MOT_UNITS = ("deg", "m", "")
_TITLES = {Poses2D: "2D keypoints", Camera: "a camera", Angles: "angles", Table: "a table",
           JointMotion: "jointed motion"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Converted:
    """One record that was written, or one file or record that was not.

    source, key : file, and record within it. output : what was written, None with ``problem``.
    problem : one line of why not. notes : what was assumed or changed. skipped : no known format in a folder, no fault.
    """

    source: Path
    key: str = ""
    output: Path | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    skipped: bool = False


def convert_files(
    path: Path,
    target: Target,
    folder: Path,
    *,
    format_name: str | None = None,
    options: ReadOptions | None = None,
    overwrite: bool = False,
    joint_map: JointMap | None = None,
) -> Iterator[Converted]:
    """Convert a file, or every file under a folder, yielding each record as soon as it is written.

    Outputs are named ``<stem>[_<key>].<target>``, under a folder with the names of the subfolders in front. A fault of
    one file is yielded as its ``problem`` and the rest goes on. Raises :class:`DataError` where ``path`` does not exist
    or is an empty folder, :class:`core.errors.UsageError` for options that mean nothing,
    :class:`core.errors.OutputError` where ``folder`` cannot be written.
    """
    whole_folder = path.is_dir()
    sources = sorted(p for p in path.rglob("*") if p.is_file() and folder not in p.parents) if whole_folder else [path]
    if not sources:
        raise DataError("folder holds no files", path=path)
    ensure_writable_folder(folder)
    taken: set[Path] = set()
    dataset = MotionDataset(folder, joint_map) if target == Target.ATHLETEPOSE3D else None
    for source in sources:
        stem = "_".join(source.relative_to(path).with_suffix("").parts) if whole_folder else source.stem
        try:
            if whole_folder and format_name is None and not candidates(source):
                yield Converted(source, skipped=True)
                continue
            content = read(source, format_name, options)
        except DataError as error:
            yield Converted(source, problem=str(error))
            continue
        for item in content.items:
            name = _UNSAFE.sub("_", f"{stem}_{item.key}" if item.key else stem)
            if dataset is not None:
                yield _added(content, item, dataset, name, overwrite)
                continue
            yield _written(content, item, folder / f"{name}.{target}", target, taken, overwrite)


def _written(
    content: Content, item: Item, output: Path, target: Target, taken: set[Path], overwrite: bool
) -> Converted:
    """Write one record; a fault becomes the ``problem``."""
    where = f"{content.path}{f' [{item.key}]' if item.key else ''}"
    if output in taken:
        return Converted(
            content.path, item.key, problem=f"{where}: {output.name} was already written for another record"
        )
    if output.exists() and not overwrite:
        return Converted(content.path, item.key, problem=f"{where}: {output} exists. Pass --overwrite to replace it")
    try:
        notes = write_record(item.record, target, output)
    except DataError as error:
        located = error if error.path is not None else f"{where}: {error}"
        return Converted(content.path, item.key, problem=str(located))
    taken.add(output)
    return Converted(content.path, item.key, output, notes=(*content.notes, *notes))


def _added(content: Content, item: Item, dataset: MotionDataset, stem: str, overwrite: bool) -> Converted:
    """Add a jointed motion to the dataset; a fault becomes the ``problem``."""
    where = f"{content.path}{f' [{item.key}]' if item.key else ''}"
    if not isinstance(item.record, JointMotion):
        what = f"{where}: only jointed motion (BVH) can become a dataset in AthletePose3D layout"
        return Converted(content.path, item.key, problem=what)
    if dataset.clip_file(stem).exists() and not overwrite:
        what = f"{where}: {dataset.clip_file(stem)} exists. Pass --overwrite to replace it"
        return Converted(content.path, item.key, problem=what)
    try:
        written, notes = dataset.add(item.record, stem)
    except DataError as error:
        return Converted(content.path, item.key, problem=f"{where}: {error}")
    return Converted(content.path, item.key, written, notes=(*content.notes, *notes))


def write_record(record: Record, target: Target, output: Path) -> tuple[str, ...]:
    """Write one record in the target format, complete or not at all; returns what was assumed or changed, in sentences.

    MOT holds angles: of labelled points by the ISB definitions, of 17-joint poses by their geometry. TRC holds
    labelled points, also those of poses and of jointed motion. Raises :class:`DataError` where the record has nothing
    of the kind, :class:`core.errors.OutputError` where ``output`` cannot be written.
    """
    if target == Target.NPZ:
        kept = points_of(record) if isinstance(record, JointMotion) else record
        write_native(output, kept)
        return kept.notes if kept is not record and isinstance(kept, Points) else _notes(record)
    if target == Target.MOT:
        return _write_mot(record, output)
    if target == Target.TRC:
        points = points_of(record)
        write_trc(output, points)
        turned = () if points.axes == Axes.WORLD_Y_UP else (f"turned from {points.axes.value} to Y up",)
        return (*points.notes, *turned)
    shown = record if isinstance(record, Angles | Table) else points_of(record)
    if target == Target.CSV:
        write_columns_csv(output, columns_of(shown))
    else:
        write_parquet(output, columns_of(shown))
    return shown.notes


def _notes(record: Record) -> tuple[str, ...]:
    return () if isinstance(record, Camera) else record.notes


def points_of(record: Record) -> Points:
    """Labelled points of a record that has positions: the 17 joints of poses, all joints of a jointed motion.

    Raises :class:`DataError` for a record without positions in space.
    """
    if isinstance(record, Points):
        return record
    if isinstance(record, Poses):
        notes = record.notes
        if record.scale != Scale.METRIC:
            notes = (*notes, f"the scale is {record.scale.value}: millimetres are nominal")
        return Points(record.xyz_mm, JOINTS, record.fps, record.axes, record.origin, notes)
    if isinstance(record, JointMotion):
        notes = (*record.notes, "world positions of the joints are kept, their rotations are not")
        return Points(record.positions_mm, record.names, record.fps, record.axes, Origin(format="bvh"), notes)
    raise DataError(f"{_TITLES[type(record)]} cannot be written in this format", expected="positions in space")


def _write_mot(record: Record, output: Path) -> tuple[str, ...]:
    """Angles of whatever has any, as MOT."""
    if isinstance(record, Table):
        others = sorted(set(record.units) - set(_MOT_UNITS))
        if others:
            raise DataError("the table cannot be a MOT", expected="degrees and metres", got=", ".join(others))
        write_mot_table(output, record, record.notes)
        return record.notes
    if not isinstance(record, Points | Poses):
        title = _TITLES[type(record)]
        reason = "no frame rate" if isinstance(record, Angles) else "no anatomical landmarks"
        raise DataError(f"{title} cannot be written as MOT: {reason}", expected="labelled points, poses or a table")
    if record.fps is None:
        raise DataError("MOT needs a frame rate and the file states none", hint="Pass --fps")
    if isinstance(record, Points) and not resolve(record.names).found:
        raise DataError("the labels fit no known landmark set", got=", ".join(record.names[:8]))
    angles = isb_angles(record) if isinstance(record, Points) else GeometryEstimator().angles(record)
    if not np.isfinite(angles.deg).any():
        raise DataError("none of the twelve angles can be computed", hint="See what is missing with: anglescope info")
    angles = replace(angles, notes=(*angles.notes, *(note for note in record.notes if note not in angles.notes)))
    write_mot(output, angles, record.fps)
    return angles.notes
