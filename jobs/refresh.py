"""Fresh prices into the log: for each symbol what is missing, from the first source that has it, or a reason why not.

A symbol is asked for from ten sessions before its last one on, so that revisions are seen; a split that the log does
not know makes its whole history be asked for anew. One symbol's failure never stops the others, and what succeeded is
in the log before the next symbol is asked for. Every append expects the log to end where it was read, and a leader asks
its lease first: nothing is stored twice, whoever else writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Literal

import numpy as np

from events.bars import Bars, Days, day_of, number_of
from events.errors import ConflictError, TimelineError
from events.log import Draft, EventLog
from events.model import DividendObserved, SharesObserved, SplitObserved
from jobs.exchanges import calendar_of
from jobs.gate import Gate
from jobs.importing import Drafts, Known, known_bars
from jobs.operations import Attempt, Operations
from jobs.screening import Asked, Screened, last_final, screened
from jobs.sources.contract import Fetched, SourceError, SpentError
from timeline.panels import Split
from timeline.sessions import Calendar

OVERLAP = 10  # sessions asked for again, to see revisions
CONFLICTS = 5
SAME = 1e-3  # dividends that were adjusted for splits are rounded by whoever hands them out
LATER = timedelta(minutes=10)
LATEST = timedelta(hours=12)

Word = Literal["stored", "unchanged", "up to date", "not yet", "held back", "failed", "left alone"]


class StoppedError(TimelineError):
    """The run was told to stop; what succeeded is kept."""


class LeaseLostError(TimelineError):
    """Another process leads now; nothing more is stored by this one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came for one symbol: sessions new and revised, and the reasons of whatever did not come."""

    symbol: str
    word: Word
    source: str = ""
    new: int = 0
    revised: int = 0
    first: date | None = None
    last: date | None = None
    splits: tuple[Split, ...] = ()
    dividends: int = 0
    notes: tuple[str, ...] = ()
    reason: str = ""
    due: datetime | None = None

    @property
    def failed(self) -> bool:
        """Whether what was wanted did not come, and a person may want to know why."""
        return self.word in ("held back", "failed", "left alone")


class Refresher:
    """Brings symbols up to date, one after another; `check` raises where this process may not go on."""

    def __init__(
        self,
        log: EventLog,
        operations: Operations,
        gates: Sequence[Gate],
        now: Callable[[], datetime],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._log, self._operations, self._gates, self._now, self._check = log, operations, gates, now, check
        self._position = 0
        self._known: dict[str, Known] = {}

    def refresh(
        self,
        symbols: Iterable[str],
        *,
        full: bool = False,
        accept: bool = False,
        shares_of: Collection[str] = (),
        tell: Callable[[Outcome], None] = lambda _: None,
    ) -> list[Outcome]:
        """Bring symbols up to date and return what came for each, in order.

        With `full` the whole history is asked for; with `accept` what would be held back for a hole or a jump is
        stored; of the symbols in `shares_of` the shares outstanding are asked for too. Raises StoppedError or
        LeaseLostError between two symbols, LogError where the log cannot be written.
        """
        wanted = list(dict.fromkeys(symbols))
        self._read(wanted)
        attempts, outcomes = self._operations.attempts(), []
        for symbol in wanted:
            self._check()
            attempt = attempts.get(symbol, Attempt(symbol))
            outcome = self._one(symbol, attempt, full=full, accept=accept)
            if symbol in shares_of and not outcome.failed:
                outcome = self._with_shares(outcome)
            self._keep(outcome, attempt)
            outcomes.append(outcome)
            tell(outcome)
        return outcomes

    def _read(self, symbols: Iterable[str]) -> None:
        self._position = self._log.head().position
        self._known = known_bars(self._log, symbols, until=self._position)

    def _one(self, symbol: str, attempt: Attempt, *, full: bool, accept: bool) -> Outcome:
        calendar, now = calendar_of(symbol), self._now()
        known = self._known[symbol]
        final = last_final(calendar, now)
        if not full and known.today is not None and final is not None and known.today.last >= final:
            return Outcome(symbol, "up to date", last=known.today.last)
        start = None if full else start_of(known, calendar, attempt.asked)
        asked = Asked(symbol, start, calendar, now, accept)
        reasons: list[str] = []
        word: Word = "failed"
        due: datetime | None = None
        for gate in self._gates:
            name = gate.source.name
            try:
                return self._from(gate, asked)
            except HeldBackError as held:
                reasons.append(f"{name}: {held}")
                word = "held back"
            except SpentError as spent:
                reasons.append(str(spent))
                word, due = ("left alone" if word == "failed" and len(reasons) == 1 else word), spent.until
            except SourceError as error:
                reasons.append(f"{name}: {error}")
        return Outcome(symbol, word, reason="; ".join(reasons), due=due)

    def _from(self, gate: Gate, asked: Asked) -> Outcome:
        """Ask one source, and store what may be stored. Raises SourceError."""
        fetched = _fetched(gate, asked)
        for conflicts in count(1):
            known = self._known[asked.symbol]
            found = screened(asked, fetched, known)
            if found.anew and known.today is not None and not found.held_back:
                if asked.start is None or asked.start > known.today.first:
                    asked = replace(asked, start=known.today.first)
                    fetched = _fetched(gate, asked)
                more = {asked.symbol: found.splits}
                known = known_bars(self._log, [asked.symbol], until=self._position, more=more)[asked.symbol]
                found = replace(screened(asked, fetched, known), splits=found.splits, anew=True)
            if found.held_back:
                raise HeldBackError(found.held_back)
            try:
                return self._store(asked, fetched, found, known)
            except ConflictError:
                if conflicts == CONFLICTS:
                    raise
                self._read(self._known)
        raise AssertionError  # count never ends

    def _store(self, asked: Asked, fetched: Fetched, found: Screened, known: Known) -> Outcome:
        symbol, now = asked.symbol, self._now()
        self._known[symbol] = known
        drafts = Drafts(self._known, now, number_of(fetched.adjusted_through), fetched.currency)
        told = {split.on: split for split in fetched.splits}
        for split in found.splits:
            one = told[day_of(split.on)]
            event = SplitObserved(symbol=symbol, on=one.on, new=one.new, old=one.old, source=fetched.source)
            drafts.events.append(Draft(event, now))
        known.splits = tuple(sorted({*known.splits, *found.splits}))
        paid = _new_dividends(symbol, fetched, found, known)
        drafts.events += [Draft(event, now) for event in paid]
        drafts.add(symbol, found.bars, fetched.source, anew=found.anew)
        self._append(drafts.events, drafts.columns)
        known.dividends |= {number_of(event.on): event.amount for event in paid}
        known.currency = fetched.currency or known.currency
        [brought] = drafts.brought
        word: Word = "stored" if drafts.events else "unchanged"
        if found.missing and not brought.new:
            word = "not yet"
        return Outcome(
            symbol,
            word,
            fetched.source,
            brought.new,
            brought.revised,
            asked.start or found.bars.first,
            found.bars.last,
            found.splits,
            len(paid),
            (*found.notes, *_told(paid), *(warning.message for warning in drafts.warnings)),
            f"{found.missing} more ended, not there yet" if found.missing else "",
            self._now() + LATER if found.missing else None,
        )

    def _append(self, events: Sequence[Draft], columns: dict[str, bytes]) -> None:
        """Append where the log ends as it was read: a leader that lost its lease meanwhile finds another end."""
        self._check()
        if events and (rows := self._log.append(events, expect=self._position, columns=columns)):
            self._position = rows[-1].position

    def _with_shares(self, outcome: Outcome) -> Outcome:
        """Ask for the shares outstanding too; that they are missing is a note, no failure of the prices."""
        for gate in self._gates:
            try:
                found = gate.ask(partial(gate.source.shares, outcome.symbol, self._now()))
            except SourceError as error:
                return replace(outcome, notes=(*outcome.notes, f"no shares outstanding ({error})"))
            if found is None:
                continue
            shares, on, name = found.shares, found.on, gate.source.name
            event = SharesObserved(symbol=outcome.symbol, shares=shares, on=on, source=name)
            self._check()
            self._log.append([Draft(event, self._now())])  # one that is held already adds nothing
            self._read(self._known)
            return replace(outcome, notes=(*outcome.notes, f"{shares:,} shares outstanding on {on}"))
        return outcome

    def _keep(self, outcome: Outcome, attempt: Attempt) -> None:
        if outcome.word == "up to date":
            if attempt.failures:
                self._operations.set_attempt(attempt._replace(error="", failures=0, due=None))
            return
        now = self._now()
        source = outcome.source or attempt.source
        if outcome.failed or outcome.word == "not yet":
            failures = attempt.failures + 1
            due = outcome.due or now + min(LATER * 2 ** min(failures - 1, 10), LATEST)
            kept = attempt._replace(source=source, attempted=now, error=outcome.reason, failures=failures, due=due)
        else:
            kept = Attempt(outcome.symbol, source, now, now, outcome.reason, 0, outcome.due, outcome.first)
        self._operations.set_attempt(kept)


class HeldBackError(SourceError):
    """A source's answer may not be stored."""


def _new_dividends(symbol: str, fetched: Fetched, found: Screened, known: Known) -> list[DividendObserved]:
    """Return the dividends up to the last bar that the log does not hold, or holds with another amount."""
    return [
        DividendObserved(
            symbol=symbol,
            on=one.on,
            amount=one.amount,
            adjusted_through=fetched.adjusted_through,
            source=fetched.source,
            currency=fetched.currency,
        )
        for one in fetched.dividends
        if one.on <= found.bars.last
        and not math.isclose(known.dividends.get(number_of(one.on), 0.0), one.amount, rel_tol=SAME)
    ]


def _told(paid: Sequence[DividendObserved]) -> list[str]:
    if not paid:
        return []
    last, counted = paid[-1], "1 dividend" if len(paid) == 1 else f"{len(paid)} dividends, the last"
    return [f"{counted} of {last.amount:.6g} {last.currency}".rstrip() + f" on {last.on}"]


def _fetched(gate: Gate, asked: Asked) -> Fetched:
    return gate.ask(lambda: gate.source.history(asked.symbol, asked.start, asked.now))


def start_of(known: Known, calendar: Calendar | None, asked: date | None) -> date | None:
    """Return the day from which a symbol is asked for: ten sessions back, or before the first gap never asked for.

    None, for the whole history, where nothing is held.
    """
    if known.today is None:
        return None
    days = known.today.dates
    start = int(days[-min(OVERLAP, len(days))])
    gaps = _gaps(known.today, calendar)
    if asked is not None:
        gaps = gaps[gaps < number_of(asked)]
    if len(gaps):
        start = min(start, int(days[days < gaps[0]][-1]))
    return day_of(start)


def _gaps(bars: Bars, calendar: Calendar | None) -> Days:
    """Return the sessions between the first and the last bar of which none is held."""
    if calendar is None:
        return np.zeros(0, dtype=np.int32)
    span = (calendar.days >= bars.dates[0]) & (calendar.days <= bars.dates[-1])
    return np.setdiff1d(calendar.days[span], bars.dates, assume_unique=True)
