"""What a decoder says about a JSON file, in words a reader of the file can use."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.formats.jsonfault import json_fault


class Inner(msgspec.Struct):
    numbers: list[float]


class Outer(msgspec.Struct):
    fps: float
    people: dict[str, Inner] = {}
    name: str | None = None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("{}", "broken; expected key 'fps', got no such key"),
        ('{"fps": "60"}', "broken; expected a number for 'fps', got text"),
        ('{"fps": null}', "broken; expected a number for 'fps', got null"),
        ('{"fps": 1, "name": 3}', "broken; expected text or null for 'name', got a whole number"),
        ('{"fps": 1, "people": {"a": {}}}', "broken; expected key 'people.numbers', got no such key"),
        ('{"fps": 1, "people": {"a": {"numbers": [[]]}}}', "broken; expected a number for 'people.numbers'"),
        ("[1]", "broken; expected an object at the top, got a list"),
        ('{"fps": 1', "broken (not valid JSON: "),
        ("", "broken (not valid JSON: "),
    ],
)  # fmt: skip
def test_the_key_is_named_in_plain_words(data: str, expected: str) -> None:
    with pytest.raises(msgspec.MsgspecError) as raised:
        msgspec.json.decode(data, type=Outer)
    line = str(json_fault("broken", raised.value, Path("f.json")))
    assert line.startswith(f"f.json: {expected}")
    assert "`" not in line
    assert "$" not in line


def test_other_messages_are_kept() -> None:
    class Positive(msgspec.Struct):
        n: int

        def __post_init__(self) -> None:
            if self.n < 0:
                raise ValueError("n is negative")

    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.json.decode('{"n": -1}', type=Positive)
    assert str(json_fault("broken", raised.value, Path("f.json"))).startswith("f.json: broken (n is negative")
