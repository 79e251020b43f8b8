"""Converting files: every record of every file read becomes one file of the wanted format, or one line of why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from core.angles.isb import isb_angles
from core.angles.landmarks import resolve
from core.body.rigs_bvh import JointMap
from core.errors import DataError, UsageError
from core.estimators import GeometryEstimator
from core.export.motion_dataset import MotionDataset
from core.export.naming import record_name
from core.export.opensim import write_mot, write_mot_table, write_trc
from core.export.tables import columns_of, write_columns_csv, write_parquet
from core.export.targets import Target
from core.files import ensure_writable_folder, files_under
from core.formats.base import Content, Item, JointMotion, ReadOptions, Record, Table
from core.formats.native import write_native
from core.formats.registry import candidates, read
from core.records import Angles, Axes, Camera, Origin, Points, Poses, Poses2D, Scale
from core.skeleton import JOINTS

__all__ = ["Converted", "Reader", "cannot_hold", "convert_files", "points_of", "write_record"]

_MOT_UNITS = ("deg", "m", "")
_TITLES = {Poses2D: "2D keypoints", Camera: "a camera", Angles: "angles", Table: "a table",
           JointMotion: "jointed motion"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Converted:
    """One record that was written, or one file or record that was not.

    source, key : file, and record within it. output : what was written, None with ``problem``.
    problem : one line of why not. notes : what was assumed or changed. skipped : in a folder, why a file or record
    was left alone that is of another kind, in a few words; no fault.
    """

    source: Path
    key: str = ""
    output: Path | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    skipped: str = ""


class Reader(Protocol):
    """How a file is read: as :func:`core.formats.registry.read` does, or with more knowledge of where it lies."""

    def __call__(self, path: Path, format_name: str | None, options: ReadOptions | None, /) -> Content:
        """All records of a file; raises :class:`DataError` for its faults."""
        ...


_OF_WEIGHTS = {Target.ONNX: "weights of the network (.safetensors)", Target.SAFETENSORS: "a checkpoint of a lifter"}


def convert_files(
    path: Path,
    target: Target,
    folder: Path,
    *,
    format_name: str | None = None,
    options: ReadOptions | None = None,
    overwrite: bool = False,
    reader: Reader = read,
    joint_map: JointMap | None = None,
) -> Iterator[Converted]:
    """Convert a file, or every file under a folder, yielding each record as soon as it is written.

    Outputs are named ``<stem>[_<key>].<target>``, under a folder with the names of the subfolders in front. A fault of
    one file is yielded as its ``problem`` and the rest goes on; in a folder, files of no known format and records that
    the target cannot hold are ``skipped``. Raises :class:`DataError` where ``path`` does not exist or is an empty
    folder, :class:`UsageError` for options that mean nothing and where ``folder`` is ``path``,
    :class:`core.errors.OutputError` where ``folder`` cannot be written.
    """
    in_folder = path.is_dir()
    sources = _sources(path, folder) if in_folder else (path,)
    ensure_writable_folder(folder)
    taken: set[Path] = set()
    dataset = MotionDataset(folder, joint_map) if target == Target.ATHLETEPOSE3D else None
    for source in sources:
        try:
            if in_folder and format_name is None and not candidates(source):
                yield Converted(source, skipped="no known format")
                continue
            content = reader(source, format_name, options)
        except DataError as error:
            yield Converted(source, problem=str(error))
            continue
        for item in content.items:
            why_not = cannot_hold(item.record, target) if in_folder else ""
            if why_not:
                yield Converted(source, item.key, skipped=why_not)
                continue
            name = record_name(source, path if in_folder else path.parent, item.key)
            if dataset is not None:
                yield _added(content, item, dataset, name, taken, overwrite)
                continue
            yield _written(content, item, folder / f"{name}.{target}", target, taken, overwrite)


def _sources(path: Path, folder: Path) -> tuple[Path, ...]:
    """The files under ``path`` but not those in the output folder."""
    out = folder.resolve()
    if out == path.resolve():
        raise UsageError(f"{folder}: the files written must go to another folder than those read")
    sources = tuple(source for source in files_under(path) if out not in source.resolve().parents)
    if not sources:
        raise DataError("folder holds no files", path=path)
    return sources


def _written(
    content: Content, item: Item, output: Path, target: Target, taken: set[Path], overwrite: bool
) -> Converted:
    """Write one record; a fault becomes the ``problem``."""
    where = _where(content, item)
    refused = _refused(output, taken, overwrite)
    if refused:
        return Converted(content.path, item.key, problem=f"{where}: {refused}")
    try:
        notes = write_record(item.record, target, output)
    except DataError as error:
        located = error if error.path is not None else f"{where}: {error}"
        return Converted(content.path, item.key, problem=str(located))
    taken.add(output)
    return Converted(content.path, item.key, output, notes=(*content.notes, *notes))


def _where(content: Content, item: Item) -> str:
    return f"{content.path}{f' [{item.key}]' if item.key else ''}"


def _refused(output: Path, taken: set[Path], overwrite: bool) -> str:
    """Why an output may not be written; empty where it may."""
    if output in taken:
        return f"{output.name} was already written for another record"
    return f"{output} exists. Pass --overwrite to replace it" if output.exists() and not overwrite else ""


def _added(
    content: Content, item: Item, dataset: MotionDataset, stem: str, taken: set[Path], overwrite: bool
) -> Converted:
    """Add a jointed motion to the dataset; a fault becomes the ``problem``."""
    where, clip = _where(content, item), dataset.clip_file(stem)
    why_not = cannot_hold(item.record, Target.ATHLETEPOSE3D)
    if why_not or not isinstance(item.record, JointMotion):
        return Converted(content.path, item.key, problem=f"{where}: {why_not}")
    refused = _refused(clip, taken, overwrite)
    if refused:
        return Converted(content.path, item.key, problem=f"{where}: {refused}")
    try:
        written, notes = dataset.add(item.record, stem)
    except DataError as error:
        return Converted(content.path, item.key, problem=f"{where}: {error}")
    taken.add(clip)
    return Converted(content.path, item.key, written, notes=(*content.notes, *notes))


def cannot_hold(record: Record, target: Target) -> str:
    """Why no record of this kind fits the target format, in a few words; empty where it does."""
    title = _TITLES.get(type(record), "")
    if target in _OF_WEIGHTS:
        return f"only {_OF_WEIGHTS[target]} can become {target}"
    if target == Target.NPZ:
        return ""
    if target == Target.MOT:
        if isinstance(record, Points) and not resolve(record.names).found:
            return f"the labels fit no known landmark set ({', '.join(record.names[:4])} ...)"
        if isinstance(record, Points | Poses | Table):
            return ""
        reason = "no frame rate" if isinstance(record, Angles) else "no anatomical landmarks"
        return f"{title} cannot be written as MOT: {reason}"
    if target == Target.ATHLETEPOSE3D:
        reason = "only jointed motion (BVH) can become a dataset in AthletePose3D layout"
        return "" if isinstance(record, JointMotion) else reason
    kinds = Points | Poses | JointMotion
    if isinstance(record, kinds if target == Target.TRC else kinds | Angles | Table):
        return ""
    return f"{title} cannot be written as {target.upper()}: no positions in space"


def write_record(record: Record, target: Target, output: Path) -> tuple[str, ...]:
    """Write one record in the target format, complete or not at all; returns what was assumed or changed, in sentences.

    MOT holds angles: of labelled points by the ISB definitions, of 17-joint poses by their geometry. TRC holds
    labelled points, also those of poses and of jointed motion. Raises :class:`DataError` where the record has nothing
    of the kind, :class:`core.errors.OutputError` where ``output`` cannot be written.
    """
    why_not = cannot_hold(record, target)
    if why_not:
        raise DataError(why_not)
    if target == Target.ATHLETEPOSE3D:
        raise DataError("a dataset is a folder, not one file", hint="Use core.export.motion_dataset")
    if target == Target.NPZ:
        kept = points_of(record) if isinstance(record, JointMotion) else record
        write_native(output, kept)
        return kept.notes if kept is not record and isinstance(kept, Points) else _notes(record)
    if target == Target.MOT and isinstance(record, Points | Poses | Table):
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


def _write_mot(record: Points | Poses | Table, output: Path) -> tuple[str, ...]:
    """Angles of whatever has any, as MOT."""
    if isinstance(record, Table):
        others = sorted(set(record.units) - set(_MOT_UNITS))
        if others:
            raise DataError("the table cannot be a MOT", expected="degrees and metres", got=", ".join(others))
        write_mot_table(output, record, record.notes)
        return record.notes
    if record.fps is None:
        raise DataError("MOT needs a frame rate and the file states none", hint="Pass --fps")
    angles = isb_angles(record) if isinstance(record, Points) else GeometryEstimator().angles(record)
    if not np.isfinite(angles.deg).any():
        raise DataError("none of the twelve angles can be computed", hint="See what is missing with: anglescope info")
    angles = replace(angles, notes=(*angles.notes, *(note for note in record.notes if note not in angles.notes)))
    write_mot(output, angles, record.fps)
    return angles.notes
