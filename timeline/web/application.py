"""The application: everything that it needs is handed in, and is put together here when it is called for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import Receive, Scope, Send

from timeline.web import api, claims, feeds, freshness, problems
from timeline.web.documents import Documents
from timeline.web.doors import Doors, Settings
from timeline.web.framework import FastAPI, get_openapi
from timeline.web.gate import Gate
from timeline.web.live import Live
from timeline.web.metrics import Metrics
from timeline.web.pages import Pages
from timeline.web.ready import Ready
from timeline.web.static_files import StaticFiles

TITLE = "Market timeline"
DESCRIPTION = "Dated claims about listed companies, checked against daily price history."
VERSION = "1"


class Service(FastAPI):
    """FastAPI behind our gate: every request passes the gate first, most of the feed's no further."""

    gate: Gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.gate(scope, receive, send)


def application(doors: Doors, settings: Settings) -> FastAPI:
    """Return the application; its lifespan builds the first state of the log and follows the log from then on.

    `app.state.live` is what follows; `app.state.live.close()` lets open streams go before a server stops.
    """
    documents, metrics = Documents(settings.address, doors.note), Metrics()
    static = StaticFiles(settings.cache)
    pages = Pages(documents, static)
    live = Live(doors, settings, documents.prepare)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await live.start()
        try:
            yield
        finally:
            await live.stop()

    app = Service(title=TITLE, lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.live = live
    app.include_router(feeds.routes(doors, settings, live, documents, metrics))
    app.include_router(claims.routes(doors, live, pages))
    app.include_router(freshness.routes(doors, live, pages))
    app.include_router(api.routes(doors, settings, live, pages, static, metrics))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    problems.install(app, pages.problem)

    def ready() -> dict[str, Ready]:
        return live.ready

    app.gate = Gate(super(Service, app).__call__, settings.hosts, ready, metrics)
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Return what the API declares, made once; the token is a bearer token."""
    if app.openapi_schema is None:
        content = get_openapi(title=TITLE, version=VERSION, description=DESCRIPTION, routes=app.routes)
        schemes = {"token": {"type": "http", "scheme": "bearer"}}
        content.setdefault("components", {})["securitySchemes"] = schemes
        app.openapi_schema = content
    return app.openapi_schema
