"""The frozen index of a dataset: one entry per clip, the cameras, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError
from core.records import Camera

__all__ = ["ClipEntry", "Dataset", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a dataset or with a set of predictions, in one line.

    message : the line as shown to the user, with the file. clip : name of the clip it concerns, or empty.
    excluded : the clip could not be indexed and is not among the dataset's clips.
    """

    message: str
    clip: str = ""
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class ClipEntry:
    """One clip of an index, known from its ``.json`` and the heads of its arrays; no coordinates are loaded.

    name : ``<athlete folder>_<stem>``, unique in its dataset. athlete : ``<group>/<folder>`` (``fs/S1``), since
    folders are reused between sports. folder, stem, activity, trial, camera_index : parts of the name; trial and
    camera index are empty where the stem has another form. split : ``train``, ``valid``, ``test`` or empty.
    location : path from the dataset's root to the stem, with ``/``; for a clip of a pickle, to the pickle.
    camera_id : key into the cameras. group : action group of the ``.json``. n_frames, fps : length and frames per
    second. n_labels : labelled points per frame, 0 without points. size_px : stored (width, height). rotated : the
    video is shown turned. source_start_frame : first frame in the source recording, or None. roles : which of
    ``points``, ``poses``, ``keypoints``, ``video`` exist. digest : short hash of the ``.json`` and of the sizes and
    heads of its arrays. key : record within a file of several clips, else empty.
    """

    name: str
    athlete: str
    folder: str
    stem: str
    activity: str
    trial: str
    camera_index: str
    split: str
    location: str
    camera_id: str
    group: str
    n_frames: int
    fps: float
    n_labels: int
    size_px: tuple[int, int]
    rotated: bool
    source_start_frame: int | None
    roles: tuple[str, ...]
    digest: str
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The index of a dataset on disk, in order of name. Holds no coordinates; can be sent to another process.

    root : top folder of the layout, even where only a part of it was opened. clips : what can be loaded.
    problems : what is wrong, excluded clips among them. cameras : of ``cam_param.json``; cameras_path : that file,
    or None. fingerprint : hash of names, information, sizes and heads of the indexed clips and of the cameras; the
    same for a copy elsewhere. notes : what was assumed.
    """

    root: Path
    clips: tuple[ClipEntry, ...]
    problems: tuple[Problem, ...] = ()
    cameras: tuple[Camera, ...] = ()
    cameras_path: Path | None = None
    fingerprint: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.clips)

    def __iter__(self) -> Iterator[ClipEntry]:
        return iter(self.clips)

    def entry(self, name: str) -> ClipEntry:
        """The clip of that name; :class:`DataError` where there is none."""
        for clip in self.clips:
            if clip.name == name:
                return clip
        raise DataError(f"no clip is called {name!r}", path=self.root, got=f"{len(self.clips)} other clips")

    def camera(self, camera_id: str) -> Camera | None:
        """The camera of that name as in ``cam_param.json``, or None."""
        return next((camera for camera in self.cameras if camera.name == camera_id), None)

    def file(self, entry: ClipEntry, ending: str) -> Path:
        """Path of one file of a clip: its stem with ``ending`` (``.npy``, ``_h36m.npy``, ``.json``, ``.mp4``)."""
        return self.root / f"{entry.location}{ending}"
