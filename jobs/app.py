"""The one place where things are wired: a log is opened, replayed, joined with its prices and judged.

Commands and the service ask for a `Picture`, and never put these parts together by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from events.errors import ConflictError, InvalidValueError, NotHeldError
from events.log import EventLog, Head, MemoryLog
from jobs.checkpoints import kept, resumed
from jobs.pricecache import prices_of
from jobs.progress import counted, progress
from jobs.settings import database_file, shown

if TYPE_CHECKING:
    from events.log import Draft
    from events.sqllog import SqlLog
    from timeline.agreement import Agreement
    from timeline.entries import Entry
    from timeline.prices import PriceHistory
    from timeline.replay import State
    from timeline.verdict import Facts, Verdict


class Picture(NamedTuple):
    """What a log adds up to: the state, the prices, a verdict for each claim that stands, and the timeline."""

    state: State
    prices: PriceHistory
    verdicts: Sequence[Verdict]
    agreements: Sequence[Agreement]
    entries: Sequence[Entry]

    @property
    def head(self) -> Head:
        """Where the log ended."""
        return self.state.head


def open_log(url: str, *, create: bool = False) -> SqlLog:
    """Open the log at a URL. Without `create`, raises NotHeldError where there is none."""
    from events.sqllog import SqlLog

    file = database_file(url)
    if file is not None and not create and not file.exists():
        raise NotHeldError(
            f"no log at {shown(url)}: `timeline replay` makes one with the sample, --database names another"
        )
    if file is not None and create:
        file.parent.mkdir(parents=True, exist_ok=True)
    return SqlLog.open(url, create=create)


def replayed(log: EventLog, until: datetime | None = None, *, full: bool = False) -> State:
    """Return the state of a log, its chain proved event by event; a bar shows the way of a long one.

    With `until` the state of that instant. What a checkpoint holds is not read again, unless a `full` replay is wanted.
    Raises DamagedLogError.
    """
    from timeline.replay import fold

    state = resumed(log, until, full=full)
    since = state.head
    with progress("Replaying events", log.head().position - since.position) as tick:
        fold(counted(log.proved(after=since, until=until), tick), state)
    if until is None:
        kept(log, state, since.position)
    return state


def picture(log: EventLog, until: datetime | None = None, *, full: bool = False) -> Picture:
    """Replay a log and judge every claim that stands in it; `full` is as for `replayed`."""
    state = replayed(log, until, full=full)
    prices = prices_of(log, state, keep=until is None)
    return judged(state, prices, state.facts(), log.proved_columns)


def judged(state: State, prices: PriceHistory, facts: Facts, load: Callable[[str], bytes] | None = None) -> Picture:
    """Judge every claim that stands in a state, with these prices and facts.

    With `load`, which gives the columns of a bars event, a verdict that a revision of the prices changed says so.
    """
    from timeline.agreement import agreements
    from timeline.checking import judge
    from timeline.entries import entries

    stated = state.stated()
    verdicts: Sequence[Verdict] = judge(stated, prices, facts)
    if load is not None and any(event.revised for event, _ in state.bars):
        from timeline.revisions import with_revisions

        verdicts = with_revisions(stated, verdicts, state, load)
    found = agreements(stated, verdicts, prices)
    return Picture(state, prices, verdicts, found, entries(state, verdicts, found))


def checked(drafts: Iterable[Draft], log: EventLog | None) -> Picture:
    """Judge claims that are not stored, with the prices and the facts of a log (None for none at all)."""
    return checker(log)(drafts)


def checker(log: EventLog | None) -> Callable[[Iterable[Draft]], Picture]:
    """Return what judges claims that are not stored: the log is replayed and its prices are opened once for all."""
    from timeline.prices import PriceHistory
    from timeline.replay import State, fold

    known = replayed(log) if log is not None else State()
    held = known.facts()
    prices = prices_of(log, known) if log is not None else PriceHistory()

    def judge(drafts: Iterable[Draft]) -> Picture:
        unstored = MemoryLog()
        unstored.append(drafts)
        state = fold(unstored.read())
        return judged(state, prices, held._replace(releases={**held.releases, **state.facts().releases}))

    return judge


def load_sample(log: EventLog) -> int:
    """Append the sample to an empty log, all or nothing, and return how many events came in.

    Where another writer was first with the same thought, nothing is appended.
    """
    from jobs.sample import sample

    drafts, columns = sample()
    try:
        return len(log.append(drafts, expect=0, columns=columns))
    except ConflictError:
        return 0


def instant(text: str) -> datetime:
    """Return the instant that a user means: one with its zone, or the end of a day in UTC.

    Raises InvalidValueError for anything else.
    """
    wanted = "a day such as 2025-02-07 (its end, UTC), or an instant with its zone such as 2025-02-07T06:30:00Z"
    try:
        if len(text) == len("2025-02-07"):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        given = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValueError("a past instant", repr(text), wanted) from None
    if given.tzinfo is None:
        raise InvalidValueError("a past instant", repr(text), wanted)
    return given.astimezone(UTC)
