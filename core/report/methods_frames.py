"""What the methods paragraph says of single frames, curves and slopes: what was really done with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.conventions import N_ANGLES
from core.report.curves_words import counts_of, over_all
from core.report.moments_words import counted_words
from core.report.records import Subject
from core.study.along import LEVEL
from core.study.curves import POINTS, Movement
from core.study.cycles import LEAST_PERIODICITY
from core.study.moments import Moments
from core.study.parts import LEAST_FEEDING, LEAST_TAKES
from core.study.signs import LEAST_ATHLETES
from core.study.words import listed, number, several

__all__ = ["frame_methods", "frame_references"]

_CLUSTER_TEST = "Maris & Oostenveld 2007, J Neurosci Methods 164:177-190"


def frame_methods(subject: Subject) -> Iterator[str]:
    """Sentences; none where nothing of it was done."""
    found = subject.over_time
    if found is not None and found.moments is not None:
        yield from _moments(found.moments)
    if found is not None and found.curves:
        yield from _curves(subject)
    if (slopes := subject.slopes) is not None:
        yield (f"Degrees per millimetre are derivatives of the estimator at the reference poses of "
               f"{several(slopes.frames, 'frame')} of {several(slopes.clips, 'clip')}, split along and across the bone "
               "that ends in the joint.")  # fmt: skip


def _moments(found: Moments) -> Iterator[str]:
    yield (f"Flips were also counted frame by frame, in {counted_words(found)} (others had ties or could not be "
           "compared), by the speed of the reference (mean absolute angular speed over 0.05 s, in "
           "fifths), by the elevation of its higher arm, and by how far the clip or cycle had come. Their excess over "
           "chance is the share of flips less p(1 − q) + q(1 − p), p and q being the shares of frames that either "
           "lifter wins by millimetres and by degrees, both resampled together with whole takes; parts that fewer than "
           f"{LEAST_FEEDING} athletes (or takes of a single athlete) feed have no interval.")  # fmt: skip
    pairs = len(found.pairs)
    bonferroni = f", at a level corrected for {pairs} pairs (Bonferroni)" if pairs > 1 else ""
    yield (f"One comparison was planned, of the excess in the fastest fifth of frames with that in the slowest"
           f"{bonferroni}; only with {LEAST_ATHLETES} athletes (or {LEAST_TAKES} takes of a single athlete) could it "
           "show something. Intervals of all other parts, and of what single angles add, are not corrected for their "
           "number.")  # fmt: skip


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
    told = "; ".join(f"{of.name}: {counts_of(of)}, mean {number(of.seconds, 2)} s" for of in found.curves)
    yield (f"Each cycle was brought to {POINTS} points by linear interpolation over time ({told}). Views of one cycle "
           "(same take, same reference or same frames) were averaged before means, standard deviations and tests; "
           "views with gaps were left out angle by angle.")  # fmt: skip
    tested = [of for of in found.curves if any(test.testable for each in of.comparisons for test in each.tests)]
    if weak := [f"{of.name} ({several(*over_all(of.comparisons))})" for of in found.curves if of not in tested]:
        yield f"Differences along the cycle are not testable for want of athletes or takes in {listed(weak)}."
    if tested:
        yield _tests(tested, len(subject.study.pairs))


def _tests(tested: Sequence[Movement], pairs: int) -> str:
    over = listed([f"{of.name}: {several(*over_all(of.comparisons))}" for of in tested])
    takes = any(of.comparisons[0].over == "takes" and of.athletes > 1 for of in tested)
    exchangeable = "; takes of several athletes were taken as exchangeable, which makes p too small" if takes else ""
    families = "the lifters against the reference" + (", and all pairs of lifters," if pairs else "")
    also = [*(["for there being two families"] if pairs else []),
            *([f"for {len(tested)} movements"] if len(tested) > 1 else [])]  # fmt: skip
    uncorrected = f", not corrected {listed(also)}" if also else ""
    return (f"Along the cycle, {families} were compared as a family each by cluster permutation tests (Maris & "
            f"Oostenveld 2007) at {100 * LEVEL:g} %: clusters are neighbouring points with |t| beyond its two-sided "
            f"5 % quantile, signs are flipped of whole athletes or takes ({over}{exchangeable}), and p is of the mass "
            "of a cluster against the largest of all comparisons of the family and their "
            f"{N_ANGLES} angles{uncorrected}.")  # fmt: skip


def frame_references(subject: Subject) -> tuple[str, ...]:
    """Literature behind it."""
    return (_CLUSTER_TEST,) if subject.over_time is not None and subject.over_time.curves else ()
