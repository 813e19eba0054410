"""Sessions of New York as Asia tells them: "this morning" is the session that closed there before dawn.

A newspaper in Beijing, Taipei or Hanoi calls by its own day what another day's session did: 今晨美股收跌 of a Saturday
is Friday's, and 今日 printed before New York opens is the day before. Only a date said of New York changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from events.reading.calendar import Resolved
from events.reading.clauses import Clause, Clauses, Item
from events.reading.companies_market import is_american
from events.reading.dates import DateToken
from events.reading.words import pattern

_NEW_YORK = "America/New_York"
_OPENS = time(9, 30)
_EAST = timedelta(hours=5)  # from here on a day begins so early that New York's session is another day's
_OWN = {"zh": timezone(timedelta(hours=8)), "vi": timezone(timedelta(hours=7))}
_SATURDAY = 5


def in_new_york(held: Clauses, clauses: Sequence[Clause]) -> Sequence[Clause]:
    """Return the clauses of a sentence with the days that are told of New York as the sessions that they mean."""
    if held.said is None or not any(_is_told_from_afar(item) for clause in clauses for item in clause.items):
        return clauses
    changed = {}
    for clause in clauses:
        for item in clause.items:
            if _is_told_from_afar(item) and (session := _session(held, clauses, clause, item)) is not None:
                resolved = Resolved(session.isoformat(), session, session, inferred=True)
                changed[item.start] = replace(item, value=replace(item.value, resolved=resolved))
    if not changed:
        return clauses
    return [
        replace(clause, items=tuple(changed.get(one.start, one) if one.kind == "date" else one for one in clause.items))
        for clause in clauses
    ]


def _is_told_from_afar(item: Item) -> bool:
    if item.kind != "date" or item.value.kind != "day" or item.value.resolved.first is None:
        return False
    parts = item.value.parts
    return parts.relative_day in (0, -1) or parts.daypart == "early-morning"


def _session(held: Clauses, clauses: Sequence[Clause], clause: Clause, item: Item) -> date | None:
    """Return the session of New York that a day's word means, None where it means the day itself or another market."""
    if not _speaks_of_new_york(held, clauses, clause, item):
        return None
    token: DateToken = item.value
    told = token.resolved.first
    if told is None:
        return None
    early = bool(pattern("early", held.name).search(item.text))
    if early and token.parts.relative_day in (0, None):
        return weekday_before(told) if _zone(held) is not None else None
    if token.parts.relative_day != 0:
        return weekday_before(told) if told.weekday() >= _SATURDAY else None
    return _of_today(held, clause)


def _of_today(held: Clauses, clause: Clause) -> date | None:
    """Return the session that "today" means: the last one, where New York had not opened yet on that day."""
    zone, said = _zone(held), held.said
    if zone is None or said is None or any(item.kind == "part" and item.first == "pre-market" for item in clause.items):
        return None
    if said.at is None:
        closed = said.day.weekday() >= _SATURDAY or any(item.has("close") for item in clause.items)
        return weekday_before(said.day) if closed else None
    here = said.at.astimezone(zone).date()
    there: datetime = said.at.astimezone(ZoneInfo(_NEW_YORK))
    opened = there.date() == here and there.time() >= _OPENS and here.weekday() < _SATURDAY
    return None if opened else weekday_before(here)


def _zone(held: Clauses) -> timezone | None:
    """Return the zone in which an article of Asia was printed, None for one of the West."""
    own, said = _OWN.get(held.name), held.said
    offset = said.at.utcoffset() if said is not None and said.at is not None else None
    if offset is None or not offset:
        return own
    return timezone(offset) if offset >= _EAST else None


def weekday_before(day: date) -> date:
    """Return the last weekday before a day."""
    before = day - timedelta(days=1)
    return before - timedelta(days=max(0, before.weekday() - 4))


def _speaks_of_new_york(held: Clauses, clauses: Sequence[Clause], clause: Clause, item: Item) -> bool:
    """Tell whether the market named nearest to a day is New York's: in its clause, else behind it, else before it."""
    marks = sorted(_markets(held, clauses))
    own = [mark for mark in marks if clause.start <= mark[0] < clause.end]
    if own:
        return min(own, key=lambda mark: abs(mark[0] - item.start))[1]
    behind = [mark for mark in marks if mark[0] > item.start]
    return behind[0][1] if behind else marks[-1][1] if marks else False


def _markets(held: Clauses, clauses: Sequence[Clause]) -> Iterator[tuple[int, bool]]:
    """Yield where a sentence names a market or what trades on one, and whether that is New York."""
    for clause in clauses:
        for item in clause.items:
            if item.kind == "mention" and item.value.symbol and item.value.kind not in ("currency", "commodity"):
                yield item.start, is_american(item.value.symbol)
    start, end = clauses[0].start, clauses[-1].end
    for question, american in (("of-america", True), ("of-elsewhere", False)):
        for found in pattern(question, held.name).finditer(held.text, start, end):
            yield found.start(), american
