"""One movement is filmed by several cameras, and what all of them saw is one cycle, not several.

Clips of one take show one movement, but may begin at different frames. So two of their cycles are one where the
reference is the same all along; or, as a reference that is estimated from every view differs, where both go from and to
nearly the same frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.metrics.angle import circular_difference_deg
from core.metrics.sums import grouped, ratio
from core.records import Float64
from core.study.cycles import Span

__all__ = ["distinct_cycles", "means_of"]

_ALIKE_DEG = 0.5
"""Root mean square between references: views of one cycle have hundredths of a degree, strides that follow each other
one degree and more."""
_NEAR = 0.1
"""Of the length of a cycle, by which the ends of two may be apart."""


def distinct_cycles(
    takes: NDArray[np.intp], spans: Sequence[Sequence[Span]], references_deg: Sequence[Float64]
) -> NDArray[np.intp]:
    """(V) number of the cycle that each view shows, in the order of clips and their spans.

    takes : (clips) number of the take of each. references_deg : of each clip (n, 12, P), along its n spans.
    """
    numbers: list[int] = []
    of_takes: dict[int, list[tuple[int, Span, Float64]]] = {}
    n = 0
    for take, of_clip, references in zip(takes.tolist(), spans, references_deg, strict=True):
        known = of_takes.setdefault(take, [])
        free = list(known)  # two cycles of one clip are never one
        for span, reference in zip(of_clip, references, strict=True):
            if (same := _same(span, reference, free)) is None:
                known.append((n, span, reference))
                numbers.append(n)
                n += 1
            else:
                free = [each for each in free if each[0] != same]
                numbers.append(same)
    return np.array(numbers, np.intp)


def _same(span: Span, reference: Float64, known: Sequence[tuple[int, Span, Float64]]) -> int | None:
    """The cycle that is the same: by the reference before the frames, and of several the nearest."""
    reach = _NEAR * (span[1] - span[0])
    found = []
    for number, other, other_reference in known:
        near = max(abs(span[0] - other[0]), abs(span[1] - other[1])) <= reach
        apart = _apart_deg(reference, other_reference)
        if near or apart < _ALIKE_DEG:
            found.append((not apart < _ALIKE_DEG, not near, apart, number))
    return min(found)[-1] if found else None


def _apart_deg(one: Float64, two: Float64) -> float:
    """Root mean square over what both have; infinite where that is nothing."""
    apart = circular_difference_deg(one, two)
    known = apart[np.isfinite(apart)]
    return float(np.sqrt((known * known).mean())) if len(known) else float("inf")


def means_of(values: Float64, there: NDArray[np.bool_], groups: NDArray[np.intp]) -> Float64:
    """(G, ..., 12, P) means over each group, NaN where nothing of it has the angle.

    values : (V, ..., 12, P). there : (V, 12) what has which angle. groups : (V) number of the group of each.
    """
    known = there.reshape(len(there), *(1,) * (values.ndim - 3), there.shape[1], 1)
    n = int(groups.max(initial=-1)) + 1
    sums = grouped(np.where(known, values, 0.0), groups, n)
    return ratio(sums, np.broadcast_to(grouped(known, groups, n), sums.shape))
