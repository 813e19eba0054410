"""What routes declare of their answers in /openapi.json, so that every answer is one that was declared."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from timeline.web.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "came": {"type": "string"},
        "wanted": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
TOLD = {
    304: "Not modified since", 400: "Not to be understood", 401: "No token", 403: "Not allowed", 404: "Not held",
    405: "Not that way", 406: "Not in that form", 408: "Too slow", 413: "Too large", 415: "Not that form of content",
    422: "Not to be used", 429: "Too many", 503: "Busy",
}  # fmt: skip
ALWAYS = (405, 500)


def declared(media: str | tuple[str, ...], *statuses: int, ok: int = 200) -> dict[str, Any]:
    """Return what a route is declared with: what it answers in, and with which other statuses."""
    forms = (media,) if isinstance(media, str) else media
    schema = {form: {"schema": {} if form.endswith("json") else {"type": "string"}} for form in forms}
    found: dict[int | str, dict[str, Any]] = {ok: {"description": "Done", "content": schema}}
    for status in (*statuses, *ALWAYS):
        if status == 304:
            found[status] = {"description": TOLD[status]}
            continue
        content: dict[str, Any] = {MEDIA_TYPE: {"schema": PROBLEM}}
        found[status] = {"description": TOLD.get(status, "A fault of the server"), "content": content}
    return {"responses": found, "response_class": Response, "status_code": ok}
