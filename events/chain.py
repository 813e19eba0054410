"""The hash chain: drafts become rows, each with the SHA-256 of its predecessor's hash and its own document.

The first predecessor is 32 zero bytes. Recorded instants never go backwards: a clock that jumps back is held.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from events.codec import back, front, utc_text
from events.model import Event

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


# Row._make and Record._make without their Python code, which costs as much as a hash.
record_of: Callable[[tuple[int, str, datetime, Event, bytes]], Record] = partial(tuple.__new__, Record)
row_of: Callable[[tuple[int, str, bytes, bytes]], Row] = partial(tuple.__new__, Row)


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


# Drafts encoded before the lock is taken: the front of the document and the instant, by id.
Prepared = dict[str, tuple[bytes, datetime]]


def link(previous: bytes, document: bytes) -> bytes:
    """Return the hash of a document that follows `previous` in the chain."""
    return sha256(previous + document).digest()


def prepare(drafts: Iterable[Draft]) -> Prepared:
    """Encode drafts, once each where the same event stands twice. The first of equals stays."""
    prepared: Prepared = {}
    with uncollected():
        for event, recorded in drafts:
            key, start = front(event)
            if key not in prepared:
                prepared[key] = start, recorded
    return prepared


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking thousands of new values that hold no circle: a fifth of an append.

    Where two threads are inside at once, the one that found it running starts it again.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def chained(prepared: Prepared, head: Head) -> tuple[list[Row], Head]:
    """Return the rows that follow `head`, in order, and the head after them.

    Instants that would go backwards are held. Raises InvalidValueError for an instant without a zone.
    """
    position, previous, at = head
    text = utc_text(at)
    end, last = back(text), None
    rows = []
    with uncollected():
        for key, (start, recorded) in prepared.items():
            if recorded is not last:
                last, given = recorded, utc_text(recorded)
                if given > text:  # the text has one width, so that it sorts as the instants do
                    at, text, end = recorded, given, back(given)
            document = start + end
            position += 1
            previous = sha256(previous + document).digest()
            rows.append(row_of((position, key, document, previous)))
    return rows, Head(position, previous, at.astimezone(UTC))
