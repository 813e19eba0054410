"""The search behind superlatives: the last session before a given one that was at least as extreme.

That one session decides a claim: after the span that it names it is a rival, inside it bears the claim out, before it
leaves the claim with another date. So the search goes backwards from the claim's own session and stops at the first
that is as extreme, for many claims at once: in steps that double, over those still searching, which soon are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

from events.model import Extreme
from timeline.columns import Floats
from timeline.prices import Panel
from timeline.series import Series
from timeline.windows import ABSENT, PERIODS, Integers, period_first_day

NONE = -1
_STEP, _FEW = 8, 1 << 12  # sessions looked at first, or as many more as make so many cells
_CELLS = 1 << 15  # cells gathered at a time, so that they stay in the cache


class Asked(NamedTuple):
    """What is searched, as columns of one length.

    `cell` is where in the prices the session asked for stands, `lowest` the first cell of its symbol, `span` how
    many sessions its return spans (0 for all: the price itself is ranked), `sign` +1 for the highest and -1 for the
    lowest.
    """

    cell: Integers
    lowest: Integers
    span: Integers
    sign: Integers


def scores(prices: Floats, cell: Integers, span: Integers, *, points: bool = False) -> Floats:
    """Return what is ranked: the price at each cell where every `span` is 0, else its change since `span` cells before.

    In percent, or in the unit of the prices with `points`.
    """
    last = prices.take(cell)
    if not span.any():
        return last
    base = prices.take(cell - span)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = last - base
        return change if points else change / base * 100.0


def last_as_extreme(prices: Floats, asked: Asked, *, points: bool = False) -> Integers:
    """Return the cell of the last session before each one asked for that is as extreme, ties included; NONE without.

    Gaps (NaN) are as extreme as nothing; a session whose own figure is not held finds none.
    """
    cell, lowest, span, sign = asked
    lowest = lowest + span
    found = np.full(len(cell), NONE, dtype=np.int64)
    active = np.flatnonzero(cell > lowest)
    step = max(_STEP, min(_FEW // max(len(active), 1), 512))  # for few claims calls cost more than cells
    own = np.full(len(cell), np.nan)
    own[active] = sign[active] * scores(prices, cell[active], span[active], points=points)
    active, before = active[~np.isnan(own[active])], cell - 1
    while len(active):
        going = []
        rows = max(1, _CELLS // step)
        for begin in range(0, len(active), rows):
            some = active[begin : begin + rows]
            low = lowest[some, None]
            cells = before[some, None] - np.arange(step)
            ranked = scores(prices, np.maximum(cells, low), span[some, None], points=points)
            hits = (sign[some, None] * ranked >= own[some, None]) & (cells >= low)
            first = hits.argmax(axis=1)  # 0 where nothing hits, too
            hit = hits[np.arange(len(some)), first]
            found[some[hit]] = cells[hit, first[hit]]
            going.append(some[~hit & (cells[:, -1] > low[:, 0])])
        active = np.concatenate(going)
        before[active] -= step
        step *= 4 if len(active) < step else 2
    return found


class Ranking(NamedTuple):
    """A claim's own figure, the last place before its own that is as extreme (NONE without), and the figure there."""

    name: str
    own: float
    last: int
    figure: float


def rankings(claims: Sequence[Extreme], panel: Panel, symbols: Integers, ends: Integers) -> list[list[Ranking]]:
    """Return, for each superlative, the figures by which its window is ranked.

    `symbols` are rows of the panel, `ends` the sessions in which the windows end. None for a window that ends outside
    of what is held, nor for an intraday price where no highs and lows are held.
    """
    found: list[list[Ranking]] = [[] for _ in claims]
    groups: dict[tuple[str, str], list[int]] = {}
    held = (ends != ABSENT) & (ends >= panel.first[symbols]) & (ends <= panel.last[symbols])
    for place in np.flatnonzero(held).tolist():
        claim = claims[place]
        if claim.measure == "return" and claim.window.span in PERIODS:
            series = Series.of(panel, int(symbols[place]))
            found[place] = _of_periods(claim, series, int(ends[place]) - series.first)
            continue
        for name in ("percent", "points") if claim.measure == "return" else (claim.measure,):
            groups.setdefault((ranked_column(claim), name), []).append(place)
    for (column, name), members in groups.items():
        for place, ranking in zip(members, _searched(claims, panel, symbols, ends, members, column, name), strict=True):
            if ranking is not None:
                found[place].append(ranking)
    return found


def _searched(
    claims: Sequence[Extreme],
    panel: Panel,
    symbols: Integers,
    ends: Integers,
    members: list[int],
    column: str,
    name: str,
) -> Iterator[Ranking | None]:
    """Yield the rankings of some claims by one figure; None for an intraday price that is not held."""
    prices = panel.columns.get(column)
    if prices is None:
        yield from [None] * len(members)
        return
    rows, points = symbols[members], name == "points"
    span, sign = (np.array([of(claims[place]) for place in members]) for of in (sessions_of, sign_of))
    lowest = panel.offset[rows] + panel.first[rows]
    asked = Asked(panel.offset[rows] + ends[members], lowest, span, sign)
    last = last_as_extreme(prices, asked, points=points)
    own = scores(prices, np.maximum(asked.cell, lowest + span), span, points=points)
    own[asked.cell < lowest + span] = np.nan
    figures = scores(prices, np.where(last == NONE, asked.cell, last), span, points=points)
    places = np.where(last == NONE, NONE, last - lowest)
    for ranking in map(Ranking, repeat(name), own.tolist(), places.tolist(), figures.tolist()):
        yield None if column != "close" and np.isnan(ranking.own) else ranking


def _of_periods(claim: Extreme, series: Series, at: int) -> list[Ranking]:
    """Return the same for returns of whole weeks, months and longer periods."""
    base = base_places(claim, series, at)
    known = base >= 0
    start = np.where(known, series.close[np.maximum(base, 0)], np.nan)
    points = np.where(known, series.close[: at + 1] - start, np.nan)
    found = []
    for name, values in (("percent", points / start * 100.0), ("points", points)):
        as_extreme = np.flatnonzero(sign_of(claim) * values[:at] >= sign_of(claim) * values[at])
        last = int(as_extreme[-1]) if len(as_extreme) else NONE
        found.append(Ranking(name, float(values[at]), last, float(values[last])))
    return found


def ranked_column(claim: Extreme) -> str:
    """Return the price column by which a superlative is ranked."""
    if claim.measure != "intraday":
        return "close"
    return "low" if claim.direction == "worst" else "high"


def sign_of(claim: Extreme) -> int:
    """Return -1 for the worst, +1 for the best."""
    return -1 if claim.direction == "worst" else 1


def sessions_of(claim: Extreme) -> int:
    """Return how many sessions the return that is ranked spans, 0 for a price; periods count otherwise."""
    if claim.measure != "return":
        return 0
    return claim.window.count if claim.window.span in ("sessions", "days") else 1


def base_places(claim: Extreme, series: Series, at: int) -> Integers:
    """Return for each session the place whose close its period's return starts from, -1 where none is held.

    Periods are whole calendar ones, so only their last sessions count.
    """
    firsts = period_first_day(series.days[: at + 1], claim.window.span)
    ends_period = np.append(firsts[1:] != firsts[:-1], True)
    base = np.searchsorted(series.days, firsts, side="left") - 1
    return np.where(ends_period, base, -1)
