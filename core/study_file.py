"""``study.toml``: a dataset, a split, lifters and options in one file that can be kept and run again.

Every key, with its values; only ``dataset`` is needed, relative paths start at the file's folder, and options of the
command line win::

    dataset = "../AthletePose3D"        # root, split, athlete folder or clip
    split = "test"                      # train, valid or test; default: all
    angles = "geometry"                 # estimator of angles from poses
    shoulder = "components"             # or "raw", "projected"
    hip_regression = "harrington"       # where no label is a hip joint centre; others: anglescope score -h

    [lifters.videopose3d]               # any number; the name is the one in tables
    path = "predictions/videopose3d"    # folder or file
    title = "VideoPose3D, 243 frames"
    format = "videopose3d_npy"          # name of a format; default: found by content
    axes = "camera"                     # camera, world_z_up, world_y_up
    scale = "metric"                    # metric, arbitrary, weak_perspective
    unit = "m"                          # m, cm, mm
    rig = "h36m"                        # h36m, ap3d, ap3d_running, or "clip": as its clip's
    normalisation = "full image"        # how the 2D input was normalised, in words
    size_px = [1280, 768]               # width and height of the picture that was lifted; default: the camera's
    fps = 60                            # true frame rate of the predictions
    offset = 13                         # clip frame of the prediction's frame 0
    trim = "end"                        # where another length is cut or left missing: start, end, centre
    resample = true                     # interpolate another frame rate

    [lifters.videopose3d.clips]         # explicit pairs instead of matching by name
    S1_Running_1_cam_1 = "run_a.npy"    # file under path, or "file.npz#key"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.angles.hip_centre import REGRESSIONS
from core.conventions import ShoulderView
from core.dataset.layout import SPLITS, split_of
from core.errors import DataError, UsageError
from core.estimators import ESTIMATORS
from core.files import read_bytes
from core.formats.base import ReadOptions
from core.pairing import CLIP_RIG, TRIMS, UNITS_MM, FitPolicy, LifterOptions
from core.records import Axes, Scale
from core.skeleton import RIGS

__all__ = ["Lifter", "Study", "read_study"]

_STUDY_KEYS: dict[str, type | tuple[type, ...]] = {
    "dataset": str, "split": str, "angles": str, "shoulder": str, "hip_regression": str, "lifters": dict,
}  # fmt: skip
_LIFTER_KEYS: dict[str, type | tuple[type, ...]] = {
    "path": str, "title": str, "format": str, "axes": str, "scale": str, "unit": str, "rig": str,
    "normalisation": str, "size_px": list, "fps": (int, float), "offset": int, "trim": str, "resample": bool,
    "clips": dict,
}  # fmt: skip
_VALUES: dict[str, Collection[str]] = {
    "angles": ESTIMATORS, "shoulder": tuple(ShoulderView), "axes": tuple(Axes), "scale": tuple(Scale),
    "unit": tuple(UNITS_MM), "rig": (*RIGS, CLIP_RIG), "trim": TRIMS, "hip_regression": tuple(REGRESSIONS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lifter:
    """One lifter of a study: name in tables, folder or file of its predictions, and what is stated about them."""

    name: str
    path: Path
    options: LifterOptions


@dataclass(frozen=True, slots=True)
class Study:
    """A study file as read. dataset : absolute path; None and empty: the file does not say."""

    path: Path
    dataset: Path
    split: str | None = None
    angles: str | None = None
    shoulder: ShoulderView | None = None
    lifters: tuple[Lifter, ...] = ()
    hip_regression: str | None = None


def read_study(path: Path) -> Study:
    """A ``study.toml`` as described in this module.

    Raises :class:`DataError` for a file that is missing or no TOML, and :class:`UsageError` for unknown keys (naming
    the nearest known one), wrong types and unknown values, always naming the key.
    """
    try:
        table = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"not a TOML file ({error})", path=path) from None
    _check(table, _STUDY_KEYS, path, "")
    if "dataset" not in table:
        raise UsageError(f"{path}: key 'dataset' is missing")
    split = table.get("split")
    if split is not None and not split_of(split):
        raise UsageError(f"{path}: split = {split!r} is not known; known: {', '.join(SPLITS)}")
    folder = path.absolute().parent
    lifters = tuple(_lifter(name, lifter, folder, path) for name, lifter in table.get("lifters", {}).items())
    shoulder = ShoulderView(table["shoulder"]) if "shoulder" in table else None
    return Study(path, folder / table["dataset"], split, table.get("angles"), shoulder, lifters,
                 table.get("hip_regression"))  # fmt: skip


def _lifter(name: str, table: object, folder: Path, path: Path) -> Lifter:
    """One ``[lifters.NAME]`` table."""
    where = f"lifters.{name}"
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {where} must be a table with a path")
    _check(table, _LIFTER_KEYS, path, f"{where}.")
    if "path" not in table:
        raise UsageError(f"{path}: key '{where}.path' is missing")
    fps = table.get("fps")
    if fps is not None and not fps > 0:
        raise UsageError(f"{path}: {where}.fps must be positive, got {fps}")
    pairs = table.get("clips", {})
    for clip, file in pairs.items():
        if not isinstance(file, str):
            raise UsageError(f"{path}: {where}.clips.{clip} must be a file name, got {file!r}")
    try:
        fit = FitPolicy(table.get("offset"), table.get("trim"), table.get("resample", False))
    except UsageError as error:
        raise UsageError(f"{path}: {where}: {error}") from None
    unit = table.get("unit")
    read = ReadOptions(
        fps=fps, axes=table.get("axes"), scale=table.get("scale"), rig=table.get("rig"),
        normalisation=table.get("normalisation"), size_px=_size_px(table, path, where),
        mm_per_unit=None if unit is None else UNITS_MM[unit],
    )  # fmt: skip
    options = LifterOptions(table.get("format"), read, fit, table.get("title"), tuple(pairs.items()))
    return Lifter(name, folder / table["path"], options)


def _size_px(table: Mapping[str, Any], path: Path, where: str) -> tuple[int, int] | None:
    """(width, height) of the lifted picture."""
    size = table.get("size_px")
    if size is None:
        return None
    if len(size) != 2 or not all(type(n) is int and n > 0 for n in size):
        raise UsageError(f"{path}: {where}.size_px must be [width, height] in whole pixels, got {size}")
    return size[0], size[1]


def _check(table: Mapping[str, Any], known: Mapping[str, type | tuple[type, ...]], path: Path, prefix: str) -> None:
    """Refuse unknown keys, values of another type and words that are not among the known ones."""
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known keys: {', '.join(known)}"
            raise UsageError(f"{path}: unknown key '{prefix}{key}'; {hint}")
        wanted = known[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            names = " or ".join(kind.__name__ for kind in (wanted if isinstance(wanted, tuple) else (wanted,)))
            raise UsageError(f"{path}: {prefix}{key} must be {names}, got {value!r}")
        if key in _VALUES and value not in _VALUES[key]:
            raise UsageError(f"{path}: {prefix}{key} = {value!r} is not known; known: {', '.join(_VALUES[key])}")
