"""Highs and lows that are not told as set now: what a price is held against, and records of a time before."""

from __future__ import annotations

from datetime import date, timedelta

from events.reading.clauses import Clause, Item
from events.reading.price_windows import is_since
from events.reading.scene import Scene
from events.reading.words import pattern

_BESIDE = 3  # characters between a superlative and the days that it is of
_NEWS = timedelta(days=10)  # a record that is news was set no longer ago


def is_a_reference(here: Scene, clause: Clause, word: Item) -> bool:
    """Tell whether a price is only held against a high or low, or whether that was set long before the text.

    自1月29日高位计跌32%, "cách kỷ lục hồi tháng 4 chưa đầy 1%", "which hit a record high in October last year".
    """
    before = here.text(max(clause.start, word.start - 40), word.start)
    if pattern("of-a-reference", here.held.name).search(before):
        return True
    said = here.held.day
    dated = [
        one.value
        for one in clause.of("date")
        if one.value.kind in ("month", "quarter", "year") and one.start >= word.end and not is_since(here, one.value)
    ]
    last = dated[0].resolved.last if dated else None
    return said is not None and last is not None and last < said - _NEWS


def arrived_at(here: Scene, item: Item) -> bool:
    """Tell whether a figure in points is where an index arrived: "tăng 1,7%, đạt 951,4 điểm"."""
    return item.value.kind == "points" and bool(pattern("arrived-at", here.held.name).search(_before(here, item)))


def lost_so_much(here: Scene, item: Item) -> bool:
    """Tell whether a figure with a word for "to" is by how much a price moved: "có lúc mất tới 38 điểm"."""
    counted = item.value.kind in ("points", "percent", "tenths")
    return counted and bool(pattern("lost-so-much", here.held.name).search(_before(here, item)))


def _before(here: Scene, item: Item) -> str:
    return here.text(max(here.start, item.start - 20), item.start)


def compares_with_others(here: Scene, word: Item) -> bool:
    """Tell whether a superlative is one among companies: "the biggest fall of any company in the Dow"."""
    return bool(pattern("of-others", here.held.name).match(here.held.text, word.end, here.end))


def is_of_a_longer_time(here: Scene, word: Item, items: tuple[Item, ...]) -> bool:
    """Tell whether a superlative is of several weeks or years, which are no window: "its best two-year run since"."""
    return any(
        item.kind == "figure"
        and item.value.kind == "duration"
        and item.value.quantity.unit not in ("sessions", "days")
        and item.value.quantity.value > 1
        and abs(item.start - word.end) < _BESIDE
        and pattern("a-run", here.held.name).match(here.held.text, item.end)
        for item in items
    )


def is_in_a_period_before(here: Scene, span: str, day: date) -> bool:
    """Tell whether a day is of a week or month that was over when the text was published."""
    said = here.held.day
    if said is None or day > said:
        return False
    if span == "week":
        return day < said - timedelta(days=said.weekday())
    return (day.year, day.month) != (said.year, said.month) if span == "month" else day.year != said.year
