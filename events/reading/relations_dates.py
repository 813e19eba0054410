"""Arithmetic with dates: "about two years ago, in November 2022" against the day of the article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from events.model import Expression, Figure, Quantity, Relation
from events.reading.clauses import Clauses, Item
from events.reading.relations_told import Told

_BETWEEN = re.compile(r"(?:以?前的?|ago,?\s*(?:in|on)?\s*|trước\s*,?\s*(?:vào|trong)?\s*)")
_QUARTER_YEAR = 0.25  # a number of years, told as of a month, is taken to a quarter


def years_ago(read: Clauses) -> Iterator[Told]:
    """Yield a number of years told beside the month or year that it leads to."""
    day = read.day
    if day is None:
        return
    for group, tokens in zip(read.groups, read.tokens, strict=True):
        figures = [item for item in tokens if item.kind == "figure" and item.value.kind == "duration"]
        if not figures:
            continue
        items = [item for clause in group for item in clause.items]
        dates = [item for item in items if item.kind == "date" and item.value.kind in ("month", "year", "day")]
        for figure in figures:
            quantity = figure.value.quantity
            behind = [one for one in dates if one.start >= figure.end]
            if quantity is None or quantity.unit != "years" or not behind:
                continue
            token = behind[0].value
            between = read.text[figure.end : behind[0].start]
            if _BETWEEN.fullmatch(between) and token.resolved.first and token.parts.year is not None:
                yield _told(figure, behind[0], items, day)


def _told(figure: Item, named: Item, items: list[Item], day: date) -> Told:
    resolved = named.value.resolved
    first, last = _decimal(resolved.first), _decimal(resolved.last or resolved.first, whole=True)
    then = Quantity(value=first, high=last if last > first else None, unit="years", precision=0.001)
    left = Expression(
        name="difference",
        parts=(
            Figure(quantity=Quantity(value=_decimal(day, whole=True), unit="years", precision=0.001)),
            Figure(quantity=then),
        ),
    )
    stated = figure.value.quantity
    right = Quantity(value=stated.value, unit="years", hedge=stated.hedge, precision=_QUARTER_YEAR)
    companies = [item for item in items if item.kind == "mention" and not item.value.modifies and item.value.symbol]
    claim = Relation(
        symbol=companies[0].value.symbol if companies else "",
        left=left, relation="equals", right=Figure(quantity=right),
        note="the named date decides, not the count of years; years are written as decimals",
    )  # fmt: skip
    return Told(claim, figure.start, named.end, ("a number of years and the date it leads to",))


def _decimal(day: date, *, whole: bool = False) -> float:
    """Return the beginning (`whole`: the end) of a day as a year with decimals (2022-11-01: 2022.833)."""
    return round(day.year + (day.timetuple().tm_yday - (0 if whole else 1)) / 365, 3)
