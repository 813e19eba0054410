"""Tickers in their printed forms: (AMZN.US), $META, NASDAQ: META, 00700.HK, HKEX: 9988, (HOSE: VNM), mã VNM.

A form that names its market is taken as said, also where the table does not hold the symbol: a user may have its
prices. A bare code is taken only where the table holds it and the words around it say that it is a ticker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from events.reading.companies_context import words
from events.reading.companies_table import Listing, Table

_SYMBOL = r"[A-Z]{1,5}(?:[.-][AB])?"
_HONG_KONG, _CHINA, _MIN_BARE = 5, 6, 3
_LIST = re.compile(rf"(?:\s*[,、;/]\s*|\s+(?:và|and|&)\s+)({_SYMBOL})(?![\w.])")
_SHANGHAI = ("6", "9")


class Printed(NamedTuple):
    """A ticker as printed: where, under which Yahoo symbol, the row it stands for (None: not held), and how sure.

    `sure` is False for a code in brackets that may be an abbreviation: it counts behind its company's own name.
    """

    start: int
    end: int
    symbol: str
    listing: Listing | None
    sure: bool


@cache
def _forms() -> re.Pattern[str]:
    table = words()
    exchanges = "|".join(re.escape(name) for names in table["exchanges"].values() for name in _longest_first(names))
    endings = "|".join(_longest_first(table["endings"]))
    before = _longest_first(word for language in ("en", "zh", "vi") for word in table[language]["ticker_before"])
    before_words = "|".join(re.escape(word) for word in before)
    return re.compile(
        rf"(?<![A-Za-z0-9])(?P<exchange>{exchanges})\s?:\s?(?P<at>{_SYMBOL}|\d{{1,6}})(?:\.[A-Z]{{1,2}})?(?![\w])"
        rf"|(?<![\w$])\$(?P<cash>{_SYMBOL})(?![A-Za-z0-9])"
        rf"|(?<![A-Za-z0-9.$])(?P<code>{_SYMBOL}|\d{{1,6}}|\d{{3}}A)\.(?P<ending>{endings})(?![A-Za-z0-9])"
        rf"|(?<![A-Za-z0-9.$])(?P<bloomberg>\d{{1,5}})\s(?P<hk>HK)(?![A-Za-z0-9])"
        rf"|\(\s?(?P<bracket>{_SYMBOL}|\d{{4,6}})(?=\s?[),;/]|\s-)"
        rf"|(?<!\w)(?:{before_words})(?:\s?:\s?|\s)(?P<word>{_SYMBOL}|\d{{4,6}})(?![\w%]|\.\w)"
        rf"|(?:代码|代號|代号|代碼):?(?P<number>\d{{4,6}}|{_SYMBOL})(?![\w])"
    )


@cache
def _vietnamese() -> re.Pattern[str]:
    after = "|".join(re.escape(word) for word in _longest_first(words()["vi"]["ticker_after"]))
    return re.compile(rf"(?<![\w.])([A-Z]{{3}})(?=\s(?:{after})(?!\w)|\s?\(?\s?[+-]\s?\d|\s?\(\s?\d+(?:,\d+)?\s?%)")


@cache
def abbreviations() -> frozenset[str]:
    """Return the tickers that are far oftener abbreviations or words than tickers."""
    return frozenset(words()["abbreviations"]["words"].split())


def printed_tickers(text: str, table: Table, on: date | None, language: str) -> Iterator[Printed]:
    """Yield the tickers of `text` (full-width forms already made narrow) in the forms that stand by themselves."""
    for match in _forms().finditer(text):
        found = _take(match, table, on, language)
        if found is None:
            continue
        yield found
        if found.listing is not None and (match["bracket"] or match["word"] or match["at"]):
            yield from _list_after(text, found, table, on)
    if language in ("vi", ""):
        for match in _vietnamese().finditer(text):
            if listing := table.listing(f"{match[1]}.VN", on):
                first = Printed(match.start(1), match.end(1), listing.symbol, listing, True)
                yield first
                yield from _list_after(text, first, table, on)


def bare_tickers(text: str, known: dict[str, Printed]) -> Iterator[Printed]:
    """Yield the places where a ticker of `known` (by its printed letters) stands bare."""
    plain = [letters for letters in known if letters.isascii() and letters.isalpha() and letters not in abbreviations()]
    if wanted := "|".join(_longest_first(letters for letters in plain if len(letters) > 1)):
        for match in re.finditer(rf"(?<![A-Za-z0-9.$@#-])(?:{wanted})(?![A-Za-z0-9.-]?[A-Za-z0-9])", text):
            first = known[match[0]]
            yield Printed(match.start(), match.end(), first.symbol, first.listing, True)


def _take(match: re.Match[str], table: Table, on: date | None, language: str) -> Printed | None:
    start, end = match.span()
    if match["at"]:
        ending = _exchange_endings()[match["exchange"]]
        return _stands(start, end, match["at"], ending, table, on)
    if match["cash"]:
        return _stands(start, end, match["cash"], "", table, on)
    if match["code"]:
        return _stands(start, end, match["code"], words()["endings"][match["ending"]], table, on)
    if match["bloomberg"]:
        return _stands(start, end, match["bloomberg"], ".HK", table, on)
    group = "bracket" if match["bracket"] else "word" if match["word"] else "number"
    letters = match[group]
    listing = _look_up(letters, table, on, language)
    if listing is None:
        return None
    sure = group != "bracket" or (len(letters) >= _MIN_BARE and letters not in abbreviations())
    if letters.isdigit() and len(letters) < _HONG_KONG and group == "bracket":
        sure = False  # (2024) is a year and (0700) may be a time
    return Printed(match.start(group), match.end(group), listing.symbol, listing, sure)


def _stands(start: int, end: int, letters: str, ending: str, table: Table, on: date | None) -> Printed | None:
    """Return a ticker whose form names its market; letters alone in a market of numbers are none, nor the reverse."""
    if letters.isdigit():
        if ending in ("", ".L", ".PA", ".DE", ".AS", ".VN"):
            return None
        letters = letters.lstrip("0").zfill(4) if ending == ".HK" else letters
        if ending in (".SS", ".SZ") and len(letters) != _CHINA:
            return None
    elif ending in (".HK", ".SS", ".SZ", ".T", ".TW", ".KS") and not letters[:1].isdigit():
        return None
    symbol = letters.replace(".", "-") + ending
    listing = table.listing(symbol, on)
    if listing is None and len(letters) == 1 and not letters.isdigit():
        return None  # "A.N. Other" and "S.A." are no tickers
    return Printed(start, end, symbol, listing, True)


def _look_up(letters: str, table: Table, on: date | None, language: str) -> Listing | None:
    """Return the row that a code without a market stands for; in Vietnamese a Vietnamese one before an American."""
    if letters.isdigit():
        if len(letters) == _CHINA:
            return table.listing(letters + (".SS" if letters.startswith(_SHANGHAI) else ".SZ"), on)
        return table.listing(letters.lstrip("0").zfill(4) + ".HK", on)
    american, vietnamese = letters.replace(".", "-"), f"{letters}.VN"
    first, second = (vietnamese, american) if language == "vi" else (american, vietnamese)
    return table.listing(first, on) or table.listing(second, on)


def _list_after(text: str, first: Printed, table: Table, on: date | None) -> Iterator[Printed]:
    """Yield the tickers that go on a list after `first` in the same market: "mã VIC, VHM và VRE"."""
    ending = first.symbol.rpartition(".")[2] if "." in first.symbol else ""
    at = first.end
    while match := _LIST.match(text, at):
        symbol = match[1].replace(".", "-") + (f".{ending}" if ending else "")
        listing = table.listing(symbol, on)
        if listing is None or len(match[1]) == 1:
            return
        yield Printed(match.start(1), match.end(1), symbol, listing, match[1] not in abbreviations() or ending == "VN")
        at = match.end()


@cache
def _exchange_endings() -> dict[str, str]:
    return {name: ending for ending, names in words()["exchanges"].items() for name in names}


def _longest_first(options: object) -> list[str]:
    return sorted(set(options), key=lambda word: (-len(word), word))  # type: ignore[call-overload]
