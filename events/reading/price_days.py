"""The day of a change that names none: that of the sentence before, unless it was told of somebody else long ago."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from events.reading.companies_market import is_american
from events.reading.price_windows import Told, session_before
from events.reading.scene import Scene, Topic

_HAD = re.compile(r"\bhad\s(?:\w+\s){0,2}(?:closed|ended|finished|settled|opened|traded)\b|\bhad\s(?:\w+\s){0,2}$")
_SINCE_WHEN = re.compile(r"\b(?:has|have|['’]ve|is|are|remains?|['’]s|['’]re)\s(?:\w+\s){0,2}$")
_LARGE = 10.0  # percent
_OF_NOW = 4  # days before the publication that an article of a day speaks of as now
_SAME_DAY = 2


def of_a_time_before(here: Scene, found: Told, verb: int, figure: tuple[int, int]) -> str:
    """Return why a change is of a time that is not told, "" where it is not.

    "The shares had closed at" is of a time before; "have fallen 30%" is of more than a day.
    """
    if here.held.name != "en" or found.fields.get("part"):
        return ""
    begins = here.clauses[here.clause_at(verb)].start
    traded = any(item.kind == "part" for item in here.clauses[here.clause_at(verb)].items)
    if not traded and _is_large(here, figure) and _SINCE_WHEN.search(here.text(begins, verb)):
        return "a large change over a time that is not told"
    return "had: a time before that is not told" if _HAD.search(here.text(begins, verb)) else ""


def _is_large(here: Scene, figure: tuple[int, int]) -> bool:
    """Tell whether a figure is a change of a size that days seldom have."""
    change = next((item.value.quantity for item in here.items if item.kind == "figure" and item.span == figure), None)
    return change is not None and change.unit == "percent" and abs(change.value) >= _LARGE


def on_the_day(here: Scene, before_it: Told | None, found: Told, position: int, topic: Topic) -> Told:
    """Return a window of one day with the day that the sentence, or the one before, spoke of."""
    fields = dict(found.fields)
    if (end := _ends_on(here, before_it, fields, position)) is not None:
        return Told({**fields, "end": end}, found.own, (*found.rules, "to the day of the claim before"))
    before = fields.pop("before", None)  # sessions before the day that is known
    if (fields.get("span", "day") != "day" and not before) or fields.keys() & {"end", "event", "news"}:
        return found
    known = before_it.fields.get("end") if before_it is not None and before_it.fields.get("span") == "day" else None
    known = known or _day_of_a_level(here, position)
    if known is None and _is_of_an_aside(here, topic):
        outside = any(item.kind == "part" and item.first in ("pre-market", "after-hours") for item in here.items)
        if here.memory.undated and not outside:
            return Told(fields, found.own, (*found.rules, "after an aside, of the text's own day"))
        known = None if outside else _days_own(here)
        if known is None and (here.memory.day_priced or outside):
            return found if outside else Told(fields, found.own, (*found.rules, "after an aside"), unsaid=True)
    elif known is None:
        known = here.memory.day if here.memory.day_age <= _SAME_DAY else _days_own(here)
        if fields.get("part") == "pre-market" and here.held.day is not None and known != here.held.day:
            return found  # before the session to come, and not on the day spoken of last
    if known is None and before and any(item.kind == "part" and item.first == "pre-market" for item in here.items):
        return Told(fields, found.own, (*found.rules, "the last session, told before the next one opens"))
    if known is None:
        return Told(fields, found.own, found.rules, unsaid=found.unsaid or before is not None)
    known = session_before(known) if before else known
    return Told({**fields, "end": known}, found.own, (*found.rules, "the day of the sentence before"))


def _ends_on(here: Scene, before_it: Told | None, fields: Mapping[str, Any], position: int) -> date | None:
    """Return the day, told by the claim before, that sessions end on: "fell 2% on Tuesday, 17% in four sessions"."""
    if fields.get("span") not in ("sessions", "days") or fields.keys() & {"end", "before", "event", "news"}:
        return None
    day = (
        before_it.fields.get("end") if before_it is not None and before_it.fields.get("span", "day") == "day" else None
    )
    behind = any(item.kind == "after" and item.start < position for item in here.items)
    return None if behind else day


def _is_of_an_aside(here: Scene, topic: Topic) -> bool:
    """Tell whether the day spoken of last is one before the text's own, and was told of others."""
    day, first = here.memory.day, here.memory.first_day
    if day is None or here.memory.day_age > _SAME_DAY:
        return False
    names, told = [name.symbol for name in topic.names], here.memory.day_of
    abroad = here.memory.first_of and not any(map(is_american, here.memory.first_of))
    if abroad and names and told and all(map(is_american, (*names, *told))):
        return False  # a night in New York in an article of Hanoi
    others = bool(here.memory.day_of) and not here.memory.day_of & {name.symbol for name in topic.names}
    if not here.memory.day_priced and first is not None and day < first:
        return True  # "which on Friday raised its target"
    return others and (not here.memory.day_priced or here.memory.undated or (first is not None and day < first))


def _days_own(here: Scene) -> date | None:
    """Return the first day that a text spoke of, where it is one of the last days: what it goes on about."""
    first, said = here.memory.first_day, here.held.day
    return first if first is not None and said is not None and 0 <= (said - first).days <= _OF_NOW else None


def _day_of_a_level(here: Scene, position: int) -> date | None:
    """Return the day of the clause before, where that tells a price: "closed at $34.10 on Monday, down 10.8%"."""
    number = here.clause_at(position)
    items = here.clauses[number - 1].items if number else ()
    if items and items[0].kind == "relative":
        return None  # "which posted earnings of $2.35 a share on Tuesday"
    days = [item for item in items if item.kind == "date" and item.value.kind == "day" and item.value.resolved.first]
    priced = any(item.kind == "figure" and item.value.kind in ("amount", "points", "bare") for item in items)
    begins = here.is_covered(here.clauses[number].start, position)
    said = here.held.day
    if not (priced and begins and len(days) == 1) or (said is not None and days[0].value.resolved.first > said):
        return None
    found: date = days[0].value.resolved.first
    return found
