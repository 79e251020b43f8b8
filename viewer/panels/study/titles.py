"""What the axes of the plot and its groups are called, the longest words first where there are several. No Qt here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from viewer.wording import short_names

__all__ = ["angle_titles", "group_names", "less", "position_titles"]


def less(pair: tuple[str, str]) -> str:
    """The difference of two lifters in words, without what their names share."""
    short = short_names(pair)
    return f"{short[pair[0]]} less {short[pair[1]]}"


def position_titles(name: str, pair: tuple[str, str] | None) -> tuple[str, ...]:
    """Of the axis of millimetres. name : of the position error. pair : whose difference it is."""
    if pair is None:
        return f"{name}, mm", "mm"
    return f"{name}, {less(pair)}, mm", f"Difference of {name}, mm", f"Δ {name}, mm", "Δ mm"


def angle_titles(angle: str, short: str, pair: tuple[str, str] | None) -> tuple[str, ...]:
    """Of the axis of degrees; even the shortest words name the angle. angle, short : of the one that is plotted, ''
    for all twelve.
    """
    of = angle[:1].lower() + angle[1:]
    if pair is None:
        return (f"MAE of {of}, °", f"MAE of {short}, °", f"{short}, °") if angle else ("Angle MAE, °", "MAE, °", "°")
    if not angle:
        return f"Angle MAE, {less(pair)}, °", "Difference of angle MAE, °", "Δ angle MAE, °", "Δ MAE, °"
    return (f"MAE of {of}, {less(pair)}, °", f"MAE of {short}, {less(pair)}, °", f"Difference of MAE of {short}, °",
            f"Δ MAE of {short}, °", f"Δ {short}, °")  # fmt: skip


def group_names(groups: Collection[str], *, blanks: bool) -> dict[str, str]:
    """The shortest name of each group that no other one has: ``fs/S1`` is ``S1`` where only one sport has an S1.

    blanks : words are parted by blanks instead of underscores.
    """
    texts = {group: group.replace("_", " ") if blanks else group for group in groups}
    if len(set(texts.values())) < len(texts):
        texts = {group: group for group in groups}
    ends = {group: _ends(text) for group, text in texts.items()}
    met = Counter(end for own in ends.values() for end in own)
    return {group: next((end for end in own if met[end] == 1), own[-1]) for group, own in ends.items()}


def _ends(text: str) -> list[str]:
    """The last part of a path, the last two, and so on to the whole."""
    parts = text.split("/")
    return ["/".join(parts[k:]) for k in reversed(range(len(parts)))]
