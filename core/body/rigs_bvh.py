"""Joint maps: which joint of a BVH rig moves which segment of the body, and how the segment lies in the joint's axes.

A map is a TOML file; those that ship are in ``resources/bvh_rigs``. Grammar::

    name = "deepmimic"                      # short name
    title = "DeepMimic humanoid"
    identified_by = ["chest", "left_knee"]  # a file that has all these joints has this rig
    sides = { l = "left", r = "right" }     # what {s} stands for in names of joints
    superior = [0, 1, 0]                    # defaults for all segments
    anterior = [0, 0, 1]

    [segments]
    pelvis = { joint = "root" }
    femur_s = { joint = "{s}_hip", toward = "{s}_knee" }    # femur_l and femur_r

``superior`` and ``anterior`` are directions in the axes of the joint while the body stands upright with straight legs
and hanging (or sideways) straight arms. ``toward`` names the next joint along the limb: the long axis then is that
bone, and ``anterior`` only says how the segment is turned about it. The abdomen has no line: it lies halfway between
pelvis and thorax.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from core.body.segments import SEGMENTS
from core.errors import DataError, UsageError

__all__ = ["FOLLOWED", "JointMap", "SegmentSource", "builtin_maps", "joint_map_for", "joint_map_from"]

FOLLOWED: Mapping[str, str] = {
    "head": "thorax", "clavicle_l": "thorax", "clavicle_r": "thorax",
    "hand_l": "forearm_l", "hand_r": "forearm_r", "foot_l": "tibia_l", "foot_r": "tibia_r",
}  # fmt: skip
"""Segments that a rig need not have, and what they then follow."""

_MAPPED = tuple(name for name in SEGMENTS if name != "abdomen")
"""The abdomen needs no joint: it always lies halfway between pelvis and thorax."""

_Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SegmentSource:
    """Where one segment comes from: joint, next joint along the limb or None, directions in the joint's axes."""

    joint: str
    toward: str | None
    superior: _Vector
    anterior: _Vector


@dataclass(frozen=True, slots=True)
class JointMap:
    """One rig. segments : name of a segment to its source; may lack those of :data:`FOLLOWED`."""

    name: str
    title: str
    identified_by: frozenset[str]
    segments: Mapping[str, SegmentSource]


@lru_cache(maxsize=1)
def builtin_maps() -> tuple[JointMap, ...]:
    """The maps that ship, in alphabetical order."""
    found = [entry for entry in files("resources").joinpath("bvh_rigs").iterdir() if entry.name.endswith(".toml")]
    maps = [_parse(entry.read_text(encoding="utf-8"), Path(entry.name)) for entry in found]
    return tuple(sorted(maps, key=lambda m: m.name))


def joint_map_from(path: Path) -> JointMap:
    """Read a joint map; :class:`DataError` for bad TOML, an unknown or missing segment, or directions that clash."""
    try:
        return _parse(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"joint map cannot be read ({error})", path=path) from None


def joint_map_for(names: tuple[str, ...], wanted: str | Path | None = None) -> JointMap:
    """The map for a file with these joints.

    wanted : name of a map that ships or path of a TOML file; None: the one whose joints the file has.
    Raises :class:`UsageError` for an unknown name, :class:`DataError` where no map fits.
    """
    if wanted is not None:
        named = [m for m in builtin_maps() if m.name == str(wanted)]
        if named:
            return named[0]
        if str(wanted).endswith(".toml"):
            return joint_map_from(Path(wanted))
        known = ", ".join(m.name for m in builtin_maps())
        raise UsageError(f"unknown BVH rig {str(wanted)!r}; known: {known}, or a TOML file")
    for candidate in builtin_maps():
        if candidate.identified_by <= set(names):
            return candidate
    raise DataError("no joint map knows this rig", expected=", ".join(m.name for m in builtin_maps()),
                    got=f"joints {', '.join(names[:6])} ...", hint="Give a joint map in TOML")  # fmt: skip


def _parse(text: str, path: Path) -> JointMap:
    try:
        table = tomllib.loads(text)
        sides = table.get("sides", {"l": "L", "r": "R"})
        default = {key: table.get(key, value) for key, value in (("superior", [0, 1, 0]), ("anterior", [0, 0, 1]))}
        segments = {}
        for key, row in table["segments"].items():
            for name, side in ((key[:-1] + "l", "l"), (key[:-1] + "r", "r")) if key.endswith("_s") else ((key, ""),):
                segments[name] = _source({**default, **row}, sides.get(side, ""), name, path)
        parsed = JointMap(str(table["name"]), str(table["title"]), frozenset(table["identified_by"]), segments)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"not a TOML file ({error})", path=path) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"joint map is incomplete or malformed ({error})", path=path) from None
    unknown = sorted(set(parsed.segments) - set(_MAPPED))
    missing = [name for name in _MAPPED if name not in parsed.segments and name not in FOLLOWED]
    if "abdomen" in unknown:
        raise DataError("joint map names the abdomen, which needs no joint", path=path, hint="Remove the line")
    if unknown or missing:
        fault = f"unknown segment {unknown[0]!r}" if unknown else f"no segment {missing[0]!r}"
        raise DataError(f"joint map with {fault}", path=path, expected=", ".join(_MAPPED))
    return parsed


def _source(row: Mapping[str, Any], side: str, name: str, path: Path) -> SegmentSource:
    superior, anterior = (_direction(row[key]) for key in ("superior", "anterior"))
    if np.linalg.norm(np.cross(superior, anterior)) < 0.5 and "toward" not in row:
        raise DataError(f"superior and anterior of {name} are not at right angles", path=path)
    toward = str(row["toward"]).replace("{s}", side) if "toward" in row else None
    return SegmentSource(str(row["joint"]).replace("{s}", side), toward, superior, anterior)


def _direction(value: Any) -> _Vector:
    x, y, z = (float(number) for number in value)
    return x, y, z
