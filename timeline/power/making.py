"""Claims made from prices: true ones in the wordings of the news, and false ones made from them.

Everything is drawn from one seeded `random.Random`, so a seed names the same claims on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

from events.model import Hedge
from timeline.power.truth import History, Spec, figure, fits, period_of, scored
from timeline.symbols import is_currency_pair
from timeline.verdict import Facts

Histories = Mapping[str, History]

MOVES = ("day", "reaction", "touched", "sessions", "days", "week", "month", "quarter", "year-to-date", "since")
KINDS = (*MOVES, "level", "touched-level", "extreme", "streak", "drawdown", "market-value", "conversion")
FALSIFICATIONS = ("figure", "date", "company", "sign")

_HEDGES: tuple[Hedge, ...] = ("", "", "nearly", "over", "about")
_EARLIEST = 70  # sessions of history before a claim, so that a shift of 60 still finds its prices


def draw(kind: str, random: Random, histories: Histories, facts: Facts, like: Spec | None = None) -> Spec | None:
    """Return a true claim of a kind at a place drawn at random, None where this place has none to tell.

    With `like` the place is that claim's, and its end is left open.
    """
    wanted = [name for name in sorted(histories) if _suits(kind, histories[name], facts)]
    if not wanted:
        return None
    held = histories[like.symbol if like else random.choice(wanted)]
    earliest = _earliest(kind, held, facts)
    if earliest >= len(held.days):
        return None
    named = random.random() < 0.5 and like is None
    spec = Spec(
        kind,
        held.symbol,
        like.at if like else random.randrange(earliest, len(held.days)),
        named=named,
        lag=random.randrange(4) if named else 0,
        style=random.randrange(12),
        sign=random.choice((-1, 1)),
    )
    placed = _PLACED.get(kind, _as_it_is)(spec, random, held)
    if placed is None or kind in ("extreme", "streak"):
        return placed
    actual = figure(placed, histories, facts)
    if not actual or (kind == "drawdown" and actual * placed.sign <= 0):
        return None
    worded = _worded(placed, actual, random)
    return worded if worded is not None and (kind != "touched" or worded.value * worded.sign > 0) else None


def _suits(kind: str, held: History, facts: Facts) -> bool:
    if kind == "conversion":
        return is_currency_pair(held.symbol)
    if held.exchange == "":
        return False
    if kind in ("touched", "touched-level"):
        return not all(math.isnan(price) for price in held.high)
    return kind != "market-value" or bool(facts.shares.get(held.symbol))


def _earliest(kind: str, held: History, facts: Facts) -> int:
    if kind != "market-value":
        return _EARLIEST
    first = min(one.on for one in facts.shares[held.symbol])
    return max(_EARLIEST, sum(day < first for day in held.days))


def _as_it_is(spec: Spec, random: Random, held: History) -> Spec | None:
    return spec


def _several(spec: Spec, random: Random, held: History) -> Spec | None:
    return replace(spec, count=random.randint(2, 10))


def _period(spec: Spec, random: Random, held: History) -> Spec | None:
    """A date named in a week or a month means the whole of it, so told of its last session."""
    if not spec.named or spec.kind == "year-to-date":
        return spec
    at = spec.at
    while at + 1 < len(held.days) and period_of(held.days[at + 1], spec.kind) == period_of(held.days[at], spec.kind):
        at += 1
    return replace(spec, at=at) if at + 1 < len(held.days) else None


def _since(spec: Spec, random: Random, held: History) -> Spec | None:
    return replace(spec, since=held.days[spec.at - random.randint(5, _EARLIEST - 1)])


def _streak(spec: Spec, random: Random, held: History) -> Spec | None:
    change = held.close[spec.at] - held.close[spec.at - 1]
    sign = 1 if change > 0 else -1
    count = 0
    while spec.at - count > 0 and sign * (held.close[spec.at - count] - held.close[spec.at - count - 1]) > 0:
        count += 1
    return replace(spec, sign=sign, count=count) if 2 <= count < spec.at else None


def _extreme(spec: Spec, random: Random, held: History) -> Spec | None:
    """Look back for the last return (or close) as extreme; tell its day or its month."""
    spec = replace(spec, count=random.choice((0, 1, 1, 2, 3, 4, 5)))
    own = scored(spec, held, spec.at)
    for place in range(spec.at - 1, spec.count - 1, -1):
        if spec.sign * scored(spec, held, place) >= spec.sign * own:
            break
    else:
        return None
    if spec.at - place < 20:
        return None
    day = held.days[place]
    if random.random() < 0.5 or (day.year, day.month) == (held.days[spec.at].year, held.days[spec.at].month):
        return replace(spec, since=day, until=day)
    first = day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return replace(spec, since=max(first, held.days[0]), until=last)


def _drawdown(spec: Spec, random: Random, held: History) -> Spec | None:
    first = random.randrange(0, spec.at - 40)
    last = random.randrange(first + 10, spec.at - 20)
    begin = held.days[random.randrange(last + 1, spec.at - 5)] if random.random() < 0.5 else None
    return replace(spec, since=held.days[first], until=held.days[last], begin=begin)


def _conversion(spec: Spec, random: Random, held: History) -> Spec | None:
    return replace(spec, amount=random.randint(10, 4000) * 1e8, named=False, lag=0)


_PLACED: dict[str, Callable[[Spec, Random, History], Spec | None]] = {
    "sessions": _several,
    "days": _several,
    "market-value": _several,
    "week": _period,
    "month": _period,
    "quarter": _period,
    "since": _since,
    "streak": _streak,
    "extreme": _extreme,
    "drawdown": _drawdown,
    "conversion": _conversion,
}


def _worded(spec: Spec, actual: float, random: Random) -> Spec | None:
    """Return the claim with a figure whose words are true: rounded, or the next whole unit on the side of its hedge."""
    size = abs(actual)
    if spec.kind in ("market-value", "conversion"):
        unit = 10.0 ** (math.floor(math.log10(size)) - random.choice((2, 3)))
    else:
        unit = random.choice((0.01, 0.1, 1.0))
    steps = size / unit
    hedge = random.choice(_HEDGES if spec.kind != "market-value" else ("", "about"))
    count = math.ceil(steps) if hedge == "nearly" else math.floor(steps) if hedge == "over" else round(steps)
    if hedge == "about":
        count += random.choice((-1, 0, 1))
    if count < 1:
        return None
    worded = replace(spec, value=math.copysign(_tidy(count, unit), actual), precision=unit, hedge=hedge)
    return worded if fits(worded, actual) else None


def _tidy(count: int, unit: float) -> float:
    """Return count units as the decimal that a writer would write, without the dust of the multiplication."""
    return round(count * unit, 2) if unit < 1 else float(count * unit)


def falsified(spec: Spec, how: str, random: Random, histories: Histories) -> Spec | None:
    """Return a claim moved away from the truth, None where its kind has nothing to move that way.

    The figure by 2 to 10 of its units (a streak's count upwards, an extreme's date back by 3 to 60 sessions), the date
    by 3 to 60 sessions either way, the company to another one on the same day, or the sign.
    """
    held = histories[spec.symbol]
    if how == "date":
        return replace(spec, at=spec.at + random.choice((-1, 1)) * random.randint(3, 60))
    if how == "company":
        others = [name for name in sorted(histories) if name != spec.symbol and histories[name].exchange]
        if spec.kind == "conversion" or not others:
            return None
        other = histories[random.choice(others)]
        day = held.days[spec.at]
        return replace(spec, symbol=other.symbol, at=other.days.index(day)) if day in other.days else None
    if how == "sign":
        if spec.kind in ("level", "conversion"):
            return None
        turned = replace(spec, sign=-spec.sign)
        return turned if spec.kind == "touched-level" else replace(turned, value=-spec.value)
    steps = random.randint(2, 10)
    if spec.kind == "streak":
        return replace(spec, count=spec.count + steps)
    if spec.kind == "extreme":
        return _earlier(spec, random, held)
    way = random.choice((-1, 1))
    size = abs(spec.value) + way * steps * spec.precision
    if size < spec.precision / 2:
        size = abs(spec.value) + steps * spec.precision
    size = round(size, 2) if spec.precision < 1 else size
    return replace(spec, value=math.copysign(size, spec.value))


def _earlier(spec: Spec, random: Random, held: History) -> Spec | None:
    if spec.since is None:
        return None
    place = sum(day < spec.since for day in held.days) - random.randint(3, 60)
    return replace(spec, since=held.days[place], until=held.days[place]) if place >= 0 else None
