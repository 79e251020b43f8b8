"""The one family of errors that a user may see: one line that says what, where and what was expected."""

from __future__ import annotations

from pathlib import Path

__all__ = ["AmbiguousFileError", "AnglescopeError", "DataError", "DiskFullError", "OutputError", "UsageError"]


class AnglescopeError(Exception):
    """Base of every error shown to a user as one line, without a traceback.

    ``exit_code`` is the status of the command that ends with it: 1 the user's data, 2 wrong usage.
    """

    exit_code = 1


class UsageError(AnglescopeError):
    """The command line or study file asks for something that does not exist or does not fit together."""

    exit_code = 2


class OutputError(AnglescopeError):
    """Results cannot be written: folder of another run, unwritable or full disk."""


class DiskFullError(OutputError):
    """There is no space left where results are written."""


class DataError(AnglescopeError):
    """A file or clip is not what it should be.

    Parameters
    ----------
    what : what is wrong, in a few words.
    path : the file; shown first.
    frame : 0-based frame at which it is wrong.
    expected, got : what a reader may count on, and what came.
    hint : what the user can do.

    ``str(error)`` is one line: ``FILE, frame N: what; expected X, got Y. Hint``.
    Arguments survive pickling, so that workers may raise it.
    """

    def __init__(
        self,
        what: str,
        *,
        path: str | Path | None = None,
        frame: int | None = None,
        expected: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.what, self.path, self.frame = what, path, frame
        self.expected, self.got, self.hint = expected, got, hint
        super().__init__(self._line())

    def _line(self) -> str:
        where = [str(self.path)] if self.path is not None else []
        if self.frame is not None:
            where.append(f"frame {self.frame}")
        comparison = []
        if self.expected is not None:
            comparison.append(f"expected {self.expected}")
        if self.got is not None:
            comparison.append(f"got {self.got}")
        line = (", ".join(where) + ": " if where else "") + self.what
        line += "; " + ", ".join(comparison) if comparison else ""
        line += f". {self.hint}" if self.hint else ""
        return " ".join(line.split())

    def __reduce__(self) -> tuple[object, ...]:
        state = {k: getattr(self, k) for k in ("path", "frame", "expected", "got", "hint")}
        return _rebuild, (type(self), self.what, state)


class AmbiguousFileError(DataError):
    """Several formats or meanings fit a file equally well; the user must name one."""


def _rebuild(kind: type[DataError], what: str, state: dict[str, object]) -> DataError:
    """Make an error again in another process (``Exception`` alone would lose keyword arguments)."""
    return kind(what, **state)  # type: ignore[arg-type]
