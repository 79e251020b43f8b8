"""How 2D keypoints are placed before a model reads them: five named ways. They move results more than the model does.

Everything is placed in *screen coordinates*: x from -1 to 1 across a picture as the model saw it in training, y with
the same unit, the picture's centre at 0, y down.

Sources: VideoPose3D (``common/camera.py``), MotionBERT (training, and ``infer_wild.py`` with ``crop_scale``), MMPose
(``pose3d_inferencer.py``, ``h36m`` statistics), 3d_pose_baseline_pytorch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.errors import DataError, UsageError
from core.lifters.card import PICTURE_PX, Coding
from core.records import Float32, Float64, Poses2D

__all__ = ["NORMALISATIONS", "Placement", "check_normalisation", "check_picture", "placement"]

NORMALISATIONS: Mapping[str, str] = MappingProxyType(
    {
        "full image": "The whole picture: its width from -1 to 1 (training of VideoPose3D and MotionBERT).",
        "person crop": "Each frame's person moved and scaled to one place and size, so that neither tells distance "
        "(MMPose's inferencer).",
        "clip box": "The square round all keypoints of the clip from -1 to 1 (MotionBERT on videos, default).",
        "pixel": "The whole picture: its shorter side from -1 to 1 (MotionBERT on videos, --pixel).",
        "z-score": "Pixels as they are, as of a picture 1000 wide, for models that standardise them "
        "(SimpleBaseline3D).",
    }
)
"""Names of the ways and what each does, one sentence."""

_CROP_CENTRE, _CROP_SIDE = (528.0, 427.0), 400.0
"""Where MMPose puts the centre of a person's box in that picture, and how long the box's longer side becomes."""

_BOX_MARGIN = 1.25
"""A detector's box is larger than the extents of the keypoints: it holds head, hands and feet as a whole."""

_MOST_OUTSIDE, _SOME_OUTSIDE, _TOO_LARGE = 0.5, 0.05, 3.0
_LARGEST_NORMALISED = 2.5
"""No person in pixels is so small that all coordinates lie within this; coordinates from -1 to 1 do."""


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Keypoints of one clip in screen coordinates, computed in blocks of frames.

    name : of :data:`NORMALISATIONS`. centre_x : the x about which a mirrored picture is mirrored.
    """

    name: str
    centre_x: float
    _xy_px: Float32
    _origin_px: Float64
    _unit_px: Float64
    _offset: tuple[float, float] = (0.0, 0.0)
    _clipped: bool = False

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self._xy_px)

    def place(self, rows: slice) -> Float32:
        """(n, J, 2) float32 screen coordinates of a block of frames."""
        relative = self._xy_px[rows].astype(np.float64) - self._origin_px[rows]
        placed = relative / self._unit_px[rows] + self._offset
        return (np.clip(placed, -1, 1) if self._clipped else placed).astype(np.float32)


def check_normalisation(name: str, coding: str) -> None:
    """Refuse a name that is not known or that a model of this coding cannot read, naming the others.

    coding : of :class:`core.lifters.card.Coding`. Raises :class:`UsageError`.
    """
    fitting = [known for known in NORMALISATIONS if known != "z-score" or coding == Coding.ZSCORE]
    if name not in NORMALISATIONS:
        raise UsageError(f"unknown normalisation {name!r}; known: {', '.join(fitting)}")
    if name not in fitting:
        raise UsageError(f"normalisation {name!r} is only for models that standardise pixels; this model reads: "
                         f"{', '.join(fitting)}")  # fmt: skip


def placement(poses: Poses2D, name: str) -> Placement:
    """Keypoints without gaps, to be placed in screen coordinates as ``name`` says; extents are computed here, once.

    The formulas, w and h being the picture's size:

    full image : xy * 2 / w - [1, h / w].
    person crop : per frame, the box is the extents of the keypoints enlarged by 1.25; (xy - its centre) / its longer
        side * 400 + (528, 427) is a pixel of a picture 1000 x 1000, which is then placed as full image.
    clip box : (xy - centre) * 2 / longer side of the box round all keypoints of the clip with a confidence above 0,
        clipped to [-1, 1].
    pixel : (xy - [w, h] / 2) * 2 / min(w, h).
    z-score : xy / 500 - 1.

    Raises :class:`DataError` for missing keypoints, a size that is needed and not known, and keypoints that all lie in
    one point; :class:`UsageError` for an unknown name.
    """
    check_normalisation(name, Coding.ZSCORE)
    holes = np.isnan(poses.xy_px).any(axis=(1, 2))
    if holes.any():
        raise DataError("keypoints are missing", path=poses.origin.path or None, frame=int(holes.argmax()),
                        expected="gaps filled before the keypoints are placed")  # fmt: skip
    if name == "person crop":
        return _person_crop(poses)
    if name == "clip box":
        return _clip_box(poses)
    if name == "z-score":
        centre = 0.0 if poses.size_px is None else poses.size_px[0] / PICTURE_PX - 1
        return _of_clip(poses, name, (PICTURE_PX / 2, PICTURE_PX / 2), PICTURE_PX / 2, centre_x=centre)
    width, height = _size(poses, name)
    unit = (width if name == "full image" else min(width, height)) / 2
    return _of_clip(poses, name, (width / 2, height / 2), unit)


def _of_clip(
    poses: Poses2D, name: str, origin: tuple[float, float], unit: float, *, centre_x: float = 0.0, clipped: bool = False
) -> Placement:
    """The same origin and unit (pixels) in every frame."""
    n_frames = len(poses.xy_px)
    origins = np.broadcast_to(np.array(origin, np.float64), (n_frames, 1, 2))
    units = np.broadcast_to(np.float64(unit), (n_frames, 1, 1))
    return Placement(name, centre_x, poses.xy_px, origins, units, _clipped=clipped)


def _person_crop(poses: Poses2D) -> Placement:
    low, high = poses.xy_px.min(axis=1).astype(np.float64), poses.xy_px.max(axis=1).astype(np.float64)
    longer = (high - low).max(axis=1) * _BOX_MARGIN
    if not (longer > 0).all():
        raise DataError("all keypoints lie in one point", path=poses.origin.path or None, frame=int(longer.argmin()),
                        expected="a person of some size")  # fmt: skip
    unit = longer / _CROP_SIDE * (PICTURE_PX / 2)
    offset = (_CROP_CENTRE[0] * 2 / PICTURE_PX - 1, _CROP_CENTRE[1] * 2 / PICTURE_PX - 1)
    return Placement("person crop", 0.0, poses.xy_px, ((low + high) / 2)[:, None], unit[:, None, None], offset)


def _clip_box(poses: Poses2D) -> Placement:
    seen = poses.xy_px if poses.confidence is None else poses.xy_px[poses.confidence > 0]
    points = seen.reshape(-1, 2)
    size = np.ptp(points, axis=0).astype(np.float64) if len(points) else np.zeros(2)
    if not size.max() > 0:
        raise DataError("all keypoints lie in one point", path=poses.origin.path or None,
                        expected="a person of some size")  # fmt: skip
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    centre = (low + high) / 2
    return _of_clip(poses, "clip box", (centre[0], centre[1]), (high - low).max() / 2, clipped=True)


def _size(poses: Poses2D, name: str) -> tuple[int, int]:
    if poses.size_px is None:
        raise DataError(f"picture size is not known, and normalisation {name!r} needs it",
                        path=poses.origin.path or None, hint="State it with --size WIDTHxHEIGHT")  # fmt: skip
    return poses.size_px


def check_picture(poses: Poses2D) -> tuple[str, ...]:
    """Whether keypoints can be of a picture of the stated size; a caution where some lie outside.

    Raises :class:`DataError` for coordinates that are no pixels (from -1 to 1), and, where the size is known, for more
    than half of the keypoints outside the picture and for extents of more than 3 times its size.
    """
    path = poses.origin.path or None
    x, y = poses.xy_px[..., 0], poses.xy_px[..., 1]
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    if not len(x):
        return ()
    if max(np.abs(x).max(), np.abs(y).max()) <= _LARGEST_NORMALISED:
        raise DataError("2D keypoints are not in pixels", path=path, got=_extents(x, y),
                        hint="They seem to be normalised already; multiply them back to pixels")  # fmt: skip
    if poses.size_px is None:
        return ()
    width, height = poses.size_px
    outside = float(((x < 0) | (x > width) | (y < 0) | (y > height)).mean())
    # A few wild detections are not the fault of the size: the outermost hundredth on each side does not count.
    spread = [float(np.diff(np.quantile(axis, (0.01, 0.99)))[0]) for axis in (x, y)]
    if outside > _MOST_OUTSIDE or spread[0] > _TOO_LARGE * width or spread[1] > _TOO_LARGE * height:
        raise DataError("wrong image size", path=path, expected=f"keypoints within {width}x{height} pixels",
                        got=f"{outside:.0%} of them outside, {_extents(x, y)}")  # fmt: skip
    if outside <= _SOME_OUTSIDE:
        return ()
    return (f"caution: {outside:.0%} of the keypoints lie outside the picture of {width}x{height} pixels",)


def _extents(x: Float32, y: Float32) -> str:
    return f"x {x.min():.4g} to {x.max():.4g}, y {y.min():.4g} to {y.max():.4g}"
