"""Whether a figure happened, is planned, expected or estimated, and how far its words commit themselves."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from events.model import Quantity
from events.reading.reported_figures import counted
from events.reading.reported_periods import Told, is_over
from events.reading.reported_roles import Place

_COMPARING = re.compile(r"(?:高出|高于|低于|cao hơn|thấp hơn|nhiều hơn|higher|lower|above|below)\D{0,6}$", re.IGNORECASE)


def stance_of(place: Place, draft: Any, told: Told) -> tuple[str, str]:
    """Return the stance of a figure and the words that decide it.

    A word of the future about a period that is over is no guidance: machine translations have "will be" in reports.
    """
    before = [item for item in place.line.items if item.start < place.figure.end and item.start >= _reach(place)]
    plans = [item for item in before if item.kind in ("plan", "budget")]
    estimates = [item for item in before if item.kind == "estimate"]
    over = is_over(draft.period, draft.who, told) if draft.period else None
    if draft.metric.startswith("change of") and not plans:
        return "actual", ""
    if estimates and (draft.who.symbol == "" or not plans):
        return ("estimate" if over is not False else "expected"), f"{estimates[-1].text!r}"
    if over is True:
        return "actual", "the period is over"
    if over is None and plans and not _reports(place):
        return _ahead(draft), f"{plans[-1].text!r}"
    if over is False and draft.period and not draft.period.endswith("to date"):
        return (_ahead(draft), "the period is not over") if plans or _future_year(draft, told) else ("actual", "")
    return "actual", ""


def _future_year(draft: Any, told: Told) -> bool:
    return told.day is not None or bool(told.results)


def _ahead(draft: Any) -> str:
    own = bool(draft.who.symbol or draft.who.members)
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
    if not hedge and [item for item in place.left if item.kind == "maybe" and item.start >= place.clause]:
        hedge = "may"
    return replace(quantity, hedge=hedge)
