"""What the methods paragraph says of single frames, curves and slopes: what was really done with them."""

from __future__ import annotations

from collections.abc import Iterator

from core.report.records import Subject
from core.report.words import number, several
from core.study.curves import POINTS
from core.study.cycles import LEAST_PERIODICITY

__all__ = ["frame_methods", "frame_references"]

_CLUSTER_TEST = "Maris & Oostenveld 2007, J Neurosci Methods 164:177-190"


def frame_methods(subject: Subject) -> Iterator[str]:
    """Sentences; none where nothing of it was done."""
    found = subject.over_time
    if found is not None and found.moments is not None:
        yield (f"Flips were also counted frame by frame, in {several(found.moments.frames, 'frame')}, by the speed of "
               "the reference (mean absolute angular speed over 0.05 s, in fifths), by the elevation of its higher "
               "arm, and by how far the clip or cycle had come; frames are resampled with their takes.")  # fmt: skip
    if found is not None and found.curves:
        yield from _curves(subject)
    if (slopes := subject.slopes) is not None:
        yield (f"Degrees per millimetre are derivatives of the estimator at the reference poses of "
               f"{several(slopes.frames, 'frame')} of {several(slopes.clips, 'clip')}, split along and across the bone "
               "that ends in the joint.")  # fmt: skip


def _curves(subject: Subject) -> Iterator[str]:
    found = subject.over_time
    if found is None:
        return
    movements = found.movements
    if movements.names:
        yield f"Spans marked as {', '.join(movements.names)} were taken as cycles."
    else:
        yield (f"Movements were called cyclic where {movements.angle} of the reference and all its angles together "
               f"correlate with themselves a period later by r ≥ {LEAST_PERIODICITY:g} over at least two periods; "
               f"cycles run from one maximum of {movements.angle} to the next, and differ from the period by at most "
               "20 %.")  # fmt: skip
    told = "; ".join(f"{of.name}: {several(of.cycles, 'cycle')}, mean {number(of.seconds, 2)} s" for of in found.curves)
    yield (f"Each cycle was brought to {POINTS} points by linear interpolation over time ({told}); cycles with gaps "
           "were left out angle by angle.")  # fmt: skip
    over = sorted({each.over for of in found.curves for each in of.comparisons})
    yield ("Curves were compared by cluster permutation tests (Maris & Oostenveld 2007) whose clusters are "
           "neighbouring points with |t| beyond its two-sided 5 % quantile, by their mass, over sign flips of whole "
           f"{' or '.join(over)}, against the largest cluster of all twelve angles.")  # fmt: skip


def frame_references(subject: Subject) -> tuple[str, ...]:
    """Literature behind it."""
    return (_CLUSTER_TEST,) if subject.over_time is not None and subject.over_time.curves else ()
