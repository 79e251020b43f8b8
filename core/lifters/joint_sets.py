"""2D keypoints of one joint set as those of another: what detectors write, and what models read.

Recipes: COCO to Human3.6M as MMPose converts for its lifters (``mmpose/apis``, ``convert_keypoint_definition``); where
eyes and ears are missing throughout, as in AthletePose3D's ``_coco.npy``, as AthletePose3D's own statistics do; Halpe
to Human3.6M as MotionBERT reads AlphaPose (``lib/data/dataset_wild.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError, UsageError
from core.records import Float32, Poses2D
from core.skeleton import JOINTS

__all__ = ["JOINT_NAMES", "MODEL_LAYOUTS", "in_layout", "layouts_with", "placeholders"]

NECK = JOINTS.index("neck")
"""The joint that ``h36m16`` is without."""

_COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
_HALPE = (*_COCO, "head", "neck", "hip", "left_big_toe", "right_big_toe", "left_small_toe", "right_small_toe",
          "left_heel", "right_heel")  # fmt: skip
_FACE = slice(1, 5)
"""Eyes and ears of COCO."""

JOINT_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"h36m17": JOINTS, "h36m16": tuple(name for name in JOINTS if name != "neck"), "coco17": _COCO, "halpe26": _HALPE}
)
"""Joints of each layout, in the order of axis 1."""

MODEL_LAYOUTS: tuple[str, ...] = ("h36m17", "h36m16", "coco17")
"""Joint sets that models read."""

_BEGIN_WITH: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"halpe136": ("halpe26", 136), "wholebody133": ("coco17", 133)}
)
"""Larger sets: the one that they begin with, and how many joints they have."""


@dataclass(frozen=True, slots=True)
class _Recipe:
    """Each joint as the mean of these joints of the other set (repeats weigh). title : for notes."""

    title: str
    sources: tuple[tuple[int, ...], ...]


_COCO_TO_H36M = _Recipe(
    "as MMPose does: head between the eyes, neck at the nose, thorax between the shoulders, pelvis between the hips, "
    "spine between thorax and pelvis",
    ((11, 12), (12,), (14,), (16,), (11,), (13,), (15,), (5, 6, 11, 12), (5, 6), (0,), (1, 2), (5,), (7,), (9,), (6,),
     (8,), (10,)),
)  # fmt: skip
_FACELESS_TO_H36M = _Recipe(
    "as AthletePose3D does, since eyes and ears are missing: head at the nose, neck between shoulders and nose, thorax "
    "between the shoulders, pelvis between the hips, spine between thorax and pelvis",
    ((11, 12), (12,), (14,), (16,), (11,), (13,), (15,), (5, 6, 11, 12), (5, 6), (5, 6, 0, 0), (0,), (5,), (7,), (9,),
     (6,), (8,), (10,)),
)  # fmt: skip
_HALPE_TO_H36M = _Recipe(
    "as MotionBERT does: neck at the nose, thorax at Halpe's neck, spine between thorax and hip",
    ((19,), (12,), (14,), (16,), (11,), (13,), (15,), (18, 19), (18,), (0,), (17,), (5,), (7,), (9,), (6,), (8,),
     (10,)),
)  # fmt: skip
_FIRST_17 = _Recipe("the first 17 are COCO's", tuple((joint,) for joint in range(17)))
_NECKLESS = _Recipe("without the neck", tuple((joint,) for joint in range(17) if joint != NECK))


def _without_neck(recipe: _Recipe) -> _Recipe:
    kept = tuple(sources for joint, sources in enumerate(recipe.sources) if joint != NECK)
    return _Recipe(f"{recipe.title}; without the neck", kept)


_RECIPES: Mapping[tuple[str, str], _Recipe] = MappingProxyType(
    {
        ("coco17", "h36m17"): _COCO_TO_H36M,
        ("coco17", "h36m16"): _without_neck(_COCO_TO_H36M),
        ("halpe26", "h36m17"): _HALPE_TO_H36M,
        ("halpe26", "h36m16"): _without_neck(_HALPE_TO_H36M),
        ("halpe26", "coco17"): _FIRST_17,
        ("h36m17", "h36m16"): _NECKLESS,
    }
)
"""(from, to): how. Where there is no pair there is no way."""

_FACELESS: Mapping[str, _Recipe] = MappingProxyType(
    {"h36m17": _FACELESS_TO_H36M, "h36m16": _without_neck(_FACELESS_TO_H36M)}
)
"""To: how, from ``coco17`` without eyes and ears."""


def in_layout(poses: Poses2D, layout: str) -> Poses2D:
    """The same keypoints as the joints of ``layout``, one of :data:`MODEL_LAYOUTS`.

    A joint made of others is missing (NaN) where any of them is, and as sure as the least sure of them. The recipe is
    said in the notes. Raises :class:`DataError` for keypoints that it cannot be made from, or that are not as many as
    their own layout has; :class:`UsageError` for an unknown layout.
    """
    if layout not in MODEL_LAYOUTS:
        raise UsageError(f"unknown joint set {layout!r}; known: {', '.join(MODEL_LAYOUTS)}")
    _check_count(poses)
    if poses.layout == layout:
        return poses
    xy, confidence, start = _present(poses), poses.confidence, poses.layout
    if start in _BEGIN_WITH:
        start = _BEGIN_WITH[start][0]
        n_joints = len(JOINT_NAMES[start])
        xy, confidence = xy[:, :n_joints], None if confidence is None else confidence[:, :n_joints]
    recipe = _FIRST_17 if start == layout else _recipe(start, layout, xy)
    if recipe is None:
        raise _impossible(poses, layout)
    note = f"joints {poses.layout} made into {layout}, {recipe.title}"
    return replace(poses, xy_px=_means(xy, recipe), layout=layout, notes=(*poses.notes, note),
                   confidence=None if confidence is None else _least(confidence, recipe))  # fmt: skip


def placeholders(poses: Poses2D) -> NDArray[np.bool_]:
    """(T, J) True where a keypoint lies at exactly (0, 0) with confidence 0 or none: how detectors write a missing one.

    The corner of a picture is no place where a detector finds a joint to the last digit.
    """
    at_corner: NDArray[np.bool_] = (poses.xy_px[..., 0] == 0) & (poses.xy_px[..., 1] == 0)
    if poses.confidence is None:
        return at_corner
    unsure: NDArray[np.bool_] = ~(poses.confidence > 0)
    return at_corner & unsure


def layouts_with(joint: str, layout: str) -> str:
    """Where a joint of a model's layout can come from: ``coco17 (left_eye and right_eye) or halpe26 (head)``."""
    index = JOINT_NAMES[layout].index(joint)
    ways = {layout: [joint]} | {
        start: [JOINT_NAMES[start][source] for source in dict.fromkeys(recipe.sources[index])]
        for (start, to), recipe in _RECIPES.items()
        if to == layout
    }
    return " or ".join(f"{start} ({' and '.join(names)})" for start, names in ways.items())


def _check_count(poses: Poses2D) -> None:
    """Refuse keypoints that are not as many as their layout says."""
    n_joints = poses.xy_px.shape[1]
    wanted = _BEGIN_WITH[poses.layout][1] if poses.layout in _BEGIN_WITH else len(JOINT_NAMES.get(poses.layout, ()))
    if wanted and n_joints != wanted:
        raise DataError(f"2D keypoints are said to be {poses.layout} and are not", path=poses.origin.path or None,
                        expected=f"{wanted} joints", got=str(n_joints))  # fmt: skip


def _present(poses: Poses2D) -> Float32:
    """Coordinates with NaN for placeholders: the mean of a joint and the picture's corner would be no joint at all."""
    absent = placeholders(poses)
    return np.where(absent[..., None], np.float32(np.nan), poses.xy_px) if absent.any() else poses.xy_px


def _recipe(start: str, layout: str, xy: Float32) -> _Recipe | None:
    if start == "coco17" and layout in _FACELESS and np.isnan(xy[:, _FACE]).any(axis=2).all():
        return _FACELESS[layout]
    return _RECIPES.get((start, layout))


def _means(xy: Float32, recipe: _Recipe) -> Float32:
    """(T, J, 2): each joint the mean of its sources, NaN where one of them lacks x or y."""
    made = np.empty((len(xy), len(recipe.sources), 2), np.float32)
    for joint, sources in enumerate(recipe.sources):
        made[:, joint] = xy[:, sources[0]] if len(sources) == 1 else xy[:, sources].mean(axis=1, dtype=np.float64)
    made[np.isnan(made).any(axis=2)] = np.nan
    return made


def _least(confidence: Float32, recipe: _Recipe) -> Float32:
    """(T, J): the smallest confidence of each joint's sources."""
    columns = [confidence[:, sources].min(axis=1) for sources in recipe.sources]
    least: Float32 = np.stack(columns, axis=1)
    return least


def _impossible(poses: Poses2D, layout: str) -> DataError:
    """What the model needs, what the file holds, and the way out."""
    makers = [start for start, to in _RECIPES if to == layout]
    makers += [larger for larger, (start, _) in _BEGIN_WITH.items() if start in (layout, *makers)]
    hint = None
    if poses.layout in ("h36m17", "h36m16"):
        lacking = "Eyes and ears" if layout == "coco17" else "A neck"
        hint = f"{lacking} cannot be made from {poses.layout}: choose a model of these joints, or a detector's own 2D"
    return DataError(
        "2D keypoints hold other joints than the model reads", path=poses.origin.path or None,
        expected=f"{layout}, or {', '.join(makers)} which can be made into it",
        got=f"{poses.layout}, {poses.xy_px.shape[1]} keypoints", hint=hint,
    )  # fmt: skip
