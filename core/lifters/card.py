"""What a lifter's weights are and what they expect: the card that travels in their file. Readable without torch."""

from __future__ import annotations

import msgspec

__all__ = ["MODELS", "PICTURE_PX", "Coding", "LifterCard", "Measured", "Training"]

MODELS: tuple[str, ...] = ("simplebaseline3d", "videopose3d", "motionbert")
"""Families of models, by the names that commands and cards use."""

PICTURE_PX = 1000.0
"""Width of the picture (Human3.6M's) whose pixels standardised models, statistics and the person crop are meant in."""


class Coding:
    """How a model reads placed 2D coordinates.

    SCREEN : as they are, a picture's width from -1 to 1. ZSCORE : as pixels of a picture 1000 wide, less the mean and
    over the standard deviation of each joint's coordinate, both kept with the weights.
    """

    SCREEN = "screen"
    ZSCORE = "zscore"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Errors on one set of motion, root-relative, millimetres, 17 joints.

    measured_on : the set. domain : ``in`` (motion and cameras as in training, other takes and bodies) or ``out``.
    input : which 2D, in words. mean_pose_mm, linear_mm : of two baselines on the same frames: the mean pose of the
    training data, and linear regression from the same 2D.
    """

    measured_on: str
    domain: str
    input: str
    frames: int
    mpjpe_mm: float
    n_mpjpe_mm: float
    p_mpjpe_mm: float
    mean_pose_mm: float
    linear_mm: float


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """How weights were trained.

    data : each data set with its hash. split : what was held out and how. motion_minutes : of recorded motion learnt
    from. frames : training frames seen in all. input : the 2D that was trained on, and its noise, in words. loss :
    beside the mean joint distance, in words; '' for none. seed, command : to train them again. versions : of the
    software. errors : on motion that was not trained on.
    """

    data: dict[str, str]
    split: str
    motion_minutes: float
    frames: int
    input: str
    seed: int
    command: str
    versions: dict[str, str]
    errors: tuple[Measured, ...] = ()
    loss: str = ""


class LifterCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a lifter is.

    model : one of :data:`MODELS`. config : sizes, arguments of the model's class. name : default name of its
    predictions. title : for people. layout : names of tensors in the file it came from (``anglescope`` for our own).
    input_joints : layout of its 2D: ``h36m17``, ``coco17``, or ``h36m16`` (without neck). output_joints : ``h36m17``
    or ``h36m16`` (without the root, which is put in at 0). coding : see :class:`Coding`. normalisation : the one it
    was trained with, a name of :data:`core.lifters.normalisation.NORMALISATIONS`. confidence : whether the third
    input channel is the confidence. unit_mm : millimetres per unit of its output, nominal where ``scale`` is not
    ``metric``. scale, rig : as in :class:`core.records.Poses`. fps : frame rate it was trained at, where time
    matters. flip : whether its published results average the mirrored input. source, source_sha256 : the file it was
    converted from. training : of weights trained here.
    """

    model: str
    config: dict[str, int]
    name: str
    title: str
    layout: str = "anglescope"
    input_joints: str = "h36m17"
    output_joints: str = "h36m17"
    coding: str = Coding.SCREEN
    normalisation: str = "full image"
    confidence: bool = False
    unit_mm: float = 1000.0
    scale: str = "metric"
    rig: str = "h36m"
    fps: float | None = None
    flip: bool = False
    source: str = ""
    source_sha256: str = ""
    training: Training | None = None
    licence: str = "not stated"
    notes: tuple[str, ...] = ()
