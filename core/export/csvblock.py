"""A block of fixed-decimal numbers as CSV text, fast enough to write hundreds of files a second on one core.

Every number gets the same few 4-byte words (separator and sign, groups of digits looked up in tables of ready text);
unused characters stay NUL and are deleted from the whole block at the end. All work is done by a handful of numpy
calls, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MAX_DECIMALS", "format_csv", "format_rows"]

MAX_DECIMALS = 4
"""Decimals that fit one word of digits; micrometres of a position and far below any angle's meaning."""

_EXACT = 2.0**53
_UNSAFE = ',"\r\n'
_Words = NDArray[np.uint32]


def format_csv(
    header: Sequence[str], leading: Sequence[Sequence[Any] | NDArray[Any]], values: ArrayLike, decimals: int = 4
) -> bytes:
    """A header row and N data rows as UTF-8 CSV with line feeds; rows as :func:`format_rows` writes them.

    header : one name per column. Raises ValueError where lengths do not fit together (a mistake of the caller).
    """
    numbers = np.asarray(values)
    rows = format_rows(leading, numbers, decimals)
    if len(header) != len(leading) + numbers.shape[1]:
        raise ValueError(f"{len(header)} names for {len(leading) + numbers.shape[1]} columns")
    return (",".join(_quoted(name) for name in header) + "\n").encode() + rows


def format_rows(
    leading: Sequence[Sequence[Any] | NDArray[Any]],
    values: ArrayLike,
    decimals: int = 4,
    separator: str = ",",
    missing: str = "",
) -> bytes:
    """N rows of text: leading cells, then the numbers of a row with ``decimals`` (1 to 4) digits after the dot.

    leading : columns before the numbers, N strings or integers each. values : (N, M) real numbers.
    separator : one character. missing : up to 3 characters for NaN; an empty cell by default.

    Rounding is to nearest, ties to even on the exact binary value: the same digits as ``f"{x:.4f}"``; no exponents. A
    negative number that rounds to zero gives ``0.0000`` without a sign. Infinity is written ``inf``.
    Raises ValueError where lengths do not fit together (a mistake of the caller, not of the data).
    """
    numbers = np.asarray(values)
    _check(leading, numbers, decimals)
    scaled, negative, absent = _scaled(numbers, decimals)
    if scaled is None:
        return _plain(leading, numbers, decimals, separator, missing)
    text = _text_block(leading, len(numbers), separator)
    digits = _number_words(scaled, negative, absent, decimals, separator, missing)
    if not leading:
        digits[:, :1, :1] &= ~_word(b"\xff\0\0\0")
    n_characters = 4 * digits.shape[1] * digits.shape[2]
    block = np.zeros((len(numbers), text.shape[1] + n_characters + 1), np.uint8)
    block[:, : text.shape[1]] = text
    block[:, text.shape[1] : -1] = digits.reshape(len(numbers), n_characters // 4).view(np.uint8)
    block[:, -1] = ord("\n")
    return block.tobytes().translate(None, b"\0")


def _check(leading: Sequence[Sequence[Any] | NDArray[Any]], numbers: NDArray[Any], decimals: int) -> None:
    if numbers.ndim != 2 or numbers.dtype.kind not in "fiu":
        raise ValueError(f"values must be a real (N, M) array, got {numbers.dtype} {numbers.shape}")
    if any(len(column) != len(numbers) for column in leading):
        raise ValueError("every leading column must be as long as the values")
    if not 1 <= decimals <= MAX_DECIMALS:
        raise ValueError(f"decimals must be 1 to {MAX_DECIMALS}, got {decimals}")


def _scaled(
    numbers: NDArray[Any], decimals: int
) -> tuple[NDArray[Any] | None, NDArray[np.bool_], NDArray[np.bool_] | None]:
    """Magnitudes as whole numbers of the last decimal, which are negative, which are missing (None: no NaN).

    The first is None where a number is infinite or so large that its product with the power of ten is not exact.
    """
    with np.errstate(over="ignore"):  # too large for this way of writing; noticed below
        exact = np.abs(numbers.astype(np.float64)) * 10.0**decimals
    largest = exact.max(initial=0.0)
    missing = None
    if np.isnan(largest):
        missing = np.isnan(exact)
        exact[missing] = 0.0
        largest = exact.max(initial=0.0)
    negative = numbers < 0
    if not largest < _EXACT / 4:
        return None, negative, missing
    nearest = np.rint(exact)
    if numbers.dtype != np.float32:  # 24 bits times 10**4 fit 53, so a float32 product has no rounding to undo
        _settle_ties(numbers, exact, nearest, decimals)
    negative &= nearest != 0
    return nearest.astype(np.uint32 if largest < 2**32 - 1 else np.int64), negative, missing


def _settle_ties(
    numbers: NDArray[Any], exact: NDArray[np.float64], nearest: NDArray[np.float64], decimals: int
) -> None:
    """Correct, in place, the few numbers whose product with the power of ten was rounded across a tie."""
    doubtful = np.abs(np.abs(exact - nearest) - 0.5) <= 4 * np.spacing(exact)
    for row, column in np.argwhere(doubtful):
        nearest[row, column] = abs(int(f"{numbers[row, column]:.{decimals}f}".replace(".", "")))


def _number_words(
    scaled: NDArray[Any],
    negative: NDArray[np.bool_],
    absent: NDArray[np.bool_] | None,
    decimals: int,
    separator: str,
    missing: str,
) -> _Words:
    """(N, M, words) text of every number: separator and sign, groups of four digits, three digits and dot, decimals."""
    tables = _tables(decimals)
    whole = scaled // 10**decimals
    fraction = scaled - whole * 10**decimals
    high = whole // 1000
    low = whole - high * 1000
    groups = _high_groups(high)
    words: _Words = np.empty((*scaled.shape, 3 + len(groups)), np.uint32)
    words[..., 0] = _as_words([separator, f"{separator}-"])[negative.view(np.uint8)]
    for place, group in enumerate(groups, 1):
        words[..., place] = tables["group"][group]
    words[..., -2] = tables["low"][low + 1000 * (high > 0) if groups else low]
    words[..., -1] = tables["fraction"][fraction]
    if absent is not None:
        words[absent] = 0
        words[absent, 0] = _as_words([separator + missing])[0]
    return words


def _high_groups(high: NDArray[Any]) -> list[NDArray[Any]]:
    """Digits above the thousands, four at a time, most significant first; 10000 is added where zeros must show."""
    groups: list[NDArray[Any]] = []
    while high.size and high.max() > 0:
        above = high // 10_000
        groups.insert(0, high - above * 10_000 + 10_000 * (above > 0))
        high = above
    return groups


@lru_cache
def _tables(decimals: int) -> dict[str, _Words]:
    """Ready text, 4 bytes an entry: NUL where a character is not needed."""
    plain = [str(n) for n in range(1000)]
    padded = [f"{n:03d}" for n in range(1000)]
    group = ["" if n == 0 else str(n) for n in range(10_000)] + [f"{n:04d}" for n in range(10_000)]
    return {
        "low": _as_words([f"{text}." for text in plain + padded]),
        "group": _as_words(group),
        "fraction": _as_words([f"{n:0{decimals}d}" for n in range(10**decimals)]),
    }


def _as_words(texts: list[str]) -> _Words:
    """Short texts as one 4-byte word each, in the byte order of this machine, read-only."""
    words = np.array(texts, "S4").view(np.uint32)
    words.flags.writeable = False
    return words


def _word(text: bytes) -> np.uint32:
    """One word of four characters."""
    return np.uint32(np.frombuffer(text, np.uint32)[0])


def _text_block(leading: Sequence[Sequence[Any] | NDArray[Any]], rows: int, separator: str) -> NDArray[np.uint8]:
    """Leading columns as (N, width) characters, NUL where shorter, separators between them."""
    parts: list[NDArray[np.uint8]] = []
    for column in leading:
        cells = np.array([_quoted(str(cell)).encode() for cell in column], dtype=np.bytes_)
        parts += [np.full((rows, 1), ord(separator), np.uint8)] if parts else []
        parts.append(cells.view(np.uint8).reshape(rows, -1) if rows else np.empty((0, 0), np.uint8))
    return np.concatenate(parts, axis=1) if parts else np.empty((rows, 0), np.uint8)


def _quoted(text: str) -> str:
    """A cell as RFC 4180 wants it: in double quotes where it holds a comma, quote or line end."""
    if "\0" in text:
        raise ValueError("text for a CSV holds a NUL character")
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in _UNSAFE) else text


def _plain(
    leading: Sequence[Sequence[Any] | NDArray[Any]], numbers: NDArray[Any], decimals: int, separator: str, missing: str
) -> bytes:
    """The same rows cell by cell, for the rare block with infinite or huge numbers."""
    lines = []
    for row, cells in enumerate(numbers.tolist()):
        texts = [_quoted(str(column[row])) for column in leading]
        texts += [missing if cell != cell else _positive_zero(f"{cell:.{decimals}f}") for cell in cells]
        lines.append(separator.join(texts) + "\n")
    return "".join(lines).encode()


def _positive_zero(text: str) -> str:
    """``-0.0000`` loses its sign."""
    return text[1:] if text.startswith("-0.") and not text.strip("-0.") else text
