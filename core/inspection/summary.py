"""What a record is, as named facts in the order in which people ask."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.angles.landmarks import resolve
from core.formats.base import JointMotion, Record, Table
from core.formats.mot import frame_rate
from core.records import Angles, Axes, Camera, Points, Poses, Poses2D, Scale
from core.skeleton import RIGS

__all__ = ["AXES_IN_WORDS", "Fact", "summarise"]

Fact = str | int | float | None
"""None: the file does not say."""

AXES_IN_WORDS: Mapping[Axes, str] = MappingProxyType(
    {
        Axes.WORLD_Z_UP: "world, Z up",
        Axes.WORLD_Y_UP: "world, Y up",
        Axes.CAMERA: "camera: x right, y down, z away",
    }
)
_UNITS = {Scale.METRIC: "mm", Scale.ARBITRARY: "nominal mm: scale unknown", Scale.WEAK_PERSPECTIVE: "nominal mm: 2.5D"}


def summarise(record: Record) -> dict[str, Fact]:
    """Facts of one record by name: what it holds, frames, fps, seconds, and what its numbers mean."""
    if isinstance(record, Poses):
        return _poses(record)
    if isinstance(record, Points):
        return _points(record)
    if isinstance(record, Poses2D):
        return _poses2d(record)
    if isinstance(record, JointMotion):
        facts: dict[str, Fact] = {"holds": "jointed motion", **_time(len(record.rotations), record.fps)}
        return facts | {"joints": len(record.names), "axes": AXES_IN_WORDS[record.axes], "units": "mm, rotations"}
    if isinstance(record, Angles):
        return {"holds": "the twelve angles", **_time(record.n_frames, None), "units": "deg", "method": record.method}
    if isinstance(record, Table):
        return _table(record)
    return _camera(record)


def _time(n_frames: int, fps: float | None) -> dict[str, Fact]:
    return {"frames": n_frames, "fps": fps, "seconds": None if fps is None else round(n_frames / fps, 3)}


def _poses(poses: Poses) -> dict[str, Fact]:
    """The normalisation of the 2D input is a fact of lifted poses only: those in a camera's axes."""
    lifted = {"2D normalisation": poses.normalisation} if poses.axes is Axes.CAMERA else {}
    return {
        "holds": "17-joint poses",
        **_time(poses.n_frames, poses.fps),
        "rig": f"{RIGS[poses.rig].title} ({poses.rig})",
        "axes": AXES_IN_WORDS[poses.axes],
        "units": _UNITS[poses.scale],
        "scale": str(poses.scale).replace("_", " "),
        **lifted,
    }


def _points(points: Points) -> dict[str, Fact]:
    mapping = resolve(points.names)
    return {
        "holds": "labelled points",
        **_time(points.n_frames, points.fps),
        "labels": len(points.names),
        "landmark set": ", ".join(mapping.sets) or "none fits",
        "axes": AXES_IN_WORDS[points.axes],
        "units": "mm",
    }


def _poses2d(poses: Poses2D) -> dict[str, Fact]:
    return {
        "holds": "2D keypoints",
        **_time(len(poses.xy_px), poses.fps),
        "layout": f"{poses.layout} ({poses.xy_px.shape[1]} joints)",
        "axes": "picture: x right, y down",
        "units": "px",
        "picture": None if poses.size_px is None else f"{poses.size_px[0]} x {poses.size_px[1]} px",
        "confidence": "yes" if poses.confidence is not None else "no",
    }


def _table(table: Table) -> dict[str, Fact]:
    fps = frame_rate(table.time_s)
    units = ", ".join(dict.fromkeys(unit for unit in table.units if unit)) or None
    time = _time(len(table.values), None if fps is None else round(fps, 3))
    return {"holds": "columns over time", **time, "columns": _some(table.names), "units": units}


def _camera(camera: Camera) -> dict[str, Fact]:
    position = ", ".join(f"{value:.0f}" for value in camera.position_mm)
    size = None if camera.size_px is None else f"{camera.size_px[0]} x {camera.size_px[1]} px"
    return {"holds": "a camera", "name": camera.name, "position": f"({position}) mm", "picture": size}


def _some(names: tuple[str, ...], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{len(names)}: {', '.join(names[:most])}{more}"
