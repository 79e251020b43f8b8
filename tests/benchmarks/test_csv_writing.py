"""Per-frame CSV files a second on one core: 240 rows of a frame number and 37 numbers, as ``score`` writes them.

Asked: 600 files/s where pandas reaches about 100. Prints the ratio to Python's csv module, and to pandas where it is
installed, all measured in this run.
"""

import csv
import importlib.util
import io
import time

import numpy as np
import polars as pl
import pytest

from core.export.csvblock import format_csv
from core.files import write_atomic

ROWS, NUMBERS = 240, 37
HEADER = ["frame", *(f"column_{k}_deg" for k in range(NUMBERS))]


@pytest.fixture(scope="module")
def block():
    return (np.random.default_rng(3).standard_normal((ROWS, NUMBERS)) * 60).astype(np.float32)


def by_csv_module(values):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([frame, *(f"{x:.4f}" for x in row)] for frame, row in enumerate(values.tolist()))
    return text.getvalue().encode()


def by_polars(values):
    columns = {"frame": np.arange(ROWS)} | {name: values[:, k] for k, name in enumerate(HEADER[1:])}
    return pl.DataFrame(columns).write_csv(float_precision=4).encode()


def by_pandas(values):
    import pandas as pd

    table = pd.DataFrame(values, columns=HEADER[1:]).rename_axis("frame")
    return table.to_csv(float_format="%.4f").encode()


def files_per_second(make, values, folder, repeats):
    """Median rate of formatting and writing files, over single files."""
    seconds = []
    for k in range(repeats):
        start = time.perf_counter()
        write_atomic(folder / f"{k % 20}.csv", make(values))
        seconds.append(time.perf_counter() - start)
    return 1 / float(np.median(seconds))


def ours(values):
    return format_csv(HEADER, [np.arange(ROWS)], values)


def test_all_writers_give_the_same_bytes(block):
    assert ours(block) == by_csv_module(block)


def test_csv_files_per_second(benchmark, block, tmp_path):
    ours(block)
    rates = {"csv module": files_per_second(by_csv_module, block, tmp_path, 30),
             "polars": files_per_second(by_polars, block, tmp_path, 30)}  # fmt: skip
    if importlib.util.find_spec("pandas") is not None:
        rates["pandas"] = files_per_second(by_pandas, block, tmp_path, 10)
    rate = files_per_second(ours, block, tmp_path, 200)
    benchmark(lambda: write_atomic(tmp_path / "own.csv", ours(block)))
    print(f"\nown {rate:.0f} files/s; " + "; ".join(f"{rate / r:.1f} x {n} ({r:.0f})" for n, r in rates.items()))
    assert rate >= 3 * rates["csv module"]
