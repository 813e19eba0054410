"""Dates and periods in a text, resolved against its publication: absolute, without a year, and relative ones.

One engine over the patterns of lexicon/dates-*.toml. The groups of a pattern say what each part is (a digit behind the
name only tells twins apart): y year or a word for one, yr the same (vi), m month, d day, q quarter, h half, w weekday,
wk the week of a weekday, rd/rw/rm/rq relative day, week, month, quarter, rl a month's last, this or next, s season,
part early/mid/late, dp part of the day, fy fiscal, qm and hm a quarter or half by its months, n and u count and unit of
a span, uq quarters, dir back or ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

import msgspec

from events.model import Said
from events.reading.calendar import Parts, Resolved, on_weekday, resolve
from events.reading.lexicon import alternation, key, load
from events.reading.spelling import digit_runs, latin_words, low_text, places

DateKind = Literal[
    "day", "week", "month", "quarter", "half", "year", "years", "season", "span", "first-of-year", "year-to-date",
    "year-ago", "decade",
]  # fmt: skip


class DateToken(msgspec.Struct, frozen=True, gc=False):
    """A date or period of a text.

    `resolved` holds the period's name ("2025-11-06", "2022-11", "2024Q4", "2025H2", "2024", "FY2025", "FY2025Q2";
    "" for none), its first and last day, and whether the publication was needed. A fiscal period
    keeps `parts.fiscal` and no days, for only the company tells
    them. `role` is "since" or "until" where a word beside it says so. A date that
    cannot be, or that cannot be resolved, says why in `problem`. `rule` is the pattern that found it.
    """

    start: int
    end: int
    kind: DateKind
    text: str
    parts: Parts
    resolved: Resolved
    role: Literal["", "since", "until"] = ""
    rule: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """The characters of the date."""
        return self.start, self.end

    @property
    def period(self) -> str:
        """The name of the period, "" where it is open."""
        return self.resolved.period

    @property
    def problem(self) -> str:
        """Why the date cannot be or cannot be resolved; "" where nothing is wrong."""
        return self.resolved.problem


def dates(text: str, language: str, published: Said | None = None) -> tuple[DateToken, ...]:
    """Return the dates of `text` (matching text: see `article`), in order, without overlaps.

    A date without a year is the latest such date not after the publication; without a publication it stays open.
    """
    engine = _engine(_name(language))
    day = published.day if published else None
    sunday = day is not None and day.weekday() == _SUNDAY and not engine.this_week.search(text)
    out = []
    for found in engine.scan(text):
        index = int(str(found.lastgroup)[1:])
        parts = engine.parts(index, found)
        if sunday:
            parts = _of_the_week_past(parts)
        start, end = found.span()
        out.append(
            DateToken(
                start,
                end,
                engine.kinds[index],
                text[start:end],
                parts,
                resolve(engine.kinds[index], parts, day),
                engine.role(text, start, end),
                f"{_name(language)}: {engine.rules[index]}",
            )
        )
    return tuple(_agreed(text, out))


def _of_the_week_past(parts: Parts) -> Parts:
    """Return "last week" of a Sunday as the week that ends on it; who means the one before says "this week" of this."""
    if parts.relative_week == -1:
        return msgspec.structs.replace(parts, relative_week=0)
    return msgspec.structs.replace(parts, week=0) if parts.week == -1 else parts


def _agreed(text: str, found: list[DateToken]) -> list[DateToken]:
    """Return the dates with a problem where a weekday stands beside another day: "Wednesday, November 6" of 2025."""
    for at in range(1, len(found)):
        one, other = found[at - 1], found[at]
        if one.kind != "day" or other.kind != "day" or not _BESIDE.fullmatch(text, one.end, other.start):
            continue
        weekday, day = (one, other) if one.parts.day is None else (other, one)
        if weekday.parts.weekday is None or weekday.parts.day is not None or day.parts.day is None:
            continue
        told = on_weekday(day.resolved, weekday.parts.weekday)
        if told.problem and not day.problem:
            found[at - 1] = msgspec.structs.replace(one, resolved=told)
            found[at] = msgspec.structs.replace(other, resolved=told)
    return found


_SUNDAY = 6


_BRACKET = re.compile(r"\(")
_BESIDE = re.compile(r"\s?[,(（，、]?\s?(?:the\s|ngày\s)?")


def date_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return only where the dates of `text` stand."""
    return [found.span() for found in _engine(_name(language)).scan(text)]


def _name(language: str) -> str:
    return language[:2] if language[:2] in ("zh", "vi") else "en"


class _Engine(msgspec.Struct, frozen=True, gc=False):
    starts: re.Pattern[str] | None  # the characters that begin a date, in a language whose words have no ends
    begun: Mapping[str, tuple[int, ...]]
    compiled: list[str]
    patterns: dict[tuple[int, ...], re.Pattern[str]]
    kinds: list[DateKind]
    rules: list[str]
    groups: list[list[tuple[str, str]]]
    capitals: list[list[str]]
    tables: Mapping[str, Mapping[str, Any]]
    before: re.Pattern[str]
    after: re.Pattern[str]
    this_week: re.Pattern[str]  # the week of the publication told as one that has been

    def scan(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches; each place is shown only to the patterns that may begin with what stands there."""
        low = low_text(text)
        done = 0
        for start, begun in self._firsts(low):
            if start < done:
                continue
            pattern = self.patterns.get(begun) or self._compile(begun)
            if found := pattern.match(low, start):
                groups = self.capitals[int(str(found.lastgroup)[1:])]
                if not any(found[group] is not None and text[found.start(group)].islower() for group in groups):
                    done = found.end()
                    yield found

    def _firsts(self, low: str) -> list[tuple[int, tuple[int, ...]]]:
        """Return where a date may begin, in order, and the patterns that may begin there."""
        held = self.begun
        if self.starts is not None:
            firsts = [(at, held[low[at]]) for at in places(self.starts, low)]
            firsts += [(at, held["#"]) for at in digit_runs(low).starts]
            firsts.sort()
            return firsts
        spelled = latin_words(low)
        firsts = [(spelled.starts[place], held[spelled.words[place]]) for place in spelled.among(held)]
        if begun := held.get("#"):
            firsts += [(at, begun) for at in digit_runs(low).starts]
        if begun := held.get("("):
            firsts += [(found.start(), begun) for found in _BRACKET.finditer(low)]
        firsts.sort()
        return firsts

    def _compile(self, begun: tuple[int, ...]) -> re.Pattern[str]:
        """Return the patterns of one kind of start; most texts have few, and compiling all takes most of a second."""
        return self.patterns.setdefault(begun, re.compile("|".join(self.compiled[one] for one in begun)))

    def parts(self, index: int, found: re.Match[str]) -> Parts:
        values: dict[str, Any] = {}
        for name, group in self.groups[index]:
            written = found[group]
            if written is not None:
                self._put(values, name, written)
        return Parts(**values)

    def _put(self, values: dict[str, Any], name: str, written: str) -> None:
        if name == "y":
            if (year := _year(written)) is not None:
                values["last_year" if "year" in values else "year"] = year
            else:
                values["relative_year"] = self.tables["years"][key(written)]
        elif name in _WORDS:
            values[_WORDS[name][0]] = self.tables[_WORDS[name][1]][key(written)]
        elif name in _NUMBERS:
            table = _NUMBERS[name][1]
            values[_NUMBERS[name][0]] = int(written) if written.isdigit() else self.tables[table][key(written)]
        elif name == "yr":
            values["relative_year"] = 0 if key(written) == "nay" else -1
        elif name == "fy":
            values["fiscal"] = True
        elif name == "uq":
            values["unit"] = "quarters"

    def role(self, text: str, start: int, end: int) -> Literal["", "since", "until"]:
        if found := self.after.match(text, end):
            return self.tables["roles-after"][key(found[1])]  # type: ignore[no-any-return]
        if found := self.before.search(text[max(0, start - 16) : start]):
            return self.tables["roles-before"][key(found[1])]  # type: ignore[no-any-return]
        return ""


# Group -> (part, table of the lexicon).
_NUMBERS = {
    "m": ("month", "months"),
    "d": ("day", ""),
    "q": ("quarter", "quarters"),
    "h": ("half", "halves"),
    "qm": ("quarter", "quarter-months"),
    "hm": ("half", "half-months"),
    "n": ("count", "numbers"),
}
_WORDS = {
    "w": ("weekday", "weekdays"),
    "wk": ("week", "weeks"),
    "rd": ("relative_day", "days"),
    "rw": ("relative_week", "weeks"),
    "rm": ("relative_month", "steps"),
    "rl": ("relative_step", "weeks"),
    "rq": ("relative_quarter", "steps"),
    "s": ("season", "seasons"),
    "part": ("part", "parts"),
    "dp": ("daypart", "dayparts"),
    "u": ("unit", "spans"),
    "dir": ("direction", "directions"),
}
_CJK_YEAR = str.maketrans("〇零一二三四五六七八九", "00123456789")


def _year(written: str) -> int | None:
    digits = written.translate(_CJK_YEAR)
    if not digits.isdigit():
        return None
    year = int(digits)
    return year + (2000 if year < 70 else 1900) if len(digits) == 2 else year


@cache
def _engine(name: str) -> _Engine:
    held: Mapping[str, Any] = load(f"dates-{name}")
    tables = {
        table: {key(word): value for word, value in words.items()}
        for table, words in held.items()
        if table not in ("patterns", "this-week")
    }
    words = {table: alternation(content) for table, content in tables.items()}
    entries: list[dict[str, Any]] = held["patterns"]
    compiled, groups, capitals = [], [], []
    by_start: dict[str, list[int]] = {}
    for index, entry in enumerate(entries):
        pattern = re.sub(r"\{([a-z-]+)\}", lambda found: f"(?:{words[found[1]]})", entry["pattern"])
        names = re.findall(r"\(\?P<(\w+)>", pattern)
        pattern = re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{index}>", pattern)
        pattern = re.sub(r"\(\?P=(\w+)\)", rf"(?P=\1_{index})", pattern)
        compiled.append(f"(?P<r{index}>{pattern})")
        groups.append([(one.rstrip("0123456789"), f"{one}_{index}") for one in names])
        # English names of months and days count with their capital only: "may" and "march" are other words.
        capitals.append([full for base, full in groups[-1] if name == "en" and base in ("m", "w")])
        for first in sorted({first for start in entry["starts"] for first in _first_words(start, tables, name)}):
            by_start.setdefault(first, []).append(index)
    return _Engine(
        re.compile(f"[{re.escape(''.join(sorted(by_start.keys() - {'#', '('})))}]") if name == "zh" else None,
        {first: tuple(indexes) for first, indexes in by_start.items()},
        compiled,
        {},
        [entry["kind"] for entry in entries],
        [entry["rule"] for entry in entries],
        groups,
        capitals,
        tables,
        re.compile(rf"({words['roles-before']})[ ]?(?:the |ngày |tháng |hồi )?$", re.IGNORECASE),
        re.compile(rf"(?:[ ]?的?)({words['roles-after']})", re.IGNORECASE),
        re.compile(held["this-week"]["past"], re.IGNORECASE),
    )


def _first_words(start: str, tables: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    """Return the first words (in Chinese: characters) of a start, "#" for those that begin with a digit."""
    words = list(tables[start[1:-1]]) if start.startswith("{") else [start]
    firsts = [word[0] if name == "zh" else re.split(r"[ -]", word)[0] for word in words]
    return ["#" if first[0].isdigit() else first for first in firsts]
