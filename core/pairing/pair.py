"""Matching a lifter's predictions to the clips of a dataset."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.dataset import Dataset, Problem
from core.errors import AmbiguousFileError, DataError, UsageError
from core.formats.arrays import npy_header
from core.formats.registry import detect, format_named
from core.pairing.candidates import PLAIN, Matched, only_poses
from core.pairing.manifest import MANIFEST, Manifest, read_manifest, with_manifest
from core.pairing.matching import ClipMatcher
from core.pairing.meaning import settle
from core.pairing.records import FitPolicy, LifterOptions, Pairing, SourceRef
from core.pairing.sources import pose_items, read_shared

__all__ = ["find_predictions", "pair_lifter"]

_SUFFIXES = frozenset({".npy", ".npz", ".json", ".pkl", ".csv", ".parquet", ".bvh", ".c3d", ".trc", ".mot", ".sto"})


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
    files without clip, sources of another length, files that mean several clips and clips with several files are
    listed in the result; the rest is paired. What plain arrays mean is settled for all of them together.
    Raises :class:`DataError` where there is nothing to read, and :class:`AmbiguousFileError` where nothing tells
    what the numbers of the lifter mean.
    """
    if not path.exists():
        raise DataError(f"predictions of {name} not found", path=path)
    manifest = read_manifest(path if path.is_dir() else path.parent)
    options = options or LifterOptions()
    if manifest is not None:
        options = with_manifest(options, manifest)
    if options.format is not None:
        format_named(options.format)
    return _pairing(dataset, name, path, options, manifest, _matches(dataset, name, path, options))


@dataclass(frozen=True, slots=True)
class _Matches:
    """Files or records with their clips, those without one, and what there is to say; unreadable kinds of file."""

    matched: list[Matched]
    extra: list[str]
    notes: list[str]
    cautions: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def _matches(dataset: Dataset, name: str, path: Path, options: LifterOptions) -> _Matches:
    """Files or records with their clips: the first way of matching that applies."""
    if options.clips:
        return _Matches(_by_table(dataset, path, options), [], [])
    matcher = ClipMatcher(dataset.clips, name)
    files = _data_files(path)
    if not files:
        raise DataError(
            f"no predictions of {name}", path=path, expected=f"files ending in {', '.join(sorted(_SUFFIXES))}"
        )
    matched, extra = _by_name(matcher, path, files, options)
    lone = None if matched else _lone_file(dataset, files)
    if lone is not None:
        found = _by_records(dataset, matcher, lone, options)
        return replace(found, extra=[*found.extra, *(file.name for file in files if file != lone)])
    poses, notes, unreadable = only_poses(matched, options)
    return _Matches(poses, extra, notes, (), tuple(f"{name}: {line}" for line in unreadable))


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


def _by_table(dataset: Dataset, path: Path, options: LifterOptions) -> list[Matched]:
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
        format_name = options.format or (None if key else _plain_or_none(base / file))
        ref = SourceRef(base / file, key, format_name, options.read, options.fit)
        matched.append(Matched(ref, target, (by_name[clip_name],)))
    return matched


def _plain_or_none(file: Path) -> str | None:
    """The plain format where the file is such an array, else None: reading it will tell its format or its fault."""
    with suppress(DataError):
        return PLAIN if detect(file).name == PLAIN else None
    return None


def _by_name(
    matcher: ClipMatcher, path: Path, files: Iterable[Path], options: LifterOptions
) -> tuple[list[Matched], list[str]]:
    """Files whose name (below ``path``) means a clip, and those whose name does not."""
    matched, extra = [], []
    for file in files:
        shown = file.name if file == path else file.relative_to(path).as_posix()
        clips, rest = matcher.by_name(shown.removesuffix(file.suffix))
        if clips:
            ref = SourceRef(file, "", options.format, options.read, options.fit)
            matched.append(Matched(ref, shown, clips, (*rest, file.suffix.lower())))
        else:
            extra.append(shown)
    return matched, extra


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


def _by_records(dataset: Dataset, matcher: ClipMatcher, file: Path, options: LifterOptions) -> _Matches:
    """The records of one file by their keys, or its only record for the only clip."""
    format_name = options.format or detect(file).name
    ref = SourceRef(file, "", format_name, options.read, options.fit)
    if format_name == PLAIN:  # one record without a key, whose meaning is settled later
        if len(dataset.clips) != 1:
            return _Matches([], [file.name], [])
        return _only_for_only(Matched(ref, file.name, dataset.clips))
    content = read_shared(file, format_name, options.read)
    items = pose_items(content)
    if not items:
        raise DataError("file holds no 3D poses", path=file, got=f"format {content.format}")
    if len(items) == 1 and len(dataset.clips) == 1:
        item, poses = items[0]
        return _only_for_only(Matched(replace(ref, key=item.key), file.name, dataset.clips, n_frames=poses.n_frames))
    cameras = defaultdict(set)
    for item, _ in items:
        cameras[item.subject, item.action].add(item.camera)
    matched, extra = [], []
    for item, poses in items:
        shown = f"{file.name}#{item.key}" if item.key else file.name
        clips = matcher.by_name(item.key)[0] or matcher.by_name(f"{item.subject} {item.action} cam {item.camera}")[0]
        several = () if clips else matcher.by_keys(
            item.subject, item.action, item.camera, frozenset(cameras[item.subject, item.action]))  # fmt: skip
        found = [clips] if clips else [(clip,) for clip in several]
        matched += [Matched(replace(ref, key=item.key), shown, to, n_frames=poses.n_frames) for to in found]
        if not found:
            extra.append(shown)
    return _Matches(matched, extra, [f"{_counted(len(items), 'record')} of {file.name} matched by their keys"])


def _only_for_only(match: Matched) -> _Matches:
    """The only record for the only clip, whatever its name: most likely meant, but worth a second look."""
    caution = f"{match.shown} serves {match.clips[0].name} as the only file for the only clip; its name does not say so"
    return _Matches([match], [], [f"the only record of {match.shown} serves the only clip"], (caution,))


def _pairing(
    dataset: Dataset, name: str, path: Path, options: LifterOptions, manifest: Manifest | None, found: _Matches
) -> Pairing:
    """The pairing of unambiguous matches, with everything that does not fit listed."""
    by_clip, ambiguous = _one_each(found.matched, name, path)
    meaning = settle([by_clip[clip.name] for clip in dataset.clips if clip.name in by_clip], dataset, name,
                     format_stated=options.format is not None)  # fmt: skip
    sources = {match.clips[0].name: match.ref for match in meaning.matched}
    missing = tuple(clip.name for clip in dataset.clips if clip.name not in sources)
    other = tuple(line for match in meaning.matched for line in _other_length(match, options.fit))
    nothing = f"{name}: no prediction under {path} belongs to any clip of the dataset"
    lines = (*found.unreadable, *meaning.contradictions, *([] if sources else [nothing]))
    cautions = (
        *_partial(name, missing if sources else (), found.extra, other),
        *(f"{name}: {line}" for line in found.cautions),
    )
    return Pairing(
        name, path, sources, missing, tuple(found.extra), other, (*map(Problem, lines), *ambiguous),
        options.title or name, manifest is not None and manifest.simulated, (*found.notes, *meaning.notes), cautions,
    )  # fmt: skip


def _one_each(matched: Iterable[Matched], name: str, path: Path) -> tuple[dict[str, Matched], tuple[Problem, ...]]:
    """Clips with the one match that means them and nothing else, and a problem for each of the others."""
    by_clip: dict[str, list[Matched]] = defaultdict(list)
    for match in matched:
        for clip in match.clips:
            by_clip[clip.name].append(match)
    one_each = {clip: same[0] for clip, same in by_clip.items() if len(same) == 1 and len(same[0].clips) == 1}
    return one_each, tuple(_ambiguities(by_clip, name, path))


def _ambiguities(by_clip: dict[str, list[Matched]], name: str, path: Path) -> Iterator[Problem]:
    """One line for each clip whose prediction is not sure, naming the files or clips that compete."""
    for clip, same in by_clip.items():
        if len(same) > 1:
            error = AmbiguousFileError(
                f"clip {clip} has several predictions of {name}", path=path,
                got=" and ".join(match.shown for match in same[:3]), hint="Name the format, or pair explicitly",
            )  # fmt: skip
            yield Problem(str(error), clip)
        elif len(same[0].clips) > 1:
            error = AmbiguousFileError(
                "file may belong to several clips", path=same[0].ref.path,
                got=" and ".join(other.name for other in same[0].clips[:3]),
                hint="Put the athlete's folder into the name, or pair explicitly",
            )  # fmt: skip
            yield Problem(str(error), clip)


def _other_length(match: Matched, fit: FitPolicy) -> list[str]:
    """A line where the source's number of frames is known without reading it, is not that of the clip, and the user
    has not said what then is to be done.
    """
    clip = match.clips[0]
    if fit.resample or fit.trim is not None or fit.offset is not None:
        return []
    n_frames = match.n_frames
    if n_frames is None and match.ref.path.suffix == ".npy":
        try:
            n_frames = npy_header(match.ref.path).shape[0]
        except (DataError, IndexError):
            return []  # the reader will say what is wrong with the file
    if n_frames in (None, clip.n_frames):
        return []
    return [f"{clip.name}: {match.shown} has {n_frames} frames, the clip {clip.n_frames}"]


def _partial(name: str, missing: Sequence[str], extra: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    """One line each for clips without source, files without clip, and sources of another length."""
    if missing:
        yield f"{name}: no prediction for {_listed(missing, 'clip')}"
    if extra:
        yield f"{name}: {_listed(extra, 'prediction')} without a clip in the dataset"
    if other:
        yield f"{name}: {_listed(other, 'source')} of another length"


def _listed(names: Iterable[str], noun: str) -> str:
    """``2 clips (A, B)``, cut after a few."""
    every = list(names)
    some = "; ".join(every[:3]) + (" ..." if len(every) > 3 else "")
    return f"{_counted(len(every), noun)} ({some})"


def _counted(number: int, noun: str) -> str:
    """``1 record``, ``2 records``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
