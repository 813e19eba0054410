"""The service wired: the doors of `timeline.web` to a log, to the check, and to whatever reads articles."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events.errors import DataError, Problem
from events.log import Draft, EventLog, MemoryLog, Record
from jobs.app import Picture, instant, judged, replayed
from jobs.commands.head import signed_note
from jobs.freshness import freshness
from jobs.operations import Operations
from jobs.pricecache import prices_of
from jobs.submitted import submitted
from timeline.replay import State, fold
from timeline.web.doors import Appended, Checked, Doors, Submission

if TYPE_CHECKING:
    from timeline.prices import PriceHistory
    from timeline.verdict import Facts


class Follower:
    """The log judged again and again: only new events are read, and prices are laid out anew only with new ones."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._state = State()
        self._known = (-1, -1, -1)
        self._prices: PriceHistory | None = None
        self._facts: Facts | None = None
        self._lock = threading.Lock()

    def latest(self) -> Picture:
        """Return the picture of the log as it is now."""
        with self._lock:
            if self._state.last is None:
                self._state = replayed(self._log)
            state = fold(self._log.proved(after=self._state.head), self._state)
            known = (len(state.bars), len(state.splits), len(state.dividends))
            if self._prices is None or known != self._known:
                self._prices, self._known = prices_of(self._log, state, keep=self._prices is None), known
            self._facts = state.facts()
            return judged(state, self._prices, self._facts)

    def freshness(self, operations: Operations, now: datetime) -> dict[str, Any]:
        """Return how fresh the prices of the last picture are."""
        with self._lock:
            return freshness(self._state, operations, now)

    def standing(self) -> tuple[PriceHistory, Facts]:
        """Return the prices and facts of the last picture, without judging again."""
        if self._prices is None or self._facts is None:
            self.latest()
        prices, facts = self._prices, self._facts
        assert prices is not None and facts is not None  # noqa: S101  # the picture made them
        return prices, facts


def doors(
    log: EventLog,
    clock: Callable[[], datetime],
    *,
    warm: bool = False,
    key: str | None = None,
    operations: Operations | None = None,
    companies: Sequence[Path] = (),
) -> Doors:
    """Return the doors to a log; `clock` says when something that is appended became known.

    With `warm` the tables of the article reader are loaded before the first article comes; `key` is the file of the
    key that heads are signed with, `operations` what the refreshing of prices remembers beside the log, `companies` the
    tables of companies that articles are read with besides ours.
    """
    follower = Follower(log)

    def check(given: Submission) -> Checked:
        prices, facts = follower.standing()
        found = submitted(given, clock(), companies)
        return Checked(unstored(found.drafts, prices, facts), found.problems)

    def append(given: Submission) -> Appended:
        found = submitted(given, clock(), companies)
        if not found.claims or (found.problems and found.whole):
            raise DataError(*(found.problems or (Problem("there is no dated claim about a listed company in it"),)))
        added = len(log.append(found.drafts, texts=found.texts))
        return Appended(added, len(found.drafts) - added, log.head())

    return Doors(
        head=log.head,
        latest=follower.latest,
        past=lambda until, position: past(log, until, position),
        rows=log.rows,
        check=check,
        append=append,
        instant=instant,
        warm=(lambda: _settle(clock(), companies)) if warm else (lambda: None),
        note=lambda head: signed_note(head, key),
        freshness=lambda: follower.freshness(operations, clock()) if operations is not None else {},
    )


def _settle(now: datetime, companies: Sequence[Path]) -> None:
    """Load what the first article would wait for, and let the collector pass over what stays.

    A full collection walks the state, the words and the libraries: it would hold up every answer for more than 100 ms.
    """
    submitted(Submission(b"Shares of Meta (META.US) fell 1%."), now, companies)
    gc.collect()
    gc.freeze()


def unstored(drafts: Sequence[Draft], prices: PriceHistory, facts: Facts) -> Picture:
    """Judge claims that are not stored, with these prices and facts, and the facts that they bring themselves."""
    log = MemoryLog()
    log.append(drafts)
    state = fold(log.read())
    return judged(state, prices, facts._replace(releases={**facts.releases, **state.facts().releases}))


def past(log: EventLog, until: datetime | None = None, position: int | None = None) -> Picture:
    """Return the picture of a log as of an instant or as of a position."""
    records: Iterator[Record] = log.proved(until=until)
    if position is not None:
        records = takewhile(lambda record: record.position <= position, records)
    state = fold(records)
    return judged(state, prices_of(log, state, keep=False), state.facts())
