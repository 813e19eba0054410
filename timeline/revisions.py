"""Which verdicts a revision of the prices changed: a note on each claim that was answered otherwise before.

Bars are never overwritten, so what was answered before a revision can be worked out again: the claims about a symbol
are judged with what was observed before it and with what it brought. Volumes are revised for days and change no
verdict: only a revised price is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from events.bars import PRICES, Bars, from_bytes, merge
from events.model import BarsObserved
from timeline.checking import judge
from timeline.prices import PriceHistory
from timeline.replay import State
from timeline.symbols import resolve
from timeline.verdict import StatedClaim, Verdict

Load = Callable[[str], bytes]


class Revision(NamedTuple):
    """A bars event that changed prices known before: its place among the state's bars, and when it was recorded."""

    place: int
    symbol: str
    recorded: datetime


def with_revisions(
    stated: Sequence[StatedClaim], verdicts: Sequence[Verdict], state: State, load: Load
) -> list[Verdict]:
    """Return the verdicts, with a note on each that a revision of its prices changed; `load` as of State.prices."""
    noted = list(verdicts)
    for revision in revisions(state, {name for one in stated for name in _names(one)}, load):
        articles = {one.article for one in stated if revision.symbol in _names(one)}
        rows = [row for row, one in enumerate(stated) if one.article in articles]
        claims = [stated[row] for row in rows]
        before, after = (_judged(claims, state, place, load) for place in (revision.place, revision.place + 1))
        for row, old, new in zip(rows, before, after, strict=True):
            if old.verdict != new.verdict:
                day = f"{revision.recorded:%Y-%m-%d}"
                note = f"{old.verdict} until prices of {revision.symbol} were revised on {day}, then {new.verdict}"
                noted[row] = replace(noted[row], notes=(*noted[row].notes, note))
    return noted


def revisions(state: State, symbols: set[str], load: Load) -> Iterator[Revision]:
    """Yield the events that revised a price of one of some symbols, in the order of the log."""
    revised = {_symbol(event) for event, _ in state.bars if event.revised} & symbols
    known: dict[str, Bars] = {}
    for place, (event, recorded) in enumerate(state.bars):
        if (symbol := _symbol(event)) not in revised or not event.count:
            continue
        bars, before = from_bytes(load(event.columns)), known.get(symbol)
        if before is not None and event.revised and _another_price(before, bars):
            yield Revision(place, symbol, recorded)
        known[symbol] = bars if before is None else merge(before, bars)


def _judged(claims: Sequence[StatedClaim], state: State, place: int, load: Load) -> list[Verdict]:
    """Judge claims with the bars before a place in the state, of the symbols that they name."""
    names = {name for one in claims for name in _names(one)}
    bars = [pair for pair in state.bars[:place] if _symbol(pair[0]) in names]
    recorded = bars[-1][1] if bars else None
    splits = [pair for pair in state.splits if recorded is not None and pair[1] <= recorded]
    return judge(claims, PriceHistory.from_observations(bars, splits, load=load), state.facts())


def _another_price(before: Bars, bars: Bars) -> bool:
    days = np.intersect1d(before.dates, bars.dates, assume_unique=True)
    ours, theirs = before.at(np.isin(before.dates, days)), bars.at(np.isin(bars.dates, days))
    pairs = ((getattr(ours, name), getattr(theirs, name)) for name in PRICES)
    return any(bool(np.any(one != other)) for one, other in pairs if one is not None and other is not None)


def _symbol(event: BarsObserved) -> str:
    return resolve(event.symbol, event.last)


def _names(one: StatedClaim) -> set[str]:
    day = one.said.day if one.said else None
    return {resolve(symbol, day) for symbol in (one.claim.symbol, *one.claim.members) if symbol}
