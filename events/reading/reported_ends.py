"""Fiscal quarters, by a number or by the day they ended: "for the quarter ended Nov. 30", 截至9月30日止三个月."""

from __future__ import annotations

import re
from datetime import date, timedelta

from events.periods import OF_OTHER_YEARS, read_period
from events.reading.clauses import Item
from events.reading.reported_places import Place

_REACH = 40  # characters behind a figure in which its quarter may be told
_ENDED = {
    "before": re.compile(
        r"\b(?:quarter|three months|three-month period)\s(?:that\s)?(?:ran\s)?(?:from\s\w+\s)?"
        r"(?:ended|ending|through|to)\s(?:on\s|in\s|the end of\s)?$"
        r"|\bquý\s(?:tài chính\s)?kết thúc\s(?:vào\s)?(?:ngày\s|tháng\s)?$",
        re.IGNORECASE,
    ),
    "named": re.compile(r"\s(?:fiscal\s)?quarter\b(?!-)", re.IGNORECASE),  # the March quarter
    "until": re.compile(r"截[至止]$"),
    "behind": re.compile(r"止?的?(?:三个月|3个月|季度|财季|一季)"),
}
_NEAR_AN_END = timedelta(days=10)  # a fiscal quarter ends on a Saturday or Sunday near the month's end


def quarter_ended_beside(place: Place, symbol: str) -> str:
    """Return the quarter of a figure that its sentence calls by its last day, "" where it calls none so."""
    for item in place.line.of("date"):
        near = item.value.kind in ("day", "month") and item.start <= place.figure.end + _REACH
        if near and (ended := ended_quarter(item, symbol, place.text)):
            return ended
    return ""


def ended_quarter(item: Item, symbol: str, text: str) -> str:
    """Return the quarter that a date is the end of ("the quarter ended Nov. 30"), "" where it is of none."""
    last = item.value.resolved.last
    before = text[max(0, item.start - 40) : item.start]
    told = (
        _ENDED["before"].search(before)
        or (_ENDED["until"].search(before) and _ENDED["behind"].match(text, item.end))
        or (item.value.kind == "month" and _ENDED["named"].match(text, item.end))
    )
    if not told or last is None:
        return ""
    return quarter_ending(last, symbol)


def quarter_ending(last: date, symbol: str) -> str:
    """Return the quarter of a company that ends at about a day, by its fiscal years; "" where none does."""
    prefix = "FY" if symbol in OF_OTHER_YEARS else ""
    for year_tried in (last.year - 1, last.year, last.year + 1):
        for number in (1, 2, 3, 4):
            period = read_period(f"{prefix}{year_tried}Q{number}", symbol)
            if period and abs(period.end - last) <= _NEAR_AN_END:
                return f"{prefix}{year_tried}Q{number}"
    return ""


def fiscal_quarter(number: int, symbol: str, day: date | None, *, ahead: bool) -> str:
    """Return the last fiscal quarter of a number that is over on a day, or of a plan (`ahead`) the next to end."""
    if day is None:
        return ""
    years = (day.year - 1, day.year, day.year + 1)
    for year_tried in years if ahead else years[::-1]:
        period = read_period(f"FY{year_tried}Q{number}", symbol)
        if period and (period.end > day if ahead else period.end <= day):
            return f"FY{year_tried}Q{number}"
    return ""


def fiscal_quarter_from(steps: int, symbol: str, day: date) -> str:
    """Return the fiscal quarter so many before (below nothing) or behind the one that a day stands in."""
    names = [f"FY{year}Q{number}" for year in range(day.year - 1, day.year + 3) for number in (1, 2, 3, 4)]
    known = [(name, read_period(name, symbol)) for name in names]
    at = next((index for index, (_, period) in enumerate(known) if period and period.end >= day), None)
    return names[at + steps] if at is not None and 0 <= at + steps < len(names) else ""
