"""Closes in a row with one sign: "four straight sessions", 连续四个交易日, "phiên thứ ba liên tiếp"."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from msgspec.structs import replace

from events.model import Streak, Window
from events.reading.clauses import Clause, Item
from events.reading.price_asides import is_in_an_aside
from events.reading.price_extremes import priced_topic
from events.reading.price_page import Found, Page
from events.reading.price_scene import claims_for, refusal, words_span
from events.reading.price_windows import Told, day_among, session_before
from events.reading.scene import Scene, Topic
from events.reading.subjects import topic
from events.reading.subjects_market import A_MARKET
from events.reading.words import count_of, pattern, table

_ALL = re.compile(r"(?:both|all (?:two|three|four|of)|the (?:two|three|four|pair|trio))\b", re.IGNORECASE)
_TOLD_BY = ("streak", "streaks", "ordinal")
_PER = {"sessions": "session", "days": "session", "weeks": "week", "months": "month"}


def streaks(here: Scene, page: Page) -> list[Found]:
    """Return closes in a row with one sign; one that has ended is none."""
    out: list[Found] = []
    if here.kinds.isdisjoint(_TOLD_BY) and not any(map(_is_count_in_a_row, here.items)):
        return out
    for clause in here.clauses:
        if not (clause.has("streak", "streaks", "ordinal") or _counts_in_a_row(clause)) or any(
            one.kind == "streaks" and one.has("ended") and _ends_one(clause.items, one) for one in clause.items
        ):
            continue
        counted = _counted(here, clause.start, clause.end, clause.items)
        if counted is None:
            continue
        count, unit, at = counted
        direction = next(
            (one.first for one in clause.items if one.kind == "streaks" and one.first in ("up", "down")), ""
        )
        if not direction:
            moved = [one for one in clause.items if one.kind == "moves" and one.first in ("up", "down")]
            direction = min(moved, key=lambda one: abs(one.start - at)).first if moved else ""
        subject = priced_topic(page, topic(here, at), at)
        if subject.carried and _ALL.match(here.held.text, clause.start, clause.end):
            continue
        if (
            not direction
            or count < 2
            or not (subject.names or subject.rule == A_MARKET)
            or subject.measure == "metric"
            or refusal(here, at)
        ):
            continue
        price = subject.measure == "price" or any(
            n.symbol == m.symbol for one in page.priced for n in one.names for m in subject.names
        )
        if not price and not (subject.near or not subject.carried):
            continue
        per = _PER.get(unit)
        if per is None:
            continue
        end = _last_day(here, page, clause, subject)
        if _is_over(here, clause) and not day_among(here, clause.items):
            if end is None:
                continue  # it ended before a day that is not told
            end = session_before(end)
        window = Window(span="sessions" if per == "session" else per, count=count, end=end)  # type: ignore[arg-type]
        window = window if per == "session" else replace(window, count=1)
        if per == "session" and page.told is None and clause is here.clauses[-1]:
            page.told = Told({"span": "sessions", "count": count}, True, ("window: the streak",))
        first, last = words_span(here, subject, clause.start, clause.end)
        make = partial(Streak, direction=direction, count=count, per=per, window=window)  # type: ignore[arg-type]
        page.directions |= {(name.symbol, direction) for name in subject.names}
        out += claims_for(here, subject, first, last, (f"in a row: {count} {unit}",), make)
    return out


def _counts_in_a_row(clause: Clause) -> bool:
    """Tell whether a count itself says so: "two straight sessions"."""
    return any(map(_is_count_in_a_row, clause.items))


def _is_count_in_a_row(item: Item) -> bool:
    return item.kind == "figure" and item.value.kind == "duration" and bool(pattern("in-a-row").search(item.text))


def _ends_one(items: tuple[Item, ...], word: Item) -> bool:
    """Tell whether a streak is told as over: "snapped a four-day losing streak", "its four-day slide ended"."""
    counted = any(one.kind == "figure" and one.value.kind == "duration" for one in items)
    return word.text.lower() != "after" and (
        any(one.kind in ("streak", "streaks") and one.start > word.start for one in items)
        or (
            counted
            and any(one.kind == "noun-forms" or (one.kind == "moves" and one.start > word.start) for one in items)
        )
    )


def _is_over(here: Scene, clause: Clause) -> bool:
    """Tell whether something else came after a row of days: "after rising eight days in a row, ...", 连涨八天后."""
    return bool(pattern("row-is-over", here.held.name).search(here.text(clause.start, clause.end)))


def _last_day(here: Scene, page: Page, clause: Clause, subject: Topic) -> date | None:
    """Return the day that a streak is told of: one named in its clause, alone before it, or by the claim beside it."""
    number = here.clause_at(clause.start)
    before = here.clauses[number - 1].items if number else ()
    if number and is_in_an_aside(here, here.clauses[number - 1].start):
        before = ()
    alone = before if not any(one.kind in ("moves", "figure", "mention", "metric") for one in before) else ()
    window = page.told_at(clause.start, subject, None)
    told = window.fields if window is not None else {}
    return day_among(here, (*clause.items, *alone)) or (told.get("end") if told.get("span") == "day" else None)


def _counted(here: Scene, start: int, end: int, items: tuple[Item, ...]) -> tuple[int, str, int] | None:
    """Return how many in a row, of what, and where it says so."""
    text = here.text(start, end)
    in_a_row = pattern("in-a-row").search(text) is not None or any(item.kind == "streaks" for item in items)
    if in_a_row and (found := pattern("streak-ordinal", here.held.name).search(text)):
        groups = found.groupdict()
        unit = groups.get("u") or groups.get("u2") or groups.get("u4") or "session"
        return (
            count_of(groups.get("n") or groups.get("n2") or groups.get("n3") or groups.get("n4") or ""),
            str(table("units")[unit.lower()]),
            start + found.start(),
        )
    for item in items:
        if item.kind == "figure" and item.value.kind == "duration" and item.value.quantity.high is None:
            near = any(one.kind in ("streak", "streaks") and -16 < one.start - item.start < 28 for one in items)
            if near or pattern("in-a-row").search(here.text(max(start, item.start - 4), item.end)):
                return int(item.value.quantity.value), item.value.quantity.unit, item.start
    return None
