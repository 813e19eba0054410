"""State and verdicts -> the entries of the timeline, newest first.

An entry is one claim with its article, its verdict and what touches it. Its instants are those of our log and nothing
else: `published` is when the claim entered the timeline, `modified` when its answer last could have become another
(a correction of it, bars or dividends of its symbol inside a window that was read, a split or a share count of it, or a
claim that it agrees or differs with). When the source said it stands in `stated.said`, and the market dates
stand in the readings: three times, never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from events.errors import InvalidValueError
from events.model import ArticlePublished, BarsObserved, Happening, MarketValue, Relation, Reported
from timeline.symbols import resolve
from timeline.verdict import Reading, StatedClaim, Verdict, answer

if TYPE_CHECKING:
    from timeline.agreement import Agreement
    from timeline.replay import HeldClaim, State


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim on the timeline: what was stated, what the check says, and the article that it stands in."""

    stated: StatedClaim
    verdict: Verdict
    article: ArticlePublished | None
    position: int
    published: datetime
    modified: datetime
    agreements: tuple[Agreement, ...] = ()
    withdrawn: str | None = None

    @property
    def id(self) -> str:
        """The id of the claim."""
        return self.stated.id

    @property
    def about(self) -> str:
        """Whom the claim is about: the symbol, else the subject in words, else the members of the group."""
        claim = self.stated.claim
        return claim.symbol or claim.subject or "+".join(claim.members)

    @property
    def kind(self) -> str:
        """The kind word of the claim."""
        return str(self.stated.claim.__struct_config__.tag)

    @property
    def judged(self) -> bool:
        """Whether the claim is of a kind that prices or arithmetic can judge."""
        return not isinstance(self.stated.claim, Reported | Happening)

    def check(self) -> dict[str, Any]:
        """Return the JSON object of the check, the same as everywhere else."""
        return answer(self.stated, self.verdict)


def timeline_order(entry: Entry) -> tuple[float, int]:
    """The one order of a timeline: newest in our log first; claims taken at one instant as their article tells them.

    It goes by when the log took a claim, not by when it was said, so that an older state is the tail of a newer one
    (but for what was withdrawn since), and a reader of the feed finds what is new on top.
    """
    return (-entry.published.timestamp(), entry.position)


def entries(state: State, verdicts: Sequence[Verdict], agreements: Iterable[Agreement] = ()) -> list[Entry]:
    """Return the timeline of a state, in its order; `verdicts` are those of `state.stated()`, one for each.

    Raises InvalidValueError where their numbers differ.
    """
    held = list(state.standing())
    if len(held) != len(verdicts):
        raise InvalidValueError(
            "verdicts for a timeline", len(verdicts), f"{len(held)}, one for each claim that stands"
        )
    bars, facts = _Bars(state.bars), _facts_by_symbol(state, held)
    touching: dict[str, list[Agreement]] = {}
    for agreement in agreements:
        for key in agreement.claims:
            touching.setdefault(key, []).append(agreement)
    changed = {one.id: one.modified for one in held}
    found = []
    for one, verdict in zip(held, verdicts, strict=True):
        touched = tuple(touching.get(one.id, ()))
        beside = [changed[key] for agreement in touched for key in agreement.claims if key in changed]
        found.append(
            _entry(state, one, verdict, bars, touched, [*beside, *_told_of(one, facts), *_paid(one, verdict, facts)])
        )
    return sorted(found, key=timeline_order)


def withdrawn_entries(state: State) -> list[Entry]:
    """Return the claims that were taken back, each with the reason given: a feed tells of them, a timeline does not."""
    return [
        Entry(
            stated=state.with_article(held),
            verdict=Verdict("unchecked", f"Withdrawn: {held.withdrawn or 'no reason was given'}"),
            article=article.event if (article := state.articles.get(held.article)) else None,
            position=held.position,
            published=held.recorded,
            modified=held.modified,
            withdrawn=held.withdrawn,
        )
        for held in state.claims.values()
        if held.withdrawn is not None
    ]


def agreement_answer(agreement: Agreement) -> dict[str, Any]:
    """Return how claims stand to one another as a JSON object; what is empty is left out."""
    content: dict[str, Any] = {
        "kind": agreement.kind,
        "symbol": agreement.symbol,
        "subject": agreement.subject,
        "metric": agreement.metric,
        "period": agreement.period,
        "claims": list(agreement.claims),
        "figures": [{name: value for name, value in figure.items() if value != ""} for figure in agreement.figures],
        "explanation": agreement.explanation,
    }
    return {name: value for name, value in content.items() if value}


def _entry(
    state: State,
    held: HeldClaim,
    verdict: Verdict,
    bars: _Bars,
    agreements: tuple[Agreement, ...],
    told: Iterable[datetime],
) -> Entry:
    article, stated = state.articles.get(held.article), state.with_article(held)
    symbol = resolve(held.claim.symbol, stated.said.day if stated.said else None)
    used = bars.newest(symbol, verdict.readings)
    return Entry(
        stated=stated,
        verdict=verdict,
        article=article.event if article else None,
        position=held.position,
        published=held.recorded,
        modified=max([held.modified, *([used] if used else []), *told]),
        agreements=agreements,
    )


class _Bars:
    """When bars of a symbol were recorded, newest first; claims that share their windows share the answer."""

    def __init__(self, bars: Iterable[tuple[BarsObserved, datetime]]) -> None:
        self._bars: dict[str, list[tuple[BarsObserved, datetime]]] = {}
        for event, recorded in bars:
            self._bars.setdefault(resolve(event.symbol, event.last), []).append((event, recorded))
        for of_symbol in self._bars.values():
            of_symbol.sort(key=lambda one: one[1], reverse=True)
        self._known: dict[tuple[str, frozenset[tuple[date, date]]], datetime | None] = {}

    def newest(self, symbol: str, readings: Iterable[Reading]) -> datetime | None:
        """Return when the last bars that lie inside a window that was read were recorded, None where none do."""
        windows = frozenset((one.start, one.end) for one in readings if one.start and one.end)
        if not windows or symbol not in self._bars:
            return None
        key = (symbol, windows)
        if key not in self._known:
            found = (
                recorded
                for event, recorded in self._bars[symbol]
                if any(event.first <= end and start <= event.last for start, end in windows)
            )
            self._known[key] = next(found, None)
        return self._known[key]


class _Facts(NamedTuple):
    """When facts of a symbol were recorded: its splits and the hours of its news, share counts, dividends by day."""

    splits: dict[str, list[datetime]]
    shares: dict[str, list[datetime]]
    dividends: dict[str, list[tuple[date, datetime]]]


def _facts_by_symbol(state: State, held: Iterable[HeldClaim]) -> _Facts:
    found = _Facts({}, {}, {})
    for split, recorded in state.splits:
        found.splits.setdefault(resolve(split.symbol, split.on), []).append(recorded)
    for paid, recorded in state.dividends:
        found.dividends.setdefault(resolve(paid.symbol, paid.on), []).append((paid.on, recorded))
    for count, recorded in state.shares:
        found.shares.setdefault(resolve(count.symbol, count.on), []).append(recorded)
    for one in held:
        if isinstance(one.claim, Happening) and one.claim.timing:
            found.splits.setdefault(resolve(one.claim.symbol), []).append(one.modified)
    return found


def _told_of(held: HeldClaim, facts: _Facts) -> list[datetime]:
    """Return when facts came in that the answer to a claim may rest on, those before the claim among them."""
    symbol = resolve(held.claim.symbol)
    if not symbol or isinstance(held.claim, Reported | Happening | Relation):
        return []
    shares = facts.shares.get(symbol, []) if isinstance(held.claim, MarketValue) else []
    return [*facts.splits.get(symbol, []), *shares]


def _paid(held: HeldClaim, verdict: Verdict, facts: _Facts) -> list[datetime]:
    """Return when dividends came in that lie inside a window that was read."""
    paid = facts.dividends.get(resolve(held.claim.symbol), []) if held.claim.symbol else []
    return [recorded for day, recorded in paid if _touches(day, day, verdict.readings)]


def _touches(first: date, last: date, readings: Iterable[Reading]) -> bool:
    """Whether bars of these days lie inside a window that was read."""
    return any(one.start and one.end and first <= one.end and one.start <= last for one in readings)
