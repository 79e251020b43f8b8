"""A folder of predictions, written clip by clip: poses, and a manifest that says how they came about.

Each clip's file appears complete or not at all, and is noted in a progress file; a run that was killed goes on after
the last finished clip. The manifest is there from the start, so that the finished clips can be scored at any time, and
is completed with what was found in each clip at the end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import OutputError
from core.files import atomic_output, ensure_writable_folder, output_error, write_atomic
from core.pairing.manifest import MANIFEST
from core.records import Float32
from core.skeleton import N_JOINTS

__all__ = ["ClipLine", "PredictionFolder"]

_PROGRESS = ".progress.jsonl"
_VOLATILE = ("command", "device", "versions", "clips", "problems", "complete")
"""What may differ between a run and its continuation."""


@dataclass(frozen=True, slots=True)
class ClipLine:
    """What the manifest says of one clip: frames, how many of them have no pose, hash of its 2D file, notes, and the
    frames at which windows of the model meet.
    """

    clip: str
    frames: int
    undefined: int
    input_sha256: str
    notes: tuple[str, ...] = ()
    seams: tuple[int, ...] = ()

    @classmethod
    def of(cls, clip: str, told: Mapping[str, Any]) -> ClipLine:
        """From what a manifest or a progress file holds."""
        return cls(clip, told["frames"], told["undefined"], told["input_sha256"], tuple(told["notes"]),
                   tuple(told.get("seams", ())))  # fmt: skip


class PredictionFolder:
    """The folder of one lifter's predictions while it is written.

    Raises :class:`OutputError` for a folder with anything else in it, one with predictions made otherwise (naming what
    differs), and one that cannot be written. resume : keep what an interrupted or earlier run with the same settings
    finished. overwrite : remove earlier predictions first, and nothing else.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any], *, resume: bool, overwrite: bool) -> None:
        self.folder, self._settings = folder, json.loads(json.dumps(settings))
        earlier = self._earlier()
        if earlier is None and _holds_anything(folder):
            raise OutputError(f"{folder}: is not empty and holds no predictions of anglescope lift; "
                              "choose an empty or new folder")  # fmt: skip
        if earlier is not None:
            self._check(earlier, resume=resume, overwrite=overwrite)
        ensure_writable_folder(folder)
        for partial in folder.glob(".*.part"):  # of a run that was killed
            partial.unlink(missing_ok=True)
        self.done: dict[str, ClipLine] = self._kept(earlier) if resume and earlier is not None else {}
        self._write_manifest({"complete": False})
        write_atomic(folder / _PROGRESS, "".join(_line(line) for line in self.done.values()).encode())

    def write(self, line: ClipLine, blocks: Iterable[Float32]) -> ClipLine:
        """One clip's poses, block by block, then its line; returns it with the frames that have no pose counted."""
        header = {"descr": "<f4", "fortran_order": False, "shape": (line.frames, N_JOINTS, 3)}
        written = undefined = 0
        with atomic_output(self.folder / f"{line.clip}.npy") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for block in blocks:
                file.write(np.ascontiguousarray(block, "<f4").data)
                written += len(block)
                undefined += int(np.isnan(block).any(axis=(1, 2)).sum())
            if written != line.frames:
                raise ValueError(f"{written} poses for {line.frames} frames")
        line = replace(line, undefined=undefined)
        try:
            with (self.folder / _PROGRESS).open("a", encoding="utf-8") as progress:
                progress.write(_line(line))
        except OSError as error:
            raise output_error(self.folder / _PROGRESS, error) from None
        self.done[line.clip] = line
        return line

    def finish(self, problems: Iterable[str]) -> None:
        """Complete the manifest with every clip's line and every problem, and remove the progress file."""
        clips = {name: {k: v for k, v in asdict(line).items() if k != "clip"} for name, line in self.done.items()}
        self._write_manifest({"complete": True, "clips": clips, "problems": list(problems)})
        (self.folder / _PROGRESS).unlink(missing_ok=True)

    def _write_manifest(self, more: Mapping[str, Any]) -> None:
        text = json.dumps({**self._settings, **more}, indent=1, ensure_ascii=False)
        write_atomic(self.folder / MANIFEST, text.encode())

    def _earlier(self) -> dict[str, Any] | None:
        """The manifest that :class:`PredictionFolder` wrote here before; None where there is none."""
        try:
            told = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return told if isinstance(told, dict) and "complete" in told else None

    def _check(self, earlier: Mapping[str, Any], *, resume: bool, overwrite: bool) -> None:
        if overwrite:
            self._remove(earlier)
            return
        keys = sorted((earlier.keys() | self._settings.keys()) - set(_VOLATILE))
        changed = [key for key in keys if earlier.get(key) != self._settings.get(key)]
        if changed:
            raise OutputError(f"{self.folder}: holds predictions made otherwise ({', '.join(changed)}); "
                              "choose another folder, or --overwrite to replace them")  # fmt: skip
        if not resume:
            state = "predictions of this very run" if earlier.get("complete") else "an unfinished run"
            raise OutputError(f"{self.folder}: holds {state}; use --resume to keep what is finished, "
                              "or --overwrite to start again")  # fmt: skip

    def _remove(self, earlier: Mapping[str, Any]) -> None:
        """Remove what runs write; the manifest, which makes the folder ours, goes last."""
        names = {*self._kept(earlier)}
        try:
            for name in names:
                (self.folder / f"{name}.npy").unlink(missing_ok=True)
            for name in (_PROGRESS, MANIFEST):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{self.folder}: earlier predictions cannot be removed ({error.strerror})") from None

    def _kept(self, earlier: Mapping[str, Any]) -> dict[str, ClipLine]:
        """Clips that are finished: lines of the manifest and of the progress file whose files are there."""
        found = {name: ClipLine.of(name, told) for name, told in dict(earlier.get("clips") or {}).items()}
        try:
            text = (self.folder / _PROGRESS).read_text(encoding="utf-8")
        except OSError:
            text = ""
        for row in text.splitlines():
            try:
                told = json.loads(row)
                found[told["clip"]] = ClipLine.of(told["clip"], told)
            except (ValueError, KeyError, TypeError):
                break  # the line that was being written when the run was killed
        return {name: line for name, line in found.items() if (self.folder / f"{name}.npy").is_file()}


def _line(line: ClipLine) -> str:
    return json.dumps(asdict(line), ensure_ascii=False) + os.linesep


def _holds_anything(folder: Path) -> bool:
    try:
        return folder.is_dir() and any(path.suffix != ".part" for path in folder.iterdir())
    except OSError as error:
        raise output_error(folder, error) from None
