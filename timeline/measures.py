"""Readings + prices -> figures and how near they come to what was stated, in columns.

Each reading of `readings.READINGS` is tried on all rows that it speaks of at once: two gathers of prices, one
arithmetic expression, one comparison with the accepted bounds. A single claim takes the same path as a million; a
million goes through it in blocks whose columns stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from timeline.bounds import Bounds
from timeline.columns import DIFFERENCE, MULTIPLE, PERCENT, PRICE, VALUE, VALUE_CHANGE, Figures, Floats, Quantities
from timeline.prices import Panel, PriceHistory
from timeline.readings import Rule, readings_for
from timeline.verdict import ORDER
from timeline.windows import ABSENT, PART, SPAN, Integers, Rows, Windows, undated

Codes = NDArray[np.int8]
_BLOCK = 1 << 15  # rows checked at a time: columns that stay in the cache, and enough to outweigh the calls
SUPPORTED, CONSISTENT, CLOSE, CONTRADICTED, PENDING, UNCHECKED = range(len(ORDER))


class Trial(NamedTuple):
    """One reading tried on the rows that it speaks of (`rows`, ascending), as columns of one length.

    `code` is the verdict's place in ORDER, `actual` in the unit of each figure, `bounds` what each figure accepts;
    `start` and `end` are session indexes (ABSENT where there is none), `column` the price at the end.
    """

    rule: Rule
    rows: Integers
    start: Integers
    end: Integers
    actual: Floats
    code: Codes
    bounds: Bounds
    column: str

    def gap(self, place: int) -> float:
        """Return how far the figure at a place lies beyond the accepted size, 0.0 inside it, NaN without prices."""
        low, high = (float(end[place]) for end in _widest(self.bounds))
        return float(np.maximum(np.maximum(low - self.actual[place], self.actual[place] - high), 0.0))


class Owners(NamedTuple):
    """Whose prices each row asks for: rows of the panel, the sessions held of each, and where its cells begin."""

    panel: Panel
    row: Integers
    first: Integers
    last: Integers
    offset: Integers

    @classmethod
    def of(cls, panel: Panel, row: Integers) -> Owners:
        """Look each row's symbol up once, for all prices that are asked for."""
        first, last = (held.astype(np.int64).take(row) for held in (panel.first, panel.last))
        return cls(panel, row, first, last, panel.offset.take(row))

    def prices(self, column: str, sessions: Integers) -> Floats:
        """Return the prices in some sessions, one a row, NaN outside of what is held."""
        flat = self.panel.columns.get(column)
        if flat is None or not len(flat):
            return np.full(len(sessions), np.nan)
        held = (sessions >= self.first) & (sessions <= self.last)
        if held.all():
            return flat.take(self.offset + sessions, mode="clip")  # all are inside: no second look
        return np.where(held, flat.take(np.where(held, self.offset + sessions, 0)), np.nan)


def verdict_codes(
    prices: PriceHistory, panel: Panel, symbols: Integers, rows: Rows, figures: Figures | Quantities
) -> Codes:
    """Return for each row the best verdict (its place in ORDER) that one of its readings reaches.

    `symbols` are rows of the panel. This is the whole check of moves, levels and market values but for its words.
    """
    best = np.empty(len(rows), dtype=np.int8)
    for begin in range(0, len(rows), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        part = rows.run(block)
        found = trials(prices, panel, symbols[block], part, figures.take(block))
        best[block] = _best_codes(found, len(part))
    return best


def trials(prices: PriceHistory, panel: Panel, symbols: Integers, rows: Rows, figures: Figures) -> list[Trial]:
    """Try every reading on the rows that it speaks of."""
    found = []
    everyone = Owners.of(panel, symbols)
    for rule in readings_for(_present(rows.span), _present(rows.part)):
        windows = rule.windows(rows, panel.calendar)
        if not len(windows.rows):
            continue
        if len(windows.rows) == len(rows):  # every row, in order: as they are
            found.append(_tried(prices, everyone, rows, figures, rule, windows))
        else:
            some = windows.rows
            owners = Owners.of(panel, symbols[some])
            found.append(_tried(prices, owners, rows.take(some), figures.take(some), rule, windows))
    return found


def _present(codes: Integers) -> frozenset[int]:
    """Return the codes that are in a column."""
    if len(codes) and codes.min() == codes.max():  # one kind of claims, the usual case in bulk
        return frozenset((int(codes[0]),))
    return frozenset(np.flatnonzero(np.bincount(codes)).tolist())


def _tried(prices: PriceHistory, who: Owners, rows: Rows, figures: Figures, rule: Rule, windows: Windows) -> Trial:
    index, start, end = windows
    if rule.at_end == "extreme-close":
        found = _extreme_sessions(who, start, np.minimum(end, who.last), figures.side)
        end = np.where(undated(rows) | (end <= who.last), found, end)  # what is not over may go further
    base, last = who.prices("close", start), _at_end(who, rule.at_end, end, figures.side)
    actual = _measured(prices, who, figures, start, end, base, last)
    code = classify(actual, figures.bounds)
    if rule.best == "consistent":
        if rule.at_end == "open":
            zero, more = (_measured(prices, who, figures, start, end, base, base * k) for k in (1.0, 1.01))
            code = _near_the_open(actual - zero, figures.stated - zero, more - zero)
        code = np.where(code == SUPPORTED, CONSISTENT, code)
    if rule.at_end == "close" and rule.spans == ("day",):
        top, bottom = (
            _measured(prices, who, figures, start, end, base, who.prices(name, end)) for name in ("high", "low")
        )
        code = _inside_the_day(rows, figures, end, (bottom, top), code)
    if rule.spans != ("day",) and (beside := _touched_in_a_span(rows)).any():
        code = np.where(beside, np.where(code <= CLOSE, CONSISTENT, UNCHECKED), code)
    if (early := _not_over(rows, end)).any():
        code = np.where(early & (code == SUPPORTED), CONSISTENT, code)
    if (unknown := np.isnan(actual)).any():
        code = np.where(unknown, missing_code(who, start, end, rule.at_end), code)
    if (mute := np.isnan(figures.stated) | undated(rows)).any():
        code = np.where(mute, UNCHECKED, code)
    return Trial(rule, index, start, end, actual, code.astype(np.int8), figures.bounds, rule.at_end)


def _not_over(rows: Rows, end: Integers) -> NDArray[np.bool_]:
    """Tell which windows had not ended when the claim was made: a close that came later cannot bear it out."""
    return np.asarray((rows.literal != ABSENT) & (end != ABSENT) & (end > rows.literal))


def _best_codes(found: Iterable[Trial], count: int) -> Codes:
    best = np.full(count, UNCHECKED, dtype=np.int8)
    for trial in found:
        if len(trial.rows) == count:  # every row: no need to gather and scatter
            best = np.minimum(best, trial.code)
        else:
            best[trial.rows] = np.minimum(best[trial.rows], trial.code)
    return best


def _at_end(who: Owners, column: str, end: Integers, side: Integers) -> Floats:
    if column == "extreme":
        high, low = who.prices("high", end), who.prices("low", end)
        return np.where(side > 0, high, np.where(side < 0, low, np.nan))
    return who.prices("close" if column == "extreme-close" else column, end)


def _extreme_sessions(who: Owners, start: Integers, end: Integers, side: Integers) -> Integers:
    """Return the session of the lowest (highest) close after each start and up to each end; the first of equals."""
    found = np.full(len(start), ABSENT)
    close = who.panel.columns["close"]
    for row, (offset, held, low, high, sign) in enumerate(zip(who.offset, who.first, start, end, side, strict=True)):
        first = max(int(low) + 1, int(held))
        if low == ABSENT or high < first or not sign:
            continue
        inside = close[offset + first : offset + int(high) + 1]
        if not np.isnan(inside).all():
            found[row] = first + int(np.nanargmin(inside) if sign < 0 else np.nanargmax(inside))
    return found


def _measured(
    prices: PriceHistory, who: Owners, some: Figures, start: Integers, end: Integers, base: Floats, last: Floats
) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = (last / base - 1.0) * 100.0
        if (some.measure == PERCENT).all():
            return percent
        factor = traded(prices, who, end)  # of both ends: what moved across a split is told in the shares after it
        return np.select(
            [some.measure == kind for kind in (PERCENT, MULTIPLE, DIFFERENCE, PRICE, VALUE_CHANGE, VALUE)],
            [
                percent,
                last / base,
                (last - base) * factor,
                last * factor,
                (last - base) * some.scale,
                last * some.scale,
            ],
        )


def traded(prices: PriceHistory, who: Owners, sessions: Integers) -> Floats:
    """Return the factor from split-adjusted to as-traded prices, 1 where no split is known."""
    factor = np.ones(len(sessions))
    for symbol in np.unique(who.row):
        chosen = (who.row == symbol) & (sessions >= 0)
        if chosen.any():
            factor[chosen] = prices.as_traded_factor(who.panel.symbols[symbol], sessions[chosen])
    return factor


def classify(actual: Floats, bounds: Bounds) -> Codes:
    """Return the verdict of each figure by its bounds."""
    low, high = _widest(bounds)
    inside = (actual >= low) & (actual <= high)
    near = (actual >= bounds.close_low) & (actual <= bounds.close_high)
    near |= inside
    # from contradicted one step down for near, two more for inside: a tenth of the time of two np.where
    return np.asarray(CONTRADICTED - near.view(np.int8) - 2 * inside.view(np.int8))


def _widest(bounds: Bounds) -> tuple[Floats, Floats]:
    """Return what counts as supported: the accepted ends, and as far as words that understate reach."""
    low, high, *_, further_low, further_high = bounds
    return (
        low if low is further_low else np.minimum(low, further_low),
        high if high is further_high else np.maximum(high, further_high),
    )


def _near_the_open(actual: Floats, stated: Floats, point: Floats) -> Codes:
    """Hold quotes outside of the regular session against the open: within 1 point or 10% they are consistent.

    Both are moves in the unit of the figure, in which `point` is one percent of the close before.
    """
    with np.errstate(invalid="ignore"):
        allowed, distance = np.maximum(point, 0.1 * np.abs(stated)), np.abs(actual - stated)
        same_way = (actual * stated > 0) | (distance <= point) & (np.abs(stated) < point)
        near = np.where(distance <= allowed, CONSISTENT, np.where(distance <= 3 * allowed, CLOSE, CONTRADICTED))
    return np.where(same_way, near, CONTRADICTED).astype(np.int8)


def _inside_the_day(rows: Rows, some: Figures, end: Integers, span: tuple[Floats, Floats], code: Codes) -> Codes:
    """Make a day's figure consistent where no word says close and the day's range holds it (a snapshot).

    What was told while the session ran is contradicted by nothing but that range.
    """
    open_word = (rows.span == SPAN["day"]) & (rows.part == PART[""]) & (code > CONSISTENT)
    open_word &= (some.measure != VALUE) & (some.measure != VALUE_CHANGE)  # those have a rule of their own
    bottom, top = span
    held = (some.bounds.high >= bottom) & (some.bounds.low <= top)
    code = np.where(open_word & held, CONSISTENT, code)
    blind = open_word & (code == CONTRADICTED) & (end == rows.running) & (end != ABSENT) & np.isnan(top)
    return np.where(blind, UNCHECKED, code).astype(np.int8)


def _touched_in_a_span(rows: Rows) -> NDArray[np.bool_]:
    """Tell which rows speak of the highest or lowest price of several sessions, which closes cannot give."""
    return np.asarray((rows.part == PART["intraday"]) & (rows.span != SPAN["day"]) & ~rows.suffered)


def missing_code(who: Owners, start: Integers, end: Integers, column: str) -> Codes:
    """Return pending where the window ends after the last bar held, having begun inside what is held; else unchecked.

    A symbol whose last bar lacks the price that is wanted (opens, highs) will not get it by waiting.
    """
    waits = (end > who.last) & (start >= who.first) & (start != ABSENT)
    if column in ("open", "extreme"):
        last = who.prices("high" if column == "extreme" else column, who.last)
        waits &= ~np.isnan(last)
    return np.where(waits, PENDING, UNCHECKED).astype(np.int8)
