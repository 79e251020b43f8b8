"""Files of 2D keypoints: found, told from other files, and named or matched to the clips of a dataset."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.dataset import ClipEntry, Dataset, Problem
from core.errors import DataError
from core.files import files_under
from core.formats.arrays import npy_header, npz_headers
from core.formats.base import Format, Item, ReadOptions
from core.formats.registry import detect
from core.pairing import LifterOptions, SourceRef
from core.pairing.candidates import Matched, only_poses
from core.pairing.manifest import MANIFEST
from core.pairing.matching import ClipMatcher
from core.pairing.sources import read_shared
from core.records import Poses2D

__all__ = ["FoundFile", "FoundFiles", "named_files", "paired_files"]

_HOLDS = "poses2d"
_SUFFIXES = (".npy", ".npz", ".json", ".pkl")
_VIDEO_SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".webm")
_OF_SEVERAL = ("videopose3d_data2d", "coco_json")
"""Formats whose files may hold several records: they are read at once to learn which."""
_MAY_PRECEDE = "keypoints 2d coco halpe alphapose detectron detectron2 mmpose vitpose"
"""Words that may stand before a clip's stem in a file's name."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """2D of one clip. name : of the clip. key : record of a file with several. format : name, None to detect."""

    name: str
    path: Path
    key: str = ""
    format: str | None = None


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Files in order of clips, what is wrong, and what was left aside."""

    files: tuple[FoundFile, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def named_files(path: Path) -> FoundFiles:
    """The 2D under ``path``, one file or a folder, each called by its file or record.

    Files of a folder that hold something else are counted in the notes, those that cannot be read are problems. Raises
    :class:`DataError` where there is nothing, or nothing of 2D.
    """
    if not path.exists():
        raise DataError("no such file or folder", path=path)
    if path.is_file():
        return FoundFiles(tuple(_named(_records(path, detect(path)), path.parent)))
    found: list[FoundFile] = []
    problems, others = [], Counter[str]()
    for file in _data_files(path):
        try:
            known = detect(file)
            if known.holds == _HOLDS:
                found += _records(file, known)
            else:
                others[known.title] += 1
        except DataError as error:
            problems.append(Problem(str(error)))
    if not found:
        why = problems[0].message if problems else ", ".join(others) or "no file that can be read"
        raise DataError("nothing here holds 2D keypoints", path=path, got=why)
    notes = tuple(f"{count} file(s) left aside: {title}, no 2D keypoints" for title, count in others.items())
    return FoundFiles(tuple(_named(found, path)), tuple(problems), notes)


def _data_files(folder: Path) -> list[Path]:
    return [file for file in files_under(folder) if file.suffix.lower() in _SUFFIXES and file.name != MANIFEST]


def _records(file: Path, known: Format) -> list[FoundFile]:
    """One entry per 2D record of a file, called by its key; an only one is called by the file (empty).

    Raises :class:`DataError` for a file of another kind that holds no 2D beside.
    """
    if known.holds == _HOLDS and known.name not in _OF_SEVERAL:
        return [FoundFile("", file, "", known.name)]
    keys = [item.key for item, _ in _items(file, known.name)]
    return [FoundFile(key if len(keys) > 1 else "", file, key, known.name) for key in keys]


def _items(file: Path, format_name: str | None) -> list[tuple[Item, Poses2D]]:
    """The 2D records of a file; :class:`DataError` where it has none."""
    content = read_shared(file, format_name, ReadOptions())
    items = [(item, item.record) for item in content.items if isinstance(item.record, Poses2D)]
    if not items:
        raise DataError("file holds no 2D keypoints", path=file, got=f"format {content.format}")
    return items


def _named(found: Sequence[FoundFile], root: Path) -> Iterable[FoundFile]:
    """Names that can be names of files, by the first way that makes all of them different."""
    ways: tuple[Callable[[FoundFile], str], ...] = (
        lambda one: one.name or _stem(one.path.name),
        lambda one: one.name or _stem(one.path.relative_to(root).as_posix()),
        lambda one: f"{_stem(one.path.relative_to(root).as_posix())} {one.name}",
        lambda one: f"{one.path.relative_to(root).as_posix()} {one.name}",
    )
    names: list[str] = []
    for way in ways:
        names = [re.sub(r"[^\w\-]+", "_", way(one)).strip("_") for one in found]
        if len(set(names)) == len(names):
            break
    seen = Counter[str]()
    for one, name in zip(found, names, strict=True):
        seen[name] += 1
        yield replace(one, name=name if seen[name] == 1 else f"{name}_{seen[name]}")


def _stem(name: str) -> str:
    """A file's name without its ending, and without that of the video before it (``dance.mp4.npz``)."""
    stem = name.removesuffix(Path(name).suffix)
    video = Path(stem).suffix
    return stem.removesuffix(video) if video.lower() in _VIDEO_SUFFIXES else stem


def paired_files(dataset: Dataset, path: Path) -> FoundFiles:
    """The 2D under ``path`` matched to the clips of a dataset: by name, or by the keys of the records of one file.

    Clips without 2D, files without clip, files of another length, files that may be of several clips and clips with
    several files are problems; the rest is matched. Raises :class:`DataError` where there is nothing of 2D.
    """
    files = [path] if path.is_file() else _data_files(path)
    if not files:
        raise DataError("no 2D keypoints here", path=path, expected=f"files ending in {', '.join(_SUFFIXES)}")
    matcher = ClipMatcher(dataset.clips, _MAY_PRECEDE)
    matched, extra = _by_name(matcher, path, files)
    notes: list[str] = []
    unreadable: list[str] = []
    if matched:
        matched, notes, unreadable = only_poses(matched, LifterOptions(), _HOLDS)
    elif len(files) == 1 or len(extra) == 1:
        matched, extra = _by_records(dataset, matcher, files[0] if len(files) == 1 else path / extra[0])
    by_clip, problems = _one_each(matched)
    if not by_clip and not problems:
        why = [*unreadable, *notes, *(f"{name} means no clip" for name in extra)]
        raise DataError("no 2D keypoints here belong to any clip", path=path, got=why[0] if why else None)
    short = {clip: line for clip, match in by_clip.items() if (line := _other_length(match))}
    kept = tuple(
        FoundFile(clip.name, match.ref.path, match.ref.key, match.ref.format)
        for clip in dataset.clips
        if (match := by_clip.get(clip.name)) is not None and clip.name not in short
    )
    told = {*by_clip, *(problem.clip for problem in problems)}
    lines = (
        *unreadable,
        *_listed(path, "no 2D keypoints for {} clip(s)", [clip.name for clip in dataset if clip.name not in told]),
    )
    problems += [Problem(line, clip) for clip, line in short.items()]
    notes += _listed(path, "{} file(s) of 2D keypoints without a clip in the dataset", extra)
    return FoundFiles(kept, (*problems, *map(Problem, lines)), tuple(notes))


def _by_name(matcher: ClipMatcher, path: Path, files: Iterable[Path]) -> tuple[list[Matched], list[str]]:
    """Files whose name (below ``path``) means a clip, and those of 2D whose name does not."""
    matched, extra = [], []
    for file in files:
        shown = file.name if file == path else file.relative_to(path).as_posix()
        clips, rest = matcher.by_name(shown.removesuffix(file.suffix))
        if clips:
            matched.append(Matched(SourceRef(file), shown, clips, (*rest, file.suffix.lower())))
        elif _is_2d(file):
            extra.append(shown)
    return matched, extra


def _is_2d(file: Path) -> bool:
    try:
        return detect(file).holds == _HOLDS
    except DataError:
        return False


def _by_records(dataset: Dataset, matcher: ClipMatcher, file: Path) -> tuple[list[Matched], list[str]]:
    """The records of one file by their keys, or its only record for the only clip."""
    format_name = detect(file).name
    items = _items(file, format_name)
    ref = SourceRef(file, "", format_name)
    if len(items) == 1 and len(dataset.clips) == 1:
        item, record = items[0]
        return [Matched(replace(ref, key=item.key), file.name, dataset.clips, n_frames=len(record.xy_px))], []
    cameras: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item, _ in items:
        cameras[item.subject, item.action].add(item.camera)
    matched, extra = [], []
    for item, record in items:
        shown = f"{file.name}#{item.key}" if item.key else file.name
        of_action = frozenset(cameras[item.subject, item.action])
        clips = matcher.by_name(item.key)[0] or matcher.by_keys(item.subject, item.action, item.camera, of_action)
        if clips:
            matched.append(Matched(replace(ref, key=item.key), shown, clips, n_frames=len(record.xy_px)))
        else:
            extra.append(shown)
    return matched, extra


def _one_each(matched: Iterable[Matched]) -> tuple[dict[str, Matched], list[Problem]]:
    """Clips with the one file that means them and no other, and a problem for each of the others."""
    by_clip: dict[str, list[Matched]] = defaultdict(list)
    for match in matched:
        for clip in match.clips:
            by_clip[clip.name].append(match)
    sure: dict[str, Matched] = {}
    problems = []
    for name, same in by_clip.items():
        if len(same) > 1:
            shown = " and ".join(match.shown for match in same[:3])
            problems.append(Problem(f"{name}: several files of 2D keypoints, none taken: {shown}", name))
        elif len(same[0].clips) > 1:
            clips = " and ".join(clip.name for clip in same[0].clips[:3])
            problems.append(Problem(f"{same[0].ref.path}: may belong to several clips: {clips}. Put the athlete's "
                                    "folder into the name", name))  # fmt: skip
        else:
            sure[name] = same[0]
    return sure, problems


def _other_length(match: Matched) -> str:
    """A line where the number of frames is known without reading all, and is not that of the clip; else empty."""
    clip: ClipEntry = match.clips[0]
    n_frames = match.n_frames
    with suppress(DataError, IndexError, KeyError):  # the reader will say what is wrong with the file
        if n_frames is None and match.ref.path.suffix == ".npy":
            n_frames = npy_header(match.ref.path).shape[0]
        elif n_frames is None and match.ref.format == "detectron2_npz":
            n_frames = npz_headers(match.ref.path)["boxes"].shape[0]
    if n_frames in (None, clip.n_frames):
        return ""
    return f"{match.ref.path}: 2D keypoints of another length; expected {clip.n_frames} frames as in clip " \
           f"{clip.name}, got {n_frames}"  # fmt: skip


def _listed(path: Path, what: str, names: Sequence[str]) -> list[str]:
    """One line for a few or many names, none for none; ``{}`` in ``what`` is their number."""
    if not names:
        return []
    return [f"{path}: {what.format(len(names))}: {', '.join(names[:3])}{' ...' if len(names) > 3 else ''}"]
