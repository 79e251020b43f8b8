"""The HIERARCHY part of a BVH file: joints, parents, offsets and channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError

__all__ = ["Joint", "read_hierarchy"]

_CHANNELS = {f"{axis}{kind}": (kind, axis) for axis in "XYZ" for kind in ("position", "rotation")}


@dataclass(frozen=True, slots=True)
class Joint:
    """One joint: index of its parent (-1: root), OFFSET in file units, and its channels.

    first_channel : column of its first channel in the motion. positions, rotations : axes (``X``, ``Y``, ``Z``) in
    file order, each with its column. is_end : an End Site, named ``<parent>_end``, with no channels.
    """

    name: str
    parent: int
    offset: tuple[float, float, float]
    positions: tuple[tuple[str, int], ...]
    rotations: tuple[tuple[str, int], ...]
    is_end: bool


def read_hierarchy(text: str, path: Path) -> tuple[list[Joint], int]:
    """Joints, parents before children, and the number of channels of a frame.

    Raises :class:`DataError` with the line of the first thing that is no BVH.
    """
    rows = ((number, line.split()) for number, line in enumerate(text.splitlines(), 1))
    words = ((number, row) for number, row in rows if row)
    joints: list[Joint] = []
    stack: list[int] = []
    n_channels = 0
    number, row = 0, ["HIERARCHY"]
    try:
        for number, row in words:  # noqa: B007 - named in the error
            keyword = row[0].upper()
            if keyword in ("ROOT", "JOINT", "END"):
                joint, n_channels = _joint(keyword, row, words, joints, stack, n_channels)
                stack.append(len(joints))
                joints.append(joint)
            elif keyword == "}":
                stack.pop()
            elif keyword not in ("HIERARCHY", "{"):
                raise ValueError(keyword)
    except (ValueError, IndexError, KeyError, StopIteration):
        raise DataError(
            f"BVH hierarchy is damaged near line {number}", path=path, got=repr(" ".join(row)[:60])
        ) from None
    if stack or not joints:
        raise DataError("BVH hierarchy is not complete", path=path, expected="ROOT and as many } as {")
    return joints, n_channels


def _joint(
    keyword: str,
    row: list[str],
    words: Iterator[tuple[int, list[str]]],
    joints: list[Joint],
    stack: list[int],
    column: int,
) -> tuple[Joint, int]:
    """The joint that starts at ``row``: reads up to its CHANNELS. Returns it and the next free column."""
    if (keyword == "ROOT") == bool(stack) or (keyword == "ROOT" and joints):
        raise ValueError("one root, everything else below it")
    parent = stack[-1] if stack else -1
    name = f"{joints[parent].name}_end" if keyword == "END" else " ".join(row[1:])
    offset = _offset(words)
    if keyword == "END":
        return Joint(name, parent, offset, (), (), True), column
    _, channels = next(words)
    if channels[0].upper() != "CHANNELS" or len(channels) != 2 + int(channels[1]):
        raise ValueError(channels)
    kinds = [
        (*_CHANNELS[channel[0].upper() + channel[1:].lower()], column + i) for i, channel in enumerate(channels[2:])
    ]
    positions = tuple((axis, at) for kind, axis, at in kinds if kind == "position")
    rotations = tuple((axis, at) for kind, axis, at in kinds if kind == "rotation")
    return Joint(name, parent, offset, positions, rotations, False), column + len(kinds)


def _offset(words: Iterator[tuple[int, list[str]]]) -> tuple[float, float, float]:
    """The three numbers of the OFFSET line, after the opening brace."""
    _, row = next(words)
    if row == ["{"]:
        _, row = next(words)
    if row[0].upper() != "OFFSET" or len(row) != 4:
        raise ValueError(row)
    x, y, z = (float(word) for word in row[1:])
    return x, y, z
