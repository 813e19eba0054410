"""Dividends as known: by symbol and day, in the terms of today's shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from events.bars import number_of
from events.model import DividendObserved
from timeline.panels import Split
from timeline.symbols import resolve


class Dividend(NamedTuple):
    """From day `on` (since 1970-01-01) a buyer does not get `amount`, for one share after every known split."""

    on: int
    amount: float
    currency: str
    source: str


def dividends_by_symbol(
    observed: Iterable[tuple[DividendObserved, datetime]], splits: Mapping[str, Sequence[Split]]
) -> dict[str, tuple[Dividend, ...]]:
    """Return the dividends of each symbol by their day; of two for one day the later recorded, restated for `splits`.

    An amount is divided by the ratio of each split after the day through which it is adjusted, as prices are.
    """
    found: dict[str, dict[int, Dividend]] = {}
    for event, _ in sorted(observed, key=lambda pair: pair[1]):
        symbol = resolve(event.symbol, event.on)
        amount = in_todays_terms(event, splits.get(symbol, ()))
        day = number_of(event.on)
        found.setdefault(symbol, {})[day] = Dividend(day, amount, event.currency, event.source)
    return {symbol: tuple(paid for _, paid in sorted(of.items())) for symbol, of in found.items()}


def in_todays_terms(event: DividendObserved, splits: Iterable[Split]) -> float:
    """Return the amount of a dividend for one share after all `splits`, those among them that it does not know of."""
    amount, through = event.amount, number_of(max(event.on, event.adjusted_through))
    for split in splits:
        if split.on > through:
            amount /= split.ratio
    return amount
