"""A dataset on disk as an index of clips that are loaded when asked for."""

from core.dataset.entries import ClipEntry, Dataset, Problem
from core.dataset.loading import iter_clips, load_clip, load_keypoints
from core.dataset.opening import open_dataset

__all__ = ["ClipEntry", "Dataset", "Problem", "iter_clips", "load_clip", "load_keypoints", "open_dataset"]
