"""Which period a reported figure is of: the date beside it, the clause's, or the results that the text speaks of."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

from events.periods import FISCAL_YEAR_ENDS, OF_OTHER_YEARS, read_period
from events.reading.clauses import Item
from events.reading.dates import DateToken
from events.reading.metrics import Line, metric_of
from events.reading.reported_compared import leads_to
from events.reading.reported_ends import (
    ended_quarter,
    fiscal_quarter,
    fiscal_quarter_from,
    quarter_ended_beside,
    quarter_ending,
)
from events.reading.reported_places import Place
from events.reading.reported_who import Who
from events.reading.words import pattern

_PERIODS = ("quarter", "half", "year", "month", "first-of-year", "year-to-date", "years")
_COMPARED = re.compile(r"(?:比|较|相比|than|versus|from|so với|over)\s*(?:the\s)?$")
_AHEAD = {
    "zh": re.compile(r"(?:未来|今后|接下来)的?$"),
    "en": re.compile(r"\b(?:over|in|during|for) the (?:next|coming)\s$"),
    "vi": re.compile(r"trong(?: vòng)?\s$"),
}  # fmt: skip
_SAME_YEAR = re.compile(r"\b(?:in|during) (?:the same|that) year\b|同年|\b(?:cùng năm|trong năm đó)\b")
_RECENT = 200  # days: a quarter that ended longer ago is not the one now reported


class Told(msgspec.Struct):
    """The periods that a text has spoken of: that of its results, the last one reported on, the last one ahead."""

    day: date | None
    results: str = ""
    results_of: dict[str, str] = msgspec.field(default_factory=dict)  # symbol -> the period of its results
    past: tuple[str, str, int] = ("", "", -9)  # symbol, period and sentence of the last figure reported
    ahead: tuple[str, str, int] = ("", "", -9)
    year: str = ""  # what "this year" is in an undated text that says so


def is_over(period: str, who: Who, told: Told) -> bool | None:
    """Return whether a period has ended where the text stands; None where that cannot be known."""
    known = read_period(period, who.symbol)
    if known is None:
        return True if period.startswith("TTM") else None
    if told.day:
        return known.end < told.day or known.kind == "to-date"
    if told.year and not told.results:
        return known.end.year < int(told.year)
    results = read_period(told.results, who.symbol) if told.results else None
    return known.end <= results.end if results else None


def period_of(place: Place, head: Item, who: Who, told: Told, within: str, used: list[Item]) -> tuple[str, str]:
    """Return the period of a figure and how it is known: the years that money is promised for, or a date.

    `within` is that of the figure before in the sentence, `used` are dates that are spent on figures before.
    """
    if years := _years_ahead(place):
        return years, "the years ahead"
    if ended := quarter_ended_beside(place, who.symbol):
        return ended, "the quarter that ended then"
    return _dated(place, head, who, told, within, used)


def _dated(place: Place, head: Item, who: Who, told: Told, within: str, used: list[Item]) -> tuple[str, str]:
    """Return the period of a figure and how it is known; `within` is that of the figure before in the sentence.

    A date behind a figure is spent on it (`used`): the next figure does not take it for one before itself.
    """
    stock = head.kind == "metric" and metric_of(head.value) in ("stock", "count")
    inside = [item for item in place.left if item.kind == "date" and _serves(item, place, stock=stock)]
    inside = [item for item in inside if item not in used]
    near = [item for item in inside if item.start >= place.clause]
    behind = [
        item for item in place.right
        if item.kind == "date" and item.end <= place.stop and _serves(item, place, stock=stock)
        and item.start - place.figure.end <= 40 and not _belongs_to_next(place, item)
    ]  # fmt: skip
    for items, how in (
        (near[::-1], "the date beside it"),
        (behind, "the date behind it"),
        (inside[::-1], "the date before it"),
    ):
        for item in items:
            if name := named(item.value, who, told, place, stock=stock):
                used += [item] if items is behind or place.text[item.end : place.figure.start] in ("的", "") else []
                return name, how
    if leads_to(place):
        for item in place.line.of("date"):
            if (
                item.start < place.left_start
                and item not in used
                and _serves(item, place, stock=stock)
                and (name := named(item.value, who, told, place, stock=stock))
            ):
                return name, "the date of where it went"
    if whole := _full_year(place, who, told):
        return whole, "the whole year"
    if same := _same_year(place, who, told):
        return same, "the year spoken of before"
    if length := _length(place):
        return length, "the length of time beside it"
    if within:
        return within, "the period of the figure before"
    earlier = [one for one in place.line.of("date") if one.start < place.left_start and one not in used]
    for item in [one for one in earlier[::-1] if _serves(one, place, stock=stock)]:
        if name := named(item.value, who, told, place, stock=stock):
            return name, "a date of the sentence"
    return "", ""


def _years_ahead(place: Place) -> str:
    """Return "4 years" of money that is promised for the next four years, "" for none."""
    for item in place.line.of("date"):  # 未来四年
        parts = item.value.parts
        near = place.clause <= item.start and item.end <= place.token.outer[0]
        if near and item.value.kind == "span" and parts.direction > 0 and parts.unit == "years" and parts.count:
            return _words(parts.count, "years")
    for item in place.line.of("figure"):
        told = item.value
        if told.kind != "duration" or told.quantity is None or told.quantity.unit != "years" or told.quantity.high:
            continue
        near = place.clause <= item.start and item.end <= place.token.outer[0]
        if near and _AHEAD[place.name].search(place.text, max(place.line.start, item.start - 24), item.start):
            return _words(told.quantity.value, told.quantity.unit)
    return ""


def _belongs_to_next(place: Place, item: Item) -> bool:
    """Whether a date behind a figure begins what the next figure is about."""
    between = place.text[place.figure.end : item.start]
    return place.name == "zh" and between.strip(" (（") not in ("", "于", "在")


def _full_year(place: Place, who: Who, told: Told) -> str:
    """Return the year of "full-year revenue": of the results told, or of a plan the year of the publication."""
    words = place.near("full-year")
    if not words:
        return ""
    if place.line.of("plan", "estimate") and told.day:
        return renamed(str(told.day.year), who)
    known = read_period(told.results_of.get(who.symbol, "") or told.results, who.symbol)
    return renamed(str(known.end.year), who) if known else ""


def _same_year(place: Place, who: Who, told: Told) -> str:
    """Return the year of "in the same year": that of the figure told before, "" for none."""
    if not _SAME_YEAR.search(place.text, place.left_start, min(place.figure.end + 40, place.line.end)):
        return ""
    _, period, _ = told.past
    year = period.removeprefix("FY")[:4]
    return renamed(year, who) if year.isdigit() else ""


def renamed(period: str, who: Who) -> str:
    """Return another company's year by the name that fits this one: FY2024 of a year that ends in June is not 2024."""
    plain = period.removeprefix("FY")
    if not plain.isdigit():
        return period
    return f"FY{plain}" if who.symbol and who.symbol not in FISCAL_YEAR_ENDS else plain


def _length(place: Place) -> str:
    """Return "past 2 years", "4 years", "first 7 hours" of a length of time that stands with a figure."""
    figures = place.line.of("figure")
    if place.figure not in figures:
        return ""
    at = figures.index(place.figure)
    before = figures[at - 1] if at else None
    behind = figures[at + 1] if at + 1 < len(figures) else None
    if (
        (
            before is not None
            and before.value.kind == "duration"
            and before.value.quantity
            and before.start >= place.clause - 12
        )
        and place.near("spend")
        and not place.line.between(before.end, place.figure.start, "metric")
    ):
        return _words(before.value.quantity.value, before.value.quantity.unit)
    if (
        place.name == "zh"
        and before is not None
        and before.value.kind == "duration"
        and before.value.quantity
        and before.end == place.token.outer[0]
        and before.value.quantity.unit == "years"
    ):
        return _words(before.value.quantity.value, before.value.quantity.unit)  # 三年3800亿元投入
    if behind is not None and behind.value.kind == "duration" and behind.value.quantity and behind.start <= place.stop:
        between = place.text[place.figure.end : behind.start].strip().lower()
        quantity = behind.value.quantity
        if between in ("trong", "in", "over", "within") and quantity.unit == "hours":
            return f"first {_words(quantity.value, quantity.unit)}"
        if between in ("trong", "in", "over") and quantity.unit == "weeks" and quantity.value == 1:
            return "first week"
        if between in ("trong", "in", "over", "for") and quantity.unit in ("years", "quarters"):
            following = place.text[behind.end : behind.end + 12].lower()
            past = any(word in following for word in ("liên tiếp", "qua", "in a row", "running"))
            return f"{'past ' if past else ''}{_words(quantity.value, quantity.unit)}"
    return ""


def _words(count: float, unit: str) -> str:
    return f"{count:g} {unit if count != 1 else unit[:-1]}"


def _serves(item: Item, place: Place, *, stock: bool) -> bool:
    token: DateToken = item.value
    if token.kind in ("year-ago", "decade", "season", "week"):
        return False
    if token.role == "since" and token.kind != "year-to-date":
        beside = place.text[item.end : place.figure.start]
        before = place.left_start <= item.start and item.end <= place.figure.start
        return token.kind in ("year", "quarter") and before and beside in ("的", "")
    if token.kind == "day":
        as_of = place.line.between(max(place.line.start, item.start - 12), item.start + 1, "as-of")
        return (
            bool(token.period)
            and (stock or bool(as_of))
            and token.parts.relative_day is None
            and token.parts.weekday is None
        )
    if token.kind == "month" and not token.parts.month:
        return False
    beside = place.text[max(place.line.start, item.start - 8) : item.start]
    if token.kind == "year" and place.name == "en" and _is_a_nouns(item, place):
        return False
    if pattern("superlative-of", place.name).search(place.text, max(place.line.start, item.start - 40), item.start):
        return False
    return not (_COMPARED.search(beside) and place.text[item.end : place.figure.start] != "的")


def _is_a_nouns(item: Item, place: Place) -> bool:
    """Tell whether a year only tells which of several things is meant: "the day of a 2011 outlook cut"."""
    article = place.text[max(place.line.start, item.start - 5) : item.start].lower()
    if not article.endswith((" a ", " the ", " its ", "'s ", "’s ")):
        return False
    return pattern("a-noun-of-a-year", "en").match(place.text, item.end, place.line.end) is not None


def named(token: DateToken, who: Who, told: Told, place: Place, *, stock: bool) -> str:
    """Return the name of the period that a date means, "" where it means none."""
    if token.kind == "day":
        return token.period
    if token.kind == "span":
        return _span(token, told, place)
    if token.kind == "year-to-date":
        return f"{token.period} to date" if token.period else ""
    if token.kind == "first-of-year":
        first, last = token.resolved.first, token.resolved.last
        return (
            f"{first:%Y-%m} to {last:%Y-%m}"
            if first and last and (last.month != 6)
            else f"{first:%Y}H1"
            if first
            else ""
        )
    if token.kind == "quarter":
        ahead = any(item.first == "own" and item.start < place.figure.end for item in place.line.of("plan"))
        if token.parts.relative_quarter in (0, 1) and (reported := _last_reported(who, told)):
            return _this_quarter(token, reported, place, ahead=ahead)
        return quarter(token, who, told, ahead=ahead)
    if token.kind == "year":
        return year(token, who, told, place, stock=stock)
    if token.kind == "years":
        first, last = token.resolved.first, token.resolved.last
        return f"{first.year} to {last.year}" if first and last else ""
    if token.kind == "month" and not token.period:
        return ""
    return token.period


def year(token: DateToken, who: Who, told: Told, place: Place, *, stock: bool) -> str:
    """Return the name of a year; a company's year that ends in December is its fiscal year too."""
    name = token.period
    if not name and token.parts.relative_year is not None and told.year.isdigit():
        name = str(int(told.year) + token.parts.relative_year)
    if not name:
        return ""
    if token.parts.part == "late" and stock:
        return f"end of {name}"
    if name.isdigit() and who.symbol and not stock and who.symbol not in FISCAL_YEAR_ENDS:
        return f"FY{name}"
    return name


def quarter(token: DateToken, who: Who, told: Told, *, ahead: bool = False) -> str:
    """Return the name of a quarter; without a year it is the latest that was over, or of a plan the next to end."""
    number = token.parts.quarter
    fiscal = token.parts.fiscal
    by_months = token.rule.endswith("by its months") and token.parts.year is None
    if who.symbol in OF_OTHER_YEARS and by_months and token.resolved.last:
        return quarter_ending(token.resolved.last, who.symbol)
    if token.parts.relative_quarter is not None:
        if fiscal and told.day and who.symbol in OF_OTHER_YEARS:
            return fiscal_quarter_from(token.parts.relative_quarter, who.symbol, told.day)
        return token.period.removeprefix("FY") if told.day else ""
    if token.parts.year is not None or number is None:
        if not fiscal and number and who.symbol in OF_OTHER_YEARS and token.parts.year is not None:
            return _likelier(token.parts.year, number, who, told)
        return token.period
    if fiscal or who.symbol in OF_OTHER_YEARS:
        return fiscal_quarter(number, who.symbol, told.day, ahead=ahead) or token.period
    if token.period:
        return token.period
    if results := read_period(told.results, who.symbol):
        return (
            f"{results.start.year}Q{number}"
            if number <= (results.start.month + 2) // 3
            else f"{results.start.year - 1}Q{number}"
        )
    return ""


def _last_reported(who: Who, told: Told) -> str:
    """Return the quarter of a company that the text reports on, "" for none."""
    symbol, period, _ = told.past
    return told.results_of.get(who.symbol, "") or (period if symbol == who.symbol and "Q" in period else "")


def _this_quarter(token: DateToken, reported: str, place: Place, *, ahead: bool) -> str:
    """Return what "this quarter" is beside results: in Chinese the one reported on, in a plan the one behind it.

    "Next quarter" in a plan is the one behind it as well.
    """
    if place.name == "zh" and not ahead and token.parts.relative_quarter == 0:
        return reported
    year, quarter_mark, number = reported.rpartition("Q")
    if not (ahead and quarter_mark and number.isdigit()):
        return token.period
    fiscal, plain = year.startswith("FY"), int(year.removeprefix("FY"))
    following = f"{plain}Q{int(number) + 1}" if int(number) < 4 else f"{plain + 1}Q1"
    return f"FY{following}" if fiscal else following


def _likelier(year_named: int, number: int, who: Who, told: Told) -> str:
    """Return the calendar or the fiscal quarter, whichever ended last before the publication."""
    plain, fiscal = f"{year_named}Q{number}", f"FY{year_named}Q{number}"
    if told.day is None:
        return plain
    ages = []
    for name in (plain, fiscal):
        period = read_period(name, who.symbol)
        if period and timedelta(0) <= told.day - period.end <= timedelta(days=_RECENT):
            ages.append((told.day - period.end, name))
    return min(ages)[1] if ages else plain


def _span(token: DateToken, told: Told, place: Place) -> str:
    count, unit = token.parts.count, token.parts.unit
    if unit == "months" and count == 12 and token.parts.direction < 0:
        return f"TTM {told.results}" if told.results else ""
    if unit == "quarters" and (count or 1) == 1 and token.parts.direction < 0:
        return last_quarter(told)
    if unit in ("years", "quarters", "months") and count and token.parts.direction < 0:
        return f"past {count} {unit if count > 1 else unit[:-1]}"
    return ""


def last_quarter(told: Told) -> str:
    """Return the quarter that was over last where the text stands."""
    if told.results:
        return told.results
    if told.day is None:
        return ""
    month = (told.day.month - 1) // 3 * 3
    return f"{told.day.year}Q{month // 3}" if month else f"{told.day.year - 1}Q4"


def results_period(line: Line, told: Told, who: Who, text: str) -> str:
    """Return the quarter or half whose results a line speaks of, "" for none."""
    if not line.of("results") and not (line.of("metric") and who.symbol and line.of("mention")):
        return ""
    plan = line.of("plan")
    for item in line.of("date"):
        token: DateToken = item.value
        if token.kind in ("day", "month") and (ended := ended_quarter(item, who.symbol, text)):
            return ended
        if token.kind not in ("quarter", "half") or token.role == "since":
            continue
        if plan and plan[0].start < item.end + 8:
            continue
        name = quarter(token, who, told) if token.kind == "quarter" else token.period
        if name and is_over(name, who, told) is not False:
            return name
    return ""
