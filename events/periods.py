"""The words for a period ("2024Q4", "FY2025", "2025 to date") and the days that they cover.

Calendar periods are plain; a company's fiscal period is written FY and needs its fiscal year end, from a small table.
What names no days ("long term", "annual") is None. "past 5 years" ends where its speaker stands, so it needs an anchor.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["day", "month", "quarter", "half", "year", "twelve-months", "to-date", "past", "part", "span"]

# The month in which a company's fiscal year ends, where that is not December. The year is named after the calendar
# year in which it ends, as these companies' annual reports (10-K, 20-F, page one) name it. A 52/53-week year ends on a
# weekday near the month's end; whole months are near enough to tell periods apart. Extend it by a row.
FISCAL_YEAR_ENDS: dict[str, int] = {
    "NVDA": 1, "CRM": 1, "WMT": 1, "DELL": 1, "SNOW": 1, "MRVL": 1, "WDAY": 1, "ADSK": 1, "BBY": 1, "TJX": 1,
    "BABA": 3, "9988.HK": 3, "0992.HK": 3, "TM": 3, "SONY": 3, "INFY": 3, "7203.T": 3, "6758.T": 3, "9984.T": 3,
    "ARM": 3,
    "ORCL": 5, "NKE": 5, "FDX": 5, "GIS": 5,
    "MSFT": 6, "PG": 6, "WDC": 6, "STX": 6, "LRCX": 6, "KLAC": 6, "EL": 6, "SMCI": 6,
    "CSCO": 7, "INTU": 7, "PANW": 7, "CPB": 7,
    "MU": 8, "COST": 8, "ACN": 8, "AZO": 8, "WBA": 8,
    "AAPL": 9, "QCOM": 9, "V": 9, "DIS": 9, "SBUX": 9,
    "AVGO": 10, "HPQ": 10, "HPE": 10, "AMAT": 10, "DE": 10,
    "ADBE": 11,
}  # fmt: skip

# These name the fiscal year after the calendar year in which it begins: fiscal 2024 ended early in 2025.
NAMED_AFTER_THEIR_START: dict[str, int] = {
    "TGT": 1, "HD": 1, "LOW": 1, "KR": 1, "M": 1, "KSS": 1, "ROST": 1, "DG": 1, "DLTR": 1, "ULTA": 1, "LULU": 1,
    "BURL": 1, "DKS": 1, "GME": 1,
}  # fmt: skip
# Companies whose quarters are not those of the calendar.
OF_OTHER_YEARS = frozenset((*FISCAL_YEAR_ENDS, *NAMED_AFTER_THEIR_START))

_PARTS: dict[str, tuple[int, Kind]] = {"Q": (3, "quarter"), "H": (6, "half")}
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


class Period(NamedTuple):
    """Days from `start` to `end`, both included. A "to-date" period ends somewhere before its `end`."""

    start: date
    end: date
    kind: Kind

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days + 1

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Period) -> bool:
        """Whether every day of `other` is in this one; an unfinished period contains none for certain but itself."""
        return self.start <= other.start and other.end <= self.end and (self.kind != "to-date" or self == other)

    def same(self, other: Period) -> bool:
        """Whether the two cover the same days, however they are called (FY2024 ending in December is 2024)."""
        return self.key == other.key

    @property
    def key(self) -> tuple[date, date, bool]:
        """What two names of one period share."""
        return self.start, self.end, self.kind == "to-date"

    @property
    def name(self) -> str:
        """Its name on the calendar ("2022Q2") where it has one, else its first and last day."""
        whole = self.start.day == 1 and self.end == _month_end(self.end)
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        if self.start == self.end:
            return self.start.isoformat()
        if whole and self.kind != "to-date" and (self.start.month - 1) % months == 0:
            if months in (3, 6):
                return f"{self.start.year}{'Q' if months == 3 else 'H'}{(self.start.month - 1) // months + 1}"
            if months in (1, 12):
                return f"{self.start.year}" if months == 12 else f"{self.start.year}-{self.start.month:02}"
        return f"{self.start} to {self.end}"

    def year_before(self) -> Period:
        """Return the same period one year earlier."""
        return Period(_shifted(self.start, -12), _month_end_kept(self.end, -12), self.kind)

    def before(self) -> Period:
        """Return the period of the same length that ends where this one starts."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        if self.start.day != 1 or self.end != _month_end(self.end):
            return Period(self.start - timedelta(days=self.days), self.start - timedelta(days=1), self.kind)
        return Period(_shifted(self.start, -months), self.start - timedelta(days=1), self.kind)


@lru_cache(maxsize=4096)  # an article asks for the same few names hundreds of times
def read_period(words: str, symbol: str = "", anchor: date | None = None) -> Period | None:
    """Return the days that the words of a period cover, None for words that name none.

    `symbol` decides what FY means (December where it is not in the table); `anchor` is the day on which a "past 5
    years" ends, without which such words name no days. An impossible date ("2024-02-31") is None too.
    """
    text = " ".join(words.split()).strip()
    for pattern, build in _SHAPES:
        if found := pattern.fullmatch(text):
            return build(found, symbol, anchor)
    parts = [part for part in re.split(r"\s+to\s+|\s*,\s*|\s*\.\.\s*", text) if part]
    if len(parts) < 2:
        return None
    periods = [period for part in parts if (period := read_period(part, symbol, anchor))]
    if len(periods) != len(parts):
        return None
    return Period(min(period.start for period in periods), max(period.end for period in periods), "span")


def fiscal_year(year: int, symbol: str = "") -> Period:
    """Return a company's fiscal year by its own name; December where the company is not in the table."""
    if month := NAMED_AFTER_THEIR_START.get(symbol):
        year += 1
    else:
        month = FISCAL_YEAR_ENDS.get(symbol, 12)
    end = _month_end(date(year, month, 1))
    return Period(_shifted(date(year, month, 1), -11), end, "year")


def _months(start: date, count: int, kind: Kind) -> Period:
    return Period(start, _month_end(_shifted(start, count - 1)), kind)


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _month_end_kept(day: date, months: int) -> date:
    moved = _shifted(day, months)
    return _month_end(moved) if day == _month_end(day) else moved


def _day(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    try:
        day = date.fromisoformat(found[0])
    except ValueError:
        return None
    return Period(day, day, "day")


def _month(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    return _months(date(int(found[1]), int(found[2]), 1), 1, "month")


def _year(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    return _months(date(int(found[1]), 1, 1), 12, "year")


def _part_of_year(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    months, kind = (3, "quarter") if found[2] == "Q" else (6, "half")
    if (number := int(found[3])) > 12 // months:
        return None
    return _months(
        date(int(found[1]), 1 + months * (number - 1), 1), months, "quarter" if kind == "quarter" else "half"
    )


def _fiscal(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    whole = fiscal_year(int(found[1]), symbol)
    return _numbered_part(whole, found[2], int(found[3])) if found[2] else whole


def _numbered_part(year: Period, letter: str, number: int) -> Period | None:
    months, kind = _PARTS[letter]
    return _months(_shifted(year.start, months * (number - 1)), months, kind) if number <= 12 // months else None


def _twelve_months(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    last = read_period(found[1], symbol, anchor)
    return Period(_shifted(last.end + timedelta(days=1), -12), last.end, "twelve-months") if last else None


def _to_date(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    whole = read_period(found[1], symbol, anchor)
    return Period(whole.start, whole.end, "to-date") if whole else None


def _edge(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    whole = read_period(found[2], symbol, anchor)
    if whole is None:
        return None
    day = whole.end if found[1].lower() == "end" else whole.start
    return Period(day, day, "day")


def _vague_part(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    third = {"early": 0, "mid": 4, "late": 8}[found[1].lower()]
    return _months(date(int(found[2]), 1 + third, 1), 4, "part")


def _past(found: re.Match[str], symbol: str, anchor: date | None) -> Period | None:
    if anchor is None:
        return None
    count = int(found[1]) if found[1].isdigit() else _COUNTS[found[1].lower()]
    months = count * {"year": 12, "quarter": 3, "month": 1}[found[2].lower()]
    return Period(_shifted(anchor + timedelta(days=1), -months), anchor, "past")


_Build = Callable[[re.Match[str], str, date | None], Period | None]
_NUMBER_WORDS = "|".join(_COUNTS)
# The first shape that fits the whole text decides.
_SHAPES: tuple[tuple[re.Pattern[str], _Build], ...] = (
    (re.compile(r"[12]\d{3}-\d{2}-\d{2}"), _day),
    (re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])"), _month),
    (re.compile(r"([12]\d{3})"), _year),
    (re.compile(r"([12]\d{3}) ?([QH])([1-4])"), _part_of_year),
    (re.compile(r"FY ?([12]\d{3})(?: ?([QH])([1-4]))?"), _fiscal),
    (re.compile(r"TTM (\S+)"), _twelve_months),
    (re.compile(r"(\S+) to date"), _to_date),
    (re.compile(r"(start|end) of (\S+)", re.IGNORECASE), _edge),
    (re.compile(r"(early|mid|late)[ -]([12]\d{3})", re.IGNORECASE), _vague_part),
    (re.compile(rf"(?:past|last) (\d{{1,2}}|{_NUMBER_WORDS}) (year|quarter|month)s?", re.IGNORECASE), _past),
)
