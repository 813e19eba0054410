"""Changes of prices that stand beside a metric and are none of it: "Dell, which told of a lower profit, fell 0.8%"."""

from __future__ import annotations

import re

from events.reading.clauses import Item
from events.reading.reported_places import PERCENTS, Place

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
