"""Poses that were changed by hand, written as predictions of a source of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.editing import Edit
from core.errors import DataError
from core.files import sha256_hex
from core.lifters.folder import ClipLine, PredictionFolder
from core.records import Poses

__all__ = ["save_edited"]


def save_edited(
    folder: Path, name: str, clips: Mapping[str, Poses], edits: Mapping[str, Sequence[Edit]], *, lifter: str,
    versions: Mapping[str, str],
) -> Path:  # fmt: skip
    """Write a predictions folder with the edited poses of one lifter, as ``score`` and the window find it.

    folder : new or empty. name : of the new source. clips : poses by clip, edits applied. edits : what was done to
    each, kept in the manifest. lifter : whose poses they were. Every number is written as it is (float32 millimetres),
    so that scoring the folder gives what the window showed.
    Raises :class:`DataError` where the clips differ in axes, scale or rig, which one folder cannot say, and
    :class:`core.errors.OutputError` where the folder may not or cannot be written.
    """
    meanings = {(poses.axes, poses.scale, poses.rig, poses.normalisation) for poses in clips.values()}
    if len(meanings) != 1:
        told = "; ".join(sorted({f"{axes}, {scale}, rig {rig}" for axes, scale, rig, _ in meanings}))
        raise DataError("edited clips differ in what their numbers mean", path=folder, got=told or "no clip",
                        expected="one meaning per folder", hint="Save them one at a time")  # fmt: skip
    axes, scale, rig, normalisation = next(iter(meanings))
    settings: dict[str, Any] = {
        "anglescope_predictions": 1, "lifter": name, "title": f"{lifter}, edited by hand", "simulated": True,
        "format": "poses_npy", "axes": axes, "scale": scale, "unit": "mm", "rig": rig, "normalisation": normalisation,
        "fps": None, "edited_from": lifter, "versions": dict(versions),
        "edits": {clip: msgspec.to_builtins(list(done)) for clip, done in edits.items()},
    }  # fmt: skip
    written = PredictionFolder(folder, settings, resume=False, overwrite=False)
    for clip, poses in clips.items():
        digest = poses.origin.sha256 or sha256_hex(poses.xyz_mm.tobytes())
        written.write(ClipLine(clip, poses.n_frames, 0, digest, poses.notes), [poses.xyz_mm])
    written.finish(())
    return folder
