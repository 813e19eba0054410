"""The log on PostgreSQL, through psycopg: COPY for the rows, LISTEN for those who follow, the errors in our own words.

One writer at a time holds an advisory lock until its transaction has ended, and PostgreSQL shows a transaction before
it lets its locks go: the next writer sees the head that it left, and positions become visible in their order. Whatever
the server's defaults are, an append is read committed (the head is read after the lock, not before it) and on the disk
when it is acknowledged. No message holds a password.
"""

from __future__ import annotations

import re
import selectors
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from events.databases import Connection, Database, broken, busy, full
from events.errors import InvalidValueError, LogError, SchemaError, StorageError
from events.migrations import guards

if TYPE_CHECKING:
    from sqlalchemy import Engine

CHANNEL = "market_timeline"
CONNECT_TIMEOUT = 10  # seconds; a URL may say another

# A writer that hangs inside its transaction is let go after a minute, a machine that is gone within half of one.
_SETTINGS = """SET lock_timeout = {lock}; SET idle_in_transaction_session_timeout = 60000;
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"""

_COPY = "COPY events (position, id, document, hash) FROM STDIN (FORMAT BINARY)"
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_AT_ONCE = 2_000  # rows handed to the server in one piece
_front = struct.Struct(">hiqi").pack  # four values: eight bytes of position, then the length of the id
_length = struct.Struct(">i").pack

_NO_CONNECTION = ("connection failed", "timeout expired", "connection to server", "failed to resolve host")
_UNKNOWN_END = (
    "an append that was under way is in the log whole or not at all; append it again, nothing is stored twice"
)


class Postgresql(Database):
    """PostgreSQL behind a URL as libpq takes it: postgresql://USER@HOST/DATABASE?PARAMETER=VALUE."""

    lock = ("BEGIN ISOLATION LEVEL READ COMMITTED", "SELECT pg_advisory_xact_lock(7305808869229538423)")
    move_head = "SELECT log_move_head(?, ?, ?)"
    may_pause = True
    # pg_class, because information_schema hides what a role may not touch.
    tables = """SELECT relname FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = to_regnamespace(quote_ident(current_schema()))"""
    triggers = """SELECT tgname, relname || ' ' || tgtype || ' ' || prosrc
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')
        AND relnamespace = to_regnamespace(quote_ident(current_schema()))"""

    def __init__(self, url: str) -> None:
        try:
            import psycopg
            from psycopg import conninfo
        except ImportError as error:
            raise StorageError(
                f"a log on PostgreSQL needs the driver psycopg ({error}): pip install 'psycopg[binary]'"
            ) from error
        self._driver = psycopg
        self.errors, self.unique_errors = (psycopg.Error,), psycopg.errors.UniqueViolation
        self._url = "postgresql://" + url.partition("://")[2]
        try:
            given = conninfo.conninfo_to_dict(self._url)
        except psycopg.Error:  # whose message quotes the URL, the password with it
            wanted = "postgresql://USER@HOST/DATABASE, with what is special in a password written as %XX"
            raise InvalidValueError("the URL of a log", "one that PostgreSQL cannot read", wanted) from None
        self._more: dict[str, Any] = {} if "connect_timeout" in given else {"connect_timeout": CONNECT_TIMEOUT}
        self._secrets = [str(given[name]) for name in ("password", "sslpassword") if given.get(name)]
        place = ":".join(str(given[part]) for part in ("host", "port") if given.get(part))
        self.name = "/".join(part for part in (place, str(given.get("dbname") or "")) if part) or "postgresql"

    @property
    def guards(self) -> dict[str, str]:
        """The triggers by name: their table, their kind, and what their function does."""
        return guards.POSTGRESQL_SEEN

    def connect(self, timeout: float) -> Connection:
        """Return a connection."""
        connection = self._driver.connect(self._url, autocommit=True, client_encoding="utf-8", **self._more)
        connection.execute(_SETTINGS.format(lock=int(timeout * 1000)))
        return connection

    def settle(self, connection: Connection) -> None:
        """Nothing: a server is set up by whoever runs it."""

    def engine(self, connection: Connection) -> Engine:
        """Return an engine on a connection that is open."""
        from sqlalchemy import StaticPool, create_engine

        return create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)

    def refusal(self, error: Exception) -> LogError:
        """Return PostgreSQL's error in our own words."""
        found, reason = self._driver.errors, self._plain(str(error))
        if isinstance(error, found.LockNotAvailable):
            return busy(self.name, reason)
        if isinstance(error, found.DiskFull):
            return full(self.name, reason)
        if isinstance(error, found.DataCorrupted | found.IndexCorrupted):
            return broken(self.name, reason)
        if isinstance(error, found.InsufficientPrivilege):
            return StorageError(f"{self.name}: {reason}; this user has not the rights for that, the tables' owner has")
        if isinstance(error, found.ReadOnlySqlTransaction):
            return StorageError(f"{self.name}: {reason}; it is a standby or closed to writers: name the primary")
        if isinstance(error, found.InvalidSchemaName):
            return SchemaError(f"{self.name}: {reason}; create the schema, or name another in search_path")
        if not isinstance(error, self._driver.OperationalError):
            return StorageError(f"{self.name}: {reason}")
        if "password" in reason or "role" in reason:
            return StorageError(f"{self.name}: {reason}; check the user and the password in the URL (or in ~/.pgpass)")
        if 'database "' in reason:
            return StorageError(
                f"{self.name}: {reason}; create the database first (createdb), the tables come by themselves"
            )
        if any(words in reason for words in _NO_CONNECTION):
            return StorageError(f"{self.name}: no connection: {reason}; is the server there, and does it listen?")
        return StorageError(f"{self.name}: {reason}; {_UNKNOWN_END}")

    def faults(self, connection: Connection) -> tuple[int, str] | None:
        """Return None: PostgreSQL checks its files by itself where checksums are switched on."""
        return None

    def sql(self, statement: str) -> str:
        """Return a statement with psycopg's own mark for a value."""
        return statement.replace("?", "%s")

    def fetch(self, connection: Connection, statement: str, values: Sequence[object]) -> list[Any]:
        """Return the rows of a statement, their bytes as bytes and not as hexadecimal text."""
        rows: list[Any] = connection.execute(statement, values, binary=True).fetchall()
        return rows

    def insert(self, connection: Connection, rows: Sequence[tuple[int, str, bytes, bytes]]) -> None:
        """Insert rows into the events by one binary COPY."""
        with connection.cursor().copy(_COPY) as copy:
            copy.write(_HEADER)
            for piece in _pieces(rows):
                copy.write(piece)
            copy.write(_TRAILER)

    def alive(self, connection: Connection) -> bool:
        """Tell whether a connection is open, and the server has not said good-bye on it."""
        if connection.closed or connection.broken:
            return False
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            return not selector.select(0)

    def forget(self, connection: Connection) -> None:
        """Free the space of deleted texts, so that it is written over; who has not the right to that leaves it."""
        with suppress(self._driver.errors.InsufficientPrivilege):
            connection.execute("VACUUM texts")

    def listener(self, timeout: float) -> Connection | None:
        """Return a connection that hears of appends."""
        connection = self.connect(timeout)
        connection.execute(f"LISTEN {CHANNEL}")
        return connection

    def heard(self, listener: Connection, seconds: float) -> None:
        """Wait for the word of an append, and no longer than some seconds."""
        for _ in listener.notifies(timeout=seconds, stop_after=1):
            return

    def _plain(self, message: str) -> str:
        """Return a message on one line, without a password."""
        for secret in self._secrets:
            message = message.replace(secret, "***")
        return re.sub(r"\s+", " ", message).strip()


def _pieces(rows: Sequence[tuple[int, str, bytes, bytes]]) -> Iterator[bytes]:
    """Yield rows as COPY's binary format has them, many at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, _AT_ONCE)):
        parts: list[bytes] = []
        for position, key, document, digest in batch:
            name = key.encode()
            parts += (
                _front(4, 8, position, len(name)),
                name,
                _length(len(document)),
                document,
                _length(len(digest)),
                digest,
            )
        yield b"".join(parts)
