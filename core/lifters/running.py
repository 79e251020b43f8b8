"""Running a lifter over a clip, block by block: windows, padding, seams, flip averaging.

Memory does not grow with the clip: blocks of poses leave as soon as they are finished.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from core.errors import AnglescopeError, UsageError
from core.lifters.card import PICTURE_PX, Coding
from core.lifters.motionbert import MotionBERT
from core.lifters.simplebaseline3d import SimpleBaseline3D
from core.lifters.videopose3d import VideoPose3D
from core.lifters.weights import LifterWeights
from core.network.running import choose_device, full_precision, is_out_of_memory
from core.records import Float32
from core.skeleton import MIRROR

__all__ = ["MIRRORED", "PlacedKeypoints", "Runner"]

MIRRORED: dict[str, tuple[int, ...]] = {
    "h36m17": MIRROR,
    "h36m16": tuple(joint - (joint > 9) for joint in MIRROR if joint != 9),
    "coco17": (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15),
}
"""Joint order of each 2D joint set with left and right exchanged."""

_BLOCK_FRAMES = {"cpu": 2048, "mps": 8192, "cuda": 32768}
_FEWEST_FRAMES = 32
"""Where not even these fit, memory is not the block's fault."""


class PlacedKeypoints(Protocol):
    """2D of one clip in screen coordinates. centre_x : the x about which a mirrored picture is mirrored."""

    @property
    def centre_x(self) -> float:
        """0 where the picture's centre is the origin."""
        ...

    def place(self, rows: slice) -> Float32:
        """(n, J, 2) of a block of frames."""
        ...


@dataclass(frozen=True, slots=True)
class _Windows:
    """Windows to run together: input rows of each (beyond the clip: its first or last frame again), and what is kept.

    keep : per window, the rows of its output that become the poses, which follow one another.
    """

    rows: tuple[tuple[int, int], ...]
    keep: tuple[tuple[int, int], ...]

    @property
    def n_kept(self) -> int:
        """Poses that come out."""
        return sum(last - first for first, last in self.keep)


class Runner:
    """A lifter on a device.

    flip : average with the mirrored input; None: as its published results do. overlap : frames that neighbouring
    windows share (MotionBERT only); each frame is then taken from the window whose border is farther away, never
    averaged. 0 as published: windows follow one another, the last is shorter. device : ``auto``, ``cuda``, ``mps`` or
    ``cpu``. Raises :class:`UsageError` for a device that is not here and an overlap that the model cannot have.
    """

    def __init__(self, weights: LifterWeights, *, flip: bool | None = None, overlap: int = 0,
                 device: str = "auto") -> None:  # fmt: skip
        self.card = weights.card
        self.flip = weights.card.flip if flip is None else flip
        self.overlap = overlap
        self.device = choose_device(device)
        model = weights.module()
        self._model = (model.folded() if isinstance(model, SimpleBaseline3D) else model).to(self.device)
        self._statistics = {name: tensor.to(self.device) for name, tensor in weights.statistics.items()}
        field = self.receptive_field
        if overlap and not (isinstance(self._model, MotionBERT) and 0 < overlap < field):
            raise UsageError(f"--overlap {overlap}: only MotionBERT has windows that can overlap, by less than their "
                             f"length; {weights.card.name} sees {field} frame(s)")  # fmt: skip

    @property
    def receptive_field(self) -> int:
        """Frames of input that a frame of output may depend on."""
        return int(self._model.receptive_field)  # type: ignore[arg-type]  # torch types attributes of modules loosely

    def seams(self, n_frames: int) -> tuple[int, ...]:
        """First frames of windows after the first, where neighbours in time were lifted apart."""
        if not isinstance(self._model, MotionBERT) or n_frames <= self._model.frames:
            return ()
        hop = self._model.frames - self.overlap
        starts = range(hop, n_frames - self.overlap, hop)
        return tuple(start + self.overlap // 2 for start in starts)

    def poses(self, placed: PlacedKeypoints, confidence: Float32 | None, n_frames: int) -> Iterator[Float32]:
        """Blocks (n, 17, 3) of root-relative millimetres (nominal where the scale is not metric), in order.

        confidence : (T, J) in 0 to 1, None: 1. Raises :class:`AnglescopeError` where even a few frames do not fit into
        memory.
        """
        limit, done = _BLOCK_FRAMES[self.device.type], 0
        while done < n_frames:
            windows = self._windows(done, n_frames, limit)
            try:
                block = self._run(windows, placed, confidence, n_frames)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                if limit <= _FEWEST_FRAMES:
                    raise AnglescopeError(f"out of memory on {self.device}: not even {limit} frames fit; "
                                          "use another --device") from None  # fmt: skip
                limit //= 2
                continue
            done += windows.n_kept
            yield block

    def _windows(self, done: int, n_frames: int, limit: int) -> _Windows:
        """The next windows after ``done`` finished frames, about ``limit`` frames together."""
        if isinstance(self._model, MotionBERT):
            return self._chunks(done, n_frames, max(1, limit // self._model.frames), self._model.frames)
        pad = self.receptive_field // 2
        last = min(done + limit, n_frames)
        return _Windows(((done - pad, last + pad),), ((0, last - done),))

    def _chunks(self, done: int, n_frames: int, count: int, length: int) -> _Windows:
        """Windows of MotionBERT: of full length together, the last one of a clip by itself."""
        hop, half = length - self.overlap, self.overlap // 2
        rows: list[tuple[int, int]] = []
        keep: list[tuple[int, int]] = []
        start = 0 if done == 0 else done - half
        while len(rows) < count:
            is_last = start + length >= n_frames
            end = min(start + length, n_frames)
            if is_last and rows and end - start < length:
                break
            rows.append((start, end))
            keep.append((0 if start == 0 else half, end - start if is_last else hop + half))
            if is_last:
                break
            start += hop
        return _Windows(tuple(rows), tuple(keep))

    def _run(
        self, windows: _Windows, placed: PlacedKeypoints, confidence: Float32 | None, n_frames: int
    ) -> Float32:  # fmt: skip
        inputs = np.stack([self._window(rows, placed, confidence, n_frames) for rows in windows.rows])
        with torch.inference_mode(), full_precision():
            tensor = torch.from_numpy(inputs).to(self.device)
            poses = self._lifted(tensor)
            if self.flip:
                mirrored = self._lifted(self._mirrored(tensor, placed.centre_x))[:, :, list(MIRROR)]
                poses = (poses + mirrored * mirrored.new_tensor([-1.0, 1.0, 1.0])) / 2
            poses = poses - poses[:, :, :1]
        result = poses.float().cpu().numpy()
        return np.concatenate([part[a:b] for part, (a, b) in zip(result, windows.keep, strict=True)])

    def _window(
        self, rows: tuple[int, int], placed: PlacedKeypoints, confidence: Float32 | None, n_frames: int
    ) -> Float32:  # fmt: skip
        """(n, J, C) input of one window; beyond the ends the first and last frame are repeated."""
        inside = slice(max(rows[0], 0), min(rows[1], n_frames))
        joints = placed.place(inside)
        if self.card.confidence:
            shape = (*joints.shape[:2], 1)
            third = np.ones(shape, np.float32) if confidence is None else confidence[inside].reshape(shape)
            joints = np.concatenate([joints, third], axis=-1)
        before, after = inside.start - rows[0], rows[1] - inside.stop
        return np.pad(joints, ((before, after), (0, 0), (0, 0)), mode="edge") if before or after else joints

    def _mirrored(self, inputs: Tensor, centre_x: float) -> Tensor:
        mirrored = inputs[:, :, list(MIRRORED[self.card.input_joints])].clone()
        mirrored[..., 0] = 2 * centre_x - mirrored[..., 0]
        return mirrored

    def _lifted(self, inputs: Tensor) -> Tensor:
        """(B, T, J, C) in screen coordinates to (B, T', 17, 3) millimetres."""
        model, statistics = self._model, self._statistics
        coded = self.card.coding == Coding.ZSCORE
        if coded:
            pixels = (inputs[..., :2] + 1) * (PICTURE_PX / 2)
            inputs = (pixels - statistics["input_mean"]) / statistics["input_std"]
        if isinstance(model, SimpleBaseline3D):
            poses = torch.unflatten(model(inputs.flatten(0, 1)), 0, inputs.shape[:2])
        else:
            assert isinstance(model, VideoPose3D | MotionBERT)  # noqa: S101 - for the type checker
            poses = model(inputs)
        if coded:
            poses = poses * statistics["target_std"] + statistics["target_mean"]
        poses = poses * self.card.unit_mm
        return poses if poses.shape[2] == len(MIRROR) else _with_root(poses)


def _with_root(poses: Tensor) -> Tensor:
    """(B, T, 16, 3) root-relative joints without the root, with the root put in at 0."""
    return torch.cat([torch.zeros_like(poses[:, :, :1]), poses], dim=2)
