"""The log on SQLite: the file, its settings, and the errors in our own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from events.databases import Connection, Database, broken, busy, full
from events.errors import LogError, SchemaError, StorageError
from events.migrations import guards

if TYPE_CHECKING:
    from sqlalchemy import Engine

# 16 MB of cache hold the pages of ten thousand events, which would else be written twice in one append.
# secure_delete: an erased text is overwritten; nothing else of the log is ever deleted.
_PRAGMAS = (
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "trusted_schema=OFF",
    "cache_size=-16000",
    "secure_delete=ON",
)


class Sqlite(Database):
    """SQLite in a file, in WAL mode: readers never wait, one writer at a time.

    synchronous=FULL (and fullfsync, where the system knows it): a power cut loses nothing that was acknowledged.
    """

    lock = ("BEGIN IMMEDIATE",)  # deferred ones all read the same head, and all but one are lost
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    errors = (sqlite3.Error, UnicodeDecodeError)  # the driver's message quotes a damaged schema as it is
    unique_errors = sqlite3.IntegrityError
    at_once = 250  # they stay in the processor's cache until they are decoded

    def __init__(self, path: Path, create: bool) -> None:
        self.path, self.create, self.name = path, create, str(path)

    @property
    def guards(self) -> dict[str, str]:
        """The triggers by name, as they were written."""
        return {**guards.SQLITE, **guards.SQLITE_TEXTS}

    def connect(self, timeout: float) -> Connection:
        """Return a connection; makes the file (and its folder) where that is wanted."""
        if self.path.is_dir():
            raise StorageError(f"{self.path} is a folder; the log needs a file, such as {self.path / 'timeline.db'}")
        if self.create:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(f"cannot make the folder {self.path.parent} for the log: {error}") from error
        elif not self.path.exists():
            raise SchemaError(f"no log at {self.path}: the file does not exist")
        # Connections wander between threads, one thread at a time; autocommit, so that BEGIN is ours to say.
        connection = sqlite3.connect(self.path, timeout=timeout, isolation_level=None, check_same_thread=False)
        connection.text_factory = _text
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def settle(self, connection: Connection) -> None:
        """Put the file into WAL mode; where the file system cannot, it stays as it is, slower and as safe."""
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode=WAL")

    def engine(self, connection: Connection) -> Engine:
        """Return an engine on a connection that is open."""
        from sqlalchemy import StaticPool, create_engine

        return create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)

    def forget(self, connection: Connection) -> None:
        """Fold the WAL into the file and empty it: deleted content was overwritten there (secure_delete)."""
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def refusal(self, error: Exception) -> LogError:
        """Return SQLite's error in our own words."""
        if isinstance(error, UnicodeDecodeError):
            return broken(self.name, "its schema holds bytes that are no text")
        code = getattr(error, "sqlite_errorname", None) or ""
        for prefixes, refuse in _SQLITE_REFUSALS:
            if code.startswith(prefixes):
                return refuse(self.name, str(error))
        return StorageError(f"{self.name}: {error}")

    def faults(self, connection: Connection) -> tuple[int, str] | None:
        """Return what SQLite's check of the file finds, such as an index that lost a row."""
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found == "ok":
            return None
        words = found.split()
        row = words[1] if words[0] == "row" and len(words) > 1 else ""
        return int(row) if row.isdigit() else 0, f"SQLite finds: {found}"


def _text(given: bytes) -> str:
    """Return text as it is, and what is no text (somebody changed it) so that it equals no text of ours."""
    return given.decode("utf-8", "backslashreplace")


def _unreachable(name: str, reason: str) -> LogError:
    return StorageError(f"{name}: {reason}; the file and its folder must be there and writable for this user")


def _unusable(name: str, reason: str) -> LogError:
    return SchemaError(f"{name} holds no log: {reason}; name another file")


_SQLITE_REFUSALS: tuple[tuple[tuple[str, ...], Callable[[str, str], LogError]], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), busy),
    (("SQLITE_FULL",), full),
    (("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_IOERR"), _unreachable),
    (("SQLITE_NOTADB",), _unusable),
    (("SQLITE_CORRUPT",), broken),
)
