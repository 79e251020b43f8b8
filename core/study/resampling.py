"""Intervals by resampling whole athletes and whole takes: clips of one person, and views of one movement, are alike.

A resample draws as many athletes as there are, and of each drawn athlete as many takes as that one has, all with
replacement (the two-stage cluster bootstrap; Davison & Hinkley 1997, Bootstrap Methods and their Application, 3.8). A
take brings all its clips. Every number of a study is a quotient of sums over clips, so a resample is a vector of counts
by which they are weighted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.sums import grouped
from core.records import Float64

__all__ = ["Interval", "Resampling", "interval_of", "resampling_of"]

_CHUNK = 1000
_MOST_KEPT = 50_000_000
_LEAST = 2
_FEW = 10
"""Fewer clusters than this make percentile intervals clearly too narrow (Cameron, Gelbach & Miller 2008, Rev Econ Stat
90:414-427)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A number and the range in which resampling puts it. level : its share of the resamples."""

    value: float
    low: float
    high: float
    level: float = 0.95

    @property
    def excludes_zero(self) -> bool:
        """True where both ends lie on one side of 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """How often each clip is in each of ``n`` resamples.

    takes : (C) number of the take of each clip. athletes : (K) number of the athlete of each take. drawn : (n, K) how
    often each take is in each resample, or None where that is too much to keep: then it is drawn anew from ``seed``
    whenever it is asked for.
    """

    takes: NDArray[np.intp]
    athletes: NDArray[np.intp]
    n: int
    seed: int
    level: float
    drawn: NDArray[np.uint16] | None = None

    @property
    def n_athletes(self) -> int:
        """Different athletes."""
        return int(self.athletes.max(initial=-1)) + 1

    @property
    def n_takes(self) -> int:
        """Different takes."""
        return len(self.athletes)

    @property
    def few(self) -> bool:
        """True where intervals are too narrow, for want of athletes (or of takes, of one athlete)."""
        return (self.n_athletes if self.n_athletes > 1 else self.n_takes) < _FEW

    @property
    def stages(self) -> str:
        """What is resampled, in words."""
        takes = f"{self.n_takes} take{'s' * (self.n_takes != 1)}"
        if self.n_athletes == 1:
            return f"{takes} of one athlete"
        return f"{self.n_athletes} athletes and their {takes}"

    def counts(self) -> Iterator[NDArray[np.float32]]:
        """(m, K) how often each take is in each of m resamples, ``n`` in all."""
        if self.drawn is None:
            yield from (counts.astype(np.float32) for counts in _drawn(self.athletes, self.n, self.seed))
            return
        for start in range(0, self.n, _CHUNK):
            yield self.drawn[start : start + _CHUNK].astype(np.float32)

    def sums(self, of_clips: Float64) -> Float64:
        """(n, ...) sums over the clips of every resample. of_clips : (C, ...) what each clip adds.

        NaN where one take is all there is: drawn anew it is always the same, which says nothing of chance.
        """
        if self.n_takes < _LEAST:
            return np.full((self.n, *of_clips.shape[1:]), np.nan)
        flat = of_clips.reshape(len(of_clips), -1)
        by_take = grouped(flat, self.takes, self.n_takes)
        # In float64: differences of lifters are small against their sums.
        drawn = np.zeros((self.n, flat.shape[1]))
        start = 0
        for counts in self.counts():
            drawn[start : start + len(counts)] = counts.astype(np.float64) @ by_take
            start += len(counts)
        return drawn.reshape(self.n, *of_clips.shape[1:])


def resampling_of(takes: Sequence[str], athletes: Sequence[str], *, n: int = 10_000, seed: int = 1,
                  level: float = 0.95) -> Resampling:  # fmt: skip
    """Of clips by the names of their takes and athletes, (C) each; a take belongs to one athlete. n : 0 for none."""
    keys = list(zip(athletes, takes, strict=True))
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    people = {name: number for number, name in enumerate(dict.fromkeys(athletes))}
    of_takes = np.array([people[athlete] for athlete, _ in known], np.intp)
    none = np.empty((0, len(known)), np.uint16)
    drawn = np.concatenate([none, *_drawn(of_takes, n, seed)]) if n * len(known) <= _MOST_KEPT else None
    return Resampling(np.array([known[key] for key in keys], np.intp), of_takes, n, seed, level, drawn)


def _drawn(athletes: NDArray[np.intp], n: int, seed: int) -> Iterator[NDArray[np.uint16]]:
    """(m, K) counts of takes, by the number of the athlete (K) of each; n in all."""
    rng = np.random.default_rng(seed)
    by_athlete = [np.flatnonzero(athletes == athlete) for athlete in range(athletes.max(initial=-1) + 1)]
    several = len(by_athlete)
    for start in range(0, n, _CHUNK):
        m = min(_CHUNK, n - start)
        people = rng.multinomial(several, np.full(several, 1 / several), size=m)
        counts = np.empty((m, len(athletes)), np.uint16)
        for athlete, places in enumerate(by_athlete):
            size = len(places)
            counts[:, places] = rng.multinomial(people[:, athlete] * size, np.full(size, 1 / size))
        yield counts


def interval_of(value: float, resamples: Float64, level: float = 0.95) -> Interval:
    """The percentile interval of the resamples (n), those without a value left out; NaN where none has one."""
    known = resamples[np.isfinite(resamples)]
    if not len(known):
        return Interval(value, float("nan"), float("nan"), level)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level)
