"""The sum itself: figures put together, each as written and within its own rounding, with its unit.

Intervals are carried by their corners, which is exact for figures that occur once; where one figure occurs twice the
interval comes out wider than it is, never narrower.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

from events.errors import NotHeldError
from events.model import Expression, Figure, Quantity
from timeline.amounts import figure_words
from timeline.bounds import accepted

COUNTED = frozenset({"years", "quarters", "months", "weeks", "days", "sessions"})  # whole by nature, not rounded
PLAIN = frozenset({"", "times", "ratio"})
_IN_SMALLER_UNITS = {"years": ("months", 12.0), "weeks": ("days", 7.0), "times": ("percent", 100.0)}


class UnmeasurableError(NotHeldError):
    """The figures cannot be put together; says what is missing."""


class Span(NamedTuple):
    """A closed interval."""

    low: float
    high: float

    def meets(self, other: Span) -> bool:
        """Whether the two share a point."""
        return self.low <= other.high and other.low <= self.high

    def inside(self, other: Span) -> bool:
        """Whether all of it lies in `other`."""
        return other.low <= self.low and self.high <= other.high

    @property
    def width(self) -> float:
        """Its length as a share of its larger end."""
        largest = max(abs(self.low), abs(self.high))
        return (self.high - self.low) / largest if largest else 0.0


class Term(NamedTuple):
    """A part of the sum: as written, within its rounding, and in words.

    `stated` is set for a figure of the text; `direction` marks a change, told as up or down.
    """

    nominal: Span
    rounded: Span
    unit: str
    words: str
    stated: Quantity | None = None
    direction: bool = False


def evaluate(node: Figure | Expression) -> list[Term]:
    """Return the terms of a side: one, or several for figures side by side.

    Raises UnmeasurableError for units that do not go together, a base of zero, or a wrong number of parts.
    """
    if isinstance(node, Figure):
        return [term_of(node.quantity)]
    parts = [evaluate(part) for part in node.parts]
    if node.name == "each":
        return [term for part in parts for term in part]
    if len(parts) < 2 or (node.name not in ("sum", "product") and len(parts) != 2):
        raise UnmeasurableError(f"two figures for a {node.name}, got {len(parts)}")
    return [_apply(node.name, row) for row in paired(*parts)]


def paired(*sides: Sequence[Term]) -> list[tuple[Term, ...]]:
    """Return figures side by side, one figure standing beside all; raises UnmeasurableError for unequal numbers."""
    length = max(map(len, sides))
    if any(len(side) not in (1, length) for side in sides):
        raise UnmeasurableError(f"figures side by side in equal numbers, got {[len(side) for side in sides]}")
    return list(zip(*(list(side) * length if len(side) == 1 else side for side in sides), strict=True))


def term_of(quantity: Quantity) -> Term:
    """Return a stated figure as a term."""
    nominal = Span(quantity.value, quantity.value if quantity.high is None else quantity.high)
    exact = quantity.unit in COUNTED and not quantity.hedge and nominal.low == nominal.high == round(nominal.low)
    bounds = accepted(quantity)
    rounded = nominal if exact else Span(bounds.low, bounds.high)
    return Term(nominal, rounded, quantity.unit, figure_words(quantity), quantity)


def ends(terms: Sequence[Term]) -> list[Term]:
    """Return every figure of the terms, a stated range as its two ends."""
    found: list[Term] = []
    for term in terms:
        given = term.stated
        if given is None or given.high is None:
            found.append(term)
            continue
        for end in (given.value, given.high):
            found.append(term_of(Quantity(value=end, unit=given.unit, precision=given.precision, hedge=given.hedge)))
    return found


def hull(terms: Sequence[Term]) -> Term:
    """Return the span from the lowest to the highest of the terms."""
    first = terms[0]
    aligned = [first, *(same_unit(term, first)[0] for term in terms[1:])]
    spans = [
        Span(min(span.low for span in column), max(span.high for span in column))
        for column in ([term.nominal for term in aligned], [term.rounded for term in aligned])
    ]
    return Term(spans[0], spans[1], first.unit, " and ".join(term.words for term in terms))


def same_unit(one: Term, other: Term) -> tuple[Term, Term]:
    """Return both in one unit, that of `other` where it can be; raises UnmeasurableError where none serves both."""
    units = one.unit, other.unit
    if one.unit == other.unit or "" in units or set(units) in ({"percent", "points"}, {"times", "ratio"}):
        return one, other
    for large, (small, factor) in _IN_SMALLER_UNITS.items():
        if units == (large, small):
            return _scaled(one, small, factor), other
        if units == (small, large):
            return _scaled(one, large, 1 / factor), other
    raise UnmeasurableError(f"figures in one unit, got {one.unit} and {other.unit}")


def _scaled(term: Term, unit: str, factor: float) -> Term:
    nominal, rounded = (Span(span.low * factor, span.high * factor) for span in (term.nominal, term.rounded))
    return term._replace(nominal=nominal, rounded=rounded, unit=unit)


def base_of(result: Span, growth: Span) -> Span:
    """Return the figure before a growth in percent; raises UnmeasurableError for a growth of -100% or less."""
    if growth.low <= -100:
        raise UnmeasurableError("a growth above -100%")
    corners = [end / (1 + percent / 100) for end, percent in product(result, growth)]
    return Span(min(corners), max(corners))


def _apply(name: str, terms: Sequence[Term]) -> Term:
    rule = _RULES[name]
    unit = rule.unit([term.unit for term in terms])
    factors = [0.01 if name == "product" and term.unit == "percent" else 1.0 for term in terms]
    spans = []
    for which in ("nominal", "rounded"):
        corners = [[end * k for end in getattr(term, which)] for term, k in zip(terms, factors, strict=True)]
        if rule.divides and min(base := corners[rule.divides - 1]) <= 0 <= max(base):
            raise UnmeasurableError(f"a base above zero for a {name}, got {terms[rule.divides - 1].words}")
        values = [rule.work(corner) for corner in product(*corners)]
        spans.append(Span(min(values), max(values)))
    plain = [term.stated is not None and term.nominal.low >= 0 for term in terms]
    words = rule.words.join(term.words if bare else f"({term.words})" for term, bare in zip(terms, plain, strict=True))
    return Term(spans[0], spans[1], unit, words, direction=name == "growth")


def _work_base(values: Sequence[float]) -> float:
    return base_of(Span(values[0], values[0]), Span(values[1], values[1])).low


def _one_unit(units: Sequence[str]) -> str:
    kinds = {"percent" if unit == "points" else unit for unit in units}
    if len(kinds) > 1:
        raise UnmeasurableError(f"figures in one unit, got {' and '.join(sorted(kinds))}")
    return "points" if "points" in units else units[0]


def _unit_of_difference(units: Sequence[str]) -> str:
    return "points" if _one_unit(units) == "percent" else units[0]


def _unit_of_product(units: Sequence[str]) -> str:
    with_money = [unit for unit in units if len(unit) == 3 and unit.isupper()]
    if len(with_money) > 1:
        raise UnmeasurableError("at most one amount of money in a product")
    named = with_money or [unit for unit in units if unit not in PLAIN and unit not in COUNTED and unit != "percent"]
    return named[0] if named else next((unit for unit in units if unit in COUNTED), "times")


def _unit_of_ratio(units: Sequence[str]) -> str:
    if units[1] in PLAIN or units[1] in COUNTED - {units[0]}:
        return units[0]
    _one_unit(units)
    return "times"


def _unit_of_growth(units: Sequence[str]) -> str:
    _one_unit(units)
    return "percent"


def _unit_of_base(units: Sequence[str]) -> str:
    if units[1] not in ("percent", "points"):
        raise UnmeasurableError(f"a growth in percent, got {units[1]}")
    return units[0]


class _Rule(NamedTuple):
    """How one operation works: its unit, its corner, its word, and which part (1 or 2) must stay clear of zero."""

    unit: Callable[[Sequence[str]], str]
    work: Callable[[Sequence[float]], float]
    words: str
    divides: int = 0


_RULES = {
    "sum": _Rule(_one_unit, math.fsum, " + "),
    "difference": _Rule(_unit_of_difference, lambda corner: corner[0] - corner[1], " - "),
    "product": _Rule(_unit_of_product, math.prod, " x "),
    "ratio": _Rule(_unit_of_ratio, lambda corner: corner[0] / corner[1], " over ", divides=2),
    "growth": _Rule(_unit_of_growth, lambda corner: (corner[1] / corner[0] - 1) * 100, " to ", divides=1),
    "share": _Rule(_unit_of_growth, lambda corner: corner[0] / corner[1] * 100, " of ", divides=2),
    "base": _Rule(_unit_of_base, _work_base, " before a growth of "),
}
