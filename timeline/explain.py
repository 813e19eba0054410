"""Verdicts in plain words."""

from __future__ import annotations

from events.model import AnyClaim, Conversion, Drawdown, Extreme, Level, MarketValue, Move, Quantity, Streak
from timeline.verdict import Reading, VerdictWord

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COLUMNS = {"close": "closed at", "open": "opened at", "high": "reached", "low": "fell to"}
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))


def explain(claim: AnyClaim, verdict: VerdictWord, best: Reading | None, others: tuple[Reading, ...] = ()) -> str:
    """Return what the prices say of a claim, in a sentence or two that can be cited."""
    if best is None or best.actual is None:
        return _nothing(claim, verdict, best)
    told = _told(claim, best)
    if best.note:
        told = f"{told} ({best.note.strip()})"
    told = f"{told}."
    if verdict == "unchecked":
        return f"{told} {_nothing(claim, verdict, best)}".strip()
    if verdict in ("close", "contradicted") and (stated := getattr(claim, "stated", None)) is not None:
        told = f"{told} The claim says {figure(stated)}."
    return told + _literal(claim, verdict, best, others)


def _nothing(claim: AnyClaim, verdict: VerdictWord, best: Reading | None) -> str:
    if best is not None and best.missing:
        waits = "Not yet known" if verdict == "pending" else "Not checked"
        return f"{waits}: it takes {best.missing}."
    return "Not checked."


def _told(claim: AnyClaim, best: Reading) -> str:
    match claim:
        case Move() | MarketValue() if len(best.evidence) >= 2:
            return f"{_name(claim)} {_path(best)}: {_result(claim, best)}"
        case Move() | MarketValue() | Level():
            return f"{_name(claim)} {_bars(best)}: {_result(claim, best)}"
        case Drawdown():
            return f"{_name(claim)} went from {_bar(best, 0)} to {_bar(best, -1)}: {_percent(best.actual or 0)}"
        case Streak():
            count = int(best.actual or 0)
            way = "rose" if claim.direction == "up" else "fell"
            return f"{_name(claim)} {way} for {number(count)} {claim.per}s in a row up to {best.end}"
        case Extreme():
            return _superlative(claim, best)
        case Conversion():
            return f"{figure(claim.amount)} is {amount(best.actual or 0, claim.stated.unit)} at the {best.name}"
        case _:
            return _name(claim)


def _superlative(claim: Extreme, best: Reading) -> str:
    points = "points" in best.name
    if claim.measure == "return":
        what = f"moved {best.actual:+,.2f}{' points' if points else '%'} from {best.start} to {best.end}"
    else:
        what = f"stood at {best.actual:,.2f} on {best.end}"
    result = {
        "supported": "nothing since is as extreme",
        "consistent": "nothing that is held is as extreme",
        "close": "nothing since is as extreme, but the date is another",
        "contradicted": "another since is as extreme",
    }.get(best.verdict, "history does not reach back far enough")
    return f"{_name(claim)} {what}; {result}"


def _literal(claim: AnyClaim, verdict: VerdictWord, best: Reading, others: tuple[Reading, ...]) -> str:
    """Answer the literal day too, where another reading was used."""
    if verdict in ("contradicted", "unchecked") or not isinstance(claim, Move):
        return ""
    for other in others:
        if other.actual is not None and other.name.startswith("the session") and other.name != best.name:
            return f" Word for word, on {other.end}, it moved {_percent(other.actual)}."
    return ""


def _name(claim: AnyClaim) -> str:
    return claim.symbol or claim.subject


def _path(best: Reading) -> str:
    first, last = best.evidence[0], best.evidence[-1]
    start, end = _column(best, 0), _column(best, -1)
    same = "" if start != end else "at "
    middle = f"{_COLUMNS[start]} {first[start]:,.2f} on {first['date']}"
    return f"{middle} and {same or _COLUMNS[end] + ' '}{last[end]:,.2f} on {last['date']}{_distance(best)}"


def _distance(best: Reading) -> str:
    found = best.sessions
    return f", {number(found)} session{'s' if found != 1 else ''} later" if found else ""


def _bars(best: Reading) -> str:
    return _COLUMNS[_column(best, -1)] + f" {_value(best, -1):,.2f} on {best.evidence[-1]['date']}"


def _bar(best: Reading, place: int) -> str:
    return f"{_value(best, place):,.2f} on {best.evidence[place]['date']}"


def _column(best: Reading, place: int) -> str:
    return next(name for name in best.evidence[place] if name != "date")


def _value(best: Reading, place: int) -> float:
    return float(best.evidence[place][_column(best, place)])


def _result(claim: AnyClaim, best: Reading) -> str:
    actual, stated = best.actual or 0.0, getattr(claim, "stated", None)
    unit = stated.unit if isinstance(stated, Quantity) else "percent"
    if unit == "percent":
        return _percent(actual)
    if isinstance(claim, Level):
        return f"{actual:,.2f} {unit} as traded"
    if isinstance(claim, MarketValue) and claim.sense == "level":
        return f"a market value of {amount(actual, unit)}"
    way = "up" if actual > 0 else "down"
    what = "market value " if isinstance(claim, MarketValue) else ""
    return f"{what}{way} {amount(abs(actual), unit)}"


def _percent(value: float) -> str:
    if round(value, 2) == 0:
        return "unchanged"
    return f"{'up' if value > 0 else 'down'} {abs(value):.2f}%"


def figure(quantity: Quantity) -> str:
    """Return a stated figure as a person writes it: "nearly -17%", "about 307bn USD", "60bn to 65bn USD"."""
    hedge = f"{quantity.hedge.replace('-', ' ')} " if quantity.hedge else ""
    if quantity.unit == "percent":
        high = f" to {quantity.high:g}" if quantity.high is not None else ""
        return f"{hedge}{quantity.value:g}{high}%"
    high = f" to {amount(quantity.high, '')}" if quantity.high is not None else ""
    return f"{hedge}{amount(quantity.value, '')}{high} {quantity.unit}".strip()


def amount(value: float, unit: str) -> str:
    """Return an amount in the largest scale that it fills: 313.4bn USD."""
    for scale, word in _SCALES:
        if abs(value) >= scale:
            return f"{value / scale:,.4g}{word} {unit}".strip()
    return f"{value:,.2f} {unit}".strip() if value != int(value) else f"{int(value):,} {unit}".strip()


def number(count: int) -> str:
    """Return a small count in words."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)
