"""C3D: labelled points of optical motion capture, with the laboratory's units, rate and vertical axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.c3d_section import BLOCK, MAGIC, Header, Parameters, decode_floats, read_header, read_parameters
from core.formats.numbertext import LARGEST
from core.formats.upright import axes_by_body, turned_to_z_up, up_by_body
from core.records import Axes, Float32, Origin, Points

__all__ = ["FORMAT"]

_TO_MM = {"mm": 1.0, "cm": 10.0, "dm": 100.0, "m": 1000.0, "in": 25.4}
_OUTPUTS = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS")
_OVERFLOW = 0xFFFF


def _sniff(path: Path, head: bytes) -> Match | None:
    if len(head) < 2 or head[0] < 2 or head[1] != MAGIC:
        return None
    processor_at = (head[0] - 1) * BLOCK + 3
    by_content = processor_at < len(head) and head[processor_at] in (84, 85, 86)
    return Match(True, "C3D header") if by_content or path.suffix.lower() == ".c3d" else None


def read(path: Path, options: ReadOptions) -> Content:
    """Labelled points of a C3D file as one :class:`Points` record in millimetres.

    Invalid points (negative residual, or exactly at the origin) are NaN. Angles, forces, moments, powers and scalars
    of a gait model share the points' storage but are no positions: they are left out and listed in the facts. A
    vertical axis other than Y or Z is turned to Z.
    Raises :class:`DataError` for a damaged or truncated file, unknown units, or a label that stands for two points.
    """
    data = read_bytes(path)
    header = read_header(data, path)
    parameters = read_parameters(data, header, path)
    notes: list[str] = []
    xyz = _frames(data, header, parameters, path, notes)
    labels = _labels(parameters, header.n_points, notes)
    labels, kept, left_out = _positions(labels, parameters)
    xyz = _without_zeros(xyz[:, kept], notes) * np.float32(_mm_per_unit(parameters, options, path, notes))
    names, xyz = _without_repeats(_without_subject(labels, notes), xyz, path, notes)
    axes, xyz = _axes(parameters, names, xyz, options, notes)
    origin = Origin(str(path), sha256_hex(data), FORMAT.name)
    fps = options.fps or _fps(header, parameters, path)
    record = Points(xyz, tuple(names), fps, axes, origin, tuple(notes))
    facts = [("points", str(len(names))), ("units in file", _text(parameters, "UNITS") or "not stated")]
    facts += [(f"left out: {kind.lower()}", ", ".join(members)) for kind, members in left_out if members]
    return Content(FORMAT.name, path, origin.sha256, (Item(record),), tuple(facts))


def _text(parameters: Parameters, name: str) -> str:
    """First string of a parameter of POINT, or empty."""
    values = parameters.get(("POINT", name), ())
    return str(values[0]) if values else ""


def _number_of_frames(header: Header, parameters: Parameters) -> int:
    """Frames by the header, or by 32-bit parameters where 16 bits overflow."""
    if header.last != _OVERFLOW:
        return header.last - header.first + 1
    ends = [parameters.get(("TRIAL", f"ACTUAL_{which}_FIELD"), ()) for which in ("START", "END")]
    if all(len(words) == 2 for words in ends):
        first, last = ((int(low) & _OVERFLOW) + ((int(high) & _OVERFLOW) << 16) for low, high in ends)
        return last - first + 1
    long_frames = parameters.get(("POINT", "LONG_FRAMES"), ())
    return int(long_frames[0]) if long_frames and np.isfinite(long_frames[0]) else header.last - header.first + 1


def _frames(data: bytes, header: Header, parameters: Parameters, path: Path, notes: list[str]) -> Float32:
    """(T, K, 3) coordinates in file units, NaN where the residual is negative."""
    n_frames = _number_of_frames(header, parameters)
    word = 4 if header.scale < 0 else 2
    frame_bytes = (4 * header.n_points + header.analog_words) * word
    if n_frames < 1 or header.n_points < 1:
        raise DataError("C3D file has no frames or no points", path=path,
                        got=f"{max(n_frames, 0)} frames, {header.n_points} points")  # fmt: skip
    held = (len(data) - header.data_start) // frame_bytes
    if held < n_frames:
        raise DataError("C3D file is truncated or its header is wrong", path=path,
                        expected=f"{n_frames} frames of {header.n_points} points", got=f"data for {held}")  # fmt: skip
    if n_frames == _OVERFLOW and held > n_frames:
        notes.append(
            f"the 16-bit frame count is full and the file states no longer one: only {n_frames} frames are read"
        )
    raw = np.frombuffer(data, np.uint8, n_frames * frame_bytes, header.data_start).reshape(n_frames, frame_bytes)
    raw = np.ascontiguousarray(raw[:, : 4 * header.n_points * word])
    shape = (n_frames, header.n_points, 4)
    if word == 4:
        four = decode_floats(raw.reshape(-1), header.processor).reshape(shape)
        xyz, residual = four[..., :3], four[..., 3]
    else:
        counts = raw.view(f"{header.order}i2").reshape(shape)
        xyz, residual = counts[..., :3].astype(np.float32) * np.float32(header.scale), counts[..., 3]
    usable = (np.abs(xyz) <= LARGEST).all(axis=2)
    missing = (residual < 0) | ~usable
    absurd = int((~usable & ~np.isnan(xyz).any(axis=2) & (residual >= 0)).sum())
    if absurd:
        notes.append(f"{absurd} samples with infinite or absurd coordinates are taken as missing")
    return np.where(missing[..., None], np.float32(np.nan), xyz)


def _without_zeros(xyz: Float32, notes: list[str]) -> Float32:
    """NaN for samples at exactly (0, 0, 0): some exporters write these for a point that was not seen."""
    zero = (xyz == 0).all(axis=2)
    if zero.any():
        notes.append(f"{int(zero.sum())} samples at exactly (0, 0, 0) are taken as missing")
    return np.where(zero[..., None], np.float32(np.nan), xyz)


def _labels(parameters: Parameters, n_points: int, notes: list[str]) -> list[str]:
    """One label per point over LABELS, LABELS2, LABELS3 ...; unlabelled points get a number."""
    groups = [parameters.get(("POINT", f"LABELS{n}"), ()) for n in ("", *range(2, 256))]
    labels = [str(label) for group in groups for label in group][:n_points]
    unnamed = [k for k in range(n_points) if k >= len(labels) or not labels[k]]
    labels += [""] * (n_points - len(labels))
    for k in unnamed:
        labels[k] = f"unlabelled_{k + 1}"
    if unnamed:
        notes.append(f"{len(unnamed)} points have no label in the file and are named by their number")
    return labels


def _positions(
    labels: Sequence[str], parameters: Parameters
) -> tuple[list[str], list[int], list[tuple[str, list[str]]]]:
    """Labels and indices of the points that are positions, and per kind of model output what is left out."""
    pairs = parameters.get(("POINT", "TYPE_GROUPS"), ())
    typed = {str(pairs[i]).upper() for i in range(0, len(pairs) - 1, 2)} - {"MODELED_MARKERS", "BONES", "SEGMENTS"}
    left_out = []
    outputs: set[str] = set()
    for kind in sorted(typed | set(_OUTPUTS)):
        members = {str(label) for label in parameters.get(("POINT", kind), ())}
        here = [label for label in labels if label.split(":")[-1] in members or label in members]
        left_out.append((kind, here))
        outputs.update(here)
    kept = [k for k, label in enumerate(labels) if label not in outputs]
    return [labels[k] for k in kept], kept, left_out


def _mm_per_unit(parameters: Parameters, options: ReadOptions, path: Path, notes: list[str]) -> float:
    if options.mm_per_unit is not None:
        return options.mm_per_unit
    units = _text(parameters, "UNITS").lower()
    if not units:
        notes.append("POINT:UNITS is absent: millimetres assumed")
        return 1.0
    if units not in _TO_MM:
        raise DataError("unknown C3D length unit", path=path, expected=", ".join(_TO_MM), got=repr(units),
                        hint="State the factor to millimetres")  # fmt: skip
    if units != "mm":
        notes.append(f"coordinates in {units} converted to mm")
    return _TO_MM[units]


def _fps(header: Header, parameters: Parameters, path: Path) -> float:
    rates = parameters.get(("POINT", "RATE"), ())
    fps = float(rates[0]) if rates else header.fps
    if not (np.isfinite(fps) and fps > 0):
        raise DataError("C3D frame rate is not positive", path=path, expected="POINT:RATE > 0", got=f"{fps:g}",
                        hint="State the frame rate")  # fmt: skip
    return fps


def _without_subject(labels: list[str], notes: list[str]) -> list[str]:
    """``Subject:LASI`` becomes ``LASI`` where there is one subject only and no label gets ambiguous."""
    subjects = sorted({label.split(":", 1)[0] for label in labels if ":" in label})
    bare = [label.split(":", 1)[-1] for label in labels]
    if not subjects:
        return labels
    if len(subjects) > 1 or len(set(bare)) < len(set(labels)):
        notes.append(f"labels keep their subject prefixes ({', '.join(subjects)}): without them they are ambiguous")
        return labels
    notes.append(f"subject prefix {subjects[0] + ':'!r} taken off the labels")
    return bare


def _without_repeats(names: list[str], xyz: Float32, path: Path, notes: list[str]) -> tuple[list[str], Float32]:
    """One column per label: a repeat that is empty or equal to the first is left out, another is an error."""
    first: dict[str, int] = {}
    for column, name in enumerate(names):
        earlier = first.setdefault(name, column)
        if earlier == column:
            continue
        if np.isnan(xyz[:, earlier]).all():
            first[name] = column
        elif not (np.isnan(xyz[:, column]).all() or np.array_equal(xyz[:, column], xyz[:, earlier], equal_nan=True)):
            raise DataError(f"label {name!r} stands for two different points", path=path, expected="unique labels")
    if len(first) < len(names):
        notes.append(f"{len(names) - len(first)} repeated labels with no or the same data left out")
    kept = sorted(first.values())
    return [names[k] for k in kept], xyz[:, kept]


def _axes(
    parameters: Parameters, names: Sequence[str], xyz: Float32, options: ReadOptions, notes: list[str]
) -> tuple[Axes, Float32]:
    """World axes by the user, by POINT:Y_SCREEN (the direction that is up on a screen), else by the body."""
    up = _text(parameters, "Y_SCREEN").upper()
    up = f"+{up}" if up in ("X", "Y", "Z") else up
    if options.axes is not None or up not in ("+X", "-X", "+Y", "-Y", "+Z", "-Z"):
        axes, said = axes_by_body(xyz, names, Axes.WORLD_Z_UP, options.axes, "this C3D file")
        notes.extend(said)
        return axes, xyz
    body = up_by_body(xyz, names)
    if body is not None and body != up:
        notes.append(f"POINT:Y_SCREEN says {up} is up, but the body stands along {body}; the file is followed")
    if up == "+Y":
        return Axes.WORLD_Y_UP, xyz
    if up != "+Z":
        notes.append(f"vertical axis {up} of the file turned to +Z")
    return Axes.WORLD_Z_UP, turned_to_z_up(xyz, up)


FORMAT = Format("c3d", "C3D motion capture", (".c3d",), "points", _sniff, read)
"""The C3D reader."""
