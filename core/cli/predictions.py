"""Files of a lifter's predictions, read as ``score`` reads them: by their manifest, with what their clip tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.cameras import upright_size
from core.dataset import Dataset, load_clip, open_dataset
from core.errors import DataError
from core.formats.base import Content, Item, ReadOptions
from core.formats.registry import read
from core.pairing import CLIP_RIG, LifterOptions, SourceRef, pair_lifter, read_manifest
from core.pairing.manifest import MANIFEST, reading_of, with_manifest
from core.records import Clip, Poses
from core.results.recordings import has_dataset_layout

__all__ = ["PredictionReader"]

PREDICTIONS = "predictions"


@dataclass(frozen=True, slots=True)
class _Lifter:
    """What is known of one lifter's folder.

    options : those of the user, completed by the manifest. sources : file to its reference and the name of its clip,
    empty where there is no dataset. notes : what went wrong with matching.
    """

    options: LifterOptions
    dataset: Dataset | None = None
    sources: Mapping[Path, tuple[SourceRef, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class PredictionReader:
    """A :class:`core.export.convert.Reader` that knows what predictions mean.

    A file in a folder with a manifest, or below ``predictions`` of a dataset, is read by the manifest and by what was
    concluded from the lifter's other files; frame rate, rig and picture size that nobody stated are its clip's. Any
    other file is read as :func:`core.formats.registry.read` does. Each lifter's folder is looked through once.
    """

    def __init__(self) -> None:
        self._lifters: dict[tuple[Path, str | None, ReadOptions], _Lifter] = {}

    def __call__(self, path: Path, format_name: str | None, options: ReadOptions | None, /) -> Content:
        """Read a file; what the user states wins. Raises :class:`DataError` as reading and manifests do."""
        stated = options or ReadOptions()
        folder = _lifter_folder(path)
        if folder is None:
            return read(path, format_name, stated)
        key = (folder, format_name, stated)
        if key not in self._lifters:
            self._lifters[key] = _lifter(folder, LifterOptions(format=format_name, read=stated))
        lifter = self._lifters[key]
        found = lifter.sources.get(path.absolute())
        if found is None or lifter.dataset is None:
            return _by_manifest(path, lifter, format_name)
        ref, clip_name = found
        return _of_clip(ref, load_clip(lifter.dataset.entry(clip_name), lifter.dataset))


def _lifter_folder(path: Path) -> Path | None:
    """The nearest folder above a file that holds a manifest, or lies in ``predictions`` of a dataset."""
    for folder in path.absolute().parents:
        if (folder / MANIFEST).is_file():
            return folder
        if folder.parent.name == PREDICTIONS and has_dataset_layout(folder.parent.parent):
            return folder
    return None


def _lifter(folder: Path, stated: LifterOptions) -> _Lifter:
    manifest = read_manifest(folder)
    options = with_manifest(stated, manifest) if manifest is not None else stated
    root = folder.parent.parent
    if folder.parent.name != PREDICTIONS or not has_dataset_layout(root):
        return _Lifter(options)
    try:
        dataset = open_dataset(root)
        pairing = pair_lifter(dataset, folder.name, folder, stated)
    except DataError as error:
        return _Lifter(options, notes=(f"not matched to clips: {error}",))
    sources = {ref.path.absolute(): (ref, clip) for clip, ref in pairing.sources.items() if not ref.key}
    return _Lifter(options, dataset, sources)


def _by_manifest(path: Path, lifter: _Lifter, format_name: str | None) -> Content:
    """A file without a clip; the manifest's format holds for files that may be of it."""
    content = read(path, *reading_of(path, lifter.options, format_name))
    return replace(content, notes=(*content.notes, *lifter.notes))


def _of_clip(ref: SourceRef, clip: Clip) -> Content:
    """A file whose clip is known; frames stay as they are, whatever the clip's length."""
    options = ref.options
    if options.rig == CLIP_RIG:
        options = replace(options, rig=clip.poses.rig)
    if options.size_px is None and clip.camera is not None:
        options = replace(options, size_px=upright_size(clip.camera))
    content = read(ref.path, ref.format, options)
    return replace(content, items=tuple(_with_rate(item, clip) for item in content.items))


def _with_rate(item: Item, clip: Clip) -> Item:
    record = item.record
    if not isinstance(record, Poses) or record.fps is not None:
        return item
    notes = (*record.notes, f"frame rate taken from the clip: {clip.fps:g}")
    return replace(item, record=replace(record, fps=clip.fps, notes=notes))
