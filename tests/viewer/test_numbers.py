"""Numbers as people read them, and that nobody writes a minus sign of his own beside the one place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import viewer
from viewer.numbers import number_text, short_text, with_minus


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(85.66, False, "85.7°"), (-2.55, False, "−2.5°"), (3.14, True, "+3.1°"), (-3.14, True, "−3.1°"),
     (-0.04, False, "0.0°"), (-0.04, True, "0.0°"), (0.04, True, "0.0°"), (-0.0, False, "0.0°"),
     (-0.06, True, "−0.1°"), (math.nan, False, "–"), (math.nan, True, "–"), (-179.96, False, "−180.0°")],
)  # fmt: skip
def test_a_number_has_a_true_minus_and_nought_has_none(value, signed, text):
    assert number_text(value, unit="°", signed=signed) == text


def test_decimals_and_units():
    assert number_text(-12.345, 2, " mm") == "−12.35 mm"
    assert number_text(-0.4, 0) == "0"
    assert [short_text(value, "°") for value in (-180, -0.0, 2.5)] == ["−180°", "0°", "2.5°"]
    assert with_minus("-1.5") == "−1.5"


def test_the_minus_sign_is_put_in_at_one_place_only():
    root = Path(viewer.__file__).parent
    texts = {path.relative_to(root): path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    assert [str(path) for path, text in texts.items() if 'replace("-", "−")' in text] == ["numbers.py"]
