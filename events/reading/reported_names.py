"""How a metric is called: its business line, what plain "spending" stands for, and shares of something."""

from __future__ import annotations

import re
from typing import Any

from events.reading.clauses import Item
from events.reading.metrics import Line, segment_owner
from events.reading.reported_parts import part_named_again, part_of
from events.reading.reported_places import Place, is_a_share
from events.reading.reported_who import Who
from events.reading.words import pattern

_NEAR = {
    "zh": re.compile(r"[^，,;；。:：、]{0,14}"),
    "en": re.compile(r"(?:'s|’s)?\s*(?:\w+\s){0,3}"),
    "vi": re.compile(r"\s*(?:[^\s,;:]+\s){0,6}"),
}  # fmt: skip
_BEHIND = {
    "zh": re.compile(r"(?:中的|之中)?"),
    "en": re.compile(r"\s*(?:from|at|in|of|for)\s+(?:its|the)?\s*"),
    "vi": re.compile(r"\s*(?:từ|của|tại|cho|trên|mảng|từ mảng|của mảng|của bộ phận|trong)?\s*(?:mảng|bộ phận)?\s*"),
}  # fmt: skip
_OF_THE_PART = (
    "operating margin",
    "operating income",
    "operating loss",
    "margin",
    "gross margin",
    "gross profit",
    "EBITA",
)
_OWN_PART = re.compile(r"^分部|^segment|^division")
_MAKER = re.compile(
    r"(?:\s|-)(?:maker|owner|giant|parent|producer|manufacturer|operator|seller|developer|creator|company)\b"
    r"|(?:制造商|生产商|开发商|母公司|厂商|巨头|製造商|生產商|開發商|廠商)"
)
_MAKER_BEFORE = re.compile(
    r"(?:nhà sản xuất|công ty mẹ(?: của)?|chủ sở hữu(?: của)?|hãng(?: sản xuất)?)\s$", re.IGNORECASE
)
_ADJUSTED = {
    "EPS": "adjusted EPS",
    "net income": "adjusted net income",
    "profit": "adjusted net income",
}
_YEARLY = ("revenue",)


def segment_at(place: Place, head: Item, who: Who, before: str) -> str:
    """Return the business line that a metric is told of, "" for the company; `before` is that of the last figure."""
    line, text = place.line, place.text
    if head.kind not in ("metric", "spend"):
        return ""
    if head.value in (
        "capex",
        "AI capex",
        "total expenses",
        "EPS",
        "headcount",
        "repurchases",
        "dividends",
        "acquisition",
    ):
        return ""
    if again := part_named_again(place, head):
        return again
    if line.between(head.start, head.end, "segment"):
        return str(line.between(head.start, head.end, "segment")[0].value)
    segments = [item for item in line.of("segment") if item.end <= head.start and not _names_its_maker(text, item)]
    if segments:
        last = segments[-1]
        between = text[last.end : head.start]
        crossing = [
            item for item in line.between(last.end, head.start, "metric", "mention", "price")
            if item.kind != "mention" or not re.search(r"(?:của|of)\s*$", text[last.end : item.start])
        ]  # fmt: skip
        if not crossing and _NEAR[place.name].fullmatch(between) and _owned(last, who):
            return _longer(place, head, last)
        if not crossing and segment_owner(last.value) and not re.search(r"[，,;；。]", between) and _owned(last, who):
            return str(last.value)
    if behind := _segment_behind(place, head, who):
        return behind
    alone = not line.of("mention") and not line.of("total")
    if own := part_of(place, head):
        return own
    if before and alone and head.value in _OF_THE_PART:
        return before
    if before and (
        _OWN_PART.match(head.text) or (head.value in ("loss", "operating loss") and not place.near("mention"))
    ):
        return before
    return ""


def _longer(place: Place, head: Item, line: Item) -> str:
    """Return a business line, or the longer name of which it is but the end: "enterprise services revenue"."""
    if place.name != "en" or segment_owner(line.value):
        return str(line.value)
    named = part_of(place, head)
    ends = named.endswith(f" {line.text.lower()}") and "and" not in named.split()
    return named if ends else str(line.value)


def _names_its_maker(text: str, item: Item) -> bool:
    """Tell whether a business line only calls its company: "the iPhone maker", nhà sản xuất iPhone."""
    return bool(_MAKER.match(text, item.end) or _MAKER_BEFORE.search(text, max(0, item.start - 20), item.start))


def _segment_behind(place: Place, head: Item, who: Who) -> str:
    """Return the business line that stands behind the metric or opens the sentence, "" for none."""
    line, text = place.line, place.text
    behind = [item for item in line.of("segment") if item.start >= head.end]
    if (
        behind
        and _BEHIND[place.name].fullmatch(text, head.end, behind[0].start)
        and _owned(behind[0], who)
        and (behind[0].end <= place.figure.start or head.start > place.figure.start or place.name != "zh")
    ):
        return str(behind[0].value)
    later = [item for item in line.of("segment") if item.start >= place.figure.end and item.end <= place.stop]
    if (
        later
        and place.name == "vi"
        and segment_owner(later[0].value)
        and _owned(later[0], who)
        and "trong" in text[place.figure.end : later[0].start]
    ):
        return str(later[0].value)
    topics = [item for item in line.items if item.kind in ("segment", "mention")][:1]
    if (
        topics
        and topics[0].kind == "segment"
        and topics[0].start - line.start < 12
        and segment_owner(topics[0].value)
        and (
            _owned(topics[0], who)
            and head.value
            in (
                "users",
                "sign-ups",
                "posts",
                "likes",
                "download requests",
                "downloads",
            )
        )
    ):
        return str(topics[0].value)
    return ""


def _owned(segment: Item, who: Who) -> bool:
    owner = segment_owner(segment.value)
    return not owner or not who.symbol or owner[:3] == who.symbol[:3]


def metric_name(head: Item, place: Place, who: Who, capex: bool, before: str) -> str:
    """Return the chosen name of what a figure measures; `capex` tells that the text speaks of capital spending."""
    if head.kind == "spend":
        return _spending(place, capex, head, who)
    name = _reported_name(head, place, who, capex, before)
    return _ADJUSTED.get(name, name) if name in _ADJUSTED and _is_adjusted(place, head) else name


def _is_adjusted(place: Place, head: Item) -> bool:
    """Tell whether a profit is told without some of what it holds: "excluding items, it earned 90 cents a share"."""
    told = pattern("adjusted", place.name)
    if told.search(place.text, max(place.left_start, place.line.start), place.figure.start):
        return True
    return pattern("adjusted-behind", place.name).match(place.text, place.figure.end, place.line.end) is not None


def _reported_name(head: Item, place: Place, who: Who, capex: bool, before: str) -> str:
    """Return the name of what a figure measures, whatever it is adjusted for."""
    name = str(head.value)
    if head.kind == "earn":
        return "EPS" if is_a_share(place, head) else "net income"
    if name == "spending":
        return _spending(place, capex, head, who)
    if name == "total expenses" and (before == "capex" or _speaks_of_capex(place.line, head)):
        return "capex"
    if name in ("profit", "net income") and is_a_share(place, head):
        return "EPS"
    if name == "adjusted net income" and is_a_share(place, head):
        return "adjusted EPS"
    if name in ("loss", "net loss") and is_a_share(place, head):
        return "loss per share"
    if name in _YEARLY and place.line.between(head.start - 4, head.start + 1, "annual"):
        return f"{name} a year"
    return name


def _spending(place: Place, capex: bool, head: Item, who: Who) -> str:
    if not who.symbol and not who.members:
        return "investment" if re.search(r"投|invest|đầu tư|rót", head.text) else "spending"
    if _is_spent_elsewhere(place):
        return "spending"
    return "capex" if capex or place.line.of("infrastructure") else "spending"


def _is_spent_elsewhere(place: Place) -> bool:
    """Tell whether money is spent on what is no capital: "spend $24 billion on content"."""
    spent = pattern("spent-elsewhere", place.name)
    if place.name == "zh":
        return spent.search(place.text, place.clause, place.stop) is not None
    return spent.match(place.text, place.figure.end, place.stop) is not None


def _speaks_of_capex(line: Line, head: Item) -> bool:
    return any(item.value == "capex" and item.start < head.start for item in line.of("metric"))


def credited(place: Place) -> str:
    """Return what points of growth are put down to: "AI services"."""
    words = place.near("contribute")
    before = [
        item for item in place.left if words and item.end <= words[0].start and item.kind in ("segment", "metric")
    ]
    near = [item for item in before if item.kind == "segment" and words[0].start - item.end <= 2]
    named = near or [item for item in before if item.kind == "metric"][:1]
    if not named:
        return ""
    prefix = "AI " if named[0].kind == "metric" and named[0].text.startswith("AI") else ""
    return f"{prefix}{named[0].value}"


def share_name(place: Place, draft: Any, segment: str, base: str) -> str:
    """Return the name of a share: "AWS share of operating income"; GDP may be the whole too."""
    shares = place.near("share")
    whole = [item for item in place.left if item.start >= shares[-1].end and _whole(item)]
    whole += [item for item in place.after("metric", "other") if _whole(item)] if not whole else []
    if not whole:
        return ""
    total = str(whole[-1].value or whole[-1].text) if whole[-1].kind == "metric" else "GDP"
    growing = place.line.between(whole[-1].end, place.figure.start, "up")
    total += " growth" if growing else ""
    part = [item for item in place.line.of("segment", "metric") if item.end <= shares[-1].start]
    name = segment if base == total and segment else str(part[-1].value) if part else segment or base
    return f"{name} share of {total}" if name and name != total else ""


def _whole(item: Item) -> bool:
    return item.kind == "metric" or (item.kind == "other" and item.text in ("GDP", "经济", "economy", "kinh tế"))
