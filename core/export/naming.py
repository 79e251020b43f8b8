"""Names of the files written for the records of a file: told apart by folder, safe on every file system."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["record_name"]

_UNSAFE = re.compile(r"[^\w.\-]+")


def record_name(source: Path, root: Path, key: str = "") -> str:
    """``<folders below root>_<stem>[_<key>]``, without ending: ``col/a/walk.c3d`` under ``col`` is ``a_walk``.

    key : of the record within ``source``; it may hold anything, and what is no letter, digit, ``.``, ``-`` or ``_``
    (a path separator above all) becomes ``_``. Two records can still come to one name (``walk.c3d`` beside
    ``walk.trc``): who writes has to look.
    """
    parts = [*source.relative_to(root).with_suffix("").parts, key]
    return _UNSAFE.sub("_", "_".join(filter(None, parts)))
