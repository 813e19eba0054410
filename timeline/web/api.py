"""What programs ask beside the feeds: checks, articles, health, metrics, static files."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.responses import Response

from timeline.entries import agreement_answer
from timeline.web import freshness
from timeline.web import metrics as measured
from timeline.web.declared import declared
from timeline.web.doors import Checked, Doors, Settings
from timeline.web.feeds import Answer
from timeline.web.framework import APIRouter, Request
from timeline.web.live import Live
from timeline.web.metrics import Metrics
from timeline.web.negotiate import HTML, JSON, preferred
from timeline.web.pages import Pages
from timeline.web.parameters import client_of
from timeline.web.problems import RefusalError
from timeline.web.static_files import StaticFiles
from timeline.web.submissions import NAMES, RateLimit, authorised, submission

_TEXT = {"type": "string", "minLength": 1}
_FIELDS = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {
        "text": {**_TEXT, "description": "an article, or claims as TOML or JSON lines"},
        "name": {"type": "string", "maxLength": 120, "description": "its file name: .toml and .jsonl are claim files"},
        "published": {"type": "string", "maxLength": 40, "description": "when it was published: a day, or an instant"},
        "symbol": {"type": "string", "maxLength": 20, "description": "the company, where the text names none"},
    },
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _FIELDS}, **{kind: {"schema": _TEXT} for kind in NAMES}},
    }
}
TOKEN: dict[str, Any] = {"security": [{"token": []}]}


def routes(
    doors: Doors, settings: Settings, live: Live, pages: Pages, static: StaticFiles, metrics: Metrics
) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    limit = RateLimit(settings.check_burst, settings.check_every)

    @router.post(
        "/check", tags=["checks"], openapi_extra=BODY, **declared((JSON, HTML), 406, 408, 413, 415, 422, 429, 503)
    )
    async def check(request: Request) -> Response:
        """Check every claim of a text or a file against the prices; nothing is stored."""
        form = preferred(request.headers.get("accept", ""), (JSON, HTML))
        limit.take(client_of(request))
        given = await submission(request, settings)
        found = await live.work(lambda: doors.check(given))
        if form == HTML:
            return pages.checked(request, given, found)
        return _json(check_answer(given.name, found), cache="no-store")

    @router.post(
        "/articles", tags=["checks"], openapi_extra={**BODY, **TOKEN},
        **declared(JSON, 401, 403, 408, 413, 415, 422, 429, 503),
    )  # fmt: skip
    async def articles(request: Request) -> Response:
        """Append an article and its claims to the log; only with the token."""
        limit.take(client_of(request))
        authorised(request, settings)
        given = await submission(request, settings)
        done = await live.work(lambda: doors.append(given))
        live.look_now()
        log = {"events": done.head.position, "digest": done.head.digest}
        return _json({"added": done.added, "held": done.held, "log": log}, cache="no-store")

    @router.get("/healthz", tags=["service"], **declared(JSON))
    async def healthz() -> Response:
        """Whether the process answers."""
        return _json({"status": "ok"}, cache="no-store")

    @router.get("/readyz", tags=["service"], **declared(JSON, 503))
    async def readyz() -> Response:
        """Whether what is served is what the log says."""
        if live.fault:
            raise RefusalError(503, "the log cannot be followed at the moment; the last good state is served")
        return _json({"status": "ready", "events": live.snapshot.head.position}, cache="no-store")

    @router.get("/metrics", tags=["service"], **declared("text/plain"))
    async def prometheus() -> Response:
        """Figures for Prometheus."""
        text = metrics.text(live, await freshness.measured(doors, live))
        return Response(text, headers={"Cache-Control": "no-store", "Content-Type": measured.MEDIA_TYPE})

    @router.get("/static/{name}", include_in_schema=False)
    async def file(name: str) -> Response:
        found = await asyncio.to_thread(static.ready, name)
        if found is None:
            raise RefusalError(404, "there is no such file", came=name[:100])
        return Answer(found)

    return router


def check_answer(name: str, found: Checked) -> dict[str, Any]:
    """Return the answer of a check: the same object as the command's."""
    return {
        "id": name,
        "claims": [entry.check() for entry in found.seen.entries],
        "agreements": [agreement_answer(one) for one in found.seen.agreements],
        "problems": [str(problem) for problem in found.problems],
    }


def _json(content: Any, *, cache: str) -> Response:
    return Response(msgspec.json.encode(content) + b"\n", 200, {"Cache-Control": cache}, JSON)
