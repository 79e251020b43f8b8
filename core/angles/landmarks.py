"""Landmark sets: which label, or mean of labels, serves each anatomical landmark.

The sets are TOML files in ``resources/landmarks``; a user may give a file of the same grammar.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.errors import DataError

__all__ = ["LANDMARKS", "SEGMENTS", "LandmarkMap", "LandmarkSet", "Resolved", "builtin_sets", "landmark_set_from",
           "resolve"]  # fmt: skip

SEGMENTS: Mapping[str, tuple[str, ...]] = {
    "pelvis": ("asis_l", "asis_r", "psis"),
    "thorax": ("ij", "px", "c7", "t8"),
    "femur_l": ("hip_l", "femur_distal_l"),
    "femur_r": ("hip_r", "femur_distal_r"),
    "leg_l": ("hip_l", "knee_l", "ankle_l"),
    "leg_r": ("hip_r", "knee_r", "ankle_r"),
    "humerus_l": ("shoulder_l", "humerus_distal_l"),
    "humerus_r": ("shoulder_r", "humerus_distal_r"),
    "arm_l": ("shoulder_l", "elbow_l", "wrist_l"),
    "arm_r": ("shoulder_r", "elbow_r", "wrist_r"),
}
"""What each group of landmarks needs; within one group all labels come from one landmark set, because the
labels of two dialects need not agree in space. ``leg`` and ``arm`` are the three points of a vector angle."""

_AXIS_LANDMARKS = tuple(
    f"{bone}_epicondyle_{side_of}_{s}"
    for bone in ("femoral", "humeral")
    for side_of in ("lateral", "medial")
    for s in "lr"
)
LANDMARKS: tuple[str, ...] = tuple(dict.fromkeys(name for group in SEGMENTS.values() for name in group))
"""Landmarks that the twelve angles need, in the order of the arrays in :mod:`core.angles.isb`."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Labels whose mean serves a landmark; ``says`` names the substitution, empty where it is the landmark itself."""

    labels: tuple[str, ...]
    says: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkSet:
    """One dialect of labels: per landmark its alternatives in order of preference.

    identified_by : the set is considered for a file that has any of these labels.
    """

    name: str
    title: str
    identified_by: frozenset[str]
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A landmark found in a file: label columns whose mean it is, the set it came from, and what was substituted."""

    columns: tuple[int, ...]
    landmark_set: str
    says: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkMap:
    """For one list of labels: the columns of every landmark, per segment group.

    found : (segment, landmark) -> :class:`Resolved`. missing : segment -> landmarks that no single set provides.
    sets : names of the sets in use.
    """

    found: Mapping[tuple[str, str], Resolved]
    missing: Mapping[str, tuple[str, ...]]
    sets: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Substitutions and missing landmarks in plain words.

        Hip centres that can be placed in a labelled pelvis are not missing: who places them says how.
        """
        if not self.found:
            return ("no landmark set knows these labels: no angle can be computed",)
        substituted = dict.fromkeys(r.says for r in self.found.values() if r.says)
        absent = []
        for segment, names in self.missing.items():
            named = [n for n in names if "pelvis" in self.missing or not n.startswith("hip_")]
            absent += [f"{segment}: no label for {', '.join(named)}"] if named else []
        return (*substituted, *absent)


def landmark_set_from(path: Path) -> LandmarkSet:
    """Read a landmark set from a TOML file; :class:`DataError` for bad TOML or an unknown landmark."""
    try:
        return _parse(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"landmark set cannot be read ({error})", path=path) from None


@lru_cache(maxsize=1)
def builtin_sets() -> tuple[LandmarkSet, ...]:
    """The sets that ship in ``resources/landmarks``, in alphabetical order of their names."""
    folder = files("resources").joinpath("landmarks")
    texts = {
        entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    return tuple(_parse(texts[name], Path(name)) for name in sorted(texts))


@lru_cache(maxsize=64)
def resolve(names: tuple[str, ...], sets: tuple[LandmarkSet, ...] | None = None) -> LandmarkMap:
    """Choose labels for every landmark.

    names : labels of the file. sets : candidates, by default :func:`builtin_sets`.
    Per segment group the set wins that finds all its landmarks with the fewest substitutions (where several do,
    the set more of whose identifying labels are present); sets are not mixed within a group. Hip joint centres
    may be missing: they then come from a regression.
    """
    column = {name: index for index, name in enumerate(names)}
    candidates = [s for s in (builtin_sets() if sets is None else sets) if s.identified_by & column.keys()]
    candidates.sort(key=lambda s: -len(s.identified_by & column.keys()) / len(s.identified_by))
    found: dict[tuple[str, str], Resolved] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for segment, landmarks in SEGMENTS.items():
        trials = [_lookup(candidate, _with_axes(segment, landmarks), column) for candidate in candidates]
        best = min(trials, key=lambda trial: _badness(trial, landmarks), default={})
        found |= {(segment, landmark): resolved for landmark, resolved in best.items()}
        absent = tuple(landmark for landmark in landmarks if landmark not in best)
        if absent:
            missing[segment] = absent
    used = tuple(dict.fromkeys(resolved.landmark_set for resolved in found.values()))
    return LandmarkMap(found, missing, used)


def _with_axes(segment: str, landmarks: tuple[str, ...]) -> tuple[str, ...]:
    """The landmarks of a segment and, for femur and humerus, its epicondyles (they only turn the frame)."""
    bone = {"femur": "femoral", "humerus": "humeral"}.get(segment[:-2])
    return landmarks + tuple(
        name for name in _AXIS_LANDMARKS if bone and name.startswith(bone) and name[-1] == segment[-1]
    )


def _lookup(candidate: LandmarkSet, landmarks: Iterable[str], column: Mapping[str, int]) -> dict[str, Resolved]:
    resolved = {}
    for landmark in landmarks:
        for alternative in candidate.alternatives.get(landmark, ()):
            if all(label in column for label in alternative.labels):
                columns = tuple(column[label] for label in alternative.labels)
                resolved[landmark] = Resolved(columns, candidate.name, alternative.says)
                break
    return resolved


def _badness(trial: Mapping[str, Resolved], landmarks: tuple[str, ...]) -> tuple[int, int]:
    """Missing landmarks first, substitutions second."""
    return sum(name not in trial for name in landmarks), sum(bool(trial[n].says) for n in landmarks if n in trial)


def _parse(text: str, path: Path) -> LandmarkSet:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"not a TOML file ({error})", path=path) from None
    try:
        sides = table.get("sides", {"l": "L", "r": "R"})
        alternatives = {}
        for key, items in table["landmarks"].items():
            for landmark, side in _sided(key):
                text = sides[side] if side else ""
                alternatives[landmark] = tuple(_alternative(item, side, text) for item in _list(items, key))
        identified_by = frozenset(_labels(table["identified_by"]))
        parsed = LandmarkSet(str(table["name"]), str(table["title"]), identified_by, alternatives)
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"landmark set is incomplete or malformed ({error})", path=path) from None
    unknown = sorted(set(parsed.alternatives) - set(LANDMARKS) - set(_AXIS_LANDMARKS))
    if unknown:
        raise DataError(f"unknown landmark {unknown[0]!r}", path=path, expected=", ".join(LANDMARKS))
    return parsed


def _sided(key: str) -> tuple[tuple[str, str], ...]:
    """``knee_s`` stands for the left and the right landmark."""
    return ((key[:-1] + "l", "l"), (key[:-1] + "r", "r")) if key.endswith("_s") else ((key, ""),)


def _alternative(item: Any, side: str, side_text: str) -> Alternative:
    says = ""
    if isinstance(item, dict):
        item, says = item["labels"], str(item["says"])
    labels = _labels([item] if isinstance(item, str) else item)
    return Alternative(tuple(label.replace("{S}", side.upper()).replace("{s}", side_text) for label in labels), says)


def _labels(value: Any) -> list[str]:
    """A list of at least one label, as it must be."""
    if not (isinstance(value, list) and value and all(isinstance(label, str) for label in value)):
        raise TypeError(f"expected a label or a list of labels, got {value!r}")
    return value


def _list(value: Any, key: str) -> list[Any]:
    """A list, empty where the dialect has nothing for a landmark; a bare label would be read letter by letter."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list of alternatives for {key}, got {value!r}")
    return value
