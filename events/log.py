"""The contract of the log, the hash chain, and the log in memory.

Append-only: positions 1, 2, 3 ... without gaps; recorded instants never go backwards (a clock that jumps back is held
at the last instant), so that what was known at an instant is always a head of the log. Every row's hash is the SHA-256
of its predecessor's hash and its own document; the first predecessor is 32 zero bytes. A log cannot tell that every
hash in it was computed anew: keep the digest of a head elsewhere to be sure of that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import islice, takewhile
from threading import Event as Signal

from events.chain import EMPTY, Draft, Head, Record, Row, chained, prepare, record_of
from events.codec import Document, content_digest, decode, encoded_event, event_id
from events.errors import ConflictError, DamagedLogError, InvalidValueError, NotHeldError, StorageError
from events.model import ArticlePublished, BarsObserved, TextErased

__all__ = ["EMPTY", "Draft", "EventLog", "Head", "MemoryLog", "Record", "Row"]


class EventLog(ABC):
    """What every backend promises; the suite in tests/contracts runs on each of them."""

    @abstractmethod
    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expect: int | None = None,
        columns: Mapping[str, bytes] | None = None,
        texts: Mapping[str, bytes] | None = None,
    ) -> list[Row]:
        """Append events in one transaction, all or none, and return the rows that are new.

        Events that the log already holds (same id) add nothing. With `expect`, raises ConflictError unless the log
        ends at that position. `columns` are price columns by their SHA-256 (hexadecimal), `texts` the texts of
        articles (UTF-8) by theirs (`ArticlePublished.text_sha256`), stored with the events that speak of them; raises
        InvalidValueError where a hash is not that of its bytes. A text that was erased is not stored again, and a
        `TextErased` among the events takes its text away.
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
    def text(self, digest: str) -> bytes:
        """Return the text of an article by its hash. Raises NotHeldError, which says so where the text was erased."""

    @abstractmethod
    def erased(self, digest: str) -> str | None:
        """Return the id of the event that says why a text was erased, None where it was not."""

    def erase(self, digest: str, reason: str, recorded: datetime) -> list[Row]:
        """Take a text out of the database for good, and append the event that says why; return its row.

        Nothing where it was erased before. Claims and articles stay. Raises NotHeldError for a text that is not held,
        InvalidValueError without a reason.
        """
        if not reason.strip():
            raise InvalidValueError("the reason of an erasure", repr(reason), "a few words: it stays in the log")
        if self.erased(digest) is not None:
            return []
        self.text(digest)
        return self.append([Draft(TextErased(text_sha256=digest, reason=reason), recorded)])

    @abstractmethod
    def position_of(self, key: str) -> int | None:
        """Return the position of the event with this id, or None."""

    def follow(
        self, after: int = 0, *, stop: Callable[[], bool] | None = None, wait: float = 1.0, patience: float = 60.0
    ) -> Iterator[Row]:
        """Yield the rows after a position as they come, without end: each once, in order, none missed.

        Between two looks it waits `wait` seconds, or until the database says that something was appended. Ends when
        `stop` says so (asked after each look). Raises StorageError where the database is away for longer than
        `patience` seconds.
        """
        away = 0.0
        with self._ear() as hear:
            while not (stop and stop()):
                try:
                    for row in self.rows(after):
                        after = row.position
                        yield row
                    away = 0.0
                    hear(wait)
                except StorageError:
                    if not self._may_pause() or away >= patience:
                        raise
                    away += wait
                    Signal().wait(wait)

    @contextmanager
    def _ear(self) -> Iterator[Callable[[float], object]]:
        """Lend a function that waits for an append, or for some seconds."""
        yield Signal().wait

    def _may_pause(self) -> bool:
        """Tell whether the database can be away for a while and come back."""
        return False

    def read(self, after: int = 0, until: datetime | None = None) -> Iterator[Record]:
        """Yield the events after a position, up to an instant (inclusive); the chain is not checked."""
        for position, key, document, digest in self.rows(after):
            held = decode(document)
            if until is not None and held.recorded > until:
                return
            yield record_of((position, key, held.recorded, held.event, digest))

    def proved(self, after: Head = EMPTY, until: datetime | None = None) -> Iterator[Record]:
        """Return the events after a head, up to an instant (inclusive), each proven to follow from that head.

        Checked for each row: no gap in the positions, the hash, the id that the document gives, and instants that do
        not go backwards. Raises DamagedLogError for the first bad position, UnknownEventError for a newer event.
        """
        walked = self._walk(after)
        return walked if until is None else takewhile(lambda record: record.recorded <= until, walked)

    def proved_columns(self, digest: str) -> bytes:
        """Return price columns that are what their hash says. Raises DamagedLogError for others, NotHeldError."""
        content = self.columns(digest)
        if sha256(content).hexdigest() != digest:
            raise DamagedLogError(0, f"the price columns {digest} were changed; `timeline verify` names their event")
        return content

    def verify(self, progress: Callable[[int], None] | None = None) -> Head:
        """Walk the whole log and return the head that it proves; raises DamagedLogError for the first bad position.

        Checked is what `proved` checks, the id against the content, and that the price columns that an event speaks of
        are there and are what their hash says. At the end the head that the log keeps beside the rows must be the last
        row, so that a tail that was cut off is seen. Events that others append meanwhile are walked too.
        """
        kept, head = self.head(), EMPTY
        while True:
            for record in self._walk(head, self._check_content):
                head = Head(record.position, record.hash, record.recorded)
                if progress:
                    progress(record.position)
            if kept.position >= head.position:
                break
            kept = self.head()
            if kept.position < head.position:
                raise DamagedLogError(
                    kept.position + 1, f"it stands behind the end that the log keeps, {kept.position}"
                )
        if kept.position > head.position:
            raise DamagedLogError(head.position + 1, f"missing; the log was {kept.position} events long")
        if kept != head:
            raise DamagedLogError(head.position, "the head kept beside the rows does not match the last row")
        return head

    def _stored(self, after: int) -> Iterator[tuple[int, str, bytes, bytes]]:
        """Yield what `rows` does; a backend may leave out the names of the fields."""
        return self.rows(after)

    def _walk(self, after: Head, check: Callable[[int, Document, bytes], None] | None = None) -> Iterator[Record]:
        position, previous, at = after
        for found, key, document, digest in self._stored(position):
            position += 1
            if found != position:
                raise DamagedLogError(position, f"missing; the next row says {found}")
            try:
                follows = sha256(previous + document).digest()  # `link`, without the call: this loop is the replay
            except TypeError:
                raise DamagedLogError(position, "the document is not bytes") from None
            if follows != digest:
                raise DamagedLogError(position, "the hash does not follow from the row before and this document")
            held = decode(document)
            if held.id != key:
                raise DamagedLogError(position, f"the row's id {key} is not the document's, {held.id}")
            if held.recorded < at:
                raise DamagedLogError(position, "recorded before its predecessor")
            if check:
                check(position, held, document)
            previous, at = digest, held.recorded
            yield record_of((position, key, at, held.event, digest))

    def _check_content(self, position: int, held: Document, document: bytes) -> None:
        if content_digest(encoded_event(document)) != held.id[-32:]:
            raise DamagedLogError(position, f"the id {held.id} does not stand for this event")
        if isinstance(held.event, BarsObserved):
            self._check_columns(position, held.event.columns)
        elif isinstance(held.event, ArticlePublished | TextErased) and held.event.text_sha256:
            self._check_text(position, held.event)

    def _check_columns(self, position: int, digest: str) -> None:
        try:
            content = self.columns(digest)
        except NotHeldError:
            raise DamagedLogError(position, f"its price columns {digest} are missing") from None
        if not isinstance(content, bytes) or sha256(content).hexdigest() != digest:
            raise DamagedLogError(position, f"its price columns {digest} were changed")

    def _check_text(self, position: int, event: ArticlePublished | TextErased) -> None:
        try:
            content = self.text(event.text_sha256)
        except NotHeldError:
            return  # erased, or never given
        if isinstance(event, TextErased):
            raise DamagedLogError(position, f"the text {event.text_sha256} was erased, and is held again")
        if not isinstance(content, bytes) or sha256(content).hexdigest() != event.text_sha256:
            raise DamagedLogError(position, f"its text {event.text_sha256} was changed")


def check_contents(columns: Mapping[str, bytes], texts: Mapping[str, bytes]) -> None:
    """Refuse price columns and texts whose key is not the SHA-256 of their bytes."""
    for what, contents in (("price columns", columns), ("a text", texts)):
        for digest, content in contents.items():
            if (found := sha256(content).hexdigest()) != digest:
                raise InvalidValueError(what, digest, f"their own SHA-256, {found}")


def erasures(drafts: Iterable[Draft]) -> dict[str, str]:
    """Return what events say is erased: the id of the event by the hash of the text."""
    found: dict[str, str] = {}
    for event, _ in drafts:
        if type(event) is TextErased:
            found.setdefault(event.text_sha256, event_id(event))
    return found


def not_held(digest: str, erased: str | None) -> NotHeldError:
    """Return the error for a text that is not there."""
    if erased:
        return NotHeldError(f"the text {digest} was erased; the event {erased} says why")
    return NotHeldError(f"no text with the hash {digest} is held")


class MemoryLog(EventLog):
    """The log in memory: for tests, notebooks, and checks that store nothing."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._positions: dict[str, int] = {}
        self._columns: dict[str, bytes] = {}
        self._texts: dict[str, bytes] = {}
        self._erased: dict[str, str] = {}
        self._head = EMPTY

    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expect: int | None = None,
        columns: Mapping[str, bytes] | None = None,
        texts: Mapping[str, bytes] | None = None,
    ) -> list[Row]:
        """Append in memory; see EventLog.append."""
        drafts, columns, texts = list(drafts), columns or {}, texts or {}
        prepared, erased = prepare(drafts), erasures(drafts)
        check_contents(columns, texts)
        if expect is not None and expect != self._head.position:
            raise ConflictError(expect, self._head.position)
        new = {key: one for key, one in prepared.items() if key not in self._positions}
        rows, self._head = chained(new, self._head)
        self._columns.update(columns)
        self._erased = {**erased, **self._erased}
        held = {**self._texts, **texts}
        self._texts = {digest: held[digest] for digest in held if digest not in self._erased}
        self._rows += rows
        self._positions.update((row.id, row.position) for row in rows)
        return rows

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the rows after a position."""
        yield from islice(self._rows, after, None)

    def head(self) -> Head:
        """Return where the log ends."""
        return self._head

    def columns(self, digest: str) -> bytes:
        """Return price columns by their hash."""
        try:
            return self._columns[digest]
        except KeyError:
            raise NotHeldError(f"no price columns with the hash {digest} are held") from None

    def text(self, digest: str) -> bytes:
        """Return the text of an article by its hash."""
        if digest not in self._texts:
            raise not_held(digest, self._erased.get(digest))
        return self._texts[digest]

    def erased(self, digest: str) -> str | None:
        """Return the id of the event that erased a text, or None."""
        return self._erased.get(digest)

    def position_of(self, key: str) -> int | None:
        """Return the position of an event, or None."""
        return self._positions.get(key)
