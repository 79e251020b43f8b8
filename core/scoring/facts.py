"""What one pass over the scores of a run tells about it, counted so that a line stays a line for 5,000 clips."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from core.evaluation import REFERENCE, Orientation
from core.results.scores import ClipScore, SourceScore

__all__ = ["Facts"]

_LOOKS = {
    "reflected": "poses look mirrored",
    "with sides exchanged": "left and right look exchanged",
    "reflected and with sides exchanged": "poses look mirrored, with left and right exchanged",
}


class Facts:
    """Counts, notes and problems of all clips. scores : in the order of the dataset.

    clips, frames : scored. stand_ins : clips whose reference is the estimator's. sha256 : of all hashes of files read.
    """

    def __init__(self, scores: Iterable[ClipScore]) -> None:
        digest = hashlib.sha256()
        self.clips = self.frames = self.stand_ins = 0
        self._notes: Counter[tuple[str, str]] = Counter()
        self._failures: list[str] = []
        self._problems: defaultdict[str, list[str]] = defaultdict(list)
        self._turned: defaultdict[tuple[str, str], list[tuple[str, Orientation]]] = defaultdict(list)
        self._scored: Counter[str] = Counter()
        self._meanings: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for clip in scores:
            digest.update(repr((clip.clip, sorted((file.role, file.sha256) for file in clip.files))).encode())
            self.clips += bool(clip.scores)
            self.frames += clip.frames
            self.stand_ins += clip.stands_in
            self._failures += [failure.message for failure in clip.failures]
            self._notes.update(_notes_of(clip))
            for file in clip.files:
                for key, value in file.meaning.items():
                    self._meanings[file.role][key][value] += 1
            for score in clip.scores:
                self._add(clip.clip, score)
        self.sha256 = digest.hexdigest()

    def _add(self, clip: str, score: SourceScore) -> None:
        self._scored[score.source] += 1
        for line in score.problems:
            self._problems[line].append(clip)
        if score.orientation is not None:
            self._turned[score.source, score.orientation.way].append((clip, score.orientation))

    def meaning(self, lifter: str) -> dict[str, Any]:
        """How the lifter's numbers were read; where clips differ, each value with its number of clips."""
        return {
            key: next(iter(values)) if len(values) == 1 else dict(sorted(values.items()))
            for key, values in self._meanings[lifter].items()
        }

    def counted_notes(self) -> list[dict[str, Any]]:
        """Every note with its source and number of clips; what holds for a clip stands once, with the reference."""
        return [{"lifter": lifter, "note": note, "clips": clips} for (lifter, note), clips in self._notes.items()]

    def problems(self) -> list[str]:
        """One line per failure; per problem that clips share; per lifter whose poses fit better another way round."""
        shared = [f"{clips[0]}{f' and {len(clips) - 1} more clips' if len(clips) > 1 else ''}: {line}"
                  for line, clips in self._problems.items()]  # fmt: skip
        turned = [_turned_line(lifter, way, found, self._scored[lifter])
                  for (lifter, way), found in self._turned.items()]  # fmt: skip
        return [*self._failures, *shared, *turned]


def _turned_line(lifter: str, way: str, found: list[tuple[str, Orientation]], clips: int) -> str:
    given_mm, better_mm = np.mean([(turn.given_mm, turn.better_mm) for _, turn in found], axis=0)
    return (f"{lifter}: {_LOOKS[way]} in {len(found)} of {clips} clips (first {found[0][0]}): "
            f"P-MPJPE {better_mm:.0f} mm {way} against {given_mm:.0f} mm as given")  # fmt: skip


def _notes_of(clip: ClipScore) -> Iterator[tuple[str, str]]:
    """(source, note) without repeats; what holds for the clip stands once, with the reference."""
    own = {note for score in clip.scores if score.source == REFERENCE for note in score.notes}
    for score in clip.scores:
        for note in dict.fromkeys(score.notes):
            if score.source == REFERENCE or note not in own:
                yield score.source, note
