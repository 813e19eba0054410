"""The contract of the log, the hash chain, and the log in memory.

Append-only: positions 1, 2, 3 ... without gaps; recorded instants never go backwards (a clock that jumps back is held
at the last instant), so that what was known at an instant is always a head of the log. Every row's hash is the SHA-256
of its predecessor's hash and its own document; the first predecessor is 32 zero bytes.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from events.codec import decode, encode_event, event_id, utc_text
from events.errors import ConflictError, DamagedLogError, InvalidValueError, NotHeldError, UnknownEventError
from events.model import BarsObserved, Event

GENESIS = bytes(32)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


class Draft(NamedTuple):
    """An event on its way into the log, with the instant at which it became known."""

    event: Event
    recorded: datetime


class Record(NamedTuple):
    """An event as the log holds it."""

    position: int
    id: str
    recorded: datetime
    event: Event
    hash: bytes


class Row(NamedTuple):
    """A record as it is stored: the canonical document and its hash, nothing decoded."""

    position: int
    id: str
    document: bytes
    hash: bytes


class Head(NamedTuple):
    """Where a log ends: the last position (0 for an empty log), its hash, and its recorded instant."""

    position: int
    hash: bytes
    recorded: datetime

    @property
    def digest(self) -> str:
        """The hash in hexadecimal: it stands for the whole log up to here."""
        return self.hash.hex()


EMPTY = Head(0, GENESIS, BEGINNING)


class Prepared(NamedTuple):
    """A draft encoded before the lock is taken."""

    id: str
    encoded: bytes
    recorded: datetime


def link(previous: bytes, document: bytes) -> bytes:
    """Return the hash of a document that follows `previous` in the chain."""
    return hashlib.sha256(previous + document).digest()


def prepare(drafts: Iterable[Draft]) -> list[Prepared]:
    """Encode drafts, once each where the same event stands twice. The first of equals stays."""
    prepared: dict[str, Prepared] = {}
    for event, recorded in drafts:
        encoded = encode_event(event)
        key = event_id(event, encoded)
        if key not in prepared:
            prepared[key] = Prepared(key, encoded, recorded)
    return list(prepared.values())


def chained(prepared: Iterable[Prepared], head: Head) -> list[Row]:
    """Return the rows that follow `head`, in order, with instants held where they would go backwards."""
    position, previous, at = head
    text = utc_text(at)
    rows = []
    for key, encoded, recorded in prepared:
        if recorded > at:
            at, text = recorded, utc_text(recorded)
        document = b'{"event":%b,"id":"%b","recorded":"%b"}' % (encoded, key.encode(), text.encode())
        position += 1
        previous = link(previous, document)
        rows.append(Row(position, key, document, previous))
    return rows


def after(rows: Sequence[Row], head: Head) -> Head:
    """Return where the log ends once `rows` stand in it."""
    return Head(rows[-1].position, rows[-1].hash, decode(rows[-1].document).recorded) if rows else head


class EventLog(ABC):
    """What every backend promises; the suite in tests/contracts runs on each of them."""

    @abstractmethod
    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expect: int | None = None,
        columns: Mapping[str, bytes] | None = None,
    ) -> list[Row]:
        """Append events in one transaction, all or none, and return the rows that are new.

        Events that the log already holds (same id) add nothing. With `expect`, raises ConflictError unless the log
        ends at that position. `columns` are price columns by their SHA-256 (hexadecimal), stored with the events that
        speak of them; raises InvalidValueError where a hash is not that of its bytes.
        """

    @abstractmethod
    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the stored rows after a position, in order, undecoded."""

    @abstractmethod
    def head(self) -> Head:
        """Return where the log ends."""

    @abstractmethod
    def columns(self, digest: str) -> bytes:
        """Return price columns by their hash. Raises NotHeldError."""

    @abstractmethod
    def position_of(self, key: str) -> int | None:
        """Return the position of the event with this id, or None."""

    def read(self, after: int = 0, until: datetime | None = None) -> Iterator[Record]:
        """Yield the events after a position, up to an instant (inclusive)."""
        for position, key, document, digest in self.rows(after):
            held = decode(document)
            if until is not None and held.recorded > until:
                return
            yield Record(position, key, held.recorded, held.event, digest)

    def verify(self, progress: Callable[[int], None] | None = None) -> Head:
        """Walk the whole chain and return the head that it proves; raises DamagedLogError for the first bad position.

        Checked for each row: no gap in the positions, the hash, the id against the content, instants that do not go
        backwards, and that the price columns that it names are there and are what their hash says. At the end the head
        that the log keeps beside the rows must be the last row, so that a tail that was cut off is seen.
        """
        head = EMPTY
        for row in self.rows():
            head = self._proven(row, head)
            if progress:
                progress(row.position)
        kept = self.head()
        if kept.position > head.position:
            raise DamagedLogError(head.position + 1, f"missing; the log was {kept.position} events long")
        if kept != head:
            raise DamagedLogError(head.position, "the head kept beside the rows does not match the last row")
        return head

    def _proven(self, row: Row, head: Head) -> Head:
        expected = head.position + 1
        if row.position != expected:
            raise DamagedLogError(expected, f"missing; the next row says {row.position}")
        if link(head.hash, row.document) != row.hash:
            raise DamagedLogError(expected, "the hash does not follow from the row before and this document")
        try:
            held = decode(row.document)
        except UnknownEventError as error:
            raise DamagedLogError(expected, str(error)) from error
        if held.id != row.id:
            raise DamagedLogError(expected, f"the row's id {row.id} is not the document's, {held.id}")
        if held.recorded < head.recorded:
            raise DamagedLogError(expected, "recorded before its predecessor")
        if isinstance(held.event, BarsObserved):
            self._check_columns(expected, held.event.columns)
        return Head(row.position, row.hash, held.recorded)

    def _check_columns(self, position: int, digest: str) -> None:
        try:
            found = hashlib.sha256(self.columns(digest)).hexdigest()
        except NotHeldError:
            raise DamagedLogError(position, f"its price columns {digest} are missing") from None
        if found != digest:
            raise DamagedLogError(position, f"its price columns {digest} were changed")


def check_columns(columns: Mapping[str, bytes]) -> None:
    """Refuse price columns whose key is not the SHA-256 of their bytes."""
    for digest, content in columns.items():
        if (found := hashlib.sha256(content).hexdigest()) != digest:
            raise InvalidValueError("price columns", digest, f"their own SHA-256, {found}")


class MemoryLog(EventLog):
    """The log in memory: for tests, notebooks, and checks that store nothing."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._positions: dict[str, int] = {}
        self._columns: dict[str, bytes] = {}
        self._head = EMPTY

    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expect: int | None = None,
        columns: Mapping[str, bytes] | None = None,
    ) -> list[Row]:
        """Append in memory; see EventLog.append."""
        if expect is not None and expect != self._head.position:
            raise ConflictError(expect, self._head.position)
        check_columns(columns or {})
        rows = chained((one for one in prepare(drafts) if one.id not in self._positions), self._head)
        self._columns.update(columns or {})
        self._rows += rows
        self._positions.update((row.id, row.position) for row in rows)
        self._head = after(rows, self._head)
        return rows

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the rows after a position."""
        yield from self._rows[after:]

    def head(self) -> Head:
        """Return where the log ends."""
        return self._head

    def columns(self, digest: str) -> bytes:
        """Return price columns by their hash."""
        try:
            return self._columns[digest]
        except KeyError:
            raise NotHeldError(f"no price columns with the hash {digest} are held") from None

    def position_of(self, key: str) -> int | None:
        """Return the position of an event, or None."""
        return self._positions.get(key)
