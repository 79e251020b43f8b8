"""Ranks, and when there are none."""

from __future__ import annotations

import numpy as np

from core.evaluation import ReferenceKind
from core.metrics.sums import ANGLE_ROWS, POSITION_ROWS
from core.results.groups import Total
from core.results.ranks import rank_lifters


def total(mae_deg: float, mpjpe_mm: float | None = 50.0, frames: int = 1000, covered: int = 0b1111) -> Total:
    """A lifter's sums over some clips: every frame with that error in every angle and joint."""
    made = Total(clips=covered.bit_count(), frames=1000, frames_scored=frames, covered=covered)
    made.angle_table[ANGLE_ROWS.index("count"), :12] = frames
    made.angle_table[ANGLE_ROWS.index("abs_sum"), :12] = frames * mae_deg
    for metric in ("mpjpe", "n_mpjpe", "p_mpjpe"):
        if mpjpe_mm is not None or metric != "mpjpe":
            first = POSITION_ROWS.index(f"{metric}_sum")
            made.position_table[first : first + 2] = np.array([[frames * (mpjpe_mm or 70.0)], [frames]])
    return made


def ranks(**totals: Total):
    return rank_lifters(ReferenceKind.ISB, {"reference": total(4.0, None), **totals})


def test_one_is_best_and_the_reference_takes_no_part():
    got = ranks(a=total(9.0, 30), b=total(3.0, 60))
    assert got.of["a"] == {"rank_mpjpe": 1, "rank_n_mpjpe": 1, "rank_p_mpjpe": 1, "rank_angle_mae": 2}
    assert got.of["b"]["rank_angle_mae"] == 1
    assert "reference" not in got.of
    assert got.warnings == ()


def test_what_prints_the_same_ranks_the_same():
    got = ranks(a=total(5.0000001), b=total(5.0), c=total(5.2), d=total(4.999999))
    assert [got.of[name]["rank_angle_mae"] for name in "abcd"] == [1, 1, 4, 1]


def test_a_lifter_without_size_has_no_rank_by_mpjpe_and_takes_none_from_others():
    got = ranks(a=total(5.0, 30), b=total(6.0, 20), c=total(4.0, None))
    assert [got.of[name].get("rank_mpjpe") for name in "abc"] == [2, 1, None]
    assert [got.of[name]["rank_angle_mae"] for name in "abc"] == [2, 3, 1]
    assert got.of["c"]["rank_p_mpjpe"] == 3


def test_missing_frames_are_not_rewarded():
    got = ranks(a=total(5.0), b=total(3.0, frames=980))
    assert got.of == {}
    (line,) = got.warnings
    assert "different frames" in line
    assert "a 12000, b 11760" in line
    assert ranks(a=total(5.0), b=total(3.0, frames=991)).of["b"]["rank_angle_mae"] == 1


def test_other_clips_have_no_ranks_even_where_their_number_is_the_same():
    got = ranks(a=total(5.0, covered=0b0111), b=total(3.0, covered=0b1110))
    assert got.of == {}
    assert "different clips" in got.warnings[0]


def test_a_lifter_without_a_scored_clip_spoils_no_ranks():
    got = ranks(a=total(5.0), b=total(3.0), c=Total())
    assert got.of["b"]["rank_angle_mae"] == 1
    assert "c" not in got.of


def test_positions_of_fewer_joints_have_no_rank_but_angles_have():
    thin = total(3.0)
    thin.position_table[POSITION_ROWS.index("mpjpe_count"), 10] = 0
    got = ranks(a=total(5.0), b=thin)
    assert "rank_mpjpe" not in got.of["a"]
    assert got.of["b"]["rank_angle_mae"] == 1
    assert "no rank_mpjpe" in got.warnings[0]
