"""Matching a lifter's predictions to the clips of a dataset."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.dataset import ClipEntry, Dataset, Problem
from core.errors import AmbiguousFileError, DataError, UsageError
from core.formats.arrays import npy_header
from core.formats.registry import detect, format_named
from core.pairing.manifest import MANIFEST, Manifest, read_manifest, with_manifest
from core.pairing.matching import ClipMatcher
from core.pairing.records import LifterOptions, Pairing, SourceRef
from core.pairing.sources import pose_items, read_shared

__all__ = ["find_predictions", "pair_lifter"]

_SUFFIXES = frozenset({".npy", ".npz", ".json", ".pkl", ".csv", ".parquet", ".bvh", ".c3d", ".trc", ".mot", ".sto"})


@dataclass(frozen=True, slots=True)
class _Matched:
    """A file or record, the clips it names, and the kind of name it has (ending after the clip's words)."""

    ref: SourceRef
    shown: str
    clips: tuple[ClipEntry, ...]
    kind: tuple[str, ...] = ()
    n_frames: int | None = None


def find_predictions(dataset_root: Path) -> dict[str, Path]:
    """Predictions that a dataset carries: name to folder for each ``predictions/<lifter>/``, in order of name."""
    folder = dataset_root / "predictions"
    if not folder.is_dir():
        return {}
    return {child.name: child for child in sorted(folder.iterdir()) if child.is_dir() and child.name[0] != "."}


def pair_lifter(dataset: Dataset, name: str, path: Path, options: LifterOptions | None = None) -> Pairing:
    """Match the predictions under ``path`` (a folder, or a file) to the clips of ``dataset``.

    name : of the lifter. options : what the user states; it wins over the folder's ``manifest.json``.
    A clip is found by the explicit table of the options, else by its name in the file's name, else by the (subject,
    action, camera) keys of the records of one file, else as the only file for the only clip. Clips without source,
    files without clip and sources of another length are listed in the result.
    Raises :class:`AmbiguousFileError` where a file means several clips or a clip has several files, and
    :class:`DataError` where there is nothing to read.
    """
    if not path.exists():
        raise DataError(f"predictions of {name} not found", path=path)
    manifest = read_manifest(path if path.is_dir() else path.parent)
    options = options or LifterOptions()
    if manifest is not None:
        options = with_manifest(options, manifest)
    if options.format is not None:
        format_named(options.format)
    matched, extra, notes = _matches(dataset, name, path, options)
    return _pairing(dataset, name, path, options, manifest, matched, extra, notes)


def _matches(
    dataset: Dataset, name: str, path: Path, options: LifterOptions
) -> tuple[list[_Matched], list[str], list[str]]:
    """Files or records with their clips, those without one, and notes: the first way of matching that applies."""
    if options.clips:
        return _by_table(dataset, path, options), [], []
    matcher = ClipMatcher(dataset.clips, name)
    files = _data_files(path)
    if not files:
        raise DataError(
            f"no predictions of {name}", path=path, expected=f"files ending in {', '.join(sorted(_SUFFIXES))}"
        )
    matched, extra = _by_name(matcher, path, files, options)
    lone = None if matched else _lone_file(dataset, files)
    if lone is not None:
        matched, extra, notes = _by_records(dataset, matcher, lone, options)
        return matched, [*extra, *(file.name for file in files if file != lone)], notes
    poses, notes = _only_poses(matched, options)
    return poses, extra, notes


def _data_files(path: Path) -> list[Path]:
    """Files that may hold predictions, in order; hidden ones and the manifest are none."""
    if path.is_file():
        return [path]
    found = []
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = [subfolder for subfolder in subfolders if not subfolder.startswith(".")]
        found += [
            Path(folder, name)
            for name in names
            if Path(name).suffix.lower() in _SUFFIXES and name[0] != "." and name != MANIFEST
        ]
    return sorted(found)


def _by_table(dataset: Dataset, path: Path, options: LifterOptions) -> list[_Matched]:
    """The pairs that the user stated: clip name, and ``file`` or ``file#key`` relative to the predictions."""
    base = path if path.is_dir() else path.parent
    by_name = {clip.name: clip for clip in dataset.clips}
    matched = []
    for clip_name, target in options.clips:
        if clip_name not in by_name:
            raise UsageError(f"no clip is called {clip_name!r} in {dataset.root} (explicit pair with {target!r})")
        file, _, key = target.partition("#")
        if not (base / file).is_file():
            raise DataError("file of an explicit pair not found", path=base / file, expected=f"poses for {clip_name}")
        ref = SourceRef(base / file, key, options.format, options.read, options.fit)
        matched.append(_Matched(ref, target, (by_name[clip_name],)))
    return matched


def _by_name(
    matcher: ClipMatcher, path: Path, files: Iterable[Path], options: LifterOptions
) -> tuple[list[_Matched], list[str]]:
    """Files whose name (below ``path``) means a clip, and those whose name does not."""
    matched, extra = [], []
    for file in files:
        shown = file.name if file == path else file.relative_to(path).as_posix()
        clips, rest = matcher.by_name(shown.removesuffix(file.suffix))
        if clips:
            ref = SourceRef(file, "", options.format, options.read, options.fit)
            matched.append(_Matched(ref, shown, clips, (*rest, file.suffix.lower())))
        else:
            extra.append(shown)
    return matched, extra


def _only_poses(matched: list[_Matched], options: LifterOptions) -> tuple[list[_Matched], list[str]]:
    """Keep the files that hold 3D poses; the first file of each kind of name tells, unless a format is stated."""
    kinds: dict[tuple[str, ...], list[_Matched]] = defaultdict(list)
    for match in matched:
        kinds[match.kind].append(match)
    kept, notes, formats = [], [], set()
    for kind, same in kinds.items():
        first = same[0].ref.path
        format_name = options.format
        if format_name is None:
            found = detect(first)
            if found.holds != "poses":
                notes.append(f"{len(same)} files like {same[0].shown} left aside: {found.title}, no 3D poses")
                continue
            format_name = found.name
            formats.add(format_name)
            notes.append(f"format {format_name} detected on {same[0].shown} and used for {len(same)} files")
        elif kind[-1] not in format_named(format_name).suffixes:
            notes.append(f"{len(same)} files like {same[0].shown} left aside: not of format {format_name}")
            continue
        kept += [replace(match, ref=replace(match.ref, format=format_name)) for match in same]
    if len(formats) > 1:
        notes.append(f"predictions are in several formats: {', '.join(sorted(formats))}")
    return kept, notes


def _lone_file(dataset: Dataset, files: list[Path]) -> Path | None:
    """The only file, or for a dataset of one clip the only file of 3D poses."""
    if len(files) == 1 or len(dataset.clips) != 1:
        return files[0] if len(files) == 1 else None
    with_poses = []
    for file in files:
        with suppress(DataError):  # what no format knows is no prediction; it is listed as extra
            if detect(file).holds == "poses":
                with_poses.append(file)
    return with_poses[0] if len(with_poses) == 1 else None


def _by_records(
    dataset: Dataset, matcher: ClipMatcher, file: Path, options: LifterOptions
) -> tuple[list[_Matched], list[str], list[str]]:
    """The records of one file by their keys, or its only record for the only clip."""
    content = read_shared(file, options.format, options.read)
    items = pose_items(content)
    if not items:
        raise DataError("file holds no 3D poses", path=file, got=f"format {content.format}")
    ref = SourceRef(file, "", content.format, options.read, options.fit)
    if len(items) == 1 and len(dataset.clips) == 1:
        only = _Matched(replace(ref, key=items[0][0].key), file.name, dataset.clips, n_frames=items[0][1].n_frames)
        return [only], [], [f"the only record of {file.name} serves the only clip"]
    cameras = defaultdict(set)
    for item, _ in items:
        cameras[item.subject, item.action].add(item.camera)
    matched, extra = [], []
    for item, poses in items:
        shown = f"{file.name}#{item.key}"
        clips = matcher.by_name(item.key)[0] or matcher.by_name(f"{item.subject} {item.action} cam {item.camera}")[0]
        several = () if clips else matcher.by_keys(
            item.subject, item.action, item.camera, frozenset(cameras[item.subject, item.action]))  # fmt: skip
        found = [clips] if clips else [(clip,) for clip in several]
        matched += [_Matched(replace(ref, key=item.key), shown, to, n_frames=poses.n_frames) for to in found]
        if not found:
            extra.append(shown)
    return matched, extra, [f"{len(items)} records of {file.name} matched by their keys"]


def _pairing(
    dataset: Dataset, name: str, path: Path, options: LifterOptions, manifest: Manifest | None,
    matched: list[_Matched], extra: list[str], notes: list[str],
) -> Pairing:  # fmt: skip
    """The pairing of unambiguous matches, with everything that does not fit listed."""
    by_clip: dict[str, _Matched] = {}
    for match in matched:
        if len(match.clips) > 1:
            listed = " and ".join(clip.name for clip in match.clips[:3])
            raise AmbiguousFileError("file may belong to several clips", path=match.ref.path, got=listed,
                                     hint="Put the athlete's folder into the name, or pair explicitly")  # fmt: skip
        clip = match.clips[0].name
        if clip in by_clip:
            raise AmbiguousFileError(
                f"clip {clip} has several predictions of {name}", path=path,
                got=f"{by_clip[clip].shown} and {match.shown}", hint="Name the format, or pair explicitly",
            )  # fmt: skip
        by_clip[clip] = match
    sources = {clip.name: by_clip[clip.name].ref for clip in dataset.clips if clip.name in by_clip}
    missing = tuple(clip.name for clip in dataset.clips if clip.name not in by_clip)
    other = tuple(line for clip in dataset.clips if clip.name in by_clip
                  for line in _other_length(clip, by_clip[clip.name]))  # fmt: skip
    return Pairing(
        name, path, sources, missing, tuple(extra), other, _problems(name, path, sources, missing, extra, other),
        options.title or name, manifest is not None and manifest.simulated, tuple(notes),
    )  # fmt: skip


def _other_length(clip: ClipEntry, match: _Matched) -> list[str]:
    """A line where the source's number of frames is known without reading it and is not that of the clip."""
    n_frames = match.n_frames
    if n_frames is None and match.ref.path.suffix == ".npy":
        try:
            n_frames = npy_header(match.ref.path).shape[0]
        except (DataError, IndexError):
            return []  # the reader will say what is wrong with the file
    if n_frames in (None, clip.n_frames):
        return []
    return [f"{clip.name}: {match.shown} has {n_frames} frames, the clip {clip.n_frames}"]


def _problems(
    name: str, path: Path, sources: dict[str, SourceRef], missing: tuple[str, ...], extra: list[str],
    other: tuple[str, ...],
) -> tuple[Problem, ...]:  # fmt: skip
    """One line each for clips without source, files without clip, and sources of another length."""
    lines = []
    if not sources:
        lines.append(f"{name}: no prediction under {path} belongs to any clip of the dataset")
    elif missing:
        lines.append(f"{name}: no prediction for {_listed(missing, 'clip')}")
    if extra:
        lines.append(f"{name}: {_listed(extra, 'prediction')} without a clip in the dataset")
    if other:
        lines.append(f"{name}: {_listed(other, 'source')} of another length")
    return tuple(Problem(line) for line in lines)


def _listed(names: Iterable[str], noun: str) -> str:
    """``2 clips (A, B)``, cut after a few."""
    every = list(names)
    some = "; ".join(every[:3]) + (" ..." if len(every) > 3 else "")
    return f"{len(every)} {noun}{'' if len(every) == 1 else 's'} ({some})"
