"""Readings + prices -> figures and how near they come to what was stated, in columns.

Each reading of `windows.READINGS` is tried on all rows that it speaks of at once: two gathers of prices, one arithmetic
expression, one comparison with the accepted bounds. A single claim takes the same path as a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from timeline.bounds import Bounds
from timeline.columns import DIFFERENCE, MULTIPLE, PERCENT, PRICE, VALUE, VALUE_CHANGE, Figures, Floats
from timeline.prices import Panel, PriceHistory
from timeline.readings import READINGS, Rule
from timeline.verdict import ORDER
from timeline.windows import ABSENT, PART, SPAN, Integers, Rows, Windows, undated

Codes = NDArray[np.int8]
SUPPORTED, CONSISTENT, CLOSE, CONTRADICTED, PENDING, UNCHECKED = range(len(ORDER))


class Trial(NamedTuple):
    """One reading tried on the rows that it speaks of (`rows`, ascending), as columns of one length.

    `code` is the verdict's place in ORDER, `actual` in the unit of each figure, `gap` how far it lies beyond the
    accepted size; `start` and `end` are session indexes (ABSENT where there is none), `column` the price at the end.
    """

    rule: Rule
    rows: Integers
    start: Integers
    end: Integers
    actual: Floats
    code: Codes
    gap: Floats
    column: str


def cells(panel: Panel, column: str, symbols: Integers, sessions: Integers) -> Floats:
    """Return prices by symbol and session, NaN outside of what is held."""
    flat = panel.columns.get(column)
    if flat is None:
        return np.full(len(sessions), np.nan)
    held = (sessions >= panel.first[symbols]) & (sessions <= panel.last[symbols])
    place = np.where(held, panel.offset[symbols] + sessions, 0)
    return np.where(held, flat[place], np.nan) if len(flat) else np.full(len(sessions), np.nan)


def trials(prices: PriceHistory, panel: Panel, symbols: Integers, rows: Rows, figures: Figures) -> list[Trial]:
    """Try every reading on the rows that it speaks of."""
    found = []
    spans, parts = (set(np.flatnonzero(np.bincount(codes)).tolist()) for codes in (rows.span, rows.part))
    for rule in READINGS:
        if not rule.speaks_of(spans, parts):
            continue
        windows = rule.windows(rows, panel.calendar)
        if len(windows.rows):
            found.append(_tried(prices, panel, symbols, rows, figures, rule, windows))
    return found


def _tried(
    prices: PriceHistory,
    panel: Panel,
    symbols: Integers,
    rows: Rows,
    figures: Figures,
    rule: Rule,
    windows: Windows,
) -> Trial:
    index, start, end = windows
    who = symbols[index]
    some = figures if len(index) == len(figures.stated) else figures.take(index)  # every row, in order, as it is
    if rule.at_end == "extreme-close":
        end = _extreme_sessions(panel, who, start, np.minimum(end, panel.last[who]), some.side)
    base, last = cells(panel, "close", who, start), _at_end(panel, rule.at_end, who, end, some.side)
    actual = _measured(prices, panel, who, some, start, end, base, last)
    code, gap = classify(actual, some.stated, some.bounds)
    if rule.best == "consistent":
        if rule.at_end == "open":
            code = _near_the_open(actual, some.stated, some.measure, code)
        code = np.where(code == SUPPORTED, CONSISTENT, code)
    if rule.at_end == "close":
        code = _inside_the_day(panel, who, rows.take(index), some, start, end, actual, code)
    code = np.where(np.isnan(actual), missing_code(panel, who, start, end, rule.at_end), code)
    code = np.where(np.isnan(some.stated) | undated(rows.take(index)), UNCHECKED, code)
    return Trial(rule, index, start, end, actual, code.astype(np.int8), gap, rule.at_end)


def best_codes(found: Iterable[Trial], count: int) -> Codes:
    """Return for each of `count` rows the best verdict (its place in ORDER) that one of its readings reaches."""
    best = np.full(count, UNCHECKED, dtype=np.int8)
    for trial in found:
        if len(trial.rows) == count:  # every row: no need to gather and scatter
            best = np.minimum(best, trial.code)
        else:
            best[trial.rows] = np.minimum(best[trial.rows], trial.code)
    return best


def _at_end(panel: Panel, column: str, who: Integers, end: Integers, side: Integers) -> Floats:
    if column == "extreme":
        high, low = cells(panel, "high", who, end), cells(panel, "low", who, end)
        return np.where(side > 0, high, np.where(side < 0, low, np.nan))
    return cells(panel, "close" if column == "extreme-close" else column, who, end)


def _extreme_sessions(panel: Panel, who: Integers, start: Integers, end: Integers, side: Integers) -> Integers:
    """Return the session of the lowest (highest) close after each start and up to each end; the first of equals."""
    found = np.full(len(who), ABSENT)
    close = panel.columns["close"]
    for row, (symbol, low, high, sign) in enumerate(zip(who, start, end, side, strict=True)):
        first = max(int(low) + 1, int(panel.first[symbol]))
        if low == ABSENT or high < first or not sign:
            continue
        inside = close[panel.offset[symbol] + first : panel.offset[symbol] + int(high) + 1]
        if not np.isnan(inside).all():
            found[row] = first + int(np.nanargmin(inside) if sign < 0 else np.nanargmax(inside))
    return found


def _measured(
    prices: PriceHistory,
    panel: Panel,
    who: Integers,
    some: Figures,
    start: Integers,
    end: Integers,
    base: Floats,
    last: Floats,
) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = (last / base - 1.0) * 100.0
        if (some.measure == PERCENT).all():
            return percent
        traded_last = last * traded(prices, panel, who, end)
        traded_base = base * traded(prices, panel, who, start)
        return np.select(
            [some.measure == kind for kind in (PERCENT, MULTIPLE, DIFFERENCE, PRICE, VALUE_CHANGE, VALUE)],
            [
                percent,
                last / base,
                traded_last - traded_base,
                traded_last,
                (last - base) * some.scale,
                last * some.scale,
            ],
        )


def traded(prices: PriceHistory, panel: Panel, who: Integers, sessions: Integers) -> Floats:
    """Return the factor from split-adjusted to as-traded prices, 1 where no split is known."""
    factor = np.ones(len(who))
    for symbol in np.unique(who):
        chosen = (who == symbol) & (sessions >= 0)
        if chosen.any():
            factor[chosen] = prices.as_traded_factor(panel.symbols[symbol], sessions[chosen])
    return factor


def classify(actual: Floats, stated: Floats, bounds: Bounds) -> tuple[Codes, Floats]:
    """Return the verdict of each figure by its bounds, and how far it lies beyond what is accepted."""
    low, high = (
        np.minimum(bounds.low, bounds.understated_low),
        np.maximum(bounds.high, bounds.understated_high),
    )
    with np.errstate(invalid="ignore"):
        inside = (actual >= low) & (actual <= high)
        near = (actual >= bounds.close_low) & (actual <= bounds.close_high)
    code = np.where(inside, SUPPORTED, np.where(near, CLOSE, CONTRADICTED)).astype(np.int8)
    return code, np.maximum(np.maximum(low - actual, actual - high), 0.0)


def _near_the_open(actual: Floats, stated: Floats, measure: Integers, code: Codes) -> Codes:
    """Hold quotes outside of the regular session against the open: within 1 point or 10% they are consistent."""
    with np.errstate(invalid="ignore"):
        allowed = np.where(measure == PERCENT, np.maximum(1.0, 0.1 * np.abs(stated)), 0.1 * np.abs(stated))
        distance = np.abs(actual - stated)
        same_way = (actual * stated > 0) | (distance <= 1.0) & (measure == PERCENT) & (np.abs(stated) < 1.0)
        near = np.where(distance <= allowed, CONSISTENT, np.where(distance <= 3 * allowed, CLOSE, CONTRADICTED))
    return np.where(same_way, near, CONTRADICTED).astype(np.int8)


def _inside_the_day(
    panel: Panel,
    who: Integers,
    rows: Rows,
    some: Figures,
    start: Integers,
    end: Integers,
    actual: Floats,
    code: Codes,
) -> Codes:
    """Make a day's figure consistent where no word says close and the day's range holds it (a snapshot)."""
    open_word = (rows.span == SPAN["day"]) & (rows.part == PART[""]) & (code > CONSISTENT)
    if not open_word.any():
        return code
    base = cells(panel, "close", who, start)
    high, low = cells(panel, "high", who, end), cells(panel, "low", who, end)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = some.measure == PERCENT
        price = some.measure == PRICE
        top = np.where(percent, (high / base - 1) * 100, np.where(price, high, high - base))
        bottom = np.where(percent, (low / base - 1) * 100, np.where(price, low, low - base))
        factor = np.where(percent, 1.0, _ratio_of(actual, cells(panel, "close", who, end), base, price))
        held = (some.bounds.high >= bottom * factor) & (some.bounds.low <= top * factor)
        known = open_word & held & np.isin(some.measure, (PERCENT, DIFFERENCE, PRICE))
    return np.where(known, CONSISTENT, code).astype(np.int8)


def _ratio_of(actual: Floats, last: Floats, base: Floats, price: NDArray[np.bool_]) -> Floats:
    """Return the as-traded factor that an actual price or difference was made with (1 where it cannot be told)."""
    plain = np.where(price, last, last - base)
    ratio = actual / plain
    return np.where(np.isfinite(ratio) & (ratio > 0), ratio, 1.0)


def missing_code(panel: Panel, who: Integers, start: Integers, end: Integers, column: str) -> Codes:
    """Return pending where the window ends after the last bar held, having begun inside what is held; else unchecked.

    A symbol whose last bar lacks the price that is wanted (opens, highs) will not get it by waiting.
    """
    waits = (end > panel.last[who]) & (start >= panel.first[who]) & (start != ABSENT)
    if column in ("open", "extreme"):
        last = cells(panel, "high" if column == "extreme" else column, who, panel.last[who].astype(np.int64))
        waits &= ~np.isnan(last)
    return np.where(waits, PENDING, UNCHECKED).astype(np.int8)
