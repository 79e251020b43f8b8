"""The fast CSV writer against Python's own formatting."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.export.csvblock import format_csv, format_rows


def by_python(values, decimals=4):
    """The same rows by ``format`` and ``join``; a zero never has a sign."""
    lines = []
    for row in np.asarray(values).tolist():
        cells = ["" if x != x else f"{x:.{decimals}f}" for x in row]
        lines.append(",".join(cell[1:] if cell.startswith("-") and float(cell) == 0 else cell for cell in cells))
    return "".join(line + "\n" for line in lines).encode()


def blocks(dtype, width):
    shape = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6)
    return hnp.arrays(dtype, shape, elements=st.floats(width=width, allow_nan=True, allow_infinity=True))


@settings(max_examples=60, deadline=None)
@given(blocks(np.float64, 64), st.integers(1, 4))
def test_any_double_as_python_writes_it(values, decimals):
    assert format_rows([], values, decimals) == by_python(values, decimals)


@settings(max_examples=60, deadline=None)
@given(blocks(np.float32, 32), st.integers(1, 4))
def test_any_single_as_python_writes_it(values, decimals):
    assert format_rows([], values, decimals) == by_python(values, decimals)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.int64, (5, 3), elements=st.integers(-(10**11), 10**11)), st.integers(1, 4))
def test_doubles_next_to_ties_are_rounded_by_their_binary_value(tenths, decimals):
    ties = (2 * tenths + 1) / (2 * 10**decimals)
    values = np.concatenate([ties, np.nextafter(ties, np.inf), np.nextafter(ties, -np.inf)])
    assert format_rows([], values, decimals) == by_python(values, decimals)


@pytest.mark.parametrize("largest", [1, 999.99994, 1000, 429496.7, 9_999_999.5, 1e10, 2.0**51, 1e30, np.inf])
def test_widths_of_numbers_mix_in_one_block(largest):
    values = np.array([[largest, -0.00004, np.nan], [0.0, -largest, 1000.0], [-1.5, 10_000_000.25, 99.99995]])
    assert format_rows([], values) == by_python(values)


def test_header_leading_columns_and_quotes():
    text = format_csv(["frame", "who, where", "x"], [np.array([9, 10]), ['a "b"', "Zoë"]], [[1.0], [np.nan]])
    assert list(csv.reader(io.StringIO(text.decode("utf-8")))) == [
        ["frame", "who, where", "x"],
        ["9", 'a "b"', "1.0000"],
        ["10", "Zoë", ""],
    ]


def test_negative_number_that_rounds_to_zero_has_no_sign():
    assert format_rows([], [[-0.00001, -0.0, -0.00006]]) == b"0.0000,0.0000,-0.0001\n"


def test_other_separator_and_word_for_missing():
    assert format_rows([["a"]], [[np.nan, -1.0]], 2, separator="\t", missing="nan") == b"a\tnan\t-1.00\n"


def test_no_rows_and_no_numbers():
    assert format_csv(["frame", "x"], [np.array([], int)], np.empty((0, 1))) == b"frame,x\n"
    assert format_csv(["frame"], [np.arange(2)], np.empty((2, 0))) == b"frame\n0\n1\n"


@pytest.mark.parametrize(
    ("header", "leading", "values", "decimals"),
    [(["a"], [], np.zeros((2, 2)), 4), (["f", "a"], [[1]], np.zeros((2, 1)), 4), (["a"], [], np.zeros((2, 1)), 5),
     (["a"], [], np.zeros((2, 1), complex), 4), (["a"], [], np.zeros(2), 4)],
)  # fmt: skip
def test_mistakes_of_the_caller_are_refused(header, leading, values, decimals):
    with pytest.raises(ValueError, match=r"columns|long|decimals|real"):
        format_csv(header, leading, np.asarray(values), decimals)
