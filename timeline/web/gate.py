"""What every request passes first, as plain ASGI: the host, the documents that are ready, headers, and the count.

The newest feeds are answered here, before any routing: their bytes are ready, and the answer costs little more than
the server under it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from timeline.web import problems
from timeline.web.metrics import Metrics
from timeline.web.ready import RawHeaders, Ready

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY: RawHeaders = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
# A document that no browser renders needs less, and each header costs the quick path a microsecond.
SECURITY_OF_DATA: RawHeaders = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

HEADER_BYTES = 32_768  # of a request, names and values together
ENDLESS = ("/events",)


class Gate:
    """The middleware; `ready` gives the documents that are answered at once, by path."""

    def __init__(
        self, app: ASGIApp, hosts: tuple[str, ...], ready: Callable[[], dict[str, Ready]], metrics: Metrics
    ) -> None:
        self._app, self._ready, self._metrics = app, ready, metrics
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._hosts and not self._known(scope):
            refused = problems.response(421, "this server does not answer for that host", came=_host(scope))
            await refused(scope, receive, self._guarded(send, scope, time.perf_counter()))
            return
        if not scope["query_string"] and scope["method"] == "GET":
            found = self._ready().get(scope["path"])
            if found is not None:
                status, headers, body = found.answer(scope["headers"])
                self._metrics.quick(scope["path"], status)
                await send({"type": "http.response.start", "status": status, "headers": headers + SECURITY_OF_DATA})
                await send({"type": "http.response.body", "body": body})
                return
        if (size := sum(len(name) + len(value) for name, value in scope["headers"])) > HEADER_BYTES:
            refused = problems.response(
                431, "the header fields of the request are too large",
                came=f"{size} bytes", wanted=f"at most {HEADER_BYTES} bytes",
            )  # fmt: skip
            await refused(scope, receive, self._guarded(send, scope, time.perf_counter()))
            return
        began = time.perf_counter()
        if scope["method"] == "HEAD" and scope["path"] not in ENDLESS:  # what GET answers, without its body
            scope, send = {**scope, "method": "GET"}, _bodiless(send)
        await self._app(scope, receive, self._guarded(send, scope, began))

    def _guarded(self, send: Send, scope: Scope, began: float) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *SECURITY]
                self._metrics.request(scope, message["status"], time.perf_counter() - began)
            await send(message)

        return guarded

    def _known(self, scope: Scope) -> bool:
        try:
            return urlsplit(f"//{_host(scope)}").hostname in self._hosts
        except ValueError:
            return False


def _host(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")


def _bodiless(send: Send) -> Send:
    async def bodiless(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return bodiless
