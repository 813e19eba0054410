"""Times that count back from another one: the session before, the weeks before a time that is not told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from events.reading.clauses import Item
from events.reading.scene import Scene
from events.reading.words import pattern

_REACH = 16  # characters beside a day within which words tell which one it is


def is_session_before(here: Scene, item: Item) -> bool:
    """Tell whether words around a token mean the session before the one spoken of: "a day earlier", phiên trước."""
    return _counts_days(item) and _count(item) == 1 and _is_among("day-before", here, item)


def is_compared_with(here: Scene, item: Item) -> bool:
    """Tell whether a token is the session that a change is measured against: 较前一交易日, so với phiên trước."""
    return _counts_days(item) and _count(item) == 1 and _is_among("day-compared", here, item)


def is_before_then(here: Scene, item: Item) -> bool:
    """Tell whether a token counts back from a time that is not told: "the previous four weeks", 一年前.

    So does a day that only news tells: "the day before the results".
    """
    name = here.held.name
    if sessions_before(here, item):
        return False
    if item.kind == "span":
        return item.first == "day" and _is_among("day-before-news", here, item)
    if not _counts(item):
        return False
    if item.kind == "figure" and pattern("long-ago", name).match(here.held.text, item.end):
        return True
    return _count(item) > 1 and bool(pattern("before-then", name).search(_said(here, item)))


def sessions_before(here: Scene, item: Item) -> int:
    """Return how many sessions a token counts that end before the day spoken of: 此前三个交易日, 0 for another."""
    if (
        not _counts(item)
        or _count(item) <= 1
        or not pattern("sessions-before", here.held.name).search(_said(here, item))
    ):
        return 0
    unit = item.value.parts.unit if item.kind == "date" else item.value.quantity.unit
    return int(_count(item)) if unit == "sessions" else 0


def _said(here: Scene, item: Item) -> str:
    """Return the words of a token, in Chinese with what stands right before it."""
    return here.text(max(here.start, item.start - 3), item.end) if here.held.name == "zh" else item.text


def is_behind_a_row(here: Scene, item: Item) -> bool:
    """Tell whether a change came after days that went some way: "after two days of losses", sau hai phiên giảm."""
    if not _counts(item) or item.kind != "figure":
        return False
    before = pattern("after-days", here.held.name).search(here.text(max(here.start, item.start - 12), item.start))
    return bool(before and pattern("days-of", here.held.name).match(here.held.text, item.end))


def week_of_the_day(here: Scene, item: Item) -> dict[str, Any] | None:
    """Return the week of the day spoken of, where that is a week before: 上周五收报40.35美元，全周累涨3.7%."""
    said = here.held.day
    if said is None or item.first != "week" or not pattern("whole-week").fullmatch(item.text):
        return None
    days = [one.value.resolved.first for one in here.items if one.kind == "date" and one.value.kind == "day"]
    day = next((one for one in days if one is not None), here.memory.day)
    monday = said - timedelta(days=said.weekday())
    if day is None or day >= monday:
        return None
    first = day - timedelta(days=day.weekday())
    return {"span": "week", "start": first, "end": first + timedelta(days=4)}


def lately(word: str, item: Item, said: date | None) -> dict[str, Any] | None:
    """Return the fields of the span that a word such as "lately" or "last week" means, None for none."""
    if item.value == "last week":
        if said is None:
            return {"span": "week"}
        monday = said - timedelta(days=said.weekday())
        return {"span": "week", "start": monday - timedelta(days=7), "end": monday - timedelta(days=3)}
    return {"span": word} if word not in ("next", "last") else None


def _counts(item: Item) -> bool:
    """Tell whether a token is a number of days, weeks or months."""
    if item.kind == "date":
        return bool(item.value.kind == "span")
    return item.kind == "figure" and item.value.kind == "duration"


def _counts_days(item: Item) -> bool:
    return item.first == "day" if item.kind == "span" else _counts(item)


def _count(item: Item) -> float:
    """Return how many days or weeks a token counts, 1 for one that counts none."""
    if item.kind == "date":
        return item.value.parts.count or 1
    return item.value.quantity.value if item.kind == "figure" and item.value.quantity is not None else 1


def _is_among(name: str, here: Scene, item: Item) -> bool:
    """Tell whether words of a pattern cover a part of a token."""
    begin, end = max(here.start, item.start - _REACH), min(here.end, item.end + _REACH)
    found = pattern(name, here.held.name).finditer(here.held.text, begin, end)
    return any(one.start() < item.end and item.start < one.end() for one in found)
