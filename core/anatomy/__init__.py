"""Why a source's poses and angles are wrong: where position errors point, what angle errors consist of, and flags.

Pure functions on the records of a clip and its evaluation; the viewer, the batch results and the study use the same.
"""

from core.anatomy.angles import AngleSplit, angle_split, angle_split_of
from core.anatomy.flags import flags, flags_of
from core.anatomy.positions import Compared, PositionSplit, compared_poses, position_split, position_split_of
from core.anatomy.records import Flag, FlagKind, flagged_frames, main_flag
from core.anatomy.words import Cause, cause, explained

__all__ = [
    "AngleSplit",
    "Cause",
    "Compared",
    "Flag",
    "FlagKind",
    "PositionSplit",
    "angle_split",
    "angle_split_of",
    "cause",
    "compared_poses",
    "explained",
    "flagged_frames",
    "flags",
    "flags_of",
    "main_flag",
    "position_split",
    "position_split_of",
]
