"""Who leads: one process among any number that share a database, and for a limited time.

On SQLite the lease is a row that its holder must renew before it expires; on PostgreSQL a row and an advisory lock that
the server lets go when the holder's connection ends. Every reign has a number that only grows. A holder that slept past
its lease finds another number in the row: before it appends it reads where the log ends, then asks `held`, then appends
expecting that end. Whoever took over in between has either appended, and the append is refused, or not yet, and works
from what it finds.
"""

from __future__ import annotations

import os
import socket
import uuid
from contextlib import suppress
from datetime import datetime, timedelta

from events.codec import utc_text
from events.databases import Connection
from events.postgresql import Postgresql
from jobs.operations import TIMEOUT, Operations

NAME = "refresh"
SECONDS = 30.0  # a dead leader is replaced this much later
LONGEST = timedelta(seconds=60)  # a lease that seems to last longer was taken before the clock jumped back
ADVISORY_LOCK = 7305808869229538424  # beside the log's own

_ROW = "SELECT holder, token, expires FROM leases WHERE name = ?"
_TAKE = """INSERT INTO leases (name, holder, token, expires) VALUES (?, ?, 1, ?) ON CONFLICT (name)
    DO UPDATE SET holder = excluded.holder, token = leases.token + 1, expires = excluded.expires"""
_RENEW = "UPDATE leases SET expires = ? WHERE name = ? AND holder = ? AND token = ?"


class Lease:
    """One process's part in the election; `token` is the number of its reign, 0 while another leads."""

    def __init__(self, operations: Operations, seconds: float = SECONDS, holder: str = "") -> None:
        self._operations = operations
        self.length = timedelta(seconds=seconds)
        self.holder = holder or f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.token = 0
        self._lock: Connection | None = None

    def acquire(self, now: datetime) -> bool:
        """Take the lease where nobody holds it, or renew it; return whether this process leads now."""
        if self.token and self._renew(now):
            return True
        self._forget()
        if not self._locked():
            return False
        with self._operations.transaction() as connection:
            sql = self._operations.database.sql
            row = connection.execute(sql(_ROW), (NAME,)).fetchone()
            # The lock decides on PostgreSQL; a row that nobody renews any more need not run out there.
            if row and self._lock is None and row[0] != self.holder and _lasts(row[2], now):
                return False
            connection.execute(sql(_TAKE), (NAME, self.holder, utc_text(now + self.length)))
            self.token = int(connection.execute(sql(_ROW), (NAME,)).fetchone()[1])
        return True

    def held(self, now: datetime) -> bool:
        """Tell whether this process still leads, from the row itself and, on PostgreSQL, the lock's connection."""
        if not self.token:
            return False
        found = self._operations.select(_ROW, (NAME,))
        mine = bool(found) and found[0][:2] == (self.holder, self.token)
        return mine and (self._alive() if self._lock else datetime.fromisoformat(found[0][2]) > now)

    def release(self, now: datetime) -> None:
        """Let go at once, so that another need not wait."""
        if self.token:
            self._operations.execute(_RENEW, (utc_text(now), NAME, self.holder, self.token))
        self._forget()

    def leader(self) -> tuple[str, datetime] | None:
        """Return who holds the lease and until when, None where nobody ever did."""
        found = self._operations.select(_ROW, (NAME,))
        return (found[0][0], datetime.fromisoformat(found[0][2])) if found else None

    def _renew(self, now: datetime) -> bool:
        if not self.held(now):
            return False
        self._operations.execute(_RENEW, (utc_text(now + self.length), NAME, self.holder, self.token))
        return self.held(now)  # somebody may have come in between

    def _locked(self) -> bool:
        """Take PostgreSQL's lock on a connection that is kept open; SQLite has the row alone."""
        database = self._operations.database
        if not isinstance(database, Postgresql):
            return True
        connection = database.connect(TIMEOUT)
        for setting in ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3"):
            connection.execute(f"SET {setting}")  # the server notices within a minute that a machine is gone
        if connection.execute("SELECT pg_try_advisory_lock(%s)", (ADVISORY_LOCK,)).fetchone()[0]:
            self._lock = connection
            return True
        connection.close()
        return False

    def _alive(self) -> bool:
        try:
            return self._lock is not None and self._lock.execute("SELECT 1").fetchone() is not None
        except self._operations.database.errors:
            return False

    def _forget(self) -> None:
        self.token = 0
        lock, self._lock = self._lock, None
        if lock is not None:
            with suppress(*self._operations.database.errors):
                lock.close()


def _lasts(expires: str, now: datetime) -> bool:
    """Tell whether a lease is still on. Its holder, if it lives, finds another reign and stops before it stores."""
    return now < datetime.fromisoformat(expires) <= now + LONGEST
