"""What is true, worked out a second time: plain loops over lists of prices, nothing of the engine.

This is the ground that the checker's power is measured on, so it knows only the default readings of CHECKING.md, takes
the shortest way to each, and shares no code with what it judges. A place is an index into one symbol's sessions; an
answer that would need a price that is not held is None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from events.model import Hedge
from timeline.prices import PriceHistory
from timeline.verdict import Facts

PERIODS = ("week", "month", "quarter", "year-to-date")
MARKET_VALUE_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class History:
    """One symbol's sessions in order: lists of one length, NaN for what is not held."""

    symbol: str
    exchange: str
    days: tuple[date, ...]
    closed: tuple[datetime, ...]
    close: tuple[float, ...]
    high: tuple[float, ...]
    low: tuple[float, ...]
    splits: tuple[tuple[date, float], ...]

    def traded(self, on: date) -> float:
        """Return how many of today's shares one share of a day is."""
        factor = 1.0
        for day, ratio in self.splits:
            if day > on:
                factor *= ratio
        return factor


@dataclass(frozen=True, slots=True)
class Spec:
    """A claim as the generator thinks of it: a kind, a place, and how it is told.

    `since`..`until` are the days of a span (of a peak, of an earlier extreme) or the day from which a move counts;
    `begin` opens the window in which a loss was suffered. `sign` is the direction where no figure carries it. `lag`
    counts sessions between the end of the window and the publication, `named` says whether the text names its end.
    """

    kind: str
    symbol: str
    at: int
    count: int = 1
    since: date | None = None
    until: date | None = None
    begin: date | None = None
    sign: int = 0
    named: bool = True
    lag: int = 0
    style: int = 0
    value: float = math.nan
    precision: float = 1.0
    hedge: Hedge = ""
    amount: float = 0.0


def histories(prices: PriceHistory) -> dict[str, History]:
    """Return every symbol's prices as plain lists."""
    found = {}
    for symbol, panel, row in prices:
        low, high = int(panel.first[row]), int(panel.last[row]) + 1
        columns = {name: tuple(panel.series(row, name).tolist()) for name in ("close", "high", "low")}
        epoch = date(1970, 1, 1).toordinal()
        found[symbol] = History(
            symbol,
            "" if panel.calendar.observed else panel.calendar.name,
            tuple(date.fromordinal(epoch + int(day)) for day in panel.calendar.days[low:high]),
            tuple(datetime.fromtimestamp(int(second), UTC) for second in panel.calendar.closes[low:high]),
            **columns,
            splits=tuple((date.fromordinal(epoch + int(on)), float(ratio)) for on, ratio in prices.splits(symbol)),
        )
    return found


def holds(spec: Spec, history: Mapping[str, History], facts: Facts) -> bool | None:
    """Tell whether a claim is true under the default reading of its kind; None where that cannot be known."""
    held = history[spec.symbol]
    if not 0 <= spec.at < len(held.days):
        return None
    if spec.kind == "streak":
        return _streak(spec, held)
    if spec.kind == "extreme":
        return _extreme(spec, held)
    actual = figure(spec, history, facts)
    if actual is None or math.isnan(spec.value):
        return None
    if spec.kind == "market-value":
        return abs(actual - spec.value) <= MARKET_VALUE_SHARE * max(abs(spec.value), abs(actual))
    return fits(spec, actual)


def fits(spec: Spec, actual: float) -> bool:
    """Tell whether a figure is what its words say: CHECKING's table of figures and words."""
    if spec.value * actual < 0:
        return False
    stated, size, unit = abs(spec.value), abs(actual), spec.precision
    slack = 1e-9 * max(stated, 1e-9)
    below, above = unit / 2, unit / 2
    if spec.hedge == "nearly":
        below = unit
    elif spec.hedge == "about":
        below = above = max(unit, 0.05 * stated)
    elif spec.hedge == "over":
        below, above = 0.0, max(unit, _next_step(stated, amounts=spec.kind in ("level", "touched-level", "conversion")))
    return stated - below - slack <= size <= stated + above + slack


def _next_step(size: float, *, amounts: bool) -> float:
    scale = 10.0 ** (math.floor(math.log10(size)) - 1) if amounts and size > 0 else 1.0
    shown = size / scale
    step = 1 if shown < 10 else 5 if shown < 50 else 10
    return (math.floor(shown / step + 1e-9) + 1) * step * scale - size


def figure(spec: Spec, history: Mapping[str, History], facts: Facts) -> float | None:
    """Return the figure that the default reading gives: percent, currency; None where prices are missing."""
    held = history[spec.symbol]
    if not 0 <= spec.at < len(held.days):
        return None
    if spec.kind == "level":
        return _known(held.close[spec.at] * held.traded(held.days[spec.at]))
    if spec.kind == "touched-level":
        column = held.high if spec.sign > 0 else held.low
        return _known(column[spec.at] * held.traded(held.days[spec.at]))
    if spec.kind == "conversion":
        return _known(spec.amount * held.close[spec.at])
    if spec.kind == "drawdown":
        return _drawdown(spec, held)
    window = window_of(spec, held)
    if window is None:
        return None
    start, end = window
    if spec.kind == "market-value":
        shares = _shares(held, facts, held.days[spec.at])
        return None if shares is None else _known((held.close[end] - held.close[start]) * shares)
    last = held.close[end]
    if spec.kind == "touched":
        last = held.high[end] if spec.sign > 0 else held.low[end]
    return _known((last / held.close[start] - 1) * 100)


def window_of(spec: Spec, held: History) -> tuple[int, int] | None:
    """Return the two sessions whose closes a move compares, None where one is not held."""
    start, end = spec.at - 1, spec.at
    if spec.kind in ("sessions", "days", "market-value"):
        start = spec.at - spec.count
    elif spec.kind in PERIODS:
        if spec.named and spec.kind != "year-to-date":
            while (
                end + 1 < len(held.days)
                and end + 1 <= spec.at + spec.lag
                and period_of(held.days[end + 1], spec.kind) == period_of(held.days[end], spec.kind)
            ):
                end += 1
        start = end
        while start >= 0 and period_of(held.days[start], spec.kind) == period_of(held.days[end], spec.kind):
            start -= 1
    elif spec.kind == "since":
        if spec.since is None or spec.since >= held.days[spec.at]:
            return None
        start = spec.at
        while start >= 0 and held.days[start] >= spec.since:
            start -= 1
    return (start, end) if start >= 0 else None


def period_of(day: date, kind: str) -> tuple[int, int]:
    """Return the calendar period that holds a day."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return year, week
    if kind == "month":
        return day.year, day.month
    if kind == "quarter":
        return day.year, (day.month - 1) // 3
    return day.year, 0


def scored(spec: Spec, held: History, place: int) -> float:
    """Return what an extreme ranks: the n-session return that ends at a place, or with count 0 the close itself."""
    if spec.count == 0:
        return held.close[place]
    return held.close[place] / held.close[place - spec.count] - 1 if place >= spec.count else math.nan


def _extreme(spec: Spec, held: History) -> bool | None:
    """True as soon as nothing as extreme ended after the span named; whether one ended inside it is not asked.

    So "worst since June" counts as true where it is even the worst since May: understated, and not false.
    """
    if spec.until is None or spec.since is None or held.days[0] > spec.since:
        return None
    own = scored(spec, held, spec.at)
    if math.isnan(own) or held.days[spec.at] <= spec.until:
        return None
    for place in range(spec.at - 1, -1, -1):
        if held.days[place] <= spec.until:
            break
        if spec.sign * scored(spec, held, place) >= spec.sign * own:
            return False
    return True


def _streak(spec: Spec, held: History) -> bool | None:
    """True where the last n closes each moved the way it says; that the row was longer does not make it false."""
    if spec.at - spec.count < 0:
        return None
    for place in range(spec.at - spec.count + 1, spec.at + 1):
        if not spec.sign * (held.close[place] - held.close[place - 1]) > 0:
            return False
    return True


def _drawdown(spec: Spec, held: History) -> float | None:
    if spec.since is None or spec.until is None or held.days[0] > spec.since or held.days[spec.at] <= spec.until:
        return None
    down = spec.sign < 0
    intraday = spec.begin is not None and not any(math.isnan(price) for price in held.high)
    tops, bottoms = (held.high, held.low) if down else (held.low, held.high)
    peaks, ends = (tops, bottoms) if intraday else (held.close, held.close)
    span = [peaks[i] for i in range(len(held.days)) if spec.since <= held.days[i] <= spec.until]
    if not span:
        return None
    peak = max(span) if down else min(span)
    if spec.begin is None:
        return _known((held.close[spec.at] / peak - 1) * 100)
    after = [ends[i] for i in range(spec.at + 1) if held.days[i] >= spec.begin]
    return _known(((min(after) if down else max(after)) / peak - 1) * 100) if after else None


def _shares(held: History, facts: Facts, day: date) -> float | None:
    counts = sorted(facts.shares.get(held.symbol, ()), key=lambda one: one.on)
    if not counts:
        return None
    known = counts[0]
    for one in counts:
        if one.on <= day:
            known = one
    return known.shares * held.traded(known.on)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
