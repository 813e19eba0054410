"""What stands beside a verdict: the benchmark's move over the same window, and the abnormal return.

A window goes from the close of its first session to the close of its last, as a reading gives it, so the event window
is every session after the first. Sums over windows of any length come from the same gathered cells as the fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from events.errors import InvalidValueError
from timeline.eventstudy import ESTIMATION, GAP, Floats, Ints, fit, joined, significance
from timeline.prices import Panel, PriceHistory
from timeline.verdict import Context

# The broad fund of each exchange, used only where its prices are held.
BENCHMARKS: dict[str, str] = {
    "XNYS": "SPY",
    "XNAS": "SPY",
    "XHKG": "2800.HK",
    "XSHG": "510300.SS",
    "XTKS": "1306.T",
    "XLON": "ISF.L",
}

_CELLS = 1 << 16  # sessions gathered at a time

Days = Sequence[date | None]


def contexts(
    prices: PriceHistory,
    symbols: Sequence[str],
    starts: Days,
    ends: Days,
    *,
    benchmark: str = "",
) -> list[Context | None]:
    """Return the context of each window, in order; None where no benchmark or not both its ends are held.

    `starts` and `ends` are sessions: the one whose close the move is counted from, and its last. Moves and abnormal
    returns are in percent, from simple returns; the model is estimated over the 120 sessions that end 10 sessions
    before the move began, and its figures stay None with fewer than 30 usable pairs. Test and variance: `Study` of
    timeline.eventstudy. `benchmark` replaces the table's. A symbol is never its own benchmark. Raises
    InvalidValueError for columns of different lengths.
    """
    if not len(symbols) == len(starts) == len(ends):
        raise InvalidValueError("columns of windows", (len(symbols), len(starts), len(ends)), "one length")
    found: list[Context | None] = [None] * len(symbols)
    for panel in prices.panels:
        name = benchmark or BENCHMARKS.get(panel.calendar.name, "")
        where = prices.where(name) if name else None
        if where is None or where[0] is not panel:
            continue
        row_of = {
            symbol: row
            for symbol in dict.fromkeys(symbols)
            if (row := _row(prices, panel, symbol)) not in (-1, where[1])
        }
        windows = _placed(panel, [row_of.get(symbol, -1) for symbol in symbols], starts, ends)
        if len(windows.places):
            for place, context in zip(windows.places.tolist(), _contexts(panel, name, where[1], windows), strict=True):
                found[place] = context
    return found


class _Windows(NamedTuple):
    """Windows on one panel: their places in the call, rows of the panel, and the sessions of both closes."""

    places: Ints
    rows: Ints
    first: Ints
    last: Ints


def _row(prices: PriceHistory, panel: Panel, symbol: str) -> int:
    where = prices.where(symbol)
    return where[1] if where is not None and where[0] is panel else -1


def _placed(panel: Panel, rows: Sequence[int], starts: Days, ends: Days) -> _Windows:
    index = {day: None if day is None else panel.calendar.index(day) for day in {*starts, *ends}}
    kept = [
        (place, row, first, last)
        for place, (row, start, end) in enumerate(zip(rows, starts, ends, strict=True))
        if row >= 0 and (first := index[start]) is not None and (last := index[end]) is not None and first < last
    ]
    return _Windows(*np.array(kept, dtype=np.int64).reshape(-1, 4).T)


class _Pair(NamedTuple):
    """Where the prices of each window's symbol and of the benchmark stand: the closes, and int64[2, windows] each."""

    close: Floats
    low: Ints
    high: Ints
    offset: Ints

    def closes(self, part: slice | Ints, span: Ints) -> Floats:
        """Return float64[2, windows, sessions]: the closes at the sessions of each window, NaN outside what is held."""
        held = (span >= self.low[:, part, None]) & (span <= self.high[:, part, None])
        values = self.close.take(np.where(held, self.offset[:, part, None] + span, 0))
        return values if held.all() else np.where(held, values, np.nan)

    def returns(self, part: slice | Ints, span: Ints) -> Floats:
        """Return the simple returns between the sessions of each window, one less than its sessions."""
        closes = self.closes(part, span)
        return closes[..., 1:] / closes[..., :-1] - 1.0

    def sums(self, part: slice, first: Ints, length: Ints) -> Floats:
        """Return float64[2, windows]: the sum of the simple returns of the `length` sessions after each `first`."""
        starts = np.cumsum(length) - length
        each = np.repeat(np.arange(len(length)), length)
        session = np.arange(len(each)) - starts[each] + first[each]
        returns = self.returns(each + part.start, np.stack([session, session + 1], axis=1))[..., 0]
        return np.add.reduceat(returns, starts, axis=1)


def _contexts(panel: Panel, name: str, index: int, windows: _Windows) -> list[Context | None]:
    _, rows, first, last = windows
    both = np.stack([rows, np.full(len(rows), index)])
    held = (column.astype(np.int64)[both] for column in (panel.first, panel.last, panel.offset))
    pair = _Pair(panel.columns["close"], *held)
    move = pair.returns(slice(None), np.stack([first, last], axis=1))[1, :, 0]
    length, sums, model = last - first, [], []
    step = max(1, _CELLS // (ESTIMATION + 1))
    for low in range(0, len(rows), step):
        part = slice(low, low + step)
        span = first[part, None] - (GAP + ESTIMATION) + np.arange(ESTIMATION + 1)
        model.append(fit(*pair.returns(part, span)))
    for part in _ragged(length):
        sums.append(pair.sums(part, first[part], length[part]))
    asset_sum, market_sum = np.concatenate(sums, axis=1)
    fitted = joined(model)
    abnormal = asset_sum - length * fitted.alpha - fitted.beta * market_sum
    _, t, p = significance(fitted, abnormal, market_sum, length)
    figures = (100 * move, 100 * abnormal, t, p, fitted.degrees_of_freedom)
    return [_context(Context(name, *row)) for row in zip(*(column.tolist() for column in figures), strict=True)]


def _context(whole: Context) -> Context | None:
    """Return a context without the figures that could not be had."""
    if not math.isfinite(whole.benchmark_move):
        return None
    if whole.t_statistic is None or not math.isfinite(whole.t_statistic):
        return Context(whole.benchmark, whole.benchmark_move)
    return whole


def _ragged(length: Ints) -> list[slice]:
    """Cut windows of different lengths into runs that gather about as many cells each."""
    if len(length) == 1:
        return [slice(0, 1)]
    ends = np.cumsum(length)
    cuts = np.unique(np.searchsorted(ends, np.arange(_CELLS, int(ends[-1]), _CELLS)) + 1)
    edges = [0, *cuts[cuts < len(length)].tolist(), len(length)]
    return [slice(a, b) for a, b in pairwise(edges)]
