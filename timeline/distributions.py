"""What dividends would change: a note on a return whose window holds an ex-dividend day.

Closes are not adjusted for dividends, so a claim that counts them in, or a chart of adjusted closes, tells another
figure. The note gives it: (1 + r) / product of (1 - D / C) - 1, with D each dividend and C the close of the session
before its ex-dividend day (how CRSP and Yahoo adjust closes). The verdict stays that of the prices alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from events.bars import day_of, number_of
from events.model import Drawdown, Extreme, Move
from timeline.columns import day_of_claim
from timeline.dividends import Dividend
from timeline.prices import Panel, PriceHistory
from timeline.verdict import Reading, StatedClaim, Verdict, stated_of

VISIBLE = 0.005  # percent: what the second decimal shows
WHOLE = 0.5  # of the close before; a dividend above is a distribution of another kind, or in another currency


def with_dividends(stated: Sequence[StatedClaim], verdicts: list[Verdict], prices: PriceHistory) -> list[Verdict]:
    """Return the verdicts, with a note on each return in percent over a window that holds an ex-dividend day."""
    if not prices.pays:
        return verdicts
    found = list(verdicts)
    for row, (one, verdict) in enumerate(zip(stated, verdicts, strict=True)):
        if isinstance(one.claim, Move | Drawdown | Extreme) and (note := _note(one, verdict, prices)):
            found[row] = replace(verdict, notes=(*verdict.notes, note))
    return found


def _note(one: StatedClaim, verdict: Verdict, prices: PriceHistory) -> str:
    quantity = stated_of(one.claim)
    in_percent = quantity.unit == "percent" if quantity else isinstance(one.claim, Move | Extreme)
    if not in_percent or verdict.verdict in ("pending", "unchecked"):
        return ""
    if isinstance(one.claim, Extreme) and one.claim.measure != "return":
        return ""
    if (place := prices.where(one.claim.symbol, day_of_claim(one))) is None:
        return ""
    found = [counted for reading in verdict.readings if (counted := _counted(reading, prices, *place))]
    if verdict.verdict == "contradicted" and verdict.accepted:
        low, high = verdict.accepted
        for counted in found:
            if low <= counted.with_them <= high:
                return f"{_words(counted)}; that is within what the claim says"
    return next((_words(counted) for counted in found if counted.reading is verdict.best), "")


class _Counted(NamedTuple):
    """A reading, the dividends inside its window, and its return in percent with them."""

    reading: Reading
    symbol: str
    paid: tuple[Dividend, ...]
    actual: float
    with_them: float


def _counted(reading: Reading, prices: PriceHistory, panel: Panel, number: int) -> _Counted | None:
    """Return what a reading gives with its dividends, None where there are none, or they change nothing visible."""
    if reading.actual is None or "points" in reading.name or reading.start is None or reading.end is None:
        return None
    symbol = panel.symbols[number]
    paid = _inside(prices.dividends(symbol), reading.start, reading.end)
    if not paid or (kept := _kept(paid, panel, number)) is None:
        return None
    with_them = ((1 + reading.actual / 100) / kept - 1) * 100
    if abs(with_them - reading.actual) < VISIBLE:
        return None
    return _Counted(reading, symbol, tuple(paid), reading.actual, with_them)


def _inside(known: Sequence[Dividend], start: date, end: date) -> list[Dividend]:
    """Return the dividends that a holder from the close of `start` to the close of `end` gets."""
    first, last = number_of(start), number_of(end)
    return [one for one in known if first < one.on <= last]


def _kept(paid: Sequence[Dividend], panel: Panel, number: int) -> float | None:
    """Return the product of (1 - D / C), None where a close before is not held or a dividend is no small part of it."""
    product = 1.0
    for one in paid:
        before = panel.calendar.at_or_before(day_of(one.on - 1))
        if not panel.first[number] <= before <= panel.last[number]:
            return None
        close = float(panel.columns["close"][panel.offset[number] + before])
        if np.isnan(close) or one.amount >= WHOLE * close:
            return None
        product *= 1 - one.amount / close
    return product


def _words(counted: _Counted) -> str:
    last, times = counted.paid[-1], len(counted.paid)
    days = f"on {day_of(last.on)}" if times == 1 else f"{times} times, the last on {day_of(last.on)}"
    amount = f"{last.amount:.6g} {last.currency}".rstrip()
    told = f"{counted.symbol} went ex-dividend {days} ({amount} a share, told by {last.source})"
    window = f"{counted.reading.start} to {counted.reading.end}"
    return f"{told}: counted in, {window} was {_way(counted.with_them)}, by the closes alone {_way(counted.actual)}"


def _way(percent: float) -> str:
    return f"{'up' if percent > 0 else 'down'} {abs(percent):,.2f}%"
