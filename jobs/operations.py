"""What the scheduler remembers beside the log, in the same database: attempts, the watch list, requests, circuits.

None of it is history and nothing is judged by it; rows are overwritten. Every method is one short statement or one
transaction, on a connection of its own to the database of the log. Instants are told by the caller, and kept as text
in UTC that sorts as the instants do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from threading import RLock
from types import TracebackType
from typing import Any, NamedTuple

from events.codec import utc_text
from events.databases import Connection, Database
from events.sqlite import Sqlite
from events.urls import database_at

TIMEOUT = 10.0  # seconds to wait for another writer
HOUR = timedelta(hours=1)
LONGEST = 2_000  # characters of a reason

_ATTEMPTS = "SELECT symbol, source, attempted, succeeded, error, failures, due, asked FROM attempts ORDER BY symbol"
_SET_ATTEMPT = """INSERT INTO attempts (symbol, source, attempted, succeeded, error, failures, due, asked)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (symbol) DO UPDATE SET source = excluded.source,
    attempted = excluded.attempted, succeeded = excluded.succeeded, error = excluded.error,
    failures = excluded.failures, due = excluded.due, asked = excluded.asked"""
_WATCH = """INSERT INTO watches (symbol, state, since) VALUES (?, ?, ?)
    ON CONFLICT (symbol) DO UPDATE SET state = excluded.state, since = excluded.since"""
_SPEND = """INSERT INTO requests (source, minute, count) VALUES (?, ?, 1)
    ON CONFLICT (source, minute) DO UPDATE SET count = requests.count + 1"""
_CIRCUIT = """INSERT INTO circuits (source, failures, openings, open_until, reason) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (source) DO UPDATE SET failures = excluded.failures, openings = excluded.openings,
    open_until = excluded.open_until, reason = excluded.reason"""
_COUNT = """INSERT INTO counters (name, count, latest) VALUES (?, 1, ?)
    ON CONFLICT (name) DO UPDATE SET count = counters.count + 1, latest = excluded.latest"""


class Attempt(NamedTuple):
    """How the last attempt to refresh a symbol went.

    `error` is "" after a success, `failures` counts those in a row, `due` is when the next attempt may be made (None:
    as soon as a session is missing), `asked` the first day that the last stored answer was asked for.
    """

    symbol: str
    source: str = ""
    attempted: datetime | None = None
    succeeded: datetime | None = None
    error: str = ""
    failures: int = 0
    due: datetime | None = None
    asked: date | None = None


class Circuit(NamedTuple):
    """Whether a source is left alone: failures in a row, openings since it last answered, and until when."""

    failures: int = 0
    openings: int = 0
    open_until: datetime | None = None
    reason: str = ""


class Counter(NamedTuple):
    """How often something happened, and when last."""

    times: int
    latest: datetime | None


class Operations:
    """The scheduler's tables in the database of a log that is there already."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._connection: Connection | None = None
        self._lock = RLock()

    @classmethod
    def open(cls, url: str) -> Operations:
        """Open the tables beside the log at a URL; the log must have been opened for writing once."""
        return cls(database_at(url, create=False))

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Operations:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def attempts(self) -> dict[str, Attempt]:
        """Return the last attempt of each symbol."""
        return {row[0]: _attempt(row) for row in self.select(_ATTEMPTS)}

    def set_attempt(self, attempt: Attempt) -> None:
        """Keep an attempt as its symbol's last."""
        texts = (_text(attempt.attempted), _text(attempt.succeeded))
        asked = attempt.asked.isoformat() if attempt.asked else ""
        row = (
            attempt.symbol,
            attempt.source,
            *texts,
            _storable(attempt.error),
            attempt.failures,
            _text(attempt.due),
            asked,
        )
        self.execute(_SET_ATTEMPT, row)

    def watches(self) -> dict[str, str]:
        """Return the symbols that a user "added" or "muted", by name."""
        return dict(self.select("SELECT symbol, state FROM watches ORDER BY symbol"))

    def watch(self, symbol: str, state: str, now: datetime) -> None:
        """Keep a symbol as "added" or "muted"; with "", leave it to the claims again."""
        if state:
            self.execute(_WATCH, (symbol, state, utc_text(now)))
        else:
            self.execute("DELETE FROM watches WHERE symbol = ?", (symbol,))

    def spent(self, source: str, now: datetime) -> int:
        """Return how many requests a source got within the hour."""
        since = utc_text(now - HOUR - timedelta(minutes=1))  # a minute stands for all its seconds
        found = self.select("SELECT sum(count) FROM requests WHERE source = ? AND minute > ?", (source, since))
        return int(found[0][0] or 0)

    def spend(self, source: str, now: datetime) -> None:
        """Count one request of a source, and forget those of more than an hour ago."""
        with self.transaction() as connection:
            sql = self.database.sql
            connection.execute(sql(_SPEND), (source, utc_text(now.replace(second=0, microsecond=0))))
            connection.execute(sql("DELETE FROM requests WHERE minute < ?"), (utc_text(now - 2 * HOUR),))

    def circuits(self) -> dict[str, Circuit]:
        """Return the circuit of each source that ever failed."""
        rows = self.select("SELECT source, failures, openings, open_until, reason FROM circuits ORDER BY source")
        return {source: Circuit(failed, opened, _instant(until), why) for source, failed, opened, until, why in rows}

    def set_circuit(self, source: str, circuit: Circuit) -> None:
        """Keep the circuit of a source."""
        row = (source, circuit.failures, circuit.openings, _text(circuit.open_until), _storable(circuit.reason))
        self.execute(_CIRCUIT, row)

    def count(self, name: str, now: datetime) -> None:
        """Count that something happened."""
        self.execute(_COUNT, (name, utc_text(now)))

    def counters(self) -> Mapping[str, Counter]:
        """Return what was counted, by name."""
        rows = self.select("SELECT name, count, latest FROM counters ORDER BY name")
        return {name: Counter(times, _instant(latest)) for name, times, latest in rows}

    def select(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives."""
        with self._lent() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(self.database.sql(statement), values).fetchall()
            return rows

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Run a statement, durable on return."""
        with self._lent() as connection:
            connection.execute(self.database.sql(statement), values)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend the connection inside a transaction that no other writer is in."""
        with self._lent() as connection:
            for statement in self.database.lock:
                connection.execute(statement)
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        """Lend the one connection to one thread at a time; it is dropped where anything goes wrong."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self.database.connect(TIMEOUT)
                    if isinstance(self.database, Sqlite):  # a power cut may take the last of these rows: no harm
                        self._connection.execute("PRAGMA synchronous=NORMAL")
                yield self._connection
            except BaseException as error:
                held, self._connection = self._connection, None
                with suppress(*self.database.errors):
                    if held is not None:
                        held.close()
                if isinstance(error, self.database.errors):
                    raise self.database.refusal(error) from error
                raise


def _attempt(row: tuple[Any, ...]) -> Attempt:
    symbol, source, attempted, succeeded, error, failures, due, asked = row
    day = date.fromisoformat(asked) if asked else None
    return Attempt(symbol, source, _instant(attempted), _instant(succeeded), error, failures, _instant(due), day)


def _storable(reason: str) -> str:
    """Return what a source said in a form that every database holds: no NUL, no lone surrogate, of a bounded length."""
    return reason[:LONGEST].encode("utf-8", "replace").decode().replace("\0", "?")


def _text(instant: datetime | None) -> str:
    return utc_text(instant) if instant else ""


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
