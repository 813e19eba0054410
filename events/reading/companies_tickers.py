"""Tickers in their printed forms: (AMZN.US), $META, NASDAQ: META, 00700.HK, HKEX: 9988, (HOSE: VNM), mã VNM.

A form that names its market is taken as said, also where the table does not hold the symbol: a user may have its
prices. A bare code is taken only where the table holds it and the words around it say that it is a ticker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from events.reading.companies_context import words
from events.reading.companies_market import is_taiwanese
from events.reading.companies_table import Listing, Table

# Letters of other alphabets that look like ours, and what is not seen at all: beside these a code is part of a word.
_STRANGE = "\u00c0-\u1eff\u200b-\u200f\u2060-\u2064\ufeff"
_TOKEN = re.compile(f"[A-Z0-9](?<![{_STRANGE}].)[A-Z0-9]*(?:[.-][AB](?![A-Za-z0-9]))?(?![A-Za-z0-9{_STRANGE}])")
_CAPITALS = re.compile("[A-Z](?<![A-Za-z0-9.$@#-].)[A-Z]+(?![A-Za-z0-9.-]?[A-Za-z0-9])")
_SYMBOL = re.compile(r"[A-Z]{1,5}(?:[.-][AB])?")
_LIST = re.compile(r"(?:\s?[,、;/]\s?|\s(?:và|and|&)\s)([A-Z]{1,5}(?:[.-][AB])?)(?!\w|\.\w)")
_LIST_BEFORE = re.compile(r"(?<![\w.])([A-Z]{3})(?:\s?,\s?|\s(?:và|and)\s)$")
_HONG_KONG, _CHINA, _MIN_BARE, _VIETNAM = 5, 6, 3, 3
_REACH = 24  # characters before a ticker that may name its market or say that it is one
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


class _Forms(NamedTuple):
    exchange: re.Pattern[str]  # each ends where the ticker begins
    said: re.Pattern[str]
    coded: re.Pattern[str]
    words: tuple[str, ...]  # with which the two end, quick to ask
    ending: re.Pattern[str]  # these begin where it ends
    vietnamese: re.Pattern[str]


@cache
def _forms() -> _Forms:
    table = words()
    exchanges = _any(name for names in table["exchanges"].values() for name in names)
    before = sorted({word for language in ("en", "zh", "vi") for word in table[language]["ticker_before"]})
    return _Forms(
        exchange=re.compile(rf"(?<![A-Za-z0-9])({exchanges})\s?:\s?$"),
        said=re.compile(rf"(?<!\w){_any(before)}(?:\s?:\s?|\s)$"),
        coded=re.compile(r"代[码号碼號]:?$"),
        words=(*before, "代码", "代号", "代碼", "代號"),
        ending=re.compile(rf"\.({_any(table['endings'])})(?![A-Za-z0-9])|\s(HK)(?![A-Za-z0-9])"),
        vietnamese=re.compile(
            rf"\s(?:(?:(?:sáng|chiều|hôm) nay|hôm qua|(?:hôm|phiên|(?:phiên )?ngày) \d+/\d+|phiên này|đã|vẫn|chỉ|cũng)"
            r"\s)?"
            rf"(?:{_any(table['vi']['ticker_after'])})(?!\w)|\s?\(?\s?[+-]\s?\d|\s\d{{1,3}}[.,]\d{{1,3}}\s(?:đồng|đ|nghìn)|\s?\(\s?\d+(?:,\d+)?\s?%"
        ),
    )


@cache
def abbreviations() -> frozenset[str]:
    """Return the tickers that are far oftener abbreviations or words than tickers."""
    return frozenset(words()["abbreviations"]["words"].split())


def printed_tickers(text: str, table: Table, on: date | None, language: str) -> Iterator[Printed]:
    """Yield the tickers of `text` (full-width forms already made narrow) in the forms that stand by themselves."""
    asked = _Asked(text, table, on, language)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if before.isalnum() and before.isascii():
            continue
        found = _with_market(asked, start, end, match[0], before, after)
        if found is None and before not in (".", "$", "-") and not (after.isalnum() and after.isascii()):
            found = _without_market(asked, start, end, match[0], before, after)
        if found is not None:
            yield found
            if found.listing is not None:
                yield from _list_after(text, found, table, on)
                if found.symbol.endswith(".VN"):
                    yield from _list_before(text, found, table, on)


def bare_tickers(text: str, known: dict[str, Printed]) -> Iterator[Printed]:
    """Yield the places where a ticker of `known` (by its printed letters) stands bare."""
    if wanted := {letters for letters in known if _CAPITALS.fullmatch(letters)} - abbreviations():
        for match in _CAPITALS.finditer(text):
            if match[0] in wanted:
                first = known[match[0]]
                yield Printed(match.start(), match.end(), first.symbol, first.listing, True)


class _Asked(NamedTuple):
    text: str
    table: Table
    on: date | None
    language: str


def _with_market(asked: _Asked, start: int, end: int, code: str, before: str, after: str) -> Printed | None:
    """Return the ticker of a form that names its market: AMZN.US, 700 HK, NASDAQ: META, $META."""
    forms, text = _forms(), asked.text
    ended = after == "." or (after == " " and text.startswith("HK", end + 1))
    if ended and before != "." and (ending := forms.ending.match(text, end)):
        market = ".HK" if ending[2] else words()["endings"][ending[1]]
        if ending[1] or code.isdigit():
            return _stands(asked, start, ending.end(), code, market)
    if before == "$":
        if text[start - 2 : start - 1].isalnum() or not _SYMBOL.fullmatch(code):
            return None
        return _stands(asked, start - 1, end, code, "")
    if ":" in text[start - 2 : start] and (market := forms.exchange.search(text[max(0, start - _REACH) : start])):
        length = len(market[0])
        return _stands(asked, start - length, end, code, _exchange_endings()[market[1]])
    return None


def _without_market(asked: _Asked, start: int, end: int, code: str, before: str, after: str) -> Printed | None:
    """Return the ticker of a form that says only that it is one: (META), mã VNM, 代码00700, "HPG (-1,2%)"."""
    text, forms = asked.text, _forms()
    if not (len(code) in (4, _HONG_KONG, _CHINA) if code.isdigit() else _SYMBOL.fullmatch(code)):
        return None
    if after == "." and text[end + 1 : end + 2].isalnum():
        return None
    bracket = before == "(" and text[end : end + 2].lstrip()[:1] in (")", ",", ";", "/", "-")
    reach = text[max(0, start - _REACH) : start]
    said = after != "%" and reach.rstrip(": ").endswith(forms.words)
    said = said and bool((before in (":", " ") and forms.said.search(reach)) or forms.coded.search(reach))
    behind_a_name = len(code) == _CHINA and before == " " and "\u4e00" <= text[start - 2 : start - 1] <= "\u9fff"
    if bracket or said or behind_a_name:
        listing = _look_up(asked, code)
        if listing is None:
            return None
        # (2024) is a year, (0700) may be a time, (AI) is no company
        year = code.isdigit() and len(code) < _HONG_KONG
        sure = said or not (behind_a_name or year or len(code) < _MIN_BARE or code in abbreviations())
        return Printed(start, end, listing.symbol, listing, sure)
    if reach.endswith(("TP ", "TP.", "Tp ", "Tp.", "tp ")):
        return None  # the city
    if (
        asked.language in ("vi", "")
        and len(code) == _VIETNAM
        and code.isalpha()
        and (forms.vietnamese.match(text, end) or (asked.language == "vi" and _lists_on(asked, code, end)))
    ):
        vietnamese = asked.table.listing(f"{code}.VN", asked.on)
        return Printed(start, end, vietnamese.symbol, vietnamese, True) if vietnamese else None
    return None


def _lists_on(asked: _Asked, code: str, end: int) -> bool:
    """Tell whether another Vietnamese code follows in a list, and one of the two is no abbreviation: "BID, GVR"."""
    following = _LIST.match(asked.text, end)
    if following is None or (code in abbreviations() and following[1] in abbreviations()):
        return False
    return all(asked.table.listing(f"{one}.VN", asked.on) is not None for one in (code, following[1]))


def _stands(asked: _Asked, start: int, end: int, letters: str, ending: str) -> Printed | None:
    """Return a ticker whose form names its market; letters alone in a market of numbers are none, nor the reverse."""
    if letters.isdigit():
        if ending in ("", ".L", ".PA", ".DE", ".AS", ".VN"):
            return None
        letters = letters.lstrip("0").zfill(4) if ending == ".HK" else letters
        if ending in (".SS", ".SZ") and len(letters) != _CHINA:
            return None
    elif ending != ".T" and (ending in (".HK", ".SS", ".SZ", ".TW", ".KS") or not _SYMBOL.fullmatch(letters)):
        return None
    symbol = letters.replace(".", "-") + ending
    listing = asked.table.listing(symbol, asked.on)
    if listing is None and len(letters) == 1 and not letters.isdigit():
        return None  # "A.N. Other" and "S.A." are no tickers
    return Printed(start, end, symbol, listing, True)


def _look_up(asked: _Asked, letters: str) -> Listing | None:
    """Return the row that a code without a market stands for; in Vietnamese a Vietnamese one before an American."""
    table, on = asked.table, asked.on
    if letters.isdigit():
        if len(letters) == _CHINA:
            return table.listing(letters + (".SS" if letters.startswith(_SHANGHAI) else ".SZ"), on)
        at_home, taiwan = table.listing(letters.lstrip("0").zfill(4) + ".HK", on), None
        if len(letters) < _HONG_KONG and not letters.startswith("0"):
            taiwan = table.listing(f"{letters}.TW", on)
        return taiwan if taiwan and (not at_home or is_taiwanese(asked.text)) else at_home
    american, vietnamese = letters.replace(".", "-"), f"{letters}.VN"
    if asked.language != "vi":
        return table.listing(american, on) or table.listing(vietnamese, on)
    if (at_home := table.listing(vietnamese, on)) is not None or (abroad := table.listing(american, on)) is None:
        return at_home
    return abroad if abroad.on(on) else None  # a code of today in Vietnam is no American one of yesterday


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


def _list_before(text: str, last: Printed, table: Table, on: date | None) -> Iterator[Printed]:
    """Yield the Vietnamese tickers of a list that ends in `last`: "CTG, TCB và MBB cùng tăng"."""
    start = last.start
    while match := _LIST_BEFORE.search(text[max(0, start - _REACH) : start]):
        start -= len(match[0])
        listing = table.listing(f"{match[1]}.VN", on)
        if listing is None:
            return
        yield Printed(start, start + len(match[1]), listing.symbol, listing, True)


@cache
def _exchange_endings() -> dict[str, str]:
    return {name: ending for ending, names in words()["exchanges"].items() for name in names}


def _any(options: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(options), key=lambda word: (-len(word), word))) + ")"
