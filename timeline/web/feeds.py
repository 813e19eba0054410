"""Feeds and streams: JSON Feed, Atom, TimelineJS, server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice, takewhile
from typing import Annotated

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from events.codec import decode
from events.log import Row
from timeline.web.declared import declared
from timeline.web.documents import Documents
from timeline.web.doors import Doors, Settings
from timeline.web.framework import APIRouter, Header, Query
from timeline.web.live import Live
from timeline.web.metrics import Metrics
from timeline.web.parameters import LATEST, Exactly, snapshot_of
from timeline.web.problems import RefusalError
from timeline.web.ready import Ready

BATCH = 200  # events read at a time for a stream

Asked = Annotated[Exactly, Query()]
At = Annotated[int | None, Query(ge=1, le=LATEST, description="the head at this position of the log")]


class Answer(Response):
    """A document that is ready, as an answer of a route."""

    def __init__(self, ready: Ready) -> None:
        super().__init__()
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await self._ready(scope, receive, send)


def routes(doors: Doors, settings: Settings, live: Live, documents: Documents, metrics: Metrics) -> APIRouter:
    """Return the routes of the feeds."""
    router = APIRouter(tags=["feeds"])

    @router.get("/feed.json", **declared("application/feed+json", 304, 404, 422, 503))
    async def feed(wanted: Asked) -> Response:
        """The timeline as a JSON Feed 1.1, what changed last on top; `next_url` stays in one state of the log."""
        snapshot = await snapshot_of(wanted, live, doors)
        return Answer(await asyncio.to_thread(documents.feed, snapshot, wanted.selection, wanted.page))

    @router.get("/feed.atom", **declared("application/atom+xml", 304, 422, 503))
    async def atom(wanted: Asked) -> Response:
        """The claims that changed last, as Atom."""
        snapshot = await snapshot_of(wanted, live, doors)
        return Answer(await asyncio.to_thread(documents.atom, snapshot, wanted.selection))

    @router.get("/timeline.json", **declared("application/json", 304, 422, 503))
    async def timelinejs(wanted: Asked) -> Response:
        """The timeline in the format of TimelineJS 3."""
        snapshot = await snapshot_of(wanted, live, doors)
        return Answer(await asyncio.to_thread(documents.timelinejs, snapshot, wanted.selection))

    @router.get("/head", **declared("text/plain", 304, 422, 503))
    async def head(at: At = None) -> Response:
        """Where the log ends, for `timeline verify --against`: a signed note with a key, else POSITION:HASH."""
        return Answer(documents.head(await live.at(position=at)))

    @router.get("/events", **declared("text/event-stream", 422, 503))
    async def events(
        after: Annotated[int | None, Query(ge=0, le=LATEST, description="begin after this position")] = None,
        last_event_id: Annotated[str | None, Header(description="resume after this position")] = None,
    ) -> Response:
        """The events of the log as they become visible in the feed; the id of each is its position."""
        begin = _position(last_event_id) if last_event_id else after
        if metrics.open_streams >= settings.streams:
            raise RefusalError(503, "too many streams are open", headers={"Retry-After": "30"})
        start = live.snapshot.head.position if begin is None else begin
        stream = _stream(start, doors, settings, live, metrics)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return router


async def _stream(
    position: int, doors: Doors, settings: Settings, live: Live, metrics: Metrics
) -> AsyncIterator[bytes]:
    with metrics.stream():
        yield b"retry: 2000\n\n"
        while not live.closing:
            if not await live.beyond(position, settings.heartbeat):
                yield b": still here\n\n"
                continue
            end = live.snapshot.head.position
            rows = await asyncio.to_thread(_rows, doors, position, end)
            if rows:
                position = rows[-1].position
                yield b"".join(map(_event, rows))
            elif position < end:
                return  # the log has no such rows any more; whoever listens must come again


def _rows(doors: Doors, position: int, end: int) -> list[Row]:
    following = takewhile(lambda row: row.position <= end, doors.rows(position))
    return list(islice(following, BATCH))


def _event(row: Row) -> bytes:
    """Return an event of the log as one of a stream: its kind, and its document (one line of JSON) as it stands."""
    kind = str(type(decode(row.document).event).__struct_config__.tag).partition(".")[0]
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (row.position, kind.encode(), row.document)


def _position(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 17):
        raise RefusalError(422, "Last-Event-ID is no position", came=given[:40], wanted="a position of the log")
    return int(given)
