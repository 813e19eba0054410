"""What the words beside a company's name say: that it is a company at all, and that it only modifies another noun."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

_REACH = 48  # characters looked at on each side: longer than any phrase of the table
_NUMBER_BEFORE = re.compile(
    r"(?:\d|\b(?:hundred|thousand|million|billion|trillion|nghìn|triệu|tỷ|tỉ))\s*$", re.IGNORECASE
)
_FIGURE_AFTER = r"\s*[(:,]?\s*(?:[+\u2212\u25b2\u25bc\u2191\u2193-]\s?\d|\d+(?:[.,]\d+)?\s?%)"
_JOIN = r"\s*(?:、|/|和|及|与|以及|&|(?:,\s*)?\b(?:and|và)\b(?:\s+the\b)?|,(?:\s+the\b)?)\s*"
_LIST_JOIN = re.compile(_JOIN)
_SHARES_BEHIND = re.compile(
    r"\s+(?:shares?|stocks?|share price|stock price|Inc|Corp|Co|Company|Corporation|Group|Holdings)\b"
)
# An index of a part of a market: "the S&P retail index".
_SUB_INDEX = re.compile(
    r"\s(?:retail|banks?|banking|financials?|energy|tech|technology|health[- ]care|utilities|homebuild\w+"
    r"|biotech|airlines?|small-?cap|mid-?cap|global|luxury|oil|metals|regional)\s(?:\w+\s)?(?:index|gauge)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b[Tt]he\s+$")


class Patterns:
    """The table's words as regular expressions: `*_after` match at a name's end, `*_before` end at its start.

    Each is made when it is first asked for. A name's neighbours show by themselves whose they are, so that there is one
    for all languages.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self._en, self._zh, self._vi = en, zh, vi = table["en"], table["zh"], table["vi"]
        # The phrases with which `market_before` and `role_before` end, quick to ask.
        self.market_ends = tuple(word.lower() for language in (en, vi, zh) for word in language["market_before"])
        self.role_ends = tuple(sorted({*en["role_before"], *vi["role_before"], *zh["role_before"], *vi["role_of"]}))

    @cached_property
    def market_after(self) -> re.Pattern[str]:
        """Return what makes the word before it a company: "Apple shares", 苹果股价, "Apple (+2%)"."""
        market = f"{_any(self._en['market_after'].split())}|{_any(self._vi['market_after'].split())}"
        chinese, between = _any(self._zh["market_after"].split()), _any(self._zh["market_between"])
        figures = (
            r"['’]s\s+(?i:net|operating|comparable|same-store|quarterly|annual|gross|rating|(?:fi|se|th|fo)\w+-quarter)"
        )
        return re.compile(
            rf"(?:'s)?\s+(?i:{market})(?!\w)|{figures}(?!\w)|的?{between}{{0,2}}{chinese}|{_FIGURE_AFTER}"
        )

    @cached_property
    def market_before(self) -> re.Pattern[str]:
        """Return what makes the word after it a company: "shares of Apple"."""
        latin = _any([*self._en["market_before"], *self._vi["market_before"]])
        return re.compile(rf"(?:(?<!\w)(?i:{latin})\s+|(?:{_any(self._zh['market_before'])}))$")

    @cached_property
    def role_after(self) -> re.Pattern[str]:
        """Return what makes the name before it a modifier: "Apple supplier", 苹果供应商."""
        en, zh = self._en, self._zh
        between, roles = _any(en["role_between"].split()), _any(en["role_after"].split())
        return re.compile(
            rf"(?:'s)?\s+(?:{between}\s+){{0,3}}(?i:{roles})(?!\w)|-(?:{_any(en['role_hyphen'].split())})(?!\w)"
            rf"|(?:{_any(zh['role_between'])}){{0,4}}(?:{_any(zh['role_after'].split())})"
        )

    @cached_property
    def instrument_after(self) -> re.Pattern[str]:
        """Return what makes the name before it that of a derivative, a fund or a bond: "S&P 500 futures", 纳指期货."""
        return self._behind("instrument", 4)

    @cached_property
    def rates_after(self) -> re.Pattern[str]:
        """Return what makes the name before it a broker's that speaks of another company: 大摩将小米目标价下调."""
        zh = self._zh
        return re.compile(rf"{_any(zh['rates_after'])}[^,。;，；]{{1,24}}?{_any(zh['rated'])}")

    @cached_property
    def part_after(self) -> re.Pattern[str]:
        """Return what makes an index before it a part of itself: "the S&P 500 technology sector"."""
        return self._behind("part", 5)

    def _behind(self, table: str, most: int) -> re.Pattern[str]:
        en, zh = self._en, self._zh
        between, words = (_any(en[f"{table}_{side}"].split()) for side in ("between", "after"))
        return re.compile(
            rf"(?:'s)?\s+(?:{between}\s+){{0,{most}}}(?i:{words})(?!\w)"
            rf"|\s?(?:{_any(zh[f'{table}_between'])}){{0,{most}}}\s?(?:{_any(zh[f'{table}_after'].split())})"
        )

    @cached_property
    def role_before(self) -> re.Pattern[str]:
        """Return what makes the name after it a modifier: "supplier to Apple"."""
        latin = _any([*self._en["role_before"], *self._vi["role_before"]])
        whose = rf"{_any(self._vi['role_nouns'])}(?:\s+\w+){{1,4}}\s+{_any(self._vi['role_of'])}"
        return re.compile(rf"(?:(?<!\w)(?i:{latin}|{whose})\s+(?:the\s+)?|{_any(self._zh['role_before'])})$")

    @cached_property
    def role_around(self) -> dict[str, re.Pattern[str]]:
        """Return, by the character before a name, what goes on behind it: 为特斯拉供货."""
        around = self._zh["role_around"]
        return {
            first: re.compile(rf".{{0,6}}?{_any(after for before, after in around if before == first)}")
            for first, _ in around
        }

    @cached_property
    def parent(self) -> re.Pattern[str]:
        """Return what stands between a company and its owner: "Google parent Alphabet"."""
        listed = _any([*self._en["parent"], *self._vi["parent"], *self._zh["parent"]])
        return re.compile(rf"\s*,?\s*(?:'s\s+|là\s+)?(?:{listed}),?\s*(?:của\s+)?")


@cache
def words() -> dict[str, Any]:
    """Return `companies_words.toml`."""
    with Path(__file__).with_name("companies_words.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def patterns() -> Patterns:
    """Return the words of all languages (`companies_words.toml`) as patterns."""
    return Patterns(words())


def is_company(text: str, start: int, end: int, kind: str) -> bool:
    """Say whether market words stand beside the ordinary word `text[start:end]`, so that it is the name it may be.

    A number before what money is counted in ("yuan", "gold") makes it a unit instead; "the Dow" and "the yuan" need no
    more than their article.
    """
    known = patterns()
    before = text[max(0, start - _REACH) : start]
    if kind in ("currency", "commodity") and _NUMBER_BEFORE.search(before):
        return False
    if kind in ("index", "currency") and _ARTICLE.search(before):
        return True
    if known.market_after.match(text[end : end + _REACH]):
        return True
    return before.rstrip().lower().endswith(known.market_ends) and bool(known.market_before.search(before))


def goes_on(gap: str) -> bool:
    """Say whether the words between two names make a list of them."""
    return len(gap) < _REACH and bool(_LIST_JOIN.fullmatch(gap))


def only_modifies(text: str, start: int, end: int, kind: str = "name") -> bool:
    """Say whether the name `text[start:end]` only modifies another noun, so that the clause is about somebody else.

    "Apple supplier Foxconn", "Amazon-backed Rivian", "rival of Tesla", 苹果供应商, 为特斯拉供货, "đối thủ của Tesla";
    a name of one word behind an article; also what is traded in its stead ("S&P 500 futures"), but for commodities,
    whose price is that of the future.
    """
    known, behind = patterns(), text[end : end + _REACH]
    if kind == "name" and text[start:end].isalpha() and _ARTICLE.search(text[max(0, start - 8) : start]):
        return not _SHARES_BEHIND.match(behind)  # "the Amazon" is a river, "the Amazon stock" is not
    if kind not in ("commodity", "currency") and known.instrument_after.match(behind):
        return True
    if kind == "index" and _SUB_INDEX.match(behind):
        return True
    if (kind == "index" and known.part_after.match(behind)) or known.rates_after.match(behind):
        return True
    return bool(known.role_after.match(behind)) or role_stands_before(text, start, end)


def role_stands_before(text: str, start: int, end: int) -> bool:
    """Say whether the words before a name (in Chinese also around it) make it a modifier: "supplier to Apple"."""
    known = patterns()
    before = text[max(0, start - _REACH) : start]
    spoken = before.rstrip().lower().removesuffix(" the")
    if spoken.endswith(known.role_ends) and known.role_before.search(before):
        return True
    around = known.role_around.get(before[-1:])
    return bool(around and around.match(text[end : end + _REACH]))


def _any(options: Iterable[str]) -> str:
    """Return the options as one alternation, the longest first, any white space between their words."""
    longest_first = sorted(set(options), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"
