"""Claims -> columns: what `windows` and `measures` work on.

The publication is resolved here: a date without a time is taken to the end of that day where the article was written
(by its language; an article of unknown language counts as written at the exchange), so that a Chinese text of the 6th
sees New York's close of the 5th, and an English one that of the 6th.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from events.model import AnyClaim, Drawdown, Extreme, Level, MarketValue, Move, Quantity, Said, Streak, Window
from timeline.bounds import HEDGE_CODES, POINT_UNITS, Bounds, accepted_bounds, market_value_bounds
from timeline.prices import PriceHistory
from timeline.sessions import Calendar
from timeline.symbols import resolve
from timeline.verdict import Facts, StatedClaim, stated_of
from timeline.windows import ABSENT, AFTER_CLOSE, BY_CLOSE, PART, SPAN, UNKNOWN_TIME, Integers, Rows

Floats = NDArray[np.float64]

EPOCH = date(1970, 1, 1).toordinal()
ZONES = {
    "en": "America/New_York",
    "zh-Hans": "Asia/Shanghai",
    "zh-Hant": "Asia/Hong_Kong",
    "vi": "Asia/Ho_Chi_Minh",
}

# News of this many days before an article is what it answers to; results come once a quarter.
FRESH = 60

# How a row's figure is made from two prices.
PERCENT, MULTIPLE, DIFFERENCE, PRICE, VALUE_CHANGE, VALUE = range(6)


class Figures(NamedTuple):
    """What the claims state, as columns: NaN where a claim has no figure.

    `measure` is one of the six above, `side` the sign of the move meant (+1, -1, 0 unknown), `scale` the shares
    outstanding for market values (NaN where none are held) and 1 otherwise.
    """

    stated: Floats
    bounds: Bounds
    measure: Integers
    side: Integers
    scale: Floats

    def take(self, index: Integers | slice) -> Figures:
        """Return the figures of some of the rows (views for a slice)."""
        return Figures(
            self.stated[index], self.bounds.take(index), self.measure[index], self.side[index], self.scale[index]
        )


class Quantities(NamedTuple):
    """Figures as they are stated, as columns; what they accept is worked out for the rows that are taken.

    A check in bulk takes block after block, for to make bounds once and read them again costs more than the check.
    Columns as `accepted_bounds` and `Figures` have them.
    """

    value: Floats
    precision: Floats
    hedge: Integers
    measure: Integers
    scale: Floats
    amounts: NDArray[np.bool_]
    high: Floats | None = None

    def take(self, index: Integers | slice) -> Figures:
        """Return the figures of some of the rows, with what they accept."""
        value, high = self.value[index], None if self.high is None else self.high[index]
        bounds = accepted_bounds(value, self.precision[index], self.hedge[index], high, self.amounts[index])
        side = ((value > 0).view(np.int8) - (value < 0).view(np.int8)).astype(np.int64)
        return Figures(value, bounds, self.measure[index], side, self.scale[index])


Judged = Move | Level | MarketValue
Windowed = Judged | Extreme | Streak | Drawdown


def day_number(day: date | None) -> int:
    """Return days since 1970-01-01, ABSENT for None."""
    return ABSENT if day is None else day.toordinal() - EPOCH


def day_of_claim(one: StatedClaim) -> date | None:
    """Return a day by which a claim's symbol can be told from others of the same name, None where it has none."""
    window = getattr(one.claim, "window", None)
    named = (window.end or window.event) if isinstance(window, Window) else None
    return named or (one.said.day if one.said else None)


def window_rows(stated: Sequence[StatedClaim], calendar: Calendar, facts: Facts) -> Rows:
    """Return the windows of claims that have one, all on this calendar."""
    published: dict[tuple[Said | None, str], tuple[int, int, int]] = {}
    table = []
    for one in stated:
        window: Window = one.claim.window  # type: ignore[union-attr]  # the caller passes Windowed claims only
        key = (one.said, one.language)
        if key not in published:
            published[key] = _publication(calendar, one.said, one.language)
        table.append(
            (
                SPAN[window.span],
                window.count,
                _part(one.claim, window),
                window.suffered,
                day_number(window.start),
                day_number(window.end),
                day_number(event_day(one, facts)),
                _news(one, event_day(one, facts), window, facts),
                *published[key],
            )
        )
    columns = np.array(table, dtype=np.int64).reshape(len(table), 11).T
    return Rows(columns[0], columns[1], columns[2], columns[3].astype(bool), *columns[4:11])


def _part(claim: AnyClaim, window: Window) -> int:
    if isinstance(claim, Level) and claim.touched:
        return PART["intraday"]
    return PART[window.part]


def event_day(one: StatedClaim, facts: Facts) -> date | None:
    """Return the day of the news that a move answers to: told by the text, or else the latest such news of the log.

    Results and announcements are of the quarter before the article; a text without a date has no latest news, save
    where there was only one.
    """
    window: Window = one.claim.window  # type: ignore[union-attr]  # the caller passes Windowed claims only
    if window.event is not None or not window.news or window.end is not None:
        return window.event
    days = next((facts.news[name, window.news] for name in _names(one) if (name, window.news) in facts.news), ())
    if one.said is None:
        return days[0] if len(days) == 1 else None
    before = [day for day in days if day <= one.said.day]
    recent = timedelta(days=FRESH) if window.news in ("results", "announcement") else timedelta.max
    return before[-1] if before and one.said.day - before[-1] <= recent else None


def _names(one: StatedClaim) -> tuple[str, ...]:
    """Return the names under which facts about a claim's company may be held: as told, and as it is called today."""
    return tuple(dict.fromkeys((one.claim.symbol, resolve(one.claim.symbol, day_of_claim(one)))))


def _news(one: StatedClaim, event: date | None, window: Window, facts: Facts) -> int:
    day = event or window.end
    told = (facts.releases.get((name, day), "") for name in _names(one)) if day else ()
    timing = window.timing or next(filter(None, told), "")
    return AFTER_CLOSE if timing == "after-close" else BY_CLOSE if timing else UNKNOWN_TIME


def instant_of(said: Said, language: str) -> datetime | None:
    """Return the instant by which an article knew what it tells; None where its zone is unknown."""
    if said.at is not None:
        return said.at
    if language not in ZONES:
        return None
    midnight = datetime.combine(said.day + timedelta(days=1), time(), ZoneInfo(ZONES[language]))
    return midnight - timedelta(seconds=1)


def _publication(calendar: Calendar, said: Said | None, language: str) -> tuple[int, int, int]:
    """Return the last closed session, the one in progress and the one that opens next, at the publication."""
    if said is None:
        return ABSENT, ABSENT, ABSENT
    instant = instant_of(said, language)
    if instant is None or (said.at is None and calendar.observed):  # nobody knows when such sessions close
        last = calendar.at_or_before(said.day)
        on_day = calendar.index(said.day)
        return (ABSENT if last < 0 else last), ABSENT, (ABSENT if on_day is None else on_day)
    last = calendar.last_closed(instant)
    running = calendar.in_session(instant) if said.at is not None else None
    return (
        ABSENT if last < 0 else last,
        ABSENT if running is None else running,
        _quoted_session(calendar, said, last, running),
    )


def _quoted_session(calendar: Calendar, said: Said, last: int, running: int | None) -> int:
    """Return the session that a pre-market quote speaks of: one of the publication's own day, else the next to open."""
    if running is not None:
        return running
    if said.at is None:
        on_day = calendar.index(said.day)
        return last + 1 if on_day is None else on_day
    closed_today = last >= 0 and int(said.at.timestamp()) - int(calendar.closes[last]) < 8 * 3600
    return last if closed_today else last + 1


def move_figures(stated: Sequence[StatedClaim], bounds: Bounds, prices: PriceHistory, facts: Facts) -> Figures:
    """Return the figures of moves, levels and market values, in their own units; `bounds` are theirs."""
    quantities = [one.claim.stated for one in stated]  # type: ignore[union-attr]  # Judged claims only
    values = np.array([np.nan if q is None else q.value for q in quantities])
    measures = np.array([_measure(one.claim) for one in stated], dtype=np.int64)
    worth = (measures == VALUE) | (measures == VALUE_CHANGE)
    scale = np.array([shares_of(one, prices, facts) if w else 1.0 for one, w in zip(stated, worth, strict=True)])
    return Figures(
        stated=values,
        bounds=bounds,
        measure=measures,
        side=np.array([side_of(one.claim) for one in stated], dtype=np.int64),
        scale=scale.astype(np.float64),
    )


def bounds_of_claims(stated: Sequence[StatedClaim]) -> Bounds:
    """Return what the figure of each claim accepts: market values by their own rule, NaN where there is none."""
    quantities = [stated_of(one.claim) for one in stated]
    bounds = bounds_of(quantities)
    worth = np.array([isinstance(one.claim, MarketValue) for one in stated], dtype=bool)
    if not worth.any():
        return bounds
    market = market_value_bounds([float("nan") if q is None else q.value for q in quantities])
    market = market._replace(  # "2 trillion" is not contradicted by what rounds to it
        close_low=np.fmin(market.close_low, bounds.low), close_high=np.fmax(market.close_high, bounds.high)
    )
    return Bounds(*(np.where(worth, *pair) for pair in zip(market, bounds, strict=True)))


def bounds_of(quantities: Sequence[Quantity | None]) -> Bounds:
    """Return what the figures accept, NaN where there is none."""
    nan = float("nan")
    return accepted_bounds(
        [nan if q is None else q.value for q in quantities],
        [1.0 if q is None else q.precision for q in quantities],
        [0 if q is None else HEDGE_CODES[q.hedge] for q in quantities],
        high=_highs(quantities),
        amounts=np.array([q is not None and q.unit not in POINT_UNITS for q in quantities]),
    )


def _highs(quantities: Sequence[Quantity | None]) -> list[float] | None:
    """Return the other ends of ranges, None where there is no range: the usual case, which then takes half the time."""
    highs = [float("nan") if q is None or q.high is None else q.high for q in quantities]
    return None if all(map(math.isnan, highs)) else highs


def _measure(claim: AnyClaim) -> int:
    match claim:
        case Level():
            return PRICE
        case MarketValue():
            return VALUE if claim.sense == "level" else VALUE_CHANGE
        case Move() if claim.stated is not None and claim.stated.unit != "percent":
            return MULTIPLE if claim.stated.unit == "times" else DIFFERENCE
        case _:
            return PERCENT


def side_of(claim: AnyClaim) -> int:
    """Return the direction that a claim speaks of: +1 up, -1 down, 0 where it does not say."""
    if isinstance(claim, Level):
        return {"high": 1, "low": -1}.get(claim.touched, 0)
    quantity = getattr(claim, "stated", None)
    if isinstance(quantity, Quantity) and quantity.value:
        return 1 if quantity.value > 0 else -1
    return {"up": 1, "down": -1}.get(getattr(claim, "direction", ""), 0)


def shares_of(one: StatedClaim, prices: PriceHistory, facts: Facts) -> float:
    """Return the shares outstanding as then known, in today's shares: the last count up to the end of the window.

    The first count after it where there is none before; NaN where none is held.
    """
    counts = next((facts.shares[name] for name in _names(one) if name in facts.shares), ())
    if not counts:
        return float("nan")
    window: Window = one.claim.window  # type: ignore[union-attr]
    until = window.end or (one.said.day if one.said else None)
    before = [count for count in counts if until is None or count.on <= until]
    found = max(before, key=lambda c: c.on) if before else min(counts, key=lambda c: c.on)
    place = prices.where(one.claim.symbol, day_of_claim(one))
    if place is None:
        return float("nan")
    session = place[0].calendar.at_or_before(found.on)
    return found.shares * float(prices.as_traded_factor(place[0].symbols[place[1]], np.array([max(session, 0)]))[0])
