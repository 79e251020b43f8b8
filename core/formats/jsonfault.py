"""What is wrong with a JSON file, in words that name its key instead of the decoder's terms."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from core.errors import DataError

__all__ = ["json_fault"]

_MISSING = re.compile(r"Object missing required field `(?P<key>[^`]*)`(?: - at `(?P<at>.*)`)?")
_TYPE = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`(?: - at `(?P<at>.*)`)?")
_WORDS = {"float": "a number", "int": "a whole number", "str": "text", "bool": "true or false", "object": "an object",
          "array": "a list", "null": "null"}  # fmt: skip


def json_fault(what: str, error: Exception, path: Path) -> DataError:
    """The error to raise for bytes that ``msgspec`` could not decode: ``what``, the key, expected and got.

    error : as raised by the decoder; a message of another form than the known two is given as it stands.
    """
    text = str(error)
    if match := _MISSING.fullmatch(text):
        return DataError(what, path=path, expected=f"key {_key(match['at'], match['key'])!r}", got="no such key")
    if match := _TYPE.fullmatch(text):
        key = _key(match["at"])
        where = f" for {key!r}" if key else " at the top"
        return DataError(what, path=path, expected=_words(match["wanted"]) + where, got=_words(match["got"]))
    if isinstance(error, msgspec.ValidationError):
        return DataError(f"{what} ({text.replace('`', '')})", path=path)
    return DataError(f"{what} (not valid JSON: {text})", path=path, expected="a whole JSON file in UTF-8")


def _key(at: str | None, last: str = "") -> str:
    """``$.a[...].b`` and a key below it as ``a.b``; ``[...]`` stands for every key of a table or place of a list."""
    steps = [step for step in re.sub(r"\[[^\]]*\]", "", at or "").removeprefix("$").split(".") if step]
    return ".".join([*steps, last] if last else steps)


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(name, name) for name in types.split(" | "))
