"""``manifest.json`` of a predictions folder: what the numbers mean and which lifter wrote them.

Example::

    {"anglescope_predictions": 1, "lifter": "videopose3d", "title": "VideoPose3D, 243 frames", "simulated": false,
     "format": "videopose3d_npy", "axes": "camera", "scale": "metric", "unit": "m", "rig": "h36m",
     "normalisation": "full image", "fps": 60}

``rig`` may be ``clip``: each file's joints stand for what its clip's reference joints stand for. Only the first key is
needed; of further keys (checkpoint, command ...), which are provenance, only :func:`made_how` reads any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from core.errors import DataError
from core.files import read_bytes
from core.formats.base import ReadOptions
from core.formats.jsonfault import json_fault
from core.formats.registry import format_named
from core.pairing.records import LifterOptions
from core.records import Axes, Scale
from core.skeleton import RIGS

__all__ = ["CLIP_RIG", "MANIFEST", "UNITS_MM", "MadeHow", "Manifest", "made_how", "read_manifest", "reading_of",
           "stated_beside", "with_manifest"]  # fmt: skip

MANIFEST = "manifest.json"
UNITS_MM: dict[str, float] = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
"""Millimetres per unit of length that a manifest or study file may name."""

CLIP_RIG = "clip"
"""As a rig: the joints stand for what the clip's own reference joints stand for, whichever rig that is."""

_VERSION = 1
_T = TypeVar("_T")


class Manifest(msgspec.Struct, frozen=True):
    """The keys of a manifest, as described in this module; ``fps`` in frames per second, ``size_px`` (w, h)."""

    anglescope_predictions: int
    lifter: str = ""
    title: str = ""
    simulated: bool = False
    format: str | None = None
    axes: str | None = None
    scale: str | None = None
    unit: str | None = None
    rig: str | None = None
    normalisation: str | None = None
    fps: float | None = None
    size_px: tuple[int, int] | None = None


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a predictions folder, or None where it has none.

    Raises :class:`DataError` for broken JSON, another version, and values that are not known.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = msgspec.json.decode(read_bytes(path), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise json_fault("manifest cannot be used", error, path) from None
    if manifest.anglescope_predictions != _VERSION:
        raise DataError("manifest of another version", path=path, expected=f"anglescope_predictions = {_VERSION}",
                        got=str(manifest.anglescope_predictions))  # fmt: skip
    known = {"axes": tuple(Axes), "scale": tuple(Scale), "rig": (*RIGS, CLIP_RIG), "unit": tuple(UNITS_MM)}
    for key, values in known.items():
        value = getattr(manifest, key)
        if value is not None and value not in values:
            raise DataError(f"unknown {key} {value!r}", path=path, expected=" or ".join(values))
    return manifest


@dataclass(frozen=True, slots=True)
class MadeHow:
    """What else a manifest may say of how predictions were made. trained_fps : frame rate that the model was trained
    at. seams : by clip, frames at which windows of the model meet; None where the manifest does not say.
    """

    trained_fps: float | None = None
    seams: Mapping[str, tuple[int, ...]] | None = None


class _Seams(msgspec.Struct, frozen=True):
    seams: tuple[int, ...] | None = None


class _Made(msgspec.Struct, frozen=True):
    trained_fps: float | None = None
    clips: dict[str, _Seams] | None = None


def made_how(folder: Path) -> MadeHow:
    """How the predictions of a folder were made, as far as its manifest says; unreadable is unsaid."""
    try:
        told = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Made)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return MadeHow()
    seams = {clip: line.seams for clip, line in (told.clips or {}).items() if line.seams is not None}
    return MadeHow(told.trained_fps, seams or None)


def with_manifest(options: LifterOptions, manifest: Manifest) -> LifterOptions:
    """Options completed by a manifest; what the user stated wins."""
    stated = options.read
    read = ReadOptions(
        fps=_first(stated.fps, manifest.fps), axes=_first(stated.axes, manifest.axes),
        scale=_first(stated.scale, manifest.scale), rig=_first(stated.rig, manifest.rig),
        normalisation=_first(stated.normalisation, manifest.normalisation),
        size_px=_first(stated.size_px, manifest.size_px),
        mm_per_unit=_first(stated.mm_per_unit, UNITS_MM[manifest.unit] if manifest.unit else None),
    )  # fmt: skip
    return replace(options, read=read, format=_first(options.format, manifest.format),
                   title=_first(options.title, manifest.title or None))  # fmt: skip


def reading_of(path: Path, options: LifterOptions, format_name: str | None = None) -> tuple[str | None, ReadOptions]:
    """Format (None: to detect) and meaning of one file without a clip, by the options of its lifter.

    Their format holds for files that may be of it; the rig ``clip`` is left open. format_name : as the user states.
    """
    named = options.format
    fits = named is not None and (named == format_name or path.suffix.lower() in format_named(named).suffixes)
    read = options.read if options.read.rig != CLIP_RIG else replace(options.read, rig=None)
    return (named if fits else None), read


def stated_beside(path: Path) -> LifterOptions:
    """What the manifest in the folder of a file states; nothing where there is none."""
    manifest = read_manifest(path.parent)
    return LifterOptions() if manifest is None else with_manifest(LifterOptions(), manifest)


def _first(stated: _T | None, otherwise: _T | None) -> _T | None:
    return otherwise if stated is None else stated
