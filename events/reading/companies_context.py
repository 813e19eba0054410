"""What the words beside a company's name say: that it is a company at all, and that it only modifies another noun."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_REACH = 48  # characters looked at on each side: longer than any phrase of the table
_NUMBER_BEFORE = re.compile(
    r"(?:\d|\b(?:hundred|thousand|million|billion|trillion|nghìn|triệu|tỷ|tỉ))\s*$", re.IGNORECASE
)
_FIGURE_AFTER = r"\s*[(:,]?\s*(?:[+\u2212\u25b2\u25bc\u2191\u2193-]\s?\d|\d+(?:[.,]\d+)?\s?%)"
_JOIN = r"\s*(?:、|,|/|和|及|与|以及|\band\b|\bvà\b|&)\s*"
_LIST_JOIN = re.compile(_JOIN)
_ARTICLE = re.compile(r"\b[Tt]he\s+$")


class Patterns(NamedTuple):
    """The table's words as regular expressions: `*_after` match at a name's end, `*_before` end at its start."""

    market_after: re.Pattern[str]
    market_before: re.Pattern[str]
    market_ends: tuple[str, ...]  # the phrases of market_before, quick to ask
    role_after: re.Pattern[str]
    role_before: re.Pattern[str]
    role_ends: tuple[str, ...]  # the phrases of role_before, quick to ask
    role_around: dict[str, re.Pattern[str]]
    parent: re.Pattern[str]


@cache
def words() -> dict[str, Any]:
    """Return `companies_words.toml`."""
    with Path(__file__).with_name("companies_words.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def patterns() -> Patterns:
    """Return the words of all languages as patterns; a name's neighbours show by themselves whose they are."""
    table = words()
    en, zh, vi = table["en"], table["zh"], table["vi"]
    market = f"{_any(en['market_after'].split())}|{_any(vi['market_after'].split())}"
    roles = _any(en["role_after"].split())
    role_phrases = _any([*en["role_before"], *vi["role_before"]])
    between = _any(en["role_between"].split())
    return Patterns(
        market_after=re.compile(
            rf"(?:'s)?\s+(?i:{market})(?!\w)|的?(?:{_any(zh['market_after'].split())})|{_FIGURE_AFTER}"
        ),
        market_before=re.compile(
            rf"(?:(?<!\w)(?i:{_any([*en['market_before'], *vi['market_before']])})\s+|(?:{_any(zh['market_before'])}))$"
        ),
        market_ends=tuple(word.lower() for language in (en, vi, zh) for word in language["market_before"]),
        role_after=re.compile(
            rf"(?:'s)?\s+(?:{between}\s+){{0,3}}(?i:{roles})(?!\w)|-(?:{_any(en['role_hyphen'].split())})(?!\w)"
            rf"|(?:{_any(zh['role_between'])}){{0,4}}(?:{_any(zh['role_after'].split())})"
        ),
        role_before=re.compile(rf"(?:(?<!\w)(?i:{role_phrases})\s+(?:the\s+)?|{_any(zh['role_before'])})$"),
        role_ends=tuple(sorted({*en["role_before"], *vi["role_before"], *zh["role_before"]})),
        role_around={
            first: re.compile(rf".{{0,6}}?{_any(after for before, after in zh['role_around'] if before == first)}")
            for first, _ in zh["role_around"]
        },
        parent=re.compile(
            rf"\s*,?\s*(?:'s\s+|là\s+)?(?:{_any([*en['parent'], *vi['parent'], *zh['parent']])}),?\s*(?:của\s+)?"
        ),
    )


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


def only_modifies(text: str, start: int, end: int) -> bool:
    """Say whether the name `text[start:end]` only modifies another noun, so that the clause is about somebody else.

    "Apple supplier Foxconn", "Amazon-backed Rivian", "rival of Tesla", 苹果供应商, 为特斯拉供货, "đối thủ của Tesla".
    """
    return bool(patterns().role_after.match(text[end : end + _REACH])) or role_stands_before(text, start, end)


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
