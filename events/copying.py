"""A log copied into another database, byte for byte: from SQLite to PostgreSQL and back.

Nothing is taken on trust: each row of the source is proved before it is written, and the target is verified before the
first and after the last. A copy that was cut off goes on where it stopped, because a target may hold the beginning of
the source already; a target that holds anything else is refused. What a scheduler remembers beside a log is not
history and stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable

from events.chain import link
from events.codec import content_digest, decode, encoded_event
from events.errors import DamagedLogError, DivergedError, NotHeldError
from events.log import EMPTY, Draft, EventLog, Head, Row, check_contents, erasures
from events.model import ArticlePublished, BarsObserved, Event, TextErased
from events.sqllog import SqlLog

BATCH = 2_000  # rows in one transaction of the target
LARGEST = 32_000_000  # bytes of columns and texts in one transaction, about


def copy_log(source: EventLog, target: SqlLog, progress: Callable[[int], None] | None = None) -> Head:
    """Bring a target to where a source ends, and return that head, which both have proved.

    Raises DivergedError where the target is not the beginning of the source, DamagedLogError where either was changed,
    ConflictError where somebody else writes to the target meanwhile.
    """
    held, head = target.verify(), EMPTY
    piece = _Piece(target)
    for row in source.rows():
        head, event = proved(head, row)
        new = head.position > held.position
        if head.position == held.position and head.hash != held.hash:
            raise DivergedError(_parting(source, target))
        if new:
            piece.rows.append(row)
        piece.take(source, event, new=new)
        piece.end = head
        if len(piece.rows) >= BATCH or piece.size >= LARGEST:
            piece.write()
        if progress:
            progress(head.position)
    if head.position < held.position:
        raise DivergedError(head.position + 1)
    piece.write()
    if (found := target.verify()) != head:
        raise DamagedLogError(found.position, f"the copy does not end as its source does, at {head.position}")
    return head


def proved(head: Head, row: Row) -> tuple[Head, Event]:
    """Return the head after a row and its event, or raise DamagedLogError where the row does not follow."""
    position = head.position + 1
    if row.position != position:
        raise DamagedLogError(position, f"missing; the next row says {row.position}")
    if not isinstance(row.document, bytes) or link(head.hash, row.document) != row.hash:
        raise DamagedLogError(position, "the hash does not follow from the row before and this document")
    held = decode(row.document)
    if held.id != row.id or content_digest(encoded_event(row.document)) != row.id[-32:]:
        raise DamagedLogError(position, f"the id {row.id} does not stand for this event")
    if held.recorded < head.recorded:
        raise DamagedLogError(position, "recorded before its predecessor")
    return Head(position, row.hash, held.recorded), held.event


class _Piece:
    """What one transaction will write."""

    def __init__(self, target: SqlLog) -> None:
        self._target, self.end = target, EMPTY
        self._clear()

    def _clear(self) -> None:
        self.rows: list[Row] = []
        self._columns: dict[str, bytes] = {}
        self._texts: dict[str, bytes] = {}
        self._erasures: list[Draft] = []
        self.size = 0

    def take(self, source: EventLog, event: Event, *, new: bool) -> None:
        """Take what an event speaks of: price columns, a text, an erasure.

        A row that the target holds may have got its text later.
        """
        if isinstance(event, BarsObserved) and new:
            self._columns[event.columns] = source.columns(event.columns)
            self.size += len(self._columns[event.columns])
        elif isinstance(event, ArticlePublished) and event.text_sha256:
            text = _text(source, event.text_sha256)
            if text is not None and (new or _text(self._target, event.text_sha256) is None):
                self._texts[event.text_sha256] = text
                self.size += len(text)
        elif isinstance(event, TextErased) and new:
            self._erasures.append(Draft(event, self.end.recorded))

    def write(self) -> None:
        """Write it, where there is anything."""
        if self.rows or self._texts:
            check_contents(self._columns, self._texts)
            expect = self.end.position if not self.rows else self.rows[0].position - 1
            self._target.extend(
                self.rows,
                self.end,
                expect=expect,
                columns=self._columns,
                texts=self._texts,
                erased=erasures(self._erasures),
            )
        self._clear()


def _text(log: EventLog, digest: str) -> bytes | None:
    try:
        return log.text(digest)
    except NotHeldError:
        return None


def _parting(one: EventLog, other: EventLog) -> int:
    """Return the first position at which two logs differ."""
    for mine, yours in zip(one.rows(), other.rows(), strict=False):
        if mine.hash != yours.hash:
            return mine.position
    return min(one.head().position, other.head().position) + 1
