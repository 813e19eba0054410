"""The market time of a claim: dates, durations, parts of the session and news around its figure become a Window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from events.model import News, Window
from events.reading.clauses import Item
from events.reading.dates import DateToken
from events.reading.price_back import (
    is_before_then,
    is_behind_a_row,
    is_compared_with,
    is_session_before,
    lately,
    sessions_before,
    week_of_the_day,
)
from events.reading.price_ends import is_an_end, is_no_time
from events.reading.price_news import NewsDays
from events.reading.scene import Scene, Topic
from events.reading.words import pattern

_SESSION_DAYS = ("sessions", "days")
_STEPS = {"weeks": 7, "months": 30, "quarters": 91, "years": 365, "decades": 3652}
_OUTSIDE = ("pre-market", "after-hours")
_SOME_DAY = {"span": "day"}  # a day of which only the date is still to be found
_ALONE = 6  # letters besides the date in a clause that is nothing but a date: "Back in 2022,"
GOING_ON = ("year-to-date", "month", "quarter", "week")
_CURRENT = ("week", "month", "quarter")
_PERIODS = ("week", "month", "quarter", "half", "year", "between")


class Told(NamedTuple):
    """The window that words tell: its fields, whether the words are the claim's own, and the rules that read them.

    `unsaid` tells that one day of a longer period is meant, and that the words do not say which.
    """

    fields: Mapping[str, Any]
    own: bool
    rules: tuple[str, ...]
    unsaid: bool = False

    def window(self, **changes: Any) -> Window:
        """Return it as a Window."""
        fields = {**self.fields, **changes}
        fields.pop("before", None)
        start, end = fields.get("start"), fields.get("end")
        if start and end and start > end:
            fields.pop("start")
        return Window(**fields)


def span_of(here: Scene, item: Item) -> tuple[dict[str, Any], str] | None:
    """Return the fields of the span that one token tells, None for a token that tells none."""
    if is_session_before(here, item):
        return {"span": "day", "before": 1}, f"{item.text}: the session before"
    if count := sessions_before(here, item):
        return {"span": "sessions", "count": count, "before": 1}, f"{item.text}: sessions before the day spoken of"
    if is_no_time(here, item) or is_compared_with(here, item) or is_behind_a_row(here, item):
        return None
    if item.kind == "date":
        fields = _dated(here, item.value)
        return (fields, f"{item.text}: {item.value.rule}") if fields else None
    if item.kind == "span" and pattern("day-of-another", here.held.name).match(here.held.text, item.end):
        return None
    if item.kind == "span" and item.first != "day":
        of_worst = any(one.kind == "worst" and abs(one.end - item.start) <= 12 for one in here.items)
        return ({"span": item.first}, item.text) if of_worst else None
    if item.kind == "lasting":
        return {"span": "sessions" if _in_a_row(here, item) else "days", "count": int(item.first)}, item.text
    if item.kind == "lately" and item.value == "first":
        return dict(_SOME_DAY), item.text
    if item.kind == "lately":
        fields = week_of_the_day(here, item) or lately(item.first, item, here.held.day)
        return (fields, item.text) if fields else None
    if item.kind == "figure" and item.value.kind == "duration" and item.value.quantity is not None:
        fields = _lasting(here, item)
        return (fields, f"{item.text}: a duration") if fields else None
    return None


def session_before(day: date) -> date:
    """Return the weekday before a day."""
    return day - timedelta(days=3 if day.weekday() == 0 else 1)


def is_since(here: Scene, token: DateToken) -> bool:
    """Tell whether words around a date make it the beginning of a span that goes on."""
    text, name = here.held.text, here.held.name
    first = max(here.start, token.start - 40)
    before = [one.end for one in here.items if one.kind == "date" and first < one.end <= token.start]
    return bool(
        pattern("since-before", name).search(text[max([first, *before]) : token.start])
        or pattern("since-behind", name).match(text, token.end)
    )


def day_among(here: Scene, items: Iterable[Item]) -> date | None:
    """Return the first day that some tokens name and that nothing is counted from."""
    days = [item.value for item in items if item.kind == "date" and item.value.kind == "day"]
    return next((one.resolved.first for one in days if one.resolved.first and not is_since(here, one)), None)


def _dated(here: Scene, token: DateToken) -> dict[str, Any] | None:  # noqa: PLR0912  # one line a kind of date
    first, last, kind = token.resolved.first, token.resolved.last, token.kind
    said = here.held.day
    if token.problem and first is None and kind not in ("day", "week", "month", "year"):
        return None
    if first is not None and said is not None and first > said and kind != "year-to-date":
        return None
    if kind != "day" and _is_of_results(here, token):
        return None
    if token.parts.part and kind in ("month", "quarter", "year"):
        before = here.held.text[max(here.start, token.start - 20) : token.start]
        if pattern("turn-of", here.held.name).search(before):
            return dict(_SOME_DAY)  # phiên cuối tháng 6: the last session of June
    if kind == "year-to-date":
        over = first is not None and said is not None and first.year < said.year
        if over and pattern("goes-on").search(token.text):
            return None if _is_of_a_superlative(here, token) else {"span": "since", "start": first}
        return {"span": "year", "start": first, "end": last} if over else {"span": "year-to-date"}
    if kind in ("year-ago", "decade"):
        return None
    if is_since(here, token):
        if _is_of_a_superlative(here, token):
            return None
        if kind in _CURRENT and said is not None and first and last and first <= said <= last and not token.parts.part:
            return {"span": kind}  # 本季至今: from the last close of the quarter before
        late = token.parts.part == "late" or here.held.text[max(0, token.start - 8) : token.start].endswith("end of ")
        return {"span": "since", "start": last if late else first}
    if kind == "day":
        return {"span": "day", "end": first} if first else {"span": "day"}
    if kind == "span":
        return _stretch(token, said)
    if kind in ("years", "season", "first-of-year"):
        return {"span": "between", "start": first, "end": last} if first else None
    if kind == "year":
        if first and said and first.year == said.year and token.parts.part in ("", "late"):
            return {"span": "year-to-date"}
        if token.parts.relative_year == 0:
            return {"span": "year-to-date"}
        return {"span": "year", "start": first, "end": last} if first else None
    if first is None or last is None:
        return {"span": kind}
    if said is not None and first <= said <= last:
        return {"span": kind}
    return {"span": kind, "start": first, "end": last}


def _is_of_results(here: Scene, token: DateToken) -> bool:
    """Tell whether a period is that of results or of another figure: "fourth-quarter results", 第四季业绩."""
    for item in here.items:
        if item.start >= token.end and item.kind != "filler":
            return (
                item.kind in ("event", "metric")
                and here.is_covered(token.end, item.start)
                and item.start - token.end < 8
            )
    return False


def _is_of_a_superlative(here: Scene, token: DateToken) -> bool:
    """Tell whether a date is what a superlative is measured since: "worst day since 2022", 2022年11月以来最糟糕的."""
    clause = here.clauses[here.clause_at(token.start)]
    return any(
        item.kind in ("worst", "record")
        and (token.end <= item.start < token.end + 24 if here.held.name == "zh" else item.end <= token.start)
        for item in clause.items
    )


def _stretch(token: DateToken, said: date | None) -> dict[str, Any] | None:
    count, unit = 1 if token.parts.count is None else token.parts.count, token.parts.unit
    if token.parts.direction > 0 or not count:
        return None
    if unit in _SESSION_DAYS:
        return {"span": unit, "count": count}
    if count == 1 and unit in ("weeks", "months", "quarters"):
        return {"span": unit.rstrip("s")}
    start = token.resolved.first
    return {"span": "since", "start": start} if start else None


def _lasting(here: Scene, item: Item) -> dict[str, Any] | None:
    token = item.value
    count, unit = token.quantity.value, token.quantity.unit
    before = here.held.text[max(here.start, token.start - 16) : token.start]
    if (
        count < 1
        or count != int(count)
        or token.quantity.high is not None
        or pattern("not-lasting").match(here.held.text, token.end)
    ):
        return None
    if not (pattern("lasting", here.held.name).search(before) or _in_a_row(here, item) or _opens(here, item)):
        return None
    if unit in _SESSION_DAYS:
        return {"span": unit, "count": int(count)}
    if unit in _STEPS and here.held.day and count * _STEPS[unit] < 36_500:
        return {"span": "since", "start": here.held.day - timedelta(days=int(count * _STEPS[unit]))}
    return None


def _opens(here: Scene, item: Item) -> bool:
    """Tell whether sessions that a clause begins with are its time: "bốn phiên mất gần 17%", 四个交易日跌近17%."""
    clause = here.clauses[here.clause_at(item.start)]
    sessions = item.value.quantity.unit in _SESSION_DAYS and here.held.name != "en"
    return sessions and item.start == clause.start and clause.items[0] is item


def _in_a_row(here: Scene, item: Item) -> bool:
    return any(one.kind == "streak" and abs(one.start - item.start) < 24 for one in here.items)


def told(
    here: Scene, topic: Topic, after: Iterable[Item], before: Iterable[Item], earlier: Iterable[Item], days: NewsDays
) -> Told:
    """Return the window of a figure: words behind it count before those in front, those before those of clauses before.

    Each group comes nearest first.
    """
    fields: dict[str, Any] = {}
    rules: list[str] = []
    own = unsaid = single = False
    groups = [list(after), list(before), list(earlier)]
    for group in groups:
        for item in group:
            if reason := _without_a_date(here, item, is_first=not fields, own=group is not groups[2]):
                return Told({}, False, (f"{item.text}: {reason}",), unsaid=True)
            if not (found := span_of(here, item)):
                single = single or (group is not groups[2] and _is_single_day(item))
                continue
            if _is_of_news(here, item, found[0]) and "end" not in fields:
                fields["event"] = found[0]["end"]
                rules.append(f"news: {item.text}")
                own = True
                continue
            if fields and not (fields == _SOME_DAY and item.kind == "date" and "end" in found[0]):
                is_open = _is_open(fields)
                if item.kind == "date" and (is_open or (fields["span"] in GOING_ON and "end" not in fields)):
                    fields |= _until(here, item, found[0], days=is_open)
                if item.kind == "date" and is_open:
                    unsaid = unsaid or _frames(here, item, found[0], elsewhere=group is groups[2])
                continue
            if fields and found[0]["span"] != "day":
                unsaid = unsaid or _frames(here, item, found[0], elsewhere=group is groups[2])
                continue
            fields, rule = dict(found[0]), found[1]
            own = True
            rules.append(f"window: {rule}")
            _add_daypart(fields, item)
    unsaid = (unsaid and _is_open(fields)) or (single and fields.get("span") in _PERIODS and "start" in fields)
    parts = [item for group in groups[:2] for item in group if item.kind == "part" and item.first != "early"]
    beside = [item for item in (*parts, *groups[2]) if item.kind == "part" and item.first in _OUTSIDE]
    part = beside[0] if beside and (not parts or parts[0].first == "intraday") else parts[0] if parts else None
    if part is not None:
        _add_part(fields, part)
        rules.append(f"part of the session: {part.text}")
        own = own or part in groups[0] or part in groups[1] or (here.held.name == "zh" and part.first in _OUTSIDE)
    rules += _add_timing(here, groups, fields)
    if fields == _SOME_DAY and any(item.kind == "lately" and item.value == "first" for item in groups[0] + groups[1]):
        fields["before"] = 0  # 首日: a day that must be told elsewhere
    if "end" not in fields and fields.get("span", "day") in ("day", "since") and not fields.get("start"):
        rules += _add_news(here, topic, [item for group in groups for item in group], days, fields)
    return Told(fields, own, tuple(rules), unsaid)


def _is_of_news(here: Scene, item: Item, dated: Mapping[str, Any]) -> bool:
    """Tell whether a day is that of what somebody said: "rose 1% after announcing on Friday"."""
    if item.kind != "date" or dated.get("span") != "day" or "end" not in dated:
        return False
    return bool(pattern("told-by-news", here.held.name).search(here.text(max(here.start, item.start - 80), item.start)))


def _without_a_date(here: Scene, item: Item, *, is_first: bool, own: bool) -> str:
    """Return why a token tells a time that no window can be found for, "" where it does not."""
    if is_before_then(here, item):
        return "counted from a time that is not told"
    if item.kind == "date" and (reason := is_an_end(here, item, is_first=is_first)):
        return reason
    if is_first and item.kind == "date" and "no such date" in item.value.problem:
        return str(item.value.problem)
    return "after the publication" if is_first and own and _is_to_come(here, item) else ""


def _add_timing(here: Scene, groups: list[list[Item]], fields: dict[str, Any]) -> list[str]:
    """Add the time of the day at which news came, or the hours after the session that a change was in."""
    timings = [item for group in groups for item in group if item.kind == "timing" and not _reports_then(here, item)]
    if not timings:
        return []
    if _is_after_hours(here, timings[0], groups[0], fields):
        fields["part"] = "after-hours"
        return [f"part of the session: {timings[0].text}"]
    fields["timing"] = timings[0].first
    return [f"timing: {timings[0].text}"]


def _is_after_hours(here: Scene, timing: Item, after: list[Item], fields: Mapping[str, Any]) -> bool:
    """Tell whether a change was in the hours after a session: "climbed 3% after the bell", with nothing between."""
    if here.held.name != "en" or timing.first != "after-close" or "part" in fields or timing not in after:
        return False
    return any(one.kind == "figure" and 0 <= timing.start - one.end <= 1 for one in here.items)


def _reports_then(here: Scene, item: Item) -> bool:
    """Tell whether a time of the day is that of a report to come: "due to report after the close"."""
    return bool(pattern("reports-later").search(here.text(max(here.start, item.start - 40), item.start)))


def _is_to_come(here: Scene, item: Item) -> bool:
    """Tell whether a move of the past is told of a day after the publication, which is no day that it can be of."""
    said = here.held.day
    if item.kind != "date" or item.value.kind != "day" or said is None or item.value.resolved.first is None:
        return False
    event = any(one.kind in ("event", "metric", "forecast") and abs(one.start - item.end) < 24 for one in here.items)
    before = here.text(max(here.start, item.start - 48), item.start)
    return item.value.resolved.first > said and not event and not pattern("ahead-of").search(before)


def _is_open(fields: Mapping[str, Any]) -> bool:
    """Tell whether a window of days has no date yet."""
    return fields.get("span") in ("day", *_SESSION_DAYS) and "end" not in fields


def _until(here: Scene, item: Item, dated: Mapping[str, Any], *, days: bool) -> dict[str, Any]:
    """Return the end of days that are counted ("to November 4") or of a time that goes on ("Before Wednesday")."""
    if dated["span"] != "day" or "end" not in dated:
        return {}
    before = here.text(max(here.start, item.start - 16), item.start)
    if not days and pattern("before-a-day", here.held.name).search(before):
        return {"end": session_before(dated["end"])}
    return {"end": dated["end"]} if item.value.role == "until" else {}


def _is_single_day(item: Item) -> bool:
    return item.kind == "span" and item.first == "day" and bool(pattern("single-day").fullmatch(item.text))


def _frames(here: Scene, item: Item, period: Mapping[str, Any], *, elsewhere: bool) -> bool:
    """Tell whether a past period is where a day is looked for: "in February 2022 it fell 5% in a day".

    It stands in the clause itself, or as a clause of its own before it (`elsewhere`).
    """
    if item.kind != "date" or "start" not in period or period["span"] == "since":
        return False
    clause = here.clauses[here.clause_at(item.start)]
    return not elsewhere or clause.end - clause.start - len(item.text) <= _ALONE


def _add_daypart(fields: dict[str, Any], item: Item) -> None:
    if (
        item.kind == "date"
        and fields.get("span") == "day"
        and item.value.parts.daypart in ("pre-market", "after-hours")
    ):
        fields["part"] = item.value.parts.daypart


def _add_part(fields: dict[str, Any], item: Item) -> None:
    if item.has("touched") and fields.get("span", "day") != "day":
        fields["suffered"] = True
    elif "part" not in fields:
        fields["part"] = item.first


def _add_news(here: Scene, topic: Topic, items: list[Item], days: NewsDays, fields: dict[str, Any]) -> list[str]:
    event = next((item for item in items if item.kind == "event" and _answers(here, item, items, fields)), None)
    if event is None:
        return []
    if event.first in ("renaming", "listing"):
        fields["span"] = "since"
    kind: News = event.first  # type: ignore[assignment]  # the table's words are those of News
    known = next((days[key] for name in topic.names if (key := (name.symbol, kind)) in days), None)
    if known is None:
        fields["news"] = kind
        return [f"news: {event.text}, without a date"]
    if fields.get("span") == "since":
        fields["start"] = known.day
        return [f"news: {event.text}, dated elsewhere in the text"]
    fields["event"] = known.day
    if known.timing and "timing" not in fields:
        fields["timing"] = known.timing
    return [f"news: {event.text}, dated elsewhere in the text"]


def _answers(here: Scene, event: Item, items: list[Item], fields: Mapping[str, Any]) -> bool:
    """Tell whether a move is told as an answer to news: "after the results", 财报公布后, "sau khi công bố"."""
    if event.first in ("renaming", "listing"):
        return fields.get("span") == "since" or any(item.kind in ("since", "after") for item in items)
    text, name = here.held.text, here.held.name
    before = text[max(here.start, event.start - 40) : event.start]
    behind = pattern("answers-behind", name).match(text, event.end)
    return bool(behind or pattern("answers-before", name).search(before)) or event.has("answered")
