"""Phrases -> readings: which two sessions a claim's words compare, under each conventional reading of CHECKING.md.

Everything here is columns: one row a claim, all on one exchange calendar. A reading answers for many rows at once with
the session its window starts from (`start`, whose close is the base) and the session it ends in (`end`); ABSENT stands
where a row has no such session. Prices are not looked at, save by the readings that seek a lowest or highest price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from events.model import SessionPart, Span
from timeline.sessions import Calendar

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ABSENT = -(1 << 31)
SPANS: tuple[Span, ...] = get_args(Span)
PARTS: tuple[SessionPart, ...] = get_args(SessionPart)
SPAN = {name: code for code, name in enumerate(SPANS)}
PART = {name: code for code, name in enumerate(PARTS)}

# When the news came that a move answers to.
UNKNOWN_TIME, AFTER_CLOSE, BY_CLOSE = 0, 1, 2

# Days from 1970-01-01, a Thursday, back to the Monday of its week.
_MONDAY = 3


@dataclass(frozen=True, slots=True)
class Rows:
    """Claims on one calendar as columns of one length: what the words say, and where the publication leaves them.

    Days count from 1970-01-01. `literal` is the last session that had closed at the publication, `running` the session
    in progress then, `local_day` the day of the publication at the exchange; ABSENT where unknown.
    """

    span: Integers
    count: Integers
    part: Integers
    suffered: Flags
    start_day: Integers
    end_day: Integers
    event_day: Integers
    news: Integers
    literal: Integers
    running: Integers
    upcoming: Integers

    def __len__(self) -> int:
        return len(self.span)

    def take(self, index: Integers | Flags) -> Rows:
        """Return some of the rows; `index` of every row, in order, costs nothing."""
        if len(index) == len(self) and index.dtype != np.bool_:
            return self
        return Rows(*(getattr(self, name)[index] for name in self.__slots__))

    def run(self, block: slice) -> Rows:
        """Return a run of the rows, as views."""
        return Rows(*(getattr(self, name)[block] for name in self.__slots__))

    def ending(self, sessions: Integers) -> Rows:
        """Return the same rows with another last session, for the rule about an earlier end."""
        absent = np.full(len(self), ABSENT)
        return Rows(
            **{name: getattr(self, name) for name in self.__slots__}
            | {"literal": sessions, "running": absent, "upcoming": absent}
        )


class Windows(NamedTuple):
    """What one reading gives: rows it speaks of (indexes into Rows), and their start and end sessions."""

    rows: Integers
    start: Integers
    end: Integers


def open_end(rows: Rows) -> Flags:
    """Tell which rows leave their end to the publication: no date named, no news to anchor on, no part of a session."""
    plain = (rows.part == PART[""]) | (rows.part == PART["close"])
    return np.asarray((rows.end_day == ABSENT) & (rows.event_day == ABSENT) & plain)


def undated(rows: Rows) -> Flags:
    """Tell which rows have no end at all: nothing named, and an article without a date."""
    return np.asarray((rows.end_day == ABSENT) & (rows.event_day == ABSENT) & (rows.literal == ABSENT))


def exact(calendar: Calendar, days: Integers) -> Integers:
    """Return the session of each day, ABSENT where the exchange was closed."""
    found = at_or_before(calendar, days)
    hit = (found >= 0) & (calendar.days[np.maximum(found, 0)] == days)
    return np.where(hit, found, ABSENT)


def at_or_before(calendar: Calendar, days: Integers) -> Integers:
    """Return the last session not after each day, ABSENT before the calendar begins or where the day is ABSENT."""
    found = calendar.at_or_before_many(days)  # -1 for an ABSENT day too: it lies before every calendar
    return _absent_where(found < 0, found)


def last_session(rows: Rows, calendar: Calendar) -> Integers:
    """Return the session in which a span of several sessions ends: the date named, else the last closed one."""
    named = rows.end_day != ABSENT
    found = at_or_before(calendar, rows.end_day)
    return found if named.all() else np.where(named, found, rows.literal)


def _windows(index: Integers, start: Integers, end: Integers) -> Windows:
    return Windows(index, _absent_where((end == ABSENT) | (start < 0), start), end)


def _absent_where(lacking: Flags, sessions: Integers) -> Integers:
    return np.where(lacking, ABSENT, sessions) if lacking.any() else sessions


def _forward(windows: Windows) -> Windows:
    """Return the windows that end after they start: others, such as a week without a session, give no reading."""
    index, start, end = windows
    kept = (start == ABSENT) | (end == ABSENT) | (start < end)
    return windows if kept.all() else Windows(index[kept], start[kept], end[kept])


def _of(rows: Rows, *spans: Span) -> Integers:
    wanted = rows.span == SPAN[spans[0]]
    for span in spans[1:]:
        wanted = wanted | (rows.span == SPAN[span])
    return np.flatnonzero(wanted)


def literal_day(rows: Rows, calendar: Calendar) -> Integers:
    """Return the session that a one-day claim means word for word."""
    named = np.where(rows.end_day != ABSENT, rows.end_day, rows.event_day)
    running = np.where((rows.running != ABSENT) & (rows.part != PART["close"]), rows.running, rows.literal)
    return np.where(named != ABSENT, exact(calendar, named), running)


def _day(rows: Rows, calendar: Calendar, *parts: SessionPart) -> Windows:
    wanted = np.logical_or.reduce([rows.part == PART[part] for part in parts]) & (rows.span == SPAN["day"])
    index = np.flatnonzero(wanted)
    end = literal_day(rows.take(index), calendar)
    return _windows(index, end - 1, end)


def day(rows: Rows, calendar: Calendar) -> Windows:
    """The session itself, against the close before."""
    index, start, end = _day(rows, calendar, "", "close")
    kept = ~_before_the_news(rows)[index]
    return Windows(index[kept], start[kept], end[kept])


def day_of_late_news(rows: Rows, calendar: Calendar) -> Windows:
    """The session that was over when the news came: the literal day of a move that cannot have answered to it."""
    index, start, end = _day(rows, calendar, "")
    kept = _before_the_news(rows)[index]
    return Windows(index[kept], start[kept], end[kept])


def _before_the_news(rows: Rows) -> Flags:
    late = (rows.news == AFTER_CLOSE) & (rows.event_day != ABSENT) & (rows.part == PART[""])
    return np.asarray(late & ((rows.end_day == ABSENT) | (rows.end_day == rows.event_day)))


def touched(rows: Rows, calendar: Calendar) -> Windows:
    """The session whose high or low is meant."""
    return _day(rows, calendar, "intraday")


def opened(rows: Rows, calendar: Calendar) -> Windows:
    """The session whose open is meant."""
    return _day(rows, calendar, "open")


def next_session(rows: Rows, calendar: Calendar) -> Windows:
    """The session after the news, where the news came after the close (or on a day without a session)."""
    return _next(rows, calendar, AFTER_CLOSE, "")


def next_session_if_late(rows: Rows, calendar: Calendar) -> Windows:
    """The session after the news, where nobody says when in the day it came."""
    return _next(rows, calendar, UNKNOWN_TIME, "")


def next_touched(rows: Rows, calendar: Calendar) -> Windows:
    """The session after the news whose high or low is meant, where the news came after the close."""
    return _next(rows, calendar, AFTER_CLOSE, "intraday")


def _next(rows: Rows, calendar: Calendar, news: int, part: SessionPart) -> Windows:
    named = rows.event_day  # a claim of a date that speaks of no news means that date
    plain = (rows.span == SPAN["day"]) & (rows.part == PART[part])
    closed = exact(calendar, named) == ABSENT
    late = (rows.news == news) | (closed & (rows.event_day != ABSENT) & (news == AFTER_CLOSE))
    index = np.flatnonzero(plain & (named != ABSENT) & late & ~(closed & (news == UNKNOWN_TIME)))
    end = at_or_before(calendar, named[index]) + 1
    return _windows(index, end - 1, np.where(end < 0, ABSENT, end))


def before_open(rows: Rows, calendar: Calendar) -> Windows:
    """The session whose open stands in for its pre-market price."""
    index = np.flatnonzero(rows.part == PART["pre-market"])
    some = rows.take(index)
    named = np.where(some.end_day != ABSENT, some.end_day, some.event_day)
    end = np.where(named != ABSENT, exact(calendar, named), some.upcoming)
    return _windows(index, end - 1, end)


def after_hours(rows: Rows, calendar: Calendar) -> Windows:
    """The session after whose close the price was quoted; the next open stands in for it."""
    index = np.flatnonzero(rows.part == PART["after-hours"])
    some = rows.take(index)
    named = np.where(some.end_day != ABSENT, some.end_day, some.event_day)
    start = np.where(named != ABSENT, exact(calendar, named), some.literal)
    return _windows(index, start, np.where(start == ABSENT, ABSENT, start + 1))


def after_hours_filed_late(rows: Rows, calendar: Calendar) -> Windows:
    """The same, told on the morning after: the named day is the one that opened with the move."""
    index, _, end = after_hours(rows, calendar)
    return _windows(index, end - 2, np.where(end == ABSENT, ABSENT, end - 1))


def sessions(rows: Rows, calendar: Calendar) -> Windows:
    """From n sessions before the last one."""
    index = _of(rows, "sessions", "days")
    some = rows.take(index)
    end = last_session(some, calendar)
    return _windows(index, end - some.count, end)


def calendar_days(rows: Rows, calendar: Calendar) -> Windows:
    """From the close n calendar days before, where the word is "days"."""
    index = _of(rows, "days")
    some = rows.take(index)
    end = last_session(some, calendar)
    start = at_or_before(calendar, np.where(end < 0, ABSENT, calendar.days[np.maximum(end, 0)] - some.count))
    return _windows(index, start, end)


PERIODS: tuple[Span, ...] = ("week", "month", "quarter", "half", "year", "year-to-date")
_MONTHS: dict[Span, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "year-to-date": 12}


def period_first_day(days: Integers, span: Span) -> Integers:
    """Return the first calendar day of the period that holds each day (a week begins on Monday)."""
    if span == "week":
        return days - (days + _MONDAY) % 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = months - months % _MONTHS[span]
    return first.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _next_period(first: Integers, span: Span) -> Integers:
    if span == "week":
        return first + 7
    months = first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _MONTHS[span]
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def period(rows: Rows, calendar: Calendar) -> Windows:
    """From the last close before the week, month, quarter, half or year to its end, or to where it stands.

    A date named inside a period that was over at the publication means the whole of it; year to date ends where it
    is said to.
    """
    parts = []
    for span in PERIODS:
        index = _of(rows, span)
        if not len(index):
            continue
        some = rows.take(index)
        literal_days = np.where(some.literal < 0, ABSENT, calendar.days[np.maximum(some.literal, 0)])
        named = some.end_day != ABSENT
        anchor = np.where(named, some.end_day, literal_days)
        safe = np.where(anchor == ABSENT, 0, anchor)
        first = period_first_day(safe, span)
        last = _next_period(first, span) - 1
        until = anchor if span == "year-to-date" else np.where(named, last, anchor)
        unfinished = named & (literal_days != ABSENT) & (literal_days < until) & (literal_days >= first)
        until = np.where(unfinished & (span != "year-to-date"), np.maximum(literal_days, anchor), until)
        end = at_or_before(calendar, np.where(anchor == ABSENT, ABSENT, until))
        start = at_or_before(calendar, np.where(anchor == ABSENT, ABSENT, first - 1))
        parts.append(_forward(_windows(index, start, end)))
    return _joined(parts)


def rolling(rows: Rows, calendar: Calendar) -> Windows:
    """From the close a week, a month, a quarter, half a year or a year before, where no date is named."""
    parts = []
    for span in PERIODS[:-1]:
        index = _of(rows, span)
        index = index[rows.end_day[index] == ABSENT]
        if not len(index):
            continue
        end = rows.literal[index]
        last = np.where(end < 0, 0, calendar.days[np.maximum(end, 0)])
        start = at_or_before(calendar, np.where(end < 0, ABSENT, _earlier(last, span)))
        parts.append(_windows(index, start, end))
    return _joined(parts)


def _earlier(days: Integers, span: Span) -> Integers:
    """Return the same day a period earlier; a day that the earlier month lacks becomes that month's last."""
    if span == "week":
        return days - 7
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day_of_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    earlier = months - np.timedelta64(_MONTHS[span], "M")
    month_end = ((earlier + 1).astype("datetime64[D]")).astype(np.int64) - 1
    return np.asarray(np.minimum(earlier.astype("datetime64[D]").astype(np.int64) + day_of_month, month_end))


def since(rows: Rows, calendar: Calendar) -> Windows:
    """From the close before the date or event to the end named, or to the last close before the publication."""
    index = _of(rows, "since", "between")
    some = rows.take(index)
    start_day = np.where(some.start_day != ABSENT, some.start_day, some.event_day)
    start = at_or_before(calendar, np.where(start_day == ABSENT, ABSENT, start_day - 1))
    return _forward(_windows(index, start, last_session(some, calendar)))


def since_its_close(rows: Rows, calendar: Calendar) -> Windows:
    """The same, from the close of the date itself."""
    index = _of(rows, "since", "between")
    some = rows.take(index)
    start_day = np.where(some.start_day != ABSENT, some.start_day, some.event_day)
    return _forward(_windows(index, at_or_before(calendar, start_day), last_session(some, calendar)))


def since_to_extreme(rows: Rows, calendar: Calendar) -> Windows:
    """The same to the lowest (highest) close since, where the text speaks of a loss suffered.

    Without a publication date the search goes on to the last session held, and shows the nearest reading of a claim
    that stays unchecked (`undated`).
    """
    index, start, end = since(rows, calendar)
    some = rows.take(index)
    start_day = np.where(some.start_day != ABSENT, some.start_day, some.event_day)
    start = at_or_before(calendar, np.where(start_day == ABSENT, ABSENT, start_day - 1))
    end = np.where(undated(some), len(calendar.days) - 1, end)
    return Windows(index[some.suffered], start[some.suffered], end[some.suffered])


def _joined(parts: list[Windows]) -> Windows:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Windows(nothing, nothing, nothing)
    index = np.concatenate([part.rows for part in parts])
    order = np.argsort(index, kind="stable")
    return Windows(*(np.concatenate(column)[order] for column in zip(*parts, strict=True)))


def last_whole_period(rows: Rows, calendar: Calendar, span: Span) -> Integers:
    """Return the last session of the week or month that is named, or of the last one that was over; ABSENT for none."""
    found = np.full(len(rows), ABSENT)
    index, _, end = period(replace(rows, span=np.full(len(rows), SPAN[span])), calendar)
    place = np.clip(end, 0, len(calendar.days) - 2)
    firsts, following = (period_first_day(calendar.days[place + k].astype(np.int64), span) for k in (0, 1))
    whole = np.where(firsts == following, at_or_before(calendar, firsts - 1), end)
    found[index] = np.where(end == ABSENT, ABSENT, whole)
    return found


def window_end(rows: Rows, calendar: Calendar) -> Integers:
    """Return the last session of each window: a day the session meant, a period where it ends or stands."""
    whole = np.full(len(rows), ABSENT)
    index, _, end = period(rows, calendar)
    whole[index] = end
    several = np.where(whole != ABSENT, whole, last_session(rows, calendar))
    return np.where(rows.span == SPAN["day"], literal_day(rows, calendar), several)
