"""Which companies, indices and currencies a text names, where, and under which symbol their prices are held.

Names come from the table (companies_table.py), the longest one first, at word boundaries in Latin script and anywhere
in Han; tickers in their printed forms (companies_tickers.py). An ordinary word ("Target", 美的) counts beside market
words, in a list with sure names, or in an article that names the same company surely. Names of one company that stand
together, 谷歌母公司Alphabet(GOOG.US), are one mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import compress
from operator import add
from pathlib import Path
from typing import Literal

import msgspec

from events.reading.companies_context import goes_on, is_company, only_modifies, patterns, role_stands_before, words
from events.reading.companies_market import (
    MAINLAND,
    Taipei,
    Where,
    is_of_mainland,
    line_of,
    market_of,
    markets_beside,
)
from events.reading.companies_table import SIMPLIFIED_FOR, Begun, Listing, Name, Table, load
from events.reading.companies_tickers import Printed, bare_tickers, printed_tickers
from events.reading.language import simplified
from events.reading.spelling import Spelled, low_text, words_and_digits

MentionKind = Literal["ticker", "name", "unit", "index", "currency", "commodity"]

# One character for one character, so that every span holds: full-width forms, spaces, quotes, dashes, dots; then
# Traditional characters to Simplified ones, as in the table's names.
_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN |= {
    ord(c): " " for c in "\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\n\r\t"
}
_PLAIN |= {ord(c): "'" for c in "\u2018\u2019\u02bc\u2032"} | {ord(c): "-" for c in "\u2010\u2011\u2012\u2013"}
_PLAIN |= {ord(c): "·" for c in "•・‧∙"}

_UNPLAIN = re.compile("[" + "".join(map(chr, _PLAIN)) + "]")

_WIDE = re.compile("[！-～]")
_WORD = re.compile("[A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff]+")
_DAY = re.compile(r"\d{1,4}[年月日号]")
_DAY_SIGNS = frozenset("年月日号")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_LONGEST_GAP = 40
_LONGEST_JOINED = 200  # characters of names of one company that stand together
_ACRONYM = 5  # capitals up to this length ("SAP", "UPS", "ICE") are a name only in capitals
_FIRST_HAN = "\u2e80"
_LEGAL = "|".join(map(re.escape, words()["en"]["legal_form"].split()))
_TOGETHER = re.compile(
    rf"(?:,?\s+(?:{_LEGAL})|股份|集团|控股|公司)?(?:'s)?(?:\s+[Cc]lass\s[ABC])?(?:\s+(?:shares|stock))?"
    r"\s*[(/]\s*(?:(?:股票|股份|证券|股份)?代[码号]:?\s*|mã(?:\s\w+)?:?\s*)?|\s+|-\s?(?:SW|[SWBPR])\s*\(\s*"
)
_IN_BRACKET = re.compile(r"\s*[,;/:|、]\s*|\s+")
_APPOSITION = re.compile(r"\s*,\s*")
_PARENT_BEHIND = re.compile(r"的?母公司|'s (?:parent|owner)")
_MONEY = ("currency", "commodity")


class Mention(msgspec.Struct, frozen=True, gc=False):
    """A company, index, currency or commodity at `span` (start and end characters of the text).

    `symbol` is the one under which its prices are held today (META also for "FB"; "" for a company that has none),
    `listed` the one that was valid on the day asked for, `company` the table's key ("" where only the ticker is known),
    `name` the words as printed. `modifies` marks a name that only modifies another noun ("Apple supplier"): the clause
    is about somebody else; `elsewhere` one whose price is told of an exchange on which the table has no listing of it:
    "Meta fell 2.7% in Frankfurt" is no price of Meta in New York.
    """

    span: tuple[int, int]
    symbol: str
    company: str
    name: str
    kind: MentionKind
    listed: str = ""
    modifies: bool = False
    elsewhere: bool = False


COMPANY_KINDS: tuple[MentionKind, ...] = ("name", "ticker", "unit")


class _Found(msgspec.Struct):
    start: int
    end: int
    company: str
    kind: MentionKind
    symbol: str = ""  # of a ticker
    weak: bool = False
    nobody: bool = False
    last_start: int = -1  # of the last of several names that stand together

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


def find_companies(text: str, on: date | None, language: str, extra: Sequence[Path] = ()) -> list[Mention]:
    """Return the mentions of `text`, in its order and without overlaps.

    `on` is the day of the text (which symbols and names were valid; None: today's), `language` one of en, vi, zh-Hans,
    zh-Hant or "" for any, `extra` a user's own tables (`companies_table` says how they look; DataError for bad ones).
    """
    table = load(*extra)
    plain = text.translate(_PLAIN) if text.isascii() else _UNPLAIN.sub(lambda match: _PLAIN[ord(match[0])], text)
    if language in SIMPLIFIED_FOR:
        plain = simplified(plain)
    tickers = _apart_from_indices(list(printed_tickers(plain, table, on, language)), table, language)
    # Full-width letters aside, what is spelled in Latin letters is the same in the plain text.
    spelled = None if _WIDE.search(text) else words_and_digits(low_text(text))
    found = _longest([*_names(plain, table, on, language, spelled), *_doubtful(plain, tickers)])
    found = _sure(plain, found)
    found = _with_bare_tickers(plain, found, tickers)
    merged = _together(plain, [one for one in found if not one.nobody])
    return _mentions(text, plain, merged, table, on)


def _apart_from_indices(tickers: list[Printed], table: Table, language: str) -> list[Printed]:
    """Leave out a code that is an index's name too (VIX), where no other code of its market stands in the text."""
    markets = {(one.symbol, one.symbol.rpartition(".")[2]) for one in tickers if "." in one.symbol}
    kept = []
    for one in tickers:
        letters, _, market = one.symbol.rpartition(".")
        others = any(there == market and symbol != one.symbol for symbol, there in markets)
        if not letters or others or not _is_index(table, language, letters):
            kept.append(one)
    return kept


def _is_index(table: Table, language: str, letters: str) -> bool:
    begun = table.heads(language).under(letters.lower())
    return any(name.kind == "index" for name in begun.names.get(letters.lower(), ()))


def _names(text: str, table: Table, on: date | None, language: str, spelled: Spelled | None) -> Iterator[_Found]:
    heads = table.heads(language)
    folded = text.lower()
    if len(folded) != len(text):  # "İ" grows: keep such letters as they are
        folded = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    latin = heads.latin
    spelled = words_and_digits(folded) if spelled is None else spelled
    begun = [(spelled.starts[place], spelled.words[place]) for place in spelled.among(latin)]
    if not _DAY_SIGNS.isdisjoint(text):  # Meta10月30日: a date right behind a name
        dated = [
            (at, word.rstrip("0123456789"))
            for at, word in zip(spelled.starts, spelled.words, strict=True)
            if word[-1] <= "9" < word[0]
        ]
        begun += [(at, word) for at, word in dated if word in latin and _DAY.match(text, at + len(word))]
    for at, word in begun:
        if one := _name_at(text, folded, at, heads.under(word), on):
            yield one
    if not text.isascii() and _han().search(text):  # all of it at the speed of C: one look-up for two characters
        pairs = map(add, text, text[1:])
        for at in compress(range(len(text)), map(heads.han.__contains__, pairs)):
            if one := _name_at(text, folded, at, heads.under(text[at : at + 2]), on):
                yield one
    if "@" in text or "#" in text or "://" in text or "www." in text:
        for match in _address().finditer(text):
            yield _Found(match.start(), match.end(), "", "name", nobody=True)


@cache
def _han() -> re.Pattern[str]:  # said by what it is not, and made when needed: a set of so many letters takes its time
    return re.compile("[^\\x00-\u2e7f]")


@cache
def _address() -> re.Pattern[str]:
    return re.compile(
        r"(?:https?://|www\.)[^\s<>\"'）)\u4e00-\u9fff]+|(?<![\w.])[@#][A-Za-z_]\w*|[\w.+-]{1,64}@[\w.-]+"
    )


def _name_at(text: str, folded: str, at: int, begun: Begun, on: date | None) -> _Found | None:
    """Return the longest name that stands at `at` and is valid on the day."""
    for length in begun.lengths:
        for name in begun.names.get(folded[at : at + length], ()):
            if _fits(text, at, name) and name.on(on):
                return _named(at, name)
    return None


def _named(at: int, name: Name) -> _Found:
    kind: MentionKind = "unit" if name.column == "units" else "name"
    if name.kind in ("index", "currency", "commodity"):
        kind = name.kind  # type: ignore[assignment]
    return _Found(at, at + len(name.text), name.company, kind, weak=name.weak, nobody=name.kind == "none")


def _fits(text: str, at: int, name: Name) -> bool:
    """Say whether case and ends are a name's: "Target" but not "target", "SAP" but not "Sap" or "SAPs"."""
    printed = text[at : at + len(name.text)]
    if printed != name.text:
        short = name.text.isupper() and len(name.text) <= _ACRONYM
        if short or (name.text[0].isupper() and not printed[0].isupper()):
            return False
        if name.weak and name.text[0].isupper() and not printed.isupper():
            return False
    return _ends(text, at, name)


def _ends(text: str, at: int, name: Name) -> bool:
    end = at + len(name.text)
    if end >= len(text) or (name.text[-1] not in _LETTERS and not name.text[-1].isalpha()) or name.text[-1] >= "\u2e80":
        return True
    return not _WORD.match(text, end) or (text[end].isdigit() and _DAY.match(text, end) is not None)


def _doubtful(text: str, tickers: Sequence[Printed]) -> Iterator[_Found]:
    for one in tickers:
        company, kind = (one.listing.company, one.listing.kind) if one.listing else ("", "company")
        shown: MentionKind = "ticker" if kind == "company" else kind  # type: ignore[assignment]
        yield _Found(one.start, one.end, company, shown, symbol=one.symbol, weak=not one.sure)


def _longest(found: list[_Found]) -> list[_Found]:
    """Return what does not overlap, in the text's order: the longest wins, then sure names, then the leftmost.

    So 微软 stands in 远超微软 (超微 is an ordinary word), and 美的集团 in 对美的集团.
    """
    taken: set[int] = set()
    kept: list[_Found] = []
    for one in sorted(
        found, key=lambda one: (one.start - one.end, one.weak, not one.nobody, "." not in one.symbol, one.start)
    ):
        if one.start not in taken and one.end - 1 not in taken:  # nothing kept is shorter: it covers an end or nothing
            taken.update(range(one.start, one.end))
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _sure(text: str, found: list[_Found]) -> list[_Found]:
    """Return what counts: sure names, and ordinary words and short codes that their surroundings vouch for."""
    kept: set[int] = set()
    established = {one.company for one in found if one.company and not one.weak and not one.nobody}
    for index, one in enumerate(found):
        before = found[index - 1] if index else None
        if not one.weak or one.nobody:
            kept.add(index)
        elif one.symbol:  # a code in brackets: right behind its company's name
            if before and before.company == one.company and _TOGETHER.fullmatch(text[before.end : one.start]):
                kept |= {index, index - 1}
        elif is_company(text, *one.span, one.kind) or (one.company in established and one.kind not in _MONEY):
            kept.add(index)
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):  # a list vouches for its members, both ways
        step = -1 if order.step == 1 else 1
        for index in order:
            one, other = found[index], found[index + step]
            if index in kept or one.symbol or one.kind in _MONEY or other.nobody or index + step not in kept:
                continue
            gap = text[min(one.end, other.end) : max(one.start, other.start)]
            if goes_on(gap):
                kept.add(index)
    return [one for index, one in enumerate(found) if index in kept]


def _with_bare_tickers(text: str, found: list[_Found], tickers: Sequence[Printed]) -> list[_Found]:
    """Add the bare repetitions of tickers that the text has introduced."""
    accepted = {one.start for one in found if one.symbol}
    known: dict[str, Printed] = {}
    for one in tickers:
        if one.start in accepted and one.listing is not None:
            letters = re.sub(r"^.*[:：$]\s?|\.[A-Z]{1,2}$", "", text[one.start : one.end])
            known.setdefault(letters, one)
    if not known:
        return found
    return _longest([*found, *_doubtful(text, list(bare_tickers(text, known)))])


def _together(text: str, found: list[_Found]) -> list[_Found]:
    """Join names of one company that stand together: 微软(Microsoft, MSFT.US), "Google parent Alphabet"."""
    joined: list[_Found] = []
    for one in found:
        last = joined[-1] if joined else None
        apart = one.kind == "unit" and last is not None and last.end == one.start  # 亚马逊AWS营收 is that of the part
        if last is None or not one.company or one.company != last.company or apart or not _touch(text, last, one):
            one.last_start = one.start
            joined.append(one)
            continue
        last.end, last.last_start = one.end, one.start
        last.symbol = last.symbol or one.symbol
        if last.kind == "ticker" and one.kind == "name":
            last.kind = "name"
        if text.startswith(")", last.end) and (
            text.count("(", last.start, last.end) > text.count(")", last.start, last.end)
        ):
            last.end += 1
    return joined


def _touch(text: str, last: _Found, one: _Found) -> bool:
    gap = text[last.end : one.start]
    if len(gap) > _LONGEST_GAP or one.start - last.start > _LONGEST_JOINED:
        return False
    if not gap or _TOGETHER.fullmatch(gap) or patterns().parent.fullmatch(gap):
        return True
    if _IN_BRACKET.fullmatch(gap) and "(" in text[last.start : last.end]:
        return text.count("(", last.start, last.end) > text.count(")", last.start, last.end)
    return bool(_APPOSITION.fullmatch(gap) and _PARENT_BEHIND.match(text, one.end))


def _mentions(original: str, text: str, found: list[_Found], table: Table, on: date | None) -> list[Mention]:
    """Turn finds into mentions; a name takes the share class or listing that the text printed for it."""
    printed: dict[str, str] = {}
    for one in reversed(found):
        if one.symbol and one.company:
            printed[one.company] = one.symbol  # the first one in the text, for names before it
    modifying = _modifying(text, found)
    market = market_of(text, (table.symbol(one.company) if one.kind == "index" else one.symbol for one in found))
    homes = (table.symbol(one.company) for one in found if one.company)
    if not market and any(symbol.endswith((".SS", ".SZ")) for symbol in homes) and is_of_mainland(text):
        market = MAINLAND
    indices = [(one.start, table.symbol(one.company)) for one in found if one.kind == "index"]
    beside = markets_beside(indices, [one.start for one in found])
    taipei = Taipei(text, (table.symbol(one.company) for one in found))
    mentions = []
    where = Where(text)
    for index, one in enumerate(found):
        if one.symbol and one.company:
            printed[one.company] = one.symbol
        told = where.told(one.start, one.end) if one.kind in COMPANY_KINDS else ()
        symbol = one.symbol or ("" if told else printed.get(one.company, ""))
        there = told or _exchanges(beside[index], market)
        at_home = (
            None if symbol else next(filter(None, (table.primary(one.company, on, at) for at in there if at)), None)
        )
        if at_home is None and not symbol and one.kind == "name":
            at_home = _of_taiwan(text, table, one, on, taipei)
        listing = table.listing(symbol, on) if symbol else at_home or table.primary(one.company, on)
        elsewhere = False
        if one.kind in ("name", "unit") and not one.symbol and (line := line_of(text, one.last_start, one.end)):
            lines = (table.primary(one.company, on, exchange) for exchange in line.exchanges)
            there_is = next((held for held in lines if held is not None), None)
            elsewhere = there_is is None and line.priced
            if there_is is not None or line.only:
                listing, symbol = there_is, ""
        mentions.append(
            Mention(
                span=one.span,
                symbol=table.history(listing) if listing else symbol,
                company=one.company,
                name=original[one.start : one.end],
                kind=one.kind,
                listed=(listing.symbol if listing.on(on) else "") if listing else symbol,
                modifies=index in modifying,
                elsewhere=elsewhere,
            )
        )
    return mentions


def _exchanges(beside: str, market: str) -> tuple[str, ...]:
    """Return the exchanges of the market that an index beside a name, or else the whole article, speaks of."""
    where = beside or market if MAINLAND in (beside, market) else market or beside  # the mainland is meant weakly
    return (MAINLAND, "XSHE") if where == MAINLAND else (where,)


def _of_taiwan(text: str, table: Table, one: _Found, on: date | None, taipei: Taipei) -> Listing | None:
    """Return a company's listing in Taipei where its sentence means that: 台积电 in Taiwan's papers, 台积电台北收盘."""
    listing = table.primary(one.company, on, "XTAI") if text[one.start] >= _FIRST_HAN else None
    return listing if listing is not None and taipei.is_meant(one.start, one.end) else None


def _modifying(text: str, found: Sequence[_Found]) -> set[int]:
    """Return which finds only modify another noun; a list shares it: "suppliers of Apple and Tesla"."""
    marked = {index for index, one in enumerate(found) if only_modifies(text, *one.span, one.kind)}
    for index in range(1, len(found)):
        gap = text[found[index - 1].end : found[index].start]
        if goes_on(gap) and index - 1 in marked and role_stands_before(text, *found[index - 1].span):
            marked.add(index)
    for index in range(len(found) - 2, -1, -1):
        gap = text[found[index].end : found[index + 1].start]
        if (
            gap in ("、", "和", "及", "与", "/")
            and index + 1 in marked
            and not role_stands_before(text, *found[index + 1].span)
        ):
            marked.add(index)
    return marked
