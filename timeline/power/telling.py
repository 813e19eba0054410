"""Claims as the engine takes them, from claims as the generator thinks of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from events.model import (
    AnyClaim,
    Conversion,
    Drawdown,
    Extreme,
    Level,
    MarketValue,
    Move,
    Quantity,
    Said,
    Span,
    Streak,
    Window,
)
from timeline.power.making import Histories
from timeline.power.truth import History, Spec
from timeline.symbols import currency_of
from timeline.verdict import StatedClaim


def told(spec: Spec, histories: Histories, key: str, article: str = "") -> StatedClaim | None:
    """Return a claim as the engine takes it, published after its window ended.

    None where no such session is held, or where the end of the window stands before its beginning.
    """
    held = histories[spec.symbol]
    if spec.at < 0 or spec.at + spec.lag >= len(held.days):
        return None
    if any(day is not None and day >= held.days[spec.at] for day in (spec.since, spec.until, spec.begin)):
        return None
    said, language = _said(spec, held)
    return StatedClaim(key, _claim(spec, held), article or key, said, language)


def _said(spec: Spec, held: History) -> tuple[Said, str]:
    """Publish in the evening, by the day alone, or on the next day in Beijing before New York closes again."""
    at, closed = held.days[spec.at + spec.lag], held.closed[spec.at + spec.lag]
    if spec.kind == "conversion":
        return Said(day=at, at=datetime(at.year, at.month, at.day, 20, tzinfo=UTC)), "en"
    if spec.style % 3 == 0:
        return Said(day=at), "en"
    if spec.style % 3 == 1:
        return Said(day=at + timedelta(days=1)), "zh-Hans"
    instant = closed + timedelta(hours=1 + spec.style % 4)
    return Said(day=instant.date(), at=instant), "en"


def _claim(spec: Spec, held: History) -> AnyClaim:
    named: date | None = held.days[spec.at] if spec.named else None
    several = Window(span="sessions", count=max(spec.count, 1), end=named)
    match spec.kind:
        case "streak":
            return Streak(
                symbol=spec.symbol, direction="up" if spec.sign > 0 else "down", count=spec.count, window=several
            )
        case "extreme":
            return Extreme(
                symbol=spec.symbol,
                direction="best" if spec.sign > 0 else "worst",
                measure="return" if spec.count else "close",
                since=spec.since,
                since_end=spec.until,
                window=several if spec.count > 1 else Window(end=named),
            )
    stated = Quantity(value=spec.value, unit=_unit(spec), precision=spec.precision, hedge=spec.hedge)
    match spec.kind:
        case "level":
            return Level(symbol=spec.symbol, stated=stated, window=Window(end=named))
        case "touched-level":
            touched: Literal["high", "low"] = "high" if spec.sign > 0 else "low"
            return Level(symbol=spec.symbol, stated=stated, touched=touched, window=Window(end=named))
        case "drawdown":
            fall = Window(start=spec.begin, end=named, suffered=spec.begin is not None)
            return Drawdown(symbol=spec.symbol, stated=stated, peak_from=spec.since, peak_to=spec.until, window=fall)
        case "market-value":
            return MarketValue(symbol=spec.symbol, stated=stated, window=several)
        case "conversion":
            amount = Quantity(value=spec.amount, unit=spec.symbol[:3], precision=1e8)
            return Conversion(symbol=spec.symbol, amount=amount, stated=stated)
    return Move(symbol=spec.symbol, stated=stated, window=_window(spec, held, named))


def _unit(spec: Spec) -> str:
    if spec.kind == "conversion":
        return spec.symbol[3:]
    return currency_of(spec.symbol) or "USD" if spec.kind in ("level", "touched-level", "market-value") else "percent"


def _window(spec: Spec, held: History, named: date | None) -> Window:
    match spec.kind:
        case "day":
            return Window(end=named, part="close" if spec.style < 6 else "")
        case "reaction":
            return Window(event=held.days[spec.at - 1], timing="after-close")
        case "touched":
            return Window(end=named, part="intraday")
        case "sessions" | "days":
            return Window(span=_span(spec), count=spec.count, end=named)
        case "since":
            return Window(span="since", start=spec.since, end=named)
    return Window(span=_span(spec), end=named)


def _span(spec: Spec) -> Span:
    """Return the span of a kind that is named like it."""
    found: Span = msgspec.convert(spec.kind, Span)
    return found
