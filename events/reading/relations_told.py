"""A relation as it was found, and the reported figures of an article by what relations ask for."""

from __future__ import annotations

import msgspec

from events.model import Expression, Figure, Quantity, Relation
from events.periods import read_period
from events.reading.reported_drafts import Draft, Found


class Told(msgspec.Struct, frozen=True, gc=False):
    """A relation with the characters of the matching text that state it, and the rule that found it."""

    claim: Relation
    start: int
    end: int
    rules: tuple[str, ...]


class Facts(msgspec.Struct, frozen=True, gc=False):
    """The reported figures of an article, by what relations ask for."""

    found: tuple[Found, ...]

    def of(self, like: Draft, base: str, *, segment: str | None = None, period: str | None = None) -> Found | None:
        """Return the first figure of a metric for the company and period of another, None where none is told."""
        wanted = like.period if period is None else period
        line = like.segment if segment is None else segment
        for one in self.found:
            draft = one.draft
            if (
                draft.who.key == like.who.key
                and draft.base == base
                and draft.segment == line
                and draft.stated
                and draft.metric.endswith(base)
                and same_period(draft.period, wanted, like.who.symbol)
            ):
                return one
        return None


def same_period(one: str, other: str, symbol: str) -> bool:
    """Whether two names mean one period."""
    if one == other:
        return True
    first, second = read_period(one, symbol), read_period(other, symbol)
    return first is not None and second is not None and first.same(second)


def figure(one: Found, quantity: Quantity | None = None) -> Figure:
    """Return a figure of a claim as part of a relation."""
    stated = quantity or one.claim.stated
    assert stated is not None  # noqa: S101
    return Figure(quantity=stated, ref=one.claim.key)


def relation(left: Figure | Expression, how: str, right: Figure | Expression, rule: str, *of: Found) -> Told:
    """Return a relation with the words of its first claim."""
    claim = of[0].claim
    made = Relation(
        symbol=claim.symbol, subject=claim.subject, members=claim.members, left=left, relation=how, right=right  # type: ignore[arg-type]
    )  # fmt: skip
    return Told(made, min(one.start for one in of[:1]), max(one.end for one in of[:1]), (rule,))


def apply(name: str, *parts: Figure | Expression) -> Expression:
    """Return arithmetic over figures."""
    return Expression(name=name, parts=parts)  # type: ignore[arg-type]


def same_money(one: Found, other: Found) -> bool:
    """Whether two figures are in one unit."""
    return bool(one.claim.stated and other.claim.stated and one.claim.stated.unit == other.claim.stated.unit)
