"""What the colour bars of the dataset heatmap say."""

from __future__ import annotations

from core.results.angle_numbers import Measure
from viewer.panels.dataset.board import Board
from viewer.panels.dataset.texts import MEASURES
from viewer.panels.heatmaps.legend import Scale

__all__ = ["scales_of"]

_EXPLAINED = {
    Measure.MAE: "Mean absolute error of an angle over the frames of a clip",
    Measure.OFFSET_REMOVED: "The same after the median error of each clip and angle is taken out",
    Measure.RMSE: "Root mean square error of an angle over the frames of a clip",
    Measure.BIAS: "Mean signed error of an angle over the frames of a clip: lifter minus reference",
}


def scales_of(board: Board) -> tuple[tuple[Scale, str], tuple[Scale, str] | None]:
    """The bar of the angles and, where its column is shown, that of the position error; each with a tip."""
    chosen, limits = board.numbers.chosen, board.numbers.limits
    one, other = board.names
    measure = MEASURES[chosen.measure]
    title = f"difference of {measure}" if chosen.is_difference else measure
    explained = _EXPLAINED[chosen.measure]
    angles = Scale(limits.angles, title, "°", chosen.signed, explained)
    whose = "of this difference" if chosen.is_difference else "of all lifters and clips"
    beyond = "\nWhat is beyond a limit has the colour of the end."
    better = f"\n{one} minus {other}: below 0 {one} is better." if chosen.is_difference and not _bias(board) else ""
    tip = f"{explained}.{better}\nLimits {whose}.{beyond}\nHatched: undefined."
    if not chosen.positions:
        return (angles, tip), None
    position = Scale(limits.position, board.position, "mm", chosen.is_difference, board.position)
    return (angles, tip), (position, f"{board.position} of a clip.{better}\nLimits {whose}.{beyond}")


def _bias(board: Board) -> bool:
    return board.numbers.chosen.measure is Measure.BIAS
