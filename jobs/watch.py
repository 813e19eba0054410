"""Which symbols are kept fresh, and which of them want a request now.

Symbols come from the claims that stand, under the name of today; the benchmark of their exchange and the rates of
conversions follow. A user adds some and mutes some: that is a setting of this installation and no fact about the world,
so it stands in a table beside the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from events.model import Conversion, MarketValue
from jobs.exchanges import calendar_of
from jobs.operations import Attempt
from jobs.screening import DELAY, last_final
from jobs.sources.files import is_symbol
from timeline.context import BENCHMARKS
from timeline.replay import State
from timeline.symbols import calendar_for, canonical, resolve
from timeline.verdict import StatedClaim

SHARES_AGE = timedelta(days=100)  # counts are filed every quarter
# In a pair one of these comes first, by custom; the dollar comes before all others.
BASES = ("EUR", "GBP", "AUD", "NZD", "USD")


class Watched(NamedTuple):
    """A symbol on the list, and why it is there: "claims", "added", "benchmark" or "rate"."""

    symbol: str
    why: str


def watched(stated: Iterable[StatedClaim], chosen: Mapping[str, str]) -> list[Watched]:
    """Return the watch list by symbol: from claims, what follows from them, what a user added; without the muted."""
    found: dict[str, str] = {symbol: "added" for symbol, state in chosen.items() if state == "added"}
    for claim in stated:
        for symbol in _spoken_of(claim):
            found.setdefault(symbol, "claims")
        if isinstance(claim.claim, Conversion) and (pair := _pair(claim.claim)):
            found.setdefault(pair, "rate")
    for symbol in list(found):
        if benchmark := BENCHMARKS.get(calendar_for(symbol)):
            found.setdefault(benchmark, "benchmark")
    return [Watched(symbol, found[symbol]) for symbol in sorted(found) if chosen.get(symbol) != "muted"]


def held_until(state: State) -> dict[str, date]:
    """Return the last day of which a bar is held, by symbol."""
    found: dict[str, date] = {}
    for event, _ in state.bars:
        symbol = resolve(event.symbol, event.last)
        found[symbol] = max(found.get(symbol, event.last), event.last)
    return found


def due(
    watched: Iterable[Watched], held: Mapping[str, date], attempts: Mapping[str, Attempt], now: datetime
) -> list[str]:
    """Return the symbols of which a session is over and missing, and that may be asked for by now."""
    found = []
    for symbol, _ in watched:
        attempt = attempts.get(symbol)
        if attempt is not None and attempt.due is not None and attempt.due > now:
            continue
        final = last_final(calendar_of(symbol), now)
        if final is not None and (symbol not in held or held[symbol] < final):
            found.append(symbol)
    return found


def next_run(symbol: str, held: date | None, attempt: Attempt | None, now: datetime) -> datetime | None:
    """Return when a symbol will be asked for next: now or when its pause ends, else after the next close.

    None where its calendar knows no further session.
    """
    calendar = calendar_of(symbol)
    waits = attempt.due if attempt and attempt.due and attempt.due > now else now
    final = last_final(calendar, now)
    if held is None or (final is not None and held < final):
        return waits
    if calendar is None:
        day = held + timedelta(days=3 if held.weekday() == 4 else 1)
        after = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo) + timedelta(days=1) + DELAY
        return max(waits, after)
    following = calendar.last_closed(now - DELAY) + 1
    if following >= len(calendar):
        return None
    return max(waits, datetime.fromtimestamp(int(calendar.closes[following]), tz=now.tzinfo) + DELAY)


def wants_shares(state: State, now: datetime) -> set[str]:
    """Return the symbols with a claim about market value whose count of shares is missing or old."""
    newest: dict[str, date] = {}
    for event, _ in state.shares:
        newest[event.symbol] = max(newest.get(event.symbol, event.on), event.on)
    wanted = {symbol for one in state.stated() if isinstance(one.claim, MarketValue) for symbol in _spoken_of(one)}
    return {symbol for symbol in wanted if symbol not in newest or newest[symbol] < (now - SHARES_AGE).date()}


def _spoken_of(claim: StatedClaim) -> Iterator[str]:
    day = claim.said.day if claim.said else None
    for symbol in (claim.claim.symbol, *claim.claim.members):
        if is_symbol(canonical(symbol)):  # some claims name an index in words
            yield resolve(symbol, day)


def _pair(claim: Conversion) -> str:
    """Return the pair of a conversion as it is customarily quoted, "" where a unit is no currency."""
    units = (claim.amount.unit, claim.stated.unit)
    if units[0] == units[1] or not all(len(unit) == 3 and unit.isupper() for unit in units):
        return ""
    first = next((base for base in BASES if base in units), units[0])
    return first + (units[1] if first == units[0] else units[0])
