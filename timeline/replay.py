"""The fold: events in, state out, one event at a time.

The state is what the log adds up to after its last event: the articles, the claims as they read now, and every
observation of prices, splits, dividends and shares with the instant when it was recorded. What was known at an
instant is the fold of a head of the log, `fold(log.read(until=instant))`; nothing recorded later can reach it. An event
that speaks of a claim that is not there becomes a Problem of the state: a replay never stops.

A claim that nobody touched stays the record that it came in, and becomes a `HeldClaim` when somebody looks: most of a
large log is such claims, and building a value for each would cost the replay as much again as its decoding.
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
        "_changed",
        "_last",
        "_stated",
        "articles",
        "bars",
        "corrected",
        "dividends",
        "erased",
        "problems",
        "shares",
        "splits",
        "withdrawn",
    )

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.bars: list[tuple[BarsObserved, datetime]] = []
        self.shares: list[tuple[SharesObserved, datetime]] = []
        self.splits: list[tuple[SplitObserved, datetime]] = []
        self.dividends: list[tuple[DividendObserved, datetime]] = []
        self.erased: list[tuple[TextErased, datetime]] = []
        self.corrected = 0
        self.withdrawn = 0
        self.problems: list[Problem] = []
        self._stated: dict[str, Record] = {}
        self._changed: dict[str, HeldClaim] = {}
        self._last: Record | None = None

    def apply(self, record: Record) -> None:
        """Take one event in. Events come in the order of the log, each once."""
        _FOLDS[type(record.event)](self, record, record.event)
        self._last = record

    @property
    def head(self) -> Head:
        """Where the log ended when its last event came in."""
        return Head(self._last.position, self._last.hash, self._last.recorded) if self._last else EMPTY

    @property
    def claims(self) -> dict[str, HeldClaim]:
        """Every claim by its id, withdrawn ones too, in the order of the log (built anew: ask once)."""
        return {key: self._held(key) for key in self._stated}

    @property
    def counts(self) -> dict[str, int]:
        """How many events of each kind came in, by the kind's word."""
        return {
            "article-published": len(self.articles),
            "claim-stated": len(self._stated),
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
        return self._held(key) if key in self._stated else None

    def record(self, key: str) -> Record | None:
        """Return the record that stated the claim with this id, None where the log holds none."""
        return self._stated.get(key)

    def standing(self) -> Iterator[HeldClaim]:
        """Yield the claims that were not withdrawn, in the order of the log."""
        return (held for key in self._stated if (held := self._held(key)).withdrawn is None)

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
        releases = {key: timing for held in self.standing() for key, timing in _releases(held.claim)}
        ordered = {symbol: tuple(sorted(found, key=lambda one: one.on)) for symbol, found in shares.items()}
        days: dict[tuple[str, str], set[date]] = {}
        for held in self.standing():
            for kind, day in _news_days(held.claim):
                days.setdefault(kind, set()).add(day)
        return Facts(shares=ordered, releases=releases, news={kind: tuple(sorted(days[kind])) for kind in days})

    def prices(self, load: Callable[[str], bytes]) -> PriceHistory:
        """Return the prices as known; `load` gives the columns of a bars event by their hash."""
        from timeline.prices import PriceHistory

        return PriceHistory.from_observations(self.bars, self.splits, self.dividends, load=load)

    def _held(self, key: str) -> HeldClaim:
        changed = self._changed.get(key)
        if changed is not None:
            return changed
        position, _, recorded, event, _ = self._stated[key]
        assert isinstance(event, ClaimStated)  # noqa: S101  # nothing else is put there
        return HeldClaim(key, event.claim, event.article, position, recorded, recorded, key)

    def _problem(self, record: Record, message: str) -> None:
        self.problems.append(Problem(message, source="event", line=record.position))


def fold(records: Iterable[Record], state: State | None = None) -> State:
    """Return the state after `records`, from the beginning or taking `state` further (it is not copied)."""
    state = State() if state is None else state
    for record in records:
        state.apply(record)
    return state


def _article(state: State, record: Record, event: ArticlePublished) -> None:
    state.articles[record.id] = Article(record.id, event, record.recorded)


def _claim(state: State, record: Record, event: ClaimStated) -> None:
    state._stated[record.id] = record
    if event.article and event.article not in state.articles:
        state._problem(record, f"a claim names article {event.article}, which the log does not hold before it")


def _withdrawn(state: State, record: Record, event: ClaimWithdrawn) -> None:
    state.withdrawn += 1
    held = _touched(state, record, "withdrawal", event.claim)
    if held:
        state._changed[event.claim] = held._replace(withdrawn=event.reason, modified=record.recorded)


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
        state._changed[event.claim] = held._replace(claim=event.corrected, modified=record.recorded, reading=record.id)


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
