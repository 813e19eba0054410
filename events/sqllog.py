"""The log in a database: SQLite by default, PostgreSQL by its URL alone.

Every writer takes the one lock before it reads the head, so positions have no gaps and become visible in their order: a
reader that stands at a position never misses an event. What can be done before the lock (encoding, the ids) is done
before it. Readers hold no transaction between two batches, so they never keep SQLite from tidying its WAL.
One process may share a `SqlLog` between its threads; a child process opens its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from threading import Event as Signal
from types import TracebackType
from typing import Any, NamedTuple

from events.chain import Prepared, chained, prepare, row_of
from events.codec import utc_text
from events.databases import Connection, Database
from events.errors import ConflictError, DamagedLogError, LogError, NotHeldError
from events.log import Draft, EventLog, Head, Row, check_contents, erasures, not_held
from events.schema import settle
from events.urls import database_at

BATCH = 2_000  # the most rows in memory at a time: about a megabyte
_NAMES = 500  # values in one IN (...): old SQLites take 999

_ROWS = "SELECT position, id, document, hash FROM events WHERE position > ? ORDER BY position LIMIT ?"
_HEAD = "SELECT position, hash, recorded FROM head"
_COLUMNS = "SELECT content FROM columns WHERE digest = ?"
_INSERT_COLUMNS = "INSERT INTO columns (digest, content) VALUES (?, ?)"
_TEXT = "SELECT content FROM texts WHERE digest = ?"
_INSERT_TEXT = "INSERT INTO texts (digest, content) VALUES (?, ?)"
_ERASE_TEXT = "DELETE FROM texts WHERE digest = ?"
_ERASED = "SELECT event FROM erasures WHERE digest = ?"
_INSERT_ERASED = "INSERT INTO erasures (digest, event) VALUES (?, ?)"
_POSITION = "SELECT position FROM events WHERE id = ?"
_HIDDEN = "SELECT count(*) FROM events WHERE position <= 0"


_STATEMENTS = (
    *(_ROWS, _HEAD, _COLUMNS, _INSERT_COLUMNS, _POSITION),
    *(_TEXT, _INSERT_TEXT, _ERASE_TEXT, _ERASED, _INSERT_ERASED),
)


class _Beside(NamedTuple):
    """What goes in beside events: price columns and texts by their hash, and erasures (see `log.erasures`)."""

    columns: Mapping[str, bytes]
    texts: Mapping[str, bytes]
    erased: Mapping[str, str]


class _HeldError(LogError):
    """Some of the events are in the log already."""


class SqlLog(EventLog):
    """The log in a database; open it with `SqlLog.open`."""

    def __init__(self, database: Database, timeout: float) -> None:
        self._database, self._timeout = database, timeout
        self._idle: deque[Connection] = deque()
        self._closed = False
        self._sql = {statement: database.sql(statement) for statement in (*_STATEMENTS, database.move_head)}

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
                settle(log._database, connection, create)
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
        texts: Mapping[str, bytes] | None = None,
    ) -> list[Row]:
        """Append events in one transaction, durable on return; see EventLog.append.

        Raises BusyError where another writer keeps the lock too long, StorageError for a full disk; then nothing of it
        is in the log. Where the server goes away just then, StorageError leaves open whether it is: append it again.
        """
        drafts = list(drafts)
        beside = _Beside(columns or {}, texts or {}, erasures(drafts))
        prepared = prepare(drafts)
        check_contents(beside.columns, beside.texts)
        if not prepared and not any(beside) and expect is None:
            return []
        try:  # in the hope that all of them are new, which they mostly are
            rows = self._append(prepared, beside, expect, search=False)
        except _HeldError:
            rows = self._append(prepared, beside, expect, search=True)
        if beside.erased:
            with self._connection() as connection:
                self._database.forget(connection)
        return rows

    def _append(self, prepared: Prepared, beside: _Beside, expect: int | None, *, search: bool) -> list[Row]:
        with self._transaction() as connection:
            head = self._head(connection)
            if expect is not None and expect != head.position:
                raise ConflictError(expect, head.position)
            if search:
                held = self._held(connection, prepared)
                prepared = {key: one for key, one in prepared.items() if key not in held}
            self._insert_beside(connection, beside)
            rows, end = chained(prepared, head)
            try:
                self._insert(connection, rows, end)
            except self._database.unique_errors as error:
                if not search:
                    raise _HeldError from error
                raise DamagedLogError(head.position + 1, "a row stands behind the end that the log keeps") from error
        return rows

    def extend(
        self,
        rows: Sequence[Row],
        end: Head,
        *,
        expect: int,
        columns: Mapping[str, bytes],
        texts: Mapping[str, bytes],
        erased: Mapping[str, str],
    ) -> None:
        """Append rows of another log as they are, with what stands beside them; `end` is the head after them.

        The caller has proved that they follow from this log's head, at position `expect`; see `events.copying`.
        `erased` is as `log.erasures` returns it.
        """
        with self._transaction() as connection:
            head = self._head(connection)
            if expect != head.position:
                raise ConflictError(expect, head.position)
            self._insert_beside(connection, _Beside(columns, texts, erased))
            self._insert(connection, rows, end)

    def _insert(self, connection: Connection, rows: Sequence[Row], end: Head) -> None:
        if rows:
            self._database.insert(connection, rows)
            moved = (end.position, end.hash, utc_text(end.recorded))
            connection.execute(self._sql[self._database.move_head], moved)

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the stored rows after a position, read in batches; events appended meanwhile are among them."""
        return map(row_of, self._stored(after))

    def _stored(self, after: int) -> Iterator[tuple[int, str, bytes, bytes]]:
        size = min(BATCH, self._database.at_once)
        while True:
            try:
                with self._connection() as connection:
                    batch = self._database.fetch(connection, self._sql[_ROWS], (after, size))
            except DamagedLogError as error:  # the file itself: go on row by row, to name the position
                if size == 1:
                    raise DamagedLogError(after + 1, error.reason) from error
                size = 1
                continue
            if not batch:
                return
            yield from batch
            after = batch[-1][0]

    def head(self) -> Head:
        """Return where the log ends. Raises DamagedLogError where its row was taken away or is no head."""
        with self._connection() as connection:
            return self._head(connection)

    def columns(self, digest: str) -> bytes:
        """Return price columns by their hash."""
        found = self._value(_COLUMNS, digest)
        if found is None:
            raise NotHeldError(f"no price columns with the hash {digest} are held")
        content: bytes = found
        return content

    def text(self, digest: str) -> bytes:
        """Return the text of an article by its hash."""
        found = self._value(_TEXT, digest)
        if found is None:
            raise not_held(digest, self.erased(digest))
        content: bytes = found
        return content

    def erased(self, digest: str) -> str | None:
        """Return the id of the event that erased a text, or None."""
        found: str | None = self._value(_ERASED, digest)
        return found

    def position_of(self, key: str) -> int | None:
        """Return the position of an event, or None."""
        found = self._value(_POSITION, key)
        return None if found is None else int(found)

    def guards(self) -> list[str]:
        """Return the names of the triggers that ought to refuse changes and are missing, disabled or changed."""
        with self._connection() as connection:
            found = dict(connection.execute(self._database.triggers).fetchall())
        return [name for name, text in self._database.guards.items() if found.get(name) != text]

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

    def _insert_beside(self, connection: Connection, beside: _Beside) -> None:
        """Insert columns, texts and erasures that are new, and take the texts away that are erased."""

        def new(contents: Mapping[str, Any], *held: str) -> list[tuple[str, Any]]:
            asked = [self._sql[statement] for statement in held]
            return [
                (digest, content)
                for digest, content in contents.items()
                if all(connection.execute(statement, (digest,)).fetchone() is None for statement in asked)
            ]

        inserts = (
            (_INSERT_COLUMNS, new(beside.columns, _COLUMNS)),
            (_INSERT_ERASED, new(beside.erased, _ERASED)),
        )
        for statement, rows in inserts:
            if rows:
                connection.cursor().executemany(self._sql[statement], rows)
        if texts := new(beside.texts, _TEXT, _ERASED):
            connection.cursor().executemany(self._sql[_INSERT_TEXT], texts)
        for digest in beside.erased:
            connection.execute(self._sql[_ERASE_TEXT], (digest,))

    def _value(self, statement: str, key: str) -> Any:
        """Return the one value that a statement finds under a key, or None."""
        with self._connection() as connection:
            found = self._database.fetch(connection, self._sql[statement], (key,))
        return found[0][0] if found else None

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
            connection = self._rested() or self._database.connect(self._timeout)
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

    def _rested(self) -> Connection | None:
        """Return a connection that lay idle and is still good."""
        while self._idle:
            connection = self._idle.pop()
            if self._database.alive(connection):
                return connection
            with suppress(*self._database.errors):
                connection.close()
        return None

    @contextmanager
    def _ear(self) -> Iterator[Callable[[float], object]]:
        listener: list[Connection] = []

        def hear(seconds: float) -> None:
            try:
                if listener:
                    self._database.heard(listener[0], seconds)
                elif (opened := self._database.listener(self._timeout)) is not None:
                    listener.append(opened)  # what came before it listened is there to be read
                else:
                    Signal().wait(seconds)
            except self._database.errors as error:
                deaf()
                raise self._database.refusal(error) from error

        def deaf() -> None:
            while listener:
                with suppress(*self._database.errors):
                    listener.pop().close()

        try:
            yield hear
        finally:
            deaf()

    def _may_pause(self) -> bool:
        return self._database.may_pause

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Lend a connection that holds the writers' lock, and commit at the end."""
        with self._connection() as connection:
            for statement in self._database.lock:
                connection.execute(statement)
            yield connection
            connection.execute("COMMIT")
