"""Which market a text is about, and which line of shares the words beside a name mean.

阿里 in a wrap of the Hang Seng is 9988.HK; in an article that speaks of Wall Street too it stays the table's first
listing. "Alibaba's Hong Kong shares" are those whatever else the text speaks of, and "Tencent's ADRs" are not those of
Hong Kong. Words are those of matching text (Simplified Chinese).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, cached_property
from typing import NamedTuple

from events.reading.companies_context import words

_AMERICAN = re.compile(r"美股|华尔街|纽约|纳斯达克|Wall Street|New York|Nasdaq|ADR|Phố Wall", re.IGNORECASE)
_AMERICAN_INDICES = frozenset(("^GSPC", "^DJI", "^IXIC", "^NDX", "^RUT", "^SOX", "^VIX"))
_MARKETS: tuple[tuple[str, re.Pattern[str], frozenset[str]], ...] = (
    ("XHKG", re.compile(r"港股|港元|港币|HK\$"), frozenset(("^HSI", "HSTECH.HK", "^HSCE"))),
    ("XTKS", re.compile(r"东京|东证|日股|Tokyo"), frozenset(("^N225", "998405.T"))),
    ("XSHG", re.compile("(?!)"), frozenset(("000001.SS", "399001.SZ", "399006.SZ", "000300.SS", "000688.SS"))),
    ("XTAI", re.compile(r"台股|台北股市|三大法人|亮灯|买超|卖超|权值股|上市柜|新台币"), frozenset(("^TWII",))),
)
MAINLAND = "XSHG"  # stands for Shenzhen too
_OPENED = re.compile(
    r"(?:而|另外|此外)?[,，]?(?:今日|昨日|周[一二三四五]|当日)?(港股|美股|A股|日股)"
    r"(?:方面|市场(?:上|中|方面)?|中|这边|盘中|盘初|早盘|午后|收盘|开盘后?)[，,：:]"
)
_IN_HONG_KONG = re.compile(
    r"[^，,。；;\n\d]{0,12}(?:\d{1,2}日)?[^，,。；;\n\d]{0,8}(?:收报|现报|报|收于|收在|收)\s?[\d.,]+\s?(?:港元|港币)"
)
_AMERICAN_WORDS = re.compile(r"美股|华尔街|纽约|纳斯达克|ADR|道琼|道指|标普|标指|那斯达克|纳指|那指|费半|费城|美国股市")
_LINE = 160  # characters behind a price in the money of a market in which companies are told of on that market
_HONG_KONG_MARK = re.compile(r"-\s?(?:SW|[SWBR])(?![A-Za-z])")  # 京东集团-SW is the listing in Hong Kong
_LETTER = re.compile("[A-Za-z)]")
_IN_MONEY = re.compile(
    r"(?:[^.;\n\d]|\d[\d.,]*(?:\s?%|\sper\s?cent)){0,60}?\b(?:to|at)\s(?:about\s)?"
    r"(?:(?P<hong_kong>HK\$)\s?\d|\d[\d.,]*\s?(?P<money>yen|pence|p|won)\b)",
    re.IGNORECASE,
)
_EXCHANGES_BY_MONEY = {"yen": "XTKS", "pence": "XLON", "p": "XLON", "won": "XKRX"}
# Words of trading, where a text of Chinese names shares of the mainland.
_ON_THE_MAINLAND = re.compile(r"[跌涨升挫](?:幅|了|超|逾|近|约)?\s?\d|收报|收盘|股价|涨停|跌停|市值|A股|两市|沪指")
_OTHER_MARKETS = re.compile(
    r"港股|港元|港币|H股|港交所|恒指|恒生|恒科|国指|香港|美股|华尔街|纽约|ADR|纳斯达克|纳指|道指|标普|美元|东京|台股"
)
_TAIPEI = re.compile(r"台股|台北|加权指数|新台币|台湾股市")
_TAIWANESE = re.compile(
    r"辉达|超微|那斯达克|那指|艾司摩尔|台股|加权指数|法说会|[年季月](?:增|减)\d|每股盈余|纯益|新台币|亮灯|投顾|合并营收|三大法人"
)
_OF_TAIWAN = re.compile(r"台湾|台积电|法人|Taiwan|Taipei")
_ENDS = ("。", "\n", ";", "；")
_PRICED = re.compile(r"[^,，。;；.]{0,12}?\d+(?:\.\d+)?\s?%")  # behind a place: 在法兰克福下跌2.7%
_SENTENCE = 1000  # characters beside a name that are looked at for the ends of its sentence
_REACH = 120  # characters behind an index in which companies are told of on its market


def is_american(symbol: str) -> bool:
    """Tell whether what a symbol names trades in New York."""
    return symbol in _AMERICAN_INDICES if symbol.startswith("^") else "." not in symbol and "=" not in symbol


def market_of(text: str, symbols: Iterable[str]) -> str:
    """Return the one exchange outside of America that a text is about (XHKG, XTKS), "" for none and for several.

    `symbols` are those of the indices and tickers that the text names.
    """
    named = set(symbols)
    if named & _AMERICAN_INDICES:
        return ""
    found = [
        (code, indices)
        for code, words, indices in _MARKETS
        if code != MAINLAND and (named & indices or words.search(text))
    ]
    if len(found) != 1 or ("美元" in text and not named & found[0][1]) or _AMERICAN.search(text):
        return ""
    return found[0][0]


def market_opened(text: str, at: int) -> tuple[str, ...]:
    """Return the exchanges of the market that a sentence begins with: 港股方面，阿里巴巴收报157.7港元."""
    near = max(0, at - _SENTENCE)
    if text.find("股", near, at) < 0:  # each of these markets has it
        return ()
    start = max(text.rfind(mark, near, at) for mark in "。！？!?；;\n ") + 1
    found = _OPENED.match(text, start, at) if start or not near else None
    return exchanges_of(found[1]) if found else ()


def is_priced_in_hong_kong(text: str, at: int) -> bool:
    """Tell whether a price in Hong Kong's money is told of the name that ends at `at`: 收报157.7港元."""
    return text.find("港", at, at + 40) >= 0 and _IN_HONG_KONG.match(text, at) is not None


def is_of_mainland(text: str) -> bool:
    """Tell whether an article that names shares of the mainland speaks of no other market."""
    return bool(_ON_THE_MAINLAND.search(text)) and not _OTHER_MARKETS.search(text)


class Where:
    """On which market a name is told of by the words beside it, over those of a ticker printed once in the text."""

    def __init__(self, text: str) -> None:
        """Take matching text; names are then asked for in order."""
        self._text = text
        self._money = (-_LINE, "")

    def told(self, start: int, end: int) -> tuple[str, ...]:
        """Return the exchanges that the words beside `text[start:end]` mean, () for none said.

        A price's money says so ("to 5,151 yen", 报119.8港元), also of those told of right behind it; -S behind a name;
        and 港股方面 at the beginning of a sentence.
        """
        text = self._text
        if found := self._in_money(end):
            self._money = (end, found)
        last, exchange = self._money
        if exchange and start - last < _LINE and "\n\n" not in text[last:start]:
            return (exchange,)
        if _HONG_KONG_MARK.match(text, end) or is_priced_in_hong_kong(text, end):
            return ("XHKG",)
        return market_opened(text, start)

    def _in_money(self, at: int) -> str:
        if not self._text.isascii() and not _LETTER.match(self._text, max(0, at - 1)):
            return ""
        found = _IN_MONEY.match(self._text, at)
        if found is None:
            return ""
        return "XHKG" if found["hong_kong"] else _EXCHANGES_BY_MONEY[found["money"].lower()]


class Taipei:
    """What an article as a whole says of shares in Taipei, each thing looked up once, when a name first asks."""

    def __init__(self, text: str, symbols: Iterable[str]) -> None:
        """Take matching text and the symbols of the companies that it names."""
        self._text = text
        self._symbols = symbols

    @cached_property
    def _of_its_papers(self) -> bool:
        return bool(_TAIWANESE.search(self._text))

    @cached_property
    def _beside(self) -> bool:
        """Tell whether shares that trade only there stand in an article without New York."""
        at_home = any(symbol.endswith(".TW") for symbol in self._symbols)
        return at_home and not _AMERICAN_WORDS.search(self._text)

    def is_meant(self, start: int, end: int) -> bool:
        """Tell whether the sentence of a name means its shares in Taipei.

        A paper of Taiwan, known by its words, does where its sentence does not speak of New York; another where it
        names Taipei, or where shares that trade only there stand beside it in an article without New York.
        """
        text = self._text
        near, far = max(0, start - _SENTENCE), end + _SENTENCE
        first = max(near, *(text.rfind(mark, near, start) + 1 for mark in _ENDS))
        last = min((at for mark in _ENDS if (at := text.find(mark, end, far)) >= 0), default=far)
        if _AMERICAN_WORDS.search(text, first, last):
            return False
        return bool(_TAIPEI.search(text, first, last)) or self._of_its_papers or self._beside


def is_taiwanese(text: str) -> bool:
    """Tell whether an article is of Taiwan or about it, so that a code of four digits is one of Taipei."""
    return bool(_OF_TAIWAN.search(text) or _TAIWANESE.search(text))


def markets_beside(indices: Iterable[tuple[int, str]], places: Iterable[int]) -> list[str]:
    """Return, for places in order, the exchange whose index was the last one named before, "" for none near.

    `indices` are places and symbols of indices in order: in an article of several markets, companies told of behind the
    Nikkei are those of Tokyo.
    """
    held, out = sorted(indices), []
    starts = [at for at, _ in held]
    for place in places:
        last = bisect_left(starts, place) - 1
        symbol = held[last][1] if last >= 0 and starts[last] > place - _REACH else ""
        out.append(next((code for code, _, known in _MARKETS if symbol in known), ""))
    return out


@cache
def _line_words() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, tuple[str, ...]]]:
    """Return what tells a line of shares behind a name and before it, and the exchanges that each word means."""
    held = words()["lines"]
    exchanges = {word.lower(): tuple(codes.split()) for codes, listed in held["places"].items() for word in listed}
    receipts = "|".join(map(re.escape, held["receipts"]))
    exchanges |= {word.lower(): ("XNYS", "XNAS") for word in held["receipts"]}
    named = [word for listed in held["places"].values() for word in listed]
    places = "|".join(map(re.escape, sorted(named, key=lambda word: (-len(word), word))))
    shares, listed, at = ("|".join(held[name]) for name in ("shares", "listed", "at"))
    moved = r"(?:[^.;,，。]|(?<=\d)[.,](?=\d)){0,40}?\d(?:[.,]\d+)?\s?(?:%|percent)"
    behind = (
        rf"(?:'s)?\s+(?P<a>{places})(?:-(?:{listed}))?\s+(?:{shares})\b"
        rf"|(?:'s)?\s*的?(?:sponsored\s)?(?P<b>(?-i:{receipts}))(?![a-z])"
        rf"|的?(?P<c>港股|H股|美股|A股|日股)(?!市场|三大|指数)|(?:{at})\s*(?P<d>{places})(?![a-z])"
        r"|(?P<g>台北|东京|香港|首尔|纽约|法兰克福)(?:股价|股票|收盘|收市|盘中|早盘|交易)"
        rf"|{moved}(?:\s(?:trong|in)\s[^\d.,;]{{2,20}})?\s(?:in|on the|tại|ở|trên sàn)\s(?P<e>{places})(?![a-z])(?!'s)"
        rf"|(?:'s)?\s+(?:{shares})\s(?:in|on the)\s(?P<f>{places})(?![a-z])(?!'s)"
    )
    before = (
        rf"(?:^|[^\w])(?P<a>{places})-(?:{listed})\s(?:(?:{shares})\s(?:of|in)\s)?$"
        rf"|(?:^|[^\w])(?P<b>{places})\s(?:{shares})\s(?:of|in)\s$|(?P<c>(?-i:{receipts}))\s?(?:of|in|for|của)\s$"
        r"|(?P<d>港股|H股|美股|A股|日股)(?:上市的?|的)?$"
        rf"|(?:^|[^\w])(?:in|on the|tại|ở|在)\s?(?P<e>{places})[,，]?\s?$"
    )
    return re.compile(behind, re.IGNORECASE), re.compile(before, re.IGNORECASE), exchanges


@cache
def _line_ends() -> tuple[str, ...]:
    """Return the words of which one ends what tells a line of shares before a name, quick to ask."""
    held = words()["lines"]
    places = [word.lower() for listed in held["places"].values() for word in listed]
    return ("of", "in", "for", "của", "股", "的", "市", ",", "，", *held["listed"], *places)


def exchanges_of(market: str) -> tuple[str, ...]:
    """Return the exchanges that a word for a market means: 港股, "U.S."."""
    return _line_words()[2].get(market.lower(), ())


class Line(NamedTuple):
    """A line of shares: the exchanges it may trade on, whether no other can be meant, whether a price there is told."""

    exchanges: tuple[str, ...]
    only: bool
    priced: bool = True


def line_of(text: str, start: int, end: int) -> Line | None:
    """Return the line of shares that the words beside the name `text[start:end]` mean, None for none said.

    "Tencent's ADRs" are nothing but those; "Apple in Shanghai" may be where it opened a shop.
    """
    behind, before, exchanges = _line_words()
    spoken = text[max(0, start - 40) : start]
    if spoken.rstrip().lower().endswith(_line_ends()) and (found := before.search(spoken)):
        group = str(found.lastgroup)
        return Line(exchanges[found[group].lower()], group != "e")
    if found := behind.match(text, end, end + 72):
        group = str(found.lastgroup)
        priced = group in "ef" or bool(_PRICED.match(text, found.end()))
        return Line(exchanges[found[group].lower()], group in "abcg", priced)
    return None
