"""An article's claims, in the order of its text: each once, with its words and the rules that made it.

`read_claims` takes a read article; `Reading.traces` says for each claim which rule found its subject, its direction,
its figure and its window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from events.errors import Problem
from events.model import AnyClaim
from events.reading.article import ReadArticle
from events.reading.business import Told, business_claims
from events.reading.clauses import Clauses, read_clauses
from events.reading.price_claims import price_claims
from events.reading.price_page import Found


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What was understood of an article.

    `claims` stand in the order of the text, with spans into `ReadArticle.original`; `traces` has the rules behind each,
    `problems` what could not be read: those of the article, and dates that cannot be.
    """

    claims: tuple[AnyClaim, ...]
    traces: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]


def read_claims(article: ReadArticle, default_symbol: str = "", extra: Sequence[Path] = ()) -> Reading:
    """Return the claims of an article.

    `default_symbol` is the company that is meant where the text names none; `extra` are a user's own tables of
    companies. Never raises for any text.
    """
    held = read_clauses(article, extra)
    found: list[Found | Told] = [*price_claims(held, default_symbol), *business_claims(held, default_symbol)]
    claims, traces = [], []
    for one in _once(found):
        claims.append(replace(one.claim, text=article.quote(one.start, one.end), span=article.span(one.start, one.end)))
        traces.append(one.rules)
    return Reading(tuple(claims), tuple(traces), (*article.problems, *_dates_that_cannot_be(article, held)))


def _once(found: Iterable[Found | Told]) -> list[Found | Told]:
    """Return claims in the order of the text, the same claim told twice only where it stands first."""
    seen: set[bytes] = set()
    kept: list[Found | Told] = []
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        told = msgspec.json.encode(replace(one.claim, key="", note=""))
        if told not in seen:
            seen.add(told)
            kept.append(one)
    return kept


def _dates_that_cannot_be(article: ReadArticle, held: Clauses) -> list[Problem]:
    """Return a Problem for each impossible date, and one for all that stay open without a publication date."""
    problems, still_open = [], 0
    told: set[str] = set()
    for item in (item for tokens in held.tokens for item in tokens if item.kind == "date"):
        if "no such date" in item.value.problem:
            if item.value.problem in told:
                continue
            told.add(item.value.problem)
            problems.append(Problem(f"{item.text}: {item.value.problem}", span=article.span(*item.span)))
        elif item.value.problem:
            still_open += 1
    if still_open and article.published is None:
        problems.append(Problem(f"no publication date: {still_open} dates of the text stay open; give one"))
    return problems
