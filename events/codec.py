"""Event <-> canonical JSON.

Canonical: UTF-8, keys sorted, no blanks, fields at their default left out, floats in their shortest form that reads
back the same. The kind words on disk are chosen and carry a version ("claim-stated.v1"); an old version is lifted by
its upcast when it is read, and its bytes stay as they are. A document holds the event, its id and the instant when it
was recorded, so that the hash chain covers all three.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

import msgspec

from events.errors import InvalidValueError, UnknownEventError
from events.model import (
    ArticlePublished,
    BarsObserved,
    ClaimCorrected,
    ClaimStated,
    ClaimWithdrawn,
    DividendObserved,
    Event,
    Instant,
    SharesObserved,
    SplitObserved,
    TextErased,
    Value,
)

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

# Old kind word -> function that turns that document's event into the next version's, its new "kind" included.
UPCASTS: dict[str, Upcast] = {}


class Document(Value, frozen=True, kw_only=True):
    """What one row of the log holds."""

    event: Event
    id: str
    recorded: Instant


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Document)
_plain = msgspec.json.Decoder()


def encode_event(event: Event) -> bytes:
    """Return the canonical JSON of an event alone. Raises InvalidValueError for text that no UTF-8 can hold."""
    try:
        return _encoder.encode(event)
    except UnicodeEncodeError as error:
        raise InvalidValueError(
            "the text of an event", f"a lone surrogate ({error})", "text that UTF-8 holds"
        ) from error


def event_id(event: Event) -> str:
    """Return the id of an event: its own day, then 128 bits of BLAKE2b of its canonical JSON, in hexadecimal.

    Ids come from content, so the same article or bars appended again are found to be there; they grow with time,
    because random keys cost a database a fifth of its speed. BLAKE2b, because an event is hashed a second time in the
    chain, and two SHA-256 would cost more than the encoding.
    """
    return front(event)[0]


def content_digest(encoded: bytes) -> str:
    """Return the part of an id that stands for the content."""
    return blake2b(encoded, digest_size=16).hexdigest()


def front(event: Event) -> tuple[str, bytes]:
    """Return the id of an event, and its document but for the end. Raises InvalidValueError for what is no event."""
    encoded = encode_event(event)
    try:
        day = _DAYS[type(event)](event)
    except KeyError:
        raise InvalidValueError("an event", type(event).__name__, "one of events.model.Event") from None
    key = day + "-" + content_digest(encoded)
    return key, b'{"event":' + encoded + b',"id":"' + key.encode()


def back(recorded: str) -> bytes:
    """Return the end of a document; `recorded` is `utc_text`."""
    return b'","recorded":"' + recorded.encode() + b'"}'


def encode(event: Event, recorded: datetime) -> tuple[str, bytes]:
    """Return the id and the canonical document of an event recorded at an instant (aware; kept in UTC)."""
    key, start = front(event)
    return key, start + back(utc_text(recorded))


def encoded_event(document: bytes) -> bytes:
    """Return the bytes of the event inside a canonical document, as they were written."""
    return document[_BEFORE_EVENT:-_AFTER_EVENT]


def decode(document: bytes) -> Document:
    """Return what a row holds, older versions lifted to today's. Raises UnknownEventError for a newer one."""
    try:
        try:
            return _decoder.decode(document)
        except msgspec.ValidationError as error:
            return _lift(document, error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnknownEventError("?", str(error)) from error


def utc_text(instant: datetime) -> str:
    """Return an aware instant as RFC 3339 text in UTC, in the one form (27 characters) that every row uses."""
    if instant.tzinfo is None:
        raise InvalidValueError("an instant", instant.isoformat(), "one with a zone, such as 2025-02-07T21:00:00Z")
    try:
        return instant.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
    except OverflowError:
        raise InvalidValueError("an instant", instant.isoformat(), "one between the years 1 and 9999 in UTC") from None


def _lift(document: bytes, error: msgspec.ValidationError) -> Document:
    content = _plain.decode(document)
    found = content.get("event") if isinstance(content, dict) else None
    event: dict[str, Any] = found if isinstance(found, dict) else {}
    kind = str(event.get("kind", "?"))
    if kind not in UPCASTS:
        raise UnknownEventError(kind, str(error)) from error
    while event["kind"] in UPCASTS:
        event = UPCASTS[event["kind"]](event)
    try:
        return msgspec.convert({**content, "event": event}, Document)
    except msgspec.ValidationError as still:
        raise UnknownEventError(kind, str(still)) from still


def _digits(day: date | None) -> str:
    return day.isoformat().replace("-", "") if day else _NO_DAY


def _said(event: ArticlePublished | ClaimWithdrawn | ClaimCorrected) -> str:
    return _digits(event.said.day if event.said else None)


def _day_of(event: ClaimStated) -> str:
    day = event.article[:8]
    return day if len(day) == 8 and day.isdecimal() and day.isascii() else _NO_DAY


_NO_DAY = "00000000"

# The day (YYYYMMDD) that an event's id begins with: what it speaks of, never when we took it.
_DAYS: dict[type, Callable[[Any], str]] = {
    ArticlePublished: _said,
    ClaimStated: _day_of,
    ClaimWithdrawn: _said,
    ClaimCorrected: _said,
    BarsObserved: lambda event: _digits(event.last),
    SharesObserved: lambda event: _digits(event.on),
    SplitObserved: lambda event: _digits(event.on),
    DividendObserved: lambda event: _digits(event.on),
    TextErased: lambda event: _NO_DAY,
}

_BEFORE_EVENT = len(b'{"event":')
_AFTER_EVENT = len(b',"id":"","recorded":""}') + len("YYYYMMDD-") + 32 + len("YYYY-MM-DDTHH:MM:SS.ffffffZ")
