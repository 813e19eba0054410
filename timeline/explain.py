"""Verdicts in plain words: what the prices say, and where they differ what the claim says."""

from __future__ import annotations

import math

from events.model import AnyClaim, Conversion, Drawdown, Extreme, Level, MarketValue, Move, Quantity, Streak
from timeline.symbols import is_currency_pair
from timeline.verdict import Reading, VerdictWord, stated_of

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COLUMNS = {"close": "closed at", "open": "opened at", "high": "reached", "low": "fell to"}
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_HEDGES = {
    "over": "more than",
    "at-least": "at least",
    "at-most": "at most",
    "may": "perhaps",
    "estimated": "estimated",
}


def explain(claim: AnyClaim, verdict: VerdictWord, best: Reading | None, others: tuple[Reading, ...] = ()) -> str:
    """Return what the prices say of a claim, in a sentence or two that can be cited."""
    if best is None or best.actual is None:
        return _nothing(verdict, best)
    told = _told(claim, best, best.actual)
    if best.note:
        told = f"{told} ({best.note.strip()})"
    told = f"{told}."
    if verdict == "unchecked":
        return f"{told} {_nothing(verdict, best)}"
    if verdict != "supported" and (words := says(claim)):
        unproved = ": daily prices allow it, but cannot confirm it" if verdict == "consistent" else ""
        told = f"{told} The claim says {words}{unproved}."
    return told + _literal(claim, verdict, best, others)


def _nothing(verdict: VerdictWord, best: Reading | None) -> str:
    if best is not None and best.missing:
        waits = "Not yet known" if verdict == "pending" else "Not checked"
        wanted, colon, why = best.missing.partition(": ")
        return f"{waits}: it takes {wanted}{f' ({why})' if colon else ''}."
    return "Not checked."


def says(claim: AnyClaim) -> str:
    """Return what a claim states, the way it would be said: "down nearly 17%", "40.61 USD", "four sessions"."""
    quantity = stated_of(claim)
    if isinstance(claim, Streak):
        return _counted(claim.count, claim.per)
    if quantity is None:
        return ""
    moves = isinstance(claim, Move | Drawdown) or (isinstance(claim, MarketValue) and claim.sense == "change")
    moves = moves or (isinstance(claim, Extreme) and claim.measure == "return")
    one_way = quantity.high is None or quantity.value * quantity.high > 0
    if not moves or not one_way or quantity.unit == "times":
        return figure(quantity)
    if quantity.value == 0:
        return "unchanged"
    low, high = quantity.value, quantity.high
    if low < 0:
        low, high = (-low, None) if high is None else (-high, -low)
    way = "up" if quantity.value > 0 else "down"
    return f"{way} {_hedge(quantity)}{_span(low, high, quantity.unit, quantity.precision)}"


def _told(claim: AnyClaim, best: Reading, actual: float) -> str:
    name = claim.symbol or claim.subject
    match claim:
        case Level():
            return f"{name} {_level(claim, best, actual)}"
        case Move() | MarketValue():
            where = _path(name, best) if len(best.evidence) >= 2 else _bar(name, best, -1)
            return f"{name} {where}: {_result(claim, best, actual)}"
        case Drawdown():
            return f"{name} went from {_turn(name, best, 0)} to {_turn(name, best, -1)}: {_percent(actual)}"
        case Streak():
            return f"{name} {_streak(claim, best, int(actual))}"
        case Extreme():
            return f"{name} {_superlative(claim, best, actual)}"
        case Conversion():
            rate = best.name.removesuffix(" (the text has no date)")
            return f"{figure(claim.amount)} comes to {amount(actual, claim.stated.unit)} at the {rate}"
        case _:
            return name


def _level(claim: Level, best: Reading, actual: float) -> str:
    held, day = _value(best, -1), best.evidence[-1]["date"]
    verb, unit = _COLUMNS[_column(best, -1)], claim.stated.unit
    shown = f"{verb} {_price(claim.symbol, actual)} {unit}".rstrip()
    if math.isclose(held, actual, rel_tol=1e-6):
        return f"{shown} on {day}"
    return f"{shown} as traded on {day} ({_price(claim.symbol, held)} in the shares of today)"


def _streak(claim: Streak, best: Reading, count: int) -> str:
    way, plain = ("rose", "rise") if claim.direction == "up" else ("fell", "fall")
    if not count:
        day = best.end or "the day meant"
        on = f"on {day}" if claim.per == "session" else f"in the {claim.per} to {day}"
        return f"did not {plain} {on}"
    if count == 1:
        return f"{way} for one {claim.per} only, up to {best.end}"
    return f"{way} for {_counted(count, claim.per)} in a row, up to {best.end}"


def _counted(count: int, what: str) -> str:
    return f"{number(count)} {what}{'s' if count != 1 else ''}"


def _superlative(claim: Extreme, best: Reading, actual: float) -> str:
    if claim.measure == "return":
        size = f"{abs(actual):,.2f}{' points' if 'points' in best.name else '%'}"
        way = "rose" if actual > 0 else "fell"
        what = f"{way} {size} from {best.start} to {best.end}" if round(actual, 2) else f"stood unchanged on {best.end}"
    else:
        verb = {"close": "closed at", "intraday": "reached" if claim.direction == "best" else "fell to"}[claim.measure]
        what = f"{verb} {_price(claim.symbol, actual)} on {best.end}"
    return f"{what}; {_rank(claim, best)}"


def _rank(claim: Extreme, best: Reading) -> str:
    if best.verdict == "unchecked":
        return "history does not reach back far enough"
    if best.note.startswith("as extreme, and later"):
        return "another since is as extreme"
    if best.note.startswith("it moved"):
        return f"that is no {claim.direction} return"
    if best.verdict == "consistent":
        return "nothing that is held is as extreme"
    if best.verdict == "supported":
        return "nothing since is as extreme"
    other = "date" if "came earlier" in best.note or best.note.startswith("none as extreme") else "figure"
    return f"nothing since is as extreme, but the {other} is another"


def _literal(claim: AnyClaim, verdict: VerdictWord, best: Reading, others: tuple[Reading, ...]) -> str:
    """Answer the literal day too, where another reading was used."""
    if verdict in ("contradicted", "unchecked") or not isinstance(claim, Move):
        return ""
    for other in others:
        if other.actual is not None and other.name.startswith("the session") and other.name != best.name:
            return f" Word for word, on {other.end}, it was {_percent(other.actual)}."
    return ""


def _path(name: str, best: Reading) -> str:
    start, end = _column(best, 0), _column(best, -1)
    later = "at" if start == end else _COLUMNS[end]
    days = [bar["date"] for bar in best.evidence]
    first = f"{_COLUMNS[start]} {_price(name, _value(best, 0))} on {days[0]}"
    return f"{first} and {later} {_price(name, _value(best, -1))} on {days[-1]}{_distance(best)}"


def _distance(best: Reading) -> str:
    return f", {_counted(best.sessions, 'session')} later" if best.sessions else ""


def _bar(name: str, best: Reading, place: int) -> str:
    return f"{_COLUMNS[_column(best, place)]} {_price(name, _value(best, place))} on {best.evidence[place]['date']}"


def _turn(name: str, best: Reading, place: int) -> str:
    column = _column(best, place)
    return f"a {column} of {_price(name, _value(best, place))} on {best.evidence[place]['date']}"


def _column(best: Reading, place: int) -> str:
    return next(name for name in best.evidence[place] if name != "date")


def _value(best: Reading, place: int) -> float:
    return float(best.evidence[place][_column(best, place)])


def _price(symbol: str, value: float) -> str:
    """Return a price with the digits that it is quoted in: rates and what costs less than one take four."""
    return f"{value:,.{4 if is_currency_pair(symbol) or abs(value) < 1 else 2}f}"


def _result(claim: Move | MarketValue, best: Reading, actual: float) -> str:
    unit = claim.stated.unit if claim.stated is not None else "percent"
    if unit == "percent":
        return _percent(actual)
    if unit == "times":
        return f"{actual:,.2f} times its price"
    if isinstance(claim, MarketValue) and claim.sense == "level":
        return f"a market value of {amount(actual, unit)}"
    way = "up" if actual > 0 else "down"
    if isinstance(claim, MarketValue):
        return f"market value {way} {amount(abs(actual), unit)}"
    if round(actual, 4) == 0:
        return "unchanged"
    held = _value(best, -1) - _value(best, 0)
    traded = "" if math.isclose(held, actual, rel_tol=1e-4, abs_tol=1e-6) else " as traded"
    return f"{way} {_price(claim.symbol, abs(actual))} {unit}{traded}"


def _percent(value: float) -> str:
    if round(value, 2) == 0:
        return "unchanged"
    return f"{'up' if value > 0 else 'down'} {abs(value):,.2f}%"


def figure(quantity: Quantity) -> str:
    """Return a stated figure as a person writes it: "nearly -17%", "about 307bn USD", "60bn to 65bn USD"."""
    return _hedge(quantity) + _span(quantity.value, quantity.high, quantity.unit, quantity.precision)


def _hedge(quantity: Quantity) -> str:
    return f"{_HEDGES.get(quantity.hedge, quantity.hedge)} " if quantity.hedge else ""


def _span(low: float, high: float | None, unit: str, precision: float) -> str:
    """Return one figure or two, with the digits in which they are stated."""
    scaled = unit not in ("percent", "points", "times")
    ends = [_digits(end, precision, scaled=scaled) for end in (low, high) if end is not None]
    return " to ".join(ends) + ("%" if unit == "percent" else f" {unit}" if unit else "")


def _digits(value: float, precision: float, *, scaled: bool) -> str:
    scale, word = next(((s, w) for s, w in _SCALES if scaled and abs(value) >= s), (1.0, ""))
    decimals = max(0, -math.floor(math.log10(precision / scale) + 1e-9))
    return f"{round(value / scale, decimals) + 0.0:,.{decimals}f}{word}"


def amount(value: float, unit: str) -> str:
    """Return an amount in the largest scale that it fills: 313.4bn USD."""
    for scale, word in _SCALES:
        if abs(value) >= scale:
            return f"{value / scale:,.4g}{word} {unit}".strip()
    return f"{value:,.2f} {unit}".strip() if value != int(value) else f"{int(value):,} {unit}".strip()


def number(count: int) -> str:
    """Return a small count in words."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)
