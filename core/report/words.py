"""Numbers and comparisons in words, the same in figures, tables and text: those of :mod:`core.study.words`."""

from __future__ import annotations

from core.study.words import (
    BY,
    POSITION,
    alike_word,
    level_words,
    listed,
    number,
    of_chance,
    percent,
    several,
    span,
    test_words,
    verdict_line,
    verdict_word,
    with_span,
)

__all__ = ["BY", "POSITION", "alike_word", "level_words", "listed", "number", "of_chance", "percent", "several", "span",
           "test_words", "verdict_line", "verdict_word", "with_span"]  # fmt: skip
