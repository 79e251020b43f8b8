"""What a file that no format fits looks like, in a few words for an error message."""

from __future__ import annotations

from pathlib import Path

from core.files import read_bytes
from core.formats.arrays import is_npy, is_zip, npy_header, npz_headers
from core.formats.sniffing import is_pickle, json_keys
from core.formats.torch_file import is_torch_file
from core.formats.unpickle import label_in, load_pickle

__all__ = ["array_shapes", "describe"]

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "an MP4 or QuickTime video"),
    (0, b"RIFF", "an AVI video or WAV sound"),
    (0, b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89HDF", "an HDF5 or MATLAB 7.3 file"),
    (0, b"MATLAB 5.0", "a MATLAB file"),
    (0, b"PAR1", "a Parquet table"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"%PDF", "a PDF document"),
)
_PICKLE_LIMIT = 64 << 20


def describe(path: Path) -> str:
    """A phrase such as ``an MP4 or QuickTime video`` or ``a numpy array (5, 3) float64``.

    Raises :class:`core.errors.DataError` where the file is of a readable kind but damaged or dangerous, because
    that is then the better message.
    """
    with path.open("rb") as file:
        head = file.read(8192)
    for offset, signature, phrase in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return phrase
    if is_torch_file(path, head):
        return "a checkpoint of PyTorch"
    if is_npy(head):
        header = npy_header(path)
        return f"a numpy array {header.shape} {header.dtype}"
    if is_zip(head):
        return f"an archive of arrays named {_listed(sorted(npz_headers(path)))}"
    if is_pickle(head):
        return _described_pickle(path)
    keys = json_keys(path, head)
    if keys:
        return f"JSON with the keys {_listed(sorted(keys))}"
    return _described_text(head)


def array_shapes(path: Path) -> str | None:
    """The shapes that an array alone may have, for a file that is an array; else None."""
    with path.open("rb") as file:
        return "(T, 17, 3): frames, joints, coordinates" if is_npy(file.read(8)) else None


def _listed(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _described_pickle(path: Path) -> str:
    if path.stat().st_size > _PICKLE_LIMIT:
        return "a large pickle"
    value = load_pickle(read_bytes(path), path)
    if isinstance(value, dict):
        return f"a pickle of a dictionary with the keys {_listed([label_in(key) for key in value])}"
    return f"a pickle of a {type(value).__name__.lstrip('_').lower()}"


def _described_text(head: bytes) -> str:
    text = head.decode("utf-8", "replace")
    if "\0" in text or text.count("\ufffd") > 2:
        return "binary data of an unknown kind"
    first = text.strip().splitlines()[0][:60] if text.strip() else ""
    return f"a text file that begins with {first!r}"
