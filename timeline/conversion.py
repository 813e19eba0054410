"""An amount told in two currencies: the rate of the day it was said, or the mean rate of the period spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from events.model import Conversion
from events.periods import Period, read_period
from timeline.bounds import accepted
from timeline.columns import instant_of
from timeline.prices import PriceHistory
from timeline.ranks import word_of
from timeline.series import Series
from timeline.verdict import Reading, StatedClaim


def conversion_readings(one: StatedClaim, prices: PriceHistory) -> list[Reading]:
    """Return the readings of a conversion.

    First the rate of the day it was said; in a text without a date, the rate at the end of the period spoken of, where
    that period is over. Then the mean rate of the period, over the days of it that are held. One reading without a
    figure where no rate between the two currencies is held.
    """
    claim = one.claim
    if not isinstance(claim, Conversion):
        raise TypeError(f"a conversion was wanted, got {type(claim).__name__}")
    found = _rates(claim, prices)
    if found is None:
        pair = claim.amount.unit + claim.stated.unit
        return [Reading("rate of the day it was said", "unchecked", missing=f"a rate between the two ({pair})")]
    series, inverse = found
    period = read_period(claim.period, claim.symbol, one.said.day if one.said else None) if claim.period else None
    readings = [_on_a_day(one, claim, series, period, inverse=inverse), *_mean(claim, series, period, inverse=inverse)]
    return [reading for reading in readings if reading is not None] or [
        Reading("rate of the day it was said", "unchecked", missing="the day it was said, or a period spoken of")
    ]


def _rates(claim: Conversion, prices: PriceHistory) -> tuple[Series, bool] | None:
    base, quoted = claim.amount.unit, claim.stated.unit
    for symbol, inverse in ((base + quoted, False), (quoted + base, True)):
        for name in (symbol, f"{symbol}=X"):
            if (place := prices.held(name)) is not None:
                return Series.of(*place), inverse
    return None


def _on_a_day(
    one: StatedClaim, claim: Conversion, series: Series, period: Period | None, *, inverse: bool
) -> Reading | None:
    if one.said is not None:
        instant = instant_of(one.said, one.language)
        return _at(claim, series, instant.date() if instant else one.said.day, "rate of the day it was said", inverse)
    if period is None or period.end > series.date(len(series.days) - 1):
        return None
    return _at(claim, series, period.end, "rate at the end of the period (the text has no date)", inverse)


def _at(claim: Conversion, series: Series, day: date, name: str, inverse: bool) -> Reading:
    place = series.place(day)
    if place < 0:
        return Reading(name, "unchecked", missing=f"rates of {series.symbol} before {series.date(0)}")
    if (day - series.date(place)).days > 7:
        return Reading(name, "pending", missing=f"rates of {series.symbol} after {series.date(place)}")
    rate = float(series.close[place])
    return _reading(claim, name, 1 / rate if inverse else rate, [series.bar(place)])


def _mean(claim: Conversion, series: Series, period: Period | None, *, inverse: bool) -> Sequence[Reading]:
    if period is None:
        return ()
    days = (series.days >= (period.start - date(1970, 1, 1)).days) & (
        series.days <= (period.end - date(1970, 1, 1)).days
    )
    places = np.flatnonzero(days & ~np.isnan(series.close))
    if not len(places):
        return (Reading("mean rate of the period", "unchecked", missing=f"rates of {series.symbol} in {claim.period}"),)
    rates = series.close[places]
    rate = float(np.mean(1 / rates if inverse else rates))
    first, last = int(places[0]), int(places[-1])
    if (series.date(first) - period.start).days > 7:
        return (
            Reading(
                "mean rate of the period", "unchecked", missing=f"rates of {series.symbol} before {series.date(0)}"
            ),
        )
    whole = (period.end - series.date(last)).days <= 7
    name = "mean rate of the period" if whole else f"mean rate of the period, as held to {series.date(last)}"
    return (_reading(claim, name, rate, [series.bar(first), series.bar(last)]),)


def _reading(claim: Conversion, name: str, rate: float, evidence: list[dict[str, Any]]) -> Reading:
    actual, bounds = claim.amount.value * rate, accepted(claim.stated)
    gap = max(bounds.low - actual, actual - bounds.high, 0.0)
    days = [date.fromisoformat(str(bar["date"])) for bar in evidence]
    note = f"{rate:.4f} {claim.stated.unit} for one {claim.amount.unit}"
    return Reading(name, word_of(actual, bounds), actual, gap, days[0], days[-1], tuple(evidence), note=note)
