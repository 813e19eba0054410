"""The parts of a written date turned into days: years that were left out, relative words, dates that cannot be."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import msgspec

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}
_OPEN = "no year is written, and no publication date is known to resolve it against"


class Parts(msgspec.Struct, frozen=True, gc=False):
    """What stands written: numbers as they are, relative words as steps (last year: -1). None for what is not there."""

    year: int | None = None
    last_year: int | None = None  # of "2021-2023"
    relative_year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None
    weekday: int | None = None
    week: int | None = None
    relative_day: int | None = None
    relative_week: int | None = None
    relative_month: int | None = None
    relative_step: int | None = None
    relative_quarter: int | None = None
    season: str = ""
    part: str = ""
    daypart: str = ""
    fiscal: bool = False
    count: int | None = None
    unit: str = ""
    direction: int = -1


class Resolved(msgspec.Struct, frozen=True, gc=False):
    """What a date means: the name of the period, its first and last day, whether the publication was needed."""

    period: str = ""
    first: date | None = None
    last: date | None = None
    inferred: bool = False
    problem: str = ""


def resolve(kind: str, parts: Parts, published: date | None) -> Resolved:
    """Return what `parts` mean for a text published on `published` (None: unknown). Never raises."""
    inferred = parts.year is None
    try:
        year = _year(parts, published)
        found = _RESOLVERS[kind](parts, year, published)
    except (ValueError, OverflowError):
        return Resolved(problem=_impossible(parts))
    if found is None:
        return Resolved(problem=_OPEN) if inferred and kind not in _WITHOUT else Resolved()
    if kind == "day" and parts.day is not None and parts.weekday is not None and found[1] is not None:
        return on_weekday(Resolved(*found, inferred), parts.weekday)
    return Resolved(*found, inferred)


def on_weekday(found: Resolved, weekday: int) -> Resolved:
    """Return a day as it is where it falls on that weekday (Monday 0), else the problem that it does not."""
    if found.first is None or found.first.weekday() == weekday:
        return found
    return Resolved(
        problem=f"there is no such date: {found.first} is a {_WEEKDAYS[found.first.weekday()]}, "
        f"not a {_WEEKDAYS[weekday]}"
    )


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WITHOUT = ("year-ago", "decade", "span")
_Found = tuple[str, date | None, date | None] | None


def _year(parts: Parts, published: date | None) -> int | None:
    if parts.year is not None:
        return parts.year
    if parts.relative_year is not None and published:
        return published.year + parts.relative_year
    return None


def _impossible(parts: Parts) -> str:
    names = ("year", "month", "day", "quarter")
    written = " ".join(f"{name} {value}" for name in names if (value := getattr(parts, name)) is not None)
    return f"there is no such date: {written or 'out of the range of calendars'}"


def _named(day: date) -> _Found:
    return day.isoformat(), day, day


def _day(parts: Parts, year: int | None, published: date | None) -> _Found:
    if parts.month is not None and parts.day is not None:
        if year is not None:
            return _named(date(year, parts.month, parts.day))
        date(2000, parts.month, parts.day)  # a day that no year has is a fault, with or without a publication
        if parts.relative_year is not None or published is None:
            return None
        return _named(_latest(published, parts.month, parts.day))
    if published is None:
        return None
    if parts.relative_day is not None:
        return _named(published + timedelta(days=parts.relative_day))
    if parts.weekday is not None:
        return _named(_weekday(parts, published))
    if parts.day is not None:
        return _named(_latest_day(published, parts.day))
    return None


def _latest(published: date, month: int, day: int) -> date:
    for back in range(9):
        year = published.year - back
        if day <= monthrange(year, month)[1] and date(year, month, day) <= published:
            return date(year, month, day)
    raise ValueError("no such day")


def _latest_day(published: date, day: int) -> date:
    year, month = published.year, published.month
    for _ in range(3):
        if day <= monthrange(year, month)[1] and date(year, month, day) <= published:
            return date(year, month, day)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    raise ValueError("no such day")


def _weekday(parts: Parts, published: date) -> date:
    monday = published - timedelta(days=published.weekday())
    wanted = int(parts.weekday or 0)
    if parts.week is None:
        return published - timedelta(days=(published.weekday() - wanted) % 7)
    return monday + timedelta(weeks=parts.week, days=wanted)


def _month(parts: Parts, year: int | None, published: date | None) -> _Found:
    month = parts.month
    if month is None and published and parts.relative_month is not None:
        total = published.year * 12 + published.month - 1 + parts.relative_month
        year, month = total // 12, total % 12 + 1
    elif month is not None:
        date(2000, month, 1)
        if year is None and published and parts.relative_year is None:
            step = parts.relative_step
            year = published.year - (1 if month > published.month else 0)
            if step is not None and step < 0 and month == published.month:
                year -= 1
            elif step is not None and step > 0 and month <= published.month:
                year += 1
    if year is None or month is None:
        return None
    last = monthrange(date(year, month, 1).year, month)[1]
    return f"{year}-{month:02d}", date(year, month, 1), date(year, month, last)


def _quarter(parts: Parts, year: int | None, published: date | None) -> _Found:
    quarter = parts.quarter
    if parts.fiscal:
        return (f"FY{year}Q{quarter}", None, None) if year is not None and quarter else None
    if quarter is None and published and parts.relative_quarter is not None:
        total = published.year * 4 + (published.month - 1) // 3 + parts.relative_quarter
        year, quarter = total // 4, total % 4 + 1
    elif quarter is not None and year is None and published and parts.relative_year is None:
        year = published.year - (1 if quarter > (published.month + 2) // 3 else 0)
    if year is None or quarter is None:
        return None
    end = quarter * 3
    return f"{year}Q{quarter}", date(year, end - 2, 1), date(year, end, monthrange(year, end)[1])


def _half(parts: Parts, year: int | None, published: date | None) -> _Found:
    if year is None and published and parts.relative_year is None:
        # In a year's first quarter "the second half" is still the one reported on; later it is the one to come.
        year = published.year - (1 if parts.half == 2 and published.month <= 3 else 0)
    if year is None or parts.half is None:
        return None
    if parts.fiscal:
        return f"FY{year}H{parts.half}", None, None
    return (
        (f"{year}H1", date(year, 1, 1), date(year, 6, 30))
        if parts.half == 1
        else (f"{year}H2", date(year, 7, 1), date(year, 12, 31))
    )


def _whole_year(parts: Parts, year: int | None, published: date | None) -> _Found:
    if year is None:
        return None
    date(year, 1, 1)
    return (f"FY{year}", None, None) if parts.fiscal else (str(year), date(year, 1, 1), date(year, 12, 31))


def _years(parts: Parts, year: int | None, published: date | None) -> _Found:
    last = parts.last_year if parts.last_year is not None else year
    return ("", date(year, 1, 1), date(last, 12, 31)) if year is not None and last is not None else None


def _season(parts: Parts, year: int | None, published: date | None) -> _Found:
    begin, end = _SEASONS[parts.season]
    if year is None and published and parts.week is not None:
        over = (published.month > end) if end >= begin else True
        year = published.year + parts.week + (1 if parts.week < 0 and over else 0)
    if year is None:
        return None
    closing = year if end >= begin else year + 1
    return "", date(year, begin, 1), date(closing, end, monthrange(closing, end)[1])


def _week(parts: Parts, year: int | None, published: date | None) -> _Found:
    if published is None or parts.relative_week is None:
        return None
    monday = published - timedelta(days=published.weekday()) + timedelta(weeks=parts.relative_week)
    return "", monday, monday + timedelta(days=6)


def _span(parts: Parts, year: int | None, published: date | None) -> _Found:
    count = 1 if parts.count is None else parts.count  # "the past month" is one
    if published is None or not count:
        return None
    other = _shifted(published, count * parts.direction, parts.unit)
    if other is None:
        return None
    return "", min(other, published), max(other, published)


def _shifted(day: date, count: int, unit: str) -> date | None:
    if unit in ("days", "weeks"):
        return day + timedelta(days=count * (7 if unit == "weeks" else 1))
    months = {"months": 1, "quarters": 3, "years": 12, "decades": 120}.get(unit)
    if months is None:
        return None
    total = day.year * 12 + day.month - 1 + count * months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])) if year > 0 else None


def _first_of_year(parts: Parts, year: int | None, published: date | None) -> _Found:
    if year is None and published and parts.relative_year is None:
        year = published.year
    months = (parts.count or 0) * (3 if parts.unit == "quarters" else 1)
    if year is None or not 1 <= months <= 12:
        return None
    return "", date(year, 1, 1), date(year, months, monthrange(year, months)[1])


def _year_to_date(parts: Parts, year: int | None, published: date | None) -> _Found:
    if year is None and published:
        year = published.year
    if year is None:
        return None
    last = published if published and published.year == year else date(year, 12, 31)
    return str(year), date(year, 1, 1), last


def _nothing(parts: Parts, year: int | None, published: date | None) -> _Found:
    return None


_RESOLVERS = {
    "day": _day,
    "month": _month,
    "quarter": _quarter,
    "half": _half,
    "year": _whole_year,
    "years": _years,
    "season": _season,
    "week": _week,
    "span": _span,
    "first-of-year": _first_of_year,
    "year-to-date": _year_to_date,
    "year-ago": _nothing,
    "decade": _nothing,
}
