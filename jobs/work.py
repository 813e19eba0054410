"""The work of `timeline work`: one turn after another for as long as this process leads.

A turn looks at what the log holds, asks for what is due, and tells which verdicts changed. Whether this process leads
is settled by the lease, renewed in a thread of its own; a process that does not lead waits for its turn to come, and
makes up for whatever was missed when it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Lock, Thread

from events.errors import TimelineError
from events.log import EventLog
from jobs.desk import refresher
from jobs.gate import Limits
from jobs.lease import Lease
from jobs.operations import Operations
from jobs.recheck import Change, changes
from jobs.refresh import LeaseLostError, Outcome, StoppedError
from jobs.sources.contract import Source
from jobs.watch import due, held_until, wants_shares, watched
from timeline.replay import State, fold


class Worker:
    """One process that would keep prices fresh; `now` is its clock, `tell` takes a line for whoever runs it."""

    def __init__(
        self,
        log: EventLog,
        operations: Operations,
        sources: Sequence[Source],
        now: Callable[[], datetime],
        *,
        lease: Lease,
        tell: Callable[[str], None],
        pause: Callable[[float], None] | None = None,
        limits: Limits = Limits(),  # noqa: B008  # a tuple of constants
    ) -> None:
        self.stopped = Event()
        self.lease = lease
        self._log, self._operations, self._now, self._tell = log, operations, now, tell
        self._state = State()
        self._running = Lock()
        self._leads = False
        self._refresher = refresher(
            log, operations, sources, now, pause=pause or self._wait, check=self._check, limits=limits
        )

    def symbols(self) -> list[str]:
        """Return the watch list as the log and the user have it now."""
        self._catch_up()
        return [one.symbol for one in watched(self._state.stated(), self._operations.watches())]

    def turn(self, follow: Callable[[list[str]], None] = lambda _: None) -> list[Outcome]:
        """Ask for what is due, where this process leads; return what came. `follow` is told the watch list.

        Everything that touches the log happens while `idle` waits.
        """
        with self._running:
            try:
                self._check()
            except (StoppedError, LeaseLostError):
                return []
            self._catch_up()
            now, listed = self._now(), watched(self._state.stated(), self._operations.watches())
            follow([one.symbol for one in listed])
            wanted = due(listed, held_until(self._state), self._operations.attempts(), now)
            if not wanted:
                return []
            before, outcomes = self._log.head().position, []

            def told(outcome: Outcome) -> None:
                outcomes.append(outcome)
                self._tell(line(outcome))

            try:
                self._refresher.refresh(wanted, shares_of=wants_shares(self._state, now), tell=told)
            except StoppedError:
                self._tell(f"stopped in the middle: {len(outcomes)} of {len(wanted)} symbols done, the others stay due")
            except LeaseLostError:
                self._tell("another process leads now; the rest is left to it")
            self._told_changes(before, outcomes)
            return outcomes

    def lead(self) -> bool:
        """Take or renew the lease; return whether this process leads and did not before."""
        leads = self.lease.acquire(self._now())
        new, self._leads = leads and not self._leads, leads
        return new

    def keep_leading(self, took_over: Callable[[], None]) -> Thread:
        """Start the thread that renews the lease three times in its length, and calls `took_over` when it is gained."""

        def renew() -> None:
            while not self.stopped.wait(self.lease.length.total_seconds() / 3):
                try:
                    if self.lead():
                        self._tell("this process leads now")
                        took_over()
                except TimelineError as error:  # a database that is gone for a while; the lease runs out by itself
                    self._leads = False
                    self._tell(f"the lease could not be renewed: {error}")

        thread = Thread(target=renew, name="lease", daemon=True)
        thread.start()
        return thread

    def idle(self, seconds: float) -> bool:
        """Wait until no turn is going on, at most so long; return whether that is so."""
        if not self._running.acquire(timeout=seconds):
            return False
        self._running.release()
        return True

    def _catch_up(self) -> None:
        fold(self._log.read(after=self._state.head.position), self._state)

    def _check(self) -> None:
        """Raise where this process was stopped or does not lead."""
        if self.stopped.is_set():
            raise StoppedError("this process was told to stop")
        if not self.lease.held(self._now()):
            raise LeaseLostError("another process leads")

    def _wait(self, seconds: float) -> None:
        if self.stopped.wait(seconds):
            raise StoppedError("this process was told to stop")

    def _told_changes(self, before: int, outcomes: Sequence[Outcome]) -> None:
        if touched := [one.symbol for one in outcomes if one.new or one.revised or one.splits]:
            for change in changes(self._log, before, touched):
                self._tell(change_line(change))


def line(outcome: Outcome) -> str:
    """Return what came for a symbol, as one line."""
    parts = []
    if outcome.word in ("stored", "unchanged", "not yet"):
        parts.append(f"{outcome.new} new, {outcome.revised} revised, through {outcome.last} ({outcome.source})")
        parts += [f"split of {split.ratio:g} for 1, the history observed anew" for split in outcome.splits[-1:]]
        parts += outcome.notes
    elif outcome.word == "up to date":
        parts.append(f"up to date, through {outcome.last}")
    else:
        parts.append(outcome.word)
    parts += [outcome.reason] if outcome.reason else []
    return f"{outcome.symbol}: {'; '.join(parts)}"


def change_line(change: Change) -> str:
    """Return what became of a claim, as one line."""
    claim = change.stated.claim
    why = "bars were revised" if change.revised else "new bars came"
    words = claim.text or f"{claim.symbol}, a claim of kind {claim.__struct_config__.tag}"
    return f"{change.before} -> {change.after} ({why}): {words}. {change.explanation}"
