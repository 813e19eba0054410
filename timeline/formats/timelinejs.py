"""The timeline for TimelineJS 3 (https://timeline.knightlab.com/docs/json-format.html).

An event stands where it occurred: over the window of the reading that was used; without one, on the day when it was
said, else when the log took it. TimelineJS shows text as HTML, so that every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

import msgspec

from timeline.entries import Entry
from timeline.formats.jsonfeed import Channel, verdict_word

MOST = 500  # TimelineJS draws every event at once


def timelinejs(entries: Sequence[Entry], page_of: Callable[[Entry], str], channel: Channel) -> bytes:
    """Return the first MOST entries as the JSON that TimelineJS 3 loads; `page_of` gives the page of an entry."""
    document = {
        "title": {
            "unique_id": "about",
            "text": {"headline": escape(channel.title), "text": escape(channel.description)},
        },
        "events": [_event(entry, page_of(entry)) for entry in entries[:MOST]],
    }
    return msgspec.json.encode(document) + b"\n"


def _event(entry: Entry, page: str) -> dict[str, Any]:
    best, said = entry.verdict.best, entry.stated.said
    start = (best.start if best else None) or (said.day if said else entry.published.date())
    end = best.end if best and best.start else None
    words = entry.stated.claim.text or entry.kind.replace("-", " ")
    source = entry.article.source if entry.article else ""
    told = [f"<strong>{verdict_word(entry).capitalize()}.</strong> {escape(entry.verdict.explanation)}"]
    told.append(
        f'{escape(source)} · <a href="{escape(page)}">evidence</a>' if source else f'<a href="{page}">evidence</a>'
    )
    content: dict[str, Any] = {
        "unique_id": f"claim-{entry.id}",
        "start_date": _day(start),
        "group": escape(entry.about) or "Others",
        "text": {"headline": escape(words), "text": "".join(f"<p>{line}</p>" for line in told)},
    }
    if end is not None and end != start:
        content["end_date"] = _day(end)
    return content


def _day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
