"""Event <-> canonical JSON.

Canonical: UTF-8, keys sorted, no blanks, fields at their default left out, floats in their shortest form that reads
back the same. The kind words on disk are chosen and carry a version ("claim-stated.v1"); an old version is lifted by
its upcast when it is read, and its bytes stay as they are. A document holds the event, its id and the instant when it
was recorded, so that the hash chain covers all three.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from events.errors import InvalidValueError, UnknownEventError
from events.model import (
    ArticlePublished,
    BarsObserved,
    ClaimCorrected,
    ClaimStated,
    ClaimWithdrawn,
    Event,
    SharesObserved,
    SplitObserved,
    Value,
)

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

# Old kind word -> function that turns that document's event into the next version's, its new "kind" included.
UPCASTS: dict[str, Upcast] = {}


class Document(Value, frozen=True, kw_only=True):
    """What one row of the log holds."""

    event: Event
    id: str
    recorded: datetime


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Document)
_plain = msgspec.json.Decoder()


def encode_event(event: Event) -> bytes:
    """Return the canonical JSON of an event alone."""
    return _encoder.encode(event)


def event_id(event: Event, encoded: bytes | None = None) -> str:
    """Return the id of an event: its own day, then 128 bits of the SHA-256 of its canonical JSON.

    Ids come from content, so the same article or bars appended again are found to be there; they grow with time,
    because random keys cost a database a fifth of its speed.
    """
    digest = hashlib.sha256(encode_event(event) if encoded is None else encoded).hexdigest()
    return f"{_day(event)}-{digest[:32]}"


def encode(event: Event, recorded: datetime) -> tuple[str, bytes]:
    """Return the id and the canonical document of an event recorded at an instant (aware; kept in UTC)."""
    encoded = encode_event(event)
    key = event_id(event, encoded)
    return key, b'{"event":%b,"id":"%b","recorded":"%b"}' % (
        encoded,
        key.encode(),
        utc_text(recorded).encode(),
    )


def decode(document: bytes) -> Document:
    """Return what a row holds, older versions lifted to today's. Raises UnknownEventError for a newer one."""
    try:
        return _decoder.decode(document)
    except msgspec.ValidationError as error:
        return _lift(document, error)
    except msgspec.DecodeError as error:
        raise UnknownEventError("?", str(error)) from error


def utc_text(instant: datetime) -> str:
    """Return an aware instant as RFC 3339 text in UTC, with the one form that every row uses."""
    if instant.tzinfo is None:
        raise InvalidValueError("an instant", instant.isoformat(), "one with a zone, such as 2025-02-07T21:00:00Z")
    instant = instant.astimezone(UTC)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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


def _day(event: Event) -> str:
    """Return the day (YYYYMMDD) that an event's id begins with: what it speaks of, never when we took it."""
    match event:
        case BarsObserved():
            day: date | None = event.last
        case SharesObserved() | SplitObserved():
            day = event.on
        case ArticlePublished() | ClaimWithdrawn() | ClaimCorrected():
            day = event.said.day if event.said else None
        case ClaimStated():
            return event.article[:8] if event.article[:8].isdecimal() else "00000000"
    return day.isoformat().replace("-", "") if day else "00000000"
