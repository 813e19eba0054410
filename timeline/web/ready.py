"""Bytes that are made once and served often: both encodings, strong ETags, Last-Modified, and the 304 for each.

Everything is worked out when the bytes are made; an answer looks at two headers of a request and sends.
"""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.types import Receive, Scope, Send

RawHeaders = list[tuple[bytes, bytes]]

LEAST_WORTH = 600  # bytes: below that gzip saves nothing


class Ready:
    """A document ready to be sent, and an ASGI application that sends it."""

    __slots__ = (
        "_gzipped",
        "_gzipped_headers",
        "_headers",
        "_tags",
        "_unchanged",
        "body",
        "changed",
        "etag",
        "media_type",
    )

    def __init__(
        self,
        body: bytes,
        media_type: str,
        changed: datetime | None = None,
        *,
        cache: str = "no-cache",
        headers: dict[str, str] | None = None,
        level: int = 6,
    ) -> None:
        self.body, self.media_type = body, media_type
        self.changed = changed.astimezone(UTC).replace(microsecond=0) if changed else None
        digest = hashlib.sha256(body).hexdigest()[:32]
        self.etag = f'"{digest}"'
        plain, packed = self.etag.encode(), f'"{digest}-gzip"'.encode()
        self._tags = (plain, packed)
        worth = len(body) >= LEAST_WORTH and not media_type.startswith("image/png")
        self._gzipped = gzip.compress(body, level, mtime=0) if worth else None
        common = [(b"content-type", media_type.encode()), (b"cache-control", cache.encode())]
        common += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        if worth:
            common.append((b"vary", b"accept-encoding"))
        if self.changed:
            common.append((b"last-modified", format_datetime(self.changed, usegmt=True).encode()))
        self._headers: RawHeaders = [*common, (b"etag", plain), (b"content-length", str(len(body)).encode())]
        self._gzipped_headers: RawHeaders = []
        if self._gzipped is not None:
            length = str(len(self._gzipped)).encode()
            self._gzipped_headers = [
                *common,
                (b"etag", packed),
                (b"content-encoding", b"gzip"),
                (b"content-length", length),
            ]
        both = (self._headers, self._gzipped_headers)
        self._unchanged = tuple([pair for pair in headers if pair[0] not in _NOT_IN_304] for headers in both)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the document, or 304 where the client has it; the body is left out for HEAD."""
        status, headers, body = self.answer(scope["headers"])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def answer(self, request: RawHeaders) -> tuple[int, RawHeaders, bytes]:
        """Return status, headers and body for the headers of a request."""
        accepts = known = since = b""
        for name, value in request:
            if name == b"accept-encoding":
                accepts += b"," + value
            elif name == b"if-none-match":
                known += b"," + value
            elif name == b"if-modified-since":
                since = value
        zipped = self._gzipped is not None and _takes_gzip(accepts)
        if (known and self._matches(known)) or (since and not known and self._unchanged_since(since)):
            return 304, self._unchanged[zipped], b""
        if zipped and self._gzipped is not None:
            return 200, self._gzipped_headers, self._gzipped
        return 200, self._headers, self.body

    def _matches(self, known: bytes) -> bool:
        if known.strip(b", ") == b"*":
            return True
        return any(tag.strip().removeprefix(b"W/") in self._tags for tag in known.split(b","))

    def _unchanged_since(self, since: bytes) -> bool:
        if self.changed is None:
            return False
        try:
            return parsedate_to_datetime(since.decode("latin-1")) >= self.changed
        except (TypeError, ValueError):
            return False  # no date: RFC 9110 says to ignore the header


_NOT_IN_304 = (b"content-length", b"content-encoding", b"content-type")


def _takes_gzip(accepts: bytes) -> bool:
    if b"gzip" not in accepts and b"*" not in accepts:
        return False
    for part in accepts.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
