"""State and verdicts -> the entries of the timeline, newest first.

An entry is one claim with its article, its verdict and what touches it. Its instants are those of our log and nothing
else: `published` is when the claim entered the timeline, `modified` when its answer last could have become another
(a correction of it, or bars of its symbol inside a window that was read). When the source said it stands in
`stated.said`, and the market dates stand in the readings: three times, never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from events.errors import InvalidValueError
from events.model import ArticlePublished, BarsObserved, Happening, Reported
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
    bars = _bars_by_symbol(state.bars)
    touching: dict[str, list[Agreement]] = {}
    for agreement in agreements:
        for key in agreement.claims:
            touching.setdefault(key, []).append(agreement)
    found = [
        _entry(state, one, verdict, bars, tuple(touching.get(one.id, ())))
        for one, verdict in zip(held, verdicts, strict=True)
    ]
    return sorted(found, key=timeline_order)


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
    bars: Mapping[str, list[tuple[BarsObserved, datetime]]],
    agreements: tuple[Agreement, ...],
) -> Entry:
    article, stated = state.articles.get(held.article), state.with_article(held)
    symbol = resolve(held.claim.symbol, stated.said.day if stated.said else None)
    used = [at for event, at in bars.get(symbol, ()) if _touches(event.first, event.last, verdict.readings)]
    return Entry(
        stated=stated,
        verdict=verdict,
        article=article.event if article else None,
        position=held.position,
        published=held.recorded,
        modified=max([held.modified, *used]),
        agreements=agreements,
    )


def _bars_by_symbol(bars: list[tuple[BarsObserved, datetime]]) -> dict[str, list[tuple[BarsObserved, datetime]]]:
    found: dict[str, list[tuple[BarsObserved, datetime]]] = {}
    for event, recorded in bars:
        found.setdefault(resolve(event.symbol, event.last), []).append((event, recorded))
    return found


def _touches(first: date, last: date, readings: Iterable[Reading]) -> bool:
    """Whether bars of these days lie inside a window that was read."""
    return any(one.start and one.end and first <= one.end and one.start <= last for one in readings)
