"""Falls from a high and rises from a low that the text names: "77% below the peak of 2021"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from events.model import Drawdown, Window
from events.reading.clauses import Item
from events.reading.price_extremes import priced_topic
from events.reading.price_page import Found, Page
from events.reading.price_scene import claims_for, refusal, signed, stance_at, words_span
from events.reading.price_windows import Told
from events.reading.scene import Scene, Topic
from events.reading.subjects import topic
from events.reading.words import pattern

_REACH = 90  # characters between a high and the fall from it
_DATED = 44  # characters between a high and its date
_WITH = ("与", "跟", "和", "同")


def drawdowns(here: Scene, page: Page) -> list[Found]:
    """Return falls from a high (rises from a low) that the text names."""
    out = []
    for index, item in enumerate(here.items):
        if (
            item.kind == "figure"
            and item.value.kind in ("percent", "tenths", "fraction")
            and not item.value.to_level
            and item.value.quantity
        ):
            out += _drawdown(here, page, index)
    return out


def _drawdown(here: Scene, page: Page, index: int) -> list[Found]:
    figure = here.items[index]
    clause = here.clauses[here.clause_at(figure.start)]
    items = _with_the_peak_before(here, figure, clause.items)
    peak = _peak(here, figure, items)
    if peak is None:
        return []
    high = peak.first in ("high", "best")
    moved = [
        one
        for one in clause.items
        if one.kind == "moves" and one.first in ("up", "down") and abs(one.start - figure.start) < 40
    ]
    direction = min(moved, key=lambda one: abs(one.start - figure.start)).first if moved else "down" if high else "up"
    if (direction == "down") != high:
        return []
    position = (
        min(figure.value.outer[0], *(one.start for one in moved), peak.start)
        if moved
        else min(figure.value.outer[0], peak.start)
    )
    subject = _fallen(here, page, figure, moved, peak, position)
    if not subject.names or subject.measure == "metric":
        return []
    if refusal(here, position):
        page.figures.add(figure.end)  # what is denied of a fall from a high is denied of the fall
        return []
    spoken_of = page.priced or here.memory.spoke_of_prices
    if subject.measure == "company" and subject.carried and subject.at < 0 and not spoken_of:
        return []
    spanned = _peak_span(here, clause.start, peak, items)
    if spanned is None:
        return []
    near, peak_from, peak_to = spanned
    floor = clause.start if near is None else -1
    earlier = [
        one
        for one in here.items
        if one.kind == "date"
        and one is not near
        and one.value.resolved.first
        and one.value.resolved.last
        and one.end <= figure.start
    ]
    between = earlier[-1].value.resolved if earlier and floor < 0 else None
    suffered = any(one.kind == "reached" or (one.kind == "part" and one.has("touched")) for one in clause.items)
    window = Window(suffered=suffered)
    over = between is not None and (here.held.day is None or between.last < here.held.day)
    if between is not None and over and peak_to is not None and between.first > peak_to:
        window = Window(span="between", start=between.first, end=between.last, suffered=suffered)
    page.figures.add(figure.end)
    page.used |= {one.start for one in moved}
    page.note(subject, Told({}, False, ()), figure.end)
    page.fallen |= {name.symbol: peak_from for name in subject.names}
    page.directions |= {(name.symbol, direction) for name in subject.names}
    first, last = words_span(here, subject, position, max(figure.value.outer[1], peak.end))
    make = partial(
        Drawdown, stated=signed(figure.value.quantity, direction), peak_from=peak_from, peak_to=peak_to, window=window,
        stance=stance_at(here, position, subject.at),
    )  # fmt: skip
    return claims_for(here, subject, first, last, (f"from {peak.text}", f"figure: {figure.value.rule}"), make)


def _fallen(here: Scene, page: Page, figure: Item, moved: Sequence[Item], peak: Item, position: int) -> Topic:
    """Return what fell: named before the verb, where the high has a clause of its own before it."""
    begins = here.clauses[here.clause_at(figure.start)].start
    if peak.start < begins:
        position = min(figure.value.outer[0], *(one.start for one in moved), figure.start)
    elif here.text(begins, begins + 1) in _WITH:  # 与去年高位相比已跌去三成
        position = begins
    subject = topic(here, position)
    if not subject.names and moved:  # so với đỉnh 1.528 điểm hôm 6/1 chỉ số đã bốc hơi 38%
        subject = topic(here, min(one.start for one in moved))
    return subject if subject.measure in ("price", "company", "cap") else priced_topic(page, subject, figure.start)


def _with_the_peak_before(here: Scene, figure: Item, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return a clause's tokens with those of the clause before, where that one only names a high or low."""
    number = here.clause_at(figure.start)
    if number == 0:
        return items
    before = here.clauses[number - 1]
    changes = any(one.kind == "figure" and one.value.kind in ("percent", "tenths") for one in before.items)
    names_one = before.has("peak", "record", "range") and before.has("below", "since")
    names_one = names_one and not before.has("moves") and not changes  # a price there is that of the high itself
    return (*before.items, *items) if names_one else items


def _peak(here: Scene, figure: Item, items: tuple[Item, ...]) -> Item | None:
    """Return the high or low that a percentage is measured against: a word such as below or from stands before it."""
    clause_start = here.clauses[here.clause_at(figure.start)].start
    for item in items:
        if (
            item.kind not in ("peak", "record", "range")
            or abs(item.start - figure.start) > _REACH
            or item.first == "ever"
        ):
            continue
        if item.kind == "peak" and any(one.kind in ("record", "range") and one.span == item.span for one in items):
            continue
        before = [
            one
            for one in items
            if (one.kind in ("below", "since") and one.end <= item.start and item.start - one.end < 48)
            or (one.kind == "below" and one.has("behind") and 0 <= one.start - item.end <= 2)
        ]
        if not before:
            continue
        word = before[-1]
        if here.held.name == "en" and not figure.end <= word.start and item.end > clause_start:
            continue
        if any(
            one.kind == "figure" and one.value.kind == "percent" and figure.end < one.start < word.start
            for one in items
        ):
            continue
        gap = here.text(min(figure.end, word.start), max(item.start, figure.start))
        if re.search(r"[;；]" if item.end <= clause_start else r"[,，;；]", gap):
            continue
        return item
    return None


def _peak_span(
    here: Scene, floor: int, peak: Item, items: Sequence[Item]
) -> tuple[Item | None, date | None, date | None] | None:
    """Return the date beside the word for the high and the days that it names; None where nothing says when it was."""
    dates = [
        one
        for one in items
        if one.kind == "date"
        and one.value.resolved.first
        and abs(one.start - peak.start) < _DATED
        and one.value.kind != "year-to-date"
    ]
    near = min(dates, key=lambda one: abs(one.start - peak.start)) if dates else None
    peak_from = near.value.resolved.first if near else None
    peak_to = near.value.resolved.last if near else None
    if near is None and peak.kind == "range":
        if here.held.day is None:
            return None
        peak_from = here.held.day - timedelta(days=365)
    elif (
        near is None
        and peak.kind != "record"
        and not (
            peak.kind == "peak" and pattern("record-word").search(here.text(max(floor, peak.start - 12), peak.end))
        )
    ):
        return None
    return near, peak_from, peak_to
