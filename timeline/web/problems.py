"""Errors as problem documents (RFC 9457): one shape everywhere, what came and what was wanted, never a stack."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from events.errors import BusyError, DataError, InvalidValueError, NotHeldError, TimelineError
from timeline.web.framework import FastAPI, Request, RequestValidationError

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:market-timeline:problem:"

logger = logging.getLogger("timeline.web")


class RefusalError(TimelineError):
    """A request that is refused: the status, what came and what was wanted."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, dict(headers or {}), more


def document(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return a problem document; `more` are its further members, such as came and wanted."""
    phrase = HTTPStatus(status).phrase
    return {
        "type": TYPE + phrase.lower().replace(" ", "-"),
        "title": phrase,
        "status": status,
        "detail": detail,
        **{name: value for name, value in more.items() if value not in (None, "", [], ())},
    }


def response(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return a problem document as an answer."""
    content = msgspec.json.encode(document(status, detail, **more))
    return Response(content, status, {**(headers or {}), "Cache-Control": "no-store"}, MEDIA_TYPE)


def refusal_of(error: Exception, path: str, method: str) -> RefusalError | None:
    """Return the refusal that an error stands for, None where the fault is ours."""
    match error:
        case RefusalError():
            return error
        case HTTPException(status_code=404):
            return RefusalError(404, f"there is nothing at {path}", came=path, wanted="an address from /openapi.json")
        case HTTPException(status_code=405):
            allowed = (error.headers or {}).get("Allow", "")
            detail = f"{path} does not take {method}"
            return RefusalError(405, detail, headers=error.headers, came=method, wanted=allowed)
        case HTTPException():
            return RefusalError(error.status_code, str(error.detail), headers=error.headers)
        case RequestValidationError():
            faults = [_fault(one) for one in error.errors()]
            return RefusalError(422, "; ".join(one["detail"] for one in faults), errors=faults)
        case DataError():
            return RefusalError(422, str(error), errors=[{"detail": problem.message} for problem in error.problems])
        case InvalidValueError():
            return RefusalError(422, str(error), came=str(error.came)[:200], wanted=error.wanted)
        case NotHeldError():
            return RefusalError(404, str(error))
        case BusyError() | TimeoutError():
            return RefusalError(503, "busy: the work took too long; try again", headers={"Retry-After": "5"})
    return None


def install(app: FastAPI, page: Any) -> None:
    """Answer every error of an application with a problem document, or as a page where a browser asks for one.

    `page(request, document, headers)` makes the page.
    """

    def refused(request: Request, error: Exception) -> Response:
        refusal = refusal_of(error, request.url.path[:200], request.method)
        if refusal is None:
            logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
            refusal = RefusalError(500, "this is a fault of the server; it was written to its log")
        if request.headers.get("accept", "").startswith("text/html"):
            told = document(refusal.status, refusal.detail, **refusal.more)
            shown: Response = page(request, told, refusal.headers)
            return shown
        return response(refusal.status, refusal.detail, refusal.headers, **refusal.more)

    for kind in (TimelineError, HTTPException, RequestValidationError, TimeoutError, Exception):
        app.add_exception_handler(kind, refused)


def _fault(error: Mapping[str, Any]) -> dict[str, Any]:
    """Return one fault of a parameter: where, what came, what was wanted."""
    where, *rest = error["loc"]
    name = ".".join(str(part) for part in rest) or str(where)
    came = str(error.get("input"))[:100]
    return {
        "parameter": name,
        "detail": f"{name}: got {came!r}, wanted otherwise: {error['msg']}",
        "came": came,
        "wanted": error["msg"],
    }
