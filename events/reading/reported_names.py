"""How a metric is called: its business line, what plain "spending" stands for, and shares of something."""

from __future__ import annotations

import re
from typing import Any

from events.reading.clauses import Item
from events.reading.metrics import Line, segment_owner
from events.reading.reported_roles import _A_SHARE, Place
from events.reading.reported_who import Who

_NEAR = {
    "zh": re.compile(r"[^，,;；。:：、]{0,14}"),
    "en": re.compile(r"(?:'s|’s)?\s*(?:\w+\s){0,3}"),
    "vi": re.compile(r"\s*(?:[^\s,;:]+\s){0,6}"),
}  # fmt: skip
_BEHIND = {
    "zh": re.compile(r"(?:中的|之中)?"),
    "en": re.compile(r"\s*(?:from|at|in|of|for)\s+(?:its|the)?\s*"),
    "vi": re.compile(r"\s*(?:từ|của|tại|cho|mảng|từ mảng|của mảng|của bộ phận|trong)?\s*(?:mảng|bộ phận)?\s*"),
}  # fmt: skip
_OWN_PART = re.compile(r"^分部|^segment|^division")
_YEARLY = ("revenue",)


def segment_at(place: Place, head: Item, who: Who, before: str) -> str:
    """Return the business line that a metric is told of, "" for the whole company; `before` is that of the last figure."""
    line, text = place.line, place.text
    if head.kind not in ("metric", "spend"):
        return ""
    if head.value in ("capex", "AI capex", "total expenses", "EPS", "headcount", "repurchases", "dividends", "acquisition"):
        return ""
    segments = [item for item in line.of("segment") if item.end <= head.start]
    if segments:
        last = segments[-1]
        between = text[last.end : head.start]
        crossing = line.between(last.end, head.start, "metric", "mention", "price")
        if not crossing and _NEAR[place.name].fullmatch(between) and _owned(last, who):
            return str(last.value)
        if not crossing and segment_owner(last.value) and not re.search(r"[，,;；。]", between) and _owned(last, who):
            return str(last.value)
    behind = [item for item in line.of("segment") if item.start >= head.end]
    if behind and _BEHIND[place.name].fullmatch(text, head.end, behind[0].start) and _owned(behind[0], who):
        if behind[0].end <= place.figure.start or head.start > place.figure.start or place.name != "zh":
            return str(behind[0].value)
    later = [item for item in line.of("segment") if item.start >= place.figure.end and item.end <= place.stop]
    if later and place.name == "vi" and segment_owner(later[0].value) and _owned(later[0], who) and "trong" in text[place.figure.end : later[0].start]:
        return str(later[0].value)
    return before if before and _OWN_PART.match(head.text) else ""


def _owned(segment: Item, who: Who) -> bool:
    owner = segment_owner(segment.value)
    return not owner or not who.symbol or owner[:3] == who.symbol[:3]


def metric_name(head: Item, place: Place, who: Who, capex: bool, before: str) -> str:
    """Return the chosen name of what a figure measures; `capex` tells that the text speaks of capital spending."""
    if head.kind == "spend":
        return _spending(place, capex)
    if head.kind == "earn":
        return "net income"
    name = str(head.value)
    if name == "spending":
        return _spending(place, capex)
    if name == "total expenses" and (before == "capex" or _speaks_of_capex(place.line, head)):
        return "capex"
    if name in ("profit", "net income") and _A_SHARE.match(place.text, place.figure.end):
        return "EPS"
    if name == "adjusted net income" and _A_SHARE.match(place.text, place.figure.end):
        return "adjusted EPS"
    if name in ("loss", "net loss") and _A_SHARE.match(place.text, place.figure.end):
        return "loss per share"
    if name in _YEARLY and place.line.between(head.start - 4, head.start + 1, "annual"):
        return f"{name} a year"
    return name


def _spending(place: Place, capex: bool) -> str:
    return "capex" if capex or place.line.of("infrastructure") else "spending"


def _speaks_of_capex(line: Line, head: Item) -> bool:
    return any(item.value == "capex" and item.start < head.start for item in line.of("metric"))


def share_name(place: Place, draft: Any, segment: str, base: str) -> str:
    """Return the name of a share: "AWS share of operating income"."""
    shares = place.near("share")
    whole = [item for item in place.left if item.kind == "metric" and item.start >= shares[-1].end]
    whole += [item for item in place.after("metric")] if not whole else []
    if not whole:
        return ""
    part = [item for item in place.line.of("segment", "metric") if item.end <= shares[-1].start]
    name = segment if base == whole[0].value and segment else part[-1].value if part else segment or base
    return f"{name} share of {whole[0].value}" if name and name != whole[0].value else ""
