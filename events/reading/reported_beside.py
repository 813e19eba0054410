"""Changes of prices that stand beside a metric and are none of it: "Dell, which told of a lower profit, fell 0.8%"."""

from __future__ import annotations

import re

from events.reading.clauses import Item
from events.reading.reported_compared import is_expected
from events.reading.reported_places import PERCENTS, RESULTS, Place

_BY_HOW_MUCH = re.compile(
    r"\s(?:more|less|higher|lower|fewer|above|below|short|ahead)\s(?:than|of|what|its|the|their)\b"
)
_RAISED = re.compile(r"\b(?:rais(?:e|es|ed|ing)|borrow(?:s|ed|ing)?)\s$")
_BY = re.compile(r"\bby\s(?:about\s|nearly\s|almost\s|some\s|roughly\s)?$")  # "beating estimates by 9 cents"
_AT_A_LOSS = re.compile(r"\bat\sa\s(?:\w+\s)?$")
_OF_IT = 10  # characters
_QUARTER_BEHIND = 8  # characters
_RIGHT_BEFORE = 12  # characters
LOST = frozenset(("lost", "损失", "亏了"))
_OF_PRICES = re.compile(
    r"单日|盘中|盘后|盘前|收盘|收涨|收跌|收升|收挫|收高|收低|收报|昨收|今收|午收|全日|早段|午后|股价|一度|暴涨|暴跌|大涨|大跌|重挫|飙涨|涨停|跌停|(?<![上下年比期季月])[涨跌](?:了|超|逾|近|约)?$"
)
_BEHIND_AN_ASIDE = re.compile(r",\s(?:is|are|was|were|has|have|had)\s")  # "which cut 13% of its staff, is down 67%"
# "Dell, which reported a 47 percent drop in profit, fell 0.8 percent": what fell is Dell.
_WHICH = re.compile(r",?\s(?:which|that|who)\s")
_THEN_MOVED = re.compile(
    r",\s(?:also\s|then\s)?(?:[a-z]+(?:ed|s|ew|ll|id|nk|se|st)|down|up|lost)\s(?:as much as\s|about\s)?$"
)


def is_of_a_price(place: Place) -> bool:
    """Tell whether the words of a change are said of prices only: 单日暴涨36% is no growth of the orders before."""
    spoken = place.text[place.clause : place.figure.start]
    return place.name == "zh" and place.token.kind in PERCENTS and bool(_OF_PRICES.search(spoken))


def is_of_another(place: Place, own: Item) -> bool:
    """Tell whether a name behind a comma parts a metric from a change: "among customers, Apple gained 1%"."""
    if place.name != "en" or place.token.kind not in PERCENTS or own.end > place.figure.start:
        return False
    if _BEHIND_AN_ASIDE.search(place.text, own.end, place.figure.start):
        return True
    if ends_an_aside(place, own):
        return True
    named = [one for one in place.line.of("mention") if own.end <= one.start < place.figure.start]
    return bool(named) and "," in place.text[own.end : named[0].start]


def is_behind_a_percent(place: Place, head: Item) -> bool:
    """Tell whether what was lost is told in percent before: "lost 4.9%, or 1,400 dong", which is of a price."""
    told = [one for one in place.line.of("figure") if head.end <= one.start < one.end <= place.left_start]
    return any(one.value.kind in PERCENTS for one in told)


def ends_an_aside(place: Place, head: Item) -> bool:
    """Tell whether a metric stands in an aside that is over: "Dell, which said revenue grew 9%, fell 0.8%"."""
    names = [one.end for one in place.line.of("mention") if one.end <= head.start]
    if place.name != "en" or place.token.kind not in PERCENTS or not names or head.end > place.figure.start:
        return False
    begun = _WHICH.search(place.text, names[-1], head.start)
    return bool(begun) and bool(_THEN_MOVED.search(place.text, max(head.end, place.left_start), place.figure.start))


def tells_none(place: Place, head: Item, own: Item | None) -> str:
    """Return why an amount is none of a metric, "" where it may be one."""
    english = place.name == "en"
    by = place.token.role == "by" or _BY.search(place.text, place.left_start, place.figure.start)
    if english and _BY_HOW_MUCH.match(place.text, place.figure.end):
        return "how far from another figure"
    if english and _RAISED.search(place.text, place.left_start, place.token.outer[0]):
        return "capital that is raised"
    if head.text.lower() in LOST and (place.token.role in ("to", "at", "from") or is_behind_a_percent(place, head)):
        return "where a price fell to"
    if head.value in RESULTS and _AT_A_LOSS.search(place.text, place.line.start, head.start):
        return "what a sale brought"
    if own is None and english and place.near("share"):
        return "what a part accounts for"
    behind = [one for one in place.after("date") if one.start - place.figure.end <= _QUARTER_BEHIND]
    if place.near("compare") and any(one.value.parts.relative_quarter == -1 for one in behind):
        return "of the quarter before"
    passed = place.near("lift") or is_expected(place) or (english and not _moves_right_before(place))
    return "by how much it was passed" if by and passed else ""


def _moves_right_before(place: Place) -> bool:
    words = place.near("up", "down")
    return bool(words) and place.token.outer[0] - words[-1].end <= _RIGHT_BEFORE


def is_the_whole(place: Place, item: Item) -> bool:
    """Tell whether a metric only says what the share before it is of: "84% of revenue, up 28%", chiếm 84% doanh thu."""
    last = [one for one in place.line.of("figure") if one.end == place.left_start and one.value.kind in PERCENTS]
    if not last or item.end > place.clause or item.start - place.left_start > _OF_IT:
        return False
    return bool(place.line.between(max(place.line.start, last[0].start - 24), last[0].start, "share"))
