"""What is kept of the reasons for a source's errors on one clip: flags, and the parts of its errors as means."""

from __future__ import annotations

import msgspec
import numpy as np

from core.conventions import N_ANGLES
from core.records import Float64
from core.skeleton import N_JOINTS

__all__ = ["ANGLE_PARTS", "POSITION_PARTS", "FlagRow", "SourceReasons"]

ANGLE_PARTS = (
    "frames", "rmse_deg", "bias_deg", "lag_s", "lag_frames", "gain", "rest_rms_deg", "share_bias", "share_lag",
    "share_gain", "share_rest",
)  # fmt: skip
"""Parts of the error of one angle over a clip, as :class:`core.anatomy.AngleSplit` has them."""

POSITION_PARTS = (
    "frames", "error_mm", "abs_along_bone_mm", "across_bone_mm", "abs_depth_mm", "in_plane_mm",
    "abs_length_error_percent", "length_bias_percent", "direction_error_deg",
)  # fmt: skip
"""Means over the frames of a clip in which they are defined, of one joint and the bone that ends there, as
:class:`core.anatomy.PositionSplit` has them; abs : of the size. frames : in which there is any of them."""


class FlagRow(msgspec.Struct, frozen=True):
    """A :class:`core.anatomy.Flag`, without its source. spans : first and last frame of each."""

    kind: str
    spans: tuple[tuple[int, int], ...]
    value: float
    unit: str
    rule: str


class SourceReasons(msgspec.Struct, frozen=True):
    """Of one source on one clip. Arrays are stored as bytes; read them through the properties.

    causes : of the twelve angles, the part that explains at least half of the error; '' where there is none.
    position_table : empty for the floor, which has no position errors.
    """

    source: str
    flags: tuple[FlagRow, ...]
    causes: tuple[str, ...]
    angle_table: bytes
    position_table: bytes = b""

    @property
    def angles(self) -> Float64:
        """(12, 11) of :data:`ANGLE_PARTS`, NaN where undefined."""
        return np.frombuffer(self.angle_table).reshape(N_ANGLES, len(ANGLE_PARTS))

    @property
    def positions(self) -> Float64:
        """(17, 9) of :data:`POSITION_PARTS`, NaN where undefined; (0, 9) of the floor."""
        joints = N_JOINTS if self.position_table else 0
        return np.frombuffer(self.position_table).reshape(joints, len(POSITION_PARTS))
