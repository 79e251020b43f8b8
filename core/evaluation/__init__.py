"""``evaluate``: a clip, a source and an estimator in; every number about that source on that clip out.

The batch scorer, the viewer and the study all call it; there is no second path to a number.
"""

from core.evaluation.evaluating import evaluate, evaluate_floor, evaluate_sources
from core.evaluation.orientation import Orientation
from core.evaluation.part import cut_clip, cut_poses, cut_reference, evaluate_part
from core.evaluation.records import ALIGNMENT, REFERENCE, Evaluation, EvaluationOptions, Reference, ReferenceKind
from core.evaluation.reference import reference_of

__all__ = [
    "ALIGNMENT",
    "REFERENCE",
    "Evaluation",
    "EvaluationOptions",
    "Orientation",
    "Reference",
    "ReferenceKind",
    "cut_clip",
    "cut_poses",
    "cut_reference",
    "evaluate",
    "evaluate_floor",
    "evaluate_part",
    "evaluate_sources",
    "reference_of",
]
