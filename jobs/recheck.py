"""What new prices changed: the claims whose verdict is another one since a position of the log, and why."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

from events.log import EventLog
from events.model import BarsObserved
from timeline.replay import State, fold
from timeline.symbols import resolve
from timeline.verdict import StatedClaim, VerdictWord


class Change(NamedTuple):
    """A claim whose verdict changed; `revised` says that bars known before were revised since."""

    stated: StatedClaim
    before: VerdictWord
    after: VerdictWord
    explanation: str
    revised: bool


def changes(log: EventLog, since: int, symbols: Iterable[str]) -> list[Change]:
    """Return the claims about some symbols whose verdict changed with what was appended after a position.

    Claims are judged together with the others of their article, which may settle where a window ended.
    """
    from timeline.checking import judge

    names = set(symbols)
    state = fold(takewhile(lambda record: record.position <= since, log.read()))
    stated = _concerned(state, names)
    if not stated:
        return []
    before = judge(stated, state.prices(log.columns), state.facts())
    revised: set[str] = set()
    for record in log.read(after=since):
        fold([record], state)
        if isinstance(record.event, BarsObserved) and record.event.revised:
            revised.add(resolve(record.event.symbol, record.event.last))
    after = judge(stated, state.prices(log.columns), state.facts())
    return [
        Change(one, old.verdict, new.verdict, new.explanation, bool(_names(one) & revised))
        for one, old, new in zip(stated, before, after, strict=True)
        if old.verdict != new.verdict
    ]


def _concerned(state: State, names: set[str]) -> list[StatedClaim]:
    stated = state.stated()
    articles = {one.article for one in stated if _names(one) & names}
    return [one for one in stated if one.article in articles]


def _names(one: StatedClaim) -> set[str]:
    """Return the symbols that a claim's verdict hangs on; a conversion hangs on the rates of its currencies."""
    day = one.said.day if one.said else None
    names = {resolve(symbol, day) for symbol in (one.claim.symbol, *one.claim.members) if symbol}
    amount, stated = getattr(one.claim, "amount", None), getattr(one.claim, "stated", None)
    if amount is not None and stated is not None:
        names |= {amount.unit + stated.unit, stated.unit + amount.unit}
    return names
