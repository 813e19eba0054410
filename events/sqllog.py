"""The log in a database: SQLite by default, PostgreSQL by its URL alone.

Every writer takes the one lock before it reads the head, so positions have no gaps and become visible in their order: a
reader that stands at a position never misses an event. What can be done before the lock (encoding, the ids) is done
before it. Readers hold no transaction between two batches, so they never keep SQLite from tidying its WAL.
One process may share a `SqlLog` between its threads; a child process opens its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from types import TracebackType

from events.codec import utc_text
from events.databases import Connection, Database, database_at
from events.errors import ConflictError, DamagedLogError, LogError, NotHeldError, SchemaError
from events.log import Draft, EventLog, Head, Prepared, Row, chained, check_columns, prepare, row_of
from events.migrations import KNOWN, REVISION, upgrade

BATCH = 2_000  # rows in memory at a time: about a megabyte
_NAMES = 500  # values in one IN (...): old SQLites take 999

_INSERT = "INSERT INTO events (position, id, document, hash) VALUES (?, ?, ?, ?)"
_ROWS = "SELECT position, id, document, hash FROM events WHERE position > ? ORDER BY position LIMIT ?"
_HEAD = "SELECT position, hash, recorded FROM head"
_MOVE_HEAD = "UPDATE head SET position = ?, hash = ?, recorded = ?"
_COLUMNS = "SELECT content FROM columns WHERE digest = ?"
_INSERT_COLUMNS = "INSERT INTO columns (digest, content) VALUES (?, ?)"
_POSITION = "SELECT position FROM events WHERE id = ?"
_HIDDEN = "SELECT count(*) FROM events WHERE position <= 0"
_TABLES = {"events", "head", "columns"}


class _HeldError(LogError):
    """Some of the events are in the log already."""


class SqlLog(EventLog):
    """The log in a database; open it with `SqlLog.open`."""

    def __init__(self, database: Database, timeout: float) -> None:
        self._database, self._timeout = database, timeout
        self._idle: deque[Connection] = deque()
        self._closed = False
        statements = (_INSERT, _ROWS, _HEAD, _MOVE_HEAD, _COLUMNS, _INSERT_COLUMNS, _POSITION)
        self._sql = {statement: database.sql(statement) for statement in statements}

    @classmethod
    def open(cls, url: str, *, create: bool = True, timeout: float = 30.0) -> SqlLog:
        """Open the log at a URL (sqlite:///PATH or postgresql://...), its tables brought to today's version.

        With `create` an empty database becomes a log, and the folder of an SQLite file is made. `timeout` is how many
        seconds a writer waits for another. Raises SchemaError where the database is newer than this program or holds
        something else, StorageError where it cannot be reached, InvalidValueError for a URL of another form.
        """
        log = cls(database_at(url, create), timeout)
        try:
            with log._connection() as connection:
                log._settle(connection, create)
        except BaseException:
            log.close()
            raise
        return log

    def close(self) -> None:
        """Close the connections; the log cannot be used afterwards."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> SqlLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expect: int | None = None,
        columns: Mapping[str, bytes] | None = None,
    ) -> list[Row]:
        """Append events in one transaction, durable on return; see EventLog.append.

        Raises BusyError where another writer keeps the lock too long, StorageError for a full disk; then nothing of it
        is in the log.
        """
        prepared, columns = prepare(drafts), columns or {}
        check_columns(columns)
        if not prepared and not columns and expect is None:
            return []
        try:  # in the hope that all of them are new, which they mostly are
            return self._append(prepared, columns, expect, search=False)
        except _HeldError:
            return self._append(prepared, columns, expect, search=True)

    def _append(
        self, prepared: Prepared, columns: Mapping[str, bytes], expect: int | None, *, search: bool
    ) -> list[Row]:
        with self._transaction() as connection:
            head = self._head(connection)
            if expect is not None and expect != head.position:
                raise ConflictError(expect, head.position)
            if search:
                held = self._held(connection, prepared)
                prepared = {key: one for key, one in prepared.items() if key not in held}
            self._insert_columns(connection, columns)
            rows, end = chained(prepared, head)
            if rows:
                try:
                    connection.cursor().executemany(self._sql[_INSERT], rows)
                except self._database.unique_errors as error:
                    if search:
                        raise DamagedLogError(
                            head.position + 1, "a row stands behind the end that the log keeps"
                        ) from error
                    raise _HeldError from error
                connection.execute(self._sql[_MOVE_HEAD], (end.position, end.hash, utc_text(end.recorded)))
        return rows

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the stored rows after a position, read in batches; events appended meanwhile are among them."""
        size = BATCH
        while True:
            try:
                with self._connection() as connection:
                    batch = connection.execute(self._sql[_ROWS], (after, size)).fetchall()
            except DamagedLogError as error:  # the file itself: go on row by row, to name the position
                if size == 1:
                    raise DamagedLogError(after + 1, error.reason) from error
                size = 1
                continue
            if not batch:
                return
            yield from map(row_of, batch)
            after = batch[-1][0]

    def head(self) -> Head:
        """Return where the log ends. Raises DamagedLogError where its row was taken away or is no head."""
        with self._connection() as connection:
            return self._head(connection)

    def columns(self, digest: str) -> bytes:
        """Return price columns by their hash."""
        with self._connection() as connection:
            found = connection.execute(self._sql[_COLUMNS], (digest,)).fetchone()
        if found is None:
            raise NotHeldError(f"no price columns with the hash {digest} are held")
        content: bytes = found[0]
        return content

    def position_of(self, key: str) -> int | None:
        """Return the position of an event, or None."""
        with self._connection() as connection:
            found = connection.execute(self._sql[_POSITION], (key,)).fetchone()
        return None if found is None else int(found[0])

    def guards(self) -> list[str]:
        """Return the names of the triggers that ought to refuse changes and are missing, disabled or changed."""
        with self._connection() as connection:
            found = dict(connection.execute(self._database.triggers).fetchall())
        wanted = self._database.guards.items()
        return [name for name, text in wanted if name not in found or found[name] not in (None, text)]

    def verify(self, progress: Callable[[int], None] | None = None) -> Head:
        """Walk the whole log, then let the database check itself; see EventLog.verify."""
        head = super().verify(progress)
        with self._connection() as connection:
            if connection.execute(_HIDDEN).fetchone() != (0,):
                raise DamagedLogError(0, "rows stand before position 1")
            if fault := self._database.faults(connection):
                raise DamagedLogError(*fault)
        return head

    def _head(self, connection: Connection) -> Head:
        found = connection.execute(self._sql[_HEAD]).fetchone()
        try:
            position, digest, recorded = found
            head = Head(position, digest, datetime.fromisoformat(recorded))
            known = isinstance(position, int) and isinstance(digest, bytes) and utc_text(head.recorded) == recorded
        except (TypeError, ValueError):
            known = False
        if not known:
            raise DamagedLogError(0, f"the head kept beside the rows cannot be read: {found}")
        return head

    def _insert_columns(self, connection: Connection, columns: Mapping[str, bytes]) -> None:
        new = []
        for digest, content in columns.items():
            if connection.execute(self._sql[_COLUMNS], (digest,)).fetchone() is None:
                new.append((digest, content))
        if new:
            connection.cursor().executemany(self._sql[_INSERT_COLUMNS], new)

    def _held(self, connection: Connection, keys: Iterable[str]) -> set[str]:
        held: set[str] = set()
        remaining = iter(keys)
        while batch := list(islice(remaining, _NAMES)):
            marks = ", ".join("?" * len(batch))
            statement = self._database.sql(f"SELECT id FROM events WHERE id IN ({marks})")  # noqa: S608 - marks only
            held.update(key for (key,) in connection.execute(statement, batch).fetchall())
        return held

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Lend a connection; it is closed, and its transaction undone, where anything goes wrong."""
        if self._closed:
            raise LogError(f"{self._database.name}: this log was closed")
        try:
            connection = self._idle.pop() if self._idle else self._database.connect(self._timeout)
        except self._database.errors as error:
            raise self._database.refusal(error) from error
        try:
            yield connection
        except BaseException as error:
            with suppress(*self._database.errors):
                connection.close()
            if isinstance(error, self._database.errors):
                raise self._database.refusal(error) from error
            raise
        self._idle.append(connection)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Lend a connection that holds the writers' lock, and commit at the end."""
        with self._connection() as connection:
            for statement in self._database.lock:
                connection.execute(statement)
            yield connection
            connection.execute("COMMIT")

    def _settle(self, connection: Connection, create: bool) -> None:
        """Bring the tables to today's version, or say why that cannot be."""
        if not self._current(connection):
            if not create and not connection.execute(self._database.tables).fetchall():
                raise SchemaError(f"{self._database.name} holds no log, it is empty")
            self._upgrade(connection)
        self._database.settle(connection)

    def _upgrade(self, connection: Connection) -> None:
        try:
            with self._database.engine(connection).connect() as through_sqlalchemy:
                for statement in self._database.lock:  # not before: SQLAlchemy's first connect rolls back
                    through_sqlalchemy.exec_driver_sql(statement)
                if not self._current(connection):  # or another process was making them just now
                    upgrade(through_sqlalchemy)
                through_sqlalchemy.commit()
        except Exception as error:
            origin = getattr(error, "orig", None)
            if isinstance(origin, self._database.errors):
                raise origin from error
            raise

    def _current(self, connection: Connection) -> bool:
        name = self._database.name
        tables = {table for (table,) in connection.execute(self._database.tables).fetchall()}
        if not tables:
            return False
        if "alembic_version" not in tables:
            raise SchemaError(
                f"{name} holds no log but other tables ({', '.join(sorted(tables))}); name another database"
            )
        versions = [version for (version,) in connection.execute("SELECT version_num FROM alembic_version").fetchall()]
        if len(versions) == 1 and versions[0] in KNOWN and tables >= _TABLES:
            return bool(versions[0] == REVISION)
        if not tables >= _TABLES:
            raise SchemaError(f"{name} holds no log: of its tables {', '.join(sorted(_TABLES - tables))} are missing")
        raise SchemaError(
            f"{name} is of version {', '.join(versions) or 'none'}, this program knows {', '.join(KNOWN)}: "
            "it was written by a newer version; update this program"
        )
