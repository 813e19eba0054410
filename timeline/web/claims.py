"""The pages' routes: the timeline, a claim in each of its forms, its chart, the box, what the words mean."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import msgspec
from starlette.responses import Response

from timeline import charts
from timeline.entries import Entry
from timeline.web.declared import declared
from timeline.web.documents import chart_of
from timeline.web.doors import Doors
from timeline.web.feeds import Answer
from timeline.web.framework import APIRouter, Path, Query, Request
from timeline.web.live import Live
from timeline.web.negotiate import HTML, JSON, preferred
from timeline.web.pages import Pages
from timeline.web.parameters import Listed, snapshot_of
from timeline.web.problems import RefusalError
from timeline.web.ready import Ready
from timeline.web.snapshot import Snapshot

Key = Annotated[str, Path(max_length=100, description="the id of a claim")]
Theme = Annotated[Literal["light", "dark"], Query()]


def routes(doors: Doors, live: Live, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["pages"])

    @router.get("/", **declared(HTML, 304, 404, 422, 503))
    async def index(wanted: Annotated[Listed, Query()]) -> Response:
        """The timeline as a page."""
        snapshot = await snapshot_of(wanted, live, doors)
        return Answer(await asyncio.to_thread(pages.index, snapshot, wanted))

    @router.get("/claims/{key}/chart.svg", **declared("image/svg+xml", 304, 404, 422))
    async def picture(key: Key, theme: Theme = "light") -> Response:
        """The chart of a claim, drawn."""
        snapshot = live.snapshot
        entry = _entry(snapshot, key)
        return Answer(await live.work(lambda: _picture(snapshot, entry, theme)))

    @router.get("/claims/{key}/chart.json", **declared(JSON, 304, 404, 422))
    async def chart(key: Key, theme: Theme = "light") -> Response:
        """The chart of a claim as a Vega-Lite spec."""
        snapshot = live.snapshot
        entry = _entry(snapshot, key)
        return Answer(await asyncio.to_thread(_chart, snapshot, entry, theme))

    @router.get("/claims/{key}.json", **declared(JSON, 304, 404, 422))
    async def claim_json(key: Key) -> Response:
        """A claim with its verdict, its evidence and its place in the log."""
        return Answer(pages.claim_json(live.snapshot, _entry(live.snapshot, key)))

    @router.get("/claims/{key}", **declared((HTML, JSON), 304, 404, 406, 422))
    async def claim(request: Request, key: Key) -> Response:
        """A claim as a page, or as JSON where that is preferred."""
        snapshot = live.snapshot
        entry = _entry(snapshot, key)
        if preferred(request.headers.get("accept", ""), (HTML, JSON)) == JSON:
            return Answer(pages.claim_json(snapshot, entry))
        return Answer(await asyncio.to_thread(pages.claim, snapshot, entry))

    @router.get("/check", **declared(HTML, 304))
    async def box() -> Response:
        """The box for an article."""
        return Answer(pages.box(live.snapshot))

    @router.get("/about", **declared(HTML, 304))
    async def about() -> Response:
        """What the verdicts and the feed's extension mean."""
        return Answer(pages.about(live.snapshot))

    return router


def _entry(snapshot: Snapshot, key: str) -> Entry:
    entry = snapshot.entry(key)
    if entry is None:
        raise RefusalError(404, "no such claim is held", came=key[:100], wanted="the id of a claim, as the feed has it")
    return entry


def _picture(snapshot: Snapshot, entry: Entry, theme: str) -> Ready:
    def make() -> Ready:
        return Ready(charts.svg(chart_of(entry, snapshot, dark=theme == "dark")), "image/svg+xml", snapshot.changed)

    return snapshot.document(f"svg {theme} {entry.id}", make)


def _chart(snapshot: Snapshot, entry: Entry, theme: str) -> Ready:
    def make() -> Ready:
        content = msgspec.json.encode(chart_of(entry, snapshot, dark=theme == "dark"))
        return Ready(content, JSON, snapshot.changed)

    return snapshot.document(f"spec {theme} {entry.id}", make)
