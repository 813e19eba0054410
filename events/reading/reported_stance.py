"""Whether a figure happened, is planned, expected or estimated, and how far its words commit themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from events.model import Quantity
from events.periods import read_period
from events.reading.reported_figures import counted
from events.reading.reported_periods import Told, is_over
from events.reading.reported_places import Place
from events.reading.words import pattern

_COMPARING = re.compile(
    r"(?:高出|高于|低于|cao hơn|thấp hơn|nhiều hơn|higher|lower|above|below)\D{0,6}$", re.IGNORECASE
)
_ANALYSTS = re.compile(
    r"分析师|分析人士|机构|券商|大行|投行|高盛|摩根|大摩|小摩|瑞银|花旗|美银|中金|analysts?\b|brokers?\b|Wall Street"
    r"|\b(?:polled|surveyed) by\b"
    r"|giới phân tích|nhà phân tích|chuyên gia|công ty chứng khoán"
    r"|[他她]预计|\b(?:he|she) (?:expects|sees|predicts|forecasts)",
    re.IGNORECASE,
)
_EXPECT = re.compile(
    r"\b(?:expect|see|project|forecast|predict|anticipate)s?$|预计$|预测$|dự báo$|kỳ vọng$", re.IGNORECASE
)
_UNTIL_RESULTS = timedelta(days=14)
_SPOKEN = 24  # characters before a word of planning in which somebody else than the company may stand


def stance_of(place: Place, draft: Any, told: Told, mate: Any = None) -> tuple[str, str]:
    """Return the stance of a figure and the words that decide it.

    A word of the future about a period that is over is no guidance: machine translations have "will be" in reports.
    """
    first = not [
        item for item in place.line.of("figure") if item.end <= place.left_start and item.value.kind != "duration"
    ]
    reach = _reach(place) if first else max(_reach(place), place.left_start)
    before = [item for item in place.line.items if reach <= item.start < place.figure.end]
    before += [item for item in place.after("budget") if item.start - place.figure.end <= 8]
    before += [item for item in place.after("plan") if 0 <= item.start - draft.head.end <= 2]
    before += [
        item for item in place.after("plan") if pattern("aimed-at").match(place.text, place.figure.end, item.end)
    ]
    quantity = place.token.quantity
    # What a company says a figure of its own will not exceed is a plan: 全年资本开支不会超过100亿.
    bound = bool(draft.who.symbol) and quantity is not None and quantity.hedge in ("at-most", "at-least")
    compared = [item for item in before if item.kind in ("lift", "compare")]
    before = [
        item for item in before
        if not (item.kind == "plan" and place.token.outer[0] <= item.start < place.figure.end and not bound)
        and not (item.kind == "plan" and any(0 <= item.start - one.end <= 4 for one in compared))
        and not (item.kind == "plan" and _is_of_others(place, item))
    ]  # fmt: skip
    plans = [item for item in before if item.kind in ("plan", "budget") or _is_plan(item)]
    estimates = [
        item for item in before
        if item.kind == "estimate" and not any(0 <= item.start - one.end <= 2 for one in place.line.of("lift"))
    ]  # fmt: skip
    over = is_over(draft.period, draft.who, told) if draft.period else None
    own = [item for item in estimates if over is not True and _is_its_own(place, item)]
    estimates, plans = [item for item in estimates if item not in own], [*plans, *own]
    if draft.metric.startswith("change of") and not plans:
        return "actual", ""
    if mate is not None and not plans and mate.stance != "actual" and mate.period == draft.period:
        return mate.stance, "as the figure before"
    if estimates and (draft.who.symbol == "" or not plans):
        return ("estimate" if over is not False else "expected"), f"{estimates[-1].text!r}"
    if (
        over is True
        and any(item.first == "own" for item in plans)
        and _ended_lately(draft, told)
        and not _reports(place)
    ):
        return _ahead(draft, place, plans[-1]), f"{plans[-1].text!r}: before the results of what is over"
    if over is True:
        return "actual", "the period is over"
    if over is None and plans and not _reports(place):
        return _ahead(draft, place, plans[-1]), f"{plans[-1].text!r}"
    if not plans and _expected_by_others(place, draft.head):
        return "expected", "others expect it"
    if not plans and [item for item in place.left if item.kind == "maybe"]:
        return "expected", "told as possible"
    if over is False and not plans and mate is not None and mate.stance == "guidance" and mate.who == draft.who:
        return "guidance", "as the figure before"
    if over is False and draft.period and not draft.period.endswith("to date"):
        return (_ahead(draft, place, plans[-1]) if plans else "expected"), "the period is not over"
    return "actual", ""


def _ended_lately(draft: Any, told: Told) -> bool:
    """Whether a quarter ended so lately that its results may not be out: "now sees revenue of ... for the quarter"."""
    known = read_period(draft.period, draft.who.symbol) if "Q" in draft.period else None
    return known is not None and told.day is not None and told.day - known.end <= _UNTIL_RESULTS


def _expected_by_others(place: Place, head: Any) -> bool:
    """Whether others still expect a figure: "analysts expect Apple to report revenue of"."""
    told = [one for one in place.line.of("expect") if one.end <= head.start and one.start >= place.clause]
    return any(_EXPECT.search(one.text) for one in told)


def _is_of_others(place: Place, item: Any) -> bool:
    """Whether a word tells what others had expected of a figure before: "short of the $19.5 billion expected"."""
    figures = [one for one in place.line.of("figure") if 0 <= item.start - one.end <= 2]
    return bool(figures) and any(one.span == item.span for one in place.line.of("expect"))


def _is_plan(item: Any) -> bool:
    """Whether a metric is called by a plan for it: 投资计划, "capital budget"."""
    return item.kind == "metric" and any(word in item.text.lower() for word in ("计划", "预算", "budget", "plan"))


def _is_its_own(place: Place, item: Any) -> bool:
    """Whether a company itself estimates: 公司预估, 台积电预估."""
    return not item.has("hearsay") and any(
        one.kind in ("it", "mention") and 0 <= item.start - one.end <= 1 for one in place.line.items
    )


def _ahead(draft: Any, place: Place, plan: Any) -> str:
    own = bool(draft.who.symbol or draft.who.members) and not draft.who.symbol.startswith("^")
    own = own and not _ANALYSTS.search(place.text, max(place.line.start, plan.start - _SPOKEN), plan.end)
    return "guidance" if own else "expected"


def _reach(place: Place) -> int:
    """Return from where on words of planning count for a figure: the sentence, up to the last semicolon."""
    text = place.text[place.line.start : place.figure.start]
    return place.line.start + max(text.rfind(mark) + 1 for mark in ";；")


def _reports(place: Place) -> bool:
    results = place.line.of("results")
    own = [item for item in place.line.of("plan") if item.first == "own"]
    return bool(results) and not own


def hedged(quantity: Quantity, place: Place, base: str) -> Quantity:
    """Return a figure with the hedge that its clause gives it, counts in the name of what is counted."""
    quantity = counted(base, quantity)
    hedge = quantity.hedge
    words = place.text[place.token.outer[0] : place.figure.start]
    if hedge in ("over", "under") and place.token.kind in ("percent", "tenths") and _COMPARING.search(words):
        hedge = ""
    negated = [item for item in place.near("negation") if 0 <= place.token.outer[0] - item.end <= 1]
    if negated and quantity.hedge in ("over", "under"):
        hedge = "at-most" if quantity.hedge == "over" else "at-least"
    if not hedge and [
        item
        for item in place.left
        if item.kind == "maybe" and (item.start >= place.clause or place.figure.start - item.end <= 12)
    ]:
        hedge = "may"
    if not hedge and _is_hearsay(place):
        hedge = "possibly"
    return replace(quantity, hedge=hedge)


def _is_hearsay(place: Place) -> bool:
    """Whether a figure is told as hearsay: 据称, 据传."""
    words = [item for item in place.line.of("estimate") if item.has("hearsay") and item.end <= place.figure.start]
    return bool(words) and words[-1].start >= _reach(place)
