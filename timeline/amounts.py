"""Figures in plain words: "60 to 65 billion USD", "about 46%", "30.75 times"."""

from __future__ import annotations

import math

from events.model import Quantity

_STEPS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_HEDGES = {
    "": "",
    "nearly": "nearly ",
    "over": "more than ",
    "about": "about ",
    "at-least": "at least ",
    "at-most": "at most ",
    "under": "under ",
    "may": "perhaps ",
    "possibly": "possibly ",
    "estimated": "an estimated ",
    "only": "only ",
}


def figure_words(quantity: Quantity) -> str:
    """Return a stated figure as it was stated: its hedge, its digits and its unit."""
    shown = span_words(quantity.value, quantity.high, quantity.unit, quantity.precision)
    return _HEDGES[quantity.hedge] + shown


def value_words(value: float, unit: str, precision: float | None = None) -> str:
    """Return one figure in words, to the digit of `precision`, or to four significant digits."""
    return span_words(value, None, unit, precision)


def span_words(low: float, high: float | None, unit: str, precision: float | None = None) -> str:
    """Return "low to high" with its unit; one figure where there is no high, or where both read alike."""
    largest = max(abs(low), abs(low if high is None else high))
    divisor, word = next(((step, name) for step, name in _STEPS if largest >= step), (1.0, ""))
    if unit in ("percent", "points", "times"):
        divisor, word = 1.0, ""
    grouped = unit != "years"  # a point in time: 2025.8, not 2,025.8
    figure = _digits(low / divisor, precision and precision / divisor, grouped)
    if high is not None and (other := _digits(high / divisor, precision and precision / divisor, grouped)) != figure:
        figure = f"{figure} to {other}"
    return figure + {"percent": "%"}.get(unit, f"{word and f' {word}'}{unit and f' {unit}'}")


def _digits(value: float, precision: float | None, grouped: bool) -> str:
    if precision:
        decimals = max(0, -math.floor(math.log10(precision) + 1e-9))
    else:
        decimals = 3 if value == 0 else max(0, 3 - math.floor(math.log10(abs(value)) + 1e-9))
    text = f"{round(value, decimals) + 0.0:{',' if grouped else ''}.{decimals}f}"
    if not precision and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text
