"""Tables in a terminal: whole numbers in any width."""

from __future__ import annotations

import pytest

from core.cli.output import print_table

HEADERS = ("lifter", "MPJPE mm", "N-MPJPE mm", "P-MPJPE mm", "angle MAE °", "floor °", "rank MPJPE", "rank angles")
ROWS = [["motionbert-compact", "137.54", "137.71", "135.85", "19.28", "14.22", "2 of 3", "3 of 3"],
        ["reference", "", "", "", "14.22", "14.22", "", ""]]  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_cell_is_broken_or_cut_in_a_narrow_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then draws as in a terminal
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(HEADERS, ROWS, "A title", numbers=7)
    printed = capsys.readouterr().out
    assert "┃" in printed
    for cell in (*HEADERS, *ROWS[0], "reference"):
        assert cell in printed, cell
    assert printed.count("motionbert-compact") == printed.count("┡")  # its name stands in every part
    assert (printed.count("┡") == 1) == (width == 200)
