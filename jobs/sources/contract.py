"""What a source of prices promises, and how it may fail.

    SourceError (TimelineError)
    ├── RateLimitedError     too many requests: leave the source alone for a while
    ├── UnreachableError     no connection, a time-out, a server's fault: worth another try
    ├── SpentError           the budget of requests an hour is spent, or the source is left alone: not asked at all
    ├── BadAnswerError       an answer that is none: not JSON, a shape that nobody knows, a faulty file
    └── NoDataError          the source has nothing under this name: unknown, delisted, or an empty answer

A source answers for one symbol at a time. It hands out what it was told and decides nothing: what is missing, odd or
unfinished is for `jobs.screening` to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from events.bars import Bars
from events.errors import TimelineError


class SourceError(TimelineError):
    """A source did not give what it was asked for."""


class RateLimitedError(SourceError):
    """The source says that it was asked too often."""


class UnreachableError(SourceError):
    """The source could not be reached, or could not answer."""


class SpentError(SourceError):
    """The source is not to be asked now."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class BadAnswerError(SourceError):
    """The source answered something that cannot be used."""


class NoDataError(SourceError):
    """The source has no prices under this name."""


class Split(NamedTuple):
    """From the session `on`, every `old` shares are `new` ones."""

    on: date
    new: float
    old: float


class Dividend(NamedTuple):
    """What was paid for one share, in the currency of the prices; bars stay unadjusted for it."""

    on: date
    amount: float


class ShareCount(NamedTuple):
    """Shares outstanding on a day."""

    on: date
    shares: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source gave for one symbol: bars adjusted for splits and not for dividends, by ascending day.

    The last bar may be of a session that has not ended. `asked` (the name under which it was asked for), `symbol`,
    `currency`, `exchange` and `zone` are in the words of the source, "" where it does not say; `adjusted_through` is
    the last day whose splits the prices know of.
    """

    source: str
    bars: Bars
    adjusted_through: date
    asked: str = ""
    symbol: str = ""
    currency: str = ""
    exchange: str = ""
    zone: str = ""
    splits: tuple[Split, ...] = ()
    dividends: tuple[Dividend, ...] = ()
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """Where daily prices come from.

    `name` is kept on every bar. `remote` says that a request costs somebody something: such a source gets pauses, a
    budget and a circuit, and calls `spend` before each request, which may refuse it by raising a SourceError.
    """

    name: str
    remote: bool
    spend: Callable[[], None]

    def history(self, symbol: str, start: date | None, now: datetime) -> Fetched:
        """Return the bars of a symbol from a day on (None: all that there are). Raises SourceError."""

    def shares(self, symbol: str, now: datetime) -> ShareCount | None:
        """Return the latest count of shares outstanding, None where the source has none. Raises SourceError."""


def freely() -> None:
    """Spend nothing: what `spend` is until somebody counts."""
