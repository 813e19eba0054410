"""The table of companies, indices and currencies: who is listed where under which symbol, when, and by what names.

The rows stand in `companies.csv`; a user's own file has the same columns and may leave any of them but `company` out:

    symbol      Yahoo's form (META, BRK-B, 0700.HK, VNM.VN, ^GSPC, USDCNY); "" for a company that is not listed
    exchange    the market's ISO 10383 code, "" for an index or a currency pair without one
    valid_from, valid_to    first and last day of the symbol (ISO dates), "" where open
    company     one key for all rows of a company; its first row is the listing that its bare name stands for
    kind        company (default), index, currency, commodity, or none: words that look like a name and are nobody's
    en, zh_hans, zh_hant, vi    names, with | between them
    units       parts of the company that are told about in its place (AWS)

`Name?` marks an ordinary word, which counts only beside market words, a ticker or a sure name of the same company.
`Name[2021-10-28..]`, `Name[..2021-10-27]` and `Name[a..b]` bound the days on which a name is the company's.
A symbol that ends on the day before another row of its company begins goes on under that row: FB is META's history.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from events.errors import DataError, Problem

EntryKind = Literal["company", "index", "currency", "commodity", "none"]
COLUMNS = ("symbol", "exchange", "valid_from", "valid_to", "company", "kind", "en", "zh_hans", "zh_hant", "vi", "units")
KINDS: frozenset[str] = frozenset(("company", "index", "currency", "commodity", "none"))

_OWN = Path(__file__).with_name("companies.csv")
_BOUNDS = re.compile(r"\[(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?\]$")
_LATIN_WORD = re.compile("[A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff]+")
_NAMES = ("en", "zh_hans", "zh_hant", "vi", "units")
_SHORTEST = 2


class Listing(NamedTuple):
    """One symbol of a company and the days on which it is valid (None: open)."""

    symbol: str
    exchange: str
    first: date | None
    last: date | None
    company: str
    kind: str

    def on(self, day: date | None) -> bool:
        """Say whether the symbol is valid on `day`; for no day whether it still is."""
        if day is None:
            return self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Name(NamedTuple):
    """One name: its text, whose it is, whether it is an ordinary word (`weak`), its column, and when it is valid."""

    text: str
    company: str
    kind: str
    weak: bool
    column: str
    first: date | None
    last: date | None

    def on(self, day: date | None) -> bool:
        """Say whether the name is the company's on `day`; for no day whether it still is."""
        if day is None:
            return self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


Raw = tuple[str, str, str, str]  # a name as it is written in the table, its column, its company, its kind


class Heads:
    """Names by how they begin: by two characters in Han script, by the first word (lower case) in Latin.

    A table holds thousands of names and an article a dozen: what is looked up is made ready then, and kept.
    """

    def __init__(self, names: Iterable[Raw]) -> None:
        self.han: dict[str, list[Raw]] = {}
        self.latin: dict[str, list[Raw]] = {}
        self._ready: dict[str, tuple[Name, ...]] = {}
        han, latin, word_of = self.han, self.latin, _LATIN_WORD.match
        for raw in names:
            text = raw[0]
            if (word := word_of(text)) is not None:
                latin.setdefault(word[0].lower(), []).append(raw)
            else:
                han.setdefault(text[:2], []).append(raw)

    def under(self, head: str) -> tuple[Name, ...]:
        """Return the names that begin with `head`, the longest first."""
        found = self._ready.get(head)
        if found is None:
            names = [_name(raw) for raw in self.han.get(head, ()) or self.latin.get(head, ())]
            found = self._ready[head] = tuple(sorted(names, key=lambda name: -len(name.text)))
        return found


class Table:
    """The rows, ready to be asked. Made by `load`; holds nothing that changes."""

    def __init__(self, listings: Sequence[Listing], names: Sequence[Raw]) -> None:
        self.listings = tuple(listings)
        self.names = tuple(names)
        self._by_symbol: dict[str, list[Listing]] = {}
        self._by_company: dict[str, list[Listing]] = {}
        for listing in listings:
            self._by_symbol.setdefault(listing.symbol, []).append(listing)
            self._by_company.setdefault(listing.company, []).append(listing)
        self._heads: dict[bool, Heads] = {}

    def heads(self, *, vietnamese: bool) -> Heads:
        """Return the names to look for; the Vietnamese ones only in Vietnamese, where they are no foreign words."""
        if vietnamese not in self._heads:
            self._heads[vietnamese] = Heads(raw for raw in self.names if vietnamese or raw[1] != "vi")
        return self._heads[vietnamese]

    def listing(self, symbol: str, day: date | None) -> Listing | None:
        """Return the row of `symbol` valid on `day`, else its latest one, or None for a symbol that is not held."""
        rows = self._by_symbol.get(symbol)
        if not rows:
            return None
        return next((row for row in rows if row.on(day)), max(rows, key=lambda row: row.first or date.min))

    def primary(self, company: str, day: date | None) -> Listing | None:
        """Return the first listing of `company` valid on `day`; for no day also one that has ended; None if none."""
        rows = self._by_company.get(company, ())
        found = next((row for row in rows if row.symbol and row.on(day)), None)
        return found if found or day else next((row for row in rows if row.symbol), None)

    def history(self, listing: Listing) -> str:
        """Return the symbol under which the prices of `listing` go on today (META for FB)."""
        rows = self._by_company[listing.company]
        while listing.last is not None:
            after = listing.last + timedelta(days=1)
            following = next((row for row in rows if row.first == after and row.symbol), None)
            if following is None:
                break
            listing = following
        return listing.symbol


@cache
def load(*extra: Path) -> Table:
    """Return the table with a user's `extra` files put before our rows, so that his first row of a company wins.

    Raises DataError with a Problem for each bad line; nothing of a faulty file is used.
    """
    listings: list[Listing] = []
    names: list[Raw] = []
    problems: list[Problem] = []
    for path in (*extra, _OWN):
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                _read(csv.reader(lines), str(path), listings, names, problems)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            problems.append(Problem(f"cannot be read as a UTF-8 CSV table ({error})", str(path)))
    if problems:
        raise DataError(*problems)
    return Table(listings, names)


def _read(
    rows: Iterator[list[str]], source: str, listings: list[Listing], names: list[Raw], problems: list[Problem]
) -> None:
    header = [cell.strip() for cell in next(rows, [])]
    unknown = [cell for cell in header if cell not in COLUMNS]
    if unknown or "company" not in header:
        came, wanted = ", ".join(header) or "nothing", ", ".join(COLUMNS)
        problems.append(Problem(f"columns: got {came}, wanted company and any of {wanted}", source, 1))
        return
    places = [header.index(column) if column in header else -1 for column in COLUMNS]
    spoken = [(column, header.index(column)) for column in _NAMES if column in header]
    for line, row in enumerate(rows, start=2):
        if not any(row):
            continue
        try:
            if len(row) != len(header):
                raise ValueError(f"{len(row)} cells, wanted {len(header)}: is a comma in a name without quotes?")
            listing = _listing(*(row[place] if place >= 0 else "" for place in places[:6]))
            for column, place in spoken:
                if row[place]:
                    for name in row[place].split("|"):
                        _check(name)
                        names.append((name, column, listing.company, listing.kind))
        except ValueError as error:
            problems.append(Problem(str(error), source, line))
            continue
        if listing.kind != "none":
            listings.append(listing)


def _listing(symbol: str, exchange: str, valid_from: str, valid_to: str, company: str, kind: str) -> Listing:
    kind = kind or "company"
    if kind not in KINDS:
        raise ValueError(f"kind: got {kind!r}, wanted one of {', '.join(sorted(KINDS))}")
    if not company and kind != "none":
        raise ValueError("company: got nothing, wanted one key for all rows of the company")
    first, last = _day(valid_from), _day(valid_to)
    if first and last and first > last:
        raise ValueError(f"valid_from {first} is after valid_to {last}")
    return Listing(symbol, exchange, first, last, company, kind)


def _check(name: str) -> None:
    if len(name) < _SHORTEST or (name[-1] == "]" and not _BOUNDS.search(name)):
        raise ValueError(f"name: got {name!r}, wanted two characters or more, bounds as in [2021-10-28..]")


def _name(raw: Raw) -> Name:
    text, column, company, kind = raw
    first = last = None
    if text[-1] == "]" and (bounds := _BOUNDS.search(text)):
        first, last, text = _day(bounds[1]), _day(bounds[2]), text[: bounds.start()]
    weak = text[-1] == "?"
    return Name(text[:-1] if weak else text, company, kind, weak, column, first, last)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
