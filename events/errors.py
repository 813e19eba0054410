"""Every way in which this project refuses.

    TimelineError
    ├── InvalidValueError (ValueError)      a value that cannot be: what came, what was wanted
    ├── DataError (ValueError)              a file or document with faults; carries its Problems
    ├── LogError
    │   ├── ConflictError                   another writer was first, or an id stands for other content
    │   ├── DivergedError                   two logs that should begin alike do not; names the first position
    │   ├── DamagedLogError                 the chain is broken; names the first bad position
    │   ├── UnknownEventError               written by a newer version
    │   ├── SchemaError                     the database is newer than this program, or is no log
    │   ├── StorageError                    the database cannot be reached, read or written (rights, a full disk)
    │   └── BusyError (TimeoutError)        another writer kept the log locked for too long
    └── NotHeldError (LookupError)          prices, a calendar or a claim that is not held

A fault of data is a value, `Problem`: one broken line never stops a batch. A wrong call is an exception.
"""

from __future__ import annotations

from dataclasses import dataclass


class TimelineError(Exception):
    """The root of them all."""


class InvalidValueError(TimelineError, ValueError):
    """A value that cannot be."""

    def __init__(self, what: str, came: object, wanted: str) -> None:
        super().__init__(f"{what}: got {came}, wanted {wanted}")
        self.what, self.came, self.wanted = what, came, wanted


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of data: where it stands (file and line, or characters of a text), what came, what was wanted."""

    message: str
    source: str = ""
    line: int | None = None
    span: tuple[int, int] | None = None

    def __str__(self) -> str:
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{where}: {self.message}" if where else self.message


class DataError(TimelineError, ValueError):
    """A file or document that cannot be used; nothing of it was."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class LogError(TimelineError):
    """The log refuses."""


class ConflictError(LogError):
    """The log is not where the writer expected it."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"the log ends at position {found}, the writer expected {expected}: another writer was first; "
            "read the new events and append again"
        )
        self.expected, self.found = expected, found


class DivergedError(LogError):
    """Two logs that should begin alike do not."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"the other log is not the beginning of this one: they differ from position {position} on; "
            "nothing was written, name an empty database or the copy that was begun"
        )
        self.position = position


class DamagedLogError(LogError):
    """The log was changed behind our back. Position 0 stands for what is beside the rows: the head, the file."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"the log is damaged{f' at position {position}' if position else ''}: {reason}")
        self.position, self.reason = position, reason


class UnknownEventError(LogError):
    """An event of a kind or version that this program does not know."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"cannot read an event of kind {kind!r} ({reason}): was it written by a newer version?")
        self.kind = kind


class SchemaError(LogError):
    """The database holds no log that this program can use."""


class StorageError(LogError):
    """The database cannot be reached, read or written."""


class BusyError(LogError, TimeoutError):
    """Another writer kept the log locked for too long."""


class NotHeldError(TimelineError, LookupError):
    """Something that is asked for is not held."""
