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
A pair tells in its first currency what moves: "the yuan fell" is CNYUSD down (`market_pair` for how it is quoted).
A symbol that ends on the day before another row of its company begins goes on under that row: FB is META's history.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Literal, NamedTuple

from events.errors import DataError, Problem
from events.reading.language import to_simplified
from events.reading.lexicon import load as load_words

EntryKind = Literal["company", "index", "currency", "commodity", "none"]
COLUMNS = ("symbol", "exchange", "valid_from", "valid_to", "company", "kind", "en", "zh_hans", "zh_hant", "vi", "units")
KINDS: frozenset[str] = frozenset(("company", "index", "currency", "commodity", "none"))

_OWN = Path(__file__).with_name("companies.csv")
_BOUNDS = re.compile(r"\[(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?\]$")
_LATIN_WORD = re.compile("[A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff]+")
_NAMES = ("en", "zh_hans", "zh_hant", "vi", "units")
SIMPLIFIED_FOR = ("zh-Hant", "")  # languages whose texts, and names, are matched in Simplified characters
_SKIPPED: dict[str, tuple[str, ...]] = {"": (), "vi": ("zh_hant",), "zh-Hant": ("vi",)}
_SHORTEST = 2
_FIRST_HAN = "\u2e80"


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


Cell = tuple[str, str, str, str]  # names as they are written in the table, their column, company and kind


class Begun(NamedTuple):
    """The names with one beginning."""

    lengths: tuple[int, ...]
    names: dict[str, list[Name]]


class Heads:
    """Names by how they begin: by two characters in Han script, by the first word (lower case) in Latin.

    A table holds thousands of names and an article a dozen: what is looked up is made ready then, and kept. Where two
    cells hold the same words the first one has them.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.han: dict[str, list[str]] = {}
        self.latin: dict[str, list[str]] = {}
        self._cells: dict[str, Cell] = {}
        self._ready: dict[str, Begun] = {}
        han, latin, owner, word_of = self.han, self.latin, self._cells, _LATIN_WORD.match
        for cell in cells:
            for text in cell[0].split("|"):
                if owner.setdefault(text, cell) is not cell:
                    continue
                if text[0] < _FIRST_HAN and (word := word_of(text)):
                    group, head = latin, word[0].lower()
                else:
                    group, head = han, text[:2]
                if head in group:
                    group[head].append(text)
                else:
                    group[head] = [text]

    def under(self, head: str) -> Begun:
        """Return the names that begin with `head`: their lengths, the longest first, and the names by lower case."""
        found = self._ready.get(head)
        if found is None:
            names: dict[str, list[Name]] = {}
            for text in self.han.get(head) or self.latin.get(head, []):
                name = _name(text, *self._cells[text][1:])
                names.setdefault(name.text.lower(), []).append(name)
            lengths = sorted({len(text) for text in names}, reverse=True)
            found = self._ready[head] = Begun(tuple(lengths), names)
        return found


class Table:
    """The rows, ready to be asked. Made by `load`; holds nothing that changes."""

    def __init__(self, listings: Sequence[Listing], names: Sequence[Cell]) -> None:
        self.listings = tuple(listings)
        self.names = tuple(names)
        self._by_symbol: dict[str, list[Listing]] = {}
        self._by_company: dict[str, list[Listing]] = {}
        for listing in listings:
            self._by_symbol.setdefault(listing.symbol, []).append(listing)
            self._by_company.setdefault(listing.company, []).append(listing)
        self._heads: dict[tuple[str, ...], Heads] = {}

    def heads(self, language: str) -> Heads:
        """Return the names to look for in a text of `language` ("" for any of them).

        Vietnamese names only in Vietnamese, where they are no foreign words, and Traditional ones only in that script.
        """
        skip = _SKIPPED.get(language, ("vi", "zh_hant"))
        if skip not in self._heads:
            cells = (cell for cell in self.names if cell[1] not in skip)
            self._heads[skip] = Heads(map(_simplified, cells) if language in SIMPLIFIED_FOR else cells)
        return self._heads[skip]

    def listing(self, symbol: str, day: date | None) -> Listing | None:
        """Return the row of `symbol` valid on `day`, else its latest one, or None for a symbol that is not held."""
        rows = self._by_symbol.get(symbol)
        if not rows:
            return None
        for row in rows:
            if row.on(day):
                return row
        return max(rows, key=lambda row: row.first or date.min)

    def primary(self, company: str, day: date | None, exchange: str = "") -> Listing | None:
        """Return the first listing of `company` valid on `day`; for no day also one that has ended; None if none.

        With `exchange` (XHKG) only listings there are looked at: a wrap of the Hong Kong market means those.
        """
        ended = None
        for row in self._by_company.get(company, ()):
            if row.symbol and (not exchange or row.exchange == exchange):
                if row.on(day):
                    return row
                ended = ended or row
        return None if day else ended

    def symbol(self, company: str) -> str:
        """Return the symbol of a company's or index' first row, "" where it has none."""
        found = self.primary(company, None)
        return found.symbol if found else ""

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
    names: list[Cell] = []
    problems: list[Problem] = []
    for path in (*extra, _OWN):
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                _read(csv.reader(lines), str(path), path != _OWN, listings, names, problems)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            problems.append(Problem(f"cannot be read as a UTF-8 CSV table ({error})", str(path)))
    if problems:
        raise DataError(*problems)
    return Table(listings, names)


def market_pair(symbol: str) -> str:
    """Return the currency pair under which the market quotes a currency: USDCNY for CNYUSD (7.1, not 0.14).

    Whatever else comes goes back as it is.
    """
    flipped = f"USD{symbol[:3]}"
    return flipped if len(symbol) == 6 and symbol[3:] == "USD" and load().listing(flipped, None) else symbol


def _read(
    rows: Iterator[list[str]],
    source: str,
    check: bool,  # a user's names are looked at one by one; ours by the tests
    listings: list[Listing],
    names: list[Cell],
    problems: list[Problem],
) -> None:
    header = [cell.strip() for cell in next(rows, [])]
    unknown = [cell for cell in header if cell not in COLUMNS]
    if unknown or "company" not in header:
        came, wanted = ", ".join(header) or "nothing", ", ".join(COLUMNS)
        problems.append(Problem(f"columns: got {came}, wanted company and any of {wanted}", source, 1))
        return
    pick = itemgetter(*(header.index(column) if column in header else -1 for column in COLUMNS[:6]))
    spoken = [(column, header.index(column)) for column in _NAMES if column in header]
    for line, row in enumerate(rows, start=2):
        if not row:
            continue
        try:
            if len(row) != len(header):
                raise ValueError(f"{len(row)} cells, wanted {len(header)}: is a comma in a name without quotes?")
            row.append("")  # for the columns that the file leaves out
            listing = _listing(pick(row))
            for column, place in spoken:
                if cell := row[place]:
                    names.append((cell, column, listing.company, listing.kind))
                    if check:
                        _check(cell)
        except ValueError as error:
            problems.append(Problem(str(error), source, line))
            continue
        if listing.kind != "none":
            listings.append(listing)


def _listing(cells: Sequence[str]) -> Listing:
    symbol, exchange, valid_from, valid_to, company, kind = cells
    kind = kind or "company"
    if kind not in KINDS:
        raise ValueError(f"kind: got {kind!r}, wanted one of {', '.join(sorted(KINDS))}")
    if not company and kind != "none":
        raise ValueError("company: got nothing, wanted one key for all rows of the company")
    first, last = _day(valid_from), _day(valid_to)
    if first and last and first > last:
        raise ValueError(f"valid_from {first} is after valid_to {last}")
    return Listing(symbol, exchange, first, last, company, kind)


def _check(cell: str) -> None:
    """Raise ValueError for a name of a user's that is none, or that would be found where nobody names a company."""
    for name in cell.split("|"):
        bounds = _BOUNDS.search(name)
        if (name[-1:] == "]") != bool(bounds) or len(
            name[: bounds.start() if bounds else None].rstrip("?")
        ) < _SHORTEST:
            raise ValueError(f"name: got {name!r}, wanted two characters or more, bounds as in [2021-10-28..]")
        if bounds:
            _day(bounds[1]), _day(bounds[2])
        plain = name[: bounds.start() if bounds else None]
        if not any(letter.isalpha() for letter in plain):
            raise ValueError(f"name: got {plain!r}, wanted letters: figures stand in every text of markets")
        if not plain.endswith("?") and plain.lower() in _common():
            raise ValueError(
                f"name: got {plain!r}, which is a word of the language; wanted {plain + '?'!r}, that it counts only "
                "beside market words or a sure name of the company"
            )


@cache
def _common() -> frozenset[str]:
    """Return the words that claims are read by, in lower case: no company can be told by one alone."""
    tables = [
        load_words(f"{part}-{name}") for part in ("claims", "reported", "happenings") for name in ("en", "vi", "zh")
    ]
    return frozenset(
        word.lower() for held in tables for content in held.values() for listed in content for word in listed.split("|")
    )


def _name(text: str, column: str, company: str, kind: str) -> Name:
    first = last = None
    if text[-1] == "]" and (bounds := _BOUNDS.search(text)):
        first, last, text = _day(bounds[1]), _day(bounds[2]), text[: bounds.start()]
    weak = text[-1] == "?"
    return Name(text[:-1] if weak else text, company, kind, weak, column, first, last)


def _simplified(cell: Cell) -> Cell:
    return (cell[0].translate(to_simplified()), *cell[1:]) if cell[1] == "zh_hant" else cell


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
