"""Frames with angles and errors that were chosen, and a study of the same clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.conventions import N_ANGLES, ShoulderView
from core.results.clip_frames import ClipFrames
from core.study.study import Study, StudyOptions, study_of_scores
from tests.core.study.made import made_scores

JOINTS = 17


def made_frames(clip: str, lifters: Sequence[str], reference_deg: Any, error_deg: Any, mm: Any, *,
                floor_deg: Any = None, view: ShoulderView = ShoulderView.COMPONENTS) -> ClipFrames:  # fmt: skip
    """reference_deg : (T, 12) or (T). error_deg : (L, T, 12) or (L, T), the same in every angle. mm : (L, T)."""
    reference, errors, mm = (np.asarray(each, float) for each in (reference_deg, error_deg, mm))
    reference = np.repeat(reference[:, None], N_ANGLES, axis=1) if reference.ndim == 1 else reference
    errors = np.repeat(errors[..., None], N_ANGLES, axis=2) if errors.ndim == 2 else errors
    floor = reference + 1.0 if floor_deg is None else np.asarray(floor_deg, float)
    return ClipFrames(clip, tuple(lifters), view, reference, floor, errors, mm, np.full(mm.shape, JOINTS))


def study_of_frames(clips: Sequence[ClipFrames], athletes: Sequence[str] | None = None, resamples: int = 500,
                    takes: Sequence[str] | None = None) -> Study:  # fmt: skip
    """Each clip a take of its own, of its own athlete unless said otherwise."""
    mm = np.array([np.nanmean(clip.position_mm, axis=1) for clip in clips]).T
    deg = np.array([np.nanmean(np.abs(clip.error_deg), axis=1) for clip in clips]).swapaxes(0, 1)
    names = tuple(clip.clip for clip in clips)
    scores = made_scores(mm, deg, lifters=clips[0].lifters, takes=takes or names, athletes=athletes, clips=names)
    return study_of_scores(scores, StudyOptions(resamples=resamples))
