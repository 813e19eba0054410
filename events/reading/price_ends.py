"""Dates that are no time of a change: where a time ends or begins, and when a high or a low was."""

from __future__ import annotations

import re

from events.reading.clauses import Item
from events.reading.scene import Scene
from events.reading.words import pattern

_WORDS = 2  # words of a cause before its month, so that "after May" is none


def is_an_end(here: Scene, item: Item, *, is_first: bool) -> str:
    """Return why a date is no time of a change but where one ends or begins, "" where it is one."""
    before, name = here.text(max(here.start, item.start - 40), item.start), here.held.name
    if item.value.kind in ("month", "quarter", "year") and pattern("ends-a-span", name).search(before):
        return "the end of a time whose beginning is another month"  # "between May and November"
    if is_first and item.value.kind == "day" and pattern("up-to-a-day", name).search(before):
        return "the end of a time whose beginning is not told"
    return "the date of a high or a low" if pattern("of-a-mark", name).search(before) else ""


_DAY_BEHIND = re.compile(r"\s?[(（]\s?(?:ngày |hôm )?\d{1,2}[/.月-]\d")


_OF_A_CAUSE = ("month", "quarter", "half", "year", "years")


def _is_in_a_cause(here: Scene, item: Item) -> bool:
    """Tell whether a month or a quarter is told of the cause of a change: "after a third-quarter loss"."""
    found = pattern("in-a-cause", here.held.name).search(here.text(max(here.start, item.start - 120), item.start))
    if found is None or len(found["cause"].split()) < _WORDS:
        return False
    begin = item.start - len(found["cause"])
    return not any(
        one.kind == "figure" and one.value.kind in ("percent", "points", "tenths")
        for one in here.items
        if begin <= one.start < item.start
    )


def is_no_time(here: Scene, item: Item) -> bool:
    """Tell whether a time is not that of a change beside it: "rose 3% to its highest in a week", "tuần qua (7/11)"."""
    if item.kind not in ("date", "lately"):
        return False
    before = here.text(max(here.start, item.start - 24), item.start)
    if item.kind == "date" and item.value.kind in _OF_A_CAUSE and _is_in_a_cause(here, item):
        return True
    if pattern("begins", here.held.name).search(before):
        return True
    dated = _DAY_BEHIND.match(here.held.text, item.end)  # the day itself stands in brackets
    return dated is not None or bool(pattern("high-in", here.held.name).search(before))
