"""Articles of two to four claims that leave the end of their windows open and are written sessions after it.

They measure the rule about a shared end: true articles, told 1 to 5 sessions late, and articles all of whose claims
are false, both at the end their writer meant and at the last close before the publication.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import NamedTuple

from timeline.power.making import FALSIFICATIONS, Histories, draw, falsified
from timeline.power.truth import Spec, holds
from timeline.verdict import Facts

LATEST = 5
REACH = 10  # sessions by which the rule may move an end
_OPEN = ("sessions", "sessions", "year-to-date", "since", "days")
_TRIES = 200


class Article(NamedTuple):
    """Claims of one company and one publication; `falsification` is "" for a true one."""

    falsification: str
    claims: tuple[Spec, ...]


def late_articles(random: Random, histories: Histories, facts: Facts, count: int) -> Iterator[Article]:
    """Yield up to `count` true articles, each with the false ones made from it."""
    for _ in range(count):
        claims = _true(random, histories, facts)
        if claims is None:
            continue
        yield Article("", claims)
        for how in FALSIFICATIONS:
            wrong = _false(claims, how, random, histories, facts)
            if wrong is not None:
                yield Article(how, wrong)


def _true(random: Random, histories: Histories, facts: Facts) -> tuple[Spec, ...] | None:
    """Draw one claim for its place, then others that end in the same session."""
    lag, wanted = random.randint(1, LATEST), random.randint(2, 4)
    first: Spec | None = None
    told: list[Spec] = []
    for _ in range(_TRIES):
        spec = draw(random.choice(_OPEN), random, histories, facts, like=first)
        if spec is None or spec.at + lag >= len(histories[spec.symbol].days):
            continue
        spec = replace(spec, named=False, lag=lag, style=spec.style if first is None else first.style)
        if holds(spec, histories, facts) and not any(_same_words(spec, other) for other in told):
            first = first or spec
            told.append(spec)
        if len(told) == wanted:
            return tuple(told)
    return None


def _same_words(one: Spec, other: Spec) -> bool:
    return (one.kind, one.count) == (other.kind, other.count) and one.kind != "since"


def _false(
    claims: tuple[Spec, ...], how: str, random: Random, histories: Histories, facts: Facts
) -> tuple[Spec, ...] | None:
    """Return the article with every claim false, None where some are true all the same (or cannot be known).

    Date and company move for the whole article: one draw, applied to every claim. An article moved to a date from
    which the rule reaches its true end is only told later still, and not false.
    """
    state = random.getstate()
    wrong: list[Spec] = []
    for spec in claims:
        if how in ("date", "company"):
            random.setstate(state)
        moved = falsified(spec, how, random, histories)
        if moved is None or moved.at + moved.lag >= len(histories[moved.symbol].days):
            return None
        if how == "date" and 0 <= moved.at + moved.lag - spec.at <= REACH:
            return None
        meant, literal = (holds(replace(moved, at=moved.at + later), histories, facts) for later in (0, moved.lag))
        if meant is not False or literal is not False:
            return None
        wrong.append(moved)
    return tuple(wrong)
