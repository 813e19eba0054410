"""Clauses beside a change whose time is not its own, and changes of a time that other words than dates tell."""

from __future__ import annotations

from events.reading.clauses import Clause
from events.reading.companies_market import is_american
from events.reading.price_windows import GOING_ON, Told
from events.reading.scene import Scene, Topic
from events.reading.words import pattern


def of_another_time(here: Scene, found: Told, places: tuple[int, int]) -> Told | None:
    """Return the time of a change of "that day", of one up to news without a day, of one not told; else None.

    `places` are where the words of the change begin and end.
    """
    if found.unsaid and not found.fields:
        return found
    first, last = places
    if pattern("day-after", here.held.name).search(here.text(max(here.start, first - 48), first)):
        return Told({"span": "day", "before": 1}, True, ("window: the session before",))
    if _is_before_news(here, here.clause_at(first), found):
        return Told({}, False, found.rules, unsaid=True)
    return _that_day(here, first, last)


def _is_before_news(here: Scene, number: int, found: Told) -> bool:
    """Tell whether a time goes on up to news without a day: "Before the report, the shares had risen 8% this year"."""
    before = here.clauses[number - 1] if number else None
    if before is None or found.fields.get("span") not in GOING_ON or before.has("date"):
        return False
    return bool(pattern("before-news", here.held.name).search(here.text(before.start, before.end)))


def _that_day(here: Scene, first: int, last: int) -> Told | None:
    """Return the day spoken of last for a change of "that day"; None where the words are not said."""
    clause = here.clauses[here.clause_at(last - 1)]
    if not pattern("that-day", here.held.name).search(here.text(first, clause.end)):
        return None
    days = [item.value for item in here.items if item.kind == "date" and item.end <= first]
    spoken = days[-1].resolved.first if days and days[-1].kind == "day" else None if days else here.memory.spoken
    return Told({"span": "day", "end": spoken} if spoken else {}, True, ("window: that day",), unsaid=spoken is None)


def is_abroad(here: Scene, topic: Topic) -> bool:
    """Tell whether shares of New York are told of in an article on another market, whose day is not theirs."""
    at_home = here.memory.day_of
    return bool(at_home and topic.names) and (
        all(is_american(name.symbol) for name in topic.names) and not any(is_american(symbol) for symbol in at_home)
    )


def is_in_an_aside(here: Scene, position: int) -> bool:
    """Tell whether a place stands in a clause that is a remark between commas: ", which reports Feb. 26, fell"."""
    number = here.clause_at(position)
    clause = here.clauses[number]
    opened = bool(clause.items) and clause.items[0].kind == "relative" and clause.items[0].start <= clause.start + 4
    return here.held.name != "zh" and opened and 0 < number < len(here.clauses) - 1


def is_a_remark(here: Scene, clause: Clause) -> bool:
    """Tell whether a clause's time is only its own: 今年涨幅全数回吐, 终结两周连跌之势, 2007年以来最差开年表现."""
    spoken = here.text(clause.start, clause.end)
    ended = any(one.has("ended") for one in clause.of("streaks"))
    return ended or any(pattern(one).search(spoken) for one in ("gains-gone", "first-of-a-year"))
