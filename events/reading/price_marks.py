"""Highs and lows that are not told as set now: what a price is held against, and records of a time before."""

from __future__ import annotations

from datetime import timedelta

from events.reading.clauses import Clause, Item
from events.reading.price_windows import is_since
from events.reading.scene import Scene
from events.reading.words import pattern

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
