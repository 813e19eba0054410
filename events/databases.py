"""What differs between SQLite and PostgreSQL: how to connect, to lock, to look at the schema, and what errors mean.

The log speaks through the drivers themselves, with statements that both understand; neither SQLAlchemy nor Alembic is
imported unless the tables must be made. PostgreSQL has a room of its own, `events.postgresql`. `?` stands for a value
in every statement; `sql` turns it into the driver's.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events.errors import BusyError, DamagedLogError, InvalidValueError, LogError, SchemaError, StorageError
from events.migrations import guards

if TYPE_CHECKING:
    from sqlalchemy import Engine

Connection = Any  # of the driver: sqlite3.Connection or psycopg.Connection; both commit by themselves unless told BEGIN

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

_INSERT = "INSERT INTO events (position, id, document, hash) VALUES (?, ?, ?, ?)"

URLS = "sqlite:///PATH (sqlite:////PATH from the root) or postgresql://USER@HOST/DATABASE"


class Database(ABC):
    """One database behind a URL."""

    name: str  # as a person may see it: no password
    lock: tuple[str, ...]  # begins a transaction that no other writer can be in at the same time
    tables: str  # selects the names of the tables
    triggers: str  # selects the names of the triggers, and what they are
    errors: tuple[type[Exception], ...]
    unique_errors: type[Exception]
    move_head = "UPDATE head SET position = ?, hash = ?, recorded = ?"
    at_once = 2_000  # rows in one answer: a journey to a server costs as much as a hundred rows
    may_pause = False  # whether the database can be away for a while and come back, as a server that is restarted

    @property
    @abstractmethod
    def guards(self) -> dict[str, str]:
        """The triggers that must be there, by name, as `triggers` selects them."""

    @abstractmethod
    def connect(self, timeout: float) -> Connection:
        """Return a connection that waits up to `timeout` seconds for a lock."""

    @abstractmethod
    def settle(self, connection: Connection) -> None:
        """Set what the database keeps for good, once its tables are there."""

    @abstractmethod
    def engine(self, connection: Connection) -> Engine:
        """Return SQLAlchemy's view of a connection that is open, for the migrations."""

    @abstractmethod
    def refusal(self, error: Exception) -> LogError:
        """Return a driver's error in our own words."""

    @abstractmethod
    def faults(self, connection: Connection) -> tuple[int, str] | None:
        """Return what the database's own check of its file finds: a position (0 where unknown) and a reason."""

    def sql(self, statement: str) -> str:
        """Return a statement as the driver wants it."""
        return statement

    def fetch(self, connection: Connection, statement: str, values: Sequence[object]) -> list[Any]:
        """Return the rows of a statement (as `sql` gives it), as fast as the driver hands them out."""
        rows: list[Any] = connection.execute(statement, values).fetchall()
        return rows

    def insert(self, connection: Connection, rows: Sequence[tuple[int, str, bytes, bytes]]) -> None:
        """Insert rows into the events, all in one go."""
        connection.cursor().executemany(_INSERT, rows)

    def alive(self, connection: Connection) -> bool:
        """Tell whether a connection that lay idle can still be used."""
        return True

    def forget(self, connection: Connection) -> None:  # noqa: B027 - most need not
        """Leave nothing of what was deleted, as far as the database can."""

    def listener(self, timeout: float) -> Connection | None:
        """Return a connection that hears of appends, None where the database tells nobody."""
        return None

    def heard(self, listener: Connection, seconds: float) -> None:  # noqa: B027 - most have no listener
        """Wait for the word of an append, and no longer than some seconds."""


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


def database_at(url: str, create: bool) -> Database:
    """Return the database that a URL names. Raises InvalidValueError for a URL of another form."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return Sqlite(Path(rest[1:]), create)
    if separator and scheme in ("postgresql", "postgresql+psycopg") and rest:
        from events.postgresql import Postgresql

        return Postgresql(url)
    raise InvalidValueError("the URL of a log", repr(url), URLS)


def _text(given: bytes) -> str:
    """Return text as it is, and what is no text (somebody changed it) so that it equals no text of ours."""
    return given.decode("utf-8", "backslashreplace")


def busy(name: str, reason: str) -> LogError:
    """Return the error for a lock that another writer keeps."""
    return BusyError(
        f"{name}: another writer kept the log locked for too long ({reason}); nothing was appended, try again"
    )


def full(name: str, reason: str) -> LogError:
    """Return the error for a full disk."""
    return StorageError(f"{name}: the disk is full ({reason}); nothing was appended, make room and try again")


def _unreachable(name: str, reason: str) -> LogError:
    return StorageError(f"{name}: {reason}; the file and its folder must be there and writable for this user")


def _unusable(name: str, reason: str) -> LogError:
    return SchemaError(f"{name} holds no log: {reason}; name another file")


def broken(name: str, reason: str) -> LogError:
    """Return the error for a damaged file."""
    return DamagedLogError(0, f"{name}: {reason}; take a copy of the file, and restore it from a backup")


_SQLITE_REFUSALS: tuple[tuple[tuple[str, ...], Callable[[str, str], LogError]], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), busy),
    (("SQLITE_FULL",), full),
    (("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_IOERR"), _unreachable),
    (("SQLITE_NOTADB",), _unusable),
    (("SQLITE_CORRUPT",), broken),
)
