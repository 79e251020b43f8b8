"""The archive that ``torch.save`` writes since torch 1.6: a zip with a pickle and one member per storage."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from core.errors import DataError

__all__ = ["TorchArchive", "is_torch_archive"]

_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, LookupError,
               OverflowError, OSError)  # fmt: skip
"""What zipfile raises for a damaged, encrypted or exotic archive."""
_PICKLE = "/data.pkl"
_MAX_RATIO = 16
_MIN_UNPACKED = 1 << 20
_LOCAL_HEADER = 30


def is_torch_archive(path: Path) -> bool:
    """True where a zip archive has the pickle that ``torch.save`` writes; False where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(_PICKLE) for name in archive.namelist())
    except _BROKEN_ZIP:
        return False


class TorchArchive:
    """Members of the archive by their name within its one folder. A member that is stored as it is is not copied.

    n_bytes : of the file, or unpacked, whichever is more. byte_order : ``<`` or ``>``. Raises :class:`DataError` for a
    damaged archive, one that is not of ``torch.save``, and one that would unpack to far more than its size.
    """

    def __init__(self, data: bytes, path: Path) -> None:
        self._data, self._path = data, path
        self._unpacked: dict[str, memoryview] = {}
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN_ZIP as error:
            raise self._broken(str(error)) from None
        self._members = self._named()
        self.n_bytes = max(len(data), sum(info.file_size for info in self._members.values()))
        if self.n_bytes > max(_MIN_UNPACKED, _MAX_RATIO * len(data)):
            raise DataError("archive unpacks to far more than it should; refused as a zip bomb", path=path,
                            expected=f"at most {_MAX_RATIO} times its size", got=f"{self.n_bytes} bytes")  # fmt: skip
        if "constants.pkl" in self._members:
            raise DataError("is a TorchScript program, not weights alone; it was not opened", path=path)
        self.byte_order = ">" if "byteorder" in self._members and bytes(self.member("byteorder")) == b"big" else "<"

    def __call__(self, key: str, n_bytes: int) -> memoryview:
        """A storage, as :class:`core.formats.torch_pickle.Storages` wants it."""
        found = self.member(f"data/{key}")
        if len(found) != n_bytes:
            raise ValueError(f"a storage should have {n_bytes} bytes and has {len(found)}")
        return found

    def member(self, name: str) -> memoryview:
        """All bytes of a member; :class:`DataError` where it is damaged or absent."""
        if name not in self._unpacked:
            if name not in self._members:
                raise self._broken(f"no member {name[:60]!r}")
            self._unpacked[name] = self._read(self._members[name])
        return self._unpacked[name]

    def _named(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        roots = [info.filename.removesuffix(_PICKLE) + "/" for info in infos if info.filename.endswith(_PICKLE)]
        if len(roots) != 1 or roots[0].count("/") != 1:
            raise DataError("is a zip archive, but not of torch.save", path=self._path, expected="one data.pkl in it",
                            got=", ".join(info.filename for info in infos[:5])[:120] or "nothing")  # fmt: skip
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            if info.filename in members:
                raise self._broken(f"member {info.filename[:60]!r} comes twice")
            members[info.filename] = info
        return {name.removeprefix(roots[0]): info for name, info in members.items() if name.startswith(roots[0])}

    def _read(self, info: zipfile.ZipInfo) -> memoryview:
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            try:
                with self._zip.open(info) as member:
                    return memoryview(member.read(info.file_size))
            except _BROKEN_ZIP as error:
                raise self._broken(str(error)) from None
        head = self._data[info.header_offset : info.header_offset + _LOCAL_HEADER]
        if len(head) < _LOCAL_HEADER or not head.startswith(b"PK\x03\x04"):
            raise self._broken("a member is not where the archive says")
        start = info.header_offset + _LOCAL_HEADER + int.from_bytes(head[26:28], "little")
        start += int.from_bytes(head[28:30], "little")
        found = memoryview(self._data)[start : start + info.file_size]
        if len(found) != info.file_size or zlib.crc32(found) != info.CRC:
            raise self._broken(f"member {info.filename[:60]!r} is not what its checksum says")
        return found

    def _broken(self, why: str) -> DataError:
        return DataError(f"damaged archive of torch.save ({why[:100]})", path=self._path,
                         hint="The file may be truncated: copy it again")  # fmt: skip
