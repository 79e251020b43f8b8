"""How well a text fits what was typed: beginnings before later words, those before middles, letters in order last.

Points are found for tens of thousands of texts per key, and so by patterns; places of letters only for what is shown.
No Qt here.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["best", "marks", "points"]

# Points of a word that was typed, by where it stands in the text. They differ by more than the shares below can add.
_BEGIN, _WORD, _INITIALS, _INSIDE, _SCATTERED = 100.0, 80.0, 60.0, 40.0, 20.0
_ELSEWHERE = 0.25
"""Share of the points that a word is worth which is found in what is said beside, as the menu's name."""
_SHORT = 10.0
"""Points for a text that is all of what was typed, fewer for longer ones."""
_GAPS = 2
"""Letters in order may have so many others between them, times their number."""
_START = r"(?<![^\W_])"


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word as typed, in lower case. start : where it begins a word. initials : each letter begins a word. scattered :
    letters in order, the first of them at the beginning of a word.
    """

    word: str
    start: re.Pattern[str]
    initials: re.Pattern[str]
    scattered: re.Pattern[str]


def points(typed: str, text: str, beside: str = "") -> float | None:
    """How well ``text`` fits, the more the better, or None where it does not; words that it does not hold may stand in
    ``beside``. Lower case, all three.
    """
    total, letters = 0.0, 0
    for one in _words(typed):
        found = _found(one, text)
        if found is not None:
            total += found[0]
        elif one.word in beside:
            total += _ELSEWHERE * (_INSIDE if one.start.search(beside) is None else _WORD)
        else:
            return None
        letters += len(one.word)
    return total + _SHORT * letters / max(len(text), 1)


def marks(typed: str, text: str) -> tuple[int, ...]:
    """Places of the letters of ``text`` that were found. Lower case, both."""
    places: set[int] = set()
    for one in _words(typed):
        found = _found(one, text)
        if found is not None:
            places.update(_places(one.word, text, found[1], together=found[0] != _INITIALS))
    return tuple(sorted(places))


def best(
    typed: str, texts: Sequence[tuple[str, str]], bonus: Callable[[int], float], most: int
) -> tuple[list[int], list[int]]:
    """Which of (text, what is said beside), in lower case, fit: the best ``most`` of them, of equal ones the first, and
    all in order. bonus : points by index.
    """
    all_fit, ranked = [], []
    for index, (text, beside) in enumerate(texts):
        found = points(typed, text, beside)
        if found is not None:
            all_fit.append(index)
            ranked.append((found + bonus(index), -index))
    return [-index for _, index in heapq.nlargest(most, ranked)], all_fit


@lru_cache(maxsize=8)
def _words(typed: str) -> tuple[_Typed, ...]:
    return tuple(_typed(word) for word in typed.split())


def _typed(word: str) -> _Typed:
    letters = [re.escape(letter) for letter in word]
    return _Typed(word, re.compile(_START + "".join(letters)),
                  re.compile(_START + f"[^\n]*?{_START}".join(letters)),
                  re.compile(_START + "[^\n]*?".join(letters)))  # fmt: skip


def _found(one: _Typed, text: str) -> tuple[float, int] | None:
    """Points of one word, and where it begins."""
    at = text.find(one.word)
    if at == 0:
        return _BEGIN, 0
    if at > 0:
        start = one.start.search(text)
        return (_INSIDE, at) if start is None else (_WORD, start.start())
    if len(one.word) < 2 or one.scattered.search(text) is None:
        return None
    initials = one.initials.search(text)
    if initials is not None:
        return _INITIALS, initials.start()
    gaps, begin = min((len(hit.group()) - len(one.word), hit.start()) for hit in one.scattered.finditer(text))
    return (_SCATTERED - min(gaps, 15), begin) if gaps <= _GAPS * len(one.word) else None


def _places(word: str, text: str, begin: int, *, together: bool) -> list[int]:
    """The letters of a word in a text, from where it begins; else those that begin words."""
    taken: list[int] = []
    for letter in word:
        at = text.index(letter, taken[-1] + 1 if taken else begin)
        while not together and at and (text[at - 1].isalnum()):
            at = text.index(letter, at + 1)
        taken.append(at)
    return taken
