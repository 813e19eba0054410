"""What the log asks of a database: how to connect, to lock, to look at the schema, and what its errors mean.

The log speaks through the drivers themselves, with statements that all of them understand; neither SQLAlchemy nor
Alembic is imported unless the tables must be made. `events.sqlite` and `events.postgresql` are the databases, and
`events.urls` knows which of them a URL means. `?` stands for a value in every statement; `sql` turns it into the
driver's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from events.errors import BusyError, DamagedLogError, LogError, StorageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

Connection = Any  # of the driver: sqlite3.Connection or psycopg.Connection; both commit by themselves unless told BEGIN

_INSERT = "INSERT INTO events (position, id, document, hash) VALUES (?, ?, ?, ?)"


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


def busy(name: str, reason: str) -> LogError:
    """Return the error for a lock that another writer keeps."""
    return BusyError(
        f"{name}: another writer kept the log locked for too long ({reason}); nothing was appended, try again"
    )


def full(name: str, reason: str) -> LogError:
    """Return the error for a full disk."""
    return StorageError(f"{name}: the disk is full ({reason}); nothing was appended, make room and try again")


def broken(name: str, reason: str) -> LogError:
    """Return the error for a damaged file."""
    return DamagedLogError(0, f"{name}: {reason}; take a copy of the file, and restore it from a backup")
