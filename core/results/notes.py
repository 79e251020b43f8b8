"""The notes of a run in lines, as the command prints them and the report lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["note_lines"]


def note_lines(notes: Sequence[Mapping[str, Any]], lifters: int) -> list[str]:
    """Counted notes as lines, one per note: what holds for clips first, then for all lifters, then for some.

    lifters : how many there are.
    """
    counts: dict[str, dict[str, int]] = {}
    for item in notes:
        counts.setdefault(item["note"], {})[item["lifter"]] = item["clips"]
    ranked = []
    for text, of in counts.items():
        least, most = min(of.values()), max(of.values())
        clips = f"{most} clip{'' if most == 1 else 's'}" if least == most else f"{least} to {most} clips"
        if "reference" in of:
            ranked.append((0, -most, f"{text} ({clips})"))
        elif len(of) == lifters and lifters > 1:
            ranked.append((1, -most, f"all lifters: {text} ({clips})"))
        else:
            ranked.append((2, -most, f"{', '.join(of)}: {text} ({clips})"))
    return [line for *_, line in sorted(ranked, key=lambda item: item[:2])]
