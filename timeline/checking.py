"""Claim + prices -> Verdict, one and a million alike.

Claims with a window are turned into columns, exchange by exchange, and every conventional reading is tried on all of
them at once (`measures`); superlatives, streaks and falls from a high ask history itself (`ranks`); conversions ask
rates; relations ask arithmetic. Where an article was written late, the rule about a shared end (`ends`) may move the
windows that it leaves open. The best reading decides; the others stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from events.model import (
    AnyClaim,
    Conversion,
    Drawdown,
    Extreme,
    Level,
    MarketValue,
    Move,
    Quantity,
    Relation,
    Reported,
    Streak,
)
from timeline.arithmetic import judge_relation
from timeline.bounds import TOLERANCE, Bounds
from timeline.columns import bounds_of_claims, day_of_claim, side_of
from timeline.context import contexts
from timeline.conversion import conversion_readings
from timeline.distributions import with_dividends
from timeline.explain import explain, says
from timeline.joining import joined
from timeline.prices import Panel, PriceHistory
from timeline.symbols import CURRENCIES, calendar_for, currency_of
from timeline.verdict import ORDER, Facts, Reading, StatedClaim, Verdict, stated_of

Readings = list[Reading]


def judge(
    stated: Sequence[StatedClaim], prices: PriceHistory, facts: Facts | None = None, *, benchmark: str = ""
) -> list[Verdict]:
    """Return the verdict of each claim, in order.

    `benchmark` is the symbol whose move is shown beside each move, the exchange's own by default. Claims of one article
    (`StatedClaim.article`) must come in one call, for together they may fix the day on which their windows ended.
    """
    facts = facts or Facts()
    readings: list[Readings] = [[] for _ in stated]
    groups: dict[int, tuple[Panel, list[int]]] = {}
    answers: dict[int, Verdict] = {}
    for index, one in enumerate(stated):
        if isinstance(one.claim, Relation):
            answers[index] = judge_relation(one.claim)
        elif isinstance(one.claim, Conversion):
            readings[index] = conversion_readings(one, prices)
        elif (reason := _unfit(one, prices)) is not None:
            readings[index] = [Reading("", "unchecked", missing=reason)]
        else:
            panel, _ = prices.where(one.claim.symbol, day_of_claim(one)) or _impossible(one)
            groups.setdefault(id(panel), (panel, []))[1].append(index)
    bounds = bounds_of_claims(stated)
    for panel, members in groups.values():
        found = joined([stated[index] for index in members], bounds.take(members), panel, prices, facts)
        for index, of_claim in zip(members, found, strict=True):
            readings[index] = of_claim
    verdicts = [
        answers[index] if index in answers else _verdict(one.claim, readings[index], _ends(bounds, index))
        for index, one in enumerate(stated)
    ]
    return with_dividends(stated, _with_context(stated, verdicts, prices, benchmark), prices)


def _impossible(one: StatedClaim) -> tuple[Panel, int]:
    raise LookupError(f"prices of {one.claim.symbol} were held a moment ago")


def _unfit(one: StatedClaim, prices: PriceHistory) -> str | None:
    """Return what a claim lacks to be joined with prices, None where it lacks nothing."""
    claim = one.claim
    if isinstance(claim, Reported):
        return "the reports of companies: only prices are held, and what other articles say"
    if not isinstance(claim, Move | Level | Extreme | Streak | Drawdown | MarketValue):
        return "a figure: a happening is kept and dated, not judged"
    if claim.stance in ("expected", "guidance", "estimate"):
        return "the future that it speaks of: a forecast is kept, not judged"
    if not claim.symbol:
        return f"a listed company or index: the text speaks of {claim.subject or 'none'}"
    if prices.where(claim.symbol, day_of_claim(one)) is None:
        return f"prices of {claim.symbol}"
    return _other_unit(claim) or _other_currency(claim)


def _other_unit(claim: Move | Level | Extreme | Streak | Drawdown | MarketValue) -> str | None:
    """Say which unit is wanted, where the figure has one that prices cannot be told in."""
    unit = claim.stated.unit if not isinstance(claim, Streak) and claim.stated else None
    money = unit in CURRENCIES
    match claim:
        case Drawdown():
            wanted = "" if unit == "percent" else "percent"
        case MarketValue():
            wanted = "" if money else "money"
        case Level():
            wanted = "" if money or unit in ("points", "", "percent") else "money or points"
        case _:
            fits = unit is None or money or unit in ("percent", "points", "times", "")
            wanted = "" if fits else "percent, points or money"
    return f"a figure in {wanted}: this one is in {unit or 'no unit'}" if wanted else None


def _other_currency(claim: AnyClaim) -> str | None:
    quantity, trades = stated_of(claim), currency_of(claim.symbol)
    if quantity is not None and quantity.unit in CURRENCIES and calendar_for(claim.symbol) == "XLON":
        return f"the unit of the prices of {claim.symbol}: London quotes in pence, and files of it in pence or pounds"
    if quantity is None or not trades or quantity.unit not in CURRENCIES or quantity.unit == trades:
        return None
    return f"prices of {claim.symbol} in {quantity.unit}: it trades in {trades}"


def _verdict(claim: AnyClaim, readings: Readings, accepted: tuple[float, float] | None) -> Verdict:
    """Put the best reading first and say what it means; `accepted` is what the claim's figure accepts as it stands."""
    if not readings:
        readings = [Reading("", "unchecked", missing="a window that a conventional reading gives")]
    side = side_of(claim)
    ordered = sorted(readings, key=lambda reading: _rank(reading, side))
    best, others = ordered[0], tuple(ordered[1:])
    quantity, residual = stated_of(claim), None
    if best.actual is not None and quantity is not None and not isinstance(claim, Extreme):
        residual = best.actual - quantity.value
    return Verdict(
        best.verdict,
        explain(claim, best.verdict, best, others),
        (best, *others),
        residual,
        best.missing if best.verdict in ("unchecked", "pending") else "",
        _notes(claim, quantity, accepted, best),
        accepted=accepted,
    )


def _rank(reading: Reading, side: int) -> tuple[int, bool, bool]:
    """Order readings: the best verdict first, but one whose prices are not in yet before those that it may overrule.

    Of readings that judge nothing the nearest comes first: one that has prices, and moved the way that the text says.
    """
    place = ORDER.index("consistent" if reading.verdict == "pending" else reading.verdict)
    other_way = reading.verdict == "unchecked" and (reading.actual or 0.0) * side < 0
    return place, reading.actual is None, other_way


def _ends(bounds: Bounds, index: int) -> tuple[float, float] | None:
    """Return what a figure accepts, without the slack that comparisons of floats need; None without a figure."""
    low, high = float(bounds.low[index]), float(bounds.high[index])
    return None if np.isnan(low) else (float(f"{low:.8g}"), float(f"{high:.8g}"))


def _notes(
    claim: AnyClaim, quantity: Quantity | None, accepted: tuple[float, float] | None, best: Reading
) -> tuple[str, ...]:
    if quantity is None or accepted is None or best.verdict != "supported" or best.actual is None:
        return ()
    slack = abs(quantity.value) * TOLERANCE
    if quantity.hedge and not accepted[0] - slack <= best.actual <= accepted[1] + slack:
        below = (best.actual - accepted[0]) * (1 if quantity.value > 0 else -1) > 0
        word = "understates" if below else "overstates"
        return (f'"{says(claim)}" {word} it',)
    return ()


def _with_context(
    stated: Sequence[StatedClaim], verdicts: list[Verdict], prices: PriceHistory, benchmark: str
) -> list[Verdict]:
    """Set the benchmark's move and the abnormal return beside every move that was measured close to close."""
    index = [
        i
        for i, (one, verdict) in enumerate(zip(stated, verdicts, strict=True))
        if isinstance(one.claim, Move)
        and verdict.verdict not in ("pending", "unchecked")
        and verdict.readings[0].sessions > 0
    ]
    best = [verdicts[i].readings[0] for i in index]
    found = contexts(
        prices,
        [stated[i].claim.symbol for i in index],
        [reading.start for reading in best],
        [reading.end for reading in best],
        benchmark=benchmark,
    )
    for i, context in zip(index, found, strict=True):
        if context is not None:
            verdicts[i] = replace(verdicts[i], context=context)
    return verdicts
