"""When the news came that prices answer to: an article's own dates of results and announcements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from events.model import Timing
from events.reading.clauses import Clauses
from events.reading.subjects import is_company, is_subject

_MOST_EVENTS = 20  # of one sentence; a row of more is noise
_EVENING = ("evening", "after-hours")


class NewsDay(NamedTuple):
    """When a company's news came out, as the article itself tells it."""

    day: date
    timing: Timing


NewsDays = Mapping[tuple[str, str], NewsDay]


def news_days(held: Clauses, main: str) -> NewsDays:
    """Return when companies' results and announcements came, as the article tells: a dated sentence that names them."""
    found: dict[tuple[str, str], NewsDay] = {}
    for group, kinds in zip(held.groups, held.kinds, strict=True):
        if "event" not in kinds or "date" not in kinds:
            continue
        items = [item for clause in group for item in clause.items]
        events = [item for item in items if item.kind == "event"][:_MOST_EVENTS]
        names = [item.value.symbol for item in items if is_subject(item) and is_company(item.value)]
        for item in items:
            if item.kind != "date" or item.value.kind != "day" or item.value.resolved.first is None:
                continue
            on = item.value.resolved.first
            if item.value.role == "until" or (held.day is not None and not 0 <= (held.day - on).days <= 90):
                continue
            event = next((one for one in events if abs(one.start - item.start) < 60), None)
            if event is None or event.first not in ("results", "announcement"):
                continue
            before = [
                one.value.symbol
                for one in items
                if one.kind == "mention" and one.value.symbol in names and one.end <= item.start
            ]
            symbol = (before or names or [main])[-1 if before else 0]
            timing: Timing = "after-close" if item.value.parts.daypart in _EVENING else ""
            if symbol:
                found.setdefault((symbol, event.first), NewsDay(item.value.resolved.first, timing))
    return found
