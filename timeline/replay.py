"""The fold: events in, state out, one event at a time.

The state is what the log adds up to after its last event: the articles, the claims as they read now, and every
observation of prices, splits, dividends and shares with the instant when it was recorded. What was known at an
instant is the fold of a head of the log, `fold(log.read(until=instant))`; nothing recorded later can reach it. An event
that speaks of a claim that is not there becomes a Problem of the state: a replay never stops.

A claim that nobody touched stays the record that it came in, and becomes a `HeldClaim` when somebody looks: most of a
large log is such claims, and building a value for each would cost the replay as much again as its decoding. A state
that knows its log keeps no such record at all, and reads it there when it is asked for: so a million fit into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from events.errors import Problem
from events.log import EMPTY, Head, Record
from events.model import (
    AnyClaim,
    ArticlePublished,
    BarsObserved,
    ClaimCorrected,
    ClaimStated,
    ClaimWithdrawn,
    DividendObserved,
    Happening,
    SharesObserved,
    SplitObserved,
    TextErased,
    Timing,
)
from timeline.verdict import Facts, StatedClaim

if TYPE_CHECKING:
    from timeline.prices import PriceHistory
    from timeline.stored import StoredClaims


class Article(NamedTuple):
    """A published article, with the id of its event and the instant when the log took it."""

    id: str
    event: ArticlePublished
    recorded: datetime


class HeldClaim(NamedTuple):
    """A claim as it reads now: where it was stated, by which event it got its reading, and whether it still stands.

    `position` and `recorded` are those of the claim's first event; `modified` is when its last event was recorded;
    `withdrawn` is the reason given, None where the claim stands.
    """

    id: str
    claim: AnyClaim
    article: str
    position: int
    recorded: datetime
    modified: datetime
    reading: str
    withdrawn: str | None = None


class State:
    """What the log adds up to so far; `apply` takes it one event further."""

    __slots__ = (
        "_stated",
        "articles",
        "at_hand",
        "bars",
        "corrected",
        "dividends",
        "erased",
        "last",
        "problems",
        "shares",
        "splits",
        "stored",
        "withdrawn",
    )

    def __init__(self, stored: StoredClaims | None = None) -> None:
        self.articles: dict[str, Article] = {}
        self.bars: list[tuple[BarsObserved, datetime]] = []
        self.shares: list[tuple[SharesObserved, datetime]] = []
        self.splits: list[tuple[SplitObserved, datetime]] = []
        self.dividends: list[tuple[DividendObserved, datetime]] = []
        self.erased: list[tuple[TextErased, datetime]] = []
        self.corrected = 0
        self.withdrawn = 0
        self.problems: list[Problem] = []
        self.at_hand: dict[str, HeldClaim] = {}  # claims that later events changed, and dated news
        self.last: Record | None = None
        self.stored = stored  # claims go there, until somebody asks for all of them
        self._stated: dict[str, Record] = {}

    def apply(self, record: Record) -> None:
        """Take one event in. Events come in the order of the log, each once."""
        _FOLDS[type(record.event)](self, record, record.event)
        self.last = record

    @property
    def head(self) -> Head:
        """Where the log ended when its last event came in."""
        return Head(self.last.position, self.last.hash, self.last.recorded) if self.last else EMPTY

    @property
    def claims(self) -> dict[str, HeldClaim]:
        """Every claim by its id, withdrawn ones too, in the order of the log (built anew: ask once)."""
        return {record.id: self._held(record) for record in self._all()}

    @property
    def counts(self) -> dict[str, int]:
        """How many events of each kind came in, by the kind's word."""
        return {
            "article-published": len(self.articles),
            "claim-stated": len(self._stated) + (len(self.stored) if self.stored else 0),
            "claim-corrected": self.corrected,
            "claim-withdrawn": self.withdrawn,
            "bars-observed": len(self.bars),
            "shares-observed": len(self.shares),
            "split-observed": len(self.splits),
            "dividend-observed": len(self.dividends),
            "text-erased": len(self.erased),
        }

    def claim(self, key: str) -> HeldClaim | None:
        """Return the claim with this id as it reads now, None where the log holds none."""
        if (known := self.at_hand.get(key)) is not None:
            return known
        record = self.record(key)
        return self._held(record) if record else None

    def record(self, key: str) -> Record | None:
        """Return the record that stated the claim with this id, None where the log holds none."""
        return self.stored.get(key) if self.stored else self._stated.get(key)

    def keep(self, record: Record) -> None:
        """Take in a record that stated a claim."""
        if self.stored is not None:
            self.stored.add(record)
        else:
            self._stated[record.id] = record

    def standing(self) -> Iterator[HeldClaim]:
        """Yield the claims that were not withdrawn, in the order of the log."""
        return (held for record in self._all() if (held := self._held(record)).withdrawn is None)

    def stated(self) -> list[StatedClaim]:
        """Return the claims that stand, as corrected, in the order in which the log took them."""
        return [self.with_article(held) for held in self.standing()]

    def with_article(self, held: HeldClaim) -> StatedClaim:
        """Return a claim together with what its article knows, as the check wants it."""
        article = self.articles.get(held.article)
        if article is None:
            return StatedClaim(held.id, held.claim, held.article)
        return StatedClaim(held.id, held.claim, held.article, article.event.said, article.event.language)

    def facts(self) -> Facts:
        """Return what the log knows besides prices: share counts by symbol, and when dated news came out."""
        shares: dict[str, list[SharesObserved]] = {}
        for event, _ in self.shares:
            shares.setdefault(event.symbol, []).append(event)
        found = sorted(self.at_hand.values(), key=lambda held: held.position)
        told = [held.claim for held in found if held.withdrawn is None]
        releases = {key: timing for claim in told for key, timing in _releases(claim)}
        ordered = {symbol: tuple(sorted(found, key=lambda one: one.on)) for symbol, found in shares.items()}
        days: dict[tuple[str, str], set[date]] = {}
        for claim in told:
            for kind, day in _news_days(claim):
                days.setdefault(kind, set()).add(day)
        return Facts(shares=ordered, releases=releases, news={kind: tuple(sorted(days[kind])) for kind in days})

    def prices(self, load: Callable[[str], bytes]) -> PriceHistory:
        """Return the prices as known; `load` gives the columns of a bars event by their hash."""
        from timeline.prices import PriceHistory

        return PriceHistory.from_observations(self.bars, self.splits, self.dividends, load=load)

    def _all(self) -> Iterable[Record]:
        """Return all records that stated claims; who asks for all will do so again, so that they stay in memory."""
        if self.stored is not None:
            self._stated = {record.id: record for record in self.stored}
            self.stored = None
        return self._stated.values()

    def _held(self, record: Record) -> HeldClaim:
        return self.at_hand.get(record.id) or _as_stated(record)

    def _problem(self, record: Record, message: str) -> None:
        self.problems.append(Problem(message, source="event", line=record.position))


def fold(records: Iterable[Record], state: State | None = None) -> State:
    """Return the state after `records`, from the beginning or taking `state` further (it is not copied)."""
    state = State() if state is None else state
    for record in records:
        state.apply(record)
    return state


def _as_stated(record: Record) -> HeldClaim:
    position, key, recorded, event, _ = record
    assert isinstance(event, ClaimStated)  # noqa: S101  # nothing else states a claim
    return HeldClaim(key, event.claim, event.article, position, recorded, recorded, key)


def _article(state: State, record: Record, event: ArticlePublished) -> None:
    state.articles[record.id] = Article(record.id, event, record.recorded)


def _claim(state: State, record: Record, event: ClaimStated) -> None:
    state.keep(record)
    if isinstance(event.claim, Happening) and any(_releases(event.claim)):
        state.at_hand[record.id] = _as_stated(record)
    if event.article and event.article not in state.articles:
        state._problem(record, f"a claim names article {event.article}, which the log does not hold before it")


def _withdrawn(state: State, record: Record, event: ClaimWithdrawn) -> None:
    state.withdrawn += 1
    held = _touched(state, record, "withdrawal", event.claim)
    if held:
        state.at_hand[event.claim] = held._replace(withdrawn=event.reason, modified=record.recorded)


def _corrected(state: State, record: Record, event: ClaimCorrected) -> None:
    state.corrected += 1
    held = _touched(state, record, "correction", event.claim)
    if held and held.reading != event.replaces:
        state._problem(
            record,
            f"a correction of claim {event.claim} replaces {event.replaces}, but the claim's reading is that of "
            f"{held.reading}: the earlier correction stands",
        )
    elif held:
        state.at_hand[event.claim] = held._replace(claim=event.corrected, modified=record.recorded, reading=record.id)


def _touched(state: State, record: Record, what: str, key: str) -> HeldClaim | None:
    """Return the standing claim that an event speaks of; without one, None and a Problem."""
    held = state.claim(key)
    if held is None:
        state._problem(record, f"a {what} names claim {key}, which the log does not hold before it")
    elif held.withdrawn is not None:
        state._problem(record, f"a {what} names claim {key}, which was withdrawn before")
    else:
        return held
    return None


def _bars(state: State, record: Record, event: BarsObserved) -> None:
    state.bars.append((event, record.recorded))


def _shares(state: State, record: Record, event: SharesObserved) -> None:
    state.shares.append((event, record.recorded))


def _split(state: State, record: Record, event: SplitObserved) -> None:
    state.splits.append((event, record.recorded))


def _dividend(state: State, record: Record, event: DividendObserved) -> None:
    state.dividends.append((event, record.recorded))


def _erased(state: State, record: Record, event: TextErased) -> None:
    state.erased.append((event, record.recorded))


def _releases(claim: AnyClaim) -> Iterator[tuple[tuple[str, date], Timing]]:
    """Yield when dated news of a company came out, where a happening says the day and the part of the day."""
    if isinstance(claim, Happening) and claim.timing and len(claim.on) == len("2025-02-06"):
        try:
            day = date.fromisoformat(claim.on)
        except ValueError:
            return  # a period such as "late 2025" is no day
        for symbol in (claim.symbol, *claim.members):
            if symbol:
                yield (symbol, day), claim.timing


def _news_days(claim: AnyClaim) -> Iterator[tuple[tuple[str, str], date]]:
    """Yield the days of news by symbol and kind, where the part of the day is known too: not every mention is news."""
    for (symbol, day), _ in _releases(claim):
        if isinstance(claim, Happening) and claim.event:
            yield (symbol, claim.event), day


_FOLDS: dict[type, Callable[[State, Record, Any], None]] = {
    ArticlePublished: _article,
    ClaimStated: _claim,
    ClaimWithdrawn: _withdrawn,
    ClaimCorrected: _corrected,
    BarsObserved: _bars,
    SharesObserved: _shares,
    SplitObserved: _split,
    DividendObserved: _dividend,
    TextErased: _erased,
}
