"""What a request brings: its body within bounds of size and time, and the text or the file in it."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import OrderedDict
from typing import Any

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from timeline.web.doors import Settings, Submission
from timeline.web.framework import Request
from timeline.web.problems import RefusalError

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Media type -> the name that the content goes by: its ending says how it is read.
NAMES = {
    "text/plain": "", "text/html": "article.html", "text/markdown": "article.md",
    "application/toml": "claims.toml", "application/x-ndjson": "claims.jsonl", "application/jsonl": "claims.jsonl",
}  # fmt: skip
TAKEN = ("application/json", *NAMES, *FORMS)
FIELDS = ("text", "name", "published", "symbol")


async def submission(request: Request, settings: Settings) -> Submission:
    """Return what a request brings. Raises RefusalError: 408, 413, 415, 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TAKEN:
        raise RefusalError(
            415, "this form of content is not read", headers={"Accept-Post": ", ".join(TAKEN)},
            came=kind or "no Content-Type", wanted=", ".join(TAKEN),
        )  # fmt: skip
    if (coding := request.headers.get("content-encoding", "identity").strip().lower()) not in ("", "identity"):
        # what a small body grows to is not known before it has grown
        raise RefusalError(
            415, "compressed content is not taken", headers={"Accept-Encoding": "identity"},
            came=f"Content-Encoding: {coding[:40]}", wanted="the content as it is",
        )  # fmt: skip
    body = await _body(request, settings)
    if kind in FORMS:
        found = await _form(request, body)
    elif kind == "application/json":
        found = _json(body)
    else:
        query = request.query_params
        found = Submission(body, NAMES[kind], query.get("published", ""), query.get("symbol", ""))
    if not found.content.strip():
        raise RefusalError(422, "there is no text", came="an empty text", wanted="an article, or a file of claims")
    if len(found.published) > 40 or len(found.symbol) > 20 or not found.symbol.isprintable():
        raise RefusalError(422, "published or symbol is too long to be one", wanted="such as 2025-11-06 and META")
    return found


async def _body(request: Request, settings: Settings) -> bytes:
    limit = settings.body_limit
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        raise _too_large(told, limit)
    chunks, size = [], 0
    try:
        async with asyncio.timeout(settings.body_time):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(f"more than {limit}", limit)
                chunks.append(chunk)
    except TimeoutError:
        raise RefusalError(408, "the content did not arrive in time", wanted=f"{settings.body_time:g} s") from None
    return b"".join(chunks)


def _too_large(came: str, limit: int) -> RefusalError:
    return RefusalError(413, "the content is too large", came=f"{came} bytes", wanted=f"at most {limit} bytes")


async def _form(request: Request, body: bytes) -> Submission:
    async def again() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form: FormData = await Request(request.scope, again).form(
            max_files=1, max_fields=10, max_part_size=len(body) + 1
        )
    except (MultiPartException, ValueError, KeyError) as error:
        raise RefusalError(422, f"the form cannot be read: {error}"[:300], wanted="text or file") from error
    except Exception as error:  # what the parser raises differs by its version; the form is at fault all the same
        raise RefusalError(422, "the form cannot be read", wanted="text or file, published, symbol") from error
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    file = form.get("file")
    content, name = given.get("text", "").encode("utf-8", "replace"), ""
    if isinstance(file, UploadFile):
        uploaded = await file.read()
        if uploaded.strip():
            content, name = uploaded, (file.filename or "file").replace("\\", "/").rpartition("/")[2][:120]
    return Submission(content, name, given.get("published", "").strip(), given.get("symbol", "").strip())


def _json(body: bytes) -> Submission:
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RefusalError(422, f"the content is not JSON: {error}", wanted='{"text": "..."}') from error
    wanted = "an object with text, and where known published, symbol, name"
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise RefusalError(422, "there is no text", came=type(given).__name__, wanted=wanted)
    if unknown := sorted(given.keys() - set(FIELDS)):
        raise RefusalError(422, "there are fields that mean nothing here", came=", ".join(unknown)[:200], wanted=wanted)
    faulty = [name for name in FIELDS if name in given and not isinstance(given[name], str | None)]
    if faulty:
        raise RefusalError(422, "fields must be text", came=", ".join(faulty), wanted=wanted)
    more = {name: (given.get(name) or "").strip() for name in FIELDS[1:]}
    return Submission(given["text"].encode("utf-8", "replace"), **more)


def authorised(request: Request, settings: Settings) -> None:
    """Refuse whoever does not bring the token (compared in constant time). Raises RefusalError: 401, 403."""
    if not settings.token:
        raise RefusalError(
            403, "this server takes no articles", wanted="a server started with a token (TIMELINE_TOKEN)"
        )
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    known = hmac.compare_digest(given.strip().encode("utf-8", "replace"), settings.token.encode())
    if scheme.lower() != "bearer" or not known:
        raise RefusalError(
            401, "the token is missing or wrong", headers={"WWW-Authenticate": "Bearer"},
            came=f"the scheme {scheme[:20]}" if scheme else "no Authorization", wanted="Authorization: Bearer TOKEN",
        )  # fmt: skip


class RateLimit:
    """So many requests at once for a client, then one every so often (a token bucket for each address)."""

    CLIENTS = 10_000

    def __init__(self, burst: int, every: float) -> None:
        self._burst, self._every = burst, every
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Count a request. Raises RefusalError (429) where there were too many."""
        now = time.monotonic()
        left, before = self._left.pop(client, (float(self._burst), now))
        left = min(float(self._burst), left + (now - before) / self._every)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        if len(self._left) > self.CLIENTS:
            self._left.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - left) * self._every + 0.5))
            told = f"{self._burst} at once, then one every {self._every:g} s"
            raise RefusalError(429, "too many checks", headers={"Retry-After": str(wait)}, wanted=told)
