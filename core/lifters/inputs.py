"""Where the 2D of each clip comes from: the dataset's own keypoints, its reference projected, or files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.cameras import project, upright_size
from core.dataset import ClipEntry, Dataset, Problem, load_clip, load_keypoints
from core.errors import AmbiguousFileError, DataError
from core.formats.base import Content, Item, ReadOptions
from core.formats.registry import read
from core.lifters.input_files import FoundFile, named_files, paired_files
from core.pairing.fitting import same_rate
from core.pairing.sources import read_shared
from core.records import Axes, Camera, Poses2D

__all__ = ["AUTO", "DETECTED", "PROJECTED", "ClipHome", "InputRef", "Inputs", "dataset_inputs", "file_inputs",
           "load_input"]  # fmt: skip

AUTO, DETECTED, PROJECTED, FILE = "auto", "detected", "projected", "file"
_SAME_ASPECT = 0.02


@dataclass(frozen=True, slots=True)
class ClipHome:
    """The clip of a dataset that 2D belongs to. root : of the dataset. camera : as in its cameras, or None."""

    root: Path
    entry: ClipEntry
    camera: Camera | None = None

    def dataset(self) -> Dataset:
        """A dataset of this one clip."""
        return Dataset(self.root, (self.entry,), cameras=() if self.camera is None else (self.camera,))


@dataclass(frozen=True, slots=True)
class InputRef:
    """The 2D of one clip, not yet read. Hashable, and can be sent to another process.

    clip : name of the clip, unique among its inputs. source : ``detected``, ``projected`` or ``file``. path : of a
    file. key : record of a file that may have several. format : of the file, None to detect. home : the clip of a
    dataset, None for plain files. size_px, fps : as the user states.
    """

    clip: str
    source: str = FILE
    path: Path | None = None
    key: str = ""
    format: str | None = None
    home: ClipHome | None = None
    size_px: tuple[int, int] | None = None
    fps: float | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """2D of many clips: refs in order of clips, what is missing or wrong, what was assumed."""

    refs: tuple[InputRef, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def dataset_inputs(dataset: Dataset, keypoints: str | Path = AUTO) -> Inputs:
    """The 2D of the clips of a dataset.

    keypoints : ``detected`` (the dataset's own ``_coco.npy``), ``projected`` (reference poses through the clip's
    camera), ``auto`` (detected where a clip has it, else projected), or a file or folder of 2D in any format that can
    be read, matched to clips by name as predictions are. Clips without 2D, files without clip and files of another
    length are problems. Raises :class:`DataError` where ``keypoints`` is a path that does not exist or holds no 2D.
    """
    homes = {clip.name: ClipHome(dataset.root, clip, dataset.camera(clip.camera_id)) for clip in dataset.clips}
    if str(keypoints) not in (AUTO, DETECTED, PROJECTED):
        path = Path(keypoints)
        if not path.exists():
            raise DataError("2D keypoints not found", path=path,
                            expected=f"{AUTO}, {DETECTED}, {PROJECTED}, or a file or folder of 2D")  # fmt: skip
        found = paired_files(dataset, path)
        matched = tuple(_file_ref(file, home=homes[file.name]) for file in found.files)
        return Inputs(matched, found.problems, found.notes)
    refs: list[InputRef] = []
    problems: list[Problem] = []
    for home in homes.values():
        ref = _own_ref(home, str(keypoints))
        if isinstance(ref, Problem):
            problems.append(ref)
        else:
            refs.append(ref)
    return Inputs(tuple(refs), tuple(problems), _own_notes(refs, str(keypoints)))


def file_inputs(path: str | Path, size_px: tuple[int, int] | None = None, fps: float | None = None) -> Inputs:
    """2D files without a dataset: one file, or all of a folder; records of a file with several each are a clip.

    size_px, fps : picture size and frame rate, for files that do not say. Clips are called as the files, or as the
    records of a file (subject, action, camera). Raises :class:`DataError` where nothing there holds 2D.
    """
    found = named_files(Path(path))
    return Inputs(tuple(_file_ref(file, size_px=size_px, fps=fps) for file in found.files), found.problems, found.notes)


def load_input(ref: InputRef) -> Poses2D:
    """The 2D that ``ref`` names, upright pixels.

    Picture size and frame rate come from the file, else from what was stated or the clip's ``.json``. Raises
    :class:`DataError` for an unusable file, a stated size or frame rate that contradicts the file's, and another number
    of frames than the clip's.
    """
    if ref.home is not None and ref.source == DETECTED:
        keypoints = load_keypoints(ref.home.entry, ref.home.dataset())
        note = "2D is the dataset's own _coco.npy; AthletePose3D's are labelled points projected, not detections"
        return replace(keypoints, notes=(*keypoints.notes, note))
    if ref.home is not None and ref.source == PROJECTED:
        return _projected(ref.home)
    keypoints = _from_file(ref)
    return _with_stated(keypoints, ref) if ref.home is None else _with_clip(keypoints, ref.home)


def _own_ref(home: ClipHome, keypoints: str) -> InputRef | Problem:
    """The 2D that a dataset itself has for a clip, or why it has none."""
    clip = home.entry
    if keypoints != PROJECTED and "keypoints" in clip.roles:
        return InputRef(clip.name, DETECTED, home=home)
    if keypoints == DETECTED:
        return Problem(f"{clip.name}: no 2D keypoints ({clip.stem}_coco.npy is not there)", clip.name)
    if home.camera is None:
        return Problem(f"{clip.name}: reference poses cannot be projected, camera {clip.camera_id!r} is not in "
                       "cam_param.json", clip.name)  # fmt: skip
    return InputRef(clip.name, PROJECTED, home=home)


def _own_notes(refs: Iterable[InputRef], keypoints: str) -> tuple[str, ...]:
    """What ``auto`` came to."""
    sources = [ref.source for ref in refs]
    n_detected, n_projected = sources.count(DETECTED), sources.count(PROJECTED)
    if keypoints != AUTO or not sources:
        return ()
    if not n_projected:
        return ("2D: the dataset's own keypoints",)
    if not n_detected:
        return ("2D: reference poses projected, since the dataset has no keypoints",)
    return (f"2D: the dataset's own keypoints for {n_detected} clip(s), reference poses projected for {n_projected} "
            "without them; errors of the two do not compare",)  # fmt: skip


def _file_ref(
    file: FoundFile, home: ClipHome | None = None, size_px: tuple[int, int] | None = None, fps: float | None = None
) -> InputRef:
    return InputRef(file.name, FILE, file.path, file.key, file.format, home, size_px, fps)


def _projected(home: ClipHome) -> Poses2D:
    """Reference poses as the clip's camera sees them; joints at or behind the camera are missing."""
    clip = load_clip(home.entry, home.dataset())
    origin = clip.poses.origin
    if clip.camera is None:
        raise DataError("clip has no camera to project with", path=origin.path, expected=home.entry.camera_id)
    if clip.poses.axes is not Axes.WORLD_Z_UP:
        raise DataError("reference poses are not in the camera's world", path=origin.path,
                        expected=str(Axes.WORLD_Z_UP), got=str(clip.poses.axes))  # fmt: skip
    xy = project(clip.camera, clip.poses.xyz_mm).astype(np.float32)
    note = (f"2D is the reference (rig {clip.poses.rig}) projected through camera {clip.camera.name}: no detector's "
            "error is in it, and joints mean what they mean in that rig")  # fmt: skip
    return Poses2D(
        xy, "h36m17", clip.fps, np.ones(xy.shape[:2], np.float32), upright_size(clip.camera), origin, (note,)
    )


def _from_file(ref: InputRef) -> Poses2D:
    """The one 2D record that a reference to a file means, as the file itself says."""
    if ref.path is None:
        raise DataError(f"no 2D for clip {ref.clip}", expected="a file")
    options = ReadOptions()
    content = read_shared(ref.path, ref.format, options) if ref.key else read(ref.path, ref.format, options)
    records = [(item, item.record) for item in content.items if isinstance(item.record, Poses2D)]
    chosen = [record for item, record in records if item.key == ref.key or not ref.key]
    if len(chosen) == 1:
        return chosen[0]
    raise _no_record(content, [item for item, _ in records], ref.key)


def _no_record(content: Content, items: list[Item], key: str) -> DataError:
    listed = ", ".join(repr(item.key) for item in items[:6]) + (" ..." if len(items) > 6 else "")
    if not items:
        return DataError("file holds no 2D keypoints", path=content.path, got=f"format {content.format}")
    if key:
        return DataError(f"no 2D record {key!r}", path=content.path, got=listed)
    return AmbiguousFileError("file holds several 2D records", path=content.path, expected="one key", got=listed)


def _with_stated(keypoints: Poses2D, ref: InputRef) -> Poses2D:
    """Size and frame rate as stated where the file says nothing; refused where it says something else."""
    path, size, fps = keypoints.origin.path, keypoints.size_px, keypoints.fps
    if ref.size_px is not None and size is not None and size != ref.size_px:
        raise DataError("stated picture size contradicts the file", path=path, expected=f"{size[0]}x{size[1]}",
                        got=f"{ref.size_px[0]}x{ref.size_px[1]} as stated")  # fmt: skip
    if ref.fps is not None and fps is not None and not same_rate(fps, ref.fps):
        raise DataError("stated frame rate contradicts the file", path=path, expected=f"{fps:g}",
                        got=f"{ref.fps:g} as stated")  # fmt: skip
    return replace(keypoints, size_px=size or ref.size_px, fps=fps or ref.fps)


def _with_clip(keypoints: Poses2D, home: ClipHome) -> Poses2D:
    """Checked against the clip, its size and frame rate where the file says nothing."""
    entry, path, n_frames = home.entry, keypoints.origin.path, len(keypoints.xy_px)
    if n_frames != entry.n_frames:
        raise DataError("2D keypoints and clip differ in length", path=path,
                        expected=f"{entry.n_frames} frames as in clip {entry.name}", got=f"{n_frames}")  # fmt: skip
    fps = keypoints.fps or entry.fps
    if not same_rate(fps, entry.fps):
        raise DataError("2D keypoints and clip differ in frame rate", path=path,
                        expected=f"{entry.fps:g} per second as in clip {entry.name}", got=f"{fps:g}")  # fmt: skip
    own = entry.size_px[::-1] if entry.rotated else entry.size_px
    size = keypoints.size_px or own
    if abs(size[0] / size[1] / (own[0] / own[1]) - 1) > _SAME_ASPECT:
        raise DataError("2D keypoints are of a picture of another shape than the clip's", path=path,
                        expected=f"{own[0]}x{own[1]} as shown upright", got=f"{size[0]}x{size[1]}",
                        hint="Was the video cut or turned before detection?")  # fmt: skip
    notes = keypoints.notes
    if size != own:
        notes = (*notes, f"2D is of a picture of {size[0]}x{size[1]}, the clip's is {own[0]}x{own[1]}")
    return replace(keypoints, size_px=size, fps=fps, notes=notes)
